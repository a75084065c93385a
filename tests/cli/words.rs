//! The words around keys: what is listed, what is asked, and how failures are told.

use crate::world::{ENVIRONMENT, World};

#[test]
fn a_project_an_environment_and_a_key_are_found_again_by_name_and_by_id() {
    let world = World::new();
    world.key("ci", &["--write"]);
    let projects = world.must(&["project", "list", "--json"]).json();
    assert_eq!(projects[0]["name"], "Acme Shop");
    let environments = world.must(&["env", "list", "acme shop", "--json"]).json();
    assert_eq!(
        (&environments[0]["stage"], &environments[0]["active"]),
        (&"staging".into(), &true.into()),
        "the stage is guessed, and the first printed key made it active"
    );
    let id = environments[0]["id"].as_str().unwrap();
    let by_id = world.must(&["key", "list", "--env", id, "--json"]).json();
    assert_eq!(
        by_id[0]["permissions"],
        serde_json::json!(["read", "write"])
    );
    let shown = world.must(&["key", "show", by_id[0]["id"].as_str().unwrap()]);
    assert!(
        shown.out.starts_with("ci\n") && shown.out.contains("read write"),
        "{}",
        shown.out
    );
    let text = world.must(&["key", "list", "--env", ENVIRONMENT]).out;
    assert!(
        text.starts_with("NAME  PERMISSIONS  STATE   LAST USED  ACCEPTED  REFUSED  ID\nci    read write   active  never      0         0        "),
        "{text}"
    );
}

#[test]
fn a_failure_has_a_code_a_sentence_and_a_next_step() {
    let world = World::new();
    let text = world.say(&["env", "list", "Nowhere"]);
    assert_eq!(
        (text.code, text.out.as_str(), text.err.as_str()),
        (
            Some(1),
            "",
            format!(
                "There is no project Nowhere.\n`keystile project list --db {}` shows them.\n",
                world.store().display()
            )
            .as_str()
        )
    );
    let json = world.say(&["env", "list", "Nowhere", "--json"]);
    let told: serde_json::Value = serde_json::from_str(&json.err).unwrap();
    assert_eq!(told["code"], "not_found");
    let taken = world.say(&["project", "create", "ACME shop"]);
    assert_eq!(
        taken.code,
        Some(1),
        "names differ by more than case: {}",
        taken.err
    );
}

#[test]
fn a_project_whose_only_key_is_disabled_still_asks_for_its_name() {
    let world = World::new();
    world.key("ci", &[]);
    world.must(&["key", "disable", "ci", "--env", ENVIRONMENT]);
    for (words, name) in [
        (["env", "delete", ENVIRONMENT], "staging"),
        (["project", "delete", "Acme Shop"], "Acme Shop"),
    ] {
        let said = world.say(&[&words[..], &["--yes"]].concat());
        assert!(
            said.code == Some(1)
                && said
                    .err
                    .contains(&format!("Add --confirm \"{name}\"; --yes is not enough.")),
            "a disabled key could be enabled again, so deleting ends it: {}",
            said.err
        );
        if words[0] == "project" {
            world.must(&[&words[..], &["--confirm", name]].concat());
        }
    }
}

#[test]
fn environments_of_all_projects_are_listed_as_they_are_called() {
    let world = World::new();
    world.must(&["project", "create", "Beta"]);
    world.must(&["env", "create", "Beta/dev"]);
    let listed = world.must(&["env", "list"]).out;
    let names: Vec<_> = listed
        .lines()
        .skip(1)
        .map(|line| line.split("  ").next().unwrap())
        .collect();
    assert_eq!(names, [ENVIRONMENT, "Beta/dev"]);
    for name in names {
        world.must(&["env", "show", name]);
    }
}

#[test]
fn what_only_looks_makes_no_store() {
    let world = World::empty();
    for words in [
        &["env", "list", "Acme Shop"][..],
        &["env", "list"],
        &["project", "list"],
        &["gateway", "list"],
        &["serve", "--listen", "0"],
        &["project", "create", ""],
        &["env", "create", ENVIRONMENT],
        &["key", "list", "--env", ENVIRONMENT],
        &["gateway", "show", "--env", ENVIRONMENT],
        &["verify", "--env", ENVIRONMENT],
    ] {
        let said = world.say(words);
        assert!(
            said.code == Some(1)
                && (said.err.contains("There is no Keystile store") || words[1] == "create"),
            "{words:?}: {}",
            said.err
        );
    }
    assert!(
        !world.store().exists(),
        "a mistyped --db must not become a store in which everything is missing"
    );
}

#[test]
fn a_production_key_is_not_revoked_without_its_name() {
    let world = World::new();
    world.must(&["env", "create", "Acme Shop/production"]);
    let env = "Acme Shop/production";
    world.must(&["key", "create", "--env", env, "--name", "live", "--print"]);
    for refused in [&[][..], &["--yes"], &["--confirm", "life"]] {
        let said = world.say(&[&["key", "revoke", "live", "--env", env], refused].concat());
        assert_eq!(said.code, Some(1), "{refused:?}: {}", said.err);
    }
    world.must(&["key", "revoke", "live", "--env", env, "--confirm", "live"]);
}

#[test]
fn the_store_may_be_named_by_its_folder_or_by_its_file() {
    let world = World::empty();
    world.must(&["project", "create", "Acme Shop"]);
    let file = world.store().join("keystile.db");
    let listed = std::process::Command::new(env!("CARGO_BIN_EXE_keystile"))
        .args(["project", "list", "--db"])
        .arg(file)
        .output()
        .unwrap();
    assert!(String::from_utf8_lossy(&listed.stdout).contains("Acme Shop"));
}

#[test]
fn revoking_again_by_name_succeeds_and_changes_nothing() {
    let world = World::new();
    world.key("ci", &[]);
    let revoke = ["key", "revoke", "ci", "--env", ENVIRONMENT, "--yes"];
    world.must(&revoke);
    let again = world.must(&revoke);
    assert_eq!(
        again.err, "ci was revoked already.\n",
        "a script may repeat it"
    );
    world.key("ci", &[]);
    world.must(&revoke);
    let states: Vec<_> = world
        .keys()
        .iter()
        .map(|key| key["state"].clone())
        .collect();
    assert_eq!(
        states,
        ["revoked", "revoked"],
        "a live key of that name is the one that is meant"
    );
    let said = world.say(&["key", "revoke", "cd", "--env", ENVIRONMENT, "--yes"]);
    assert_eq!(said.code, Some(1), "one that never was is a mistake");
}

#[test]
fn answers_about_one_key_have_the_same_fields() {
    let world = World::new();
    world.key("ci", &[]);
    let which = ["ci", "--env", ENVIRONMENT, "--json"];
    let shown = world.must(&[&["key", "show"], &which[..]].concat()).json();
    for (verb, more) in [
        ("disable", &[][..]),
        ("enable", &[]),
        ("revoke", &["--yes"]),
    ] {
        let answer = world
            .must(&[&["key", verb], &which[..], more].concat())
            .json();
        let fields = |value: &serde_json::Value| -> Vec<String> {
            value.as_object().unwrap().keys().cloned().collect()
        };
        assert_eq!(fields(&answer), fields(&shown), "{verb}");
    }
}

#[test]
fn columns_stay_aligned_beside_wide_characters() {
    let world = World::empty();
    world.must(&["project", "create", "日本"]);
    world.must(&["project", "create", "Acme"]);
    let listed = world.must(&["project", "list"]).out;
    assert!(
        listed.contains("\n日本     0             0 ")
            && listed.contains("\nAcme     0             0 "),
        "a wide character takes two columns: {listed}"
    );
}

#[test]
fn key_location_of_an_environment_is_edited_and_shown() {
    let world = World::new();
    for (location, shown) in [
        ("header:X-Acme-Key", "x-acme-key"),
        ("bearer", "Authorization: Bearer"),
        ("default", "X-API-KEY or Authorization: Bearer"),
    ] {
        world.must(&["env", "edit", ENVIRONMENT, "--key-location", location]);
        let text = world.must(&["env", "show", ENVIRONMENT]).out;
        assert!(text.contains(&format!("key        {shown}")), "{text}");
    }
    for wrong in ["header:Cookie", "X-API-KEY", "header:x_y"] {
        let said = world.say(&["env", "edit", ENVIRONMENT, "--key-location", wrong]);
        assert_eq!(said.code, Some(2), "{wrong}: {}", said.err);
    }
}
