//! Commands that list, create, show, edit, revoke, and delete.

use crate::fixture::{CliFixture, ENVIRONMENT};

#[test]
fn project_environment_and_key_are_found_by_name_and_id() {
    let cli = CliFixture::new();
    cli.create_key("ci", &["--write"]);
    let projects = cli.run_ok(&["project", "list", "--json"]).json();
    assert_eq!(projects[0]["name"], "Acme Shop");
    let environments = cli.run_ok(&["env", "list", "acme shop", "--json"]).json();
    assert_eq!(
        (&environments[0]["stage"], &environments[0]["active"]),
        (&"staging".into(), &true.into()),
        "the stage is derived from the name, and the first key activated it"
    );
    let id = environments[0]["id"].as_str().unwrap();
    let by_id = cli.run_ok(&["key", "list", "--env", id, "--json"]).json();
    assert_eq!(
        by_id[0]["permissions"],
        serde_json::json!(["read", "write"])
    );
    let shown = cli.run_ok(&["key", "show", by_id[0]["id"].as_str().unwrap()]);
    assert!(
        shown.stdout.starts_with("ci\n") && shown.stdout.contains("read, write"),
        "{}",
        shown.stdout
    );
    let text = cli.run_ok(&["key", "list", "--env", ENVIRONMENT]).stdout;
    assert!(
        text.starts_with("NAME  PERMISSIONS  STATE   LAST USED  ALLOWED  DENIED  ID\nci    read, write  active  never      0        0       "),
        "{text}"
    );
}

#[test]
fn error_has_code_message_and_advice() {
    let cli = CliFixture::new();
    let text = cli.run(&["env", "list", "Nowhere"]);
    assert_eq!(
        (text.exit_code, text.stdout.as_str(), text.stderr.as_str()),
        (
            Some(1),
            "",
            format!(
                "Project not found: Nowhere.\nList projects: keystile project list --db {}\n",
                cli.store_path().display()
            )
            .as_str()
        )
    );
    let json = cli.run(&["env", "list", "Nowhere", "--json"]);
    let error: serde_json::Value = serde_json::from_str(&json.stderr).unwrap();
    assert_eq!(error["code"], "not_found");
    let taken = cli.run(&["project", "create", "ACME shop"]);
    assert_eq!(
        taken.exit_code,
        Some(1),
        "names are unique ignoring case: {}",
        taken.stderr
    );
}

#[test]
fn deleting_with_a_disabled_key_requires_the_name() {
    let cli = CliFixture::new();
    cli.create_key("ci", &[]);
    cli.run_ok(&["key", "disable", "ci", "--env", ENVIRONMENT]);
    for (args, name) in [
        (["env", "delete", ENVIRONMENT], "staging"),
        (["project", "delete", "Acme Shop"], "Acme Shop"),
    ] {
        let output = cli.run(&[&args[..], &["--yes"]].concat());
        assert!(
            output.exit_code == Some(1)
                && output
                    .stderr
                    .contains(&format!("Add --confirm \"{name}\"; --yes is not enough.")),
            "the disabled key could be enabled again, and deleting revokes it: {}",
            output.stderr
        );
        if args[0] == "project" {
            cli.run_ok(&[&args[..], &["--confirm", name]].concat());
        }
    }
}

#[test]
fn env_list_prints_references_that_env_show_accepts() {
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
fn only_project_create_creates_a_store() {
    let cli = CliFixture::without_store();
    for args in [
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
        let output = cli.run(args);
        assert!(
            output.exit_code != Some(0)
                && (output.stderr.contains("No Keystile store") || args[1] == "create"),
            "{args:?}: {}",
            output.stderr
        );
    }
    assert!(
        !cli.store_path().exists(),
        "a mistyped --db must not become an empty store"
    );
}

#[test]
fn revoking_a_production_key_requires_its_name() {
    let cli = CliFixture::new();
    cli.run_ok(&["env", "create", "Acme Shop/production"]);
    let env = "Acme Shop/production";
    cli.run_ok(&["key", "create", "--env", env, "--name", "live", "--print"]);
    for options in [&[][..], &["--yes"], &["--confirm", "life"]] {
        let output = cli.run(&[&["key", "revoke", "live", "--env", env], options].concat());
        assert_eq!(output.exit_code, Some(1), "{options:?}: {}", output.stderr);
    }
    cli.run_ok(&["key", "revoke", "live", "--env", env, "--confirm", "live"]);
}

#[test]
fn db_option_accepts_folder_or_database_file() {
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
fn revoking_a_revoked_key_succeeds() {
    let cli = CliFixture::new();
    cli.create_key("ci", &[]);
    let revoke = ["key", "revoke", "ci", "--env", ENVIRONMENT, "--yes"];
    cli.run_ok(&revoke);
    let again = cli.run_ok(&revoke);
    assert_eq!(
        again.stderr, "ci is already revoked.\n",
        "scripts can repeat the command"
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
        "an active key takes precedence over a revoked one of the same name"
    );
    let output = cli.run(&["key", "revoke", "cd", "--env", ENVIRONMENT, "--yes"]);
    assert_eq!(
        output.exit_code,
        Some(1),
        "a key that never existed is an error"
    );
}

#[test]
fn key_commands_print_the_same_json_fields() {
    let cli = CliFixture::new();
    cli.create_key("ci", &[]);
    let key = ["ci", "--env", ENVIRONMENT, "--json"];
    let shown = cli.run_ok(&[&["key", "show"], &key[..]].concat()).json();
    for (command, options) in [
        ("disable", &[][..]),
        ("enable", &[]),
        ("revoke", &["--yes"]),
    ] {
        let changed = cli
            .run_ok(&[&["key", command], &key[..], options].concat())
            .json();
        let fields = |value: &serde_json::Value| -> Vec<String> {
            value.as_object().unwrap().keys().cloned().collect()
        };
        assert_eq!(fields(&changed), fields(&shown), "{command}");
    }
}

#[test]
fn table_columns_align_with_wide_characters() {
    let cli = CliFixture::without_store();
    cli.run_ok(&["project", "create", "日本"]);
    cli.run_ok(&["project", "create", "Acme"]);
    let listed = cli.run_ok(&["project", "list"]).stdout;
    assert!(
        listed.contains("\n日本     0             0 ")
            && listed.contains("\nAcme     0             0 "),
        "wide characters take two columns: {listed}"
    );
}

#[test]
fn key_location_is_edited_and_shown() {
    let cli = CliFixture::new();
    for (location, shown) in [
        ("header:X-Acme-Key", "x-acme-key"),
        ("bearer", "Authorization: Bearer"),
        ("default", "X-API-KEY or Authorization: Bearer"),
    ] {
        cli.run_ok(&["env", "edit", ENVIRONMENT, "--key-location", location]);
        let text = cli.run_ok(&["env", "show", ENVIRONMENT]).stdout;
        assert!(text.contains(&format!("key location  {shown}")), "{text}");
    }
    for invalid in ["header:Cookie", "X-API-KEY", "header:x_y"] {
        let output = cli.run(&["env", "edit", ENVIRONMENT, "--key-location", invalid]);
        assert_eq!(output.exit_code, Some(2), "{invalid}: {}", output.stderr);
    }
}

#[test]
fn wrong_store_path_is_an_error_without_advice_that_fails() {
    let cli = CliFixture::new();
    let file = cli.store_path().with_extension("txt");
    std::fs::write(&file, "a letter").unwrap();
    let damaged = cli.store_path().with_extension("damaged");
    std::fs::create_dir(&damaged).unwrap();
    std::fs::write(damaged.join("keystile.db"), "a letter\n".repeat(100)).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(&damaged, std::fs::Permissions::from_mode(0o700)).unwrap();
    }
    for (path, message) in [
        (&file, "is a file, and no Keystile store."),
        (
            &cli.store_path().parent().unwrap().to_owned(),
            "No Keystile store in ",
        ),
        (&damaged, "is not a Keystile database, or is damaged."),
    ] {
        let mut command = cli.command_without_store(&["project", "list", "--db"]);
        let output: crate::fixture::CliOutput = command.arg(path).output().unwrap().into();
        assert!(
            output.exit_code == Some(1)
                && output.stderr.contains(message)
                && !output.stderr.contains("project create"),
            "creating a store there fails too: {}",
            output.stderr
        );
    }
}

#[test]
fn missing_key_has_a_reason_only_if_one_is_known() {
    let cli = CliFixture::new();
    cli.run_ok(&["env", "create", "Acme Shop/dev"]);
    cli.create_key("ci", &[]);
    let id = cli.list_keys()[0]["id"].as_str().unwrap().to_owned();
    let list = format!(
        "List keys: keystile key list --env \"Acme Shop/dev\" --db {}\n",
        cli.store_path().display()
    );
    let missing = |key: &str, reason: &str| {
        let output = cli.run(&["key", "show", key, "--env", "Acme Shop/dev"]);
        assert_eq!(
            (output.exit_code, output.stderr),
            (Some(1), format!("Key not found: {key}.\n{reason}{list}"))
        );
    };
    missing("unknown", "");
    missing("ci", "It is a key of Acme Shop/staging. ");
    missing(&id, "It is a key of Acme Shop/staging. ");
    cli.run_ok(&["key", "revoke", &id, "--yes"]);
    missing("ci", "");
    let output = cli.run(&["key", "show", "ci", "--env", ENVIRONMENT]);
    assert!(
        output.stderr.contains(&format!(
            "has the state revoked, and is found only by its ID, {id}."
        )),
        "{}",
        output.stderr
    );
}

#[test]
fn leaked_key_on_standard_input_is_revoked_in_whatever_environment_it_is() {
    let cli = CliFixture::new();
    cli.run_ok(&["env", "create", "Acme Shop/production"]);
    let out = cli.store_path().with_file_name("leaked.txt");
    let create = ["key", "create", "--env", "Acme Shop/production"];
    let file = ["--name", "ci", "--out", out.to_str().unwrap()];
    cli.run_ok(&[&create[..], &file].concat());
    let key = std::fs::read_to_string(&out).unwrap();
    let revoke = ["key", "revoke", "-", "--note", "in a log"];
    let without_reason = cli.run_with_stdin(&key, &revoke);
    assert_eq!(
        without_reason.exit_code,
        Some(2),
        "a note belongs to a reason: {}",
        without_reason.stderr
    );
    let revoke = [&revoke[..], &["--reason", "leaked", "--json"]].concat();
    let log_line = format!("error: header \"{}\" rejected", key.trim());
    for (attempt, input) in [("first", &log_line), ("second", &key)] {
        let output = cli.run_with_stdin(input, &revoke);
        assert_eq!(output.exit_code, Some(0), "{attempt}: {}", output.stderr);
        let revoked = output.json();
        assert_eq!(revoked["state"], "revoked", "{attempt}");
        assert_eq!(revoked["revoke_reason"], "leaked", "{attempt}");
        assert!(
            !output.stdout.contains(key.trim()) && !output.stderr.contains(key.trim()),
            "the key must not be repeated"
        );
    }
    let forged = key.replace("ks_live", "ks_lime");
    let unknown = cli.run_with_stdin(&forged, &["key", "revoke", "-"]);
    assert!(
        unknown.exit_code == Some(1) && unknown.stderr.contains("No key of this store"),
        "{}",
        unknown.stderr
    );
    for input in ["", "one\ntwo"] {
        let output = cli.run_with_stdin(input, &["key", "revoke", "-"]);
        assert_eq!(output.exit_code, Some(2), "{input:?}");
    }
}
