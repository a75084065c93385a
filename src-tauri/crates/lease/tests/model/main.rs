//! Explores every interleaving of the protocol's state machines with a model of the database, within bounds.

mod database;
mod fleet;
mod protocol;
mod revoker;
mod verifier;

use std::time::Instant;

use fleet::{Faults, Fleet, PROMISE};
use protocol::Protocol;
use stateright::{Checker, Model};

/// Starts from the bounds of most variants.
fn fleet(protocol: Protocol, faults: Faults) -> Fleet {
    Fleet {
        protocol,
        verifiers: 1,
        revokers: 2,
        ttl: 2,
        margin: 1,
        ticks: 5,
        faults,
        unlogged: false,
        promise_only: false,
    }
}

/// Explores all states; panics unless the promise is kept and each expected situation is reached.
fn assert_safe(name: &str, fleet: Fleet) {
    let started = Instant::now();
    let checker = fleet.checker().threads(2).spawn_bfs().join();
    println!(
        "{name}: {} states, depth {}, {:.1?}",
        checker.unique_state_count(),
        checker.max_depth(),
        started.elapsed()
    );
    checker.assert_properties();
}

/// Explores until the promise is broken; panics if it never is.
fn assert_counterexample(name: &str, mut fleet: Fleet) {
    let started = Instant::now();
    fleet.promise_only = true;
    let checker = fleet.checker().spawn_bfs().join();
    let counterexample = checker.discovery(PROMISE);
    let path = counterexample.expect("the variant must break the promise");
    let actions = path.into_actions();
    println!(
        "{name}: counterexample of {} steps after {} states, {:.1?}: {actions:?}",
        actions.len(),
        checker.unique_state_count(),
        started.elapsed()
    );
}
const NONE: Faults = Faults {
    breaks: 0,
    kills: 0,
    exits: 0,
    recoveries: 0,
    restarts: 0,
    failovers: 0,
    lags: 0,
};

#[test]
fn safe0() {
    assert_safe("no faults", fleet(Protocol::Complete, NONE));
    assert_safe(
        "break",
        fleet(Protocol::Complete, Faults { breaks: 1, ..NONE }),
    );
    assert_safe(
        "kill",
        fleet(Protocol::Complete, Faults { kills: 1, ..NONE }),
    );
    assert_safe(
        "exit",
        fleet(Protocol::Complete, Faults { exits: 1, ..NONE }),
    );
    assert_safe(
        "recover",
        fleet(
            Protocol::Complete,
            Faults {
                recoveries: 1,
                ..NONE
            },
        ),
    );
    assert_safe(
        "restart",
        fleet(
            Protocol::Complete,
            Faults {
                restarts: 1,
                ..NONE
            },
        ),
    );
    assert_safe(
        "failover",
        fleet(
            Protocol::Complete,
            Faults {
                failovers: 1,
                ..NONE
            },
        ),
    );
    assert_safe("lag", fleet(Protocol::Complete, Faults { lags: 1, ..NONE }));
    assert_safe(
        "2 v",
        Fleet {
            verifiers: 2,
            revokers: 1,
            ..fleet(Protocol::Complete, NONE)
        },
    );
}
#[test]
fn variants() {
    use Protocol::*;
    let v = |p, f| assert_counterexample(&format!("{p:?}"), fleet(p, f));
    v(TimeToLive, NONE);
    v(OneUpsert, NONE);
    v(WithoutAcknowledgment, NONE);
    v(ReturnedHeadIgnored, NONE);
    v(PermissionFromReply, NONE);
    v(AcknowledgmentBeforeChanges, NONE);
    v(
        WithoutIncarnation,
        Faults {
            failovers: 1,
            ..NONE
        },
    );
    v(
        CountInAnyIncarnation,
        Faults {
            failovers: 1,
            ..NONE
        },
    );
    v(
        WithoutHash,
        Faults {
            failovers: 1,
            ..NONE
        },
    );
    assert_counterexample(
        "margin",
        Fleet {
            margin: 0,
            ..fleet(Complete, Faults { lags: 1, ..NONE })
        },
    );
    assert_counterexample("pause", fleet(Complete, Faults { lags: 2, ..NONE }));
    assert_counterexample(
        "unlogged",
        Fleet {
            unlogged: true,
            ..fleet(
                Complete,
                Faults {
                    recoveries: 1,
                    ..NONE
                },
            )
        },
    );
    assert_counterexample(
        "settle",
        Fleet {
            revokers: 3,
            ..fleet(
                SettleInAnyIncarnation,
                Faults {
                    restarts: 0,
                    failovers: 2,
                    ..NONE
                },
            )
        },
    );
}
