//! A notes API that only the keys of one environment reach. Run it with the folder of the store and the environment:
//! `cargo run -p keystile --features axum --example axum -- FOLDER "Acme Shop/staging"`.

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
    let mut arguments = std::env::args().skip(1);
    let (Some(folder), Some(environment)) = (arguments.next(), arguments.next()) else {
        return Err("Pass the folder of the store and the environment.".into());
    };
    let keystile = keystile::Verifier::open(folder).await?;
    let app = Router::new()
        .route("/notes", get(list).post(add))
        .layer(keystile.layer(&environment).await?)
        .with_state(Notes::default());
    let address = arguments.next();
    let listener = TcpListener::bind(address.as_deref().unwrap_or("127.0.0.1:8000")).await?;
    // The only line on standard output, for scripts.
    use std::io::Write;
    writeln!(std::io::stdout(), "http://{}", listener.local_addr()?)?;
    serve(listener, app)
        .with_graceful_shutdown(async {
            // Without a handler Ctrl+C ends the program at once.
            if tokio::signal::ctrl_c().await.is_err() {
                std::future::pending().await
            }
        })
        .await?;
    keystile.shutdown().await?;
    Ok(())
}
