//! Wrong words on the command line: told to a script as every other failure is, and never with a key in them.

use serde_json::Value;

use crate::fixture::{CliFixture, CliOutput, ENVIRONMENT};

fn told(said: &CliOutput) -> Value {
    serde_json::from_str(&said.stderr).unwrap_or_else(|_| panic!("no JSON: {}", said.stderr))
}

#[test]
fn wrong_words_are_told_in_json_with_a_code_a_sentence_and_a_next_step() {
    let cli = CliFixture::without_store();
    for words in [
        &["--json", "key", "creat"][..],
        &["key", "list", "--json"],
        &["key", "--json"],
        &["--json"],
        &["snippet", "apache", "--env", ENVIRONMENT, "--json"],
        &["gateway", "edit", "--json", "--env", ENVIRONMENT],
        &["serve", "--listen", "here", "--json"],
        &["--json", "nonsense", "--", "--json"],
    ] {
        let said = cli.run(words);
        assert_eq!(
            (said.exit_code, said.stdout.as_str()),
            (Some(2), ""),
            "{words:?}: a script tells wrong words from a failure by the exit code"
        );
        let told = told(&said);
        assert_eq!(told["code"], "usage", "{words:?}");
        for part in ["message", "advice"] {
            let text = told[part].as_str().unwrap();
            assert!(
                text.len() > 10 && !text.contains('\n') && !text.starts_with("error"),
                "{words:?}: {part} is a sentence: {text}"
            );
        }
    }
}

#[test]
fn help_and_version_are_answered_as_they_are() {
    let cli = CliFixture::without_store();
    for (words, begins) in [
        (["--json", "--version"], "keystile "),
        (["--json", "--help"], "Issue API keys"),
    ] {
        let said = cli.run(&words);
        assert_eq!((said.exit_code, said.stderr.as_str()), (Some(0), ""));
        assert!(said.stdout.starts_with(begins), "{}", said.stdout);
    }
}

#[test]
fn a_key_among_the_words_is_never_repeated() {
    let cli = CliFixture::new();
    let key = cli.create_key("ci", &[]);
    let cut = &key[..key.len() - 2];
    let option = format!("--name={key}");
    let rule = format!("POST /search?key={key} read");
    for words in [
        &["key", "show", &key][..],
        &["key", "show", cut],
        &["key", "creat", &key],
        &["key", "create", "--env", ENVIRONMENT, &option],
        &["verify", "-", &key, "--env", ENVIRONMENT],
        &["gateway", "rules", "--env", ENVIRONMENT, "--add", &rule],
    ] {
        for more in [&[][..], &["--json"]] {
            let said = cli.run(&[words, more].concat());
            assert_eq!(said.exit_code, Some(1), "{}", said.stderr);
            let secret = &cut[cut.len() - 40..];
            assert!(
                !said.stderr.contains(secret) && !said.stdout.contains(secret),
                "what is refused ends up in logs: {}",
                said.stderr
            );
            if !more.is_empty() {
                assert_eq!(told(&said)["code"], "key_on_command_line");
            }
        }
    }
    assert_eq!(cli.list_keys().len(), 1, "nothing was done");
}

#[test]
fn every_verb_takes_the_environment_in_both_spellings() {
    let cli = CliFixture::new();
    cli.run_ok(&["gateway", "edit", "--env", ENVIRONMENT, "--sample"]);
    for option in ["--env", "--environment"] {
        let name = option.trim_start_matches('-');
        let of = [option, ENVIRONMENT];
        let create = [&["key", "create", "--print", "--name", name], &of[..]].concat();
        let key = cli.run_ok(&create).stdout;
        let verified = cli.run_with_stdin(&key, &[&["verify"], &of[..]].concat());
        assert_eq!(verified.exit_code, Some(0), "{}", verified.stderr);
        for words in [
            &["key", "list"][..],
            &["key", "show", name],
            &["key", "disable", name],
            &["key", "enable", name],
            &["key", "revoke", name, "--yes"],
            &["gateway", "list"],
            &["gateway", "show"],
            &["gateway", "edit", "--host", "own"],
            &["gateway", "rules"],
            &["snippet", "nginx"],
        ] {
            cli.run_ok(&[words, &of[..]].concat());
        }
    }
    for words in [
        &["gateway", "show", ENVIRONMENT][..],
        &["key", "list", ENVIRONMENT],
    ] {
        let said = cli.run(words);
        assert_eq!(
            said.exit_code,
            Some(2),
            "there is one way to name it: {words:?}"
        );
    }
}

#[test]
fn help_is_printed_for_help_too() {
    let cli = CliFixture::without_store();
    for option in ["--help", "-h"] {
        let said: CliOutput = cli
            .command_without_store(&["help", option])
            .output()
            .unwrap()
            .into();
        assert!(said.stdout.starts_with("Issue API keys"), "{}", said.stdout);
    }
}

#[test]
fn wrong_usage_is_worded_as_every_other_failure() {
    let cli = CliFixture::without_store();
    let said = cli.run(&["key", "creat"]);
    assert_eq!(said.exit_code, Some(2));
    assert!(
        said.stderr
            .starts_with("Unrecognized subcommand 'creat'.\n")
            && said.stderr.lines().count() == 2,
        "a sentence and a next step, without a word before them: {}",
        said.stderr
    );
}

#[test]
fn variables_name_the_store_and_the_environment() {
    let cli = CliFixture::new();
    cli.create_key("ci", &[]);
    let run = |words: &[&str], environment: &str| -> CliOutput {
        let mut command = cli.command_without_store(words);
        command.env("KEYSTILE_DB", cli.store_path());
        command.env("KEYSTILE_ENV", environment);
        command.output().unwrap().into()
    };
    let listed = run(&["key", "list"], ENVIRONMENT);
    assert!(listed.stdout.contains("\nci "), "{}", listed.stderr);
    let shown = run(&["key", "show", "ci", "--json"], ENVIRONMENT);
    let id = shown.json()["id"].as_str().unwrap().to_owned();
    assert_eq!(
        run(&["key", "show", &id], "Nowhere/dev").exit_code,
        Some(0),
        "an id needs no environment, so a wrong one in the variable does not matter"
    );
    let option = run(&["key", "list", "--env", ENVIRONMENT], "Nowhere/dev");
    assert_eq!(
        option.exit_code,
        Some(0),
        "the option wins: {}",
        option.stderr
    );
    let named = cli.command(&["project", "list"]);
    assert!(named.get_args().any(|argument| argument == "--db"));
    let mut elsewhere = cli.command(&["project", "list"]);
    let listed: CliOutput = elsewhere
        .env("KEYSTILE_DB", cli.store_path().join("nowhere"))
        .output()
        .unwrap()
        .into();
    assert_eq!(
        listed.exit_code,
        Some(0),
        "the option wins: {}",
        listed.stderr
    );
    let hint = run(&["project", "create", "Beta"], ENVIRONMENT);
    assert!(
        !hint.stderr.contains("--db"),
        "a hint repeats the option only where it was given: {}",
        hint.stderr
    );
}

#[test]
fn hints_repeat_the_store_that_was_named() {
    let cli = CliFixture::without_store();
    let created = cli.run_ok(&["project", "create", "Acme Shop"]);
    let end = format!(
        "env create \"Acme Shop/staging\" --db {}\n",
        cli.store_path().display()
    );
    assert!(
        created.stderr.ends_with(&end),
        "pasted, it acts on the same store: {}",
        created.stderr
    );
    let missing = cli.run(&["env", "list", "Nowhere"]);
    let list = format!(
        "`keystile project list --db {}`",
        cli.store_path().display()
    );
    assert!(missing.stderr.contains(&list), "{}", missing.stderr);
}

#[cfg(target_os = "linux")]
#[test]
fn output_that_the_disk_does_not_take_is_a_failure() {
    let cli = CliFixture::new();
    for words in [
        &["project", "list"][..],
        &["project", "list", "--json"],
        &["snippet", "nginx", "--env", ENVIRONMENT],
        &["completions", "bash"],
        &["doctor", "--listen", "127.0.0.1:0"],
        &["--help"],
        &["--version"],
    ] {
        let full = std::fs::OpenOptions::new()
            .write(true)
            .open("/dev/full")
            .unwrap();
        let said: CliOutput = cli.command(words).stdout(full).output().unwrap().into();
        assert_eq!(
            said.exit_code,
            Some(1),
            "{words:?}: a cut configuration must not look whole: {}",
            said.stderr
        );
        assert!(
            said.stderr
                .contains("Standard output did not take everything"),
            "{words:?}: {}",
            said.stderr
        );
    }
}
