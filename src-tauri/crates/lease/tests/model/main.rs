//! Explores every interleaving of the protocol's state machines with a model of the database, within bounds. Each rule
//! of the protocol is left out once, and must then be missed.
#![expect(
    clippy::expect_used,
    reason = "a variant without a counterexample must fail"
)]
#![expect(
    clippy::print_stdout,
    reason = "the numbers of states are part of the result"
)]

mod database;
mod fleet;
mod protocol;
mod reads;
mod revoker;
mod safe;
mod variants;
mod verifier;

use std::time::Instant;

use fleet::{Faults, Fleet, PROMISE};
use protocol::Protocol;
use stateright::{Checker, Model};

const NO_FAULTS: Faults = Faults {
    breaks: 0,
    kills: 0,
    exits: 0,
    recoveries: 0,
    restarts: 0,
    failovers: 0,
    lags: 0,
};

/// One verifier and two revokers for six ticks: long enough for a wait and a second revocation after it.
fn fleet(protocol: Protocol, faults: Faults) -> Fleet {
    Fleet {
        protocol,
        verifiers: 1,
        revokers: 2,
        ttl: 2,
        margin: 1,
        ticks: 5,
        faults,
        settled: true,
        refreshes: false,
        unfenced: false,
        unlogged: false,
        promise_only: false,
    }
}

/// Explores all states; panics unless the promise is kept and each expected situation is reached.
fn assert_safe<M>(name: &str, model: M)
where
    M: Model + Send + Sync + 'static,
    M::State: Clone + std::fmt::Debug + std::hash::Hash + PartialEq + Send + Sync + 'static,
    M::Action: Clone + std::fmt::Debug + PartialEq + Send + Sync,
{
    let started = Instant::now();
    let checker = model.checker().threads(2).spawn_bfs().join();
    println!(
        "{name}: {} states, depth {}, {:.1?}",
        checker.unique_state_count(),
        checker.max_depth(),
        started.elapsed()
    );
    assert!(checker.is_done(), "all states must be explored");
    checker.assert_properties();
}

/// Explores until the promise is broken; panics if it never is. One thread finds a shortest counterexample.
fn assert_counterexample<M>(name: &str, model: M)
where
    M: Model + Send + Sync + 'static,
    M::State: Clone + std::fmt::Debug + std::hash::Hash + PartialEq + Send + Sync + 'static,
    M::Action: Clone + std::fmt::Debug + PartialEq + Send + Sync,
{
    let started = Instant::now();
    let checker = model.checker().spawn_bfs().join();
    let path = checker
        .discovery(PROMISE)
        .expect("the promise must be broken without this rule");
    let actions = path.into_actions();
    println!(
        "{name}: counterexample of {} steps after {} states, {:.1?}: {actions:?}",
        actions.len(),
        checker.unique_state_count(),
        started.elapsed()
    );
}
