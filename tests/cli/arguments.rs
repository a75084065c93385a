//! Command-line arguments: invalid usage, help, environment variables, hints, and failed output.

use serde_json::Value;

use crate::fixture::{CliFixture, CliOutput, ENVIRONMENT};

fn json_error(output: &CliOutput) -> Value {
    serde_json::from_str(&output.stderr).unwrap_or_else(|_| panic!("no JSON: {}", output.stderr))
}

#[test]
fn invalid_usage_is_a_json_error() {
    let cli = CliFixture::without_store();
    for args in [
        &["--json", "key", "creat"][..],
        &["key", "list", "--json"],
        &["key", "--json"],
        &["--json"],
        &["snippet", "apache", "--env", ENVIRONMENT, "--json"],
        &["gateway", "edit", "--json", "--env", ENVIRONMENT],
        &["serve", "--listen", "here", "--json"],
        &["--json", "nonsense", "--", "--json"],
    ] {
        let output = cli.run(args);
        assert_eq!(
            (output.exit_code, output.stdout.as_str()),
            (Some(2), ""),
            "{args:?}: scripts tell invalid usage from an error by the exit code"
        );
        let error = json_error(&output);
        assert_eq!(error["code"], "usage", "{args:?}");
        for part in ["message", "advice"] {
            let text = error[part].as_str().unwrap();
            assert!(
                text.len() > 10 && !text.contains('\n') && !text.starts_with("error"),
                "{args:?}: {part} must be one line: {text}"
            );
        }
    }
}

#[test]
fn help_and_version_ignore_json() {
    let cli = CliFixture::without_store();
    for (args, start) in [
        (["--json", "--version"], "keystile "),
        (["--json", "--help"], "Issue API keys"),
    ] {
        let output = cli.run(&args);
        assert_eq!((output.exit_code, output.stderr.as_str()), (Some(0), ""));
        assert!(output.stdout.starts_with(start), "{}", output.stdout);
    }
}

#[test]
fn key_argument_is_rejected_and_not_repeated() {
    let cli = CliFixture::new();
    let key = cli.create_key("ci", &[]);
    let truncated = &key[..key.len() - 2];
    let option = format!("--name={key}");
    let rule = format!("POST /search?key={key} read");
    for args in [
        &["key", "show", &key][..],
        &["key", "show", truncated],
        &["key", "creat", &key],
        &["key", "create", "--env", ENVIRONMENT, &option],
        &["verify", "-", &key, "--env", ENVIRONMENT],
        &["gateway", "rules", "--env", ENVIRONMENT, "--add", &rule],
    ] {
        for options in [&[][..], &["--json"]] {
            let output = cli.run(&[args, options].concat());
            assert_eq!(output.exit_code, Some(2), "{}", output.stderr);
            let secret = &truncated[truncated.len() - 40..];
            assert!(
                !output.stderr.contains(secret) && !output.stdout.contains(secret),
                "error messages end up in logs: {}",
                output.stderr
            );
            if !options.is_empty() {
                assert_eq!(json_error(&output)["code"], "key_on_command_line");
            }
        }
    }
    let id = cli.list_keys()[0]["id"].as_str().unwrap().to_owned();
    for (args, advice) in [
        (
            &["key", "revoke", &key][..],
            format!("Use the key's ID, the part after the prefix: {id}."),
        ),
        (
            &["key", "disable", truncated],
            "Use the key's ID, the 12 characters after the prefix.".to_owned(),
        ),
        (
            &["key", "create", "--env", ENVIRONMENT, &option],
            "Choose a name that is not a key.".to_owned(),
        ),
    ] {
        let output = cli.run(args);
        assert!(
            output.stderr.ends_with(&format!("\n{advice}\n")),
            "{}",
            output.stderr
        );
    }
    assert_eq!(cli.list_keys().len(), 1, "no command was run");
}

#[test]
fn env_option_has_the_alias_environment() {
    let cli = CliFixture::new();
    cli.run_ok(&["gateway", "edit", "--env", ENVIRONMENT, "--sample"]);
    for option in ["--env", "--environment"] {
        let name = option.trim_start_matches('-');
        let environment = [option, ENVIRONMENT];
        let create = [
            &["key", "create", "--print", "--name", name],
            &environment[..],
        ]
        .concat();
        let key = cli.run_ok(&create).stdout;
        let verified = cli.run_with_stdin(&key, &[&["verify"], &environment[..]].concat());
        assert_eq!(verified.exit_code, Some(0), "{}", verified.stderr);
        for args in [
            &["key", "list"][..],
            &["key", "show", name],
            &["key", "disable", name],
            &["key", "enable", name],
            &["key", "revoke", name, "--yes"],
            &["gateway", "list"],
            &["gateway", "show"],
            &["gateway", "edit", "--host-header", "upstream"],
            &["gateway", "rules"],
            &["snippet", "nginx"],
        ] {
            cli.run_ok(&[args, &environment[..]].concat());
        }
    }
    for args in [
        &["gateway", "show", ENVIRONMENT][..],
        &["key", "list", ENVIRONMENT],
    ] {
        let output = cli.run(args);
        assert_eq!(
            output.exit_code,
            Some(2),
            "the environment is not a positional argument: {args:?}"
        );
    }
}

#[test]
fn help_command_accepts_help_option() {
    let cli = CliFixture::without_store();
    for option in ["--help", "-h"] {
        let output: CliOutput = cli
            .command_without_store(&["help", option])
            .output()
            .unwrap()
            .into();
        assert!(
            output.stdout.starts_with("Issue API keys"),
            "{}",
            output.stdout
        );
    }
}

#[test]
fn invalid_usage_prints_message_and_advice() {
    let cli = CliFixture::without_store();
    let output = cli.run(&["key", "creat"]);
    assert_eq!(output.exit_code, Some(2));
    assert!(
        output
            .stderr
            .starts_with("Unknown command: creat.\nDid you mean 'create'?\n")
            && output.stderr.lines().count() == 2,
        "the same form as every other error: {}",
        output.stderr
    );
}

#[test]
fn environment_variables_select_store_and_environment() {
    let cli = CliFixture::new();
    cli.create_key("ci", &[]);
    let run = |args: &[&str], environment: &str| -> CliOutput {
        let mut command = cli.command_without_store(args);
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
        "an id needs no environment, so the variable is ignored"
    );
    let option = run(&["key", "list", "--env", ENVIRONMENT], "Nowhere/dev");
    assert_eq!(
        option.exit_code,
        Some(0),
        "the option takes precedence: {}",
        option.stderr
    );
    cli.run_ok(&["gateway", "edit", "--env", ENVIRONMENT, "--port", "7999"]);
    cli.run_ok(&["env", "create", "Acme Shop/production"]);
    for (args, environment, count) in [
        (&["gateway", "list", "--json"][..], ENVIRONMENT, 1),
        (&["gateway", "list", "--json"], "Acme Shop/production", 0),
        (&["gateway", "list", "--json"], "", 1),
        (
            &["gateway", "list", "--json", "--env", ""],
            "Acme Shop/production",
            1,
        ),
    ] {
        let listed = run(args, environment);
        assert_eq!(
            listed.json().as_array().unwrap().len(),
            count,
            "{args:?} in {environment:?} must list this many gateways"
        );
    }
    let unset = run(&["key", "list"], "");
    assert_eq!(
        (unset.exit_code, unset.stderr.lines().next()),
        (Some(2), Some("No environment was given.")),
        "an empty variable counts as unset"
    );
    let unset = run(&["key", "show", "ci"], "");
    assert!(
        unset.stderr.starts_with("ci is not a key ID."),
        "{}",
        unset.stderr
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
        "the option takes precedence: {}",
        listed.stderr
    );
    let hint = run(&["project", "create", "Beta"], ENVIRONMENT);
    assert!(
        !hint.stderr.contains("--db"),
        "a hint repeats --db only if it was given: {}",
        hint.stderr
    );
}

#[test]
fn hints_repeat_the_db_option() {
    let cli = CliFixture::without_store();
    let created = cli.run_ok(&["project", "create", "Acme Shop"]);
    let end = format!(
        "env create \"Acme Shop/staging\" --db {}\n",
        cli.store_path().display()
    );
    assert!(
        created.stderr.ends_with(&end),
        "the pasted command must use the same store: {}",
        created.stderr
    );
    let missing = cli.run(&["env", "list", "Nowhere"]);
    let list = format!(
        "List projects: keystile project list --db {}",
        cli.store_path().display()
    );
    assert!(missing.stderr.contains(&list), "{}", missing.stderr);
}

#[cfg(target_os = "linux")]
#[test]
fn failed_write_to_stdout_is_an_error() {
    let cli = CliFixture::new();
    for args in [
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
        let output: CliOutput = cli.command(args).stdout(full).output().unwrap().into();
        assert_eq!(
            output.exit_code,
            Some(1),
            "{args:?}: truncated output must not look complete: {}",
            output.stderr
        );
        assert!(
            output.stderr.contains("Cannot write to standard output"),
            "{args:?}: {}",
            output.stderr
        );
    }
}

#[test]
fn closed_pipe_ends_a_command_silently() {
    let cli = CliFixture::new();
    for args in [
        &["project", "list"][..],
        &["project", "list", "--json"],
        &["env", "show", ENVIRONMENT],
        &[
            "snippet",
            "nginx",
            "--env",
            ENVIRONMENT,
            "--upstream",
            "api:80",
        ],
        &["completions", "bash"],
        &["--help"],
        &["help", "key"],
        &["--version"],
    ] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let output: CliOutput = cli
            .command_without_store(args)
            .env("KEYSTILE_DB", cli.store_path())
            .stdout(writer)
            .output()
            .unwrap()
            .into();
        assert_eq!(
            (output.exit_code, output.stderr.as_str()),
            (Some(0), ""),
            "{args:?}: a reader such as `head` has read enough"
        );
    }
}
