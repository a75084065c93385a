//! `snippet`: for an environment that is there, in front of its own API.

use crate::fixture::{CliFixture, ENVIRONMENT};

fn code(err: &str) -> String {
    let told: serde_json::Value = serde_json::from_str(err).unwrap();
    told["code"].as_str().unwrap().to_owned()
}

#[test]
fn an_environment_that_is_not_there_gets_no_configuration_unless_its_store_is_elsewhere() {
    let cli = CliFixture::new();
    let nowhere = ["snippet", "nginx", "--env", "Acme Shop/nowhere"];
    let said = cli.run(&[&nowhere[..], &["--json"]].concat());
    assert_eq!(
        (
            said.exit_code,
            said.stdout.as_str(),
            code(&said.stderr).as_str()
        ),
        (Some(1), "", "not_found"),
        "it would let nothing pass, and nobody would know why"
    );
    assert!(said.stderr.contains("--unchecked"), "{}", said.stderr);
    for cli in [cli, CliFixture::without_store()] {
        let printed = cli
            .run_ok(&[&nowhere[..], &["--unchecked"]].concat())
            .stdout;
        assert!(
            printed.contains("/v1/auth/nginx/Acme%20Shop/nowhere;"),
            "{printed}"
        );
    }
    let cli = CliFixture::without_store();
    let said = cli.run(&[&nowhere[..], &["--json"]].concat());
    assert_eq!(
        (said.exit_code, code(&said.stderr).as_str()),
        (Some(1), "no_store"),
        "a mistyped --db is told"
    );
    assert!(!cli.store_path().exists(), "and looking makes no store");
}

#[test]
fn it_stands_in_front_of_the_environments_endpoint_unless_another_api_is_named() {
    let cli = CliFixture::new();
    let words = ["snippet", "nginx", "--env", ENVIRONMENT];
    let upstream = |more: &[&str]| {
        let printed = cli.run_ok(&[&words[..], more].concat()).stdout;
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
    let printed = cli.run_ok(&words).stdout;
    for line in [
        "/v2$request_uri;",
        "proxy_ssl_verify              on;",
        "proxy_set_header   Host            api;",
    ] {
        assert!(
            printed.contains(line),
            "an endpoint with TLS and a path needs nothing by hand: {printed}"
        );
    }
    cli.run_ok(&["env", "edit", ENVIRONMENT, "--endpoint", "https://api/v%32"]);
    let said = cli.run(&[&words[..], &["--json"]].concat());
    assert_eq!(
        (said.exit_code, code(&said.stderr).as_str()),
        (Some(1), "invalid_upstream"),
        "what the configuration cannot do is said and not left out"
    );
}

#[test]
fn where_the_proxy_answers_is_a_port_on_loopback_or_an_address() {
    let cli = CliFixture::new();
    for (more, line) in [
        (&[][..], "listen 127.0.0.1:8080;"),
        (&["--listen", "9000"], "listen 127.0.0.1:9000;"),
        (&["--listen", "0.0.0.0:9000"], "listen 0.0.0.0:9000;"),
        (&["--listen", "[::1]:9000"], "listen [::1]:9000;"),
    ] {
        let words = [&["snippet", "nginx", "--env", ENVIRONMENT], more].concat();
        let printed = cli.run_ok(&words).stdout;
        assert!(
            printed.contains(line),
            "nothing is open to others unasked: {printed}"
        );
    }
    for wrong in ["0", "127.0.0.1", "localhost:8080", "127.0.0.1:0", "65536"] {
        let words = ["snippet", "nginx", "--env", ENVIRONMENT, "--listen", wrong];
        assert_eq!(cli.run(&words).exit_code, Some(2), "{wrong}");
    }
}

#[test]
fn snippet_names_the_unix_socket_where_serve_listens() {
    let cli = CliFixture::new();
    let words = ["snippet", "nginx", "--env", ENVIRONMENT, "--unix"];
    let printed = cli
        .run_ok(&[&words[..], &["/run/keystile/serve.sock"]].concat())
        .stdout;
    assert!(
        printed.contains("server \"unix:/run/keystile/serve.sock\";"),
        "nginx connects to the socket: {printed}"
    );
    let said = cli.run(&[&words[..], &["serve.sock", "--json"]].concat());
    assert_eq!(
        (said.exit_code, code(&said.stderr).as_str()),
        (Some(1), "invalid_socket_path"),
        "a proxy runs in another folder"
    );
    let said = cli.run(&[&words[..], &["/a.sock", "--service", "7878"]].concat());
    assert_eq!(said.exit_code, Some(2), "the service listens in one place");
}
