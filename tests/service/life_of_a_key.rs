//! Random sequences of verbs and times: after each step, every door must decide as [`KeyModel`] does.
//! `KEYSTILE_PROPTEST_CASES` sets the number of sequences.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use keystile_keys::{KeyId, Permission, Permissions, Timestamp};
use keystile_registry::{
    BulkChange, Expiry, IssueRequest, KeyChanges, KeySelection, RegistryError, RotateRequest,
    Ticket,
};
use keystile_tests::fixture::{MAIN_WINDOW, plain_key};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::TestRunner;

use crate::doors::Doors;
use crate::key_model::{KeyModel, NEVER, Verb};

/// One step of a sequence.
#[derive(Clone, Copy, Debug)]
enum Step {
    /// A change of the key.
    Verb(Verb),
    /// A bulk change that contains the key.
    Bulk(Verb),
    /// A bulk change that contains the key, and its undo.
    BulkUndone(Verb),
    /// The clock goes on, or back.
    Clock(i64),
}

const HOUR: i64 = 60 * 60 * 1_000;

/// Lengths that clock steps add up to.
fn length() -> impl Strategy<Value = i64> {
    select(vec![1_000, 1_000, 2_000, 3_000, HOUR])
}

fn length_or_never() -> impl Strategy<Value = i64> {
    prop_oneof![4 => length(), 1 => Just(NEVER)]
}

fn verb() -> impl Strategy<Value = Verb> {
    let overlap = prop_oneof![1 => Just(0), 3 => length()];
    // What ends a key for good is rare, because nothing can happen after it.
    prop_oneof![
        8 => Just(Verb::Copy),
        1 => Just(Verb::Discard),
        6 => overlap.prop_map(|overlap| Verb::Rotate { overlap }),
        2 => Just(Verb::EndOldSecret),
        4 => any::<bool>().prop_map(|can_write| Verb::Permit { can_write }),
        6 => length_or_never().prop_map(|after| Verb::Expire { after }),
        8 => length_or_never().prop_map(|pause| Verb::Disable { pause }),
        3 => Just(Verb::Enable),
        1 => Just(Verb::Revoke),
    ]
}

fn reversible_bulk_verb() -> impl Strategy<Value = Verb> {
    prop_oneof![
        length_or_never().prop_map(|pause| Verb::DisableLonger { pause }),
        Just(Verb::Enable),
        length_or_never().prop_map(|after| Verb::ExpireLater { after }),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    let bulk_verb = prop_oneof![12 => reversible_bulk_verb(), 1 => Just(Verb::Revoke)];
    let clock = prop_oneof![
        2 => select(vec![1, 999, 1_000, 1_000, 2_000, 2_000, HOUR]),
        1 => select(vec![-1, -1_000, -HOUR]),
    ];
    prop_oneof![
        10 => verb().prop_map(Step::Verb),
        2 => bulk_verb.prop_map(Step::Bulk),
        1 => reversible_bulk_verb().prop_map(Step::BulkUndone),
        9 => clock.prop_map(Step::Clock),
    ]
}

/// Most keys are copied first: before that, little can happen.
fn steps() -> impl Strategy<Value = Vec<Step>> {
    let is_copied = proptest::bool::weighted(0.9);
    (is_copied, vec(step(), 1..18)).prop_map(|(is_copied, mut steps)| {
        if is_copied {
            steps.insert(0, Step::Verb(Verb::Copy));
        }
        steps
    })
}

/// A key that a sequence is about, with its model.
struct Life<'a> {
    doors: &'a Doors,
    id: KeyId,
    /// The plain keys of its secrets.
    secrets: Vec<String>,
    /// The open prompt.
    prompt: Option<Ticket>,
    model: KeyModel,
    /// The latest time that the clock has shown.
    now: i64,
}

impl<'a> Life<'a> {
    async fn begin(doors: &'a Doors, latest: i64) -> Self {
        let number = doors.keys.fetch_add(1, Ordering::Relaxed);
        doors.clock.set(Timestamp::from_millis(latest));
        let name = format!("key {number}");
        let request = IssueRequest::new(
            doors.service.environment,
            &name,
            Permissions::READ_WRITE,
            &name,
        );
        let prompt = doors.service.registry.issue(MAIN_WINDOW, &request).await;
        let prompt = prompt.expect("a key");
        Self {
            doors,
            id: prompt.key.id,
            secrets: vec![plain_key(&prompt)],
            prompt: Some(prompt.ticket),
            model: KeyModel {
                state: "pending",
                can_write: true,
                expires_at: NEVER,
                disabled_until: NEVER,
                secrets: vec![None],
                rotation: None,
            },
            now: latest,
        }
    }

    async fn take(&mut self, step: Step) {
        match step {
            Step::Verb(verb) => {
                let _refused = self.run(verb).await;
                self.model.apply(verb, self.now);
            }
            Step::Bulk(verb) => {
                self.change_in_bulk(verb, false).await;
                // A bulk change leaves a key that was not copied as it is.
                if self.model.is_usable(self.now) {
                    self.model.apply(verb, self.now);
                }
            }
            Step::BulkUndone(verb) => self.change_in_bulk(verb, true).await,
            Step::Clock(millis) => {
                let now = self.doors.clock.now().as_millis() + millis;
                self.doors.clock.set(Timestamp::from_millis(now));
                self.now = self.now.max(now);
                // As a window that lists the key, the registry sees the time.
                let registry = &self.doors.service.registry;
                registry.find_keys(&[self.id]).await.expect("the key");
            }
        }
    }

    /// Does with the registry what the verb says. A refused verb is an error, and changes nothing.
    async fn run(&mut self, verb: Verb) -> Result<(), RegistryError> {
        let registry = Arc::clone(&self.doors.service.registry);
        let edit = async |changes| registry.edit_key(self.id, &changes).await.map(drop);
        match verb {
            Verb::Copy => match &self.prompt {
                Some(ticket) => registry.copy(MAIN_WINDOW, ticket).await.map(drop),
                None => Ok(()),
            },
            Verb::Discard => {
                if let Some(ticket) = &self.prompt {
                    registry.discard(MAIN_WINDOW, ticket).await?;
                    self.prompt = None;
                }
                Ok(())
            }
            Verb::Rotate { overlap } => {
                if let Some(ticket) = self.prompt.take()
                    && let Err(error) = registry.close(MAIN_WINDOW, &ticket).await
                {
                    self.prompt = Some(ticket);
                    return Err(error);
                }
                let request = RotateRequest {
                    key_id: self.id,
                    overlap: duration(overlap),
                    idempotency_key: format!("{}-{}", self.id, self.secrets.len()),
                };
                let prompt = registry.rotate_key(MAIN_WINDOW, &request, None).await?;
                self.secrets.push(plain_key(&prompt));
                self.prompt = Some(prompt.ticket);
                Ok(())
            }
            Verb::EndOldSecret => registry.end_old_secret(self.id).await.map(drop),
            Verb::Permit { can_write } => {
                let permissions = match can_write {
                    true => Permissions::READ_WRITE,
                    false => Permissions::READ,
                };
                edit(KeyChanges {
                    permissions: Some(permissions),
                    ..KeyChanges::default()
                })
                .await
            }
            Verb::Expire { after } => {
                let expiry = Some(self.expiry(after));
                edit(KeyChanges {
                    expiry,
                    ..KeyChanges::default()
                })
                .await
            }
            Verb::Disable { pause } => registry
                .disable_key(self.id, pause_of(pause))
                .await
                .map(drop),
            Verb::Enable => registry.enable_key(self.id).await.map(drop),
            Verb::Revoke => registry.revoke(self.id, None).await.map(drop),
            Verb::ExpireLater { .. } | Verb::DisableLonger { .. } => panic!("only in bulk"),
        }
    }

    fn expiry(&self, after: i64) -> Expiry {
        match after {
            NEVER => Expiry::Never,
            _ => Expiry::At(Timestamp::from_millis(self.now + after)),
        }
    }

    async fn change_in_bulk(&self, verb: Verb, is_undone: bool) {
        let change = match verb {
            Verb::DisableLonger { pause } => BulkChange::Disable(pause_of(pause)),
            Verb::ExpireLater { after } => BulkChange::Extend(self.expiry(after)),
            Verb::Enable => BulkChange::Enable,
            Verb::Revoke => BulkChange::Revoke(None),
            _ => panic!("not in bulk"),
        };
        let registry = &self.doors.service.registry;
        let selection = KeySelection::Keys(vec![self.id]);
        let environment = &self.doors.service.environment;
        let plan = registry
            .plan_bulk_change(environment, &selection, &change)
            .await;
        let result = registry
            .apply_bulk_change(&plan.expect("a plan"), None, &|_| ControlFlow::Continue(()))
            .await
            .expect("applied");
        if let Some(undo) = result.undo.filter(|_| is_undone) {
            registry.undo_bulk_change(&undo).await.expect("undone");
        }
    }

    /// Compares the decisions of all doors about every secret with the model.
    async fn check(&self) -> Result<(), TestCaseError> {
        let (model, now) = (&self.model, self.now);
        prop_assert_eq!(self.secrets.len(), model.secrets.len(), "{:?}", model);
        for (secret, text) in self.secrets.iter().enumerate() {
            for permission in [Permission::Read, Permission::Write] {
                let expected = model.decide(secret, permission == Permission::Write, now);
                let decisions = self.doors.present(text, permission, expected).await;
                for (door, code, expected) in decisions {
                    prop_assert_eq!(
                        &*code,
                        expected,
                        "{} with secret {} for a request to {} at {} of {:?}",
                        door,
                        secret,
                        permission,
                        now,
                        model
                    );
                }
            }
        }
        Ok(())
    }
}

fn duration(millis: i64) -> Duration {
    Duration::from_millis(millis.unsigned_abs())
}

fn pause_of(millis: i64) -> Option<Duration> {
    (millis != NEVER).then(|| duration(millis))
}

fn config() -> ProptestConfig {
    let cases = std::env::var("KEYSTILE_PROPTEST_CASES").ok();
    ProptestConfig {
        cases: cases.and_then(|text| text.parse().ok()).unwrap_or(50),
        failure_persistence: None,
        // A failure prints its sequence and how it was shortened.
        max_shrink_time: 60_000,
        ..ProptestConfig::default()
    }
}

#[test]
fn every_door_decides_as_the_model_after_any_sequence_of_verbs_and_times() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let doors = runtime.block_on(Doors::open());
    let latest = AtomicI64::new(doors.clock.now().as_millis());
    let result = TestRunner::new(config()).run(&steps(), |steps| {
        runtime.block_on(async {
            let mut life = Life::begin(&doors, latest.load(Ordering::Relaxed)).await;
            life.check().await?;
            for (number, step) in steps.iter().enumerate() {
                life.take(*step).await;
                latest.store(life.now, Ordering::Relaxed);
                let checked = life.check().await;
                checked.map_err(|error| {
                    TestCaseError::fail(format!("after step {number}, {step:?}: {error}"))
                })?;
            }
            let other = &doors.bystander.text;
            let decisions = doors.present(other, Permission::Write, "allowed").await;
            let are_allowed = decisions.iter().all(|(_, code, _)| code == "allowed");
            prop_assert!(are_allowed, "another key: {:?}", decisions);
            Ok(())
        })
    });
    if let Err(error) = result {
        panic!("{error}");
    }
}
