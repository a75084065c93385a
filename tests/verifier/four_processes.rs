//! One process revokes keys or takes a permission away, three check: none accepts a key in a check that begins after the
//! change returned.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};
use std::time::Duration;

use keystile_keys::Permissions;
use keystile_registry::KeyChanges;

use crate::fixture::{HashCost, IssuedKey, VerifierFixture};

const KEYS: usize = 220;
/// Each change waits for three verifiers.
const KEYS_ON_POSTGRES: usize = 80;
const CHECKS: u64 = 100_000;

struct Checker {
    process: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

/// The report of a checker.
struct Report {
    checks: u64,
    errors: u64,
    accepted_at: Vec<i128>,
}

impl Checker {
    fn start(fixture: &VerifierFixture, keys: &[IssuedKey]) -> Self {
        let mut process = fixture
            .temp()
            .command(env!("CARGO_BIN_EXE_verify_loop"))
            .arg(fixture.environment.as_str())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("a checker");
        let mut input = process.stdin.take().expect("its input");
        for key in keys {
            writeln!(input, "{}", key.text).expect("a line");
        }
        writeln!(input).expect("an empty line");
        let output = BufReader::new(process.stdout.take().expect("its output"));
        Self {
            process,
            input,
            output,
        }
    }

    fn until_ready(&mut self) {
        let mut line = String::new();
        self.output.read_line(&mut line).expect("a line");
        assert_eq!(line.trim(), "ready");
    }

    fn end(self) -> Report {
        let Self {
            mut process,
            input,
            mut output,
        } = self;
        drop(input);
        let mut report = String::new();
        output.read_to_string(&mut report).expect("a report");
        assert!(process.wait().expect("its end").success());
        let mut lines = report.lines();
        let (checks, errors) = lines
            .next()
            .and_then(|line| line.split_once(' '))
            .expect("counts");
        Report {
            checks: checks.parse().expect("a count"),
            errors: errors.parse().expect("a count"),
            accepted_at: lines.map(|line| line.parse().expect("a time")).collect(),
        }
    }
}

fn nanoseconds() -> i128 {
    let now = rustix::time::clock_gettime(rustix::time::ClockId::Monotonic);
    i128::from(now.tv_sec) * 1_000_000_000 + i128::from(now.tv_nsec)
}

#[tokio::test]
async fn no_process_accepts_a_key_after_revoke_returned() {
    expect_exact(async |fixture, key| {
        let revoked = fixture.registry.revoke(key.id, None).await;
        revoked.expect("revoked");
    })
    .await;
}

#[tokio::test]
async fn no_process_allows_a_write_after_the_permission_was_taken_away() {
    expect_exact(async |fixture, key| {
        let changes = KeyChanges {
            permissions: Some(Permissions::READ),
            ..KeyChanges::default()
        };
        let edited = fixture.registry.edit_key(key.id, &changes).await;
        edited.expect("edited");
    })
    .await;
}

/// Changes keys one after the other, while three processes check them for writing.
async fn expect_exact(change: impl AsyncFn(&VerifierFixture, &IssuedKey)) {
    let fixture = VerifierFixture::new().await;
    let count = match fixture.temp().is_postgres() {
        true => KEYS_ON_POSTGRES,
        false => KEYS,
    };
    let keys = fixture.issue_keys(count, HashCost::Cheap).await;
    let mut checkers: Vec<_> = (0..3).map(|_| Checker::start(&fixture, &keys)).collect();
    checkers.iter_mut().for_each(Checker::until_ready);
    let started = nanoseconds();
    let mut revoked_at = Vec::with_capacity(count);
    for key in &keys {
        change(&fixture, key).await;
        revoked_at.push(nanoseconds());
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let reports: Vec<_> = checkers.into_iter().map(Checker::end).collect();

    let checks: u64 = reports.iter().map(|report| report.checks).sum();
    let errors: u64 = reports.iter().map(|report| report.errors).sum();
    assert!(checks >= CHECKS, "only {checks} checks were made");
    assert!(errors * 100 < checks, "{errors} of {checks} checks failed");
    let mut accepted_meanwhile = 0;
    for report in &reports {
        assert_eq!(report.accepted_at.len(), count);
        for (index, (accepted, revoked)) in report.accepted_at.iter().zip(&revoked_at).enumerate() {
            assert!(
                accepted < revoked,
                "key {index} was accepted {} ns after its change returned",
                accepted - revoked
            );
            accepted_meanwhile += usize::from(*accepted > started);
        }
    }
    assert!(
        accepted_meanwhile > count,
        "only {accepted_meanwhile} keys were accepted before they were changed"
    );
}
