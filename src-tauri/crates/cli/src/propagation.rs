//! How the replicas of a shared store learned of a change, for people and as JSON.

use keystile_store::Propagation;
use serde_json::{Value, json};

use crate::report::Report;

/// Adds what a change waited for to its JSON. Adds nothing on SQLite.
pub(crate) fn with_propagation(mut value: Value, propagation: Option<Propagation>) -> Value {
    if let Some(propagation) = propagation {
        value["propagation"] = json!({
            "replicas": propagation.replicas,
            "silent": propagation.silent,
            "waited_ms": u64::try_from(propagation.waited.as_millis()).unwrap_or(u64::MAX),
        });
    }
    value
}

/// Says what a change waited for. Says nothing on SQLite.
pub(crate) fn note(report: &Report, propagation: Option<Propagation>) {
    if let Some(propagation) = propagation {
        report.note(&sentence(propagation));
    }
}

fn sentence(propagation: Propagation) -> String {
    let millis = propagation.waited.as_millis();
    let known = match propagation.replicas {
        0 => "No replica checks keys now".to_owned(),
        1 => "1 replica knows it".to_owned(),
        count => format!("{count} replicas know it"),
    };
    match propagation.silent {
        Some(0) => format!("{known} ({millis} ms)."),
        Some(1) => format!("{known}; 1 did not respond, and its lease ended after {millis} ms."),
        Some(count) => {
            format!("{known}; {count} did not respond, and their leases ended after {millis} ms.")
        }
        None => format!("The database did not respond; all leases have ended after {millis} ms."),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use keystile_store::Propagation;

    use super::sentence;

    #[test]
    fn sentence_names_replicas_that_did_not_respond() {
        let after = |replicas, silent| {
            sentence(Propagation {
                replicas,
                silent,
                waited: Duration::from_millis(11),
            })
        };
        assert_eq!(after(3, Some(0)), "3 replicas know it (11 ms).");
        assert_eq!(
            after(1, Some(1)),
            "1 replica knows it; 1 did not respond, and its lease ended after 11 ms."
        );
        assert_eq!(
            after(2, None),
            "The database did not respond; all leases have ended after 11 ms."
        );
    }
}
