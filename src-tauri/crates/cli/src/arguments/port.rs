//! Parses ports.

use std::fmt;

/// A text that is not a port.
#[derive(Debug)]
pub(crate) struct InvalidPort {
    text: String,
    min: u16,
}

impl InvalidPort {
    /// Returns what to use instead.
    pub(crate) fn advice(&self) -> String {
        format!("Use a number from {} to {}.", self.min, u16::MAX)
    }
}

impl fmt::Display for InvalidPort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::error::Error for InvalidPort {}

/// Parses a port; 0 lets the system select one.
pub(super) fn parse(text: &str) -> Result<u16, InvalidPort> {
    parse_from(0, text)
}

/// Parses a port that is not 0.
pub(super) fn parse_fixed(text: &str) -> Result<u16, InvalidPort> {
    parse_from(1, text)
}

fn parse_from(min: u16, text: &str) -> Result<u16, InvalidPort> {
    let port = text.parse().ok().filter(|port| *port >= min);
    port.ok_or_else(|| InvalidPort {
        text: text.to_owned(),
        min,
    })
}
