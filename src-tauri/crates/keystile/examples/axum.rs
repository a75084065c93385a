//! A notes API, protected by the keys of one environment:
//! `cargo run -p keystile --features axum --example axum -- STORE_DIRECTORY "Acme Shop/staging"`.

use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::State;
use axum::routing::get;
use axum::{Router, serve};
use keystile::axum::ApiKey;
use tokio::net::TcpListener;

/// Notes, each with the name of the key that wrote it.
type Notes = Arc<Mutex<Vec<String>>>;

async fn list(State(notes): State<Notes>) -> String {
    notes
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .concat()
}

async fn add(State(notes): State<Notes>, key: ApiKey, note: String) {
    let line = format!("{}: {note}\n", key.name);
    notes
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .push(line);
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let (Some(directory), Some(environment)) = (args.next(), args.next()) else {
        return Err("usage: axum STORE_DIRECTORY PROJECT/ENVIRONMENT [ADDRESS]".into());
    };
    let keystile = keystile::Verifier::open(directory).await?;
    let app = Router::new()
        .route("/notes", get(list).post(add))
        .layer(keystile.layer(&environment).await?)
        .with_state(Notes::default());
    let address = args.next();
    let listener = TcpListener::bind(address.as_deref().unwrap_or("127.0.0.1:8000")).await?;
    // The only line on stdout, for scripts.
    use std::io::Write;
    writeln!(std::io::stdout(), "http://{}", listener.local_addr()?)?;
    serve(listener, app)
        .with_graceful_shutdown(async {
            // Without a handler, Ctrl+C would skip the graceful shutdown.
            if tokio::signal::ctrl_c().await.is_err() {
                std::future::pending().await
            }
        })
        .await?;
    keystile.shutdown().await?;
    Ok(())
}
