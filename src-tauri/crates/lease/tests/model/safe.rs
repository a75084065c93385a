//! The complete protocol keeps the promise in every state within the bounds.

use crate::fleet::{Faults, Fleet};
use crate::protocol::Protocol;
use crate::reads::{ReadRule, Reads};
use crate::{NO_FAULTS, assert_safe, fleet};

fn complete(faults: Faults) -> Fleet {
    fleet(Protocol::Complete, faults)
}

#[test]
fn broken_connection_and_slow_clock_keep_the_promise() {
    let faults = Faults {
        breaks: 1,
        lags: 1,
        ..NO_FAULTS
    };
    assert_safe("broken connection, slow clock", complete(faults));
}

#[test]
fn kill_keeps_the_promise() {
    let faults = Faults {
        kills: 1,
        ..NO_FAULTS
    };
    assert_safe("kill", complete(faults));
}

#[test]
fn exit_keeps_the_promise() {
    let faults = Faults {
        exits: 1,
        ..NO_FAULTS
    };
    assert_safe("exit", complete(faults));
}

#[test]
fn recovery_and_restart_keep_the_promise() {
    let faults = Faults {
        recoveries: 1,
        restarts: 1,
        ..NO_FAULTS
    };
    let fleet = Fleet {
        ticks: 4,
        ..complete(faults)
    };
    assert_safe("recovery, restart", fleet);
}

#[test]
fn failover_keeps_the_promise() {
    let faults = Faults {
        failovers: 1,
        ..NO_FAULTS
    };
    for settled in [true, false] {
        let fleet = Fleet {
            settled,
            ..complete(faults)
        };
        assert_safe(&format!("failover, settled {settled}"), fleet);
    }
}

#[test]
fn other_reader_of_the_process_keeps_the_promise() {
    let faults = Faults {
        breaks: 1,
        ..NO_FAULTS
    };
    let fleet = Fleet {
        refreshes: true,
        ..complete(faults)
    };
    assert_safe("another reader, broken connection", fleet);
}

#[test]
fn two_verifiers_keep_the_promise() {
    let faults = Faults {
        breaks: 1,
        ..NO_FAULTS
    };
    let fleet = Fleet {
        verifiers: 2,
        revokers: 1,
        ticks: 3,
        ..complete(faults)
    };
    assert_safe("two verifiers, broken connection", fleet);
}

#[test]
fn reads_without_a_lease_keep_the_promise() {
    let reads = Reads {
        rule: ReadRule::Complete,
        checks: 4,
        revocations: 2,
        failovers: 2,
    };
    assert_safe("reads without a lease", reads);
}

/// Needs 4 GB of memory:
/// `cargo test -p keystile-lease --test model -- --ignored --nocapture --test-threads 1`
#[test]
#[ignore = "takes minutes"]
fn pairs_of_faults_keep_the_promise() {
    let one = Faults {
        breaks: 1,
        ..NO_FAULTS
    };
    let pairs = [
        ("two broken connections", Faults { breaks: 2, ..one }),
        ("broken connection, kill", Faults { kills: 1, ..one }),
        ("broken connection, exit", Faults { exits: 1, ..one }),
        (
            "broken connection, recovery",
            Faults {
                recoveries: 1,
                ..one
            },
        ),
        (
            "broken connection, failover",
            Faults {
                failovers: 1,
                ..one
            },
        ),
        (
            "kill, failover",
            Faults {
                kills: 1,
                failovers: 1,
                ..NO_FAULTS
            },
        ),
        (
            "slow clock, failover",
            Faults {
                lags: 1,
                failovers: 1,
                ..NO_FAULTS
            },
        ),
    ];
    for (name, faults) in pairs {
        assert_safe(name, complete(faults));
    }
}

/// See [`pairs_of_faults_keep_the_promise`].
#[test]
#[ignore = "takes minutes"]
fn three_faults_keep_the_promise() {
    let faults = Faults {
        breaks: 1,
        kills: 1,
        failovers: 1,
        ..NO_FAULTS
    };
    let fleet = Fleet {
        ticks: 3,
        ..complete(faults)
    };
    assert_safe("broken connection, kill, failover", fleet);
}

/// See [`pairs_of_faults_keep_the_promise`].
#[test]
#[ignore = "takes minutes"]
fn two_failovers_keep_the_promise() {
    let faults = Faults {
        failovers: 2,
        ..NO_FAULTS
    };
    let fleet = Fleet {
        ticks: 4,
        ..complete(faults)
    };
    assert_safe("two failovers", fleet);
}

/// Settling needs a whole wait: one revoker settles, one has stored the server's incarnation, and one counts.
/// See [`pairs_of_faults_keep_the_promise`].
#[test]
#[ignore = "takes minutes"]
fn settling_by_one_of_three_revokers_keeps_the_promise() {
    let faults = Faults {
        failovers: 1,
        ..NO_FAULTS
    };
    for (ticks, margin) in [(2, 0), (4, 1)] {
        let fleet = Fleet {
            revokers: 3,
            margin,
            ticks,
            settled: false,
            ..complete(faults)
        };
        assert_safe(&format!("three revokers, failover, {ticks} ticks"), fleet);
    }
}

/// See [`pairs_of_faults_keep_the_promise`].
#[test]
#[ignore = "takes minutes"]
fn other_reader_of_the_process_keeps_the_promise_through_a_failover() {
    let faults = Faults {
        failovers: 1,
        ..NO_FAULTS
    };
    let fleet = Fleet {
        refreshes: true,
        ..complete(faults)
    };
    assert_safe("another reader, failover", fleet);
}

/// See [`pairs_of_faults_keep_the_promise`].
#[test]
#[ignore = "takes minutes"]
fn two_verifiers_and_two_revokers_keep_the_promise() {
    let fleet = Fleet {
        verifiers: 2,
        ticks: 3,
        ..complete(NO_FAULTS)
    };
    assert_safe("two verifiers, two revokers", fleet);
}
