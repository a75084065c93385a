//! Errors of the registry as problem responses.

use std::collections::BTreeMap;
use std::error::Error;

use hyper::StatusCode;
use keystile_guard::Problem;
use keystile_keys::State;
use keystile_registry::RegistryError;
use keystile_service::problem_responses;
use utoipa::IntoResponses;
use utoipa::openapi::{RefOr, Response};

/// The problems of every operation.
pub(crate) struct OperationProblems;

const OPERATION_PROBLEMS: [(&str, &str); 12] = [
    ("400", "Malformed request"),
    ("401", "Missing or invalid admin token"),
    ("403", "The request comes from a browser"),
    ("404", "Not found, or not in the project of the admin token"),
    (
        "409",
        "The state of the key, or a name that is taken, does not allow the operation",
    ),
    ("408", "The request did not arrive in time"),
    ("411", "Content-Length is required"),
    ("413", "The body is too large"),
    ("415", "Unsupported Content-Type"),
    (
        "422",
        "Invalid value, or a missing confirmation of a production key",
    ),
    ("500", "Internal error"),
    ("503", "The store cannot be read or written at the moment"),
];

impl IntoResponses for OperationProblems {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        problem_responses(&OPERATION_PROBLEMS)
    }
}

/// Returns the problem for an error. The cause of a failure goes to the log.
pub(crate) fn problem(error: &RegistryError) -> Problem {
    let status = status(error);
    if status.is_server_error() {
        tracing::warn!(
            error = error as &dyn Error,
            "an operation of the admin API failed"
        );
    }
    let problem = Problem::from_diagnostic(status, error);
    // Other sentences are about the window.
    match error {
        RegistryError::CopyNotRecorded(_) => problem.with_advice("Confirm the key again."),
        RegistryError::InvalidKeyState(State::Pending) => {
            problem.with_advice("Confirm the key first.")
        }
        RegistryError::RotationPending => problem
            .with_advice("Confirm or discard the earlier rotation, or try again in a minute."),
        RegistryError::AlreadyIssued => problem
            .with_detail("A key was already created with this Idempotency-Key.")
            .with_advice(
                "It was confirmed, or revoked because it was not. Use a new Idempotency-Key for another key.",
            ),
        RegistryError::NameRequired(_) => {
            problem.with_advice("Send the name of the key in the field confirm.")
        }
        _ => problem,
    }
}

fn status(error: &RegistryError) -> StatusCode {
    match error {
        RegistryError::NotFound(_) | RegistryError::UnknownTicket => StatusCode::NOT_FOUND,
        RegistryError::NameTaken { .. }
        | RegistryError::NameConfusable { .. }
        | RegistryError::Ambiguous { .. }
        | RegistryError::InvalidKeyState(_)
        | RegistryError::RotationPending
        | RegistryError::RotationClaimed
        | RegistryError::SecretEnded
        | RegistryError::NoOldSecret
        | RegistryError::AlreadyIssued
        | RegistryError::EnvironmentChanged => StatusCode::CONFLICT,
        RegistryError::InvalidPause | RegistryError::InvalidOverlap => {
            StatusCode::UNPROCESSABLE_ENTITY
        }
        RegistryError::Store(_) | RegistryError::CopyNotRecorded(_) => {
            StatusCode::SERVICE_UNAVAILABLE
        }
        error if error.field().is_some() => StatusCode::UNPROCESSABLE_ENTITY,
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    }
}
