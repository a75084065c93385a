//! Timestamps and the clock.

use std::time::{Duration, UNIX_EPOCH};

use keystile_keys::{Clock, ParseTimestampError, Timestamp};

#[test]
fn displayed_timestamp_is_parsed_back() {
    for (millis, text) in [
        (0, "1970-01-01T00:00:00Z"),
        (1_796_040_000_500, "2026-11-30T12:00:00.5Z"),
        (-1, "1969-12-31T23:59:59.999Z"),
    ] {
        let timestamp = Timestamp::from_millis(millis);
        assert_eq!(timestamp.to_string(), text);
        assert_eq!(timestamp.to_rfc3339().as_deref(), Some(text));
        assert_eq!(text.parse(), Ok(timestamp), "{text} must be parsed back");
    }
    assert_eq!(
        "2026-11-30T13:00:00+01:00".parse(),
        Ok(Timestamp::from_millis(1_796_040_000_000)),
        "offsets must be applied"
    );
}

#[test]
fn timestamp_outside_of_the_calendar_has_no_rfc3339_form() {
    let last = Timestamp::from_millis(i64::MAX);
    assert_eq!(last.to_rfc3339(), None);
    assert_eq!(last.to_string(), "9223372036854775807 ms");
}

#[test]
fn invalid_timestamp_is_rejected() {
    for text in ["", "now", "2026-11-30", "2026-11-30T12:00:00", "1796040000"] {
        assert_eq!(
            text.parse::<Timestamp>(),
            Err(ParseTimestampError),
            "{text:?} must be rejected"
        );
    }
}

#[test]
fn seconds_are_rounded_down() {
    for (millis, seconds) in [(1_999, 1), (1_000, 1), (-1, -1), (-1_000, -1)] {
        let timestamp = Timestamp::from_millis(millis);
        assert_eq!(timestamp.as_secs(), seconds, "{millis} ms");
        assert_eq!(timestamp.round_to_secs().as_millis(), seconds * 1_000);
    }
}

#[test]
fn clock_returns_the_time_of_its_source() {
    let time = UNIX_EPOCH + Duration::from_millis(7);
    assert_eq!(Clock::new(move || time).now(), Timestamp::from_millis(7));
    let before = UNIX_EPOCH - Duration::from_secs(1);
    assert_eq!(
        Clock::new(move || before).now(),
        Timestamp::from_millis(0),
        "times before 1970 must become 1970"
    );
    assert!(Clock::system().now() > Timestamp::from_millis(1_700_000_000_000));
}
