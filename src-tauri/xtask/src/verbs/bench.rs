//! `cargo xtask bench desktop`: how long a start takes, how much memory an idle window holds, how large the files are.
//! Called by people, for the closing note of a change. The floor is a Tauri window with an empty page, built with the
//! same versions and profile and measured in turn with Keystile, so that the machine's mood falls on both: once until its
//! page is loaded, once until its second frame, which is where Keystile's own figure ends. Linux only.

mod figures;
pub(crate) mod gateway;
pub(crate) mod http;
pub(crate) mod peer;
pub(crate) mod verify;
pub(crate) mod window;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::desk::home::Home;
use crate::desk::processes;
use crate::desk::screen::Screen;
use crate::failure::Failure;
use crate::system_packages::{Purpose, prepare};
use crate::{program, repository, verbs};
use figures::{Figures, Sizes};

const FLOOR: &str = "src-tauri/xtask/floor";

/// How long a window is left alone before its memory is read.
const IDLE: Duration = Duration::from_secs(3);

/// Has `keystile-bench` measure, in release, and says where its figures went.
fn measure(what: &str, words: &[&Path]) -> Result<(), Failure> {
    let folder = repository::target().join("bench");
    fs::create_dir_all(&folder)
        .map_err(|cause| Failure::from_cause("The figures cannot be written", &cause))?;
    let file = folder.join(format!("{what}.json"));
    program::run(
        program::cargo()
            .args([
                "run",
                "--release",
                "--package",
                "keystile-bench",
                "--",
                what,
            ])
            .arg(&file)
            .args(words),
    )?;
    println!("Written to {}", file.display());
    Ok(())
}

/// One program under measurement, with a home of its own that it keeps between runs.
struct Subject {
    binary: PathBuf,
    home: Home,
    figures: Figures,
    /// A variable that is set for it.
    variable: Option<&'static str>,
}

/// # Errors
/// Something does not compile, or a window was not drawn.
pub(crate) fn bench(runs: usize) -> Result<(), Failure> {
    if !cfg!(target_os = "linux") {
        return Err(Failure::new(
            "bench reads memory from /proc, which only Linux has.",
        ));
    }
    prepare(Purpose::VirtualDisplay)?;
    let bundles = verbs::bundle::bundle()?;
    let floor = build_floor()?;
    let screen = Screen::virtual_one(true)?;
    let mut subjects = [
        Subject::new("keystile", repository::desktop_binary(true))?,
        Subject::new("floor", floor.clone())?,
        Subject::new("floor-drawn", floor)?.with("FLOOR_WAITS_FOR_FRAMES"),
    ];
    for subject in &mut subjects {
        // The first start fills WebKit's caches and creates the database; it is another story.
        subject.measure(&screen)?;
        subject.figures = Figures::default();
    }
    for run in 1..=runs {
        for subject in &mut subjects {
            subject.measure(&screen)?;
        }
        println!("run {run} of {runs}");
    }
    let [keystile, floor, floor_drawn] = subjects;
    let sizes = Sizes {
        binary: size(&keystile.binary)?,
        package: size(&newest_deb(&bundles)?)?,
    };
    let report = figures::report(
        &keystile.figures,
        &floor.figures,
        &floor_drawn.figures,
        &sizes,
    );
    println!("\n{}", figures::table(&report));
    let folder = repository::target().join("bench");
    let file = folder.join("desktop.json");
    fs::create_dir_all(&folder)
        .and_then(|()| fs::write(&file, format!("{report:#}\n")))
        .map_err(|cause| Failure::from_cause("The figures cannot be written", &cause))?;
    println!("Written to {}", file.display());
    Ok(())
}

impl Subject {
    fn new(name: &str, binary: PathBuf) -> Result<Self, Failure> {
        Ok(Self {
            binary,
            home: Home::new(&format!("bench-{name}"))?,
            figures: Figures::default(),
            variable: None,
        })
    }

    fn with(self, variable: &'static str) -> Self {
        Self {
            variable: Some(variable),
            ..self
        }
    }

    /// One start: until the first screen is drawn, then the memory of all its processes once it has been idle.
    fn measure(&mut self, screen: &Screen) -> Result<(), Failure> {
        let sign = self.home.folder().join("drawn");
        let _ = fs::remove_file(&sign);
        let mut command = Command::new(&self.binary);
        self.home.settle(&mut command);
        screen.show_on(&mut command);
        if let Some(variable) = self.variable {
            command.env(variable, "1");
        }
        command
            // As on a person's machine: what WebKit does when it looks for a graphics card is part of the figure.
            .env_remove("WEBKIT_DISABLE_DMABUF_RENDERER")
            .env("KEYSTILE_READY_FILE", &sign)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let begun = Instant::now();
        let mut child = command.spawn().map_err(|cause| {
            Failure::from_cause(
                &format!("{} could not be started", self.binary.display()),
                &cause,
            )
        })?;
        let drawn = wait_for(&sign).map(|()| begun.elapsed());
        if let Ok(start) = drawn {
            std::thread::sleep(IDLE);
            self.figures.start_ms.push(start.as_secs_f64() * 1_000.0);
            let memory = processes::proportional_memory(&processes::family(child.id()));
            #[expect(
                clippy::cast_precision_loss,
                reason = "KiB of a process fit a double many times over"
            )]
            self.figures.memory_mib.push(memory as f64 / 1_024.0);
        }
        let family = processes::family(child.id());
        processes::end(&family, Duration::from_secs(5));
        let _ = child.wait();
        drawn
            .map(|_| ())
            .map_err(|failure| failure.advise(format!("Looked at {}.", self.binary.display())))
    }
}

fn wait_for(sign: &Path) -> Result<(), Failure> {
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_secs(30) {
        if sign.exists() {
            return Ok(());
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    Err(Failure::new("No first screen was drawn within 30 seconds."))
}

/// The floor is no member of the workspace. It is given the workspace's lock file before each build: with the same
/// versions and profile it also shares every compiled dependency.
fn build_floor() -> Result<PathBuf, Failure> {
    let root = repository::root();
    fs::copy(root.join("Cargo.lock"), root.join(FLOOR).join("Cargo.lock"))
        .map_err(|cause| Failure::from_cause("The floor cannot be given the lock file", &cause))?;
    program::run(
        program::cargo()
            .args(["build", "--release", "--manifest-path"])
            .arg(root.join(FLOOR).join("Cargo.toml"))
            .arg("--target-dir")
            .arg(repository::target()),
    )?;
    Ok(repository::binary("floor", true))
}

fn newest_deb(bundles: &Path) -> Result<PathBuf, Failure> {
    let folder = bundles.join("deb");
    fs::read_dir(&folder)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|kind| kind == "deb"))
        .max_by_key(|path| fs::metadata(path).and_then(|meta| meta.modified()).ok())
        .ok_or_else(|| Failure::new(format!("There is no .deb in {}.", folder.display())))
}

fn size(file: &Path) -> Result<u64, Failure> {
    fs::metadata(file).map(|meta| meta.len()).map_err(|cause| {
        Failure::from_cause(&format!("{} cannot be weighed", file.display()), &cause)
    })
}
