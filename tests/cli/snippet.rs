//! `snippet`: its options and errors.

use crate::fixture::{CliFixture, ENVIRONMENT};

fn code(stderr: &str) -> String {
    let error: serde_json::Value = serde_json::from_str(stderr).unwrap();
    error["code"].as_str().unwrap().to_owned()
}

#[test]
fn unknown_environment_is_an_error_without_unchecked() {
    let cli = CliFixture::new();
    let unknown = ["snippet", "nginx", "--env", "Acme Shop/nowhere"];
    let output = cli.run(&[&unknown[..], &["--json"]].concat());
    assert_eq!(
        (
            output.exit_code,
            output.stdout.as_str(),
            code(&output.stderr).as_str()
        ),
        (Some(1), "", "not_found"),
        "its configuration would deny every request"
    );
    assert!(output.stderr.contains("--unchecked"), "{}", output.stderr);
    for cli in [cli, CliFixture::without_store()] {
        let printed = cli
            .run_ok(&[&unknown[..], &["--unchecked"]].concat())
            .stdout;
        assert!(
            printed.contains("/v1/auth/nginx/Acme%20Shop/nowhere;"),
            "{printed}"
        );
    }
    let cli = CliFixture::without_store();
    let output = cli.run(&[&unknown[..], &["--json"]].concat());
    assert_eq!(
        (output.exit_code, code(&output.stderr).as_str()),
        (Some(1), "no_store"),
        "a mistyped --db must be reported"
    );
    assert!(!cli.store_path().exists(), "no store must be created");
}

#[test]
fn upstream_is_the_endpoint_unless_the_option_is_given() {
    let cli = CliFixture::new();
    let args = ["snippet", "nginx", "--env", ENVIRONMENT];
    let upstream = |options: &[&str]| {
        let printed = cli.run_ok(&[&args[..], options].concat()).stdout;
        let passed = printed
            .lines()
            .find_map(|line| line.trim().strip_prefix("proxy_pass         http://"));
        passed.unwrap().trim_end_matches(';').to_owned()
    };
    assert_eq!(upstream(&[]), "127.0.0.1:8000");
    cli.run_ok(&["env", "edit", ENVIRONMENT, "--endpoint", "http://api:9000"]);
    assert_eq!(upstream(&[]), "api:9000");
    assert_eq!(
        upstream(&["--upstream", "127.0.0.1:5000"]),
        "127.0.0.1:5000"
    );
    cli.run_ok(&["env", "edit", ENVIRONMENT, "--endpoint", "https://api/v2"]);
    let printed = cli.run_ok(&args).stdout;
    for line in [
        "/v2$request_uri;",
        "proxy_ssl_verify              on;",
        "proxy_set_header   Host            api;",
    ] {
        assert!(
            printed.contains(line),
            "an endpoint with TLS and a path must be configured completely: {printed}"
        );
    }
    cli.run_ok(&["env", "edit", ENVIRONMENT, "--endpoint", "https://api/v%32"]);
    let output = cli.run(&[&args[..], &["--json"]].concat());
    assert_eq!(
        (output.exit_code, code(&output.stderr).as_str()),
        (Some(1), "invalid_upstream"),
        "an unsupported endpoint must be an error"
    );
}

#[test]
fn listen_accepts_a_port_or_an_address() {
    let cli = CliFixture::new();
    for (options, line) in [
        (&[][..], "listen 127.0.0.1:8080;"),
        (&["--listen", "9000"], "listen 127.0.0.1:9000;"),
        (&["--listen", "0.0.0.0:9000"], "listen 0.0.0.0:9000;"),
        (&["--listen", "[::1]:9000"], "listen [::1]:9000;"),
    ] {
        let args = [&["snippet", "nginx", "--env", ENVIRONMENT], options].concat();
        let printed = cli.run_ok(&args).stdout;
        assert!(
            printed.contains(line),
            "a port alone must mean loopback: {printed}"
        );
    }
    for invalid in ["0", "127.0.0.1", "localhost:8080", "127.0.0.1:0", "65536"] {
        let args = [
            "snippet",
            "nginx",
            "--env",
            ENVIRONMENT,
            "--listen",
            invalid,
        ];
        assert_eq!(cli.run(&args).exit_code, Some(2), "{invalid}");
    }
}

#[test]
fn location_only_prints_a_part_or_is_an_error() {
    let cli = CliFixture::new();
    for (proxy, is_supported) in [
        ("nginx", true),
        ("caddy", true),
        ("traefik", false),
        ("envoy", false),
    ] {
        let whole = ["snippet", proxy, "--env", ENVIRONMENT];
        if is_supported {
            let part = cli.run_ok(&[&whole[..], &["--location-only"]].concat());
            let block = if proxy == "nginx" {
                "listen 127.0.0.1:8080;"
            } else {
                ":8080 {"
            };
            assert_eq!(
                (
                    cli.run_ok(&whole).stdout.contains(block),
                    part.stdout.contains(block)
                ),
                (true, false),
                "{proxy}: the server or site block must be omitted: {}",
                part.stdout
            );
            continue;
        }
        let part = cli.run(&[&whole[..], &["--location-only", "--json"]].concat());
        assert_eq!(
            (
                part.exit_code,
                part.stdout.as_str(),
                code(&part.stderr).as_str()
            ),
            (Some(2), "", "unsupported_location_only"),
            "{proxy}: an option must not be ignored"
        );
        assert!(part.stderr.contains("nginx or caddy"), "{}", part.stderr);
    }
}

#[test]
fn service_socket_is_used_in_the_configuration() {
    let cli = CliFixture::new();
    let args = ["snippet", "nginx", "--env", ENVIRONMENT, "--service-socket"];
    let printed = cli
        .run_ok(&[&args[..], &["/run/keystile/serve.sock"]].concat())
        .stdout;
    assert!(
        printed.contains("server \"unix:/run/keystile/serve.sock\";"),
        "nginx must connect to the socket: {printed}"
    );
    let output = cli.run(&[&args[..], &["serve.sock", "--json"]].concat());
    assert_eq!(
        (output.exit_code, code(&output.stderr).as_str()),
        (Some(2), "invalid_socket_path"),
        "the path must be absolute"
    );
    let output = cli.run(&[&args[..], &["/a.sock", "--service", "7878"]].concat());
    assert_eq!(output.exit_code, Some(2), "the options exclude each other");
}

#[test]
fn location_only_marks_both_parts_for_nginx() {
    let cli = CliFixture::new();
    let endpoint = ["--endpoint", "https://api.example/v2"];
    cli.run_ok(&[&["env", "edit", ENVIRONMENT], &endpoint[..]].concat());
    let args = ["snippet", "nginx", "--env", ENVIRONMENT, "--location-only"];
    let printed = cli.run_ok(&args).stdout;
    let (http, server) = printed
        .split_once("# 2. Inside your server { }:\n")
        .unwrap();
    assert!(
        http.contains("# 1. Inside http { }:\n") && !http.contains("location "),
        "nginx allows locations only in a server: {http}"
    );
    assert!(
        !server.contains("upstream ") && !server.contains("map "),
        "nginx allows upstreams and maps only in http: {server}"
    );
}

#[test]
fn default_upstream_is_reported() {
    let cli = CliFixture::new();
    let args = ["snippet", "nginx", "--env", ENVIRONMENT];
    assert!(
        cli.run_ok(&args).stderr.contains("127.0.0.1:8000"),
        "the user must learn that it is a guess"
    );
    let with_upstream = [&args[..], &["--upstream", "127.0.0.1:5000"]].concat();
    assert_eq!(cli.run_ok(&with_upstream).stderr, "");
}
