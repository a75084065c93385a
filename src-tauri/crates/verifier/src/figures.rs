//! What this process has counted since it began. For `/metrics` and for tests that want to see that a flood of forged
//! keys runs Argon2id 0 times. Nothing here names a key.

use keystile_keys::{Permission, Refusal};

/// Counters of one [`Verifier`](crate::Verifier).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Figures {
    /// Checks that were accepted.
    pub accepted: u64,
    /// Checks that were refused, in the order of [`Figures::REFUSALS`].
    pub refused: [u64; 9],
    /// Checks that found no room in the queue of proofs.
    pub busy: u64,
    /// Checks without an answer because of the database.
    pub unavailable: u64,
    /// How often Argon2id ran.
    pub argon2_runs: u64,
    /// Keys in memory now.
    pub cached_keys: u64,
    /// Secret versions this process has proven.
    pub proof_marks: u64,
    /// How often rows were read again because something was committed.
    pub refreshes: u64,
}

impl Figures {
    /// Every refusal, in the order in which they are counted.
    pub const REFUSALS: [Refusal; 9] = [
        Refusal::Malformed,
        Refusal::Unknown,
        Refusal::WrongEnvironment,
        Refusal::Pending,
        Refusal::Disabled,
        Refusal::Expired,
        Refusal::Revoked,
        Refusal::Lacks(Permission::Read),
        Refusal::Lacks(Permission::Write),
    ];

    /// How often this refusal was given.
    pub fn refused_as(&self, refusal: Refusal) -> u64 {
        self.refused[place(refusal)]
    }

    /// All refusals together.
    pub fn refused_in_all(&self) -> u64 {
        self.refused.iter().sum()
    }
}

pub(crate) fn place(refusal: Refusal) -> usize {
    match refusal {
        Refusal::Malformed => 0,
        Refusal::Unknown => 1,
        Refusal::WrongEnvironment => 2,
        Refusal::Pending => 3,
        Refusal::Disabled => 4,
        Refusal::Expired => 5,
        Refusal::Revoked => 6,
        Refusal::Lacks(Permission::Read) => 7,
        Refusal::Lacks(Permission::Write) => 8,
    }
}
