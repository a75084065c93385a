//! Installs programs for tests below `target/tools`, once for each list of versions.

use std::path::{Path, PathBuf};
use std::process::Command;

/// Returns the directory of `name` after `install` was run for these versions.
pub(crate) fn installed(name: &str, versions: &str, install: impl FnOnce(&Path)) -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../target/tools")
        .join(name);
    std::fs::create_dir_all(&folder).expect("a folder");
    // Tests run in separate processes, so a lock must protect the installation.
    let lock = std::fs::File::create(folder.with_extension("lock")).expect("a lock");
    lock.lock().expect("locked");
    let marker = folder.join("complete");
    if std::fs::read_to_string(&marker).is_ok_and(|installed| installed == versions) {
        return folder;
    }
    std::fs::remove_dir_all(&folder).expect("an older installation is removed");
    std::fs::create_dir_all(&folder).expect("a folder");
    install(&folder);
    std::fs::write(&marker, versions).expect("a marker");
    folder
}

/// Creates a Python environment with these packages.
pub(crate) fn install_python_packages(folder: &Path, packages: &[&str]) {
    run(Command::new("python3").args(["-m", "venv"]).arg(folder));
    run(Command::new(folder.join("bin/pip"))
        .args(["install", "--quiet"])
        .args(packages));
}

/// Runs a step of an installation.
pub(crate) fn run(command: &mut Command) {
    let done = command.status();
    assert!(
        done.is_ok_and(|status| status.success()),
        "Python 3 with venv and Node.js with npm are needed, and their packages the first time: {command:?}"
    );
}
