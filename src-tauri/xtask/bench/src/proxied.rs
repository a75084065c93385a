//! The proxies that are measured side by side, all in front of the same API: Keystile's gateway, as the window runs it and
//! as the terminal does; nginx and Caddy as Debian packs them, asking Keystile with what `keystile snippet` prints; and
//! nginx without any check. Each is a process of its own, with those that it starts.

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use keystile_keys::EnvironmentId;
use keystile_service::{Proxy, Snippet, snippet};

/// Ended with the measurement.
pub(crate) struct Proxied {
    child: Child,
    pub(crate) address: SocketAddr,
}

impl Drop for Proxied {
    fn drop(&mut self) {
        // nginx ends its workers when it is asked to end, and leaves them when it is killed.
        let _asked = rustix::process::kill_process(
            rustix::process::Pid::from_child(&self.child),
            rustix::process::Signal::TERM,
        );
        let _reaped = self.child.wait();
    }
}

/// A port that is free at the moment.
fn free() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("an address")
}

impl Proxied {
    fn start(command: &mut Command, address: SocketAddr) -> Self {
        let child = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("a proxy");
        let proxied = Self { child, address };
        for _ in 0..200 {
            if TcpStream::connect(address).is_ok() {
                return proxied;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("{command:?} does not answer");
    }

    /// The gateway with somebody who takes its decisions, as the window does.
    pub(crate) fn gateway(place: &Place<'_>) -> Self {
        Self::gateway_with_rules(place, 0)
    }

    /// As [`Proxied::gateway`], with so many route rules.
    pub(crate) fn gateway_with_rules(place: &Place<'_>, rules: usize) -> Self {
        let address = free();
        let this = std::env::current_exe().expect("this program");
        Self::start(
            Command::new(this)
                .arg("gate")
                .arg(place.store)
                .arg(place.environment.as_str())
                .args([&address.to_string(), place.upstream, &rules.to_string()]),
            address,
        )
    }

    /// `keystile gateway run`, which prints each decision.
    pub(crate) fn terminal(place: &Place<'_>, keystile: &Path) -> Self {
        let address = free();
        Self::start(
            Command::new(keystile)
                .args(["gateway", "run", "--env", place.environment.as_str()])
                .args(["--endpoint", &format!("http://{}", place.upstream)])
                .args(["--port", &address.port().to_string(), "--db"])
                .arg(place.store),
            address,
        )
    }

    /// nginx that passes everything on.
    pub(crate) fn nginx(place: &Place<'_>) -> Self {
        let address = free();
        let text = format!(
            "upstream api {{ server {}; keepalive 64; }}\n\
             server {{\n listen {};\n location / {{\n proxy_pass http://api;\n proxy_http_version 1.1;\n\
             proxy_set_header Connection '';\n proxy_request_buffering off;\n proxy_max_temp_file_size 0;\n }}\n}}\n",
            place.upstream,
            address.port()
        );
        Self::with_nginx(&place.folder("nginx"), &text, address)
    }

    /// nginx that asks the service first.
    pub(crate) fn nginx_asking(place: &Place<'_>, service: SocketAddr) -> Self {
        let address = free();
        let text = place.snippet(Proxy::Nginx, service, address);
        Self::with_nginx(&place.folder("nginx-asking"), &text, address)
    }

    fn with_nginx(folder: &Path, text: &str, address: SocketAddr) -> Self {
        let place = folder.display();
        let temporary: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
            .map(|name| format!("{name}_temp_path {place}/{name};\n"))
            .concat();
        let main = format!(
            "daemon off; worker_processes 2; pid {place}/pid; error_log stderr;\n\
             events {{ worker_connections 4096; }}\n\
             http {{\naccess_log off;\nkeepalive_requests 100000000;\nclient_max_body_size 0;\n{temporary}\n{text}\n}}\n"
        );
        std::fs::write(folder.join("nginx.conf"), main).expect("a file");
        Self::start(
            Command::new("/usr/sbin/nginx")
                .arg("-p")
                .arg(folder)
                .arg("-c")
                .arg(folder.join("nginx.conf")),
            address,
        )
    }

    /// Caddy that asks the service first.
    pub(crate) fn caddy_asking(place: &Place<'_>, service: SocketAddr) -> Self {
        let address = free();
        let folder = place.folder("caddy");
        let text = place.snippet(Proxy::Caddy, service, address);
        let main = format!("{{\n\tadmin off\n\tauto_https off\n}}\n{text}");
        std::fs::write(folder.join("Caddyfile"), main).expect("a file");
        Self::start(
            Command::new("caddy")
                .args(["run", "--adapter", "caddyfile", "--config"])
                .arg(folder.join("Caddyfile"))
                .env("HOME", &folder)
                .env("XDG_DATA_HOME", &folder)
                .env("XDG_CONFIG_HOME", &folder),
            address,
        )
    }

    /// The process and those that it started.
    fn processes(&self) -> Vec<u32> {
        let own = self.child.id();
        let path = format!("/proc/{own}/task/{own}/children");
        let children = std::fs::read_to_string(path).expect("children");
        let children = children
            .split_whitespace()
            .map(|id| id.parse().expect("a process"));
        std::iter::once(own).chain(children).collect()
    }

    /// Microseconds of processor time so far.
    pub(crate) fn spent(&self) -> f64 {
        self.processes()
            .into_iter()
            .map(crate::served::spent_by)
            .sum()
    }

    /// MiB that it has for itself, and its share of what it has with others.
    pub(crate) fn memory(&self) -> f64 {
        self.processes()
            .into_iter()
            .map(crate::served::memory_of)
            .sum()
    }
}

/// What all proxies have in common.
pub(crate) struct Place<'a> {
    pub(crate) folder: PathBuf,
    pub(crate) store: &'a Path,
    pub(crate) environment: &'a EnvironmentId,
    /// The API behind them: `127.0.0.1:8000`.
    pub(crate) upstream: &'a str,
}

impl Place<'_> {
    fn folder(&self, name: &str) -> PathBuf {
        let folder = self.folder.join(name);
        std::fs::create_dir_all(&folder).expect("a folder");
        folder
    }

    fn snippet(&self, proxy: Proxy, service: SocketAddr, listen: SocketAddr) -> String {
        snippet(&Snippet {
            proxy,
            environment: self.environment.as_str(),
            name: "Acme/staging",
            key_location: &keystile_policy::KeyLocation::Default,
            service: service.into(),
            upstream: self.upstream,
            listen,
            server_name: None,
            location_only: false,
        })
        .expect("a configuration")
    }
}
