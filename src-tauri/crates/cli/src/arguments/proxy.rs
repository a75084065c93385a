//! Parses the name of a reverse proxy.

use clap::builder::{PossibleValuesParser, TypedValueParser};
use keystile_service::Proxy;

/// Returns a parser that lists the supported proxies in help, errors, and completions.
pub(super) fn parser() -> impl TypedValueParser<Value = Proxy> {
    PossibleValuesParser::new(Proxy::ALL.map(Proxy::as_str))
        .try_map(|name| Proxy::parse(&name).ok_or("unsupported proxy"))
}
