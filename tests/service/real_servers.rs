//! Tests that real application servers interpret a forwarded request as it was authorized.

use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use keystile_policy::RouteRules;

use crate::gateway::protect;
use crate::installed::{install_python_packages, installed};
use crate::raw_http::{Reply, call};

const GUNICORN: &str = "gunicorn==27.0.1";
const DAPHNE: &str = "daphne==4.2.3";
/// Rules for a path that requires write, an open one, and one that requires read.
const RULES: &str = "* /admin/* write\n* /open/* open\nPOST /search/* read";

fn sources() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("service/real_servers")
}

/// A child process that is killed when the test ends.
struct Server {
    child: Child,
    address: SocketAddr,
    folder: tempfile::TempDir,
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have exited already.
        let _ended = self.child.kill();
        let _reaped = self.child.wait();
    }
}

/// Starts a program that listens on a free port.
async fn start(command: impl FnOnce(u16, &Path) -> Command) -> Server {
    let port = TcpListener::bind("127.0.0.1:0")
        .and_then(|listener| listener.local_addr())
        .expect("a free port")
        .port();
    let folder = tempfile::tempdir().expect("a folder");
    let log = std::fs::File::create(folder.path().join("log")).expect("a log");
    let mut command = command(port, folder.path());
    let child = command
        .stdin(Stdio::null())
        .stdout(log.try_clone().expect("a handle"))
        .stderr(log)
        .spawn()
        .unwrap_or_else(|error| panic!("{command:?} must be installed: {error}"));
    let server = Server {
        child,
        address: SocketAddr::from(([127, 0, 0, 1], port)),
        folder,
    };
    for _ in 0..600 {
        if tokio::net::TcpStream::connect(server.address).await.is_ok() {
            return server;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let log = std::fs::read_to_string(server.folder.path().join("log")).unwrap_or_default();
    panic!("{command:?} did not start: {log}");
}

/// Returns a Python environment with the servers.
fn python() -> PathBuf {
    let versions = [GUNICORN, DAPHNE];
    installed("real_servers", &versions.join("\n"), |folder| {
        install_python_packages(folder, &versions);
    })
    .join("bin")
}

async fn gunicorn() -> Server {
    let bin = python();
    start(|port, _folder| {
        let mut command = Command::new(bin.join("gunicorn"));
        command
            .current_dir(sources())
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .args([
                "--bind",
                &format!("127.0.0.1:{port}"),
                "wsgi_app:application",
            ]);
        command
    })
    .await
}

async fn daphne() -> Server {
    let bin = python();
    start(|port, _folder| {
        let mut command = Command::new(bin.join("daphne"));
        command
            .current_dir(sources())
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .args(["--port", &port.to_string(), "asgi_app:application"]);
        command
    })
    .await
}

async fn php() -> Server {
    start(|port, _folder| {
        let mut command = Command::new("php");
        command
            .args(["-S", &format!("127.0.0.1:{port}")])
            .arg(sources().join("router.php"));
        command
    })
    .await
}

async fn tomcat() -> Server {
    start(|port, _folder| {
        let jars = ["tomcat10-embed-core", "tomcat10-embed-el"]
            .map(|name| format!("/usr/share/java/{name}.jar"))
            .join(":");
        let mut command = Command::new("java");
        command
            .args(["-cp", &jars])
            .arg(sources().join("TomcatApp.java"))
            .arg(port.to_string());
        command
    })
    .await
}

/// The server's interpretation of a request.
struct Interpretation {
    path: String,
    method: String,
    headers: String,
}

impl Interpretation {
    fn new(reply: &Reply) -> Self {
        let value = |name: &str| {
            let line = reply.body.lines().find_map(|line| line.strip_prefix(name));
            line.unwrap_or_default().to_owned()
        };
        Self {
            path: value("path="),
            method: value("method=").to_uppercase(),
            headers: reply.body.to_lowercase(),
        }
    }
}

const PATH_HEADERS: [&str; 14] = [
    "SCRIPT_NAME",
    "Script-Name",
    "script.name",
    "PATH_INFO",
    "Path-Info",
    "Daphne-Root-Path",
    "DAPHNE_ROOT_PATH",
    "Root-Path",
    "X-Script-Name",
    "X_Script_Name",
    "X-Forwarded-Prefix",
    "X-Original-URL",
    "X-Rewrite-URL",
    "Request-Uri",
];

const TAILS: [&str; 26] = [
    ";%2fx",
    ";%5cx",
    ";%252fx",
    ";x",
    ";x=1",
    "%2f",
    "%2fx",
    "%5cx",
    "\\x",
    "/",
    "//",
    "/.",
    "/./",
    "/x/..",
    "/%2e",
    "/%2e%2e/admin",
    "%00",
    "%00.json",
    "%20",
    ".",
    "%2e",
    "%3fx",
    "%23x",
    "%3bx",
    ".json",
    "::$DATA",
];

const OVERRIDES: [&str; 14] = [
    "_method=DELETE",
    "+_method=DELETE",
    "%20_method=DELETE",
    "%09_method=DELETE",
    "_method%00zz=DELETE",
    "_method[]=DELETE",
    "_method%5b%5d=DELETE",
    "%5fmethod=DELETE",
    ".method=DELETE",
    "a=1&_method=DELETE",
    "a=1;_method=DELETE",
    "_method=DELETE&x=%ff",
    "_Method=DELETE",
    "%255fmethod=DELETE",
];

/// Sends every attack through a gateway to the server.
async fn attack(server: Server) {
    let guarded = protect(server.address, |settings| {
        settings.routing.rules = RouteRules::parse(RULES).expect("rules");
    })
    .await;
    let reader = &guarded.fixture.read_key.text;
    let key = format!("X-API-KEY: {reader}\r\n");
    let send = async |target: &str, method: &str, headers: &str| {
        let request = format!(
            "{method} {target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n{headers}Content-Length: 0\r\n\r\n"
        );
        call(guarded.address, &request).await.expect("a response")
    };

    let control = send("/open/a", "GET", "").await;
    assert_eq!(control.status, 200, "the server responds: {control:?}");
    let control = send("/orders", "GET", &key).await;
    assert_eq!(
        control.status, 200,
        "the server responds with a key: {control:?}"
    );
    let control = send("/admin/users", "GET", &key).await;
    assert_eq!(control.status, 403, "the rule applies: {control:?}");

    for name in PATH_HEADERS {
        for (target, header, key_header) in [
            ("/open/admin/users", "/open", ""),
            ("/open/a", "/admin/users", ""),
            ("/search/admin/users", "/search", key.as_str()),
        ] {
            for method in ["GET", "POST"] {
                let reply =
                    send(target, method, &format!("{key_header}{name}: {header}\r\n")).await;
                let interpretation = Interpretation::new(&reply);
                assert!(
                    reply.status != 200 || !interpretation.path.starts_with("/admin"),
                    "{name}: {header} makes {method} {target} a request for {}",
                    interpretation.path
                );
                assert!(
                    reply.status != 200 || !interpretation.headers.contains("script=/"),
                    "{name} changes the base path of the application: {}",
                    interpretation.headers
                );
            }
        }
    }
    for tail in TAILS {
        for prefix in [
            "/admin",
            "//admin",
            "/open/../admin",
            "/open/..;/admin",
            "/%61dmin",
            "/./admin",
        ] {
            let target = format!("{prefix}{tail}");
            for key_header in ["", key.as_str()] {
                let reply = send(&target, "GET", key_header).await;
                let interpretation = Interpretation::new(&reply);
                assert!(
                    reply.status != 200 || !is_admin(&interpretation.path),
                    "GET {target} with {key_header:?} reaches {}",
                    interpretation.path
                );
            }
        }
    }
    for query in OVERRIDES {
        for (target, key_header) in [("/orders", key.as_str()), ("/open/a", "")] {
            let reply = send(&format!("{target}?{query}"), "GET", key_header).await;
            let interpretation = Interpretation::new(&reply);
            assert!(
                reply.status != 200 || matches!(interpretation.method.as_str(), "GET" | ""),
                "GET {target}?{query} is interpreted as {}",
                interpretation.method
            );
        }
    }
    for name in [
        "X-HTTP-Method-Override",
        "X_HTTP_Method_Override",
        "X.HTTP.Method.Override",
        "x~http~method~override",
    ] {
        let reply = send("/orders", "GET", &format!("{key}{name}: DELETE\r\n")).await;
        let interpretation = Interpretation::new(&reply);
        assert!(
            reply.status != 200 || interpretation.method == "GET",
            "{name} changes the method to {}",
            interpretation.method
        );
    }
    for name in [
        "X-Keystile-Key-Id",
        "X_Keystile_Key_Id",
        "X.Keystile.Key.Id",
        "X-Forwarded-User",
        "Remote-User",
    ] {
        let reply = send("/open/a", "GET", &format!("{name}: evil\r\n")).await;
        let interpretation = Interpretation::new(&reply);
        assert!(
            !interpretation.headers.contains("evil"),
            "{name} forges an identity: {}",
            interpretation.headers
        );
    }
}

/// Returns whether a lenient router would route this path below `/admin`.
fn is_admin(path: &str) -> bool {
    let path = path.to_lowercase().replace('\\', "/");
    let mut segments: Vec<&str> = Vec::new();
    for segment in path.split('/') {
        match segment.split(';').next().unwrap_or_default() {
            "" | "." => {}
            ".." => {
                segments.pop();
            }
            name => segments.push(name),
        }
    }
    segments.first().is_some_and(|first| {
        *first == "admin" || first.starts_with("admin.") || first.starts_with("admin\0")
    })
}

#[tokio::test]
async fn gunicorn_receives_only_authorized_requests() {
    attack(gunicorn().await).await;
}

#[tokio::test]
async fn daphne_receives_only_authorized_requests() {
    attack(daphne().await).await;
}

#[tokio::test]
async fn php_receives_only_authorized_requests() {
    attack(php().await).await;
}

#[tokio::test]
async fn tomcat_receives_only_authorized_requests() {
    attack(tomcat().await).await;
}
