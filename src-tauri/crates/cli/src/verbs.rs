//! One verb a file; here is who is called for which words.

mod completions;
mod create_key;
mod decision_writer;
mod demo;
mod doctor;
mod edit_gateway;
mod environment;
mod gateway;
mod key;
mod outcome;
mod project;
mod revoke_key;
mod route_rules;
mod run_gateway;
mod serve;
mod snippet;
mod verify;

use std::path::Path;
use std::sync::Arc;

use keystile_registry::{NoClipboard, Registry};

pub(crate) use outcome::Outcome;

use crate::arguments::{Arguments, GatewayVerb, KeyVerb, ProjectVerb, Verb};
use crate::failure::Failure;
use crate::place;
use crate::report::Report;

pub(crate) async fn run(arguments: Arguments, report: &Report) -> Result<Outcome, Failure> {
    let db = arguments.db.as_deref();
    if arguments.verb.needs_a_store() {
        place::must_exist(db)?;
    }
    match arguments.verb {
        Verb::Project(ProjectVerb::Create { name }) => project::create(db, &name, report).await?,
        Verb::Project(verb) => project::run(&registry(db).await?, verb, report).await?,
        Verb::Env(verb) => environment::run(&registry(db).await?, verb, report).await?,
        Verb::Key(KeyVerb::Create(wish)) => create_key::run(db, wish, report).await?,
        Verb::Key(KeyVerb::Revoke { which, consent }) => {
            revoke_key::run(&registry(db).await?, &which, consent, report).await?;
        }
        Verb::Key(verb) => key::run(&registry(db).await?, verb, report).await?,
        Verb::Verify(wish) => return verify::run(db, &wish, report).await,
        Verb::Serve(wish) => serve::run(db, wish, report).await?,
        Verb::Gateway(verb) => on_a_gateway(db, verb, report).await?,
        Verb::Snippet(wish) => snippet::run(db, &wish, report).await?,
        Verb::Doctor(wish) => doctor::run(db, &wish, report).await?,
        Verb::Demo => demo::run(db, report).await?,
        Verb::Completions { shell } => completions::run(shell, report),
    }
    Ok(Outcome::Done)
}

async fn on_a_gateway(
    db: Option<&Path>,
    verb: GatewayVerb,
    report: &Report,
) -> Result<(), Failure> {
    let registry = registry(db).await?;
    match verb {
        GatewayVerb::Run(wish) => run_gateway::run(db, registry, wish, report).await,
        GatewayVerb::List { env } => gateway::list(&registry, env.as_deref(), report).await,
        GatewayVerb::Show(of) => gateway::show(&registry, &of.env, report).await,
        GatewayVerb::Edit(wish) => edit_gateway::run(&registry, wish, report).await,
        GatewayVerb::Rules { of, edits } => {
            route_rules::run(&registry, &of.env, edits, report).await
        }
    }
}

async fn registry(db: Option<&Path>) -> Result<Registry, Failure> {
    place::registry(db, Arc::new(NoClipboard)).await
}
