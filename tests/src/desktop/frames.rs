//! Records what the X server shows, frame by frame, to see what a user sees while something opens or changes.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use x11rb::connection::Connection;
use x11rb::protocol::xproto::{ConnectionExt, ImageFormat};
use x11rb::rust_connection::RustConnection;

use super::error::{TestError, TestResult};
use super::headless::HeadlessDesktop;
use super::window::Window;

/// The pause between two looks at the screen: shorter than a frame of 60 Hz.
const INTERVAL: Duration = Duration::from_millis(8);
/// How long a recording goes on after the action, for changes that come late.
const SETTLE_TIME: Duration = Duration::from_millis(700);

/// A part of the page, in pixels of the screen. The window is at its upper left corner.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Area {
    /// From the left edge.
    pub left: f64,
    /// From the upper edge.
    pub top: f64,
    /// In pixels.
    pub width: f64,
    /// In pixels.
    pub height: f64,
}

impl Area {
    /// Returns the area without a border of `pixels`, for example without a focus ring.
    #[must_use]
    pub fn inset(self, pixels: f64) -> Self {
        Self {
            left: self.left + pixels,
            top: self.top + pixels,
            width: self.width - 2.0 * pixels,
            height: self.height - 2.0 * pixels,
        }
    }
}

/// A picture of the screen that differs from the one before.
pub struct Frame {
    /// How often the screen was looked at while it showed this.
    pub looks: usize,
    width: usize,
    height: usize,
    /// Four bytes for each pixel, row by row.
    pixels: Vec<u8>,
}

impl Frame {
    /// Returns the pixels of an area, as far as it is on the screen.
    #[must_use]
    pub fn crop(&self, area: Area) -> Vec<&[u8]> {
        let clamp = |value: f64, max: usize| (value.max(0.0).round() as usize).min(max);
        let (left, right) = (
            clamp(area.left, self.width),
            clamp(area.left + area.width, self.width),
        );
        let (top, bottom) = (
            clamp(area.top, self.height),
            clamp(area.top + area.height, self.height),
        );
        (top..bottom)
            .map(|row| {
                let start = row * self.width;
                &self.pixels[(start + left) * 4..(start + right) * 4]
            })
            .collect()
    }

    /// Returns how many pixels of an area have another color than most: text and lines, without the background.
    #[must_use]
    pub fn ink(&self, area: Area) -> usize {
        let mut counts: HashMap<&[u8], usize> = HashMap::new();
        for pixel in self.crop(area).iter().flat_map(|row| row.chunks_exact(4)) {
            *counts.entry(pixel).or_default() += 1;
        }
        let background = counts.values().copied().max().unwrap_or_default();
        counts.values().sum::<usize>() - background
    }
}

/// A recording that goes on in another thread.
struct Recorder {
    is_stopped: Arc<AtomicBool>,
    thread: JoinHandle<TestResult<Vec<Frame>>>,
}

impl Recorder {
    fn start(display: &str) -> TestResult<Self> {
        let (connection, screen) = RustConnection::connect(Some(display))?;
        let root = connection.setup().roots[screen].root;
        let geometry = connection.get_geometry(root)?.reply()?;
        let is_stopped = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&is_stopped);
        let thread = std::thread::spawn(move || {
            let (width, height) = (geometry.width, geometry.height);
            let mut frames: Vec<Frame> = Vec::new();
            while !stopped.load(Ordering::Acquire) {
                let image = connection
                    .get_image(ImageFormat::Z_PIXMAP, root, 0, 0, width, height, u32::MAX)?
                    .reply()?;
                if let Some(last) = frames.last_mut()
                    && last.pixels == image.data
                {
                    last.looks += 1;
                } else {
                    frames.push(Frame {
                        looks: 1,
                        width: width.into(),
                        height: height.into(),
                        pixels: image.data,
                    });
                }
                std::thread::sleep(INTERVAL);
            }
            Ok(frames)
        });
        Ok(Self { is_stopped, thread })
    }

    fn stop(self) -> TestResult<Vec<Frame>> {
        self.is_stopped.store(true, Ordering::Release);
        self.thread
            .join()
            .map_err(|_| TestError::new("the recording panicked"))?
    }
}

impl HeadlessDesktop {
    /// Returns the different frames from before an action until its changes are over.
    ///
    /// # Errors
    /// The action failed, or the X server has exited.
    pub fn record_frames(&self, action: impl FnOnce() -> TestResult) -> TestResult<Vec<Frame>> {
        let recorder = Recorder::start(self.display())?;
        std::thread::sleep(2 * INTERVAL);
        let result = action();
        std::thread::sleep(SETTLE_TIME);
        let frames = recorder.stop()?;
        result?;
        Ok(frames)
    }
}

impl Window<'_> {
    /// Returns the areas of the visible elements that match a selector.
    ///
    /// # Errors
    /// None matches.
    pub fn areas(&self, selector: &str) -> TestResult<Vec<Area>> {
        let areas = self.execute(
            "return [...document.querySelectorAll(arguments[0])]
               .filter((element) => element.checkVisibility())
               .map((element) => {
                 const {left, top, width, height} = element.getBoundingClientRect();
                 return [left, top, width, height];
               })",
            &[selector.into()],
        )?;
        let areas: Vec<[f64; 4]> = serde_json::from_value(areas)?;
        if areas.is_empty() {
            return Err(TestError::new(format!("nothing matches {selector}")));
        }
        let area = |[left, top, width, height]: [f64; 4]| Area {
            left,
            top,
            width,
            height,
        };
        Ok(areas.into_iter().map(area).collect())
    }
}
