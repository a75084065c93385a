//! Proves the README: every command in its `sh` blocks is one that works.
//! A line that calls `cargo xtask` must be accepted by the parser, and a screenshot is really taken, in a home folder
//! that is thrown away; `keystile` must know the words of a line that calls it; of other lines the program must exist.
//! They are not run: some delete data.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::failure::Failure;
use crate::invocation::{Invocation, RunWish};
use crate::tally::Tally;
use crate::{program, repository, verbs};

/// Words of the shell itself, which no file stands for.
const SHELL_WORDS: [&str; 3] = ["cd", "export", "source"];

/// # Errors
/// The README is missing, or one of its commands does not work.
pub(crate) fn run(tally: &mut Tally) -> Result<(), Failure> {
    let readme = fs::read_to_string(repository::root().join("README.md"))
        .map_err(|cause| Failure::from_cause("README.md cannot be read", &cause))?;
    program::run(program::cargo().args(["build", "--quiet", "--package", "keystile-cli"]))?;
    let mut broken = Vec::new();
    for command in commands(&readme) {
        let verdict = judge(&command);
        tally.check(verdict.is_ok());
        match verdict {
            Ok(proof) => println!("  {command}  ({proof})"),
            Err(failure) => {
                println!("  {command}  (FAILED)");
                broken.push(format!("{command}: {failure}"));
            }
        }
    }
    if cfg!(target_os = "linux") {
        let taken = take_screenshot();
        tally.check(taken.is_ok());
        if let Err(failure) = taken {
            broken.push(format!("cargo xtask run --screenshot: {failure}"));
        }
    }
    if broken.is_empty() {
        return Ok(());
    }
    Err(Failure::new(broken.join("\n")).advise("Correct README.md, or the verb it names."))
}

/// The lines of all fenced `sh` blocks, without comments and prompts.
fn commands(text: &str) -> Vec<String> {
    let mut inside = false;
    let mut commands = Vec::new();
    for line in text.lines().map(str::trim) {
        if line.starts_with("```") {
            inside = !inside && line == "```sh";
        } else if inside {
            let line = line.strip_prefix("$ ").unwrap_or(line);
            let line = line.split(" #").next().unwrap_or(line).trim();
            if !line.is_empty() && !line.starts_with('#') {
                commands.push(line.to_owned());
            }
        }
    }
    commands
}

fn judge(command: &str) -> Result<&'static str, Failure> {
    let words: Vec<String> = command.split_whitespace().map(str::to_owned).collect();
    match words
        .iter()
        .map(String::as_str)
        .collect::<Vec<_>>()
        .as_slice()
    {
        ["cargo", "xtask", ..] => Invocation::parse(&words[2..]).map(|_| "accepted"),
        ["keystile", ..] => judge_own(command),
        [word, ..] if SHELL_WORDS.contains(word) => Ok("the shell's own"),
        [word, ..] if program::find(word).is_some() => Ok("its program exists; not run"),
        [word, ..] => Err(Failure::new(format!("{word} is not a program here."))),
        [] => Err(Failure::new("An empty command.")),
    }
}

/// Our own program, just built, must know every word of the line. With `--help` it says so and does nothing.
fn judge_own(command: &str) -> Result<&'static str, Failure> {
    // Nothing is read from files that the reader has, and nothing written.
    let line = command.split(" <").next().unwrap_or(command);
    let line = line.split(" >").next().unwrap_or(line);
    let line = line.replacen(
        "keystile",
        &format!("{:?}", repository::binary("keystile", false)),
        1,
    );
    program::run(
        Command::new("sh")
            .args(["-c", &format!("{line} --help")])
            .stdout(Stdio::null()),
    )
    .map(|()| "its words are known")
}

fn take_screenshot() -> Result<(), Failure> {
    let folder = repository::target().join("readme");
    let file = folder.join("first-screen.png");
    fs::create_dir_all(&folder)
        .map_err(|cause| Failure::from_cause("No folder for the screenshot", &cause))?;
    remove(&file)?;
    verbs::run::run(&RunWish {
        throwaway: true,
        screenshot: Some(file.clone()),
        ..RunWish::default()
    })?;
    match fs::metadata(&file) {
        Ok(picture) if picture.len() > 1_000 => Ok(()),
        _ => Err(Failure::new("The screenshot holds no picture.")),
    }
}

/// A picture left by an earlier run would prove nothing.
fn remove(file: &Path) -> Result<(), Failure> {
    match fs::remove_file(file) {
        Err(cause) if cause.kind() != std::io::ErrorKind::NotFound => Err(Failure::from_cause(
            "The earlier screenshot cannot be removed",
            &cause,
        )),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_shell_blocks_hold_commands() {
        let text = "```sh\n# a comment\n$ cargo xtask run   # starts it\n```\ntext\n```toml\na = 1\n```\n```sh\ncd x\n```";
        assert_eq!(
            commands(text),
            ["cargo xtask run", "cd x"],
            "a command that is not found is not proven"
        );
    }

    #[test]
    fn a_verb_that_does_not_exist_is_found() {
        assert!(
            judge("cargo xtask start").is_err(),
            "the README may name only verbs that exist"
        );
        assert!(
            judge("cargo xtask test --only window").is_ok(),
            "a verb with a valid option works"
        );
    }
}
