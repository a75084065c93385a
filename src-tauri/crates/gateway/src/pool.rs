//! The connections to one API: those of HTTP/1.1 that rest between two requests, and the one of HTTP/2 where that was agreed
//! on. The exchange sends through it. It knows addresses and connections, no keys.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use hyper::body::Incoming;
use hyper::client::conn::http2;
use hyper::header::HOST;
use hyper::{Request, Response, Uri};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};

use crate::api_body::ApiBody;
use crate::endpoint::Endpoint;
use crate::failed::Failed;
use crate::link::Link;
use crate::sent::Sent;
use crate::stream::{Offer, Stream, Trust};
use crate::watched::Watched;

/// How often a connection of HTTP/2 is asked whether it lives: one that was lost with a network says nothing by itself.
const ALIVE: Duration = Duration::from_secs(10);
/// How long a connection may rest. Below the 5 s after which Node closes its own.
const REST: Duration = Duration::from_secs(4);
/// The most that rest at once.
const MOST: usize = 256;

pub(crate) struct Pool {
    endpoint: Endpoint,
    trust: Trust,
    connect: Duration,
    /// The one that rests the longest comes first.
    resting: Mutex<Vec<Link>>,
    shared: Mutex<Option<http2::SendRequest<Sent>>>,
    is_swept: AtomicBool,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Nothing in here is ever half-way changed.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Pool {
    pub(crate) fn new(endpoint: Endpoint, connect: Duration) -> Arc<Self> {
        Arc::new(Self {
            endpoint,
            trust: Trust::default(),
            connect,
            resting: Mutex::default(),
            shared: Mutex::default(),
            is_swept: AtomicBool::new(false),
        })
    }

    pub(crate) fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// Sends a request that has `Host` and a path, and waits for the head of its answer.
    pub(crate) async fn send(
        self: &Arc<Self>,
        request: Request<Watched<Incoming>>,
        offer: Offer,
    ) -> Result<Response<ApiBody>, Failed> {
        let mut request = request.map(Sent);
        if offer == Offer::Newest
            && let Some(sender) = self.shared()
        {
            return send_shared(sender, request).await;
        }
        while let Some(mut link) = self.take() {
            match link.send(request).await {
                Ok(answer) => return Ok(self.watch(answer, link)),
                // The API hung up in this moment. What it has not seen can be sent again.
                Err(mut unsent) => match unsent.take_message() {
                    Some(again) => request = again,
                    None => return Err(unsent.into_error().into()),
                },
            }
        }
        let stream = Stream::open(&self.endpoint, &self.trust, offer, self.connect).await?;
        if stream.is_http2() {
            let (sender, connection) = http2::Builder::new(TokioExecutor::new())
                .timer(TokioTimer::new())
                .keep_alive_interval(Some(ALIVE))
                .keep_alive_timeout(ALIVE / 2)
                .handshake(TokioIo::new(stream))
                .await?;
            tokio::spawn(async move {
                if let Err(cause) = connection.await {
                    tracing::debug!(%cause, "a connection to the API ended early");
                }
            });
            *lock(&self.shared) = Some(sender.clone());
            return send_shared(sender, request).await;
        }
        let mut link = Link::over(stream).await?;
        match link.send(request).await {
            Ok(answer) => Ok(self.watch(answer, link)),
            Err(unsent) => Err(unsent.into_error().into()),
        }
    }

    /// The connection of HTTP/2, if there is one.
    fn shared(&self) -> Option<http2::SendRequest<Sent>> {
        let mut shared = lock(&self.shared);
        if shared.as_ref().is_some_and(http2::SendRequest::is_closed) {
            *shared = None;
        }
        shared.clone()
    }

    /// The connection that was used last, because it is the least likely to have been closed.
    fn take(&self) -> Option<Link> {
        loop {
            let mut link = lock(&self.resting).pop()?;
            if !link.is_stale(REST) && link.is_free() {
                return Some(link);
            }
        }
    }

    fn watch(self: &Arc<Self>, answer: Response<Incoming>, link: Link) -> Response<ApiBody> {
        if answer.status() == hyper::StatusCode::SWITCHING_PROTOCOLS {
            link.let_go();
            return answer.map(ApiBody::alone);
        }
        answer.map(|body| ApiBody::over(body, link, Arc::clone(self)))
    }

    /// Keeps a connection for the next request, if it is good for one.
    pub(crate) fn give_back(self: &Arc<Self>, mut link: Link) {
        if !link.is_free() {
            return;
        }
        link.rests();
        let mut resting = lock(&self.resting);
        if resting.len() < MOST {
            resting.push(link);
        }
        drop(resting);
        if !self.is_swept.swap(true, Ordering::Relaxed) {
            tokio::spawn(sweep(Arc::downgrade(self)));
        }
    }
}

/// Closes what rests too long, until nothing rests.
async fn sweep(pool: std::sync::Weak<Pool>) {
    loop {
        tokio::time::sleep(REST / 4).await;
        let Some(pool) = pool.upgrade() else {
            return;
        };
        let mut resting = lock(&pool.resting);
        resting.retain(|link| !link.is_stale(REST));
        if resting.is_empty() {
            // Whoever gives one back after this starts it again.
            pool.is_swept.store(false, Ordering::Relaxed);
            return;
        }
    }
}

async fn send_shared(
    mut sender: http2::SendRequest<Sent>,
    mut request: Request<Sent>,
) -> Result<Response<ApiBody>, Failed> {
    // HTTP/2 says the host in the address.
    let host = request.headers_mut().remove(HOST);
    let path = request.uri().path_and_query().cloned();
    if let (Some(host), Some(path)) = (host, path)
        && let Ok(uri) = Uri::builder()
            .scheme("https")
            .authority(host.as_bytes())
            .path_and_query(path)
            .build()
    {
        *request.uri_mut() = uri;
    }
    *request.version_mut() = hyper::Version::HTTP_2;
    sender.ready().await?;
    Ok(sender.send_request(request).await?.map(ApiBody::alone))
}
