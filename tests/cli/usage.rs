//! Wrong words on the command line: told to a script as every other failure is, and never with a key in them.

use serde_json::Value;

use crate::world::{ENVIRONMENT, Said, World};

fn told(said: &Said) -> Value {
    serde_json::from_str(&said.err).unwrap_or_else(|_| panic!("no JSON: {}", said.err))
}

#[test]
fn wrong_words_are_told_in_json_with_a_code_a_sentence_and_a_next_step() {
    let world = World::empty();
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
        let said = world.say(words);
        assert_eq!(
            (said.code, said.out.as_str()),
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
    let world = World::empty();
    for (words, begins) in [
        (["--json", "--version"], "keystile "),
        (["--json", "--help"], "Issue API keys"),
    ] {
        let said = world.say(&words);
        assert_eq!((said.code, said.err.as_str()), (Some(0), ""));
        assert!(said.out.starts_with(begins), "{}", said.out);
    }
}

#[test]
fn a_key_among_the_words_is_never_repeated() {
    let world = World::new();
    let key = world.key("ci", &[]);
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
            let said = world.say(&[words, more].concat());
            assert_eq!(said.code, Some(1), "{}", said.err);
            let secret = &cut[cut.len() - 40..];
            assert!(
                !said.err.contains(secret) && !said.out.contains(secret),
                "what is refused ends up in logs: {}",
                said.err
            );
            if !more.is_empty() {
                assert_eq!(told(&said)["code"], "key_on_command_line");
            }
        }
    }
    assert_eq!(world.keys().len(), 1, "nothing was done");
}

#[test]
fn every_verb_takes_the_environment_in_both_spellings() {
    let world = World::new();
    world.must(&["gateway", "edit", "--env", ENVIRONMENT, "--sample"]);
    for option in ["--env", "--environment"] {
        let name = option.trim_start_matches('-');
        let of = [option, ENVIRONMENT];
        let create = [&["key", "create", "--print", "--name", name], &of[..]].concat();
        let key = world.must(&create).out;
        let verified = world.tell(&key, &[&["verify"], &of[..]].concat());
        assert_eq!(verified.code, Some(0), "{}", verified.err);
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
            world.must(&[words, &of[..]].concat());
        }
    }
    for words in [
        &["gateway", "show", ENVIRONMENT][..],
        &["key", "list", ENVIRONMENT],
    ] {
        let said = world.say(words);
        assert_eq!(said.code, Some(2), "there is one way to name it: {words:?}");
    }
}

#[test]
fn help_is_printed_for_help_too() {
    let world = World::empty();
    for option in ["--help", "-h"] {
        let said: Said = world.without_db(&["help", option]).output().unwrap().into();
        assert!(said.out.starts_with("Issue API keys"), "{}", said.out);
    }
}

#[test]
fn wrong_usage_is_worded_as_every_other_failure() {
    let world = World::empty();
    let said = world.say(&["key", "creat"]);
    assert_eq!(said.code, Some(2));
    assert!(
        said.err.starts_with("Unrecognized subcommand 'creat'.\n") && said.err.lines().count() == 2,
        "a sentence and a next step, without a word before them: {}",
        said.err
    );
}

#[test]
fn variables_name_the_store_and_the_environment() {
    let world = World::new();
    world.key("ci", &[]);
    let run = |words: &[&str], environment: &str| -> Said {
        let mut command = world.without_db(words);
        command.env("KEYSTILE_DB", world.store());
        command.env("KEYSTILE_ENV", environment);
        command.output().unwrap().into()
    };
    let listed = run(&["key", "list"], ENVIRONMENT);
    assert!(listed.out.contains("\nci "), "{}", listed.err);
    let shown = run(&["key", "show", "ci", "--json"], ENVIRONMENT);
    let id = shown.json()["id"].as_str().unwrap().to_owned();
    assert_eq!(
        run(&["key", "show", &id], "Nowhere/dev").code,
        Some(0),
        "an id needs no environment, so a wrong one in the variable does not matter"
    );
    let option = run(&["key", "list", "--env", ENVIRONMENT], "Nowhere/dev");
    assert_eq!(option.code, Some(0), "the option wins: {}", option.err);
    let named = world.command(&["project", "list"]);
    assert!(named.get_args().any(|argument| argument == "--db"));
    let mut elsewhere = world.command(&["project", "list"]);
    let listed: Said = elsewhere
        .env("KEYSTILE_DB", world.store().join("nowhere"))
        .output()
        .unwrap()
        .into();
    assert_eq!(listed.code, Some(0), "the option wins: {}", listed.err);
    let hint = run(&["project", "create", "Beta"], ENVIRONMENT);
    assert!(
        !hint.err.contains("--db"),
        "a hint repeats the option only where it was given: {}",
        hint.err
    );
}

#[test]
fn hints_repeat_the_store_that_was_named() {
    let world = World::empty();
    let created = world.must(&["project", "create", "Acme Shop"]);
    let end = format!(
        "env create \"Acme Shop/staging\" --db {}\n",
        world.store().display()
    );
    assert!(
        created.err.ends_with(&end),
        "pasted, it acts on the same store: {}",
        created.err
    );
    let missing = world.say(&["env", "list", "Nowhere"]);
    let list = format!("`keystile project list --db {}`", world.store().display());
    assert!(missing.err.contains(&list), "{}", missing.err);
}

#[cfg(target_os = "linux")]
#[test]
fn output_that_the_disk_does_not_take_is_a_failure() {
    let world = World::new();
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
        let said: Said = world.command(words).stdout(full).output().unwrap().into();
        assert_eq!(
            said.code,
            Some(1),
            "{words:?}: a cut configuration must not look whole: {}",
            said.err
        );
        assert!(
            said.err.contains("Standard output did not take everything"),
            "{words:?}: {}",
            said.err
        );
    }
}
