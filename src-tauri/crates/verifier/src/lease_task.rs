//! The task that holds the lease of this process on a shared database. It sends the statements of the protocol
//! ([`keystile_lease::Lease`]), has the reader task apply changes, and publishes the permission.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use keystile_lease::{Lease, LeaseStep, STATEMENT_LIMIT, StopReason, Timing, VerifierId};
use keystile_store::{CommitListener, LeaseConnection, ReplicaInfo, StoreError, boot_time};
use tokio::sync::{mpsc, oneshot};

use crate::error::UnavailableReason;
use crate::lease_state::LeaseState;
use crate::reader_request::ReaderRequest;
use crate::state::VerifierState;

/// The time between two reads while commits are announced: a permission is renewed several times before it ends, with fewer
/// than ten statements a second.
const LISTENING_INTERVAL: Duration = Duration::from_millis(150);
/// The time between two attempts after an error.
const RETRY_INTERVAL: Duration = Duration::from_millis(100);
/// The time between two attempts while the server cannot give a lease.
const STOP_INTERVAL: Duration = Duration::from_secs(1);

/// Why a step has failed.
enum StepError {
    Store(StoreError),
    TimedOut,
    /// Memory could not be brought up to date.
    Memory(UnavailableReason),
}

struct LeaseTask {
    lease: Lease,
    state: Arc<VerifierState>,
    permission: Arc<LeaseState>,
    requests: mpsc::WeakUnboundedSender<ReaderRequest>,
    connection: Option<LeaseConnection>,
    listener: CommitListener,
    replica: ReplicaInfo,
    is_failing: bool,
}

/// Asks the task to give up the lease, and receives a reply when that is done.
pub(crate) type Release = oneshot::Sender<()>;

/// Holds a lease until it is released, or until all senders are dropped; then gives it up.
pub(crate) async fn run(
    state: Arc<VerifierState>,
    replica: ReplicaInfo,
    requests: mpsc::WeakUnboundedSender<ReaderRequest>,
    mut releases: mpsc::UnboundedReceiver<Release>,
) {
    let (Some(permission), Some(listener)) = (state.lease(), state.store.listen()) else {
        return;
    };
    let mut task = LeaseTask {
        lease: Lease::new(Timing::default()),
        permission,
        state,
        requests,
        connection: None,
        listener,
        replica,
        is_failing: false,
    };
    let release = tokio::select! {
        () = task.hold() => None,
        release = releases.recv() => release,
    };
    task.give_up().await;
    if let Some(release) = release {
        // Fails only if the caller was canceled.
        let _sent = release.send(());
    }
}

impl LeaseTask {
    async fn hold(&mut self) {
        loop {
            let step = self.lease.next(boot_time(), VerifierId(rand::random()));
            let result = self.perform(step).await;
            match result {
                Ok(()) => {
                    if self.lease.permits(boot_time()) && std::mem::take(&mut self.is_failing) {
                        tracing::info!("has a lease on the shared database again");
                    }
                }
                Err(error) => {
                    self.log(&error);
                    self.connection = None;
                    self.lease.failed();
                    tokio::time::sleep(RETRY_INTERVAL).await;
                }
            }
            self.permission.publish(self.lease.permission_until());
        }
    }

    async fn perform(&mut self, step: LeaseStep) -> Result<(), StepError> {
        match step {
            LeaseStep::Connect => {
                self.connection = None;
                let connected = limited(self.state.store.connect_lease()).await?;
                if let Some((connection, reply)) = connected {
                    self.connection = Some(connection);
                    self.lease.connected(reply);
                }
            }
            LeaseStep::Register { id, seen, previous } => {
                let replica = self.replica.clone();
                let register = self.connection()?.register(id, seen, &previous, &replica);
                let reply = limited(register).await?;
                self.lease.registered(reply);
            }
            LeaseStep::Read { id, since } => {
                let reply = limited(self.connection()?.read(id, since)).await?;
                self.lease.read(reply);
            }
            LeaseStep::Apply { head } => {
                let read = self.request(ReaderRequest::FollowHead).await?;
                let is_other_history = read.seq == head.seq && read.hash != head.hash;
                if read.seq < head.seq || is_other_history {
                    // The reader is still connected to another server, or the database went back meanwhile.
                    self.request(ReaderRequest::Forget).await?;
                    return Err(StepError::Memory(UnavailableReason::Unreadable));
                }
                self.lease.applied();
                self.lease.advance(read);
            }
            LeaseStep::Acknowledge { id, seen } => {
                let reply = limited(self.connection()?.acknowledge(id, seen)).await?;
                self.lease.acknowledged(reply);
            }
            LeaseStep::Clear => {
                // Checks must not use what is cleared.
                self.permission.publish(self.lease.permission_until());
                tracing::warn!("the database went back to an earlier state, dropping caches");
                self.request(ReaderRequest::Forget).await?;
                self.lease.cleared();
            }
            LeaseStep::Idle => {
                let interval = match self.listener.is_listening() {
                    true => LISTENING_INTERVAL,
                    false => keystile_lease::POLL_INTERVAL,
                };
                // A notification only makes the next read earlier.
                let _notified = tokio::time::timeout(interval, self.listener.notified()).await;
                self.lease.wake();
            }
            LeaseStep::Stop(reason) => self.stop(reason).await,
        }
        Ok(())
    }

    async fn stop(&mut self, reason: StopReason) {
        self.connection = None;
        let unavailable = match reason {
            StopReason::Standby => UnavailableReason::Standby,
            StopReason::TransactionPooler => UnavailableReason::TransactionPooler,
            StopReason::Closed => UnavailableReason::NoLease,
        };
        self.permission.set_reason(unavailable);
        if !std::mem::replace(&mut self.is_failing, true) {
            tracing::error!(reason = %unavailable, "cannot have a lease on the shared database");
        }
        tokio::time::sleep(STOP_INTERVAL).await;
        self.lease.failed();
    }

    fn connection(&mut self) -> Result<&mut LeaseConnection, StepError> {
        self.connection.as_mut().ok_or(StepError::TimedOut)
    }

    /// Sends a request to the reader task and waits for its reply.
    async fn request<T>(
        &self,
        request: impl FnOnce(crate::reader_request::Reply<T>) -> ReaderRequest,
    ) -> Result<T, StepError> {
        let has_ended = || StepError::Memory(UnavailableReason::Unreadable);
        let requests = self.requests.upgrade().ok_or_else(has_ended)?;
        let (reply, response) = oneshot::channel();
        requests.send(request(reply)).map_err(|_| has_ended())?;
        drop(requests);
        let response = tokio::time::timeout(STATEMENT_LIMIT, response);
        let response = response.await.map_err(|_| StepError::TimedOut)?;
        response
            .map_err(|_| has_ended())?
            .map_err(StepError::Memory)
    }

    /// Logs the first of several failures in a row.
    fn log(&mut self, error: &StepError) {
        if std::mem::replace(&mut self.is_failing, true) {
            return;
        }
        match error {
            StepError::Store(error) => {
                tracing::error!(%error, "renewing the lease on the shared database failed, trying again");
            }
            StepError::TimedOut => {
                tracing::error!("the shared database does not respond, trying again");
            }
            StepError::Memory(reason) => {
                tracing::error!(%reason, "reading changes of the shared database failed, trying again");
            }
        }
    }

    /// Withdraws the permission, and deletes the row, so that no revocation waits for this process.
    async fn give_up(mut self) {
        let rows = self.lease.close();
        self.permission.publish(self.lease.permission_until());
        if let Some(connection) = self.connection.take()
            && let Err(StepError::Store(error)) = limited(connection.delete(&rows)).await
        {
            tracing::warn!(%error, "giving up the lease failed; it ends by itself");
        }
    }
}

/// Limits a statement. Its connection is dropped after a timeout.
async fn limited<T>(
    statement: impl Future<Output = Result<T, StoreError>>,
) -> Result<T, StepError> {
    match tokio::time::timeout(STATEMENT_LIMIT, statement).await {
        Ok(result) => result.map_err(StepError::Store),
        Err(_) => Err(StepError::TimedOut),
    }
}
