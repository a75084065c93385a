//! One HTTP request and its whole answer, over a connection of its own. For `demo` and `doctor`; both
//! ask programs on this machine, so an answer that does not come soon never comes.

use std::net::SocketAddr;
use std::time::Duration;

use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Bytes;
use hyper::client::conn::http1;
use hyper::header::HOST;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpStream;

/// Long enough for the first proof of a key on a slow machine.
const LIMIT: Duration = Duration::from_secs(10);
/// Bytes of an answer; the service's own description is the longest.
const LONGEST: usize = 256 * 1024;

type Cause = Box<dyn std::error::Error + Send + Sync>;

/// Sends a request to an address.
///
/// # Errors
/// Whatever kept the answer away.
pub(crate) async fn ask(
    address: SocketAddr,
    mut request: Request<Full<Bytes>>,
) -> Result<Response<Bytes>, Cause> {
    request
        .headers_mut()
        .insert(HOST, address.to_string().parse()?);
    let answered = async {
        let stream = TcpStream::connect(address).await?;
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
        let connection = tokio::spawn(connection);
        let (parts, body) = sender.send_request(request).await?.into_parts();
        let body = Limited::new(body, LONGEST).collect().await?.to_bytes();
        connection.abort();
        Ok(Response::from_parts(parts, body))
    };
    tokio::time::timeout(LIMIT, answered).await?
}

/// Whether what answers there describes itself as Keystile's service.
pub(crate) async fn is_service(address: SocketAddr) -> bool {
    let request = Request::get("/openapi.json").body(Full::<Bytes>::default());
    let Ok(request) = request else {
        return false;
    };
    let Ok(response) = ask(address, request).await else {
        return false;
    };
    serde_json::from_slice::<Value>(response.body())
        .is_ok_and(|document| document["info"]["title"] == "Keystile")
}
