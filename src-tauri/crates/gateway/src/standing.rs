//! Whether what was let through may still go on: its key stands, and the rules as they are now ask for no more than it may.
//! Streams and tunnels ask it again and again. It keeps no text of a key, only its public id.

use std::sync::Arc;

use keystile_keys::KeyId;
use keystile_policy::Access;

use crate::exchange::Caller;
use crate::request_info::RequestInfo;

/// What a stream was let through for, and by which key.
pub(crate) struct Standing {
    pub(crate) caller: Arc<Caller>,
    pub(crate) info: RequestInfo,
    /// `None` where none was needed.
    pub(crate) key: Option<KeyId>,
}

impl Standing {
    /// False as soon as it is known that a request like this would be refused. When nobody can tell, the stream is not to
    /// go on either.
    pub(crate) async fn holds(self: Arc<Self>) -> bool {
        let shared = &self.caller.shared;
        let Some(route) = shared.route() else {
            return false;
        };
        let need = self.info.required_access(&route.routing).access;
        let Some(key) = &self.key else {
            return self.info.is_open(need, &route.routing);
        };
        let Access::Key(need) = need else {
            return true;
        };
        let verifier = &shared.verifier;
        let verification = verifier.recheck(key, &shared.environment, need, verifier.now());
        verification
            .await
            .is_ok_and(|checked| checked.is_accepted())
    }
}
