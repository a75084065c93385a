//! How a server is set up.

/// Names of the files in the data directory.
pub(crate) const CERTIFICATE_FILE: &str = "server.crt";
pub(crate) const KEY_FILE: &str = "server.key";

/// Options of a server. By default, every client on loopback is the superuser `postgres` without a password, and commits
/// wait for the disk, so that they take as long as in production.
#[derive(Debug, Clone, Default)]
pub struct ServerOptions {
    pub(crate) password: Option<String>,
    pub(crate) certificate: Option<(String, String)>,
    requires_tls: bool,
    settings: Vec<(String, String)>,
    pub(crate) is_in_memory: bool,
}

impl ServerOptions {
    /// Requires the superuser's password, by SCRAM-SHA-256. It consists of letters and digits, because it is part of URLs.
    ///
    /// # Panics
    /// If it has other characters.
    #[must_use]
    pub fn password(mut self, password: &str) -> Self {
        let is_valid = password.chars().all(|sign| sign.is_ascii_alphanumeric());
        assert!(is_valid, "{password} would need escapes in a URL");
        self.password = Some(password.to_owned());
        self
    }

    /// Accepts TLS with a certificate chain and its key, both as PEM.
    #[must_use]
    pub fn certificate(mut self, chain: &str, key: &str) -> Self {
        self.certificate = Some((chain.to_owned(), key.to_owned()));
        self
    }

    /// Rejects connections without TLS.
    #[must_use]
    pub fn require_tls(mut self) -> Self {
        self.requires_tls = true;
        self
    }

    /// Sets a parameter of `postgresql.conf`.
    #[must_use]
    pub fn setting(mut self, name: &str, value: &str) -> Self {
        self.settings.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Stores the data in memory if the machine has enough: creating a database writes hundreds of files.
    #[must_use]
    pub fn in_memory(mut self) -> Self {
        self.is_in_memory = true;
        self
    }

    /// Returns the end of `postgresql.conf`.
    pub(crate) fn configuration(&self) -> String {
        let defaults = [
            ("listen_addresses", "127.0.0.1"),
            // The default directory may be writable for the package's account only.
            ("unix_socket_directories", ""),
            // A killed server leaves no file in /dev/shm behind.
            ("dynamic_shared_memory_type", "mmap"),
            ("shared_buffers", "32MB"),
            (
                "ssl",
                if self.certificate.is_some() {
                    "on"
                } else {
                    "off"
                },
            ),
            ("ssl_cert_file", CERTIFICATE_FILE),
            ("ssl_key_file", KEY_FILE),
        ];
        let settings = self.settings.iter();
        let settings = settings.map(|(name, value)| (name.as_str(), value.as_str()));
        let line = |(name, value): (&str, &str)| {
            let value = value.replace('\'', "''");
            format!("{name} = '{value}'\n")
        };
        // PostgreSQL uses the last value of a parameter.
        defaults.into_iter().chain(settings).map(line).collect()
    }

    /// Returns `pg_hba.conf`. Replication is not included in `all`.
    pub(crate) fn client_authentication(&self) -> String {
        let connection = if self.requires_tls { "hostssl" } else { "host" };
        let method = match self.password {
            Some(_) => "scram-sha-256",
            None => "trust",
        };
        ["all", "replication"]
            .map(|database| format!("{connection} {database} all 127.0.0.1/32 {method}\n"))
            .concat()
    }
}
