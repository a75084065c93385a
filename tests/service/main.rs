//! The HTTP service's promises over real TCP connections, against a real database with keys that the registry issued.
//! nginx and Caddy are the real programs with exactly the printed configurations, and the gateway must hold whatever they
//! hold.

#![cfg(unix)]
#![expect(clippy::expect_used, reason = "a test that cannot be set up must fail")]

mod api;
mod attack_table;
mod attacked;
mod caller;
mod clipboard;
mod fixture;
mod installed;
mod proxy_client;
mod real_servers;
mod recorder;
mod started;

mod admin;
mod attacks;
mod caddy;
mod contracts;
mod forward_auth;
mod forward_auth_headers;
mod gateway;
mod gateway_ask;
mod gateway_attacks;
mod gateway_check;
mod gateway_connections;
mod gateway_follow;
mod gateway_limits;
mod gateway_listening;
mod gateway_replaced;
mod gateway_routes;
mod gateway_start;
mod gateway_streams;
mod gateway_tls;
mod gateway_websockets;
mod gone;
mod guard_layer;
mod guarded;
mod introspect;
mod library;
mod listening;
mod nginx;
mod oauth_clients;
mod openapi;
mod proxies;
mod proxy_attacks;
mod sample_api;
mod slow;
mod snippet_upstreams;
mod snippets;
mod verify;
