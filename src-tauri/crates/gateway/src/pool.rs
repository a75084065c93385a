//! The connections to one API: those of HTTP/1.1 that rest between two requests, and the one of HTTP/2 where that was agreed
//! on. The exchange sends through it. It knows addresses and connections, no keys.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use hyper::body::Incoming;
use hyper::client::conn::{TrySendError, http2};
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
const MAX_IDLE: usize = 256;
/// Connections on which a request is tried before it fails.
const MAX_SENDINGS: usize = 3;

pub(crate) struct Pool {
    endpoint: Endpoint,
    trust: Trust,
    connect: Duration,
    /// The one that rests the longest comes first.
    resting: Mutex<Vec<Link>>,
    shared: Mutex<Option<http2::SendRequest<Sent>>>,
    /// One connection of HTTP/2 is opened at a time.
    connecting: tokio::sync::Mutex<()>,
    /// The API has chosen HTTP/1.1 once.
    speaks_http1: AtomicBool,
    is_swept: AtomicBool,
}

/// What came of sending over HTTP/2.
enum Sending {
    Done(Response<ApiBody>),
    /// Nothing was sent, because the API speaks HTTP/1.1.
    NotHttp2(Request<Sent>),
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
            connecting: tokio::sync::Mutex::default(),
            speaks_http1: AtomicBool::new(false),
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
        if offer == Offer::Newest {
            match self.send_http2(request).await? {
                Sending::Done(answer) => return Ok(answer),
                Sending::NotHttp2(unsent) => request = unsent,
            }
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
        let stream = Stream::open(&self.endpoint, &self.trust, Offer::Http1, self.connect).await?;
        let mut link = Link::over(stream).await?;
        match link.send(request).await {
            Ok(answer) => Ok(self.watch(answer, link)),
            Err(unsent) => Err(unsent.into_error().into()),
        }
    }

    /// Sends over the one connection of HTTP/2, which is opened where the API speaks it. A request that the API has not taken,
    /// because it was closing the connection (RFC 9113, section 6.8), is sent again over a new one.
    async fn send_http2(&self, mut request: Request<Sent>) -> Result<Sending, Failed> {
        if self.endpoint.certified().is_none() || self.speaks_http1.load(Ordering::Relaxed) {
            return Ok(Sending::NotHttp2(request));
        }
        for _ in 0..MAX_SENDINGS {
            let sender = match self.shared() {
                Some(sender) => sender,
                None => match self.connect_http2().await? {
                    Some(sender) => sender,
                    // A request that was made for HTTP/2 cannot be sent otherwise.
                    None if request.version() == hyper::Version::HTTP_2 => break,
                    None => return Ok(Sending::NotHttp2(request)),
                },
            };
            match send_shared(sender, request).await {
                Ok(answer) => return Ok(Sending::Done(answer)),
                Err(mut unsent) => {
                    *lock(&self.shared) = None;
                    match unsent.take_message() {
                        Some(again) => request = again,
                        None => return Err(unsent.into_error().into()),
                    }
                }
            }
        }
        Err(Failed::ConnectSlow)
    }

    /// Opens the connection of HTTP/2, one for all who need it at once; `None` where the API speaks HTTP/1.1.
    async fn connect_http2(&self) -> Result<Option<http2::SendRequest<Sent>>, Failed> {
        let _one_at_a_time = self.connecting.lock().await;
        if let Some(sender) = self.shared() {
            return Ok(Some(sender));
        }
        if self.speaks_http1.load(Ordering::Relaxed) {
            return Ok(None);
        }
        let stream = Stream::open(&self.endpoint, &self.trust, Offer::Newest, self.connect).await?;
        if !stream.is_http2() {
            self.speaks_http1.store(true, Ordering::Relaxed);
            return Ok(None);
        }
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
        Ok(Some(sender))
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
        if resting.len() < MAX_IDLE {
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
) -> Result<Response<ApiBody>, TrySendError<Request<Sent>>> {
    // HTTP/2 has the host in the target.
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
    // A connection that is closed gives the request back.
    let _ready = sender.ready().await;
    Ok(sender.try_send_request(request).await?.map(ApiBody::alone))
}
