//! Whether the key of a stream that was let through still stands. Streams and tunnels ask it again and again; it keeps no
//! text of the key, only its public id.

use keystile_keys::{EnvironmentId, KeyId, Permission, Verdict};
use keystile_service::now;
use keystile_verifier::Verifier;

/// Whose stream it is, and what it needed.
#[derive(Clone)]
pub(crate) struct Standing {
    pub(crate) verifier: Verifier,
    pub(crate) key: KeyId,
    pub(crate) environment: EnvironmentId,
    pub(crate) need: Permission,
}

impl Standing {
    /// False as soon as the key is known to open nothing. When nobody can tell, the stream is not to go on either.
    pub(crate) async fn holds(self) -> bool {
        let verdict = self
            .verifier
            .standing(&self.key, &self.environment, self.need, now())
            .await;
        matches!(verdict, Ok(Verdict::Accepted(_)))
    }
}
