//! A position in the audit chain.

/// The number of an audit row. Rows are committed in the order of their numbers; 0 is before the first row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Seq(pub i64);

/// The first eight bytes of an audit row's hash, which depends on all rows before it; 0 before the first row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct AuditHash(pub u64);

impl AuditHash {
    /// Takes the first eight bytes of a row's hash; missing ones are 0.
    pub fn of_mac(mac: &[u8]) -> Self {
        let mut bytes = [0; 8];
        for (byte, from) in bytes.iter_mut().zip(mac) {
            *byte = *from;
        }
        Self(u64::from_be_bytes(bytes))
    }
}

/// The last audit row of a snapshot.
///
/// The hash distinguishes two histories of the same length: a server that took over may have lost rows that others have
/// read, and have given their numbers to new ones.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Head {
    /// The row's number.
    pub seq: Seq,
    /// The row's hash.
    pub hash: AuditHash,
}
