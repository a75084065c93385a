//! The counters of a verifier for Prometheus.

use std::time::Duration;

use keystile_keys::Timestamp;
use keystile_verifier::{DenyReason, LEASE_TTL, Metrics, NextExpiry, PropagationTotals, Verifier};
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::registry::Unit;

/// The time until the next expiry of a key, by environment.
#[derive(Debug)]
pub(crate) struct ExpiryMetrics {
    now: Timestamp,
    next: Vec<NextExpiry>,
}

impl ExpiryMetrics {
    /// Reads the expiries. Without the database there are none.
    pub(crate) async fn read(verifier: &Verifier) -> Self {
        Self {
            now: verifier.now(),
            next: verifier.next_expiries().await.unwrap_or_default(),
        }
    }
}

impl Collector for ExpiryMetrics {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), std::fmt::Error> {
        let help = "Seconds until the next key of an environment expires.";
        let mut metric = encoder.encode_descriptor(
            "next_key_expiry",
            help,
            Some(&Unit::Seconds),
            MetricType::Gauge,
        )?;
        for next in &self.next {
            let environment = format!("{}/{}", next.project_name, next.environment_name);
            let seconds = next.at.as_secs() - self.now.as_secs();
            let labels = [("environment", environment.as_str())];
            ConstGauge::new(seconds).encode(metric.encode_family(&labels)?)?;
        }
        Ok(())
    }
}

/// A snapshot of a verifier's counters.
#[derive(Debug)]
pub(crate) struct VerifierMetrics(Metrics);

impl VerifierMetrics {
    pub(crate) fn new(verifier: &Verifier) -> Self {
        Self(verifier.metrics())
    }
}

impl Collector for VerifierMetrics {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), std::fmt::Error> {
        let metrics = &self.0;
        let mut checks = vec![("allowed".to_owned(), metrics.accepted)];
        for reason in DenyReason::ALL {
            checks.push((reason.to_string(), metrics.rejected_for(reason)));
        }
        let failures = [
            ("busy".to_owned(), metrics.busy),
            ("unavailable".to_owned(), metrics.unavailable),
        ];
        // The encoder adds `_total` to the name of a counter.
        let help = "Key verifications by result.";
        counters(&mut encoder, "verifications", help, "result", &checks)?;
        let help = "Key verifications that failed without a result.";
        counters(
            &mut encoder,
            "verification_errors",
            help,
            "reason",
            &failures,
        )?;
        // How far a rotation has come, without naming the key.
        let secrets = [
            ("current".to_owned(), metrics.current_secret_uses),
            ("old".to_owned(), metrics.old_secret_uses),
        ];
        let help = "Allowed requests with keys that have been rotated, by secret.";
        counters(
            &mut encoder,
            "rotated_key_requests",
            help,
            "secret",
            &secrets,
        )?;
        for (name, help, value) in [
            (
                "argon2_runs",
                "Argon2id verifications.",
                metrics.argon2_runs,
            ),
            (
                "refreshes",
                "Cache refreshes after a database commit.",
                metrics.refreshes,
            ),
            (
                "key_lookups",
                "Keys looked up in the database because they were not cached.",
                metrics.key_lookups,
            ),
            (
                "unlogged_requests",
                "Requests that are missing in the request log, because there were too many or it cannot be written.",
                metrics.unlogged_requests,
            ),
        ] {
            let metric = encoder.encode_descriptor(name, help, None, MetricType::Counter)?;
            ConstCounter::new(value).encode(metric)?;
        }
        for (name, help, value) in [
            ("cached_keys", "Cached keys.", metrics.cached_keys),
            (
                "proven_secrets",
                "Secrets that this process has verified by Argon2id.",
                metrics.proven_secrets,
            ),
        ] {
            let metric = encoder.encode_descriptor(name, help, None, MetricType::Gauge)?;
            ConstGauge::new(value).encode(metric)?;
        }
        match metrics.lease {
            Some(remaining) => encode_lease(&mut encoder, remaining),
            None => Ok(()),
        }
    }
}

/// Encodes the lease on a shared store, and what the changes of this process waited for.
fn encode_lease(
    encoder: &mut DescriptorEncoder<'_>,
    remaining: Duration,
) -> Result<(), std::fmt::Error> {
    let seconds = Some(&Unit::Seconds);
    let age = LEASE_TTL.saturating_sub(remaining);
    for (name, help, value) in [
        (
            "lease_remaining",
            "Until the lease on the shared store ends; 0 without a lease.",
            remaining,
        ),
        (
            "knowledge_age",
            "Since the last read that proved that this replica knows all changes, at most the length of a lease.",
            age,
        ),
    ] {
        let metric = encoder.encode_descriptor(name, help, seconds, MetricType::Gauge)?;
        ConstGauge::new(value.as_secs_f64()).encode(metric)?;
    }
    let totals = PropagationTotals::read();
    let help = "Changes of keys for which this process waited until every replica knew them.";
    let metric =
        encoder.encode_descriptor("propagated_changes", help, None, MetricType::Counter)?;
    ConstCounter::new(totals.changes).encode(metric)?;
    let help = "How long these changes waited together.";
    let metric =
        encoder.encode_descriptor("propagation_wait", help, seconds, MetricType::Counter)?;
    ConstCounter::new(totals.waited.as_secs_f64()).encode(metric)?;
    let help = "Replicas that did not respond to a change until their leases had ended.";
    let metric = encoder.encode_descriptor("silent_replicas", help, None, MetricType::Counter)?;
    ConstCounter::new(totals.silent).encode(metric)
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
