//! A small API to try a gateway: a list of products in memory, on loopback only. It checks no keys; the gateway does.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use keystile_listener::{Connection, ConnectionLimits, ListenAddress, ListenOptions, Listener};
use serde_json::{Map, Value, json};

const PRODUCTS: &str = "/products";
/// Products in the list. A new one replaces the oldest.
const MAX_PRODUCTS: usize = 100;
/// Bytes of a product's JSON.
const MAX_PRODUCT_BYTES: usize = 16 * 1024;
const MAX_CONNECTIONS: usize = 64;
const HEADER_TIMEOUT: Duration = Duration::from_secs(15);
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(1);

/// A bound sample API. Connections wait until [`SampleApi::run`].
#[derive(Debug)]
pub struct SampleApi {
    listener: Listener,
    address: SocketAddr,
}

impl SampleApi {
    /// Binds an address. With port 0 the system chooses one.
    ///
    /// # Errors
    /// The address is not loopback, or the system rejects it.
    pub async fn bind(address: SocketAddr) -> io::Result<Self> {
        if !address.ip().is_loopback() {
            return Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                "the sample API listens on loopback only",
            ));
        }
        let listener = Listener::bind(ListenOptions::new(address))
            .await
            .map_err(io::Error::other)?;
        let address = match listener.address() {
            ListenAddress::Tcp(address) => *address,
            ListenAddress::Unix(_) => address,
        };
        Ok(Self { listener, address })
    }

    /// Returns the address, with the port that the system chose.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves requests until `shutdown` resolves.
    pub async fn run(self, shutdown: impl Future<Output = ()>) {
        let products = Arc::new(Mutex::new(Products::new()));
        let limits = ConnectionLimits {
            max_connections: MAX_CONNECTIONS,
            grace: SHUTDOWN_TIMEOUT,
        };
        self.listener
            .serve(limits, shutdown, move |connection| {
                serve_connection(Arc::clone(&products), connection)
            })
            .await;
    }
}

async fn serve_connection(products: Arc<Mutex<Products>>, accepted: Connection) {
    let Connection {
        stream,
        stopping,
        permit: _permit,
        ..
    } = accepted;
    let service = service_fn(|request| {
        let products = Arc::clone(&products);
        async move { Ok::<_, Infallible>(handle(&products, request).await) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_TIMEOUT)
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = std::pin::pin!(connection);
    let result = tokio::select! {
        result = &mut connection => result,
        () = stopping.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(cause) = result {
        tracing::debug!(%cause, "connection to the sample API failed");
    }
}

async fn handle(products: &Mutex<Products>, request: Request<Incoming>) -> Response<Full<Bytes>> {
    if request.uri().path() != PRODUCTS {
        return json_response(
            StatusCode::NOT_FOUND,
            &json!({"error": "Not found. Use /products."}),
        );
    }
    match *request.method() {
        Method::GET | Method::HEAD => {
            let list = lock(products).to_json();
            json_response(StatusCode::OK, &list)
        }
        Method::POST => {
            let Ok(body) = Limited::new(request.into_body(), MAX_PRODUCT_BYTES)
                .collect()
                .await
            else {
                let error = json!({"error": "A product has at most 16 KiB."});
                return json_response(StatusCode::PAYLOAD_TOO_LARGE, &error);
            };
            match parse_product(&body.to_bytes()) {
                Some(fields) => json_response(StatusCode::CREATED, &lock(products).add(fields)),
                None => {
                    let error = json!({"error": "A product must be a JSON object."});
                    json_response(StatusCode::BAD_REQUEST, &error)
                }
            }
        }
        _ => json_response(StatusCode::NOT_FOUND, &json!({"error": "Use GET or POST."})),
    }
}

/// Parses the fields of a product. An empty body is a product without fields.
fn parse_product(body: &[u8]) -> Option<Map<String, Value>> {
    if body.is_empty() {
        return Some(Map::new());
    }
    serde_json::from_slice(body).ok()
}

fn json_response(status: StatusCode, body: &Value) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::from(body.to_string()));
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

fn lock(products: &Mutex<Products>) -> std::sync::MutexGuard<'_, Products> {
    // The list is valid after a panic.
    products.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The list of products, oldest first.
struct Products {
    list: VecDeque<Value>,
    /// The id of the newest.
    last_id: u64,
}

impl Products {
    fn new() -> Self {
        Self {
            list: VecDeque::from([json!({"id": 1, "name": "Chair"})]),
            last_id: 1,
        }
    }

    fn to_json(&self) -> Value {
        self.list.iter().cloned().collect()
    }

    /// Adds a product with a new id, which replaces its own.
    fn add(&mut self, mut fields: Map<String, Value>) -> Value {
        self.last_id += 1;
        fields.insert("id".to_owned(), self.last_id.into());
        let product = Value::Object(fields);
        if self.list.len() == MAX_PRODUCTS {
            self.list.pop_front();
        }
        self.list.push_back(product.clone());
        product
    }
}
