//! Runs the command of the command line. One file per command, or per noun for short ones.

mod completions;
mod decision_writer;
mod demo;
mod doctor;
mod environment;
mod fleet;
mod gateway;
mod gateway_edit;
mod gateway_rules;
mod gateway_run;
mod key;
mod key_create;
mod key_edit;
mod key_output;
mod key_revoke;
mod key_revoke_unused;
mod key_rotate;
mod open;
mod outcome;
mod project;
mod requests;
mod serve;
mod snippet;
mod store;
mod store_copy;
mod verify;

use std::path::Path;
use std::sync::Arc;

use keystile_registry::{NoClipboard, Registry};

pub(crate) use outcome::Outcome;

use crate::arguments::{
    Arguments, Command, EnvironmentCommand, FleetCommand, GatewayCommand, KeyCommand, Open,
    ProjectCommand, StoreCommand,
};
use crate::error::CliError;
use crate::report::Report;
use crate::resolve;

pub(crate) async fn run(arguments: Arguments, report: &Report) -> Result<Outcome, CliError> {
    let db = arguments.db.as_deref();
    if arguments.command.requires_store() {
        resolve::require_store(db)?;
    }
    match arguments.command {
        Command::Project(command) => run_project(db, command, report).await?,
        Command::Env(command) => run_environment(db, command, report).await?,
        Command::Key(command) => return run_key(db, command, report).await,
        Command::Verify(args) => return verify::run(db, &args, report).await,
        Command::Serve(args) => serve::run(db, args, report).await?,
        Command::Gateway(command) => run_gateway(db, command, report).await?,
        Command::Fleet(FleetCommand::Status) => fleet::status(db, report).await?,
        Command::Requests(args) => requests::run(&registry(db).await?, &args, report).await?,
        Command::Snippet(args) => snippet::run(db, &args, report).await?,
        Command::Store(command) => run_store(db, command, report).await?,
        Command::Open(args) => run_open(db, &args, report).await?,
        Command::Doctor(args) => doctor::run(db, &args, report).await?,
        Command::Demo => demo::run(db, report).await?,
        Command::Completions { shell } => completions::run(shell, report),
    }
    Ok(Outcome::Success)
}

async fn run_project(
    db: Option<&Path>,
    command: ProjectCommand,
    report: &Report,
) -> Result<(), CliError> {
    match command {
        ProjectCommand::List => project::list(&registry(db).await?, report).await,
        ProjectCommand::Create { name } => project::create(db, &name, report).await,
        ProjectCommand::Show { project } => {
            project::show(&registry(db).await?, &project, report).await
        }
        ProjectCommand::Rename { project, name } => {
            project::rename(&registry(db).await?, &project, &name, report).await
        }
        ProjectCommand::Delete {
            project,
            confirmation,
        } => project::delete(&registry(db).await?, &project, confirmation, report).await,
    }
}

async fn run_environment(
    db: Option<&Path>,
    command: EnvironmentCommand,
    report: &Report,
) -> Result<(), CliError> {
    let registry = registry(db).await?;
    match command {
        EnvironmentCommand::List { project } => {
            environment::list(&registry, project.as_deref(), report).await
        }
        EnvironmentCommand::Create(args) => environment::create(&registry, args, report).await,
        EnvironmentCommand::Show { environment } => {
            environment::show(&registry, &environment, report).await
        }
        EnvironmentCommand::Edit(args) => environment::edit(&registry, args, report).await,
        EnvironmentCommand::Delete {
            environment,
            confirmation,
        } => environment::delete(&registry, &environment, confirmation, report).await,
    }
}

async fn run_key(
    db: Option<&Path>,
    command: KeyCommand,
    report: &Report,
) -> Result<Outcome, CliError> {
    match command {
        // Opens the registry with its own clipboard.
        KeyCommand::Create(args) => key_create::run(db, args, report).await,
        KeyCommand::List(args) => return key::list(&registry(db).await?, &args, report).await,
        KeyCommand::Show(args) => key::show(&registry(db).await?, &args, report).await,
        KeyCommand::Disable(args) => key::disable(&registry(db).await?, &args, report).await,
        KeyCommand::Enable(args) => key::enable(&registry(db).await?, &args, report).await,
        KeyCommand::Edit(args) => key_edit::edit(&registry(db).await?, args, report).await,
        KeyCommand::Rotate(args) => key_rotate::rotate(db, args, report).await,
        KeyCommand::EndOldSecret(args) => {
            key_rotate::end_old_secret(&registry(db).await?, &args, report).await
        }
        KeyCommand::History(args) => key_edit::history(&registry(db).await?, &args, report).await,
        KeyCommand::Revoke(args) => match args.unused {
            Some(time) => key_revoke_unused::run(db, args, time, report).await,
            None => key_revoke::run(db, args, report).await,
        },
    }?;
    Ok(Outcome::Success)
}

async fn run_gateway(
    db: Option<&Path>,
    command: GatewayCommand,
    report: &Report,
) -> Result<(), CliError> {
    let registry = registry(db).await?;
    match command {
        GatewayCommand::Run(args) => gateway_run::run(db, registry, args, report).await,
        GatewayCommand::List { env } => gateway::list(&registry, env.as_deref(), report).await,
        GatewayCommand::Show(option) => gateway::show(&registry, &option.reference, report).await,
        GatewayCommand::Edit(args) => gateway_edit::run(&registry, args, report).await,
        GatewayCommand::Rules { environment, edits } => {
            gateway_rules::run(&registry, &environment.reference, edits, report).await
        }
    }
}

async fn run_store(
    db: Option<&Path>,
    command: StoreCommand,
    report: &Report,
) -> Result<(), CliError> {
    match command {
        StoreCommand::Init => store::init(db, report).await,
        StoreCommand::Check => {
            resolve::require_store(db)?;
            doctor::check_store(db, report).await
        }
        StoreCommand::Migrate => store::migrate(db, report).await,
        StoreCommand::Roles { apply } => store::roles(db, apply, report).await,
        StoreCommand::Copy(args) => store_copy::run(db, args, report).await,
    }
}

async fn run_open(db: Option<&Path>, args: &Open, report: &Report) -> Result<(), CliError> {
    resolve::require_default_store(db)?;
    let registry = match args.environment {
        Some(_) => Some(registry(db).await?),
        None => None,
    };
    open::run(registry.as_ref(), args, report).await
}

async fn registry(db: Option<&Path>) -> Result<Registry, CliError> {
    resolve::registry(db, Arc::new(NoClipboard)).await
}
