//! Checks the admin token. Digests are compared in constant time, so that timing reveals neither the length of the
//! token nor the position of a wrong character.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hyper::HeaderMap;
use hyper::header::AUTHORIZATION;
use keystile_guard::{Problem, bearer_token};
use percent_encoding::percent_decode;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

/// The digest of the configured token; `None` if every client is an administrator.
pub(crate) struct Admin(Option<[u8; 32]>);

fn digest(token: &[u8]) -> [u8; 32] {
    Sha256::digest(token).into()
}

impl Admin {
    pub(crate) fn new(token: Option<&str>) -> Self {
        Self(token.map(|token| digest(token.as_bytes())))
    }

    /// Checks `Authorization: Bearer`.
    ///
    /// # Errors
    /// `missing_admin_token`, `invalid_admin_token`, or `malformed_authorization`.
    pub(crate) fn check(&self, headers: &HeaderMap) -> Result<(), Problem> {
        if self.0.is_none() {
            return Ok(());
        }
        let token = bearer_token(headers)?.ok_or_else(Problem::missing_admin_token)?;
        self.check_token(token.as_bytes())
    }

    /// Checks the authentication of an OAuth client (RFC 6749, section 2.3.1): Bearer, Basic with the token as password
    /// and any user name, or `client_secret` in the body.
    ///
    /// # Errors
    /// `missing_admin_token`, `invalid_admin_token`, or `malformed_authorization`.
    pub(crate) fn check_client(
        &self,
        headers: &HeaderMap,
        client_secret: Option<&str>,
    ) -> Result<(), Problem> {
        if self.0.is_none() {
            return Ok(());
        }
        if let Some(token) = bearer_token(headers)? {
            return self.check_token(token.as_bytes());
        }
        if let Some(password) = basic_password(headers) {
            // Some OAuth clients percent-encode the password first.
            let decoded: Zeroizing<Vec<u8>> = Zeroizing::new(percent_decode(&password).collect());
            return self
                .check_token(&password)
                .or_else(|_| self.check_token(&decoded));
        }
        let secret = client_secret.ok_or_else(Problem::missing_admin_token)?;
        self.check_token(secret.as_bytes())
    }

    fn check_token(&self, token: &[u8]) -> Result<(), Problem> {
        match &self.0 {
            Some(expected) if bool::from(digest(token).ct_eq(expected)) => Ok(()),
            Some(_) => Err(Problem::invalid_admin_token()),
            None => Ok(()),
        }
    }
}

/// Returns the password of `Authorization: Basic` (RFC 7617), still percent-encoded.
fn basic_password(headers: &HeaderMap) -> Option<Zeroizing<Vec<u8>>> {
    let value = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, credentials) = value.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = Zeroizing::new(STANDARD.decode(credentials.trim()).ok()?);
    let text = std::str::from_utf8(&decoded).ok()?;
    let (_user, password) = text.split_once(':')?;
    Some(Zeroizing::new(password.as_bytes().to_vec()))
}
