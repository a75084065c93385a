//! `cargo xtask bench window`: the pace of the decision list, frame times, memory, and processor time of the window
//! while its gateway receives 5,000 requests a second. WebDriver operates the window as a user does.

mod load;
mod process_samples;
mod report;

use std::fs;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::Context;

use super::process_stats;
use crate::commands::build::build;
use crate::exec;
use crate::headless::screen::Screen;
use crate::headless::session::Session;
use crate::headless::temp_home::TempHome;
use crate::system_packages::{Purpose, prepare};
use load::Load;
use process_samples::{ProcessSamples, SAMPLE_SECONDS};
use report::Measurements;

/// Seconds in which caches fill, code is optimized, and the list reaches its length.
const WARM_UP: u64 = 60;

/// Seconds in which frame times are measured, after everything else.
const FRAME_SECONDS: u64 = 30;

/// A first start creates the database and WebKit's caches, and verifies the first key.
const TIMEOUT: Duration = Duration::from_secs(30);

/// A prompt ignores clicks for a little less than this after it opens.
const PROMPT_DELAY: Duration = Duration::from_millis(500);

/// Measures for `seconds` after the warm-up.
pub(crate) fn window(seconds: u64) -> anyhow::Result<()> {
    super::require_linux()?;
    prepare(Purpose::Screenshot)?;
    let binary = build(true)?;
    exec::run(exec::cargo().args(["build", "--release", "--package", "keystile-bench"]))?;
    let home = TempHome::new()?;
    let screen = Screen::start_virtual(true)?;
    let session = Session::open(&binary, &[], |command: &mut Command| {
        home.apply(command);
        screen.apply(command);
        // As on a user's machine: rendering without a graphics card is part of the result.
        command.env_remove("WEBKIT_DISABLE_DMABUF_RENDERER");
    })?;
    let (address, key) = start_sample_gateway(&session)?;
    let warm_up = WARM_UP.min(seconds);
    println!(
        "{} requests/s to {address}: {warm_up} s of warm-up, {seconds} s measured, {FRAME_SECONDS} s for frame times",
        load::RATE
    );
    let load = Load::start(&address, &key, warm_up, seconds + FRAME_SECONDS)?;
    let start = Instant::now();
    let mut samples = find_processes(&session)?;
    samples.push(ProcessSamples::new("load generator", load.process_id()));
    let has_row = "return document.querySelector('request-log tbody tr') !== null";
    session.wait_for("a request", has_row, TIMEOUT)?;
    session.script(include_str!("window/observer.js"))?;
    // All rows are drawn, not only those that fit without scrolling.
    session.script("document.querySelector('request-log').scrollIntoView({ block: 'center' })")?;
    sample_until(warm_up / 2, start, &mut samples)?;
    // During the warm-up, because a screenshot blocks drawing.
    let screenshot = super::results_directory()?.join("window.png");
    fs::write(&screenshot, session.screenshot()?).context("Cannot write the screenshot")?;
    sample_until(warm_up, start, &mut samples)?;
    samples.iter_mut().for_each(ProcessSamples::end_warm_up);
    session.script("benchObserver.start()")?;
    let (cpu_time, measured) = (process_stats::total_cpu_time(), Instant::now());
    sample_until(warm_up + seconds, start, &mut samples)?;
    let cpu_time = process_stats::total_cpu_time().saturating_sub(cpu_time);
    let list = session.script("return benchObserver.list()")?;
    session.script("benchObserver.startFrames()")?;
    std::thread::sleep(Duration::from_secs(FRAME_SECONDS) - Duration::from_millis(500));
    let frames = session.script("return benchObserver.frameReport()")?;
    let report = report::report(&Measurements {
        seconds,
        warm_up,
        total_cpu: cpu_time.as_secs_f64() / measured.elapsed().as_secs_f64() * 100.0,
        load: &load.finish()?,
        list: &list,
        frames: &frames,
        processes: &samples,
    });
    println!("\n{}", report::table(&report));
    println!("Wrote {}", screenshot.display());
    super::write_results("window", &report)
}

/// Starts the sample API's gateway and shows its request log. Returns the gateway's address and a key for it.
fn start_sample_gateway(session: &Session) -> anyhow::Result<(String, String)> {
    session.wait_until_drawn(TIMEOUT)?;
    let text = |name: &str, selector: &str| {
        let script =
            format!("return document.querySelector('{selector}')?.textContent.trim() || null");
        let text = session.wait_for(name, &script, TIMEOUT)?;
        anyhow::Ok(text.as_str().unwrap_or_default().to_owned())
    };
    session.click("Try it with a sample API", TIMEOUT)?;
    let key = text("a key", "generated-key [role=textbox]")?;
    std::thread::sleep(PROMPT_DELAY);
    for label in ["Copy", "Close", "Gateway"] {
        session.click(label, TIMEOUT)?;
    }
    let url = text("a running gateway", "gateway-state code")?;
    Ok((url.trim_start_matches("http://").to_owned(), key))
}

/// Finds the application and the processes of its web view.
fn find_processes(session: &Session) -> anyhow::Result<Vec<ProcessSamples>> {
    let tree = session.process_tree();
    // The kernel truncates names to 15 characters.
    let names = [
        ("application", "keystile-deskto"),
        ("web process", "WebKitWebProces"),
        ("network process", "WebKitNetworkPr"),
    ];
    let found = names.into_iter().map(|(label, name)| {
        tree.iter()
            .find(|process| process_stats::name(**process).as_deref() == Some(name))
            .map(|process| ProcessSamples::new(label, *process))
            .with_context(|| format!("The process {name} is not running."))
    });
    found.collect()
}

/// Samples the processes periodically until `end` seconds after `start`.
fn sample_until(end: u64, start: Instant, samples: &mut [ProcessSamples]) -> anyhow::Result<()> {
    let end = Duration::from_secs(end);
    loop {
        let elapsed = start.elapsed();
        if elapsed >= end {
            return Ok(());
        }
        let next = Duration::from_secs((elapsed.as_secs() / SAMPLE_SECONDS + 1) * SAMPLE_SECONDS);
        std::thread::sleep(next.min(end).saturating_sub(elapsed));
        for process in &mut *samples {
            process.sample()?;
        }
    }
}
