//! Counts requests, and encodes metrics for Prometheus. No metric identifies a key, a project, or an address.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use hyper::StatusCode;
use keystile_guard::{Problem, Response};
use keystile_verifier::Sharded;
use prometheus_client::collector::Collector;
use prometheus_client::encoding::prometheus_text::{CONTENT_TYPE, encode};
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

use crate::auth_path::{AUTH_ROOT, INTROSPECT_ROOT};

/// Upper bounds of the latency histograms, in seconds.
pub(crate) const LATENCY_BUCKETS: [f64; 12] = [
    0.000_05, 0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.1, 0.5, 2.5,
];

/// The groups of paths whose latency is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RouteLabel {
    ForwardAuth,
    Verify,
    Introspect,
    Other,
}

impl RouteLabel {
    const ALL: [Self; 4] = [
        Self::ForwardAuth,
        Self::Verify,
        Self::Introspect,
        Self::Other,
    ];

    pub(crate) fn from_path(path: &str) -> Self {
        if path.starts_with(AUTH_ROOT) {
            Self::ForwardAuth
        } else if path == "/v1/verify" {
            Self::Verify
        } else if path.starts_with(INTROSPECT_ROOT) {
            Self::Introspect
        } else {
            Self::Other
        }
    }

    fn as_str(self) -> &'static str {
        match self {
            Self::ForwardAuth => "forward_auth",
            Self::Verify => "verify",
            Self::Introspect => "introspect",
            Self::Other => "other",
        }
    }
}

/// The counters of the service.
#[derive(Debug)]
pub(crate) struct HttpMetrics {
    connections: AtomicU64,
    requests: Sharded<AtomicU64>,
    latencies: [Histogram; RouteLabel::ALL.len()],
}

impl Default for HttpMetrics {
    fn default() -> Self {
        Self {
            connections: AtomicU64::new(0),
            requests: Sharded::default(),
            latencies: std::array::from_fn(|_| Histogram::new(LATENCY_BUCKETS)),
        }
    }
}

impl HttpMetrics {
    pub(crate) fn connection(&self) {
        self.connections.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn request(&self, route: RouteLabel, duration: Duration) {
        self.requests.local().fetch_add(1, Ordering::Relaxed);
        self.latencies[route as usize].observe(duration.as_secs_f64());
    }

    /// Returns a snapshot of the counters.
    pub(crate) fn snapshot(&self) -> HttpMetricsSnapshot {
        HttpMetricsSnapshot {
            connections: self.connections.load(Ordering::Relaxed),
            requests: self
                .requests
                .iter()
                .map(|shard| shard.load(Ordering::Relaxed))
                .sum(),
            latencies: self.latencies.clone(),
        }
    }
}

/// Encodes the metrics of these collectors as a response.
///
/// # Errors
/// `internal_error`: a collector failed.
pub(crate) fn encode_metrics(
    collectors: impl IntoIterator<Item = Box<dyn Collector>>,
) -> Result<Response, Problem> {
    let mut registry = Registry::with_prefix("keystile");
    for collector in collectors {
        registry.register_collector(collector);
    }
    let mut text = String::with_capacity(4096);
    encode(&mut text, &registry).map_err(|error| {
        tracing::warn!(%error, "encoding metrics failed");
        Problem::internal_error()
    })?;
    Ok(keystile_guard::response(
        StatusCode::OK,
        CONTENT_TYPE,
        text.into_bytes(),
    ))
}

/// A snapshot of the service's counters.
#[derive(Debug)]
pub(crate) struct HttpMetricsSnapshot {
    connections: u64,
    requests: u64,
    latencies: [Histogram; RouteLabel::ALL.len()],
}

impl Collector for HttpMetricsSnapshot {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), std::fmt::Error> {
        for (name, help, value) in [
            (
                "http_connections",
                "Accepted connections.",
                self.connections,
            ),
            ("http_requests", "Requests.", self.requests),
        ] {
            let metric = encoder.encode_descriptor(name, help, None, MetricType::Counter)?;
            ConstCounter::new(value).encode(metric)?;
        }
        let mut metric = encoder.encode_descriptor(
            "http_request_duration",
            "Time from receiving the request headers to the response headers.",
            Some(&Unit::Seconds),
            MetricType::Histogram,
        )?;
        for route in RouteLabel::ALL {
            let labels = [("route", route.as_str())];
            self.latencies[route as usize].encode(metric.encode_family(&labels)?)?;
        }
        Ok(())
    }
}
