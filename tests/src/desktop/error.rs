//! The error of the window tests: a message and the line that failed.

use std::fmt::{self, Debug, Display};
use std::panic::Location;

/// The result of a step or a test.
pub type TestResult<T = ()> = Result<T, TestError>;

/// A failed step and its caller.
pub struct TestError {
    message: String,
    location: &'static Location<'static>,
}

impl TestError {
    /// Creates an error at the caller's line.
    #[track_caller]
    pub fn new(message: impl Display) -> Self {
        Self {
            message: message.to_string(),
            location: Location::caller(),
        }
    }

    /// Returns the message without the location.
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl Debug for TestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (at {})", self.message, self.location)
    }
}

impl<E: std::error::Error> From<E> for TestError {
    #[track_caller]
    fn from(error: E) -> Self {
        Self::new(error)
    }
}
