//! `cargo xtask bench desktop`: start time, idle memory, and file sizes. The baseline is a Tauri window with an empty
//! page, built with the same versions and profile. Both are measured alternately, so that the machine's load affects
//! both.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};

use super::desktop_report::{self, Measurements, Sizes};
use super::process_stats;
use crate::commands::bundle;
use crate::headless::processes;
use crate::headless::screen::Screen;
use crate::headless::temp_home::TempHome;
use crate::system_packages::{Purpose, prepare};
use crate::{exec, paths};

const BASELINE: &str = "src-tauri/xtask/baseline";
/// Makes the baseline wait for its second frame, as Keystile does.
const WAIT_FOR_FRAMES: &str = "BASELINE_WAIT_FOR_FRAMES";

const START_TIMEOUT: Duration = Duration::from_secs(30);
/// How long a window stays idle before its memory is read.
const IDLE_TIME: Duration = Duration::from_secs(3);

/// A program to measure. It keeps its home directory between runs.
struct Subject {
    binary: PathBuf,
    home: TempHome,
    measurements: Measurements,
    variable: Option<&'static str>,
}

/// Measures each program `runs` times.
pub(crate) fn desktop(runs: usize) -> anyhow::Result<()> {
    super::require_linux()?;
    prepare(Purpose::VirtualDisplay)?;
    let bundles = bundle::bundle()?;
    let baseline = build_baseline()?;
    let screen = Screen::start_virtual(true)?;
    let mut subjects = [
        Subject::new(paths::desktop_binary(true), None)?,
        Subject::new(baseline.clone(), None)?,
        Subject::new(baseline, Some(WAIT_FOR_FRAMES))?,
    ];
    for subject in &mut subjects {
        // The first start creates the database and WebKit's caches.
        subject.measure(&screen)?;
        subject.measurements = Measurements::default();
    }
    for run in 1..=runs {
        for subject in &mut subjects {
            subject.measure(&screen)?;
        }
        println!("run {run} of {runs}");
    }
    let [keystile, baseline, baseline_drawn] = subjects;
    let sizes = Sizes {
        binary: file_size(&keystile.binary)?,
        package: file_size(&newest_deb(&bundles)?)?,
    };
    let report = desktop_report::report(
        &keystile.measurements,
        &baseline.measurements,
        &baseline_drawn.measurements,
        &sizes,
    );
    println!("\n{}", desktop_report::table(&report));
    super::write_results("desktop", &report)
}

impl Subject {
    fn new(binary: PathBuf, variable: Option<&'static str>) -> anyhow::Result<Self> {
        Ok(Self {
            binary,
            home: TempHome::new()?,
            measurements: Measurements::default(),
            variable,
        })
    }

    /// Starts the program once: measures the time until its first screen, then the memory of its processes when idle.
    fn measure(&mut self, screen: &Screen) -> anyhow::Result<()> {
        let ready_file = self.home.path().join("ready");
        let _ = fs::remove_file(&ready_file);
        let mut command = Command::new(&self.binary);
        self.home.apply(&mut command);
        screen.apply(&mut command);
        command
            // As on a user's machine: looking for a graphics card is part of the start.
            .env_remove("WEBKIT_DISABLE_DMABUF_RENDERER")
            .env("KEYSTILE_READY_FILE", &ready_file)
            .envs(self.variable.map(|variable| (variable, "1")))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let start = Instant::now();
        let mut child = command
            .spawn()
            .with_context(|| format!("Cannot start {}", self.binary.display()))?;
        let duration = wait_for(&ready_file).map(|()| start.elapsed());
        if let Ok(duration) = duration {
            std::thread::sleep(IDLE_TIME);
            self.measurements
                .start_ms
                .push(duration.as_secs_f64() * 1_000.0);
            let memory = process_stats::proportional_memory(&processes::process_tree(child.id()));
            self.measurements.memory_mib.push(memory as f64 / 1_024.0);
        }
        processes::end(&processes::process_tree(child.id()), Duration::from_secs(5));
        let _ = child.wait();
        duration
            .map(drop)
            .with_context(|| format!("{} drew nothing", self.binary.display()))
    }
}

fn wait_for(ready_file: &Path) -> anyhow::Result<()> {
    let start = Instant::now();
    while start.elapsed() < START_TIMEOUT {
        if ready_file.exists() {
            return Ok(());
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    bail!(
        "{} did not appear within {} s",
        ready_file.display(),
        START_TIMEOUT.as_secs()
    )
}

/// Builds the baseline, which is a workspace of its own, with the lock file of this one: the versions are the same, and
/// its dependencies are compiled already.
fn build_baseline() -> anyhow::Result<PathBuf> {
    let root = paths::root();
    fs::copy(
        root.join("Cargo.lock"),
        root.join(BASELINE).join("Cargo.lock"),
    )
    .context("Cannot copy Cargo.lock")?;
    exec::run(
        exec::cargo()
            .args(["build", "--release", "--manifest-path"])
            .arg(root.join(BASELINE).join("Cargo.toml"))
            .arg("--target-dir")
            .arg(paths::target()),
    )?;
    Ok(paths::binary("baseline", true))
}

fn newest_deb(bundles: &Path) -> anyhow::Result<PathBuf> {
    let directory = bundles.join("deb");
    let files = fs::read_dir(&directory).into_iter().flatten().flatten();
    files
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "deb"))
        .max_by_key(|path| {
            fs::metadata(path)
                .and_then(|metadata| metadata.modified())
                .ok()
        })
        .with_context(|| format!("There is no .deb in {}", directory.display()))
}

fn file_size(file: &Path) -> anyhow::Result<u64> {
    let metadata = fs::metadata(file).with_context(|| format!("Cannot read {}", file.display()))?;
    Ok(metadata.len())
}
