//! Counts requests for Prometheus. No metric identifies a key, a path, or an address.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use keystile_guard::DecisionCode;
use keystile_verifier::Sharded;
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Unit;

/// Upper bounds of the latency histogram, in seconds.
const LATENCY_BUCKETS: [f64; 12] = [
    0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.1, 0.5, 2.5, 10.0,
];

#[derive(Debug)]
struct Decisions([AtomicU64; DecisionCode::ALL.len()]);

impl Default for Decisions {
    fn default() -> Self {
        Self(std::array::from_fn(|_| AtomicU64::new(0)))
    }
}

#[derive(Debug)]
pub(crate) struct Metrics {
    decisions: Sharded<Decisions>,
    latency: Histogram,
}

impl Metrics {
    pub(crate) fn new() -> Self {
        Self {
            decisions: Sharded::default(),
            latency: Histogram::new(LATENCY_BUCKETS),
        }
    }

    /// Counts a request. `duration`: from its headers to the headers of its response.
    pub(crate) fn request(&self, decision: DecisionCode, duration: Duration) {
        self.decisions.local().0[decision.index()].fetch_add(1, Ordering::Relaxed);
        self.latency.observe(duration.as_secs_f64());
    }

    /// Returns a snapshot of the counters.
    pub(crate) fn snapshot(&self) -> GatewayMetrics {
        let mut decisions = [0; DecisionCode::ALL.len()];
        for shard in self.decisions.iter() {
            for (sum, counter) in decisions.iter_mut().zip(&shard.0) {
                *sum += counter.load(Ordering::Relaxed);
            }
        }
        GatewayMetrics {
            decisions,
            latency: self.latency.clone(),
        }
    }
}

/// A snapshot of a gateway's counters.
#[derive(Debug)]
pub struct GatewayMetrics {
    decisions: [u64; DecisionCode::ALL.len()],
    latency: Histogram,
}

impl GatewayMetrics {
    /// Returns the number of requests.
    pub fn requests(&self) -> u64 {
        self.decisions.iter().sum()
    }
}

impl Collector for GatewayMetrics {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), std::fmt::Error> {
        let mut metric = encoder.encode_descriptor(
            "gateway_requests",
            "Requests by decision.",
            None,
            MetricType::Counter,
        )?;
        for code in DecisionCode::ALL {
            let labels = [("decision", code.as_str())];
            let count = ConstCounter::new(self.decisions[code.index()]);
            count.encode(metric.encode_family(&labels)?)?;
        }
        let metric = encoder.encode_descriptor(
            "gateway_request_duration",
            "Time from receiving the request headers to the response headers.",
            Some(&Unit::Seconds),
            MetricType::Histogram,
        )?;
        self.latency.encode(metric)
    }
}
