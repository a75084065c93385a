//! HTTP requests to servers on this machine, for `demo` and `doctor`.

use std::net::SocketAddr;
use std::time::Duration;

use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Bytes;
use hyper::{Request, Response};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use serde_json::Value;

/// Long enough for the first Argon2id verification of a key on a slow machine.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(10);
/// Bytes; the service's OpenAPI document is the largest response.
const MAX_RESPONSE: usize = 256 * 1024;

type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// Sends a request to an absolute URL and returns the response.
pub(crate) async fn send(request: Request<Full<Bytes>>) -> Result<Response<Bytes>, BoxError> {
    let exchange = async {
        let client = Client::builder(TokioExecutor::new()).build_http::<Full<Bytes>>();
        let (head, body) = client.request(request).await?.into_parts();
        let body = Limited::new(body, MAX_RESPONSE).collect().await?.to_bytes();
        Ok(Response::from_parts(head, body))
    };
    tokio::time::timeout(REQUEST_TIMEOUT, exchange).await?
}

/// Whether `keystile serve` listens at the address.
pub(crate) async fn is_service(address: SocketAddr) -> bool {
    let url = format!("http://{address}/openapi.json");
    let Ok(request) = Request::get(url).body(Full::default()) else {
        return false;
    };
    let Ok(response) = send(request).await else {
        return false;
    };
    serde_json::from_slice::<Value>(response.body())
        .is_ok_and(|document| document["info"]["title"] == "Keystile")
}
