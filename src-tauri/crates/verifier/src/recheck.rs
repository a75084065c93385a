//! Checks again a key that was accepted before, by its public id: for streams and tunnels, which outlive the decision about
//! their request.

use keystile_keys::{DenyReason, EnvironmentId, KeyId, Permission, Timestamp};

use crate::answer::Verification;
use crate::error::Error;
use crate::ground::{Attempt, Question};
use crate::verifier::{MOST_ROUNDS, Verifier};
use crate::wish::Wish;

impl Verifier {
    /// Checks whether a key that was accepted before still would be. Checks no secret and is not counted.
    ///
    /// # Errors
    /// As [`Verifier::verify`].
    pub async fn recheck(
        &self,
        id: &KeyId,
        environment: &EnvironmentId,
        need: Permission,
        now: Timestamp,
    ) -> Result<Verification, Error> {
        let question = Question {
            environment: Some(environment),
            need,
            now,
            state: None,
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
                Attempt::Answered(answer) => return Ok(answer),
                Attempt::Closed(reason) => return Err(Error::unavailable(reason)),
                Attempt::Stale => self.wish(Wish::Refresh).await?,
                Attempt::Absent => {
                    if !self.look_up(*id).await? {
                        return Ok(Verification::rejected(DenyReason::UnknownKey));
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
