//! The measured proxies, all in front of the same API: Keystile's gateway as in the window and as
//! `keystile gateway run`; nginx and Caddy with the configuration of `keystile snippet`; and nginx without
//! authorization. Each is a process.

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use keystile_keys::EnvironmentId;
use keystile_service::{Proxy, Snippet, snippet};

/// Terminated when it is dropped.
pub(crate) struct ProxyProcess {
    child: Child,
    pub(crate) address: SocketAddr,
}

impl Drop for ProxyProcess {
    fn drop(&mut self) {
        // nginx stops its workers when it is terminated, not when it is killed.
        let _ = rustix::process::kill_process(
            rustix::process::Pid::from_child(&self.child),
            rustix::process::Signal::TERM,
        );
        let _ = self.child.wait();
    }
}

/// Returns an address with a free port.
fn free_address() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("an address")
}

impl ProxyProcess {
    fn start(command: &mut Command, address: SocketAddr) -> Self {
        let child = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("a proxy");
        let proxy = Self { child, address };
        for _ in 0..200 {
            if TcpStream::connect(address).is_ok() {
                return proxy;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("{command:?} does not listen");
    }

    /// The gateway as in the window.
    pub(crate) fn gateway(setup: &ProxySetup<'_>) -> Self {
        Self::gateway_with(setup, 0, true)
    }

    /// [`ProxyProcess::gateway`] with this number of route rules, and with or without the request log.
    pub(crate) fn gateway_with(setup: &ProxySetup<'_>, rules: usize, request_log: bool) -> Self {
        let address = free_address();
        let this_program = std::env::current_exe().expect("this program");
        Self::start(
            Command::new(this_program)
                .arg("gateway-process")
                .arg(setup.store)
                .arg(setup.environment.as_str())
                .args([
                    &address.to_string(),
                    setup.upstream,
                    &rules.to_string(),
                    &request_log.to_string(),
                ]),
            address,
        )
    }

    /// `keystile gateway run`, which prints each decision.
    pub(crate) fn gateway_run(setup: &ProxySetup<'_>, keystile: &Path, options: &[&str]) -> Self {
        let address = free_address();
        Self::start(
            Command::new(keystile)
                .args(["gateway", "run", "--env", setup.environment.as_str()])
                .args(["--endpoint", &format!("http://{}", setup.upstream)])
                .args(["--port", &address.port().to_string(), "--db"])
                .arg(setup.store)
                .args(options),
            address,
        )
    }

    /// nginx without authorization.
    pub(crate) fn nginx(setup: &ProxySetup<'_>) -> Self {
        let address = free_address();
        let config = format!(
            "upstream api {{ server {}; keepalive 64; }}\n\
             server {{\n listen {};\n location / {{\n proxy_pass http://api;\n proxy_http_version 1.1;\n\
             proxy_set_header Connection '';\n proxy_request_buffering off;\n proxy_max_temp_file_size 0;\n }}\n}}\n",
            setup.upstream,
            address.port()
        );
        Self::start_nginx(&setup.folder("nginx"), &config, address)
    }

    /// nginx with `auth_request`.
    pub(crate) fn nginx_with_auth(setup: &ProxySetup<'_>, service: SocketAddr) -> Self {
        let address = free_address();
        let config = setup.snippet(Proxy::Nginx, service, address);
        Self::start_nginx(&setup.folder("nginx-with-auth"), &config, address)
    }

    fn start_nginx(folder: &Path, config: &str, address: SocketAddr) -> Self {
        let path = folder.display();
        let temporary: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
            .map(|name| format!("{name}_temp_path {path}/{name};\n"))
            .concat();
        let main = format!(
            "daemon off; worker_processes 2; pid {path}/pid; error_log stderr;\n\
             events {{ worker_connections 4096; }}\n\
             http {{\naccess_log off;\nkeepalive_requests 100000000;\nclient_max_body_size 0;\n{temporary}\n{config}\n}}\n"
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

    /// Caddy with `forward_auth`.
    pub(crate) fn caddy_with_auth(setup: &ProxySetup<'_>, service: SocketAddr) -> Self {
        let address = free_address();
        let folder = setup.folder("caddy");
        let config = setup.snippet(Proxy::Caddy, service, address);
        let main = format!("{{\n\tadmin off\n\tauto_https off\n}}\n{config}");
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

    /// Returns the process and its children.
    fn processes(&self) -> Vec<u32> {
        let own = self.child.id();
        let path = format!("/proc/{own}/task/{own}/children");
        let children = std::fs::read_to_string(path).expect("children");
        let children = children
            .split_whitespace()
            .map(|id| id.parse().expect("a process"));
        std::iter::once(own).chain(children).collect()
    }

    /// Returns the processor time so far, in microseconds.
    pub(crate) fn cpu_time(&self) -> f64 {
        self.processes()
            .into_iter()
            .map(crate::server_process::cpu_time)
            .sum()
    }

    /// Returns the memory with shared pages counted proportionally (PSS), in MiB.
    pub(crate) fn memory(&self) -> f64 {
        self.processes()
            .into_iter()
            .map(crate::server_process::memory)
            .sum()
    }
}

/// The parameters that all proxies share.
pub(crate) struct ProxySetup<'a> {
    pub(crate) folder: PathBuf,
    pub(crate) store: &'a Path,
    pub(crate) environment: &'a EnvironmentId,
    /// The API's address: `127.0.0.1:8000`.
    pub(crate) upstream: &'a str,
}

impl ProxySetup<'_> {
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
