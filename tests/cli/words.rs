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
            "There is no project Nowhere.\n`keystile project list` shows them.\n"
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
