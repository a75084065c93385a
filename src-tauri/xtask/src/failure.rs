//! What went wrong and what to do next, for a person at a terminal.
//! Every module returns it. It knows no codes: nothing branches on a failure but `main`.

use std::fmt;

/// A sentence that says what happened, and one that says what to do.
#[derive(Debug)]
pub(crate) struct Failure {
    sentence: String,
    advice: Option<String>,
}

impl Failure {
    pub(crate) fn new(sentence: impl Into<String>) -> Self {
        Self {
            sentence: sentence.into(),
            advice: None,
        }
    }

    /// `sentence` without its full stop; the cause is appended.
    pub(crate) fn from_cause(sentence: &str, cause: &dyn fmt::Display) -> Self {
        Self::new(format!("{sentence}: {cause}."))
    }

    pub(crate) fn advise(mut self, advice: impl Into<String>) -> Self {
        self.advice = Some(advice.into());
        self
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.sentence)?;
        match &self.advice {
            Some(advice) => write!(out, "\n{advice}"),
            None => Ok(()),
        }
    }
}
