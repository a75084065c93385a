//! A process without a lease, whose checks are decided by reads, with the real [`CheckQueue`].

use keystile_lease::{CheckQueue, ReadOutcome};
use stateright::{Model, Property};

use crate::database::Revocations;
use crate::fleet::PROMISE;

/// Which rule is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ReadRule {
    Complete,
    /// A read also decides the checks that arrived after it had begun.
    SharedWithLaterChecks,
    /// A standby decides checks.
    StandbyAccepted,
}

/// The model and its bounds. No clock takes part, so that it covers processes that are stopped with their clocks.
#[derive(Clone, Debug)]
pub(crate) struct Reads {
    pub(crate) rule: ReadRule,
    pub(crate) checks: usize,
    pub(crate) revocations: u8,
    pub(crate) failovers: u8,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct State {
    /// What is committed on the primary.
    committed: Revocations,
    /// What has reached the synchronous standby.
    replicated: Revocations,
    /// What reads of the standby see.
    replayed: Revocations,
    /// The revocations that have returned.
    returned: Revocations,
    failovers: u8,
    queue: CheckQueue,
    /// What had returned when each check arrived.
    arrivals: Vec<Revocations>,
    read: Option<Read>,
    /// The keys that the checks so far were allowed; a check stands for one of each key.
    decided: Vec<Decision>,
    broken: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Read {
    Sent,
    Replied(Revocations, ReadOutcome),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Decision {
    Unavailable,
    Denied(Revocations),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    Arrive,
    Send,
    ReadPrimary,
    ReadStandby,
    Fail,
    Receive,
    Commit(u8),
    /// The commit waits for the standby.
    Confirm(u8),
    Replay,
    FailOver,
}

impl State {
    fn receive(&mut self, rule: ReadRule, revoked: Revocations, outcome: ReadOutcome) {
        self.read = None;
        let outcome = match outcome {
            ReadOutcome::Standby if rule == ReadRule::StandbyAccepted => ReadOutcome::Primary,
            outcome => outcome,
        };
        let finished = self.queue.end_read(outcome);
        for number in finished.checks {
            if finished.decided {
                self.broken |= self.arrivals[number as usize] & !revoked != 0;
                self.decided.push(Decision::Denied(revoked));
            } else {
                self.decided.push(Decision::Unavailable);
            }
        }
        if rule == ReadRule::SharedWithLaterChecks && self.queue.begin_read() {
            self.receive(ReadRule::Complete, revoked, outcome);
        }
    }
}

impl Model for Reads {
    type State = State;
    type Action = Action;

    fn init_states(&self) -> Vec<State> {
        vec![State {
            committed: 0,
            replicated: 0,
            replayed: 0,
            returned: 0,
            failovers: self.failovers,
            queue: CheckQueue::default(),
            arrivals: Vec::new(),
            read: None,
            decided: Vec::new(),
            broken: false,
        }]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Action>) {
        if state.arrivals.len() < self.checks {
            actions.push(Action::Arrive);
        }
        match state.read {
            None => actions.push(Action::Send),
            Some(Read::Sent) => {
                actions.extend([Action::ReadPrimary, Action::ReadStandby, Action::Fail]);
            }
            Some(Read::Replied(..)) => actions.push(Action::Receive),
        }
        for revocation in 0..self.revocations {
            let bit = 1 << revocation;
            if state.committed & bit == 0 {
                actions.push(Action::Commit(revocation));
            } else if state.returned & bit == 0 {
                actions.push(Action::Confirm(revocation));
            }
        }
        if state.replayed != state.replicated {
            actions.push(Action::Replay);
        }
        if state.failovers > 0 {
            actions.push(Action::FailOver);
        }
    }

    fn next_state(&self, last: &State, action: Action) -> Option<State> {
        let mut state = last.clone();
        match action {
            Action::Arrive => {
                state.queue.push();
                state.arrivals.push(state.returned);
            }
            Action::Send => {
                if !state.queue.begin_read() {
                    return None;
                }
                state.read = Some(Read::Sent);
            }
            Action::ReadPrimary => {
                state.read = Some(Read::Replied(state.committed, ReadOutcome::Primary));
            }
            Action::ReadStandby => {
                state.read = Some(Read::Replied(state.replayed, ReadOutcome::Standby));
            }
            Action::Fail => state.receive(self.rule, 0, ReadOutcome::Failed),
            Action::Receive => {
                if let Some(Read::Replied(revoked, outcome)) = state.read {
                    state.receive(self.rule, revoked, outcome);
                }
            }
            Action::Commit(revocation) => state.committed |= 1 << revocation,
            Action::Confirm(revocation) => {
                state.replicated |= 1 << revocation;
                state.returned |= 1 << revocation;
            }
            Action::Replay => state.replayed = state.replicated,
            Action::FailOver => {
                state.failovers -= 1;
                state.committed = state.replicated;
                state.replayed = state.replicated;
                // A reply that has not arrived is lost, or arrives before the failover.
                if let Some(Read::Sent) = state.read {
                    state.receive(self.rule, 0, ReadOutcome::Failed);
                }
            }
        }
        Some(state)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        let promise = Property::always(PROMISE, |_, state: &State| !state.broken);
        if self.rule != ReadRule::Complete {
            return vec![promise];
        }
        vec![
            promise,
            Property::sometimes("a key is allowed", |_, state: &State| {
                state.decided.contains(&Decision::Denied(0))
            }),
            Property::sometimes("a revoked key is denied", |_, state: &State| {
                state.decided.contains(&Decision::Denied(1))
            }),
            Property::sometimes("a check is unavailable", |_, state: &State| {
                state.decided.contains(&Decision::Unavailable)
            }),
        ]
    }
}
