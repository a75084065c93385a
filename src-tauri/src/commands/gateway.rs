//! Commands about gateways.

use keystile_registry::{GatewayInput, RouteRuleInput, route_rules};
use tauri::{AppHandle, Manager, Runtime, State};

use super::id;
use crate::error::Failure;
use crate::gateways::{self, Gateways};
use crate::live_list::DecisionFeed;
use crate::shell::Shell;
use crate::view::{CreatedSample, Decision, Environment, Gateway, RouteRule, RouteTest};

#[tauri::command]
pub(crate) async fn show_gateway<R: Runtime>(
    app: AppHandle<R>,
    shell: State<'_, Shell>,
    gateways: State<'_, Gateways>,
    environment_id: String,
) -> Result<Gateway, Failure> {
    let id = id(&environment_id, "environment")?;
    let stored = shell.registry(&app).await?.show_gateway(&id).await?;
    Ok(gateways.view(stored).await)
}

#[tauri::command]
pub(crate) async fn start_gateway<R: Runtime>(
    app: AppHandle<R>,
    environment_id: String,
    port: Option<u16>,
) -> Result<Gateway, Failure> {
    gateways::start_gateway(&app, &id(&environment_id, "environment")?, port).await
}

#[tauri::command]
pub(crate) async fn stop_gateway<R: Runtime>(
    app: AppHandle<R>,
    environment_id: String,
) -> Result<Gateway, Failure> {
    gateways::stop_gateway(&app, &id(&environment_id, "environment")?).await
}

#[tauri::command]
pub(crate) async fn edit_gateway<R: Runtime>(
    app: AppHandle<R>,
    shell: State<'_, Shell>,
    environment_id: String,
    preserve_host: bool,
    allow_preflight: bool,
    sample: bool,
    rules: Vec<RouteRule>,
) -> Result<Gateway, Failure> {
    let id = id(&environment_id, "environment")?;
    let fields = GatewayInput {
        preserve_host,
        allow_preflight,
        sample_upstream: sample,
        rules: rules.into_iter().map(RouteRuleInput::from).collect(),
    };
    let stored = shell
        .registry(&app)
        .await?
        .edit_gateway(&id, &fields)
        .await?;
    let gateways = app.state::<Gateways>();
    if let Some(running) = gateways.of(&id).await {
        running.reload().await?;
    }
    Ok(gateways.view(stored).await)
}

/// What a request would need under these rules, which need not be stored.
#[tauri::command]
pub(crate) async fn test_route(
    rules: Vec<RouteRule>,
    method: String,
    path: String,
) -> Result<RouteTest, Failure> {
    let fields: Vec<_> = rules.into_iter().map(RouteRuleInput::from).collect();
    RouteTest::new(&route_rules(&fields)?, &method, &path).ok_or_else(Failure::unsendable_request)
}

#[tauri::command]
pub(crate) async fn list_decisions(
    feed: State<'_, DecisionFeed>,
    environment_id: String,
) -> Result<Vec<Decision>, Failure> {
    let id = id(&environment_id, "environment")?;
    Ok(feed.of(&id))
}

/// A project to try Keystile with. Its gateway runs when this answers, unless it could not be started: then the project is
/// there all the same, and its Gateway tab says why.
#[tauri::command]
pub(crate) async fn create_sample<R: Runtime>(
    app: AppHandle<R>,
    shell: State<'_, Shell>,
) -> Result<CreatedSample, Failure> {
    let (project, environment) = shell.registry(&app).await?.create_sample().await?;
    if let Err(failure) = gateways::start_gateway(&app, &environment.id, None).await {
        tracing::warn!(code = failure.code, "the sample's gateway did not start");
    }
    Ok(CreatedSample {
        project: project.into(),
        environment: Environment::of(environment, None),
    })
}
