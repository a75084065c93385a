//! Processes that are killed while they rotate a key.

use std::io::Read;
use std::process::Stdio;
use std::time::Duration;

use keystile_keys::Timestamp;

use crate::fixture::{TestApp, plain_key};

/// How many processes are killed, and the difference between their lifetimes. On PostgreSQL, a process takes longer to
/// start, and each sweep after its end waits for lost connections.
const KILLS: (u64, u64) = (20, 11);
const KILLS_ON_POSTGRES: (u64, u64) = (8, 40);

#[tokio::test]
async fn killed_rotation_leaves_the_old_secret_or_both() {
    let app = TestApp::new().await;
    let environment = app.staging_environment().await;
    let prompt = app.issue_key(environment, "ci").await;
    let mut last_copied = plain_key(&prompt);
    app.copy_key(&prompt).await;
    app.close_prompt(&prompt).await;
    let key = prompt.key.id;
    let mut was_killed_before_copy = false;
    let (kills, milliseconds) = match app.temp().is_postgres() {
        true => KILLS_ON_POSTGRES,
        false => KILLS,
    };
    for kill in 0..kills {
        let locks = app.temp().count_server_locks().await;
        let mut process = app
            .temp()
            .command(env!("CARGO_BIN_EXE_rotate_key"))
            .arg(key.as_str())
            .stdout(Stdio::piped())
            .spawn()
            .expect("a process");
        // From before the first rotation to the third one, whose steps take a few milliseconds each.
        tokio::time::sleep(Duration::from_millis(15 + kill * milliseconds)).await;
        process.kill().expect("killed");
        let mut output = String::new();
        let mut pipe = process.stdout.take().expect("its output");
        pipe.read_to_string(&mut output).expect("its output");
        process.wait().expect("its end");
        app.temp().wait_for_server_locks(locks).await;
        let lines: Vec<_> = output.lines().collect();
        let copied = lines.iter().filter(|line| **line == "copied").count();
        let issued: Vec<_> = lines.iter().filter(|line| **line != "copied").collect();
        app.registry.sweep().await.expect("a sweep");

        let verifier = app.open_verifier().await;
        let is_allowed = async |text: &str| {
            let verification = verifier.identify(text, Timestamp::now()).await;
            verification.expect("a decision").is_accepted()
        };
        let certain = match copied {
            0 => last_copied.clone(),
            copied => (*issued[copied - 1]).to_owned(),
        };
        assert!(
            is_allowed(&certain).await,
            "kill {kill}: the last secret that was copied works"
        );
        last_copied = certain;
        // The copy may have been committed without being printed.
        if issued.len() > copied {
            was_killed_before_copy = true;
            if is_allowed(issued[copied]).await {
                last_copied = (*issued[copied]).to_owned();
            }
        }
        let check = app.registry.store().check_audit().await.expect("a check");
        assert!(check.is_intact(), "kill {kill}: {check:?}");
    }
    assert!(
        was_killed_before_copy,
        "some process is killed between a rotation and its copy"
    );
}
