//! The configuration of each proxy, from one place: what the terminal prints is what the tests run. Templates stand in
//! `snippets/`. It looks nothing up: an environment that does not exist gets a configuration that lets nothing pass.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use hyper::http::uri::Authority;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::error::Error;
use crate::proxy::Proxy;

/// What a configuration is about.
#[derive(Debug, Clone, Copy)]
pub struct Snippet<'a> {
    /// Whose configuration.
    pub proxy: Proxy,
    /// The environment's id, which stays when it is renamed, or `project/environment`.
    pub environment: &'a str,
    /// Where the service listens.
    pub service: SocketAddr,
    /// The API behind the proxy: `127.0.0.1:8000`, or the same with `http://`.
    pub upstream: &'a str,
    /// Where the proxy answers. Traefik's format has no place for it; there it stands in a comment.
    pub listen: SocketAddr,
}

const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// The configuration, ready to be used.
///
/// # Errors
/// `Upstream`: the API is not a host with a port. `Environment`: Caddy cannot be told this name.
pub fn snippet(wanted: &Snippet<'_>) -> Result<String, Error> {
    let template = match wanted.proxy {
        Proxy::Nginx => include_str!("snippets/nginx.conf"),
        Proxy::Caddy => include_str!("snippets/Caddyfile"),
        Proxy::Traefik => include_str!("snippets/traefik.yml"),
        Proxy::Envoy => include_str!("snippets/envoy.yaml"),
    };
    let wrong = || Error::Upstream(wanted.upstream.to_owned());
    let upstream = wanted.upstream.trim_start_matches("http://");
    let upstream = upstream.strip_suffix('/').unwrap_or(upstream);
    let authority: Authority = upstream.parse().map_err(|_| wrong())?;
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-_:[]".contains(&byte);
    if !authority.as_str().bytes().all(is_plain) {
        return Err(wrong());
    }
    let upstream_port = authority.port_u16().unwrap_or(80).to_string();
    let segments: Vec<String> = wanted.environment.splitn(2, '/').map(segment).collect();
    let path = segments.join("/");
    let uri = match wanted.proxy {
        Proxy::Caddy => caddy_uri(wanted.environment)?,
        Proxy::Nginx | Proxy::Traefik | Proxy::Envoy => path.clone(),
    };
    let text = template
        .replace("@uri@", &uri)
        // A name goes into comments only in its escaped form, which has no end of line.
        .replace("@environment@", &path)
        .replace("@path@", &path)
        .replace("@slug@", &slug(wanted.environment))
        .replace("@service@", &wanted.service.to_string())
        .replace("@service_host@", &wanted.service.ip().to_string())
        .replace("@service_port@", &wanted.service.port().to_string())
        .replace("@upstream@", authority.as_str())
        .replace("@upstream_host@", authority.host().trim_matches(['[', ']']))
        .replace("@upstream_port@", &upstream_port)
        .replace("@listen@", &wanted.listen.to_string())
        .replace("@listen_host@", &wanted.listen.ip().to_string())
        .replace("@listen_port@", &wanted.listen.port().to_string())
        .replace("@reach@", &reach(wanted.listen.ip()));
    Ok(text)
}

/// Who can connect to the proxy, and what to write for others, or for nobody else.
fn reach(listens: IpAddr) -> String {
    let (all, own): (IpAddr, IpAddr) = match listens {
        IpAddr::V4(_) => (Ipv4Addr::UNSPECIFIED.into(), Ipv4Addr::LOCALHOST.into()),
        IpAddr::V6(_) => (Ipv6Addr::UNSPECIFIED.into(), Ipv6Addr::LOCALHOST.into()),
    };
    if listens.to_canonical().is_loopback() {
        format!(
            "Only this machine can connect; {all} in place of {listens} lets others connect too."
        )
    } else {
        format!("Other machines can connect; {own} in place of {listens} keeps them out.")
    }
}

/// Caddy escapes a path itself, older versions also what is escaped already: it gets the names as they are.
fn caddy_uri(environment: &str) -> Result<String, Error> {
    let is_special = |character: char| character.is_control() || "%?#{}\"\\`".contains(character);
    let is_lost = |name: &str| matches!(name, "." | ".." | "-");
    if environment.contains(is_special) || environment.splitn(2, '/').any(is_lost) {
        return Err(Error::Environment);
    }
    Ok(environment.to_owned())
}

fn segment(name: &str) -> String {
    match name {
        // A path would lose these two, and `-` ends the environment in Envoy's paths.
        "." => "%2E".to_owned(),
        ".." => "%2E%2E".to_owned(),
        "-" => "%2D".to_owned(),
        _ => utf8_percent_encode(name, SEGMENT).to_string(),
    }
}

/// A name for the proxy's own parts. Two environments whose slugs meet are noticed by the proxy, which refuses to start.
fn slug(environment: &str) -> String {
    environment
        .chars()
        .map(|character| {
            if character.is_ascii_alphanumeric() {
                character
            } else {
                '_'
            }
        })
        .collect()
}
