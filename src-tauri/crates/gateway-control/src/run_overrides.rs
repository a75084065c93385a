//! Overrides for one run of a gateway, which are not stored, and the sample API as its upstream. They turn the stored
//! configuration into the gateway's routing.

use std::net::{Ipv4Addr, SocketAddr};

use keystile_gateway::{Endpoint, Error, Routing};
use keystile_guard::KeyExtractor;
use keystile_listener::ListenError;
use keystile_registry::{Gateway as Stored, UpstreamKind};
use tokio::sync::Mutex;
use tokio::task::JoinHandle;

use crate::dev::SampleApi;
use crate::start_error::StartError;

/// The overrides of one run.
pub(crate) struct RunOverrides {
    /// Replaces the stored endpoint.
    endpoint: Option<Endpoint>,
    /// Replaces the stored setting.
    preserve_host: Option<bool>,
    /// Started on first use.
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
    pub(crate) fn new(endpoint: Option<Endpoint>, preserve_host: Option<bool>) -> Self {
        Self {
            endpoint,
            preserve_host,
            sample: Mutex::default(),
        }
    }

    /// Returns the routing for a stored configuration.
    ///
    /// # Errors
    /// There is no endpoint, it is invalid, or the sample API cannot listen.
    pub(crate) async fn routing(&self, stored: &Stored) -> Result<Routing, StartError> {
        let endpoint = match (&self.endpoint, stored.upstream_kind()) {
            (Some(endpoint), _) => endpoint.clone(),
            (None, UpstreamKind::Endpoint(endpoint)) => Endpoint::parse(endpoint)?,
            (None, UpstreamKind::Sample) => self.sample().await?,
            (None, UpstreamKind::Nothing) => {
                return Err(StartError::MissingEndpoint {
                    environment: stored.environment.name.clone(),
                });
            }
        };
        Ok(Routing {
            upstream: endpoint,
            preserve_host: self.preserve_host.unwrap_or(stored.row.preserve_host),
            allow_preflight: stored.row.allow_preflight,
            sunset_header: stored.row.sunset_header,
            rules: stored.row.rules.clone(),
            keys: KeyExtractor::new(
                stored.environment.key_location.clone(),
                stored.environment.prefix.as_str(),
            ),
        })
    }

    /// Returns the endpoint of the sample API, and starts it on first use.
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
