//! Which read decides which checks.

use keystile_lease::{CheckQueue, FinishedChecks, ReadOutcome};

#[test]
fn read_decides_only_the_checks_that_arrived_before_it() {
    let mut queue = CheckQueue::default();
    assert!(!queue.begin_read(), "no check waits");
    assert_eq!((queue.push(), queue.push()), (0, 1));
    assert!(queue.begin_read(), "two checks wait");
    queue.push();
    assert!(!queue.begin_read(), "one read at a time");
    let first = FinishedChecks {
        checks: 0..2,
        decided: true,
    };
    assert_eq!(queue.end_read(ReadOutcome::Primary), first);
    assert!(queue.begin_read(), "the third check came too late");
    let second = FinishedChecks {
        checks: 2..3,
        decided: true,
    };
    assert_eq!(queue.end_read(ReadOutcome::Primary), second);
}

#[test]
fn checks_are_unavailable_after_a_failure_or_on_a_standby() {
    for outcome in [ReadOutcome::Failed, ReadOutcome::Standby] {
        let mut queue = CheckQueue::default();
        queue.push();
        assert!(queue.begin_read(), "a check waits");
        let finished = FinishedChecks {
            checks: 0..1,
            decided: false,
        };
        assert_eq!(queue.end_read(outcome), finished);
    }
}
