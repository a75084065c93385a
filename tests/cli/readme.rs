//! Runs the `console` blocks of README.md, and those of the admin API's document, in their order, in one home directory with a new store and with `keystile` in
//! `PATH`. The lines after a command are its output, with the wildcards of snapbox (`[..]`, and `...` for lines); a
//! command without such lines must only succeed. `? 3` is an expected exit code, `> ` continues a command.
//! `keystile gateway run` and `keystile serve` run in the background, on ports that are free. Commands of `cargo` are
//! checked by xtask. `python` and `js` blocks run too; the comment behind the line that prints is their output.
#![cfg(unix)]

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

#[cfg(target_os = "linux")]
use keystile_test_postgres::TestDatabase;

/// A command of README.md, and what it shows.
#[derive(Debug, Default, PartialEq, Eq)]
struct Example {
    line: usize,
    command: String,
    output: String,
    exit_code: i32,
}

/// A command that runs in the background, killed when it is dropped.
struct Server {
    command: String,
    child: Child,
    /// Its address in README.md, and its real one.
    documented_address: String,
    address: String,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The documented database, for which an empty one is used.
const DATABASE: &str = "postgres://keystile@db.example.com/keystile";

/// Languages of blocks that are scripts, with the command that runs one from standard input and the mark of a comment.
const SCRIPTS: [(&str, &str, &str); 2] = [
    ("```python", "python3 -", " # "),
    ("```js", "node --input-type=module -", " // "),
];

fn parse(readme: &str) -> Vec<Example> {
    let mut examples: Vec<Example> = Vec::new();
    let mut is_console = false;
    let mut comment_mark = None;
    for (index, line) in readme.lines().enumerate() {
        if line.starts_with("```") {
            if let (Some(_), Some(script)) = (comment_mark.take(), examples.last_mut()) {
                script.command.push_str("\nEOF");
            }
            let is_opening = !is_console && line != "```";
            is_console = is_opening && line == "```console";
            if let Some((_, run, mark)) = SCRIPTS.iter().find(|(opening, ..)| *opening == line) {
                comment_mark = Some(*mark);
                examples.push(Example {
                    line: index + 1,
                    command: format!("{run} <<'EOF'"),
                    ..Example::default()
                });
            }
        } else if let (Some(mark), Some(script)) = (comment_mark, examples.last_mut()) {
            script.command.extend(["\n", line]);
            if let Some((_, output)) = line.split_once(mark) {
                script.output.extend([output, "\n"]);
            }
        } else if let (true, Some(command)) = (is_console, line.strip_prefix("$ ")) {
            examples.push(Example {
                line: index + 1,
                command: command.to_owned(),
                ..Example::default()
            });
        } else if let (true, Some(example)) = (is_console, examples.last_mut()) {
            if let Some(continuation) = line.strip_prefix("> ") {
                example.command.extend(["\n", continuation]);
            } else if let Some(code) = line.strip_prefix("? ") {
                example.exit_code = code.parse().unwrap();
            } else {
                example.output.extend([line, "\n"]);
            }
        }
    }
    examples
}

/// Returns the documented default address of a server, or `None` if the command ends by itself.
fn default_address(command: &str) -> Option<&'static str> {
    match command {
        _ if command.starts_with("keystile gateway run") => Some("127.0.0.1:7420"),
        _ if command.starts_with("keystile serve") => Some("127.0.0.1:7878"),
        _ => None,
    }
}

fn shell(home: &Path, script: &str) -> Command {
    let program = Path::new(env!("CARGO_BIN_EXE_keystile"));
    let directory = program.parent().unwrap().display();
    let path = format!("{directory}:{}", std::env::var("PATH").unwrap());
    let mut command = Command::new("sh");
    command
        .args(["-c", &format!("exec 2>&1\n{script}")])
        .current_dir(home)
        .env("PATH", path)
        .env("HOME", home)
        .env("XDG_RUNTIME_DIR", home)
        .env_remove("XDG_DATA_HOME")
        // Without the keychain of the person who runs the tests.
        .env_remove("DBUS_SESSION_BUS_ADDRESS")
        .stdin(Stdio::null());
    command
}

/// Starts a server on a free port. Returns it with the first lines of its output: as many as README.md shows, and until
/// its address.
fn start(home: &Path, example: &Example, default_address: &str) -> (Server, String) {
    let command = example.command.split(" #").next().unwrap().trim();
    let port = match command.starts_with("keystile serve") {
        true => "--listen 127.0.0.1:0",
        false => "--port 0",
    };
    let mut child = shell(home, &format!("exec {command} {port}"))
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    let mut output = String::new();
    let mut is_complete = false;
    while !is_complete && stdout.read_line(&mut output).unwrap() > 0 {
        let shown = example.output.lines().count();
        is_complete = output.lines().count() >= shown && find_address(&output).is_some();
    }
    // A closed pipe would end the server.
    std::thread::spawn(move || std::io::copy(&mut stdout, &mut std::io::sink()));
    let address = find_address(&output).unwrap_or_else(|| panic!("{command}: {output}"));
    let documented = find_address(&example.output).unwrap_or(default_address);
    let server = Server {
        command: command.to_owned(),
        child,
        documented_address: documented.to_owned(),
        address: address.to_owned(),
    };
    (server, output)
}

/// Finds `HOST:PORT` in the first URL of a text.
fn find_address(text: &str) -> Option<&str> {
    let rest = text.split("http://").nth(1)?;
    rest.split(|character: char| character.is_whitespace() || character == '/')
        .next()
}

/// Replaces ids and Unix times, which differ in each run, and drops lines that are only an id: commands print those for
/// scripts, and not on a terminal.
fn redact(output: &str) -> String {
    let is_id =
        |word: &str| word.len() == 12 && word.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let is_time = |word: &str| word.len() == 10 && word.bytes().all(|byte| byte.is_ascii_digit());
    let mut redacted = String::new();
    for line in output.replace('\r', "").trim_end().lines() {
        if is_id(line) {
            continue;
        }
        for part in line.split_inclusive(|character: char| !character.is_alphanumeric()) {
            let word = part.trim_end_matches(|character: char| !character.is_alphanumeric());
            let replacement = match word {
                _ if is_id(word) => "ID",
                _ if is_time(word) => "TIME",
                _ => word,
            };
            redacted.extend([replacement, &part[word.len()..]]);
        }
        redacted.push('\n');
    }
    redacted
}

#[test]
fn readme_commands_show_documented_output() {
    check_document("README.md", include_str!("../../README.md"));
}

#[test]
fn admin_api_commands_show_documented_output() {
    let document = include_str!("../../src-tauri/docs/admin-api.md");
    check_document("admin-api.md", document);
}

/// Runs the examples of a document, and compares their output.
fn check_document(file: &str, document: &str) {
    let home = tempfile::tempdir().unwrap();
    let mut servers: Vec<Server> = Vec::new();
    #[cfg(target_os = "linux")]
    let mut database: Option<TestDatabase> = None;
    let mut count = 0;
    for example in parse(document) {
        let is_running = |server: &Server| example.command.starts_with(&server.command);
        if example.command.starts_with("cargo ") || servers.iter().any(is_running) {
            continue;
        }
        if cfg!(not(target_os = "linux")) && example.command.contains(DATABASE) {
            continue; // Throw-away servers run on Linux only.
        }
        count += 1;
        let mut output;
        if let Some(address) = default_address(&example.command) {
            let (server, lines) = start(home.path(), &example, address);
            servers.push(server);
            output = lines;
        } else {
            let mut command = example.command.clone();
            #[cfg(target_os = "linux")]
            if command.contains(DATABASE) {
                let database = database.get_or_insert_with(TestDatabase::create);
                command = command.replace(DATABASE, &database.url());
            }
            for server in &servers {
                command = command.replace(&server.documented_address, &server.address);
            }
            // It asks for confirmation, and there is no terminal.
            if command.starts_with("keystile key revoke") && !command.contains("--yes") {
                command = command.replacen("key revoke", "key revoke --yes", 1);
            }
            let result = shell(home.path(), &command).output().unwrap();
            output = String::from_utf8_lossy(&result.stdout).into_owned();
            assert_eq!(
                result.status.code(),
                Some(example.exit_code),
                "{file}:{}: {command}\n{output}",
                example.line
            );
        }
        for server in &servers {
            output = output.replace(&server.address, &server.documented_address);
        }
        if !example.output.trim().is_empty() {
            let expected = redact(&example.output);
            let actual = redact(&output);
            let name = format!("{file}:{}: {}", example.line, example.command);
            let compared =
                snapbox::Assert::new().try_eq(Some(&name), actual.into(), expected.into());
            compared.unwrap_or_else(|error| panic!("{error}"));
        }
    }
    assert!(count > 0, "{file} must have console blocks");
}

#[test]
fn blocks_are_parsed_into_examples() {
    let examples = parse(
        "$ no\n```sh\n$ no\n```\n```console\n$ a \\\n> b\nout\n? 3\n$ c\n```\nno\n```python\nprint(1) # 1\n```",
    );
    let expected = [
        Example {
            line: 6,
            command: "a \\\nb".to_owned(),
            output: "out\n".to_owned(),
            exit_code: 3,
        },
        Example {
            line: 10,
            command: "c".to_owned(),
            ..Example::default()
        },
        Example {
            line: 13,
            command: "python3 - <<'EOF'\nprint(1) # 1\nEOF".to_owned(),
            output: "1\n".to_owned(),
            exit_code: 0,
        },
    ];
    assert_eq!(
        examples, expected,
        "console blocks have commands, and scripts are run as a whole"
    );
}
