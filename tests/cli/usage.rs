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
    world.must(&["gateway", "edit", ENVIRONMENT, "--sample"]);
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
        &["gateway", "edit", ENVIRONMENT, "--host", "caller"],
        &["gateway", "rules", ENVIRONMENT],
    ] {
        world.must(words);
    }
    let both = world.say(&["gateway", "show", ENVIRONMENT, "--env", ENVIRONMENT]);
    assert_eq!(both.code, Some(2), "two could contradict each other");
}
