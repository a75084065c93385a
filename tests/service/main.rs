//! Tests of the HTTP service and the gateway over real TCP connections, with a real database. nginx and Caddy are the
//! real programs with the generated configurations; the gateway must pass the same tests.

#![cfg(unix)]
#![expect(clippy::expect_used, reason = "a test that cannot be set up must fail")]

use keystile_tests::{manual_clock, raw_http, service_fixture as fixture};

mod attack_table;
mod attack_target;
mod doors;
mod echo_upstream;
mod installed;
mod key_model;
mod proxy_client;
mod real_servers;
mod recorder;
mod started_gateway;

mod admin;
mod admin_api;
mod admin_clients;
mod attacks;
mod caddy;
mod contracts;
mod database_missing;
mod expiry;
mod forward_auth;
mod forward_auth_headers;
mod forward_auth_keys;
mod gateway;
mod gateway_attacks;
mod gateway_connections;
mod gateway_follow;
mod gateway_key_check;
mod gateway_limits;
mod gateway_listening;
mod gateway_replaced;
mod gateway_routes;
mod gateway_start;
mod gateway_streams;
mod gateway_test_request;
mod gateway_tls;
mod gateway_websockets;
mod guard_layer;
mod introspect;
mod library;
mod life_of_a_key;
mod listening;
mod nginx;
mod oauth_clients;
mod openapi;
mod proxies;
mod proxy_attacks;
mod proxy_checks;
mod rotation;
mod sample_api;
mod snippet_upstreams;
mod snippets;
mod timeouts;
mod verify;
