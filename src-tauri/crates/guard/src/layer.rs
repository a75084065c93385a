//! The guard as a `tower::Layer`: only authorized requests reach the inner service.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{Either, Full};
use tower_layer::Layer;
use tower_service::Service;

use crate::guard::Guard;

/// Puts a [`Guard`] in front of a service. An authorized request has the extension [`Authorized`](crate::Authorized)
/// and no key in its headers; every other request gets a problem response (RFC 9457).
///
/// The layer authorizes the path that it receives. Add it to the outermost router, so that no path is rewritten before.
#[derive(Clone)]
pub struct GuardLayer {
    guard: Guard,
}

impl GuardLayer {
    /// Creates a layer from a guard.
    pub fn new(guard: Guard) -> Self {
        Self { guard }
    }
}

impl<S> Layer<S> for GuardLayer {
    type Service = Guarded<S>;

    fn layer(&self, inner: S) -> Guarded<S> {
        Guarded {
            guard: self.guard.clone(),
            inner,
        }
    }
}

/// A service behind a [`GuardLayer`].
#[derive(Clone)]
pub struct Guarded<S> {
    guard: Guard,
    inner: S,
}

impl<S, RequestBody, ResponseBody> Service<Request<RequestBody>> for Guarded<S>
where
    S: Service<Request<RequestBody>, Response = Response<ResponseBody>> + Clone + Send + 'static,
    S::Future: Send,
    RequestBody: Send + 'static,
    ResponseBody: 'static,
{
    type Response = Response<Either<Full<Bytes>, ResponseBody>>;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<RequestBody>) -> Self::Future {
        // Only the service that was polled is ready; its clone replaces it.
        let next = self.inner.clone();
        let mut inner = std::mem::replace(&mut self.inner, next);
        let guard = self.guard.clone();
        Box::pin(async move {
            let (mut parts, body) = request.into_parts();
            let (admitted, mut pending) = guard.admit_pending(&mut parts).await;
            match admitted {
                Ok(_) => {
                    let response = inner.call(Request::from_parts(parts, body)).await?;
                    if let Some(pending) = &mut pending {
                        pending.respond(response.status());
                    }
                    Ok(response.map(Either::Right))
                }
                Err(rejection) => Ok(rejection.problem.into_response().map(Either::Left)),
            }
        })
    }
}
