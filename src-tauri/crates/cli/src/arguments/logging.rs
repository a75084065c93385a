//! Logging options of a server.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use keystile_log::{AccessLog, Format};
use keystile_store::StoreAddress;
use keystile_verifier::{Consistency, Verifier};

use crate::error::{CliError, FileAccess};

#[derive(Debug, Args)]
pub(crate) struct LoggingOptions {
    /// Log requests to this file; - is standard output. Rotated at 64 MiB; four old files are kept.
    #[arg(long, value_name = "FILE")]
    pub(crate) access_log: Option<PathBuf>,
    /// Access log format, with one line per request.
    #[arg(
        long,
        value_name = "FORMAT",
        default_value = "text",
        requires = "access_log"
    )]
    pub(crate) access_log_format: LogFormat,
    /// Do not add requests to the store's request log, which the window and `keystile requests` show.
    #[arg(long)]
    pub(crate) no_request_log: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogFormat {
    Text,
    Json,
}

impl LoggingOptions {
    /// Whether requests are logged to standard output.
    pub(crate) fn is_to_stdout(&self) -> bool {
        self.access_log.as_deref() == Some(Path::new("-"))
    }

    /// Opens the verifier of a store. It writes the request log, unless that is turned off. `program` and `verifies`: for
    /// the list of replicas.
    ///
    /// # Errors
    /// If the store cannot be opened.
    pub(crate) async fn open_verifier(
        &self,
        store: &StoreAddress,
        program: &'static str,
        verifies: &str,
        consistency: Consistency,
    ) -> Result<Verifier, CliError> {
        let builder = Verifier::builder()
            .request_log(!self.no_request_log)
            .consistency(consistency)
            .replica(program, verifies);
        Ok(builder.open_at(store).await?)
    }

    /// Opens the access log, if one was requested.
    ///
    /// # Errors
    /// `system` if the file cannot be opened.
    pub(crate) fn open(&self) -> Result<Option<AccessLog>, CliError> {
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
            CliError::file(
                "Cannot write the access log",
                path,
                FileAccess::Create,
                &cause,
            )
        })?;
        Ok(Some(log))
    }
}
