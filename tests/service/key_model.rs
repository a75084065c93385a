//! The rules of a key, without a store, a cache, or any code of the product: the decision about a request after any
//! sequence of verbs.

/// No end.
pub(crate) const NEVER: i64 = i64::MAX;

/// What can be done with a key. All lengths are milliseconds after now, or [`NEVER`].
#[derive(Clone, Copy, Debug)]
pub(crate) enum Verb {
    Copy,
    Discard,
    Rotate { overlap: i64 },
    EndOldSecret,
    Permit { can_write: bool },
    Expire { after: i64 },
    ExpireLater { after: i64 },
    Disable { pause: i64 },
    DisableLonger { pause: i64 },
    Enable,
    Revoke,
}

/// A key. Its secrets are numbered in the order in which they were issued.
#[derive(Debug)]
pub(crate) struct KeyModel {
    pub(crate) state: &'static str,
    pub(crate) can_write: bool,
    pub(crate) expires_at: i64,
    pub(crate) disabled_until: i64,
    /// The end of each secret; `None` for a secret that was not copied.
    pub(crate) secrets: Vec<Option<i64>>,
    /// The overlap of the rotation that waits to be copied.
    pub(crate) rotation: Option<i64>,
}

impl KeyModel {
    /// Returns `allowed`, or why a request with a secret is denied.
    pub(crate) fn decide(&self, secret: usize, is_write: bool, now: i64) -> &'static str {
        let later_copies = self.secrets[secret + 1..].iter().flatten().count();
        match (self.secrets[secret], self.state_at(now)) {
            (None, _) if secret > 0 => "unknown_key",
            _ if later_copies > 1 => "unknown_key",
            (Some(end), "allowed") if now >= end => "rotated",
            (_, "allowed") if is_write && !self.can_write => "insufficient_scope",
            (_, state) => state,
        }
    }

    fn state_at(&self, now: i64) -> &'static str {
        match self.state {
            "allowed" | "disabled" if now >= self.expires_at => "expired",
            "disabled" if now >= self.disabled_until => "allowed",
            state => state,
        }
    }

    /// Returns whether the key can be changed: it was copied, and has not ended.
    pub(crate) fn is_usable(&self, now: i64) -> bool {
        matches!(self.state_at(now), "allowed" | "disabled")
    }

    /// Applies a verb; one that is not possible changes nothing.
    pub(crate) fn apply(&mut self, verb: Verb, now: i64) {
        let state = self.state_at(now);
        let is_usable = self.is_usable(now);
        let is_rotating = self.rotation.is_some();
        let at = |length: i64| now.saturating_add(length);
        match verb {
            Verb::Copy if state == "pending" => {
                (self.state, self.secrets[0]) = ("allowed", Some(NEVER));
            }
            Verb::Copy if is_usable && is_rotating => {
                let overlap = self.rotation.take().expect("a rotation");
                let current = self.secrets.iter_mut().flatten().next_back();
                *current.expect("the secret that works") = at(overlap);
                *self.secrets.last_mut().expect("the new secret") = Some(NEVER);
            }
            Verb::Discard if is_rotating => self.rotation = None,
            Verb::Discard if self.secrets.len() > 1 => {}
            Verb::Discard if matches!(state, "pending" | "allowed") => self.state = "revoked",
            Verb::Rotate { overlap } if is_usable && !is_rotating => {
                self.rotation = Some(overlap);
                self.secrets.push(None);
            }
            Verb::EndOldSecret => {
                let copied = self.secrets.iter_mut().flatten().rev();
                copied.skip(1).for_each(|end| *end = now.min(*end));
            }
            Verb::Permit { can_write } if is_usable => self.can_write = can_write,
            Verb::Expire { after } if is_usable => self.expires_at = at(after),
            Verb::ExpireLater { after } if is_usable => {
                self.expires_at = self.expires_at.max(at(after));
            }
            Verb::DisableLonger { pause }
                if state == "disabled" && at(pause) <= self.disabled_until => {}
            Verb::Disable { pause } | Verb::DisableLonger { pause } if is_usable => {
                (self.state, self.disabled_until) = ("disabled", at(pause));
            }
            Verb::Enable if is_usable => self.state = "allowed",
            Verb::Revoke if is_usable || state == "pending" => self.state = "revoked",
            _ => {}
        }
    }
}
