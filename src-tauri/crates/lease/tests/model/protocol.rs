//! The protocol as it is, and variants of it of which each lacks one rule.

/// Which rule is left out. Variants change what the state machines receive, or add permissions beside theirs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Protocol {
    Complete,
    /// A revocation returns when its commit is confirmed.
    TimeToLive,
    /// The registration reads the head, and its reply gives permission.
    OneUpsert,
    /// A read gives permission although the verifier's row is behind.
    WithoutAcknowledgment,
    /// An acknowledgment gives permission whatever head it returns.
    ReturnedHeadIgnored,
    /// Permission counts from the reply instead of from before the statement was sent.
    PermissionFromReply,
    /// Changes are applied to memory after they were acknowledged.
    AcknowledgmentBeforeChanges,
    /// The revoker does not look at incarnations.
    WithoutIncarnation,
    /// A count ends the wait although the server is another one.
    CountInAnyIncarnation,
    /// A revoker settles although the server is another one.
    SettleInAnyIncarnation,
    /// A verifier compares the numbers of audit rows, not their hashes.
    WithoutHash,
}

impl Protocol {
    /// Returns whether the variant itself gives permission from before a statement was sent.
    pub(crate) fn counts_from_sending(self) -> bool {
        matches!(self, Self::OneUpsert | Self::WithoutAcknowledgment)
    }
}
