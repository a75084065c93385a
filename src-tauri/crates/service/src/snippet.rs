//! The configuration of each proxy. What the terminal prints is what the tests run; templates are in `snippets/`. Nothing is
//! looked up: an environment that does not exist gets a configuration that lets nothing pass.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use hyper::http::uri::Authority;
use keystile_policy::KeyLocation;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use sha2::{Digest, Sha256};

use crate::error::Error;
use crate::proxy::Proxy;

/// What a configuration is for.
#[derive(Debug, Clone, Copy)]
pub struct Snippet<'a> {
    /// The proxy.
    pub proxy: Proxy,
    /// The environment's id, which stays when it is renamed, or `project/environment`.
    pub environment: &'a str,
    /// The environment's name, for a comment.
    pub name: &'a str,
    /// Where requests carry their key.
    pub key_location: &'a KeyLocation,
    /// Where the service listens.
    pub service: SocketAddr,
    /// The API behind the proxy: `127.0.0.1:8000`, or the same with `http://`.
    pub upstream: &'a str,
    /// Where the proxy listens. Traefik's format has no place for it; there it stands in a comment.
    pub listen: SocketAddr,
    /// The host name of the API, where the proxy has several sites.
    pub server_name: Option<&'a str>,
    /// Only what goes inside a site or server block that exists, for nginx and Caddy.
    pub location_only: bool,
}

/// What could end a comment or look like an instruction in it.
const COMMENT: &AsciiSet = &percent_encoding::CONTROLS
    .add(b'{')
    .add(b'}')
    .add(b'$')
    .add(b'@')
    .add(b'`')
    .add(b'"')
    .add(b'\'');

const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Returns the configuration, ready to be used.
///
/// # Errors
/// `Upstream`: the API is not a host with a port. `Environment`: Caddy cannot be told this name. `Host`: the server name is
/// not a host name.
pub fn snippet(wanted: &Snippet<'_>) -> Result<String, Error> {
    let template = match wanted.proxy {
        Proxy::Nginx => include_str!("snippets/nginx.conf"),
        Proxy::Caddy => include_str!("snippets/Caddyfile"),
        Proxy::Traefik => include_str!("snippets/traefik.yml"),
        Proxy::Envoy => include_str!("snippets/envoy.yaml"),
    };
    let upstream = authority(wanted.upstream)?;
    let upstream_port = upstream.port_u16().unwrap_or(80).to_string();
    let host = wanted.server_name.map(host_name).transpose()?;
    let segments: Vec<String> = wanted.environment.splitn(2, '/').map(segment).collect();
    let path = segments.join("/");
    let uri = match wanted.proxy {
        Proxy::Caddy => caddy_uri(wanted.environment)?,
        Proxy::Nginx | Proxy::Traefik | Proxy::Envoy => path.clone(),
    };
    let site = match host {
        Some(host) => format!("http://{host}:{}", wanted.listen.port()),
        None => format!(":{}", wanted.listen.port()),
    };
    let key_header = match wanted.key_location {
        KeyLocation::Header(name) => name.as_str().to_owned(),
        KeyLocation::Default | KeyLocation::XApiKey | KeyLocation::Bearer => "X-Api-Key".to_owned(),
    };
    let mut left_out = Vec::new();
    if wanted.location_only {
        left_out.push("server");
    }
    if *wanted.key_location == KeyLocation::Bearer {
        // X-API-KEY belongs to the API, and the token is removed as every key in Authorization is.
        left_out.push("key-header");
    }
    let text = without_parts(template, &left_out)
        // A name goes into comments only, in its escaped form, which has no end of line.
        .replace(
            "@name@",
            &utf8_percent_encode(wanted.name, COMMENT).to_string(),
        )
        .replace(
            "@inside@",
            if wanted.location_only {
                ", inside a site block"
            } else {
                ""
            },
        )
        .replace("@uri@", &uri)
        .replace("@path@", &path)
        .replace("@slug@", &slug(wanted.environment))
        .replace("@site@", &site)
        .replace(
            "@server_name@\n",
            &host.map_or(String::new(), |host| format!("    server_name {host};\n")),
        )
        .replace(
            "@host_rule@",
            &host.map_or(String::new(), |host| format!("Host(`{host}`) && ")),
        )
        .replace("@domain@", host.unwrap_or("*"))
        .replace("@key_location@", wanted.key_location.description())
        .replace("@key_header@", &key_header)
        .replace("@key_header_lower@", &key_header.to_ascii_lowercase())
        .replace("@service@", &wanted.service.to_string())
        .replace("@service_host@", &wanted.service.ip().to_string())
        .replace("@service_port@", &wanted.service.port().to_string())
        .replace("@upstream@", upstream.as_str())
        .replace("@upstream_host@", upstream.host().trim_matches(['[', ']']))
        .replace("@upstream_port@", &upstream_port)
        .replace("@listen@", &wanted.listen.to_string())
        .replace("@listen_host@", &wanted.listen.ip().to_string())
        .replace("@listen_port@", &wanted.listen.port().to_string())
        .replace("@reach@", &reach(wanted.listen.ip()));
    Ok(text)
}

/// Returns the template without the parts of these names. A part stands between `@begin-NAME@` and `@end-NAME@`.
fn without_parts(template: &str, left_out: &[&str]) -> String {
    let mut part = None;
    let mut text = String::with_capacity(template.len());
    for line in template.lines() {
        let marker = |start: &str| line.strip_prefix(start)?.strip_suffix('@');
        if let Some(name) = marker("@begin-") {
            part = Some(name);
        } else if marker("@end-").is_some() {
            part = None;
        } else if !part.is_some_and(|name| left_out.contains(&name)) {
            text.push_str(line);
            text.push('\n');
        }
    }
    text
}

fn authority(text: &str) -> Result<Authority, Error> {
    let wrong = || Error::Upstream(text.to_owned());
    let upstream = text.trim_start_matches("http://");
    let upstream = upstream.strip_suffix('/').unwrap_or(upstream);
    let authority: Authority = upstream.parse().map_err(|_| wrong())?;
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-_:[]".contains(&byte);
    if authority.as_str().bytes().all(is_plain) {
        Ok(authority)
    } else {
        Err(wrong())
    }
}

fn host_name(text: &str) -> Result<&str, Error> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-".contains(&byte);
    if !text.is_empty() && text.bytes().all(is_plain) {
        Ok(text)
    } else {
        Err(Error::Host(text.to_owned()))
    }
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

/// Length of the names of a proxy's own parts. nginx refuses variables beyond 64 characters.
const SLUG_LENGTH: usize = 12;

/// A name for the proxy's own parts: the id, or a digest of the name, so that any name will do.
fn slug(environment: &str) -> String {
    let is_id = environment.len() == SLUG_LENGTH
        && environment.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if is_id {
        return environment.to_owned();
    }
    let digest = Sha256::digest(environment.as_bytes());
    digest
        .iter()
        .take(SLUG_LENGTH / 2)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
