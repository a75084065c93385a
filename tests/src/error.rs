//! Why a journey could not go on: one sentence and where it happened. Every module of the harness and every journey
//! returns it. It branches on nothing; whoever reads the report decides.

use std::fmt::{self, Debug, Display};
use std::panic::Location;

/// What a journey returns.
pub type TestResult<T = ()> = Result<T, TestError>;

/// A step that could not be taken, with the line that asked for it.
pub struct TestError {
    sentence: String,
    place: &'static Location<'static>,
}

impl TestError {
    /// Says what happened in one sentence.
    #[track_caller]
    pub fn new(sentence: impl Display) -> Self {
        Self {
            sentence: sentence.to_string(),
            place: Location::caller(),
        }
    }

    /// The sentence without the place.
    pub fn message(&self) -> &str {
        &self.sentence
    }
}

impl Debug for TestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (at {})", self.sentence, self.place)
    }
}

impl<E: std::error::Error> From<E> for TestError {
    #[track_caller]
    fn from(error: E) -> Self {
        Self::new(error)
    }
}
