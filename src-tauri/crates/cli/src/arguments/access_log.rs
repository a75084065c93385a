//! Where a server logs its requests.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use keystile_log::{AccessLog, Format};

use crate::failure::Failure;

#[derive(Debug, Args)]
pub(crate) struct AccessLogOptions {
    /// Log each request to this file, or to standard output if it is `-`. At 64 MiB the file is renamed to FILE.1; four old
    /// files are kept.
    #[arg(long, value_name = "FILE")]
    pub(crate) access_log: Option<PathBuf>,
    /// How requests are logged.
    #[arg(
        long,
        value_name = "FORMAT",
        default_value = "text",
        requires = "access_log"
    )]
    pub(crate) access_log_format: LogFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogFormat {
    /// A line for people.
    Text,
    /// A JSON object on each line.
    Json,
}

impl AccessLogOptions {
    /// Whether requests are logged to standard output.
    pub(crate) fn is_to_stdout(&self) -> bool {
        self.access_log.as_deref() == Some(Path::new("-"))
    }

    /// Opens the log.
    ///
    /// # Errors
    /// The file cannot be opened.
    pub(crate) fn open(&self) -> Result<Option<AccessLog>, Failure> {
        let format = match self.access_log_format {
            LogFormat::Text => Format::Text,
            LogFormat::Json => Format::Json,
        };
        let Some(path) = &self.access_log else {
            return Ok(None);
        };
        if self.is_to_stdout() {
            return Ok(Some(AccessLog::to_stdout(format)));
        }
        let log = AccessLog::to_file(path, format).map_err(|cause| {
            Failure::system(
                &format!("The access log {} cannot be written", path.display()),
                &cause,
            )
        })?;
        Ok(Some(log))
    }
}
