//! A process that checks keys, with the real [`Lease`].

use keystile_lease::{
    AcknowledgeReply, BackendId, BootTime, ConnectReply, Head, Lease, LeaseStep, ReadReply,
    RegisterReply, Timing, VerifierId,
};

use crate::database::{Database, Revocations, Snapshot, Write, acknowledge_reply};
use crate::protocol::Protocol;

/// The number of ids of each verifier.
const IDS: u128 = 1_000;

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Verifier {
    pub(crate) lease: Lease,
    /// The revocations that memory contains.
    pub(crate) memory: Revocations,
    /// Ticks that its clock has missed.
    pub(crate) lag: u8,
    /// Whether its connection reaches a server that another one has replaced.
    pub(crate) on_replaced_server: bool,
    statement: Option<Statement>,
    /// The time before the last statement was sent, for variants of the protocol.
    sent: BootTime,
    last_id: VerifierId,
    /// The end of a permission that a variant of the protocol gives.
    variant_until: BootTime,
    /// Changes that a variant has acknowledged and not applied.
    unapplied: Revocations,
}

/// A statement on its way.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Statement {
    SentRead(VerifierId, Option<Head>),
    SentWrite(Write),
    /// It has its snapshot and is not committed.
    Open(Write, Snapshot),
    Registered(Snapshot),
    Read(ReadReply, Revocations),
    Acknowledged(AcknowledgeReply),
}

impl Verifier {
    pub(crate) fn new(number: usize, timing: Timing) -> Self {
        Self::with_last_id(VerifierId(IDS * number as u128), timing)
    }

    fn with_last_id(last_id: VerifierId, timing: Timing) -> Self {
        Self {
            lease: Lease::new(timing),
            memory: 0,
            lag: 0,
            on_replaced_server: false,
            statement: None,
            sent: BootTime::ZERO,
            last_id,
            variant_until: BootTime::ZERO,
            unapplied: 0,
        }
    }

    /// Starts the process again, with an empty memory.
    pub(crate) fn restart(&mut self, timing: Timing) {
        let last_id = self.last_id;
        let lag = self.lag;
        *self = Self::with_last_id(last_id, timing);
        self.lag = lag;
    }

    pub(crate) fn permits(&self, clock: BootTime) -> bool {
        self.lease.permits(clock) || clock < self.variant_until
    }

    /// Returns whether it has ever sent a statement.
    pub(crate) fn has_begun(&self) -> bool {
        !self.last_id.0.is_multiple_of(IDS)
    }

    pub(crate) fn can_send(&self) -> bool {
        self.statement.is_none()
    }

    /// Returns whether the database can take the statement's next step.
    pub(crate) fn can_run(&self) -> bool {
        matches!(
            self.statement,
            Some(Statement::SentRead(..) | Statement::SentWrite(_) | Statement::Open(..))
        )
    }

    pub(crate) fn can_receive(&self) -> bool {
        self.statement.is_some() && !self.can_run()
    }

    /// Sends the next statement.
    pub(crate) fn send(&mut self, clock: BootTime, protocol: Protocol) {
        let new_id = VerifierId(self.last_id.0 + 1);
        if protocol.counts_from_sending() {
            self.sent = clock;
        }
        loop {
            match self.lease.next(clock, new_id) {
                LeaseStep::Connect => self.lease.connected(ConnectReply {
                    backend: BackendId(0),
                    in_recovery: false,
                }),
                LeaseStep::Register { id, seen, previous } => {
                    self.last_id = id;
                    self.statement =
                        Some(Statement::SentWrite(Write::Register { id, seen, previous }));
                }
                LeaseStep::Read { id, since } => {
                    self.statement = Some(Statement::SentRead(id, since));
                }
                LeaseStep::Acknowledge { id, seen } => {
                    self.statement = Some(Statement::SentWrite(Write::Acknowledge { id, seen }));
                }
                LeaseStep::Idle => self.lease.wake(),
                LeaseStep::Apply { .. } | LeaseStep::Clear | LeaseStep::Stop(_) => return,
            }
            if self.statement.is_some() {
                return;
            }
        }
    }

    /// Returns whether the statement needs the standby, which no longer follows a server that was replaced.
    pub(crate) fn needs_standby(&self) -> bool {
        matches!(
            self.statement,
            Some(Statement::SentWrite(_) | Statement::Open(..))
        )
    }

    /// Takes the next step of the statement in the database: its snapshot, or its commit.
    pub(crate) fn run(&mut self, database: &mut Database, protocol: Protocol) {
        self.statement = self.statement.take().map(|statement| match statement {
            Statement::SentRead(id, since) => {
                let (mut reply, changes) = database.read(id, since);
                if protocol == Protocol::WithoutHash && reply.since_hash.is_some() {
                    reply.since_hash = since.map(|head| head.hash);
                }
                Statement::Read(reply, changes)
            }
            // The head does not matter to a registration, except in the variant that uses it.
            Statement::SentWrite(write @ Write::Register { .. })
                if protocol != Protocol::OneUpsert =>
            {
                database.commit(&write);
                Statement::Registered(database.snapshot())
            }
            Statement::SentWrite(write) => Statement::Open(write, database.snapshot()),
            Statement::Open(write, snapshot) => {
                let changed = database.commit(&write);
                match write {
                    Write::Acknowledge { seen, .. } => {
                        let mut reply = acknowledge_reply(snapshot, changed);
                        if protocol == Protocol::ReturnedHeadIgnored {
                            reply.head = seen;
                        }
                        Statement::Acknowledged(reply)
                    }
                    _ => Statement::Registered(snapshot),
                }
            }
            done => done,
        });
    }

    /// Receives the reply.
    pub(crate) fn receive(&mut self, clock: BootTime, timing: Timing, protocol: Protocol) {
        let before = self.lease.permission_until();
        self.memory |= std::mem::take(&mut self.unapplied);
        match self.statement.take() {
            Some(Statement::Registered(snapshot)) => {
                self.lease.registered(RegisterReply {
                    backend: BackendId(0),
                });
                if protocol == Protocol::OneUpsert {
                    self.memory |= snapshot.revoked;
                    self.variant_until = self.sent.saturating_add(timing.ttl);
                }
            }
            Some(Statement::Read(reply, changes)) => {
                self.lease.read(reply);
                self.apply(clock, changes, protocol);
                if protocol == Protocol::WithoutAcknowledgment && reply.seen.is_some() {
                    self.variant_until = self.sent.saturating_add(timing.ttl);
                }
            }
            Some(Statement::Acknowledged(reply)) => self.lease.acknowledged(reply),
            _ => {}
        }
        if protocol == Protocol::PermissionFromReply && self.lease.permission_until() > before {
            self.variant_until = clock.saturating_add(timing.ttl);
        }
    }

    fn apply(&mut self, clock: BootTime, changes: Revocations, protocol: Protocol) {
        // Of a clone, because the next statement may be sent later than now.
        match self.lease.clone().next(clock, self.last_id) {
            LeaseStep::Apply { .. } if protocol == Protocol::AcknowledgmentBeforeChanges => {
                self.unapplied = changes;
                self.lease.applied();
            }
            LeaseStep::Apply { .. } => {
                self.memory |= changes;
                self.lease.applied();
            }
            LeaseStep::Clear => {
                self.memory = 0;
                self.lease.cleared();
            }
            _ => {}
        }
    }

    /// Another reader of the process applies all changes, unless the database went back.
    pub(crate) fn refresh(&mut self, database: &Database) -> bool {
        let (reply, changes) = database.read(self.last_id, self.lease.memory());
        let is_continued = self
            .lease
            .memory()
            .is_some_and(|memory| reply.since_hash == Some(memory.hash));
        if is_continued {
            self.memory |= changes;
            self.lease.advance(reply.head);
        }
        is_continued && changes != 0
    }

    /// Closes the connection; returns the statement that the database may still run.
    pub(crate) fn disconnect(&mut self) -> Option<Orphan> {
        self.lease.failed();
        self.on_replaced_server = false;
        match self.statement.take() {
            Some(Statement::SentWrite(write) | Statement::Open(write, _)) => Some(write),
            _ => None,
        }
    }
}

/// A statement without a client. Its snapshot no longer matters, because its reply is lost.
pub(crate) type Orphan = Write;
