//! Which environment a forward-auth path names, and which proxy asks. The path comes from the proxy's configuration;
//! behind Envoy the client's own path follows after a segment `-`. It looks nothing up.

use std::borrow::Cow;
use std::str::FromStr;

use keystile_keys::EnvironmentId;
use percent_encoding::percent_decode_str;

use crate::proxy::Proxy;

/// The beginning of every forward-auth path.
pub(crate) const ROOT: &str = "/v1/auth/";
/// The beginning of every introspection path.
pub(crate) const INTROSPECT_ROOT: &str = "/v1/introspect/";

/// What a path asks about.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Asked<'a> {
    /// Who asks, if the path says so.
    pub(crate) proxy: Option<Proxy>,
    /// The environment.
    pub(crate) environment: Reference<'a>,
}

/// How an environment is named.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Reference<'a> {
    /// By its id.
    Id(EnvironmentId),
    /// As `project/environment`.
    Names(Cow<'a, str>),
}

/// Reads what follows [`ROOT`]; `None` if it names no environment.
pub(crate) fn read(rest: &str) -> Option<Asked<'_>> {
    let (first, after) = rest.split_once('/').unwrap_or((rest, ""));
    let (proxy, named) = match Proxy::parse(first) {
        Some(proxy) => (Some(proxy), after),
        None => (None, rest),
    };
    let named = match proxy {
        Some(Proxy::Envoy) => before_mark(named)?,
        _ => named,
    };
    let environment = environment(named)?;
    Some(Asked { proxy, environment })
}

/// Reads an id, or a project and an environment as two segments; `None` if the text is neither.
pub(crate) fn environment(text: &str) -> Option<Reference<'_>> {
    match text.split_once('/') {
        None => Some(Reference::Id(EnvironmentId::from_str(text).ok()?)),
        Some((project, environment))
            if !project.is_empty() && !environment.is_empty() && !environment.contains('/') =>
        {
            Some(Reference::Names(
                percent_decode_str(text).decode_utf8().ok()?,
            ))
        }
        Some(_) => None,
    }
}

impl Reference<'_> {
    /// The text by which the verifier finds the environment.
    pub(crate) fn as_str(&self) -> &str {
        match self {
            Self::Id(id) => id.as_str(),
            Self::Names(names) => names,
        }
    }
}

/// What stands before the first segment `-`, which is the second or the third.
fn before_mark(text: &str) -> Option<&str> {
    let mut end = 0;
    for (place, segment) in text.split('/').enumerate() {
        if place > 0 && segment == "-" {
            return text.get(..end - 1);
        }
        if place == 2 {
            return None;
        }
        end += segment.len() + 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Option<(Option<Proxy>, String)> {
        let asked = read(text)?;
        let name = match asked.environment {
            Reference::Id(id) => id.to_string(),
            Reference::Names(names) => names.into_owned(),
        };
        Some((asked.proxy, name))
    }

    #[test]
    fn a_path_names_one_environment_or_none() {
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
        for (path, wanted) in cases {
            let wanted = wanted.map(|(proxy, name)| (proxy, name.to_owned()));
            assert_eq!(
                names(path),
                wanted,
                "{path} must be read in exactly one way"
            );
        }
    }
}
