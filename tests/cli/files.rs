//! Files of the command line that the system does not open: each error has a next step.

use serde_json::Value;

use crate::fixture::{CliFixture, ENVIRONMENT};

const CREATE: [&str; 6] = ["key", "create", "--env", ENVIRONMENT, "--name", "ci"];
const SERVE: [&str; 3] = ["serve", "--listen", "127.0.0.1:0"];

#[test]
fn unusable_file_is_an_error_with_a_next_step() {
    let cli = CliFixture::new();
    let missing = cli.store_path().with_file_name("missing").join("file");
    let text = cli.store_path().with_file_name("text");
    std::fs::write(&text, "").unwrap();
    let (missing, text) = (missing.to_str().unwrap(), text.to_str().unwrap());
    let create_folder = "Create its folder, or choose another path.";
    for (command, options, advice) in [
        (&CREATE[..], &["--out", missing][..], create_folder),
        (&SERVE, &["--access-log", missing], create_folder),
        (&SERVE, &["--admin-token-file", missing], "Check the path."),
        (
            &SERVE,
            &["--tls-certificate", missing, "--tls-key", text],
            "Check the path.",
        ),
    ] {
        let output = cli.run(&[command, options, &["--json"]].concat());
        let error: Value = serde_json::from_str(&output.stderr).unwrap();
        assert_eq!(
            (output.exit_code, error["advice"].as_str()),
            (Some(1), Some(advice)),
            "{options:?}: {error}"
        );
    }
}

#[cfg(unix)]
#[test]
fn folder_in_place_of_a_file_is_an_error_with_a_next_step() {
    let cli = CliFixture::new();
    let folder = cli.store_path();
    let output = cli.run(&[&SERVE[..], &["--access-log", folder.to_str().unwrap()]].concat());
    assert_eq!(output.exit_code, Some(1));
    assert!(
        output.stderr.contains("Choose the path of a file."),
        "{}",
        output.stderr
    );
}

#[cfg(unix)]
#[test]
fn unusable_socket_path_is_an_error_about_paths() {
    let cli = CliFixture::new();
    let file = cli.store_path().with_file_name("file");
    std::fs::write(&file, "").unwrap();
    let below_a_file = file.join("serve.sock");
    let output = cli.run(&["serve", "--socket", below_a_file.to_str().unwrap()]);
    assert_eq!(output.exit_code, Some(1));
    assert!(
        output.stderr.contains("Choose another path.") && !output.stderr.contains("port"),
        "a socket has no port: {}",
        output.stderr
    );
}
