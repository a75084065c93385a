//! The problem responses that the OpenAPI document lists for several paths.

use std::collections::BTreeMap;

use keystile_guard::ProblemBody;
use utoipa::openapi::{ContentBuilder, Ref, RefOr, Response, ResponseBuilder};
use utoipa::{IntoResponses, ToSchema};

/// The problems of verify and introspect.
pub(crate) struct AdminProblems;

const ADMIN_PROBLEMS: [(&str, &str); 9] = [
    ("400", "Malformed request"),
    ("401", "Missing or invalid admin token"),
    (
        "403",
        "The request comes from a browser, or its admin token is for one project",
    ),
    ("404", "Environment not found"),
    ("408", "The request did not arrive in time"),
    ("411", "Content-Length is required"),
    ("413", "The body is too large"),
    ("415", "Unsupported Content-Type"),
    ("503", "Keys cannot be verified at the moment"),
];

impl IntoResponses for AdminProblems {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        problem_responses(&ADMIN_PROBLEMS)
    }
}

/// Describes problems by their status and description.
pub fn problem_responses(problems: &[(&str, &str)]) -> BTreeMap<String, RefOr<Response>> {
    let response =
        |(status, description): &(&str, &str)| ((*status).to_owned(), problem(description).into());
    problems.iter().map(response).collect()
}

fn problem(description: &str) -> Response {
    let schema = Ref::from_schema_name(ProblemBody::name());
    ResponseBuilder::new()
        .description(description)
        .content(
            "application/problem+json",
            ContentBuilder::new().schema(Some(schema)).build(),
        )
        .build()
}
