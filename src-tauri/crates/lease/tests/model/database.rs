//! PostgreSQL under READ COMMITTED, as far as the protocol uses it: a statement sees what was committed when it took
//! its snapshot, and others see its changes from its commit.

use keystile_lease::{
    AcknowledgeReply, AuditHash, BackendId, Commit, Head, Incarnation, ReadReply, Seq, VerifierId,
};

/// A set of revocations: bit `n` stands for revocation `n`.
pub(crate) type Revocations = u8;

/// The committed state of the database.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Database {
    /// The revocations in the order of their commits.
    pub(crate) audit: Vec<u8>,
    /// The number of audit rows that the synchronous standby has.
    pub(crate) replicated: usize,
    /// The table `verifiers`, ordered by id.
    pub(crate) rows: Vec<(VerifierId, Seq)>,
    /// The incarnation and `settled` in the table `deployment`.
    pub(crate) stored: (Incarnation, bool),
    /// The incarnation of the server.
    pub(crate) incarnation: Incarnation,
}

/// What a statement sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Snapshot {
    pub(crate) head: Head,
    pub(crate) revoked: Revocations,
}

/// A statement that changes the database.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Write {
    Register {
        id: VerifierId,
        seen: Seq,
        previous: Vec<VerifierId>,
    },
    Acknowledge {
        id: VerifierId,
        seen: Seq,
    },
    DeleteBehind(Seq),
    DeleteRows(Vec<VerifierId>),
    Settle(i64),
}

impl Database {
    pub(crate) fn new(settled: bool) -> Self {
        Self {
            audit: Vec::new(),
            replicated: 0,
            rows: Vec::new(),
            stored: (Incarnation(0), settled),
            incarnation: Incarnation(0),
        }
    }

    pub(crate) fn snapshot(&self) -> Snapshot {
        Snapshot {
            head: Head {
                seq: seq(self.audit.len()),
                hash: hash(&self.audit),
            },
            revoked: set(&self.audit),
        }
    }

    /// Reads for a verifier; returns the revocations after `since` too.
    pub(crate) fn read(&self, id: VerifierId, since: Option<Head>) -> (ReadReply, Revocations) {
        let after = since.map_or(0, |head| index(head.seq));
        let reply = ReadReply {
            backend: BackendId(0),
            in_recovery: false,
            head: self.snapshot().head,
            since_hash: self.audit.get(..after).map(hash),
            seen: self.seen(id),
        };
        (reply, self.audit.get(after..).map_or(0, set))
    }

    fn seen(&self, id: VerifierId) -> Option<Seq> {
        let row = self.rows.iter().find(|(row, _)| *row == id);
        row.map(|(_, seen)| *seen)
    }

    /// Commits a statement; returns the number of rows that existed and were changed.
    pub(crate) fn commit(&mut self, write: &Write) -> u64 {
        let before = self.rows.len();
        match write {
            Write::Register { id, seen, previous } => {
                self.rows.retain(|(row, _)| !previous.contains(row));
                self.rows.push((*id, *seen));
                self.rows.sort_unstable();
                1
            }
            Write::Acknowledge { id, seen } => {
                let row = self.rows.iter_mut().find(|(row, _)| row == id);
                row.map_or(0, |(_, old)| {
                    *old = *seen;
                    1
                })
            }
            Write::DeleteBehind(seq) => {
                self.rows.retain(|(_, seen)| seen >= seq);
                (before - self.rows.len()) as u64
            }
            Write::DeleteRows(ids) => {
                self.rows.retain(|(row, _)| !ids.contains(row));
                (before - self.rows.len()) as u64
            }
            Write::Settle(incarnation) => {
                let incarnation = Incarnation(*incarnation);
                let is_current = self.stored.0 == incarnation && self.incarnation == incarnation;
                self.stored.1 |= is_current;
                u64::from(is_current)
            }
        }
    }

    /// Commits a revocation, or finds the one that an earlier try has committed.
    pub(crate) fn revoke(&mut self, revocation: u8) -> Commit {
        if self.stored.0 != self.incarnation {
            self.stored = (self.incarnation, false);
        }
        if !self.audit.contains(&revocation) {
            self.audit.push(revocation);
        }
        let position = self.audit.iter().position(|row| *row == revocation);
        Commit {
            seq: seq(position.map_or(0, |position| position + 1)),
            incarnation: self.incarnation,
            settled: self.stored.1,
        }
    }

    pub(crate) fn behind(&self, seq: Seq) -> u64 {
        self.rows.iter().filter(|(_, seen)| *seen < seq).count() as u64
    }

    /// Starts another server with the first audit rows and the rows of `verifiers` whose bit is set in `kept`.
    pub(crate) fn fail_over(&mut self, audit_rows: usize, kept: u8) {
        self.audit.truncate(audit_rows);
        self.replicated = audit_rows;
        let mut index = 0;
        self.rows.retain(|_| {
            index += 1;
            kept >> (index - 1) & 1 == 1
        });
        self.incarnation.0 += 1;
    }
}

pub(crate) fn acknowledge_reply(snapshot: Snapshot, changed: u64) -> AcknowledgeReply {
    AcknowledgeReply {
        backend: BackendId(0),
        updated: changed > 0,
        head: snapshot.head.seq,
    }
}

fn set(audit: &[u8]) -> Revocations {
    audit
        .iter()
        .fold(0, |set, revocation| set | 1 << revocation)
}

fn hash(audit: &[u8]) -> AuditHash {
    let chain = |hash, revocation: &u8| hash * 8 + u64::from(*revocation) + 1;
    AuditHash(audit.iter().fold(0, chain))
}

fn seq(rows: usize) -> Seq {
    Seq(rows as i64)
}

fn index(seq: Seq) -> usize {
    seq.0 as usize
}
