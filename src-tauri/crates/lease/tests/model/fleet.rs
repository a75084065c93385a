//! Verifiers and revokers on one database, with faults.

use std::time::Duration;

use keystile_lease::{BootTime, Timing, WaitOutcome};
use stateright::{Model, Property};

use crate::database::{Database, Write};
use crate::protocol::Protocol;
use crate::revoker::Revoker;
use crate::verifier::Verifier;

/// The name of the property that holds in every state.
pub(crate) const PROMISE: &str = "no revoked key is allowed";

/// How often each fault may happen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Faults {
    /// A connection breaks; the statement on it may still be committed, at any later time.
    pub(crate) breaks: u8,
    /// A verifier is killed and started again.
    pub(crate) kills: u8,
    /// A verifier ends, deletes its row, and is started again.
    pub(crate) exits: u8,
    /// All backends end and start again on the same server, which recovers from its log.
    pub(crate) recoveries: u8,
    /// The server is started again. Nothing that was committed is lost.
    pub(crate) restarts: u8,
    /// A synchronous standby takes over, which may lack revocations that were not confirmed, and any registration.
    pub(crate) failovers: u8,
    /// The clock of a verifier misses a tick.
    pub(crate) lags: u8,
}

/// The model and its bounds. One tick is one second.
#[derive(Clone, Debug)]
pub(crate) struct Fleet {
    pub(crate) protocol: Protocol,
    pub(crate) verifiers: usize,
    pub(crate) revokers: usize,
    /// In ticks.
    pub(crate) ttl: u64,
    /// In ticks.
    pub(crate) margin: u64,
    pub(crate) ticks: u8,
    pub(crate) faults: Faults,
    /// Whether the server's incarnation is settled at first.
    pub(crate) settled: bool,
    /// Another reader of each verifier's process refreshes memory.
    pub(crate) refreshes: bool,
    /// A failover does not stop the old server, and its connections stay.
    pub(crate) unfenced: bool,
    /// Recovery empties the table `verifiers`, as that of an UNLOGGED table.
    pub(crate) unlogged: bool,
    /// Leave out the situations that must be reached: the first violation then ends the search, which makes it a
    /// shortest one.
    pub(crate) promise_only: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct State {
    now: u8,
    database: Database,
    /// The server that was replaced and not stopped.
    replaced: Option<Database>,
    /// Statements whose clients are gone.
    orphans: Vec<Write>,
    verifiers: Vec<Verifier>,
    revokers: Vec<Revoker>,
    faults: Faults,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    Tick,
    /// All clocks go on but that of this verifier.
    TickWithout(usize),
    Send(usize),
    Run(usize),
    Receive(usize),
    Refresh(usize),
    Break(usize),
    Kill(usize),
    Exit(usize),
    Revoke(usize),
    Confirm(usize),
    LoseConfirmation(usize),
    Wait(usize),
    LoseStatement(usize),
    CommitOrphan(usize),
    Recover,
    Restart,
    FailOver {
        audit_rows: usize,
        kept: u8,
    },
}

impl State {
    fn clock(&self, verifier: usize) -> BootTime {
        ticks(u64::from(self.now - self.verifiers[verifier].lag))
    }

    fn permits(&self, verifier: usize) -> bool {
        self.verifiers[verifier].permits(self.clock(verifier))
    }

    /// Returns whether a verifier allows a key whose revocation has returned.
    fn allows_revoked_key(&self) -> bool {
        let returned = (0..self.revokers.len())
            .filter(|revoker| matches!(self.revokers[*revoker], Revoker::Returned(_)))
            .fold(0, |set, revoker| set | 1 << revoker);
        (0..self.verifiers.len()).any(|verifier| {
            self.permits(verifier) && returned & !self.verifiers[verifier].memory != 0
        })
    }

    /// Ends all connections, and the statements that are not committed.
    fn disconnect_all(&mut self) {
        for verifier in &mut self.verifiers {
            verifier.disconnect();
        }
        for revoker in &mut self.revokers {
            if let Revoker::Committed(_) = revoker {
                *revoker = Revoker::Ready;
            }
        }
        self.orphans.clear();
    }

    fn add_orphan(&mut self, orphan: Option<Write>) {
        self.orphans.extend(orphan);
        self.orphans.sort_unstable();
    }

    fn outcome(&self, is_outcome: impl Fn(WaitOutcome) -> bool) -> bool {
        self.revokers.iter().any(
            |revoker| matches!(revoker, Revoker::Returned(Some(outcome)) if is_outcome(*outcome)),
        )
    }
}

impl Fleet {
    fn timing(&self) -> Timing {
        Timing {
            ttl: Duration::from_secs(self.ttl),
            margin: Duration::from_secs(self.margin),
        }
    }
}

fn ticks(count: u64) -> BootTime {
    BootTime::ZERO.saturating_add(Duration::from_secs(count))
}

impl Model for Fleet {
    type State = State;
    type Action = Action;

    fn init_states(&self) -> Vec<State> {
        let verifier = |number| Verifier::new(number, self.timing());
        vec![State {
            now: 0,
            database: Database::new(self.settled),
            replaced: None,
            orphans: Vec::new(),
            verifiers: (0..self.verifiers).map(verifier).collect(),
            revokers: vec![Revoker::New; self.revokers],
            faults: self.faults,
        }]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Action>) {
        let faults = &state.faults;
        if state.now < self.ticks {
            actions.push(Action::Tick);
        }
        for number in 0..state.verifiers.len() {
            let verifier = &state.verifiers[number];
            if state.now < self.ticks && faults.lags > 0 {
                actions.push(Action::TickWithout(number));
            }
            if number > 0 && !state.verifiers[number - 1].has_begun() {
                // Verifiers differ only by their numbers: those of a lower number begin first.
                continue;
            }
            if verifier.can_send() {
                actions.push(Action::Send(number));
            }
            if verifier.can_run() {
                actions.push(Action::Run(number));
            }
            if verifier.can_receive() {
                actions.push(Action::Receive(number));
            }
            if self.refreshes && !verifier.on_replaced_server {
                actions.push(Action::Refresh(number));
            }
            if !verifier.has_begun() {
                continue;
            }
            if faults.breaks > 0 {
                actions.push(Action::Break(number));
            }
            if faults.kills > 0 {
                actions.push(Action::Kill(number));
            }
            if faults.exits > 0 {
                actions.push(Action::Exit(number));
            }
        }
        for (number, revoker) in state.revokers.iter().enumerate() {
            match revoker {
                // Revokers differ only by their numbers: those of a lower number begin first.
                Revoker::New if number > 0 && state.revokers[number - 1] == Revoker::New => {}
                Revoker::New | Revoker::Ready => actions.push(Action::Revoke(number)),
                Revoker::Committed(_) => {
                    actions.push(Action::Confirm(number));
                    if faults.breaks > 0 {
                        actions.push(Action::LoseConfirmation(number));
                    }
                }
                Revoker::Waiting(..) => {
                    actions.push(Action::Wait(number));
                    if faults.breaks > 0 {
                        actions.push(Action::LoseStatement(number));
                    }
                }
                Revoker::Returned(_) => {}
            }
        }
        actions.extend((0..state.orphans.len()).map(Action::CommitOrphan));
        if faults.recoveries > 0 {
            actions.push(Action::Recover);
        }
        if faults.restarts > 0 {
            actions.push(Action::Restart);
        }
        if faults.failovers > 0 {
            for audit_rows in state.database.replicated..=state.database.audit.len() {
                let subsets = 0..1 << state.database.rows.len();
                actions.extend(subsets.map(|kept| Action::FailOver { audit_rows, kept }));
            }
        }
    }

    fn next_state(&self, last: &State, action: Action) -> Option<State> {
        let mut state = last.clone();
        let now = ticks(u64::from(state.now));
        let timing = self.timing();
        let State {
            database,
            replaced,
            verifiers,
            revokers,
            faults,
            ..
        } = &mut state;
        match action {
            Action::Tick => state.now += 1,
            Action::TickWithout(number) => {
                faults.lags -= 1;
                verifiers[number].lag += 1;
                state.now += 1;
            }
            Action::Send(number) => verifiers[number].send(last.clock(number), self.protocol),
            Action::Run(number) => {
                let verifier = &mut verifiers[number];
                match replaced {
                    Some(replaced) if verifier.on_replaced_server => {
                        if verifier.needs_standby() {
                            return None;
                        }
                        verifier.run(replaced, self.protocol);
                    }
                    _ => verifier.run(database, self.protocol),
                }
            }
            Action::Receive(number) => {
                verifiers[number].receive(last.clock(number), timing, self.protocol);
            }
            Action::Refresh(number) => {
                if !verifiers[number].refresh(database) {
                    return None;
                }
            }
            Action::Break(number) => {
                faults.breaks -= 1;
                let orphan = verifiers[number].disconnect();
                state.add_orphan(orphan);
            }
            Action::Kill(number) => {
                faults.kills -= 1;
                let orphan = verifiers[number].disconnect();
                verifiers[number].restart(timing);
                state.add_orphan(orphan);
            }
            Action::Exit(number) => {
                faults.exits -= 1;
                let orphan = verifiers[number].disconnect();
                let rows = verifiers[number].lease.close();
                verifiers[number].restart(timing);
                state.add_orphan(orphan);
                if !rows.is_empty() {
                    state.add_orphan(Some(Write::DeleteRows(rows)));
                }
            }
            Action::Revoke(number) => revokers[number].revoke(number as u8, database),
            Action::Confirm(number) => {
                revokers[number].confirm(database, now, timing, self.protocol);
            }
            Action::LoseConfirmation(number) => {
                faults.breaks -= 1;
                revokers[number] = Revoker::Ready;
            }
            Action::Wait(number) => {
                if !revokers[number].step(database, now, self.protocol) {
                    return None;
                }
            }
            Action::LoseStatement(number) => {
                faults.breaks -= 1;
                let orphan = revokers[number].lose_statement(now)?;
                state.add_orphan(Some(orphan));
            }
            Action::CommitOrphan(number) => {
                let orphan = state.orphans.remove(number);
                state.database.commit(&orphan);
            }
            Action::Recover => {
                faults.recoveries -= 1;
                if self.unlogged {
                    database.rows.clear();
                }
                state.disconnect_all();
            }
            Action::Restart => {
                faults.restarts -= 1;
                database.incarnation.0 += 1;
                state.disconnect_all();
            }
            Action::FailOver { audit_rows, kept } => {
                faults.failovers -= 1;
                if self.unfenced {
                    *replaced = Some(database.clone());
                    verifiers
                        .iter_mut()
                        .for_each(|verifier| verifier.on_replaced_server = true);
                    database.fail_over(audit_rows, kept);
                } else {
                    database.fail_over(audit_rows, kept);
                    state.disconnect_all();
                }
            }
        }
        Some(state)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        let promise = Property::always(PROMISE, |_, state: &State| !state.allows_revoked_key());
        if self.promise_only {
            return vec![promise];
        }
        vec![
            promise,
            Property::sometimes("permission is obtained", |_, state: &State| {
                state.permits(0)
            }),
            Property::sometimes("permission follows a revocation", |_, state: &State| {
                state.permits(0) && state.verifiers[0].memory != 0
            }),
            Property::sometimes("a verifier is unavailable again", |_, state: &State| {
                state.verifiers[0].memory != 0 && !state.permits(0)
            }),
            Property::sometimes("a revocation is acknowledged", |_, state: &State| {
                state.outcome(|outcome| outcome == WaitOutcome::Acknowledged)
            }),
            Property::sometimes("a revocation times out", |_, state: &State| {
                let is_timeout = |outcome| matches!(outcome, WaitOutcome::TimedOut { silent: Some(silent) } if silent > 0);
                state.outcome(is_timeout)
            }),
        ]
    }
}
