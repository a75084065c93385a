//! A gateway that runs, and follows what is stored about it: rules, switches and endpoint that any process changes hold from
//! then on. It ends when it is stopped, when its environment is deleted, or when nothing stands behind it any more.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use keystile_keys::EnvironmentId;
use keystile_registry::{Registry, RegistryError};
use keystile_store::EnvironmentRow;
use tokio::sync::{Mutex, broadcast, watch};

use crate::control::Control;
use crate::decision::Decision;
use crate::ending::Ending;
use crate::error::Error;
use crate::gateway::Gateway;
use crate::start::StartError;
use crate::surroundings::Surroundings;

/// How often it is looked whether anything was changed; a third of a microsecond each.
const LOOK: Duration = Duration::from_millis(250);

/// A gateway of this process.
pub struct Running {
    environment: EnvironmentRow,
    address: SocketAddr,
    followed: Arc<Followed>,
    stop: watch::Sender<bool>,
    ended: watch::Receiver<Option<Ending>>,
}

/// What follows the store, beside the gateway itself.
struct Followed {
    registry: Arc<Registry>,
    environment: EnvironmentId,
    control: Control,
    surroundings: Surroundings,
    /// One look at a time: an older one must not undo what a newer one took over.
    turn: Mutex<()>,
}

impl Followed {
    /// Takes over what is stored now, unless it may not go on with that. What cannot be read lets nothing pass.
    async fn follow(&self) -> Result<Option<Ending>, StartError> {
        let _turn = self.turn.lock().await;
        let taken_over = self.take_over().await;
        if taken_over.is_err() {
            // Rules that were taken back meanwhile would go on.
            self.control.hold();
        }
        taken_over
    }

    async fn take_over(&self) -> Result<Option<Ending>, StartError> {
        let stored = match self.registry.show_gateway(&self.environment).await {
            Err(RegistryError::NotFound(_)) => return Ok(Some(Ending::EnvironmentDeleted)),
            stored => stored?,
        };
        match self.surroundings.routing(&stored).await {
            Ok(routing) => {
                self.control.change(routing);
                Ok(None)
            }
            Err(StartError::EndpointMissing { .. }) => Ok(Some(Ending::EndpointRemoved)),
            // Going on as it was would hold rules and an API that somebody has taken back.
            Err(StartError::Gateway(Error::Endpoint(_))) => Ok(Some(Ending::EndpointForm)),
            Err(error) => Err(error),
        }
    }

    /// Until it may not go on.
    async fn follow_changes(&self) -> Ending {
        let mut seen = None;
        let mut told = None;
        loop {
            let now = self.registry.store().last_commit().ok();
            if now != seen || now.is_none() {
                match self.follow().await {
                    Ok(None) => seen = now,
                    Ok(Some(ending)) => return ending,
                    Err(error) => {
                        // Nothing passes until it was taken over, also when the database comes back as it was.
                        seen = None;
                        // Tried at every look, and said once.
                        if told != Some(now) {
                            tracing::warn!(%error, "a change of a gateway was not taken over yet");
                            told = Some(now);
                        }
                    }
                }
            }
            tokio::time::sleep(LOOK).await;
        }
    }
}

impl Running {
    pub(crate) fn begin(
        registry: Arc<Registry>,
        gateway: Gateway,
        environment: EnvironmentRow,
        surroundings: Surroundings,
    ) -> Self {
        let (stop, mut stopped) = watch::channel(false);
        let (tell_ended, ended) = watch::channel(None);
        let followed = Arc::new(Followed {
            registry,
            environment: environment.id,
            control: gateway.control(),
            surroundings,
            turn: Mutex::default(),
        });
        let address = gateway.address();
        let following = Arc::clone(&followed);
        tokio::spawn(async move {
            let mut ending = Ending::Stopped;
            let until = async {
                tokio::select! {
                    // Nobody can stop what nobody holds any more.
                    _ = stopped.wait_for(|stop| *stop) => {}
                    reason = following.follow_changes() => ending = reason,
                }
            };
            gateway.run(until).await;
            // Nobody may wait for it.
            let _told = tell_ended.send(Some(ending));
        });
        Self {
            environment,
            address,
            followed,
            stop,
            ended,
        }
    }

    /// Whose it is, as it was when it was started.
    pub fn environment(&self) -> &EnvironmentRow {
        &self.environment
    }

    /// Where it answers.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What it decides from now on. Whoever is too slow loses the oldest.
    pub fn decisions(&self) -> broadcast::Receiver<Arc<Decision>> {
        self.followed.control.decisions()
    }

    /// Takes over what was just stored, instead of a moment later.
    ///
    /// # Errors
    /// See [`StartError`]; it then lets nothing pass until it could.
    pub async fn follow(&self) -> Result<(), StartError> {
        self.followed.follow().await.map(|_| ())
    }

    /// Why it has ended, once it has.
    pub fn ending(&self) -> Option<Ending> {
        *self.ended.borrow()
    }

    /// Resolves once it has ended, for whatever reason.
    pub fn ended(&self) -> impl Future<Output = ()> + Send + use<> {
        let mut ended = self.ended.clone();
        async move {
            // A sender that is gone has ended too.
            let _ended = ended.wait_for(Option::is_some).await;
        }
    }

    /// Lets the requests in flight finish and ends.
    pub async fn stop(&self) {
        self.stop.send_replace(true);
        self.ended().await;
    }
}

impl std::fmt::Debug for Running {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Running")
            .field("environment", &self.environment.id)
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}
