//! Timestamps and the clock.

use std::time::{Duration, UNIX_EPOCH};

use keystile_keys::{Clock, Timestamp};

#[test]
fn timestamp_is_displayed_as_rfc3339() {
    for (millis, text) in [
        (0, "1970-01-01T00:00:00Z"),
        (1_796_040_000_500, "2026-11-30T12:00:00.5Z"),
        (-1, "1969-12-31T23:59:59.999Z"),
        (-62_167_219_200_000, "0000-01-01T00:00:00Z"),
    ] {
        let timestamp = Timestamp::from_millis(millis);
        assert_eq!(timestamp.to_string(), text);
        assert_eq!(timestamp.to_rfc3339().as_deref(), Some(text));
    }
}

#[test]
fn timestamp_outside_of_the_years_0_to_9999_is_displayed_in_milliseconds() {
    for millis in [i64::MIN, -62_167_219_200_001, i64::MAX] {
        let timestamp = Timestamp::from_millis(millis);
        assert_eq!(
            timestamp.to_rfc3339(),
            None,
            "RFC 3339 has four digits for the year"
        );
        assert_eq!(timestamp.to_string(), format!("{millis} ms"));
    }
}

#[test]
fn seconds_are_rounded_down() {
    for (millis, seconds) in [(1_999, 1), (1_000, 1), (-1, -1), (-1_000, -1)] {
        let timestamp = Timestamp::from_millis(millis);
        assert_eq!(timestamp.as_secs(), seconds, "{millis} ms");
        assert_eq!(timestamp.floor_to_secs().as_millis(), seconds * 1_000);
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
