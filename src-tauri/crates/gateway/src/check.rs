//! What a new key is answered: it is sent once to read and once to write, through the gateway's own HTTP code, to a route
//! behind which there is no API. Called by the one-time prompt. It compares nothing: what the key should be allowed is known
//! to whoever asks. The two requests are no use of the key and are not counted as one.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant};

use keystile_keys::EnvironmentId;
use keystile_verifier::Verifier;
use tokio::sync::oneshot;

use crate::ask::{AskError, Question, ask};
use crate::decision::Outcome;
use crate::error::Error;
use crate::gateway::Gateway;
use crate::settings::{Settings, Upstream};

/// Both answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Checked {
    /// To GET.
    pub read: Outcome,
    /// To POST.
    pub write: Outcome,
    /// For both requests.
    pub took: Duration,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum CheckError {
    /// No address to listen on.
    #[error(transparent)]
    Gateway(#[from] Error),
    /// The requests were not answered.
    #[error(transparent)]
    Ask(#[from] AskError),
    /// They were answered in another way than a check is.
    #[error("The check was not answered as a check.")]
    Foreign,
}

impl CheckError {
    /// The stable code to branch on.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Gateway(error) => error.code(),
            Self::Ask(error) => error.code(),
            Self::Foreign => "check_foreign",
        }
    }

    /// What to do next.
    pub fn advice(&self) -> String {
        match self {
            Self::Gateway(error) => error.advice(),
            Self::Ask(_) | Self::Foreign => "Check again.".to_owned(),
        }
    }
}

/// Sends the key.
///
/// # Errors
/// See [`CheckError`]. A refused key is an answer.
pub async fn check_key(
    verifier: &Verifier,
    environment: &EnvironmentId,
    key: &str,
) -> Result<Checked, CheckError> {
    let any_port = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let settings = Settings::new(any_port, *environment, Upstream::Check);
    let gateway = Gateway::bind(verifier.clone(), settings).await?;
    let (address, control) = (gateway.address(), gateway.control());
    // Dropped at the end, whatever that is, and with it the gateway stops.
    let (_stop, stopped) = oneshot::channel::<()>();
    tokio::spawn(gateway.run(async move {
        let _ended = stopped.await;
    }));
    let begun = Instant::now();
    let mut outcomes = [Outcome::Accepted; 2];
    for (outcome, method) in outcomes.iter_mut().zip(["GET", "POST"]) {
        let question = Question {
            method,
            path: "/",
            body: None,
            key: Some(key),
        };
        let reply = ask(address, control.decisions(), question).await?;
        let decided = reply.decision.ok_or(CheckError::Foreign)?.outcome;
        // The status is what a caller gets; both must say the same.
        if reply.status.is_success() != (decided == Outcome::Accepted) {
            return Err(CheckError::Foreign);
        }
        *outcome = decided;
    }
    let [read, write] = outcomes;
    Ok(Checked {
        read,
        write,
        took: begun.elapsed(),
    })
}
