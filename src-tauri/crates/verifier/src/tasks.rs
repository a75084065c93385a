//! The background tasks of a verifier, on a thread and a runtime of their own: a busy runtime of the caller delays
//! neither revocations nor the detection of a missing file.

use std::io;
use std::sync::Arc;

use arc_swap::ArcSwap;
use keystile_keys::Clock;
use keystile_store::{ReplicaInfo, Store};
use tokio::sync::mpsc;

use crate::argon2_pool::Argon2Pool;
use crate::lease_task::Release;
use crate::limits::Limits;
use crate::metrics::Counters;
use crate::reader_request::ReaderRequest;
use crate::request_log::RequestBuffer;
use crate::shared::Shared;
use crate::state::VerifierState;
use crate::usage::{Flush, UsageRecorder};
use crate::{lease_task, reader_task, request_log, tag_writer, usage, watch};

/// The channels to the tasks. Dropping them ends the tasks.
pub(crate) struct Senders {
    pub(crate) requests: mpsc::UnboundedSender<ReaderRequest>,
    pub(crate) flushes: mpsc::UnboundedSender<Flush>,
    pub(crate) request_flushes: mpsc::UnboundedSender<Flush>,
    pub(crate) releases: mpsc::UnboundedSender<Release>,
}

/// Starts all tasks.
pub(crate) fn start(
    store: Store,
    limits: Limits,
    clock: Clock,
    replica: ReplicaInfo,
) -> io::Result<(Arc<Shared>, Senders)> {
    let (requests, requests_receiver) = mpsc::unbounded_channel();
    let (flushes, flushes_receiver) = mpsc::unbounded_channel();
    let (request_flushes, request_flushes_receiver) = mpsc::unbounded_channel();
    let (releases, releases_receiver) = mpsc::unbounded_channel();
    let (tags, tags_receiver) = mpsc::unbounded_channel();
    let shared = Arc::new(Shared {
        directory: store.directory().to_owned(),
        argon2: Argon2Pool::new(
            limits.max_waiting_proofs,
            limits.proof_timeout,
            tags.downgrade(),
        ),
        state: ArcSwap::from_pointee(VerifierState::new(store, &limits)),
        counters: Counters::default(),
        usage: UsageRecorder::default(),
        requests: limits.logs_requests.then(RequestBuffer::default),
        limits,
        clock: clock.clone(),
    });
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let thread_shared = Arc::clone(&shared);
    let weak_requests = requests.downgrade();
    std::thread::Builder::new()
        .name("keystile-verifier".to_owned())
        .spawn(move || {
            let shared = thread_shared;
            runtime.block_on(async {
                let watch = tokio::spawn(watch::run(Arc::clone(&shared)));
                let lease = tokio::spawn(lease_task::run(
                    shared.state.load_full(),
                    replica,
                    weak_requests.clone(),
                    releases_receiver,
                ));
                let tag_writer = tokio::spawn(tag_writer::run(tags_receiver, clock));
                tokio::join!(
                    reader_task::run(Arc::clone(&shared), requests_receiver, weak_requests),
                    usage::run(&shared.usage, &shared.state, flushes_receiver),
                    log_requests(&shared, request_flushes_receiver),
                );
                watch.abort();
                if let Err(error) = lease.await {
                    tracing::error!(%error, "lease task panicked");
                }
                // Lets the last tags be stored.
                drop(tags);
                if let Err(error) = tag_writer.await {
                    tracing::error!(%error, "tag writer panicked");
                }
            });
        })?;
    let senders = Senders {
        requests,
        flushes,
        request_flushes,
        releases,
    };
    Ok((shared, senders))
}

/// Runs the task of the request log, if there is one.
async fn log_requests(shared: &Shared, flushes: mpsc::UnboundedReceiver<Flush>) {
    if let Some(buffer) = &shared.requests {
        request_log::run(buffer, &shared.directory, flushes).await;
    }
}
