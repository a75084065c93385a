//! Gateways, their rules and what they decided, as the window is sent them. Never a key.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What a request needs to pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
#[expect(missing_docs, reason = "the words of keystile_keys::RouteNeed")]
pub enum RouteNeed {
    Open,
    Read,
    Write,
}

/// A route rule. `method: null` is every method.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
#[expect(missing_docs, reason = "the fields of keystile_keys::RouteRule")]
pub struct RouteRule {
    pub method: Option<String>,
    pub path: String,
    pub need: RouteNeed,
}

/// What a sample request would need.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
#[expect(missing_docs, reason = "each field is named for what it is")]
pub struct RouteTest {
    pub need: RouteNeed,
    /// The place of the rule that said so, from 0; null: the method alone.
    pub rule: Option<u32>,
}

/// Why a gateway did not start on its port.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
#[expect(missing_docs, reason = "each field is named for what it is")]
pub struct PortConflict {
    pub port: u16,
    /// The program that uses it, such as `node (pid 812)`, where the system tells.
    pub holder: Option<String>,
    /// A port that is free, if one was found.
    pub suggestion: Option<u16>,
}

/// An environment's gateway.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
#[expect(missing_docs, reason = "each field is named for what it is")]
pub struct Gateway {
    pub environment_id: String,
    pub running: bool,
    /// Where it answers, or will answer again: `127.0.0.1:7420`. Null until it has been started for the first time.
    pub address: Option<String>,
    /// The API behind it; null when the sample API is, or none.
    pub endpoint: Option<String>,
    /// Whether the sample API stands behind it.
    pub sample: bool,
    pub keeps_host: bool,
    pub passes_preflights: bool,
    pub rules: Vec<RouteRule>,
    /// Set when it was just asked to start and its port was taken.
    pub conflict: Option<PortConflict>,
}

/// A gateway that runs in this program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
#[expect(missing_docs, reason = "each field is named for what it is")]
pub struct RunningGateway {
    pub environment_id: String,
    pub address: String,
}

/// A gateway that ran when the program ended.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
#[expect(missing_docs, reason = "each field is named for what it is")]
pub struct GatewayOffer {
    pub environment_id: String,
    pub environment_name: String,
    pub project_id: String,
    pub project_name: String,
    pub address: String,
}

/// One request that a gateway decided about.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
#[expect(missing_docs, reason = "each field is named for what it is")]
pub struct Decision {
    /// Counts up, for the life of the program.
    #[ts(type = "number")]
    pub id: u64,
    #[ts(type = "number")]
    pub at: i64,
    pub method: String,
    /// Without the query.
    pub path: String,
    pub need: RouteNeed,
    pub key_id: Option<String>,
    pub key_name: Option<String>,
    pub accepted: bool,
    /// `accepted`, or why not: `lacks_write`, `revoked`, `credentials_missing`, `preflight`, …
    pub code: String,
}

/// The configuration of a reverse proxy that asks Keystile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
#[expect(missing_docs, reason = "the proxies' own names")]
pub enum Proxy {
    Nginx,
    Caddy,
    Traefik,
    Envoy,
}
