//! Whether a key that was let through before still stands. Called for streams and tunnels, which go on after their request
//! was decided about. No secret is shown again; only the public id is known.

use keystile_keys::{DenyReason, EnvironmentId, KeyId, Permission, Timestamp, Verdict};

use crate::error::Error;
use crate::ground::{Attempt, Question};
use crate::reading::Wish;
use crate::verifier::{MOST_ROUNDS, Verifier};

impl Verifier {
    /// Whether a key that was accepted before still is: for streams that go on after their request was let through. It
    /// proves nothing about a secret and is not counted as a check.
    ///
    /// # Errors
    /// As [`Verifier::verify`].
    pub async fn standing(
        &self,
        id: &KeyId,
        environment: &EnvironmentId,
        need: Permission,
        now: Timestamp,
    ) -> Result<Verdict, Error> {
        let question = Question {
            environment: Some(environment),
            need,
            now,
            who: false,
        };
        let mut is_read_now = false;
        for _ in 0..MOST_ROUNDS {
            let attempt = self
                .inside
                .shared
                .ground
                .load()
                .attempt_again(id, question, is_read_now);
            match attempt {
                Attempt::Answered(answer) => return Ok(answer.verdict),
                Attempt::Closed(reason) => return Err(Error::unavailable(reason)),
                Attempt::Stale => self.wish(Wish::Refresh).await?,
                Attempt::Absent => {
                    if !self.look_up(*id).await? {
                        return Ok(Verdict::Refused(DenyReason::Unknown));
                    }
                }
                // Only a secret is unproven, and none was shown.
                Attempt::Unproven(..) | Attempt::Doubtful(..) => break,
            }
            is_read_now = true;
        }
        Err(Error::Busy)
    }
}
