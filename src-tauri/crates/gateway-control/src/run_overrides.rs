//! Options of a single run, and the sample API where it is the upstream. They turn the stored configuration into the
//! gateway's routing; nothing of them is stored.

use std::net::{Ipv4Addr, SocketAddr};

use keystile_gateway::{Endpoint, Error, Routing};
use keystile_guard::KeyExtractor;
use keystile_listener::ListenError;
use keystile_registry::{Gateway as Stored, UpstreamKind};
use tokio::sync::Mutex;
use tokio::task::JoinHandle;

use crate::dev::SampleApi;
use crate::start_error::StartError;

/// The options of a run, as long as its gateway runs.
pub(crate) struct RunOverrides {
    /// The endpoint of this run.
    endpoint: Option<Endpoint>,
    /// Whether the upstream of this run gets its own `Host`.
    upstream_host: bool,
    /// Started at the first need.
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

impl RunOverrides {
    pub(crate) fn new(endpoint: Option<Endpoint>, upstream_host: bool) -> Self {
        Self {
            endpoint,
            upstream_host,
            sample: Mutex::default(),
        }
    }

    /// Returns the routing for what is stored.
    pub(crate) async fn routing(&self, stored: &Stored) -> Result<Routing, StartError> {
        let endpoint = match (&self.endpoint, stored.upstream_kind()) {
            (Some(endpoint), _) => endpoint.clone(),
            (None, UpstreamKind::Endpoint(endpoint)) => Endpoint::parse(endpoint)?,
            (None, UpstreamKind::Sample) => self.sample().await?,
            (None, UpstreamKind::Nothing) => {
                return Err(StartError::EndpointMissing {
                    environment: stored.environment.name.clone(),
                });
            }
        };
        Ok(Routing {
            upstream: endpoint,
            preserve_host: stored.row.preserve_host && !self.upstream_host,
            allow_preflight: stored.row.allow_preflight,
            rules: stored.row.rules.clone(),
            keys: KeyExtractor::new(
                stored.environment.key_location.clone(),
                stored.environment.prefix.as_str(),
            ),
        })
    }

    /// The address of the sample API, started at the first need.
    async fn sample(&self) -> Result<Endpoint, StartError> {
        let mut sample = self.sample.lock().await;
        let address = match &*sample {
            Some(running) => running.address,
            None => {
                let any_port = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
                let api = SampleApi::bind(any_port).await.map_err(|cause| {
                    Error::from(ListenError::Bind {
                        address: any_port.into(),
                        cause,
                    })
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
