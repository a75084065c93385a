//! The response with a new key. Here, and only here, the admin API writes plain keys.

use bytes::Bytes;
use http_body_util::Full;
use hyper::StatusCode;
use hyper::header::{HeaderValue, LOCATION};
use keystile_guard::{Problem, Response};
use keystile_keys::Timestamp;
use keystile_registry::{Prompt, RegistryError};
use serde::Serialize;
use utoipa::ToSchema;
use zeroize::Zeroizing;

use crate::confirm_key::confirmation_path;
use crate::key::Key;
use crate::problems::problem;

/// More bytes than any such response has.
const MAX_BYTES: usize = 16 * 1024;

/// A new key, or a new secret of a rotated key.
#[derive(Serialize, ToSchema)]
pub(crate) struct NewSecret<'a> {
    /// The key to send with requests. It cannot be read again.
    api_key: &'a str,
    /// Where to confirm, by POST, that the key was stored. Until then, requests with it are denied.
    confirmation_url: String,
    /// The last segment of `confirmation_url`, for generated clients.
    confirmation_ticket: &'a str,
    /// When the key is revoked unless that was confirmed.
    #[schema(format = DateTime)]
    confirm_before: String,
    /// The key as it is stored.
    key: Key,
}

/// Returns the response 201.
///
/// # Errors
/// `already_issued` if the key has ended meanwhile.
pub(crate) fn created(prompt: Prompt, confirm_before: Timestamp) -> Result<Response, Problem> {
    let plain = prompt
        .plain
        .ok_or_else(|| problem(&RegistryError::AlreadyIssued))?;
    let path = confirmation_path(prompt.ticket.as_str());
    let location = format!("/v1/admin/keys/{}", prompt.key.id);
    let secret = NewSecret {
        api_key: &plain,
        confirmation_url: path,
        confirmation_ticket: prompt.ticket.as_str(),
        confirm_before: confirm_before.to_rfc3339().unwrap_or_default(),
        key: prompt.key.into(),
    };
    // With its full capacity: a vector that grows leaves copies of the key in memory.
    let mut body = Zeroizing::new(Vec::with_capacity(MAX_BYTES));
    serde_json::to_writer(&mut *body, &secret).map_err(|_| Problem::internal_error())?;
    let mut response =
        keystile_guard::response(StatusCode::CREATED, "application/json", Vec::new());
    // Wiped when hyper has copied it into its buffer for the socket, which is not wiped.
    *response.body_mut() = Full::new(Bytes::from_owner(body));
    if let Ok(location) = HeaderValue::from_str(&location) {
        response.headers_mut().insert(LOCATION, location);
    }
    Ok(response)
}
