//! An axum route that only live keys of one environment pass. Run it with the store's folder and the environment:
//! `cargo run -p keystile-verifier --example axum_route -- FOLDER my-project/staging`.

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::{Router, routing::any};
use keystile_verifier::{DenyReason, EnvironmentId, Permission, Timestamp, Verdict, Verifier};

type Failure = Box<dyn std::error::Error>;

type Door = State<(Verifier, EnvironmentId)>;

// This function is all that protecting an API takes.
async fn guard(State((verifier, environment)): Door, request: Request, next: Next) -> Response {
    let shown = request.headers().get("x-api-key");
    let shown = shown.and_then(|key| key.to_str().ok()).unwrap_or("");
    let need = Permission::needed_for(request.method().as_str());
    let verdict = verifier.verify(shown, &environment, need, now());
    match verdict.await {
        Ok(Verdict::Accepted(_)) => next.run(request).await,
        Ok(Verdict::Refused(DenyReason::InsufficientPermission)) => {
            StatusCode::FORBIDDEN.into_response()
        }
        Ok(Verdict::Refused(_)) => StatusCode::UNAUTHORIZED.into_response(),
        Err(_) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}

fn now() -> Timestamp {
    let since_epoch = std::time::UNIX_EPOCH.elapsed().unwrap_or_default();
    Timestamp::from_millis(since_epoch.as_millis() as i64)
}

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    let (Some(folder), Some(name)) = (arguments.next(), arguments.next()) else {
        return Err("the store's folder and an environment are missing".into());
    };
    let verifier = Verifier::open(folder.as_ref()).await?;
    let found = verifier.environment(&name).await?;
    let environment = found.ok_or("there is no such environment")?.id;
    let api = Router::new()
        .route("/", any(async || "hello\n"))
        .layer(from_fn_with_state((verifier, environment), guard));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:8000").await?;
    Ok(axum::serve(listener, api).await?)
}
