//! `GET /metrics`: what was counted, as Prometheus reads it. No metric names a key, a project or an address.

use std::fmt::Write;
use std::sync::atomic::{AtomicU64, Ordering};

use hyper::StatusCode;
use keystile_verifier::{Figures, Lanes, Verifier};

use keystile_guard::{ProblemBody, Response};

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
    let text = written(&verifier.figures(), counted);
    keystile_guard::response(
        StatusCode::OK,
        "text/plain; version=0.0.4; charset=utf-8",
        text.into_bytes(),
    )
}

fn written(figures: &Figures, counted: &Counted) -> String {
    let mut text = String::with_capacity(2048);
    let mut one = |name: &str, kind: &str, help: &str, values: &[(String, u64)]| {
        // Writing into a text cannot fail.
        let _ = writeln!(
            text,
            "# HELP keystile_{name} {help}\n# TYPE keystile_{name} {kind}"
        );
        for (label, value) in values {
            let _ = writeln!(text, "keystile_{name}{label} {value}");
        }
    };
    let plain = |value| [(String::new(), value)];
    let mut checks = vec![("{verdict=\"accepted\"}".to_owned(), figures.accepted)];
    for refusal in Figures::REFUSALS {
        checks.push((
            format!("{{verdict=\"{refusal}\"}}"),
            figures.refused_as(refusal),
        ));
    }
    one(
        "checks_total",
        "counter",
        "Checks of keys by verdict.",
        &checks,
    );
    let failures = [
        ("{reason=\"busy\"}".to_owned(), figures.busy),
        ("{reason=\"unavailable\"}".to_owned(), figures.unavailable),
    ];
    one(
        "checks_failed_total",
        "counter",
        "Checks without a verdict.",
        &failures,
    );
    one(
        "argon2_runs_total",
        "counter",
        "First proofs of a secret.",
        &plain(figures.argon2_runs),
    );
    one(
        "refreshes_total",
        "counter",
        "Reads of the database after a commit.",
        &plain(figures.refreshes),
    );
    one(
        "cached_keys",
        "gauge",
        "Keys in memory.",
        &plain(figures.cached_keys),
    );
    one(
        "proof_marks",
        "gauge",
        "Secrets proven by this process.",
        &plain(figures.proof_marks),
    );
    let connections = counted.connections.load(Ordering::Relaxed);
    one(
        "http_connections_total",
        "counter",
        "Connections accepted.",
        &plain(connections),
    );
    let requests = counted.requests.all();
    let requests = requests.map(|lane| lane.load(Ordering::Relaxed)).sum();
    one(
        "http_requests_total",
        "counter",
        "Requests read.",
        &plain(requests),
    );
    text
}
