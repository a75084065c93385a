//! The printed configurations as text.

use std::net::SocketAddr;

use keystile_policy::KeyLocation;
use keystile_service::{Proxy, ServiceAddress, Snippet, snippet};
use keystile_tests::diagnostic::error_code;

fn options<'a>(proxy: Proxy, environment: &'a str, upstream: &'a str) -> Snippet<'a> {
    Snippet {
        proxy,
        environment,
        name: environment,
        key_location: &keystile_policy::KeyLocation::Default,
        service: SocketAddr::from(([127, 0, 0, 1], 7878)).into(),
        upstream,
        listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
        server_name: None,
        location_only: false,
    }
}

#[test]
fn configuration_has_no_placeholders_and_escapes_names() {
    for proxy in Proxy::ALL {
        let evil = "a\n}\nlocation / {}\n# {{x}} $x \"'`;/b\r\n@upstream@";
        let result = snippet(&options(proxy, evil, "localhost:8000"));
        if proxy == Proxy::Caddy {
            let error = result.expect_err("Caddy cannot escape every name");
            assert_eq!(
                error_code(&error),
                "unsupported_environment_name",
                "Caddy does not support every name"
            );
            continue;
        }
        let text = result.expect("a configuration");
        assert!(
            !text.contains("location / {}") && !text.contains("{{x}}") && !text.contains("$x"),
            "names are escaped: {text}"
        );
        for placeholder in [
            "@name@",
            "@server_name@",
            "@begin-server@",
            "@site@",
            "@path@",
            "@slug@",
            "@service",
            "@upstream",
            "@listen",
            "@reach@",
            "@removed@",
            "@reserved@",
            "@base@",
            "@scheme@",
            "@san_type@",
        ] {
            assert!(
                !text.contains(placeholder),
                "{placeholder} is not replaced for {proxy}"
            );
        }
        assert!(
            text.contains(&format!("/v1/auth/{proxy}/")),
            "the path names the proxy, not the client: {text}"
        );
    }
}

#[test]
fn nginx_configuration_has_no_return_before_the_check() {
    let text =
        snippet(&options(Proxy::Nginx, "shop/staging", "localhost:8000")).expect("a configuration");
    let directives = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.starts_with('#'));
    assert!(
        directives.clone().all(|line| !line.starts_with("return")),
        "a return runs before auth_request"
    );
    assert!(
        directives
            .clone()
            .any(|line| line.starts_with("auth_request ")),
        "the check exists"
    );
}

#[test]
fn configuration_binds_loopback_by_default() {
    let loopback = ["127.0.0.1:8080", "[::1]:8080", "127.0.0.2:8080"];
    let open = ["0.0.0.0:9000", "[::]:9000", "192.0.2.7:9000"];
    for listen in loopback.into_iter().chain(open) {
        for proxy in Proxy::ALL {
            let address: SocketAddr = listen.parse().expect("an address");
            let text = snippet(&Snippet {
                listen: address,
                ..options(proxy, "a/b", "localhost:8000")
            })
            .expect("a configuration");
            let (ip, port) = (address.ip(), address.port());
            for line in match proxy {
                Proxy::Nginx => vec![format!("listen {listen};")],
                Proxy::Caddy => vec![format!(":{port} {{"), format!("bind {ip}")],
                Proxy::Traefik => vec![format!("address: \"{listen}\"")],
                Proxy::Envoy => vec![format!("address: \"{ip}\", port_value: {port}")],
            } {
                assert!(text.contains(&line), "{proxy} binds the address: {text}");
            }
            let reachability = if loopback.contains(&listen) {
                "# Only this machine can connect. "
            } else {
                "# Other machines can connect. "
            };
            assert!(
                text.contains(reachability) && text.contains(&format!(" Replace {ip} with ")),
                "a comment says who can connect and how to change that: {text}"
            );
        }
    }
}

#[test]
fn upstream_is_host_or_url_with_plain_path() {
    for upstream in [
        "http://localhost:8000/",
        "localhost:8000",
        "[::1]:8000",
        "api.internal:80",
        "https://api.example",
        "https://api.example/v2/",
        "http://[::1]:8000/a/b.c",
    ] {
        for proxy in Proxy::ALL {
            assert!(
                snippet(&options(proxy, "a/b", upstream)).is_ok(),
                "{upstream}"
            );
        }
    }
    for upstream in [
        "",
        "nope",
        "a b",
        "x;}\nserver {",
        "user@host",
        "https://user@host",
        "ftp://host",
        "host/a b",
        "host/a;}",
        "host/$request_uri",
        "host/{uri}",
        "host/%2e%2e",
        "host/../x",
        "host/a//b",
        "host?a=b",
        "host/a?b",
        "host/a#b",
        "host/\"a",
    ] {
        for proxy in Proxy::ALL {
            let error = snippet(&options(proxy, "a/b", upstream)).expect_err(upstream);
            assert_eq!(error_code(&error), "invalid_upstream", "{upstream}");
        }
    }
}

#[test]
fn configuration_verifies_tls_and_keeps_base_path_and_host() {
    for (proxy, lines) in [
        (
            Proxy::Nginx,
            &[
                "server api.example:443;",
                "proxy_pass         https://keystile_api_0123456789ab/v2$request_uri;",
                "proxy_ssl_verify              on;",
                "proxy_ssl_name                api.example;",
                "proxy_ssl_server_name         on;",
                "proxy_set_header   Host            api.example;",
                "proxy_set_header        X-Upstream-Base-Path  /v2;",
            ][..],
        ),
        (
            Proxy::Caddy,
            &[
                "reverse_proxy https://api.example {",
                "header_up Host api.example",
                "uri path_regexp ^/ /v2/",
                "header_up X-Upstream-Base-Path /v2",
            ],
        ),
        (
            Proxy::Traefik,
            &[
                "- url: \"https://api.example\"",
                "passHostHeader: false",
                "prefix: \"/v2\"",
                "X-Upstream-Base-Path: \"/v2\"",
                "X-Upstream-Base-Path: \"\"",
            ],
        ),
        (
            Proxy::Envoy,
            &[
                "address: \"api.example\", port_value: 443",
                "sni: \"api.example\"",
                "- { san_type: DNS, matcher: { exact: \"api.example\" } }",
                "trusted_ca: { filename: /etc/ssl/certs/ca-certificates.crt }",
                "prefix_rewrite: \"/v2/\"",
                "host_rewrite_literal: \"api.example\"",
                "- { key: x-upstream-base-path, value: \"/v2\" }",
            ],
        ),
    ] {
        let tls = options(proxy, "0123456789ab", "https://api.example/v2");
        let text = snippet(&tls).expect("a configuration");
        for line in lines {
            assert!(
                text.contains(line),
                "{proxy} forwards to the upstream with TLS and base path: {line} in {text}"
            );
        }
        let plain = options(proxy, "0123456789ab", "http://api.example:8000");
        let text = snippet(&plain).expect("a configuration");
        for word in [
            "ssl",
            "tls",
            "https:",
            "Upstream-Base-Path",
            "upstream-base-path",
        ] {
            assert!(
                !text.contains(word),
                "{proxy}: not needed without TLS and base path: {word} in {text}"
            );
        }
    }
}

#[test]
fn configuration_removes_headers_that_only_proxies_may_set() {
    for proxy in Proxy::ALL {
        let text = snippet(&options(proxy, "a/b", "localhost:8000")).expect("a configuration");
        for name in ["X-Original-URL", "CF-Connecting-IP", "X-Forwarded-Uri"] {
            let line = match proxy {
                Proxy::Nginx => format!("proxy_set_header {name} \"\";"),
                Proxy::Caddy => format!("request_header -{name}"),
                Proxy::Traefik => format!("{name}: \"\""),
                Proxy::Envoy => format!("- {name}"),
            };
            assert!(
                text.lines().any(|known| known.trim() == line),
                "{proxy} removes the client's header: {line} in {text}"
            );
        }
    }
}

#[test]
fn configuration_contains_unix_socket_path() {
    for (proxy, line) in [
        (Proxy::Nginx, "server \"unix:/run/my keys/serve.sock\";"),
        (
            Proxy::Caddy,
            "forward_auth \"unix//run/my keys/serve.sock\" {",
        ),
        (Proxy::Envoy, "pipe: { path: \"/run/my keys/serve.sock\" }"),
    ] {
        let text = snippet(&Snippet {
            service: ServiceAddress::Unix("/run/my keys/serve.sock"),
            ..options(proxy, "a/b", "localhost:8000")
        })
        .expect("a configuration");
        assert!(
            text.contains(line) && !text.contains("7878"),
            "{proxy} connects to the socket: {text}"
        );
    }
    let error = snippet(&Snippet {
        service: ServiceAddress::Unix("/run/serve.sock"),
        ..options(Proxy::Traefik, "a/b", "localhost:8000")
    })
    .expect_err("Traefik does not support Unix sockets");
    assert_eq!(error_code(&error), "unsupported_socket");
    for path in [
        "",
        "serve.sock",
        "/run/",
        "/a\";}",
        "/a\nb",
        "/$x",
        "/{x}",
        "/a'b",
    ] {
        let error = snippet(&Snippet {
            service: ServiceAddress::Unix(path),
            ..options(Proxy::Nginx, "a/b", "localhost:8000")
        })
        .expect_err(path);
        assert_eq!(error_code(&error), "invalid_socket_path", "{path}");
    }
}

#[test]
fn configuration_contains_environment_id_and_key_header() {
    let location: KeyLocation = "header:X-Acme-Key".parse().expect("a location");
    for proxy in Proxy::ALL {
        let text = snippet(&Snippet {
            name: "Customer Portal Backend/production-eu-west-1",
            key_location: &location,
            ..options(proxy, "0123456789ab", "localhost:8000")
        })
        .expect("a configuration");
        assert!(
            text.contains("/v1/auth/") && text.contains("0123456789ab"),
            "{text}"
        );
        assert!(
            text.starts_with(
                "# Keystile key check for Customer Portal Backend/production-eu-west-1."
            ),
            "the comment names the environment: {text}"
        );
        assert!(
            text.to_ascii_lowercase().contains("x-acme-key"),
            "the key must not reach the upstream: {text}"
        );
    }
}

#[test]
fn configuration_for_bearer_location_keeps_x_api_key() {
    for proxy in [Proxy::Nginx, Proxy::Caddy, Proxy::Traefik] {
        let default = options(proxy, "0123456789ab", "localhost:8000");
        let has_header = |location: &KeyLocation| {
            let text = snippet(&Snippet {
                key_location: location,
                ..default
            })
            .expect("a configuration");
            assert!(!text.contains("@begin-"), "{text}");
            text.contains("X-Api-Key")
        };
        assert!(
            has_header(&KeyLocation::Default),
            "{proxy}: the key must not reach the upstream"
        );
        assert!(
            !has_header(&KeyLocation::Bearer),
            "{proxy}: the header belongs to the API"
        );
    }
}

#[test]
fn nginx_problem_names_key_location() {
    for (location, advice) in [
        ("default", "Send one as X-API-KEY or Authorization: Bearer."),
        ("bearer", "Send one as Authorization: Bearer."),
        ("header:x-acme-key", "Send one as x-acme-key."),
    ] {
        let text = snippet(&Snippet {
            key_location: &location.parse().expect("a location"),
            ..options(Proxy::Nginx, "0123456789ab", "localhost:8000")
        })
        .expect("a configuration");
        assert!(
            text.contains(advice),
            "{location}: the advice names the location: {text}"
        );
    }
}

#[test]
fn location_only_configuration_has_no_server_block() {
    for (proxy, server) in [(Proxy::Nginx, "server {"), (Proxy::Caddy, "bind ")] {
        let complete = options(proxy, "0123456789ab", "localhost:8000");
        let part = snippet(&Snippet {
            location_only: true,
            ..complete
        })
        .expect("a configuration");
        let has_server = |text: &str| text.lines().any(|line| line.trim().starts_with(server));
        assert!(has_server(&snippet(&complete).expect("a configuration")));
        assert!(!has_server(&part), "{part}");
    }
    let error = snippet(&Snippet {
        server_name: Some("a;}"),
        ..options(Proxy::Nginx, "a/b", "localhost:8000")
    })
    .expect_err("not a host name");
    assert_eq!(error_code(&error), "invalid_host_name");
}
