//! A gateway with route rules in front of a recording upstream, and a key in every state.

use std::net::SocketAddr;
use std::time::Duration;

use keystile_gateway::{GatewayHandle, Settings};
use keystile_keys::{Permissions, PlainKey, os_random};
use keystile_policy::RouteRules;
use keystile_registry::IssueRequest;

use crate::attack_table::fill;
use crate::fixture::{ENVIRONMENT_PATH, IssuedKey, ServiceFixture, issue_key};
use crate::gateway::{bind_gateway, ephemeral_address, upstream};
use crate::recorder::Recorder;

const RULES: &str = "* /open/* open\nGET /export write\nPOST /search read";

/// A key in every state, beside those of the fixture.
pub(crate) struct AttackKeys {
    revoked: IssuedKey,
    disabled: IssuedKey,
    unclaimed: String,
    unknown: String,
}

pub(crate) struct AttackTarget {
    pub(crate) fixture: ServiceFixture,
    pub(crate) address: SocketAddr,
    pub(crate) handle: GatewayHandle,
    pub(crate) recorder: Recorder,
    /// The upstream of the gateway.
    pub(crate) upstream: SocketAddr,
    keys: AttackKeys,
}

impl AttackTarget {
    pub(crate) async fn new() -> Self {
        let fixture = ServiceFixture::new().await;
        let keys = AttackKeys::new(&fixture).await;
        let (api, recorder) = Recorder::start().await;
        let mut settings = Settings::new(ephemeral_address(), fixture.environment, upstream(api));
        settings.routing.rules = RouteRules::parse(RULES).expect("rules");
        settings.limits.head = Duration::from_secs(1);
        let gateway = bind_gateway(&fixture, settings).await;
        let (address, handle) = (gateway.address().tcp().expect("TCP"), gateway.handle());
        tokio::spawn(gateway.run(std::future::pending()));
        Self {
            fixture,
            address,
            handle,
            recorder,
            upstream: api,
            keys,
        }
    }

    /// Replaces every placeholder.
    pub(crate) fn fill(&self, request: &str) -> String {
        self.keys.fill(&self.fixture, self.address, request)
    }

    /// Returns every key. None may occur in a forwarded request or a response.
    pub(crate) fn keys(&self) -> [&str; 7] {
        self.keys.all(&self.fixture)
    }

    /// Returns the expected identity headers.
    pub(crate) fn identity(&self, client: &str) -> Vec<(&'static str, String)> {
        identity(&self.fixture, client)
    }
}

impl AttackKeys {
    /// Creates the keys.
    pub(crate) async fn new(fixture: &ServiceFixture) -> Self {
        let registry = &fixture.registry;
        let environment = fixture.environment;
        let read_write = Permissions::READ_WRITE;
        let revoked = issue_key(registry, environment, "revoked", read_write).await;
        fixture.revoke_key(revoked.id).await;
        let disabled = issue_key(registry, environment, "disabled", read_write).await;
        registry
            .disable_key(disabled.id, None)
            .await
            .expect("disabled");
        let request = IssueRequest::new(environment, "never copied", read_write, "never copied");
        let prompt = registry.issue("main", &request).await.expect("a key");
        let unclaimed = prompt.plain.as_ref().expect("its text").to_string();
        let reader = PlainKey::parse(&fixture.read_key.text).expect("a key");
        let unknown = PlainKey::generate(reader.prefix(), &mut os_random()).expect("a key");
        Self {
            revoked,
            disabled,
            unclaimed,
            unknown: unknown.expose().to_owned(),
        }
    }

    /// Replaces every placeholder.
    pub(crate) fn fill(
        &self,
        fixture: &ServiceFixture,
        address: SocketAddr,
        request: &str,
    ) -> String {
        let reader = &fixture.read_key.text;
        let escaped: String = reader.bytes().map(|byte| format!("%{byte:02x}")).collect();
        let wrong_digit = if reader.ends_with('0') { "1" } else { "0" };
        let mistyped = format!("{}{wrong_digit}", &reader[..reader.len() - 1]);
        let request = request
            .replace("{elsewhere}", &fixture.other_environment_key.text)
            .replace("{revoked}", &self.revoked.text)
            .replace("{disabled}", &self.disabled.text)
            .replace("{unclaimed}", &self.unclaimed)
            .replace("{unknown}", &self.unknown)
            .replace("{mistyped}", &mistyped)
            .replace("{escaped}", &escaped)
            .replace("{uppercase}", &reader.to_uppercase())
            .replace("{truncated}", &reader[..reader.len() - 9])
            .replace("{longer}", &format!("{reader}x"))
            .replace("{embedded}", &format!("x{reader}"))
            .replace("{doubled}", &format!("{reader}{reader}"))
            .replace(
                "{twice escaped}",
                &reader
                    .bytes()
                    .map(|byte| format!("%25{byte:02x}"))
                    .collect::<String>(),
            )
            .replace(
                "{basic}",
                &base64::Engine::encode(
                    &base64::engine::general_purpose::STANDARD,
                    format!("key:{reader}"),
                ),
            )
            .replace("{kelvin}", &reader.replacen('k', "\u{212a}", 1))
            .replace("{cyrillic}", &reader.replacen('s', "\u{455}", 1))
            .replace("{fullwidth}", &reader.replacen('k', "\u{ff4b}", 1));
        let filled = fill(fixture, address, &request);
        assert!(
            !filled.contains('{'),
            "every placeholder is replaced: {request}"
        );
        filled
    }

    /// Returns every key. None may occur in a forwarded request or a response.
    pub(crate) fn all<'a>(&'a self, fixture: &'a ServiceFixture) -> [&'a str; 7] {
        [
            &fixture.read_key.text,
            &fixture.write_key.text,
            &fixture.other_environment_key.text,
            &self.revoked.text,
            &self.disabled.text,
            &self.unclaimed,
            &self.unknown,
        ]
    }
}

/// Returns the expected identity headers.
pub(crate) fn identity(fixture: &ServiceFixture, client: &str) -> Vec<(&'static str, String)> {
    let (id, name, permissions) = match client {
        "reader" => (&fixture.read_key.id, "ci%20reader", "read"),
        "writer" => (&fixture.write_key.id, "%C3%A9crire%E2%82%AC", "read write"),
        "anonymous" => return Vec::new(),
        other => panic!("{other} has no key"),
    };
    vec![
        ("x-keystile-key-id", id.to_string()),
        ("x-keystile-key-name", name.to_owned()),
        ("x-keystile-environment", ENVIRONMENT_PATH.to_owned()),
        ("x-keystile-permissions", permissions.to_owned()),
        ("x-keystile-expires", "never".to_owned()),
    ]
}
