//! The state that checks share with the background tasks.

use std::path::PathBuf;

use arc_swap::ArcSwap;
use keystile_keys::Clock;

use crate::argon2_pool::Argon2Pool;
use crate::limits::Limits;
use crate::metrics::Counters;
use crate::request_log::RequestBuffer;
use crate::state::VerifierState;
use crate::usage::UsageRecorder;

pub(crate) struct Shared {
    /// Replaced when the database file was.
    pub(crate) state: ArcSwap<VerifierState>,
    pub(crate) counters: Counters,
    pub(crate) limits: Limits,
    pub(crate) clock: Clock,
    pub(crate) argon2: Argon2Pool,
    pub(crate) usage: UsageRecorder,
    /// `None` if requests are not logged.
    pub(crate) requests: Option<RequestBuffer>,
    /// The directory of the store.
    pub(crate) directory: PathBuf,
}
