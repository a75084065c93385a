//! `GET /metrics`: the counters of this process in the Prometheus text format. No metric names a key, a project or an
//! address.

use std::sync::atomic::{AtomicU64, Ordering};

use hyper::StatusCode;
use keystile_guard::{Problem, ProblemBody, Response};
use keystile_verifier::{DenyReason, Figures, Lanes, Verifier};
use prometheus_client::collector::Collector;
use prometheus_client::encoding::prometheus_text::{CONTENT_TYPE, encode};
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::registry::Registry;

/// What the service itself counts.
#[derive(Default)]
pub(crate) struct Counted {
    connections: AtomicU64,
    requests: Lanes<AtomicU64>,
}

impl Counted {
    pub(crate) fn connection(&self) {
        self.connections.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn request(&self) {
        self.requests.mine().fetch_add(1, Ordering::Relaxed);
    }
}

/// Everything that was counted since the process began.
#[utoipa::path(
    get,
    path = "/metrics",
    operation_id = "metrics",
    responses(
        (status = 200, description = "Prometheus text", body = String, content_type = "text/plain"),
        (status = 401, description = "The admin token is missing or wrong", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "A page in a browser asked", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security((), ("admin" = [])),
)]
pub(crate) fn answer(verifier: &Verifier, counted: &Counted) -> Response {
    let metrics = Metrics {
        figures: verifier.figures(),
        connections: counted.connections.load(Ordering::Relaxed),
        requests: counted
            .requests
            .all()
            .map(|lane| lane.load(Ordering::Relaxed))
            .sum(),
    };
    let mut registry = Registry::with_prefix("keystile");
    registry.register_collector(Box::new(metrics));
    let mut text = String::with_capacity(2048);
    if let Err(error) = encode(&mut text, &registry) {
        tracing::warn!(%error, "the metrics could not be written");
        return Problem::internal().into_response();
    }
    keystile_guard::response(StatusCode::OK, CONTENT_TYPE, text.into_bytes())
}

/// What was counted at the time of one scrape.
#[derive(Debug)]
struct Metrics {
    figures: Figures,
    connections: u64,
    requests: u64,
}

impl Collector for Metrics {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), std::fmt::Error> {
        let Self {
            figures,
            connections,
            requests,
        } = self;
        let mut checks = vec![("accepted".to_owned(), figures.accepted)];
        for reason in DenyReason::ALL {
            checks.push((reason.to_string(), figures.refused_as(reason)));
        }
        let failures = [
            ("busy".to_owned(), figures.busy),
            ("unavailable".to_owned(), figures.unavailable),
        ];
        // The encoder adds `_total` to the name of a counter.
        let help = "Checks of keys by verdict.";
        counters(&mut encoder, "checks", help, "verdict", &checks)?;
        let help = "Checks without a verdict.";
        counters(&mut encoder, "checks_failed", help, "reason", &failures)?;
        for (name, help, value) in [
            (
                "argon2_runs",
                "First proofs of a secret.",
                figures.argon2_runs,
            ),
            (
                "refreshes",
                "Reads of the database after a commit.",
                figures.refreshes,
            ),
            ("http_connections", "Connections accepted.", *connections),
            ("http_requests", "Requests read.", *requests),
        ] {
            let metric = encoder.encode_descriptor(name, help, None, MetricType::Counter)?;
            ConstCounter::new(value).encode(metric)?;
        }
        for (name, help, value) in [
            ("cached_keys", "Keys in memory.", figures.cached_keys),
            (
                "proof_marks",
                "Secrets proven by this process.",
                figures.proof_marks,
            ),
        ] {
            let metric = encoder.encode_descriptor(name, help, None, MetricType::Gauge)?;
            ConstGauge::new(value).encode(metric)?;
        }
        Ok(())
    }
}

/// Encodes one counter for each value of `label`.
fn counters(
    encoder: &mut DescriptorEncoder<'_>,
    name: &str,
    help: &str,
    label: &str,
    values: &[(String, u64)],
) -> Result<(), std::fmt::Error> {
    let mut metric = encoder.encode_descriptor(name, help, None, MetricType::Counter)?;
    for (value, count) in values {
        let labels = [(label, value.as_str())];
        ConstCounter::new(*count).encode(metric.encode_family(&labels)?)?;
    }
    Ok(())
}
