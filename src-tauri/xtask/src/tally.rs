//! Counts tests by reading what the runners print, so that one last line can say how many there were.
//! Called by the parts of `test`. It knows the summary lines of nextest, cargo test and vitest and nothing else;
//! a runner whose summary it cannot read counts by whether it failed.

/// How many checks passed and failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
}

impl Tally {
    /// One check that is not a runner's.
    pub(crate) fn check(&mut self, passed: bool) {
        if passed {
            self.passed += 1;
        } else {
            self.failed += 1;
        }
    }

    pub(crate) fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }

    /// Adds what a runner's summary line says; any other line adds nothing.
    pub(crate) fn read(&mut self, line: &str) {
        let line = without_colour(line);
        // What a failed test printed is shown indented, its own summary too: a second try may pass.
        let is_libtest = line.starts_with("test result:");
        let line = line.trim();
        let is_summary = (line.starts_with("Summary [") && line.contains("tests run:"))
            || is_libtest
            || (line.starts_with("Tests ") && line.ends_with(')'));
        if is_summary {
            self.passed += count(line, "passed");
            // nextest tells a test that ran too long or would not start apart from one that failed.
            for word in ["failed", "timed out", "exec failed"] {
                self.failed += count(line, word);
            }
        }
    }
}

/// The number before `word`: `12 passed`.
fn count(line: &str, word: &str) -> u64 {
    line.split([',', ';', '|', ':', '.'])
        .map(str::trim)
        .filter_map(|piece| {
            let words: Vec<&str> = piece.split_whitespace().collect();
            let at = words
                .iter()
                .position(|part| part.chars().all(|c| c.is_ascii_digit()))?;
            let rest = words.get(at + 1..)?.join(" ");
            let rest = rest.split(" (").next()?;
            (rest == word)
                .then(|| words[at].parse::<u64>().ok())
                .flatten()
        })
        .sum()
}

/// A line without the escape sequences that colour it.
fn without_colour(line: &str) -> String {
    let mut plain = String::with_capacity(line.len());
    let mut characters = line.chars();
    while let Some(character) = characters.next() {
        if character == '\u{1b}' {
            for inner in characters.by_ref() {
                if inner.is_ascii_alphabetic() {
                    break;
                }
            }
        } else {
            plain.push(character);
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_summaries_of_all_runners_are_read() {
        for (line, passed, failed) in [
            (
                "     Summary [   0.212s] 12 tests run: 11 passed, 1 failed, 3 skipped",
                11,
                1,
            ),
            (
                "     Summary [   0.212s] 5/9 tests run: 3 passed (1 slow), 1 failed, 1 timed out, 0 skipped",
                3,
                2,
            ),
            (
                "\u{1b}[32;1m     Summary\u{1b}[0m [   0.2s] \u{1b}[1m2\u{1b}[0m tests run: \u{1b}[1m2\u{1b}[0m \u{1b}[32mpassed\u{1b}[0m, 0 skipped",
                2,
                0,
            ),
            (
                "test result: ok. 7 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s",
                7,
                0,
            ),
            (
                "test result: FAILED. 6 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out",
                6,
                2,
            ),
            (
                "     Summary [ 329.787s] 40 tests run: 40 passed (3 slow, 1 flaky), 0 skipped",
                40,
                0,
            ),
            (
                "    test result: FAILED. 0 passed; 1 failed; 0 ignored; 0 measured; 39 filtered out",
                0,
                0,
            ),
            ("      Tests  40 passed (40)", 40, 0),
            ("      Tests  1 failed | 39 passed (40)", 39, 1),
            (" Test Files  3 passed (3)", 0, 0),
            (
                "        PASS [   0.005s] keystile-keys form::tests::it_passed",
                0,
                0,
            ),
        ] {
            let mut tally = Tally::default();
            tally.read(line);
            assert_eq!(
                tally,
                Tally { passed, failed },
                "the last line must count what `{line}` counts"
            );
        }
    }
}
