//! The verifier's steps, and what it refuses.

use std::time::Duration;

use keystile_lease::{
    AcknowledgeReply, AuditHash, BackendId, BootTime, ConnectReply, Head, Lease, LeaseStep,
    ReadReply, RegisterReply, Seq, StopReason, TTL, Timing, VerifierId,
};

const BACKEND: BackendId = BackendId(7);
const OTHER_BACKEND: BackendId = BackendId(8);

fn head(seq: i64) -> Head {
    Head {
        seq: Seq(seq),
        hash: AuditHash(seq as u64 * 100),
    }
}

fn at(milliseconds: u64) -> BootTime {
    BootTime::ZERO.saturating_add(Duration::from_millis(milliseconds))
}

fn connect(in_recovery: bool) -> ConnectReply {
    ConnectReply {
        backend: BACKEND,
        in_recovery,
    }
}

fn read_reply(head: Head, since_hash: Option<AuditHash>, seen: Option<i64>) -> ReadReply {
    ReadReply {
        backend: BACKEND,
        in_recovery: false,
        head,
        since_hash,
        seen: seen.map(Seq),
    }
}

fn acknowledge_reply(updated: bool, head: i64) -> AcknowledgeReply {
    AcknowledgeReply {
        backend: BACKEND,
        updated,
        head: Seq(head),
    }
}

/// Returns a lease that has registered as row 1 and sends its first read at 10 ms.
fn first_read() -> Lease {
    let mut lease = Lease::new(Timing::default());
    lease.connected(connect(false));
    lease.next(at(5), VerifierId(1));
    lease.registered(RegisterReply { backend: BACKEND });
    lease.next(at(10), VerifierId(2));
    lease
}

/// Returns a lease with permission from an acknowledgment of row 4, sent at 20 ms.
fn permitted() -> Lease {
    let mut lease = first_read();
    lease.read(read_reply(head(4), None, Some(0)));
    lease.applied();
    lease.next(at(20), VerifierId(3));
    lease.acknowledged(acknowledge_reply(true, 4));
    lease
}

/// Returns a lease with permission that has sent its next read at 100 ms.
fn next_read() -> Lease {
    let mut lease = permitted();
    lease.wake();
    lease.next(at(100), VerifierId(4));
    lease
}

#[test]
fn steps_follow_the_protocol_from_connecting_to_permission() {
    let mut lease = Lease::new(Timing::default());
    assert_eq!(lease.next(at(0), VerifierId(1)), LeaseStep::Connect);
    lease.connected(connect(false));
    let register = LeaseStep::Register {
        id: VerifierId(2),
        seen: Seq(0),
        previous: Vec::new(),
    };
    assert_eq!(lease.next(at(0), VerifierId(2)), register);
    lease.registered(RegisterReply { backend: BACKEND });
    let read = LeaseStep::Read {
        id: VerifierId(2),
        since: None,
    };
    assert_eq!(lease.next(at(10), VerifierId(3)), read);
    lease.read(read_reply(head(4), None, Some(0)));
    let apply = LeaseStep::Apply { head: head(4) };
    assert_eq!(lease.next(at(15), VerifierId(3)), apply);
    lease.applied();
    let acknowledge = LeaseStep::Acknowledge {
        id: VerifierId(2),
        seen: Seq(4),
    };
    assert_eq!(lease.next(at(20), VerifierId(3)), acknowledge);
    assert!(!lease.permits(at(20)), "the row is still behind");
    lease.acknowledged(acknowledge_reply(true, 4));
    assert_eq!(lease.next(at(30), VerifierId(3)), LeaseStep::Idle);
    assert_eq!(lease.memory(), Some(head(4)));
    assert_eq!(
        lease.permission_until(),
        at(20).saturating_add(TTL),
        "permission counts from before the acknowledgment was sent"
    );
    assert!(lease.permits(at(819)) && !lease.permits(at(820)));
}

#[test]
fn repeated_call_keeps_the_time_of_the_first() {
    let mut lease = first_read();
    lease.next(at(500), VerifierId(9));
    lease.read(read_reply(head(0), None, Some(0)));
    lease.applied();
    assert_eq!(lease.permission_until(), at(10).saturating_add(TTL));
}

#[test]
fn read_with_a_current_row_renews_permission() {
    let mut lease = next_read();
    lease.read(read_reply(head(4), Some(head(4).hash), Some(4)));
    assert_eq!(lease.permission_until(), at(100).saturating_add(TTL));
}

#[test]
fn acknowledgment_that_is_overtaken_gives_no_permission() {
    let mut lease = first_read();
    lease.read(read_reply(head(4), None, Some(0)));
    lease.applied();
    lease.next(at(20), VerifierId(3));
    lease.acknowledged(acknowledge_reply(true, 5));
    assert_eq!(lease.permission_until(), BootTime::ZERO);
    let read = LeaseStep::Read {
        id: VerifierId(1),
        since: Some(head(4)),
    };
    assert_eq!(
        lease.next(at(30), VerifierId(3)),
        read,
        "row 5 must be applied first"
    );
}

#[test]
fn missing_row_withdraws_permission_and_registers_again() {
    let register = LeaseStep::Register {
        id: VerifierId(9),
        seen: Seq(4),
        previous: Vec::new(),
    };
    let mut lease = next_read();
    lease.read(read_reply(head(5), Some(head(4).hash), None));
    assert!(!lease.permits(at(100)), "a revoker has deleted the row");
    assert_eq!(lease.next(at(110), VerifierId(9)), register);

    let mut lease = next_read();
    lease.read(read_reply(head(5), Some(head(4).hash), Some(4)));
    lease.applied();
    lease.next(at(110), VerifierId(8));
    lease.acknowledged(acknowledge_reply(false, 5));
    assert!(!lease.permits(at(110)), "a revoker has deleted the row");
    let register = LeaseStep::Register {
        id: VerifierId(9),
        seen: Seq(5),
        previous: Vec::new(),
    };
    assert_eq!(lease.next(at(120), VerifierId(9)), register);
}

#[test]
fn other_history_clears_memory_and_registers_again() {
    let shorter = read_reply(head(3), None, Some(4));
    let other = read_reply(head(4), Some(AuditHash(1)), Some(4));
    for reply in [shorter, other] {
        let mut lease = next_read();
        lease.read(reply);
        assert!(!lease.permits(at(100)), "memory is of another history");
        assert_eq!(lease.next(at(110), VerifierId(9)), LeaseStep::Clear);
        lease.cleared();
        let register = LeaseStep::Register {
            id: VerifierId(9),
            seen: Seq(0),
            previous: vec![VerifierId(1)],
        };
        assert_eq!(
            lease.next(at(120), VerifierId(9)),
            register,
            "the old row claims more than memory contains"
        );
    }
}

#[test]
fn other_history_is_found_again_if_clearing_was_interrupted() {
    let mut lease = next_read();
    lease.read(read_reply(head(3), None, Some(4)));
    lease.failed();
    lease.connected(connect(false));
    lease.next(at(200), VerifierId(9));
    lease.registered(RegisterReply { backend: BACKEND });
    lease.next(at(210), VerifierId(10));
    lease.read(read_reply(head(3), None, Some(4)));
    assert_eq!(lease.next(at(220), VerifierId(10)), LeaseStep::Clear);
}

#[test]
fn error_keeps_permission_and_deletes_the_old_row() {
    let mut lease = next_read();
    lease.failed();
    assert!(
        lease.permits(at(819)),
        "revokers wait for the old row until permission is over"
    );
    assert_eq!(lease.next(at(110), VerifierId(9)), LeaseStep::Connect);
    lease.connected(connect(false));
    let register = LeaseStep::Register {
        id: VerifierId(9),
        seen: Seq(4),
        previous: vec![VerifierId(1)],
    };
    assert_eq!(lease.next(at(110), VerifierId(9)), register);
}

#[test]
fn registrations_that_fail_are_remembered_up_to_a_limit() {
    let mut lease = Lease::new(Timing::default());
    for id in 0..40 {
        lease.connected(connect(false));
        lease.next(at(0), VerifierId(id));
        lease.failed();
    }
    lease.connected(connect(false));
    let LeaseStep::Register { previous, .. } = lease.next(at(0), VerifierId(40)) else {
        panic!("a new connection must register");
    };
    assert_eq!(previous.len(), 16);
    assert_eq!(previous.last(), Some(&VerifierId(39)));
}

#[test]
fn standby_is_refused() {
    let mut lease = Lease::new(Timing::default());
    lease.connected(connect(true));
    let stop = LeaseStep::Stop(StopReason::Standby);
    assert_eq!(lease.next(at(0), VerifierId(1)), stop);
    lease.failed();
    assert_eq!(
        lease.next(at(0), VerifierId(1)),
        LeaseStep::Connect,
        "a standby may be promoted"
    );

    let mut lease = next_read();
    lease.read(ReadReply {
        in_recovery: true,
        ..read_reply(head(4), Some(head(4).hash), Some(4))
    });
    assert_eq!(lease.next(at(110), VerifierId(9)), stop);
    assert_eq!(lease.permission_until(), at(20).saturating_add(TTL));
}

#[test]
fn transaction_pooler_is_refused() {
    let stop = LeaseStep::Stop(StopReason::TransactionPooler);
    let mut registering = Lease::new(Timing::default());
    registering.connected(connect(false));
    registering.next(at(5), VerifierId(1));
    registering.registered(RegisterReply {
        backend: OTHER_BACKEND,
    });

    let mut reading = first_read();
    reading.read(ReadReply {
        backend: OTHER_BACKEND,
        ..read_reply(head(0), None, Some(0))
    });

    let mut acknowledging = first_read();
    acknowledging.read(read_reply(head(4), None, Some(0)));
    acknowledging.applied();
    acknowledging.next(at(20), VerifierId(2));
    acknowledging.acknowledged(AcknowledgeReply {
        backend: OTHER_BACKEND,
        ..acknowledge_reply(true, 4)
    });

    for mut lease in [registering, reading, acknowledging] {
        assert_eq!(lease.next(at(30), VerifierId(9)), stop);
        assert!(!lease.permits(at(30)), "no lease through a pooler");
    }
}

#[test]
fn reply_that_was_not_awaited_closes_the_connection() {
    let mut lease = permitted();
    lease.acknowledged(acknowledge_reply(true, 9));
    assert_eq!(lease.next(at(30), VerifierId(9)), LeaseStep::Connect);
    assert_eq!(lease.permission_until(), at(20).saturating_add(TTL));
}

#[test]
fn newer_memory_is_not_taken_back_by_an_older_read() {
    let mut lease = next_read();
    lease.advance(head(6));
    lease.read(read_reply(head(5), Some(head(4).hash), Some(4)));
    let acknowledge = LeaseStep::Acknowledge {
        id: VerifierId(1),
        seen: Seq(5),
    };
    assert_eq!(
        lease.next(at(110), VerifierId(9)),
        acknowledge,
        "the changes are in memory already"
    );
    assert_eq!(lease.memory(), Some(head(6)));
}

#[test]
fn closed_lease_has_no_permission_and_stays_closed() {
    let mut lease = next_read();
    assert_eq!(lease.close(), [VerifierId(1)]);
    assert!(!lease.permits(at(100)), "its row may be deleted now");
    lease.failed();
    assert_eq!(
        lease.next(at(110), VerifierId(9)),
        LeaseStep::Stop(StopReason::Closed)
    );
}
