//! `cargo xtask bench verify`: what a check of a key costs in process. The measuring is done by `keystile-bench`, in
//! release; this file builds it and says where its figures go. Called by people.

use super::peer;
use crate::failure::Failure;

/// # Errors
/// It does not compile, or it could not measure.
pub(crate) fn verify() -> Result<(), Failure> {
    let peer = peer::script();
    let words: Vec<_> = peer.as_deref().into_iter().collect();
    super::measure("verify", &words)
}
