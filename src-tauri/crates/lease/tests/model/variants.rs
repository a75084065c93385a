//! Each rule of the protocol is needed: without it, the model finds a revoked key that is allowed.

use crate::fleet::{Faults, Fleet};
use crate::protocol::Protocol;
use crate::reads::{ReadRule, Reads};
use crate::{NO_FAULTS, assert_counterexample, fleet};

const ONE_FAILOVER: Faults = Faults {
    failovers: 1,
    ..NO_FAULTS
};

fn variant(protocol: Protocol, faults: Faults) -> Fleet {
    Fleet {
        promise_only: true,
        ..fleet(protocol, faults)
    }
}

fn check(protocol: Protocol, faults: Faults) {
    assert_counterexample(&format!("{protocol:?}"), variant(protocol, faults));
}

#[test]
fn revocation_without_wait_is_missed() {
    check(Protocol::TimeToLive, NO_FAULTS);
}

#[test]
fn lease_from_one_upsert_misses_a_revocation() {
    check(Protocol::OneUpsert, NO_FAULTS);
}

#[test]
fn lease_from_a_read_without_acknowledgment_misses_a_revocation() {
    check(Protocol::WithoutAcknowledgment, NO_FAULTS);
}

#[test]
fn acknowledgment_that_ignores_the_returned_head_misses_a_revocation() {
    check(Protocol::ReturnedHeadIgnored, NO_FAULTS);
}

#[test]
fn permission_from_the_time_of_the_reply_misses_a_revocation() {
    check(Protocol::PermissionFromReply, NO_FAULTS);
}

#[test]
fn acknowledgment_before_changes_are_applied_misses_a_revocation() {
    check(Protocol::AcknowledgmentBeforeChanges, NO_FAULTS);
}

#[test]
fn failover_without_incarnations_hides_a_verifier() {
    check(Protocol::WithoutIncarnation, ONE_FAILOVER);
}

#[test]
fn count_on_another_server_misses_a_verifier() {
    check(Protocol::CountInAnyIncarnation, ONE_FAILOVER);
}

#[test]
fn settling_by_a_wait_that_began_on_another_server_hides_a_verifier() {
    let fleet = Fleet {
        revokers: 3,
        margin: 0,
        ticks: 2,
        settled: false,
        ..variant(Protocol::SettleInAnyIncarnation, ONE_FAILOVER)
    };
    assert_counterexample("SettleInAnyIncarnation", fleet);
}

#[test]
fn history_without_hashes_misses_a_revocation_with_a_lost_number() {
    check(Protocol::WithoutHash, ONE_FAILOVER);
}

#[test]
fn unlogged_registrations_are_lost_by_recovery() {
    let faults = Faults {
        recoveries: 1,
        ..NO_FAULTS
    };
    let fleet = Fleet {
        unlogged: true,
        ..variant(Protocol::Complete, faults)
    };
    assert_counterexample("unlogged table", fleet);
}

#[test]
fn wait_without_margin_ends_before_the_permission_of_a_slow_clock() {
    let faults = Faults {
        lags: 1,
        ..NO_FAULTS
    };
    let fleet = Fleet {
        margin: 0,
        ..variant(Protocol::Complete, faults)
    };
    assert_counterexample("no margin, slow clock", fleet);
}

/// Not promised: a virtual machine that is stopped with its clocks.
#[test]
fn clock_that_stops_for_longer_than_the_margin_misses_a_revocation() {
    let faults = Faults {
        lags: 2,
        ..NO_FAULTS
    };
    assert_counterexample("stopped clock", variant(Protocol::Complete, faults));
}

/// Not promised: a failover that leaves the old server running.
#[test]
fn server_that_runs_after_a_failover_misses_a_revocation() {
    let fleet = Fleet {
        unfenced: true,
        ..variant(Protocol::Complete, ONE_FAILOVER)
    };
    assert_counterexample("old server not stopped", fleet);
}

#[test]
fn read_that_decides_later_checks_misses_a_revocation() {
    let reads = Reads {
        rule: ReadRule::SharedWithLaterChecks,
        checks: 3,
        revocations: 2,
        failovers: 0,
    };
    assert_counterexample("read shared with later checks", reads);
}

#[test]
fn read_of_a_standby_misses_a_revocation() {
    let reads = Reads {
        rule: ReadRule::StandbyAccepted,
        checks: 3,
        revocations: 2,
        failovers: 0,
    };
    assert_counterexample("read of a standby", reads);
}
