//! What stands around a running gateway: the wishes of this run, and the sample API where it stands behind it. They make the
//! gateway's routing of what is stored.

use std::net::{Ipv4Addr, SocketAddr};

use keystile_registry::{Behind, Gateway as Stored};
use tokio::sync::Mutex;
use tokio::task::JoinHandle;

use crate::endpoint::Endpoint;
use crate::error::Error;
use crate::sample_api::SampleApi;
use crate::settings::{Routing, Upstream};
use crate::start::StartError;
use keystile_guard::KeyExtractor;

/// What is not stored, for as long as a gateway runs.
pub(crate) struct Surroundings {
    /// The API of this run.
    endpoint: Option<Endpoint>,
    /// Whether that of this run sees its own Host.
    own_host: bool,
    /// Once it stood behind the gateway.
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
    pub(crate) fn new(endpoint: Option<Endpoint>, own_host: bool) -> Self {
        Self {
            endpoint,
            own_host,
            sample: Mutex::default(),
        }
    }

    /// What is stored, as the gateway takes it.
    pub(crate) async fn routing(&self, stored: &Stored) -> Result<Routing, StartError> {
        let endpoint = match (&self.endpoint, stored.behind()) {
            (Some(endpoint), _) => endpoint.clone(),
            (None, Behind::Endpoint(endpoint)) => Endpoint::parse(endpoint)?,
            (None, Behind::Sample) => self.sample().await?,
            (None, Behind::Nothing) => {
                return Err(StartError::EndpointMissing {
                    environment: stored.environment.name.clone(),
                });
            }
        };
        Ok(Routing {
            upstream: Upstream::Api(endpoint),
            preserve_host: stored.row.preserve_host && !self.own_host,
            passes_preflights: stored.row.passes_preflights,
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
