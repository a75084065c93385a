//! What works behind the checks, in a thread and a runtime of its own: a lost file is noticed however busy the caller's
//! runtime is, and the verifier may be used from several. Started by `verifier`; it ends when nobody can ask any more.

use std::io;
use std::sync::Arc;

use arc_swap::ArcSwap;
use keystile_keys::Clock;
use keystile_store::Store;
use tokio::sync::mpsc;

use crate::figures::Counters;
use crate::ground::Ground;
use crate::proofs::Proofs;
use crate::reading;
use crate::shared::{Limits, Shared};
use crate::usage::{Flush, Usage};
use crate::wish::Wish;
use crate::{tags, usage, watch};

/// How the checks speak to the tasks. When these are dropped, the tasks end.
pub(crate) struct Senders {
    pub(crate) wishes: mpsc::UnboundedSender<Wish>,
    pub(crate) flushes: mpsc::UnboundedSender<Flush>,
}

/// Starts everything.
pub(crate) fn start(
    store: Store,
    limits: Limits,
    clock: Clock,
) -> io::Result<(Arc<Shared>, Senders)> {
    let (wishes, wished) = mpsc::unbounded_channel();
    let (flushes, flushed) = mpsc::unbounded_channel();
    let (new_tags, made_anew) = mpsc::unbounded_channel();
    let shared = Arc::new(Shared {
        directory: store.directory().to_owned(),
        proofs: Proofs::new(
            limits.waiting_proofs,
            limits.proof_wait,
            new_tags.downgrade(),
        ),
        ground: ArcSwap::from_pointee(Ground::new(store, limits.cached_keys)),
        counters: Counters::default(),
        usage: Usage::default(),
        limits,
        clock: clock.clone(),
    });
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()?;
    let for_thread = Arc::clone(&shared);
    let refills = wishes.downgrade();
    std::thread::Builder::new()
        .name("keystile-verifier".to_owned())
        .spawn(move || {
            let shared = for_thread;
            runtime.block_on(async {
                let watching = tokio::spawn(watch::watch(Arc::clone(&shared)));
                let tagging = tokio::spawn(tags::store(made_anew, clock));
                tokio::join!(
                    reading::read(Arc::clone(&shared), wished, refills),
                    usage::write(&shared.usage, &shared.directory, flushed),
                );
                drop(new_tags);
                watching.abort();
                // What was proven last is still stored.
                if let Err(error) = tagging.await {
                    tracing::error!(%error, "storing tags ended early");
                }
            });
        })?;
    Ok((shared, Senders { wishes, flushes }))
}
