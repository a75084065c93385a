//! Times for people.

use std::io::IsTerminal;

use keystile_keys::Timestamp;

/// Formats a time for standard output: `2 minutes ago` or `in 3 days` on a terminal, otherwise RFC 3339 to the second; `never` for
/// `None`.
pub(crate) fn for_stdout(at: Option<Timestamp>) -> String {
    match at {
        None => "never".to_owned(),
        Some(at) if std::io::stdout().is_terminal() => relative(at, Timestamp::now()),
        Some(at) => at.floor_to_secs().to_string(),
    }
}

fn relative(at: Timestamp, now: Timestamp) -> String {
    let seconds = now.as_secs() - at.as_secs();
    let length = seconds.unsigned_abs();
    let (count, unit) = match length {
        0..60 if seconds < 0 => return "in less than a minute".to_owned(),
        0..60 => return "just now".to_owned(),
        60..3_600 => (length / 60, "minute"),
        3_600..86_400 => (length / 3_600, "hour"),
        _ => (length / 86_400, "day"),
    };
    let plural = if count == 1 { "" } else { "s" };
    if seconds < 0 {
        format!("in {count} {unit}{plural}")
    } else {
        format!("{count} {unit}{plural} ago")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relative_time_uses_the_largest_whole_unit() {
        let now = Timestamp::from_millis(1_796_040_000_000);
        for (seconds, expected) in [
            (0, "just now"),
            (59, "just now"),
            (60, "1 minute ago"),
            (3_599, "59 minutes ago"),
            (7_200, "2 hours ago"),
            (86_400, "1 day ago"),
            (30 * 86_400, "30 days ago"),
            (-1, "in less than a minute"),
            (-7_200, "in 2 hours"),
        ] {
            let at = Timestamp::from_millis(now.as_millis() - seconds * 1_000);
            assert_eq!(relative(at, now), expected, "{seconds} seconds");
        }
    }
}
