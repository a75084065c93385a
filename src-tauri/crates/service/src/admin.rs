//! The tokens of administrators, and their check. Digests are compared in constant time, so that timing reveals neither
//! the length of the token nor the position of a wrong character.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hyper::HeaderMap;
use hyper::header::AUTHORIZATION;
use keystile_guard::{Problem, bearer_token};
use percent_encoding::percent_decode;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::error::Error;

/// Characters of an admin token: 32 base-62 characters are 190 bits, 32 hexadecimal digits 128.
const MIN_TOKEN_LENGTH: usize = 32;

/// The tokens of administrators. Contains their digests only.
#[derive(Clone)]
pub struct AdminTokens(Arc<[AdminToken]>);

#[derive(Clone)]
struct AdminToken {
    digest: [u8; 32],
    scope: AdminScope,
}

/// The projects that an administrator may manage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AdminScope {
    /// All projects. Only such a token is valid for verify, introspect, and metrics.
    AllProjects,
    /// The project with this id or name.
    Project(String),
}

fn digest(token: &[u8]) -> [u8; 32] {
    Sha256::digest(token).into()
}

impl AdminTokens {
    /// Parses tokens, one a line. After a token and a space, the line may name the project that it is for; empty lines
    /// and those that begin with `#` are skipped.
    ///
    /// # Errors
    /// `WeakAdminToken` for a token that is shorter than 32 characters or not allowed in a header, and if there is none.
    /// `AmbiguousAdminToken` for a token that is repeated, or is followed by a space and no project.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let mut tokens: Vec<AdminToken> = Vec::new();
        for line in text.lines().filter(|line| !line.trim().is_empty()) {
            if line.starts_with('#') {
                continue;
            }
            let (token, project) = match line.split_once(' ') {
                Some((token, project)) => (token, Some(project.trim())),
                None => (line, None),
            };
            let is_valid = token.bytes().all(|byte| byte.is_ascii_graphic());
            if token.len() < MIN_TOKEN_LENGTH || !is_valid {
                return Err(Error::WeakAdminToken);
            }
            let digest = digest(token.as_bytes());
            let is_repeated = tokens.iter().any(|known| known.digest == digest);
            if project == Some("") || is_repeated {
                return Err(Error::AmbiguousAdminToken);
            }
            let scope = project.map_or(AdminScope::AllProjects, |project| {
                AdminScope::Project(project.to_owned())
            });
            tokens.push(AdminToken { digest, scope });
        }
        if tokens.is_empty() {
            return Err(Error::WeakAdminToken);
        }
        Ok(Self(tokens.into()))
    }

    /// Returns the names or ids of the projects that tokens are for.
    pub fn projects(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|token| match &token.scope {
            AdminScope::AllProjects => None,
            AdminScope::Project(project) => Some(project.as_str()),
        })
    }

    /// Returns the scope of the token in `Authorization: Bearer`.
    ///
    /// # Errors
    /// `missing_admin_token`, `invalid_admin_token`, or `malformed_authorization`.
    pub fn scope(&self, headers: &HeaderMap) -> Result<&AdminScope, Problem> {
        let token = bearer_token(headers)?.ok_or_else(Problem::missing_admin_token)?;
        self.find(token.as_bytes())
            .ok_or_else(Problem::invalid_admin_token)
    }

    /// Returns the scope of a token; `None` for an unknown one.
    fn find(&self, token: &[u8]) -> Option<&AdminScope> {
        let presented = digest(token);
        // Every token is compared, so that the time does not tell which one it is.
        let mut scope = None;
        for token in self.0.iter() {
            if bool::from(token.digest.ct_eq(&presented)) {
                scope = Some(&token.scope);
            }
        }
        scope
    }
}

impl std::fmt::Debug for AdminTokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "AdminTokens({})", self.0.len())
    }
}

/// The access to verify, introspect, and metrics; `None` if every client is an administrator.
pub(crate) struct Admin(Option<AdminTokens>);

impl Admin {
    pub(crate) fn new(tokens: Option<AdminTokens>) -> Self {
        Self(tokens)
    }

    /// Checks `Authorization: Bearer`.
    ///
    /// # Errors
    /// `missing_admin_token`, `invalid_admin_token`, `admin_token_of_project`, or `malformed_authorization`.
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
    /// `missing_admin_token`, `invalid_admin_token`, `admin_token_of_project`, or `malformed_authorization`.
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
        let Some(tokens) = &self.0 else {
            return Ok(());
        };
        match tokens.find(token) {
            Some(AdminScope::AllProjects) => Ok(()),
            Some(AdminScope::Project(_)) => Err(Problem::admin_token_of_project()),
            None => Err(Problem::invalid_admin_token()),
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
