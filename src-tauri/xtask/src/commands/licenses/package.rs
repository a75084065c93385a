//! A package of the list.

use serde::Serialize;

/// A package in the programs.
#[derive(Debug, Serialize)]
pub(super) struct Package {
    pub(super) name: String,
    pub(super) version: String,
    /// The SPDX expression of its license.
    pub(super) license: String,
    /// `keystile`, `crate`, or `npm`.
    pub(super) source: &'static str,
    /// The indexes of the texts of its licenses. Of a choice, there is one.
    pub(super) texts: Vec<usize>,
}
