//! `cargo xtask bench window`: the window while 5,000 requests a second pass through its gateway. Does the live list keep
//! its pace, do frames come, does memory stay flat? A page that counts is pressed to life as a person would, through
//! WebDriver; the requests come from a process of their own. Called by people. Linux only.

mod flood;
mod report;
mod watched;

use std::fs;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::desk::home::Home;
use crate::desk::processes;
use crate::desk::screen::Screen;
use crate::desk::webdriver::Driven;
use crate::failure::Failure;
use crate::system_packages::{Purpose, prepare};
use crate::verbs::build::build;
use crate::{program, repository};
use flood::Flood;
use report::Seen;
use watched::{PACE, Watched};

/// Caches fill, the compilers of the engine find what is hot, the list reaches its length: what comes after that is growth.
const WARM_UP: u64 = 60;

/// How long frames are watched, after everything else: watching them costs the page its full garbage collections.
const FRAMES: u64 = 30;

/// A first start creates the database and WebKit's caches, and the first key is proven.
const PATIENCE: Duration = Duration::from_secs(30);

/// A prompt ignores what was meant for whatever stood there before, for a little less than this.
const PROMPT_GUARD: Duration = Duration::from_millis(500);

/// `seconds` are what is measured after the warm-up.
///
/// # Errors
/// Something does not compile, the window did not do as it should, or requests broke off.
pub(crate) fn window(seconds: u64) -> Result<(), Failure> {
    if !cfg!(target_os = "linux") {
        return Err(Failure::new(
            "bench window reads memory from /proc, which only Linux has.",
        ));
    }
    prepare(Purpose::Screenshot)?;
    let binary = build(true)?;
    program::run(program::cargo().args(["build", "--release", "--package", "keystile-bench"]))?;
    let folder = repository::target().join("bench");
    let written = |cause| Failure::from_cause("The figures cannot be written", &cause);
    fs::create_dir_all(&folder).map_err(written)?;
    let home = Home::new("bench-window")?;
    let screen = Screen::virtual_one(true)?;
    let driven = Driven::open(&binary, &[], |command: &mut Command| {
        home.settle(command);
        screen.show_on(command);
        // As on a person's machine: what the program does without a graphics card is part of the figure.
        command.env_remove("WEBKIT_DISABLE_DMABUF_RENDERER");
    })?;
    let (address, key) = prepare_window(&driven)?;
    let warm_up = WARM_UP.min(seconds);
    println!(
        "{} requests a second to {address}: {warm_up} seconds that are not counted, then {seconds}, then {FRAMES} in which \
         frames are watched.",
        flood::RATE
    );
    let flood = Flood::begin(&address, &key, warm_up, seconds + FRAMES)?;
    let begun = Instant::now();
    let mut watched = processes_of(&driven)?;
    watched.push(Watched::new("the requests", flood.process()));
    driven.wait_for(
        "No decision was listed",
        "return document.querySelector('decision-list tbody tr') !== null",
        PATIENCE,
    )?;
    driven.script(include_str!("window/watch.js"))?;
    // All of the list is drawn, not only what is seen of it without scrolling.
    driven.script("document.querySelector('decision-list').scrollIntoView({ block: 'center' })")?;
    look_until(warm_up / 2, begun, &mut watched)?;
    // Taken before anything counts: a picture keeps the page from drawing.
    let picture = folder.join("window.png");
    fs::write(&picture, driven.picture()?).map_err(written)?;
    look_until(warm_up, begun, &mut watched)?;
    watched.iter_mut().for_each(Watched::is_warm);
    driven.script("keystileSeen.begin()")?;
    let (machine, counted) = (processes::spent_by_all(), Instant::now());
    look_until(warm_up + seconds, begun, &mut watched)?;
    let machine = processes::spent_by_all().saturating_sub(machine);
    let list = driven.script("return keystileSeen.list()")?;
    driven.script("keystileSeen.beginFrames()")?;
    std::thread::sleep(Duration::from_secs(FRAMES).saturating_sub(Duration::from_millis(500)));
    let frames = driven.script("return keystileSeen.framesSeen()")?;
    let seen = Seen {
        seconds,
        warm_up,
        machine: machine.as_secs_f64() / counted.elapsed().as_secs_f64() * 100.0,
        flood: &flood.end()?,
        list: &list,
        frames: &frames,
        watched: &watched,
    };
    let report = report::report(&seen);
    println!("\n{}", report::table(&report));
    let file = folder.join("window.json");
    fs::write(&file, format!("{report:#}\n")).map_err(written)?;
    println!(
        "Written to {}, beside {}",
        file.display(),
        picture.display()
    );
    Ok(())
}

/// From the first page to a gateway whose live list is on screen: its address, and a key that opens it.
fn prepare_window(driven: &Driven) -> Result<(String, String), Failure> {
    driven.wait_until_drawn(PATIENCE)?;
    let text = |otherwise: &str, place: &str| {
        let script =
            format!("return document.querySelector('{place}')?.textContent.trim() || null");
        let text = driven.wait_for(otherwise, &script, PATIENCE)?;
        Ok::<_, Failure>(text.as_str().unwrap_or_default().to_owned())
    };
    driven.press("Try it with a sample API", PATIENCE)?;
    let key = text("No key was shown", "generated-key [role=textbox]")?;
    std::thread::sleep(PROMPT_GUARD);
    driven.press("Copy", PATIENCE)?;
    driven.press("Close", PATIENCE)?;
    driven.press("Gateway", PATIENCE)?;
    let address = text("No gateway ran", "gateway-state code")?;
    Ok((address, key))
}

/// The program and what its web view is made of.
fn processes_of(driven: &Driven) -> Result<Vec<Watched>, Failure> {
    let family = driven.family();
    // The system cuts names after 15 letters.
    let sought = [
        ("the shell", "keystile-deskto"),
        ("the web process", "WebKitWebProces"),
        ("the network process", "WebKitNetworkPr"),
    ];
    let named = sought.into_iter().map(|(name, called)| {
        family
            .iter()
            .find(|process| processes::name(**process).as_deref() == Some(called))
            .map(|process| Watched::new(name, *process))
            .ok_or_else(|| Failure::new(format!("{called} does not run.")))
    });
    named.collect()
}

/// Looks at the processes every few seconds, until so many seconds after `begun`.
fn look_until(end: u64, begun: Instant, watched: &mut [Watched]) -> Result<(), Failure> {
    let end = Duration::from_secs(end);
    loop {
        let now = begun.elapsed();
        if now >= end {
            return Ok(());
        }
        let next = Duration::from_secs((now.as_secs() / PACE + 1) * PACE);
        std::thread::sleep(next.min(end).saturating_sub(now));
        for one in &mut *watched {
            one.look()?;
        }
    }
}
