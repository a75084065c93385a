//! The counters of a verifier for Prometheus.

use keystile_verifier::{DenyReason, Metrics, Verifier};
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;

/// What a verifier had counted at the time of one scrape.
#[derive(Debug)]
pub(crate) struct VerifierMetrics(Metrics);

impl VerifierMetrics {
    pub(crate) fn new(verifier: &Verifier) -> Self {
        Self(verifier.metrics())
    }
}

impl Collector for VerifierMetrics {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), std::fmt::Error> {
        let figures = &self.0;
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
