//! A gateway that runs, and follows what is stored about it: rules, switches and endpoint that any process changes hold from
//! then on. It ends when it is stopped, when its environment is deleted, or when nothing stands behind it any more.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use keystile_keys::EnvironmentId;
use keystile_registry::{Behind, Gateway as Stored, Registry, RegistryError};
use keystile_store::EnvironmentRow;
use tokio::sync::{Mutex, broadcast, watch};
use tokio::task::JoinHandle;

use crate::control::Control;
use crate::decision::Decision;
use crate::endpoint::Endpoint;
use crate::error::Error;
use crate::gateway::Gateway;
use crate::sample_api::SampleApi;
use crate::settings::{Routing, Upstream};
use crate::start::StartError;

/// How often it is looked whether anything was changed; a third of a microsecond each.
const LOOK: Duration = Duration::from_millis(250);

/// What a gateway needs beside the API: the sample API, once it stood behind it.
#[derive(Default)]
pub(crate) struct Surroundings {
    sample: Mutex<Option<Sample>>,
}

struct Sample {
    address: SocketAddr,
    task: JoinHandle<()>,
}

impl Drop for Sample {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Surroundings {
    /// What is stored, as the gateway takes it.
    pub(crate) async fn routing(&self, stored: &Stored) -> Result<Routing, StartError> {
        let upstream = match stored.behind() {
            Behind::Endpoint(endpoint) => Upstream::Api(Endpoint::parse(endpoint)?),
            Behind::Sample => Upstream::Api(self.sample().await?),
            Behind::Nothing => {
                return Err(StartError::EndpointMissing {
                    environment: stored.environment.name.clone(),
                });
            }
        };
        Ok(Routing {
            upstream,
            keeps_host: stored.row.keeps_host,
            passes_preflights: stored.row.passes_preflights,
            rules: stored.row.rules.clone(),
        })
    }

    /// The address of the sample API, started at the first need.
    async fn sample(&self) -> Result<Endpoint, StartError> {
        let mut sample = self.sample.lock().await;
        let address = match &*sample {
            Some(running) => running.address,
            None => {
                let any_port = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
                let api = SampleApi::bind(any_port)
                    .await
                    .map_err(|cause| Error::Listen {
                        address: any_port,
                        cause,
                    })?;
                let address = api.address();
                let task = tokio::spawn(api.run(std::future::pending()));
                *sample = Some(Sample { address, task });
                address
            }
        };
        Ok(Endpoint::parse(&format!("http://{address}"))?)
    }
}

/// A gateway of this process.
pub struct Running {
    environment: EnvironmentRow,
    address: SocketAddr,
    followed: Arc<Followed>,
    stop: watch::Sender<bool>,
    ended: watch::Receiver<bool>,
}

/// What follows the store, beside the gateway itself.
struct Followed {
    registry: Arc<Registry>,
    environment: EnvironmentId,
    control: Control,
    surroundings: Surroundings,
}

impl Followed {
    /// Takes over what is stored now. Says whether the gateway may go on.
    async fn follow(&self) -> Result<bool, StartError> {
        let stored = match self.registry.show_gateway(&self.environment).await {
            Err(RegistryError::NotFound(_)) => return Ok(false),
            stored => stored?,
        };
        match self.surroundings.routing(&stored).await {
            Ok(routing) => {
                if self.control.routing() != routing {
                    self.control.change(routing);
                }
                Ok(true)
            }
            Err(StartError::EndpointMissing { .. }) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Until it may not go on.
    async fn follow_changes(&self) {
        let mut seen = None;
        loop {
            // What cannot be read is the verifier's to say: it lets nothing pass then.
            let now = self.registry.store().change_counter().ok();
            if now != seen {
                match self.follow().await {
                    Ok(true) => seen = now,
                    Ok(false) => return,
                    Err(error) => {
                        tracing::warn!(%error, "a change of a gateway was not taken over yet");
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
        let (tell_ended, ended) = watch::channel(false);
        let followed = Arc::new(Followed {
            registry,
            environment: environment.id,
            control: gateway.control(),
            surroundings,
        });
        let address = gateway.address();
        let following = Arc::clone(&followed);
        tokio::spawn(async move {
            let until = async {
                tokio::select! {
                    // Nobody can stop what nobody holds any more.
                    _ = stopped.wait_for(|stop| *stop) => {}
                    () = following.follow_changes() => {}
                }
            };
            gateway.run(until).await;
            // Nobody may wait for it.
            let _told = tell_ended.send(true);
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
    /// See [`StartError`]; it then goes on as it was.
    pub async fn follow(&self) -> Result<(), StartError> {
        self.followed.follow().await.map(|_| ())
    }

    /// Resolves once it has ended, for whatever reason.
    pub fn ended(&self) -> impl Future<Output = ()> + Send + use<> {
        let mut ended = self.ended.clone();
        async move {
            // A sender that is gone has ended too.
            let _ended = ended.wait_for(|ended| *ended).await;
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
