//! The revoker's steps, also without a database.

use std::time::Duration;

use keystile_lease::{
    BootTime, Commit, CountReply, DeleteReply, Incarnation, RevocationWait, Seq, Timing,
    WaitOutcome, WaitStep,
};

const SERVER: Incarnation = Incarnation(1);
const OTHER_SERVER: Incarnation = Incarnation(2);
const COUNT: WaitStep = WaitStep::Count { seq: Seq(7) };
const DELETE: WaitStep = WaitStep::DeleteBehind { seq: Seq(7) };

fn at(milliseconds: u64) -> BootTime {
    BootTime::ZERO.saturating_add(Duration::from_millis(milliseconds))
}

/// Returns the wait of a revocation that was confirmed at 0 ms.
fn wait(settled: bool) -> RevocationWait {
    let commit = Commit {
        seq: Seq(7),
        incarnation: SERVER,
        settled,
    };
    RevocationWait::new(commit, at(0), Timing::default())
}

fn count(behind: u64, incarnation: Incarnation) -> CountReply {
    CountReply {
        behind,
        incarnation,
    }
}

fn delete(incarnation: Incarnation) -> DeleteReply {
    DeleteReply {
        deleted: 2,
        incarnation,
    }
}

fn timed_out(silent: Option<u64>) -> WaitStep {
    WaitStep::Finished(WaitOutcome::TimedOut { silent })
}

#[test]
fn counts_repeat_at_doubling_intervals_until_no_row_is_behind() {
    let mut wait = wait(true);
    let mut now = 0;
    for interval in [1, 2, 4, 8, 16, 32, 50, 50] {
        assert_eq!(wait.next(at(now)), COUNT);
        wait.counted(count(1, SERVER), at(now));
        now += interval;
        assert_eq!(wait.next(at(now - 1)), WaitStep::WaitUntil(at(now)));
    }
    assert_eq!(wait.next(at(now)), COUNT);
    wait.counted(count(0, SERVER), at(now));
    let finished = WaitStep::Finished(WaitOutcome::Acknowledged);
    assert_eq!(wait.next(at(now)), finished);
}

#[test]
fn silent_verifiers_are_deleted_at_the_deadline() {
    let mut wait = wait(true);
    assert_eq!(wait.deadline(), at(1_000));
    wait.next(at(0));
    wait.counted(count(2, SERVER), at(999));
    assert_eq!(
        wait.next(at(999)),
        WaitStep::WaitUntil(at(1_000)),
        "the next count must not delay the deadline"
    );
    assert_eq!(wait.next(at(1_000)), DELETE);
    wait.deleted(delete(SERVER));
    assert_eq!(wait.next(at(1_000)), timed_out(Some(2)));
}

#[test]
fn wait_ends_without_the_database() {
    let mut wait = wait(true);
    assert_eq!(wait.next(at(0)), COUNT);
    wait.failed(at(0));
    assert_eq!(wait.next(at(0)), WaitStep::WaitUntil(at(1)));
    assert_eq!(wait.next(at(1_000)), DELETE);
    wait.failed(at(1_000));
    assert_eq!(wait.next(at(1_000)), timed_out(None));
}

#[test]
fn unsettled_server_is_waited_for_and_then_settled() {
    let mut wait = wait(false);
    assert_eq!(
        wait.next(at(0)),
        WaitStep::WaitUntil(at(1_000)),
        "registrations may be missing, so that a count proves nothing"
    );
    assert_eq!(wait.next(at(1_000)), DELETE);
    wait.deleted(delete(SERVER));
    let settle = WaitStep::Settle {
        incarnation: SERVER,
    };
    assert_eq!(wait.next(at(1_000)), settle);
    let mut failed = wait;
    failed.failed(at(1_000));
    wait.settled();
    for mut wait in [wait, failed] {
        assert_eq!(wait.next(at(1_000)), timed_out(Some(2)));
    }
}

#[test]
fn count_on_another_server_does_not_end_the_wait() {
    let mut wait = wait(true);
    wait.next(at(0));
    wait.counted(count(0, OTHER_SERVER), at(0));
    assert_eq!(wait.next(at(5)), WaitStep::WaitUntil(at(1_000)));
}

#[test]
fn another_server_is_not_settled() {
    let mut wait = wait(false);
    wait.next(at(1_000));
    wait.deleted(delete(OTHER_SERVER));
    assert_eq!(
        wait.next(at(1_000)),
        timed_out(Some(2)),
        "the wait began before this server did"
    );
}
