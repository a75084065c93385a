//! `PATCH /v1/admin/keys/{key}`: edits a key.

use axum::extract::State;
use keystile_guard::{Problem, Response};
use keystile_keys::Permission;
use keystile_registry::{Changed, KeyChanges};
use serde::{Deserialize, Deserializer};
use utoipa::ToSchema;

use crate::access::Access;
use crate::admin_api::AdminApi;
use crate::json_body::{Fields, JsonBody};
use crate::key::{Key, key_response};
use crate::key_fields::{expiry, permissions};
use crate::problems::OperationProblems;
use crate::segment::Segment;

/// Changes of a key. A field that is omitted keeps its value.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = EditKeyRequest)]
pub(crate) struct EditKey {
    /// The name, 1 to 80 characters.
    #[serde(default, deserialize_with = "not_null")]
    #[schema(value_type = String)]
    name: Option<String>,
    /// The permissions, among them `read`. One that is missing is denied from the next request on.
    #[serde(default, deserialize_with = "not_null")]
    #[schema(value_type = Vec<Permission>)]
    permissions: Option<Vec<Permission>>,
    /// When the key expires (RFC 3339); null: never.
    #[serde(default, with = "serde_with::rust::double_option")]
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<Option<String>>,
    /// The person, team, or program that uses the key.
    #[serde(default, deserialize_with = "not_null")]
    #[schema(value_type = String)]
    owner: Option<String>,
    /// Any text about the key, up to 500 characters.
    #[serde(default, deserialize_with = "not_null")]
    #[schema(value_type = String)]
    note: Option<String>,
    /// At most 10 tags.
    #[serde(default, deserialize_with = "not_null")]
    #[schema(value_type = Vec<String>)]
    tags: Option<Vec<String>>,
}

/// Deserializes a value that may be omitted, but not null: null would look as if it removed the value.
fn not_null<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

impl Fields for EditKey {
    const NAMES: &'static [&'static str] =
        &["name", "permissions", "expires_at", "owner", "note", "tags"];
    const ADVICE: &'static str = "Send a JSON object with the fields to change: name, permissions, expires_at, owner, note, and tags.";
}

/// Edit a key
#[utoipa::path(
    patch,
    path = "/v1/admin/keys/{key}",
    operation_id = "edit_key",
    tag = "admin",
    params(("key" = String, Path, description = "The id of the key")),
    request_body = EditKey,
    responses((status = 200, description = "The key", body = Key), OperationProblems),
    security(("admin" = [])),
)]
pub(crate) async fn edit_key(
    State(api): State<AdminApi>,
    access: Access,
    Segment(id): Segment,
    body: JsonBody,
) -> Result<Response, Problem> {
    let key = api.key(access, &id).await?;
    let edit: EditKey = body.parse()?;
    let expires_at = edit.expires_at.as_ref().map(Option::as_deref);
    let changes = KeyChanges {
        name: edit.name,
        permissions: edit.permissions.as_deref().map(permissions).transpose()?,
        expiry: expiry(expires_at)?,
        owner: edit.owner,
        note: edit.note,
        tags: edit.tags,
    };
    key_response(
        api.registry
            .edit_key(key.id, &changes)
            .await
            .map(Changed::into_value),
    )
}
