//! The command line as a type: parsing is separate from doing, so that the README can be checked against it.
//! Called by `main` and by the README part of `test`. It knows no file and starts nothing.

use std::path::PathBuf;

use crate::failure::Failure;

pub(crate) const USAGE: &str = "\
Usage: cargo xtask <verb>

  run [--release] [--screenshot FILE] [--throwaway] [-- ARGS]
        Installs what is missing, builds and starts Keystile. --screenshot writes a PNG of the first screen and
        exits (Linux). --throwaway uses an empty home folder that is deleted afterwards.
  test [--only rust|ui|window|supply-chain|readme]
        Installs what is missing and runs all tests, or one part of them.
  build [--release]
        Builds the window's files and the application.
  bundle
        Builds the package of this system (Linux: .deb).
  lint
        Formatting, clippy, documentation, the window's types, names.
  icons
        Draws every icon from icons/keystile.svg.
  bench desktop [--runs N]
        Start, memory and size of the release build beside a bare window (Linux); at least 10 runs.
  bench verify
        What a check of a key costs in process, beside what nothing can be faster than, and beside better-auth.
  bench gateway [rates|rules|bodies|sockets|idle]
        What a request costs through the gateway beside nginx and Caddy, and what the gateway holds (Linux); all of it
        unless one part is named.
  bench http
        What it costs over HTTP beside a bare hyper and better-auth, under wrk and during a flood of forged keys
        (Linux).
  bench window [--seconds N]
        The window while 5,000 requests a second pass its gateway: the pace of the live list, frames, memory and
        processor time (Linux); five minutes unless N says otherwise.
";

/// What `bench gateway` can measure alone.
const GATEWAY_PARTS: [&str; 5] = ["rates", "rules", "bodies", "sockets", "idle"];

/// One accepted command line.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Invocation {
    Help,
    Run(RunWish),
    Test { only: Option<Part> },
    Build { release: bool },
    Bundle,
    Lint,
    Icons,
    BenchDesktop { runs: usize },
    BenchVerify,
    BenchGateway { part: Option<&'static str> },
    BenchHttp,
    BenchWindow { seconds: u64 },
}

/// How the application is to be started.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct RunWish {
    pub(crate) release: bool,
    pub(crate) throwaway: bool,
    pub(crate) screenshot: Option<PathBuf>,
    pub(crate) arguments: Vec<String>,
}

/// One part of the tests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Rust,
    Ui,
    Window,
    SupplyChain,
    Readme,
}

impl Part {
    pub(crate) const ALL: [Self; 5] = [
        Self::Rust,
        Self::Ui,
        Self::Window,
        Self::SupplyChain,
        Self::Readme,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Rust => "rust",
            Self::Ui => "ui",
            Self::Window => "window",
            Self::SupplyChain => "supply-chain",
            Self::Readme => "readme",
        }
    }

    fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|part| part.name() == name)
    }
}

/// Fewer runs say more about the machine's mood than about the program.
const FEWEST_RUNS: usize = 10;

/// How long the window is watched; in fewer than ten seconds nothing is seen.
const SECONDS: u64 = 300;
const FEWEST_SECONDS: u64 = 10;

impl Invocation {
    /// `arguments` without the program's own name.
    pub(crate) fn parse(arguments: &[String]) -> Result<Self, Failure> {
        let mut words = arguments.iter().map(String::as_str);
        match words.next() {
            None | Some("help" | "--help" | "-h") => Ok(Self::Help),
            Some("run") => parse_run(words),
            Some("test") => parse_test(words),
            Some("build") => match (words.next(), words.next()) {
                (None, _) => Ok(Self::Build { release: false }),
                (Some("--release"), None) => Ok(Self::Build { release: true }),
                (Some(word), _) => Err(unknown(word)),
            },
            Some("bundle") => alone(words, Self::Bundle),
            Some("lint") => alone(words, Self::Lint),
            Some("icons") => alone(words, Self::Icons),
            Some("bench") => parse_bench(words),
            Some(word) => Err(unknown(word)),
        }
    }
}

fn parse_run<'a>(mut words: impl Iterator<Item = &'a str>) -> Result<Invocation, Failure> {
    let mut wish = RunWish::default();
    while let Some(word) = words.next() {
        match word {
            "--release" => wish.release = true,
            "--throwaway" => wish.throwaway = true,
            "--screenshot" => wish.screenshot = Some(value("--screenshot", words.next())?.into()),
            "--" => wish.arguments = words.by_ref().map(str::to_owned).collect(),
            other => return Err(unknown(other)),
        }
    }
    Ok(Invocation::Run(wish))
}

fn parse_test<'a>(mut words: impl Iterator<Item = &'a str>) -> Result<Invocation, Failure> {
    let mut only = None;
    while let Some(word) = words.next() {
        if word != "--only" {
            return Err(unknown(word));
        }
        let name = value("--only", words.next())?;
        only = Some(Part::named(name).ok_or_else(|| unknown(name))?);
    }
    Ok(Invocation::Test { only })
}

fn parse_bench<'a>(mut words: impl Iterator<Item = &'a str>) -> Result<Invocation, Failure> {
    let subject = value("bench", words.next())?;
    if subject == "verify" {
        return alone(words, Invocation::BenchVerify);
    }
    if subject == "gateway" {
        let part = match words.next() {
            None => None,
            Some(word) => Some(
                GATEWAY_PARTS
                    .into_iter()
                    .find(|part| *part == word)
                    .ok_or_else(|| unknown(word))?,
            ),
        };
        return alone(words, Invocation::BenchGateway { part });
    }
    if subject == "http" {
        return alone(words, Invocation::BenchHttp);
    }
    if subject == "window" {
        let seconds = number(words, "--seconds", SECONDS)?;
        if seconds < FEWEST_SECONDS {
            return Err(Failure::new(format!(
                "In fewer than {FEWEST_SECONDS} seconds there is nothing to see."
            )));
        }
        return Ok(Invocation::BenchWindow { seconds });
    }
    if subject != "desktop" {
        return Err(unknown(subject));
    }
    let runs = number(words, "--runs", FEWEST_RUNS)?;
    if runs < FEWEST_RUNS {
        return Err(Failure::new(format!(
            "A median of fewer than {FEWEST_RUNS} runs is not a figure."
        )));
    }
    Ok(Invocation::BenchDesktop { runs })
}

/// The number behind the only option there is.
fn number<'a, N: std::str::FromStr>(
    mut words: impl Iterator<Item = &'a str>,
    option: &str,
    otherwise: N,
) -> Result<N, Failure> {
    let mut number = otherwise;
    while let Some(word) = words.next() {
        if word != option {
            return Err(unknown(word));
        }
        let count = value(option, words.next())?;
        number = count.parse().map_err(|_| unknown(count))?;
    }
    Ok(number)
}

fn alone<'a>(
    mut words: impl Iterator<Item = &'a str>,
    verb: Invocation,
) -> Result<Invocation, Failure> {
    match words.next() {
        None => Ok(verb),
        Some(word) => Err(unknown(word)),
    }
}

fn value<'a>(option: &str, word: Option<&'a str>) -> Result<&'a str, Failure> {
    match word {
        Some(word) if !word.starts_with("--") => Ok(word),
        _ => Err(Failure::new(format!("{option} needs a value.")).advise(USAGE)),
    }
}

fn unknown(word: &str) -> Failure {
    Failure::new(format!("“{word}” is not understood here.")).advise(USAGE)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Invocation, Failure> {
        let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        Invocation::parse(&words)
    }

    #[test]
    fn every_part_can_be_named() {
        for part in Part::ALL {
            assert_eq!(
                parse(&format!("test --only {}", part.name())).expect("a part's own name"),
                Invocation::Test { only: Some(part) },
                "a part that cannot be named cannot be run alone"
            );
        }
    }

    #[test]
    fn run_takes_its_options_and_hands_the_rest_to_the_application() {
        assert_eq!(
            parse("run --release --throwaway --screenshot a.png -- --flag x").expect("valid"),
            Invocation::Run(RunWish {
                release: true,
                throwaway: true,
                screenshot: Some("a.png".into()),
                arguments: vec!["--flag".into(), "x".into()],
            }),
            "what stands behind -- belongs to the application"
        );
    }

    #[test]
    fn a_misspelt_line_is_refused() {
        for line in [
            "runn",
            "run --screenshot",
            "run --screenshot --release",
            "test --only windows",
            "test rust",
            "build --debug",
            "build --release again",
            "bench",
            "bench gateways",
            "bench gateway rate",
            "bench gateway idle idle",
            "bench desktop --runs 3",
            "bench desktop --seconds 30",
            "bench window --runs 10",
            "bench window --seconds 9",
            "bench window --seconds soon",
            "lint now",
        ] {
            assert!(
                parse(line).is_err(),
                "`{line}` must not silently do something else"
            );
        }
    }
}
