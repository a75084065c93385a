//! The state that all connections of the service share.

use bytes::Bytes;
use keystile_log::AccessLog;
use keystile_verifier::Verifier;

use crate::activity::Activity;
use crate::admin::Admin;
use crate::allowed_hosts::AllowedHosts;
use crate::metrics::HttpMetrics;
use crate::misconfiguration::LoggedPaths;
use crate::proxy::Proxy;
use crate::settings::Limits;

pub(crate) struct SharedState {
    pub(crate) verifier: Verifier,
    pub(crate) hosts: AllowedHosts,
    pub(crate) admin: Admin,
    /// The OpenAPI document.
    pub(crate) document: Bytes,
    pub(crate) default_proxy: Option<Proxy>,
    pub(crate) limits: Limits,
    pub(crate) metrics: HttpMetrics,
    pub(crate) access_log: Option<AccessLog>,
    pub(crate) activity: Option<Activity>,
    pub(crate) misconfigured_paths: LoggedPaths,
}
