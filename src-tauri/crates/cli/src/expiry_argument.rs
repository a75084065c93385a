//! Parses lengths of time and expiries of the command line.

use std::str::FromStr;
use std::time::Duration;

use jiff::tz::TimeZone;
use jiff::{Span, SpanRelativeTo};
use keystile_keys::Timestamp;
use keystile_registry::Expiry;

/// A length of time such as `15m`, `12h`, or `7d`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Length(pub(crate) Duration);

/// When a key expires: `never`, `default`, a length, a date, or a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ExpiryArgument(pub(crate) Expiry);

impl FromStr for Length {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let span: Option<Span> = text.parse().ok();
        let length = span
            .and_then(|span| span.to_duration(SpanRelativeTo::days_are_24_hours()).ok())
            .and_then(|length| Duration::try_from(length).ok())
            .filter(|length| !length.is_zero());
        length
            .map(Self)
            .ok_or_else(|| "use a length such as 15m, 12h, or 7d".to_owned())
    }
}

impl FromStr for ExpiryArgument {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let at = |time: jiff::Timestamp| Expiry::At(Timestamp::from_millis(time.as_millisecond()));
        let expiry = match text {
            "never" => Expiry::Never,
            "default" => Expiry::Default,
            text => {
                if let Ok(Length(length)) = text.parse() {
                    Expiry::At(Timestamp::now().saturating_add(length))
                } else if let Ok(time) = text.parse::<jiff::Timestamp>() {
                    at(time)
                } else {
                    let date = text.parse::<jiff::civil::Date>();
                    let end = date
                        .and_then(|date| date.tomorrow())
                        .and_then(|day| TimeZone::UTC.to_timestamp(day.at(0, 0, 0, 0)));
                    at(end
                        .map_err(|_| {
                            "use never, default, a length such as 30d, a date such as 2027-01-31, or a time in RFC 3339"
                        })?)
                }
            }
        };
        Ok(Self(expiry))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expiry_is_parsed_from_words_dates_and_times() {
        let parse = |text: &str| text.parse::<ExpiryArgument>().map(|ExpiryArgument(at)| at);
        let at = |millis| Ok(Expiry::At(Timestamp::from_millis(millis)));
        assert_eq!(parse("never"), Ok(Expiry::Never));
        assert_eq!(parse("default"), Ok(Expiry::Default));
        assert_eq!(
            parse("2026-11-29"),
            at(1_795_996_800_000),
            "the end of the day in UTC"
        );
        assert_eq!(parse("2026-11-30T12:00:00+01:00"), at(1_796_036_400_000));
        for text in ["", "soon", "0d", "-1d", "2026-02-30", "7"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn length_is_parsed_with_its_unit() {
        let parse = |text: &str| {
            text.parse::<Length>()
                .map(|Length(length)| length.as_secs())
        };
        assert_eq!(parse("90s"), Ok(90));
        assert_eq!(parse("15m"), Ok(900));
        assert_eq!(parse("1d 12h"), Ok(129_600));
    }
}
