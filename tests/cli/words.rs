//! The words around keys: what is listed, what is asked, and how failures are told.

use crate::fixture::{CliFixture, ENVIRONMENT};

#[test]
fn a_project_an_environment_and_a_key_are_found_again_by_name_and_by_id() {
    let cli = CliFixture::new();
    cli.create_key("ci", &["--write"]);
    let projects = cli.run_ok(&["project", "list", "--json"]).json();
    assert_eq!(projects[0]["name"], "Acme Shop");
    let environments = cli.run_ok(&["env", "list", "acme shop", "--json"]).json();
    assert_eq!(
        (&environments[0]["stage"], &environments[0]["active"]),
        (&"staging".into(), &true.into()),
        "the stage is guessed, and the first printed key made it active"
    );
    let id = environments[0]["id"].as_str().unwrap();
    let by_id = cli.run_ok(&["key", "list", "--env", id, "--json"]).json();
    assert_eq!(
        by_id[0]["permissions"],
        serde_json::json!(["read", "write"])
    );
    let shown = cli.run_ok(&["key", "show", by_id[0]["id"].as_str().unwrap()]);
    assert!(
        shown.stdout.starts_with("ci\n") && shown.stdout.contains("read write"),
        "{}",
        shown.stdout
    );
    let text = cli.run_ok(&["key", "list", "--env", ENVIRONMENT]).stdout;
    assert!(
        text.starts_with("NAME  PERMISSIONS  STATE   LAST USED  ACCEPTED  REFUSED  ID\nci    read write   active  never      0         0        "),
        "{text}"
    );
}

#[test]
fn a_failure_has_a_code_a_sentence_and_a_next_step() {
    let cli = CliFixture::new();
    let text = cli.run(&["env", "list", "Nowhere"]);
    assert_eq!(
        (text.exit_code, text.stdout.as_str(), text.stderr.as_str()),
        (
            Some(1),
            "",
            format!(
                "There is no project Nowhere.\n`keystile project list --db {}` shows them.\n",
                cli.store_path().display()
            )
            .as_str()
        )
    );
    let json = cli.run(&["env", "list", "Nowhere", "--json"]);
    let told: serde_json::Value = serde_json::from_str(&json.stderr).unwrap();
    assert_eq!(told["code"], "not_found");
    let taken = cli.run(&["project", "create", "ACME shop"]);
    assert_eq!(
        taken.exit_code,
        Some(1),
        "names differ by more than case: {}",
        taken.stderr
    );
}

#[test]
fn a_project_whose_only_key_is_disabled_still_asks_for_its_name() {
    let cli = CliFixture::new();
    cli.create_key("ci", &[]);
    cli.run_ok(&["key", "disable", "ci", "--env", ENVIRONMENT]);
    for (words, name) in [
        (["env", "delete", ENVIRONMENT], "staging"),
        (["project", "delete", "Acme Shop"], "Acme Shop"),
    ] {
        let said = cli.run(&[&words[..], &["--yes"]].concat());
        assert!(
            said.exit_code == Some(1)
                && said
                    .stderr
                    .contains(&format!("Add --confirm \"{name}\"; --yes is not enough.")),
            "a disabled key could be enabled again, so deleting ends it: {}",
            said.stderr
        );
        if words[0] == "project" {
            cli.run_ok(&[&words[..], &["--confirm", name]].concat());
        }
    }
}

#[test]
fn environments_of_all_projects_are_listed_as_they_are_called() {
    let cli = CliFixture::new();
    cli.run_ok(&["project", "create", "Beta"]);
    cli.run_ok(&["env", "create", "Beta/dev"]);
    let listed = cli.run_ok(&["env", "list"]).stdout;
    let names: Vec<_> = listed
        .lines()
        .skip(1)
        .map(|line| line.split("  ").next().unwrap())
        .collect();
    assert_eq!(names, [ENVIRONMENT, "Beta/dev"]);
    for name in names {
        cli.run_ok(&["env", "show", name]);
    }
}

#[test]
fn what_only_looks_makes_no_store() {
    let cli = CliFixture::without_store();
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
        let said = cli.run(words);
        assert!(
            said.exit_code == Some(1)
                && (said.stderr.contains("There is no Keystile store") || words[1] == "create"),
            "{words:?}: {}",
            said.stderr
        );
    }
    assert!(
        !cli.store_path().exists(),
        "a mistyped --db must not become a store in which everything is missing"
    );
}

#[test]
fn a_production_key_is_not_revoked_without_its_name() {
    let cli = CliFixture::new();
    cli.run_ok(&["env", "create", "Acme Shop/production"]);
    let env = "Acme Shop/production";
    cli.run_ok(&["key", "create", "--env", env, "--name", "live", "--print"]);
    for refused in [&[][..], &["--yes"], &["--confirm", "life"]] {
        let said = cli.run(&[&["key", "revoke", "live", "--env", env], refused].concat());
        assert_eq!(said.exit_code, Some(1), "{refused:?}: {}", said.stderr);
    }
    cli.run_ok(&["key", "revoke", "live", "--env", env, "--confirm", "live"]);
}

#[test]
fn the_store_may_be_named_by_its_folder_or_by_its_file() {
    let cli = CliFixture::without_store();
    cli.run_ok(&["project", "create", "Acme Shop"]);
    let file = cli.store_path().join("keystile.db");
    let listed = std::process::Command::new(env!("CARGO_BIN_EXE_keystile"))
        .args(["project", "list", "--db"])
        .arg(file)
        .output()
        .unwrap();
    assert!(String::from_utf8_lossy(&listed.stdout).contains("Acme Shop"));
}

#[test]
fn revoking_again_by_name_succeeds_and_changes_nothing() {
    let cli = CliFixture::new();
    cli.create_key("ci", &[]);
    let revoke = ["key", "revoke", "ci", "--env", ENVIRONMENT, "--yes"];
    cli.run_ok(&revoke);
    let again = cli.run_ok(&revoke);
    assert_eq!(
        again.stderr, "ci was revoked already.\n",
        "a script may repeat it"
    );
    cli.create_key("ci", &[]);
    cli.run_ok(&revoke);
    let states: Vec<_> = cli
        .list_keys()
        .iter()
        .map(|key| key["state"].clone())
        .collect();
    assert_eq!(
        states,
        ["revoked", "revoked"],
        "a live key of that name is the one that is meant"
    );
    let said = cli.run(&["key", "revoke", "cd", "--env", ENVIRONMENT, "--yes"]);
    assert_eq!(said.exit_code, Some(1), "one that never was is a mistake");
}

#[test]
fn answers_about_one_key_have_the_same_fields() {
    let cli = CliFixture::new();
    cli.create_key("ci", &[]);
    let which = ["ci", "--env", ENVIRONMENT, "--json"];
    let shown = cli.run_ok(&[&["key", "show"], &which[..]].concat()).json();
    for (verb, more) in [
        ("disable", &[][..]),
        ("enable", &[]),
        ("revoke", &["--yes"]),
    ] {
        let answer = cli
            .run_ok(&[&["key", verb], &which[..], more].concat())
            .json();
        let fields = |value: &serde_json::Value| -> Vec<String> {
            value.as_object().unwrap().keys().cloned().collect()
        };
        assert_eq!(fields(&answer), fields(&shown), "{verb}");
    }
}

#[test]
fn columns_stay_aligned_beside_wide_characters() {
    let cli = CliFixture::without_store();
    cli.run_ok(&["project", "create", "日本"]);
    cli.run_ok(&["project", "create", "Acme"]);
    let listed = cli.run_ok(&["project", "list"]).stdout;
    assert!(
        listed.contains("\n日本     0             0 ")
            && listed.contains("\nAcme     0             0 "),
        "a wide character takes two columns: {listed}"
    );
}

#[test]
fn key_location_of_an_environment_is_edited_and_shown() {
    let cli = CliFixture::new();
    for (location, shown) in [
        ("header:X-Acme-Key", "x-acme-key"),
        ("bearer", "Authorization: Bearer"),
        ("default", "X-API-KEY or Authorization: Bearer"),
    ] {
        cli.run_ok(&["env", "edit", ENVIRONMENT, "--key-location", location]);
        let text = cli.run_ok(&["env", "show", ENVIRONMENT]).stdout;
        assert!(text.contains(&format!("key        {shown}")), "{text}");
    }
    for wrong in ["header:Cookie", "X-API-KEY", "header:x_y"] {
        let said = cli.run(&["env", "edit", ENVIRONMENT, "--key-location", wrong]);
        assert_eq!(said.exit_code, Some(2), "{wrong}: {}", said.stderr);
    }
}
