//! A small API to try a gateway with: a list of products, in memory. The window and the terminal's `demo` start it. It
//! asks nobody for a key, which is what the gateway in front of it is for, and it listens on loopback only.

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
/// The products that are kept; after that the oldest go.
const MOST: usize = 100;
/// Bytes of one product.
const LONGEST: usize = 16 * 1024;
const MAX_CONNECTIONS: usize = 64;
const HEAD: Duration = Duration::from_secs(15);
const GRACE: Duration = Duration::from_secs(1);

/// A sample API that listens and does not answer yet.
#[derive(Debug)]
pub struct SampleApi {
    listener: Listener,
    address: SocketAddr,
}

impl SampleApi {
    /// Listens; port 0 lets the system choose. Connections wait until [`SampleApi::run`].
    ///
    /// # Errors
    /// The address is reached by other machines, or the system refuses it.
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

    /// Where it listens, with the port that the system chose.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Answers until `shutdown` is done.
    pub async fn run(self, shutdown: impl Future<Output = ()>) {
        let products = Arc::new(Mutex::new(Products::new()));
        let limits = ConnectionLimits {
            max_connections: MAX_CONNECTIONS,
            grace: GRACE,
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
    let respond = service_fn(|request| {
        let products = Arc::clone(&products);
        async move { Ok::<_, Infallible>(answer(&products, request).await) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD)
        .serve_connection(TokioIo::new(stream), respond);
    let mut connection = std::pin::pin!(connection);
    let ended = tokio::select! {
        ended = &mut connection => ended,
        () = stopping.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(cause) = ended {
        tracing::debug!(%cause, "a connection to the sample API ended early");
    }
}

async fn answer(products: &Mutex<Products>, request: Request<Incoming>) -> Response<Full<Bytes>> {
    if request.uri().path() != PRODUCTS {
        return told(
            StatusCode::NOT_FOUND,
            &json!({"error": "There is only /products."}),
        );
    }
    match *request.method() {
        Method::GET | Method::HEAD => {
            let list = lock(products).list();
            told(StatusCode::OK, &list)
        }
        Method::POST => {
            let Ok(body) = Limited::new(request.into_body(), LONGEST).collect().await else {
                let error = json!({"error": "A product is at most 16 KiB long."});
                return told(StatusCode::PAYLOAD_TOO_LARGE, &error);
            };
            match fields(&body.to_bytes()) {
                Some(fields) => told(StatusCode::CREATED, &lock(products).add(fields)),
                None => {
                    let error = json!({"error": "A product is a JSON object."});
                    told(StatusCode::BAD_REQUEST, &error)
                }
            }
        }
        _ => told(
            StatusCode::NOT_FOUND,
            &json!({"error": "There is only GET and POST."}),
        ),
    }
}

/// The fields of a product that somebody sends. Nothing at all is a product without any.
fn fields(body: &[u8]) -> Option<Map<String, Value>> {
    if body.is_empty() {
        return Some(Map::new());
    }
    serde_json::from_slice(body).ok()
}

fn told(status: StatusCode, body: &Value) -> Response<Full<Bytes>> {
    let mut answer = Response::new(Full::from(body.to_string()));
    *answer.status_mut() = status;
    answer
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    answer
}

fn lock(products: &Mutex<Products>) -> std::sync::MutexGuard<'_, Products> {
    // A list that somebody left half-way is still a list.
    products.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What there is, the oldest first.
struct Products {
    kept: VecDeque<Value>,
    /// The id of the newest.
    last: u64,
}

impl Products {
    fn new() -> Self {
        Self {
            kept: VecDeque::from([json!({"id": 1, "name": "Chair"})]),
            last: 1,
        }
    }

    fn list(&self) -> Value {
        self.kept.iter().cloned().collect()
    }

    /// Keeps a product under a new id, whatever id it brings.
    fn add(&mut self, mut fields: Map<String, Value>) -> Value {
        self.last += 1;
        fields.insert("id".to_owned(), self.last.into());
        let product = Value::Object(fields);
        if self.kept.len() == MOST {
            self.kept.pop_front();
        }
        self.kept.push_back(product.clone());
        product
    }
}
