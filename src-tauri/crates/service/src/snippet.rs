//! The configuration of each proxy. What the terminal prints is what the tests run; templates are in `snippets/`. Nothing is
//! looked up: an environment that does not exist gets a configuration that lets nothing pass.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use keystile_guard::{REMOVED_HEADERS, RESERVED_HEADERS};
use keystile_policy::KeyLocation;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use sha2::{Digest, Sha256};

use crate::error::Error;
use crate::proxy::Proxy;
use crate::snippet_upstream::{CheckAddress, Upstream};

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
    pub service: CheckAddress<'a>,
    /// The API behind the proxy: `127.0.0.1:8000`, or an address such as `https://api.example/v2`.
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
/// `Upstream`: the API is not a host, or an address whose path a configuration can hold. `Environment`: Caddy cannot be told
/// this name. `Host`: the server name is not a host name. `Socket`: a configuration cannot hold the path.
/// `SocketUnsupported`: the proxy does not connect to a Unix socket.
pub fn snippet(wanted: &Snippet<'_>) -> Result<String, Error> {
    let template = match wanted.proxy {
        Proxy::Nginx => include_str!("snippets/nginx.conf"),
        Proxy::Caddy => include_str!("snippets/Caddyfile"),
        Proxy::Traefik => include_str!("snippets/traefik.yml"),
        Proxy::Envoy => include_str!("snippets/envoy.yaml"),
    };
    let upstream = Upstream::parse(wanted.upstream)?;
    let service = &wanted.service;
    service.check()?;
    if matches!(service, CheckAddress::Unix(_)) && wanted.proxy == Proxy::Traefik {
        return Err(Error::SocketUnsupported(wanted.proxy));
    }
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
    let is_kept = |part: &str| match part {
        "server" => !wanted.location_only,
        "base" => !upstream.base_path.is_empty(),
        "root" => upstream.base_path.is_empty(),
        "tls" => upstream.has_tls,
        // X-API-KEY belongs to the API, and the token is removed as every key in Authorization is.
        "key-header" => *wanted.key_location != KeyLocation::Bearer,
        _ => false,
    };
    let text = parts(template, is_kept)
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
        .replace("@removed@\n", &removed_headers(wanted.proxy))
        .replace("@reserved@", &RESERVED_HEADERS.join("|"))
        .replace("@service@", &service.host_header())
        .replace("@service_host_header@", &service.host_header())
        .replace("@service_server@", &service_server(wanted.proxy, service))
        .replace(
            "@service_type@",
            match service {
                CheckAddress::Tcp(_) => "STRICT_DNS",
                CheckAddress::Unix(_) => "STATIC",
            },
        )
        .replace("@scheme@", upstream.scheme())
        .replace("@base@", &upstream.base_path)
        .replace("@upstream@", upstream.authority.as_str())
        .replace("@upstream_address@", &upstream_address(&upstream))
        .replace("@upstream_host_header@", upstream.authority.as_str())
        .replace(
            "@upstream_dial@",
            &format!("{}:{}", upstream.authority.host(), upstream.port()),
        )
        .replace("@upstream_host@", upstream.host())
        .replace("@upstream_port@", &upstream.port().to_string())
        .replace(
            "@san_type@",
            if upstream.has_address_for_host() {
                "IP_ADDRESS"
            } else {
                "DNS"
            },
        )
        .replace("@listen@", &wanted.listen.to_string())
        .replace("@listen_host@", &wanted.listen.ip().to_string())
        .replace("@listen_port@", &wanted.listen.port().to_string())
        .replace("@reach@", &reach(wanted.listen.ip()));
    Ok(text)
}

/// Returns a template without the parts between `@begin-NAME@` and `@end-NAME@` that are not kept.
fn parts(template: &str, is_kept: impl Fn(&str) -> bool) -> String {
    let mut left_out = 0_usize;
    let mut text = String::with_capacity(template.len());
    let mark = |line: &str, start: &str| {
        let name = line.strip_prefix(start)?.strip_suffix('@')?;
        Some(is_kept(name))
    };
    for line in template.lines() {
        if let Some(is_kept) = mark(line, "@begin-") {
            left_out += usize::from(!is_kept);
        } else if let Some(is_kept) = mark(line, "@end-") {
            left_out -= usize::from(!is_kept);
        } else if left_out == 0 {
            text.push_str(line);
            text.push('\n');
        }
    }
    text
}

/// The lines by which a proxy removes what only it or another proxy may say.
fn removed_headers(proxy: Proxy) -> String {
    REMOVED_HEADERS
        .iter()
        // Traefik sets it over what the client sent.
        .filter(|name| proxy != Proxy::Traefik || **name != "X-Forwarded-Server")
        .map(|name| match proxy {
            Proxy::Nginx => format!("        proxy_set_header {name} \"\";\n"),
            Proxy::Caddy => format!("\t\trequest_header -{name}\n"),
            Proxy::Traefik => format!("          {name}: \"\"\n"),
            Proxy::Envoy => format!("                            - {name}\n"),
        })
        .collect()
}

/// How a proxy is told where the service listens.
fn service_server(proxy: Proxy, service: &CheckAddress<'_>) -> String {
    match (proxy, service) {
        (Proxy::Envoy, CheckAddress::Tcp(address)) => format!(
            "socket_address: {{ address: \"{}\", port_value: {} }}",
            address.ip(),
            address.port()
        ),
        (Proxy::Envoy, CheckAddress::Unix(path)) => format!("pipe: {{ path: \"{path}\" }}"),
        (_, CheckAddress::Tcp(address)) => address.to_string(),
        (Proxy::Caddy, CheckAddress::Unix(path)) => format!("\"unix/{path}\""),
        (_, CheckAddress::Unix(path)) => format!("\"unix:{path}\""),
    }
}

/// The API as Caddy names it.
fn upstream_address(upstream: &Upstream) -> String {
    let authority = &upstream.authority;
    if upstream.has_tls {
        format!("https://{authority}")
    } else {
        authority.to_string()
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
