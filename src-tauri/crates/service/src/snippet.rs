//! Generates the configuration of each proxy from the templates in `snippets/`. Names are not looked up; with an
//! unknown environment, every request is denied.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use keystile_guard::{REMOVED_HEADERS, RESERVED_HEADERS};
use keystile_policy::KeyLocation;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use sha2::{Digest, Sha256};

use crate::error::Error;
use crate::proxy::Proxy;
use crate::snippet_upstream::{ServiceAddress, Upstream};

/// The parameters of a configuration.
#[derive(Debug, Clone, Copy)]
pub struct Snippet<'a> {
    /// The proxy.
    pub proxy: Proxy,
    /// The environment's id, which is stable, or `project/environment`.
    pub environment: &'a str,
    /// The environment's name, for a comment.
    pub name: &'a str,
    /// The location of keys.
    pub key_location: &'a KeyLocation,
    /// The address of the service.
    pub service: ServiceAddress<'a>,
    /// The upstream: `127.0.0.1:8000`, or a URL such as `https://api.example/v2`.
    pub upstream: &'a str,
    /// The address of the proxy. For Traefik it is in a comment.
    pub listen: SocketAddr,
    /// The host name of the site, for a proxy with several sites.
    pub server_name: Option<&'a str>,
    /// Whether to generate what an existing server or site block needs, instead of a server
    /// ([`Proxy::has_location_part`]).
    pub location_only: bool,
}

/// Characters that are escaped in comments.
const COMMENT: &AsciiSet = &percent_encoding::CONTROLS
    .add(b'{')
    .add(b'}')
    .add(b'$')
    .add(b'@')
    .add(b'`')
    .add(b'"')
    .add(b'\'');

/// Characters that are escaped in path segments.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Generates a configuration.
///
/// # Errors
/// `InvalidUpstream`, `InvalidHostName`, `InvalidSocketPath`, `UnsupportedSocket`, `UnsupportedLocationOnly`, or
/// `UnsupportedEnvironmentName`.
pub fn snippet(snippet: &Snippet<'_>) -> Result<String, Error> {
    let template = match snippet.proxy {
        Proxy::Nginx => include_str!("snippets/nginx.conf"),
        Proxy::Caddy => include_str!("snippets/Caddyfile"),
        Proxy::Traefik => include_str!("snippets/traefik.yml"),
        Proxy::Envoy => include_str!("snippets/envoy.yaml"),
    };
    let upstream = Upstream::parse(snippet.upstream)?;
    let service = &snippet.service;
    service.check()?;
    if matches!(service, ServiceAddress::Unix(_)) && snippet.proxy == Proxy::Traefik {
        return Err(Error::UnsupportedSocket(snippet.proxy));
    }
    if snippet.location_only && !snippet.proxy.has_location_part() {
        return Err(Error::UnsupportedLocationOnly(snippet.proxy));
    }
    let host = snippet.server_name.map(host_name).transpose()?;
    let segments: Vec<String> = snippet.environment.splitn(2, '/').map(segment).collect();
    let path = segments.join("/");
    let uri = match snippet.proxy {
        Proxy::Caddy => caddy_uri(snippet.environment)?,
        Proxy::Nginx | Proxy::Traefik | Proxy::Envoy => path.clone(),
    };
    let site = match host {
        Some(host) => format!("http://{host}:{}", snippet.listen.port()),
        None => format!(":{}", snippet.listen.port()),
    };
    let key_header = match snippet.key_location {
        KeyLocation::Header(name) => name.as_str().to_owned(),
        KeyLocation::Default | KeyLocation::XApiKey | KeyLocation::Bearer => "X-Api-Key".to_owned(),
    };
    let is_kept = |part: &str| match part {
        "server" => !snippet.location_only,
        "two-parts" => snippet.location_only,
        "base" => !upstream.base_path.is_empty(),
        "root" => upstream.base_path.is_empty(),
        "tls" => upstream.has_tls,
        // X-API-KEY belongs to the API, and a key in Authorization is always removed.
        "key-header" => *snippet.key_location != KeyLocation::Bearer,
        _ => false,
    };
    let text = select_parts(template, is_kept)
        // Names are only in comments. Escaped, they have no line break.
        .replace(
            "@name@",
            &utf8_percent_encode(snippet.name, COMMENT).to_string(),
        )
        .replace(
            "@inside@",
            if snippet.location_only {
                ", inside a site block"
            } else {
                ""
            },
        )
        .replace("@uri@", &uri)
        .replace("@path@", &path)
        .replace("@slug@", &slug(snippet.environment))
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
        .replace("@key_location@", snippet.key_location.description())
        .replace("@key_header@", &key_header)
        .replace("@key_header_lower@", &key_header.to_ascii_lowercase())
        .replace("@removed@\n", &removed_headers(snippet.proxy))
        .replace("@reserved@", &RESERVED_HEADERS.join("|"))
        .replace("@service@", &service.host_header())
        .replace("@service_host_header@", &service.host_header())
        .replace("@service_server@", &service_server(snippet.proxy, service))
        .replace(
            "@service_type@",
            match service {
                ServiceAddress::Tcp(_) => "STRICT_DNS",
                ServiceAddress::Unix(_) => "STATIC",
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
        .replace("@listen@", &snippet.listen.to_string())
        .replace("@listen_host@", &snippet.listen.ip().to_string())
        .replace("@listen_port@", &snippet.listen.port().to_string())
        .replace("@reach@", &reach(snippet.listen.ip()));
    Ok(text)
}

/// Removes the parts between `@begin-NAME@` and `@end-NAME@` for which `is_kept` returns false.
fn select_parts(template: &str, is_kept: impl Fn(&str) -> bool) -> String {
    let mut skipped_depth = 0_usize;
    let mut text = String::with_capacity(template.len());
    let marker = |line: &str, prefix: &str| {
        let name = line.strip_prefix(prefix)?.strip_suffix('@')?;
        Some(is_kept(name))
    };
    for line in template.lines() {
        if let Some(is_kept) = marker(line, "@begin-") {
            skipped_depth += usize::from(!is_kept);
        } else if let Some(is_kept) = marker(line, "@end-") {
            skipped_depth -= usize::from(!is_kept);
        } else if skipped_depth == 0 {
            text.push_str(line);
            text.push('\n');
        }
    }
    text
}

/// Returns the lines that remove headers which only proxies may set.
fn removed_headers(proxy: Proxy) -> String {
    REMOVED_HEADERS
        .iter()
        // Traefik overwrites it.
        .filter(|name| proxy != Proxy::Traefik || **name != "X-Forwarded-Server")
        .map(|name| match proxy {
            Proxy::Nginx => format!("        proxy_set_header {name} \"\";\n"),
            Proxy::Caddy => format!("\t\trequest_header -{name}\n"),
            Proxy::Traefik => format!("          {name}: \"\"\n"),
            Proxy::Envoy => format!("                            - {name}\n"),
        })
        .collect()
}

/// Returns the address of the service in the syntax of the proxy.
fn service_server(proxy: Proxy, service: &ServiceAddress<'_>) -> String {
    match (proxy, service) {
        (Proxy::Envoy, ServiceAddress::Tcp(address)) => format!(
            "socket_address: {{ address: \"{}\", port_value: {} }}",
            address.ip(),
            address.port()
        ),
        (Proxy::Envoy, ServiceAddress::Unix(path)) => format!("pipe: {{ path: \"{path}\" }}"),
        (_, ServiceAddress::Tcp(address)) => address.to_string(),
        (Proxy::Caddy, ServiceAddress::Unix(path)) => format!("\"unix/{path}\""),
        (_, ServiceAddress::Unix(path)) => format!("\"unix:{path}\""),
    }
}

/// Returns the upstream in Caddy's syntax.
fn upstream_address(upstream: &Upstream) -> String {
    let authority = &upstream.authority;
    if upstream.has_tls {
        format!("https://{authority}")
    } else {
        authority.to_string()
    }
}

/// Checks a host name.
///
/// # Errors
/// `InvalidHostName`.
fn host_name(text: &str) -> Result<&str, Error> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-".contains(&byte);
    if !text.is_empty() && text.bytes().all(is_plain) {
        Ok(text)
    } else {
        Err(Error::InvalidHostName(text.to_owned()))
    }
}

/// Returns a comment about which machines can connect to the proxy, and how to change that.
fn reach(ip: IpAddr) -> String {
    let (any, loopback): (IpAddr, IpAddr) = match ip {
        IpAddr::V4(_) => (Ipv4Addr::UNSPECIFIED.into(), Ipv4Addr::LOCALHOST.into()),
        IpAddr::V6(_) => (Ipv6Addr::UNSPECIFIED.into(), Ipv6Addr::LOCALHOST.into()),
    };
    if ip.to_canonical().is_loopback() {
        format!("Only this machine can connect. Replace {ip} with {any} to allow other machines.")
    } else {
        format!("Other machines can connect. Replace {ip} with {loopback} to prevent that.")
    }
}

/// Returns the path of an environment for Caddy, which escapes it itself.
///
/// # Errors
/// `UnsupportedEnvironmentName`: the name has special characters.
fn caddy_uri(environment: &str) -> Result<String, Error> {
    let is_special = |character: char| character.is_control() || "%?#{}\"\\`".contains(character);
    let is_dropped = |name: &str| matches!(name, "." | ".." | "-");
    if environment.contains(is_special) || environment.splitn(2, '/').any(is_dropped) {
        return Err(Error::UnsupportedEnvironmentName);
    }
    Ok(environment.to_owned())
}

/// Escapes a path segment.
fn segment(name: &str) -> String {
    match name {
        // Path normalization would drop the dots, and `-` separates the client's path behind Envoy.
        "." => "%2E".to_owned(),
        ".." => "%2E%2E".to_owned(),
        "-" => "%2D".to_owned(),
        _ => utf8_percent_encode(name, SEGMENT).to_string(),
    }
}

/// Characters of a slug. nginx rejects variable names of more than 64 characters.
const SLUG_LENGTH: usize = 12;

/// Returns a unique identifier for names in the configuration: the id, or a digest of the name.
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
