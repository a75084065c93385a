//! Parses forward-auth paths: the proxy and the environment. The path comes from the proxy's configuration; Envoy
//! appends the client's own path after a segment `-`.

use std::borrow::Cow;
use std::str::FromStr;

use keystile_keys::EnvironmentId;
use percent_encoding::percent_decode_str;

use crate::proxy::Proxy;

/// The prefix of every forward-auth path.
pub(crate) const AUTH_ROOT: &str = "/v1/auth/";
/// The prefix of every introspection path.
pub(crate) const INTROSPECT_ROOT: &str = "/v1/introspect/";

/// A forward-auth path.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct AuthPath<'a> {
    /// The proxy, if the path names one.
    pub(crate) proxy: Option<Proxy>,
    pub(crate) environment: EnvironmentRef<'a>,
}

/// An environment by id or by name.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum EnvironmentRef<'a> {
    Id(EnvironmentId),
    /// `project/environment`, decoded.
    Name(Cow<'a, str>),
}

impl<'a> AuthPath<'a> {
    /// Parses a path; `None` if it does not begin with [`AUTH_ROOT`] or names no environment.
    pub(crate) fn parse(path: &'a str) -> Option<Self> {
        let rest = path.strip_prefix(AUTH_ROOT)?;
        let (first, after) = rest.split_once('/').unwrap_or((rest, ""));
        let (proxy, name) = match Proxy::parse(first) {
            Some(proxy) => (Some(proxy), after),
            None => (None, rest),
        };
        let name = match proxy {
            Some(Proxy::Envoy) => strip_client_path(name)?,
            _ => name,
        };
        Some(Self {
            proxy,
            environment: EnvironmentRef::parse(name)?,
        })
    }
}

impl<'a> EnvironmentRef<'a> {
    /// Parses an id, or a project and an environment as two segments.
    fn parse(text: &'a str) -> Option<Self> {
        match text.split_once('/') {
            None => Some(Self::Id(EnvironmentId::from_str(text).ok()?)),
            Some((project, environment))
                if !project.is_empty() && !environment.is_empty() && !environment.contains('/') =>
            {
                Some(Self::Name(percent_decode_str(text).decode_utf8().ok()?))
            }
            Some(_) => None,
        }
    }

    /// Returns the id or the name.
    pub(crate) fn as_str(&self) -> &str {
        match self {
            Self::Id(id) => id.as_str(),
            Self::Name(name) => name,
        }
    }
}

/// Returns what precedes the first segment `-`, which must be the second or the third segment.
fn strip_client_path(text: &str) -> Option<&str> {
    let mut end = 0;
    for (index, segment) in text.split('/').enumerate() {
        if index > 0 && segment == "-" {
            return text.get(..end - 1);
        }
        if index == 2 {
            return None;
        }
        end += segment.len() + 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn path_names_one_environment_or_none() {
        let cases = [
            (
                "nginx/abcdefghijkl",
                Some((Some(Proxy::Nginx), "abcdefghijkl")),
            ),
            ("abcdefghijkl", Some((None, "abcdefghijkl"))),
            ("nginx/shop/prod", Some((Some(Proxy::Nginx), "shop/prod"))),
            ("shop/prod", Some((None, "shop/prod"))),
            (
                "caddy/my%20shop/prod",
                Some((Some(Proxy::Caddy), "my shop/prod")),
            ),
            (
                "envoy/shop/prod/-/orders/1",
                Some((Some(Proxy::Envoy), "shop/prod")),
            ),
            ("envoy/shop/prod/-", Some((Some(Proxy::Envoy), "shop/prod"))),
            (
                "envoy/abcdefghijkl/-/a/-/b",
                Some((Some(Proxy::Envoy), "abcdefghijkl")),
            ),
            ("envoy/shop/prod", None),
            ("envoy/shop/prod/orders/-", None),
            ("nginx/shop/prod/orders", None),
            ("nginx/shop/", None),
            ("nginx/", None),
            ("nginx", None),
            ("", None),
            ("/prod", None),
            ("nginx/abcdefghijk", None),
            ("nginx/a%ff/b", None),
        ];
        for (path, expected) in cases {
            let path = format!("{AUTH_ROOT}{path}");
            let parsed = AuthPath::parse(&path);
            let actual = parsed
                .as_ref()
                .map(|path| (path.proxy, path.environment.as_str()));
            assert_eq!(actual, expected, "{path} has exactly one meaning");
        }
    }
}
