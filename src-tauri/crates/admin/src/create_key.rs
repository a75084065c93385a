//! `POST /v1/admin/environments/{environment}/keys`: creates a key.

use axum::extract::{Extension, State};
use keystile_guard::{Problem, Response};
use keystile_keys::{EnvironmentId, Permission};
use keystile_registry::IssueRequest;
use keystile_service::ConnectionFailure;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::access::Access;
use crate::admin_api::AdminApi;
use crate::await_confirmation::WINDOW;
use crate::idempotency::RequestIdentity;
use crate::json_body::{Fields, JsonBody};
use crate::key_fields::{expiry, permissions};
use crate::problems::{OperationProblems, problem};
use crate::secret_response::{NewSecret, created};
use crate::segment::Segment;

/// A key to create.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CreateKeyRequest)]
pub(crate) struct CreateKey {
    /// The name, 1 to 80 characters.
    #[schema(value_type = String, required = true)]
    name: Option<String>,
    /// The permissions, among them `read`; default `["read"]`.
    #[serde(default = "read")]
    permissions: Vec<Permission>,
    /// When the key expires (RFC 3339); null: never; omitted: as the environment says.
    #[serde(default, with = "serde_with::rust::double_option")]
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<Option<String>>,
    /// The person, team, or program that uses the key.
    #[serde(default)]
    owner: String,
    /// Any text about the key, up to 500 characters.
    #[serde(default)]
    note: String,
    /// At most 10 tags.
    #[serde(default)]
    tags: Vec<String>,
}

impl Fields for CreateKey {
    const NAMES: &'static [&'static str] =
        &["name", "permissions", "expires_at", "owner", "note", "tags"];
    const ADVICE: &'static str = "Send a JSON object with the field name, and, optionally, permissions, expires_at, owner, note, and tags.";
}

fn read() -> Vec<Permission> {
    vec![Permission::Read]
}

impl CreateKey {
    fn into_request(
        self,
        environment_id: EnvironmentId,
        idempotency_key: String,
    ) -> Result<IssueRequest, Problem> {
        let expires_at = self.expires_at.as_ref().map(Option::as_deref);
        Ok(IssueRequest {
            environment_id,
            name: self.name.ok_or_else(|| {
                Problem::invalid_body(Self::ADVICE).with_detail("Missing field: name.")
            })?,
            permissions: permissions(&self.permissions)?,
            expiry: expiry(expires_at)?.unwrap_or_default(),
            owner: self.owner,
            note: self.note,
            tags: self.tags,
            idempotency_key,
        })
    }
}

/// Create a key
///
/// The response is the only one with the key. Store the key, then confirm that by a POST to `confirmation_url`: until
/// then, requests with it are denied, and if that does not happen in time, the key is revoked. A request that is
/// repeated with the same `Idempotency-Key` before the confirmation gets the same key.
#[utoipa::path(
    post,
    path = "/v1/admin/environments/{environment}/keys",
    operation_id = "create_key",
    tag = "admin",
    params(
        ("environment" = String, Path, description = "The id of the environment, or `project/environment`"),
        ("Idempotency-Key" = Option<String>, Header, description = "Identifies the request when it is sent again"),
    ),
    request_body = CreateKey,
    responses((status = 201, description = "The key", body = NewSecret<'_>), OperationProblems),
    security(("admin" = [])),
)]
pub(crate) async fn create_key(
    State(api): State<AdminApi>,
    access: Access,
    Segment(environment): Segment,
    Extension(failure): Extension<ConnectionFailure>,
    body: JsonBody,
) -> Result<Response, Problem> {
    let environment = api.environment(access, &environment).await?;
    let identity = RequestIdentity::new(&body, access, environment.id.as_str())?;
    let idempotency_key = identity.idempotency_key.clone();
    let request = body
        .parse::<CreateKey>()?
        .into_request(environment.id, idempotency_key)?;
    // In a task of its own: the client may disconnect meanwhile, and the key must then be abandoned.
    let issued = tokio::spawn(async move {
        let _one_at_a_time = api.issuing.lock().await;
        let prompt = api.registry.issue(WINDOW, &request).await;
        let prompt = prompt.map_err(|error| problem(&error))?;
        let before = api.await_confirmation(&prompt, &identity, failure)?;
        Ok::<_, Problem>((prompt, before))
    });
    let (prompt, before) = issued.await.map_err(|_| Problem::internal_error())??;
    created(prompt, before)
}
