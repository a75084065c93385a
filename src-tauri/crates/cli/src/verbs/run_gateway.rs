//! Run an environment's gateway until Ctrl+C or SIGTERM, and print what is decided: a line each request, or with `--json` a
//! JSON value each line. Never a key.

use std::path::Path;
use std::sync::Arc;

use keystile_gateway::{Decision, Endpoint, Gateway, Outcome, Settings, Upstream};
use keystile_verifier::Verifier;
use serde_json::{Value, json};
use tokio::sync::broadcast::error::RecvError;

use crate::arguments::RunGateway;
use crate::failure::Failure;
use crate::place;
use crate::report::Report;
use crate::signal::stop;

pub(crate) async fn run(
    db: Option<&Path>,
    wish: RunGateway,
    report: &Report,
) -> Result<(), Failure> {
    let verifier = Verifier::open(&place::folder(db)?).await?;
    let environment = place::guarded(&verifier, &wish.env).await?;
    let endpoint = wish.endpoint.as_ref().or(environment.endpoint.as_ref());
    let endpoint = endpoint.ok_or_else(|| {
        Failure::new(
            "endpoint_missing",
            format!("{} has no endpoint.", environment.name),
            "Add --endpoint URL, or enter one: keystile env edit ENVIRONMENT --endpoint URL.",
        )
    })?;
    let upstream = Upstream::Api(Endpoint::parse(endpoint)?);
    let mut settings = Settings::new(wish.listen, environment.id, upstream);
    settings.routing.keeps_host = !wish.own_host;
    let gateway = Gateway::bind(verifier, settings).await?;
    let address = gateway.address();
    if report.is_json() {
        let started = json!({"address": address.to_string(), "endpoint": endpoint});
        report.line(&started.to_string());
    } else {
        report.line(&format!(
            "Only keys of {} / {} pass http://{address} to {endpoint}",
            environment.project_name, environment.name
        ));
    }
    let mut decisions = gateway.decisions();
    let tell = async {
        loop {
            match decisions.recv().await {
                Ok(decision) => report.line(&line(&decision, report.is_json())),
                Err(RecvError::Lagged(lost)) => {
                    report.say(&format!("{lost} decisions came too fast to be printed."));
                }
                Err(RecvError::Closed) => return,
            }
        }
    };
    tokio::join!(gateway.run(stop()), tell);
    Ok(())
}

fn line(decision: &Arc<Decision>, is_json: bool) -> String {
    let key = decision.key.as_deref();
    let code = match decision.outcome {
        Outcome::Accepted => "accepted",
        Outcome::Refused(code) => code,
    };
    if is_json {
        let value: Value = json!({
            "method": decision.method.as_str(),
            "path": decision.path,
            "permission": decision.need.as_str(),
            "key_id": key.map(|key| key.id.as_str()),
            "name": key.map(|key| key.name.as_str()),
            "code": code,
        });
        return value.to_string();
    }
    let verdict = match decision.outcome {
        Outcome::Accepted => code.to_owned(),
        Outcome::Refused(_) => format!("refused: {code}"),
    };
    let name = key.map_or("-", |key| key.name.as_str());
    // A path may hold what a terminal would obey; what is sent as a request target is ASCII, so this changes nothing else.
    let path = decision.path.escape_debug();
    format!("{:<7} {path}  {name}  {verdict}", decision.method.as_str())
}
