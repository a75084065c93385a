//! Reads the content of a window: text, everything a key could leak into, size, screenshots.

use serde_json::{Value, json};

use super::error::TestResult;
use super::wait::wait_until;
use super::window::{Window, repository};

/// How many checks in a row must find the wanted size.
const STABLE_CHECKS: u32 = 4;

impl Window<'_> {
    /// Returns everything in the page that can hold a text: markup, fields, storage, address.
    ///
    /// # Errors
    /// The page is gone.
    #[track_caller]
    pub fn page_content(&self) -> TestResult<String> {
        let text = self.execute(
            "const fields = [...document.querySelectorAll('input, textarea')].map((field) => field.value);
             return [document.documentElement.outerHTML, document.body.textContent, ...fields, document.title,
               JSON.stringify({...sessionStorage}), JSON.stringify({...localStorage}), location.href,
               JSON.stringify(history.state), String(getSelection())].join('\\n');",
            &[],
        )?;
        Ok(text.as_str().unwrap_or_default().to_owned())
    }

    /// Resizes the page to this many CSS pixels.
    ///
    /// # Errors
    /// It did not keep the size.
    #[track_caller]
    pub fn resize(&self, width: u32, height: u32) -> TestResult {
        // Without a window manager, a program may restore its previous size; repeat until the size is stable.
        let has_size = format!("return innerWidth === {width} && innerHeight === {height}");
        let mut stable_checks = 0;
        wait_until("the page kept the wanted size", || {
            if stable_checks == 0 {
                self.desktop().x11()?.resize("Keystile", width, height)?;
            }
            self.force_frames()?;
            let has_it = self
                .execute(&has_size, &[])
                .is_ok_and(|it| it == Value::Bool(true));
            stable_checks = if has_it { stable_checks + 1 } else { 0 };
            Ok((stable_checks == STABLE_CHECKS).then_some(()))
        })
    }

    /// Makes the page draw frames for a second. An idle page draws none, and events that wait for a frame are delayed.
    fn force_frames(&self) -> TestResult {
        self.execute(
            "const { style } = document.documentElement;
             let left = 40;
             const draw = () => {
               style.opacity = left % 2 ? '0.999' : '';
               if (left-- > 0) setTimeout(draw, 25);
             };
             draw();",
            &[],
        )
        .map(drop)
    }

    /// Writes a screenshot to `target/screens/<name>-<theme>.png`.
    ///
    /// # Errors
    /// The driver took no screenshot.
    #[track_caller]
    pub fn screenshot(&self, name: &str) -> TestResult {
        let theme = self.execute(
            "const [red, green, blue] = getComputedStyle(document.body).backgroundColor.match(/\\d+/g);
             return Number(red) + Number(green) + Number(blue) < 384 ? 'dark' : 'light'",
            &[],
        )?;
        // The driver takes the screenshot with the next frame.
        self.force_frames()?;
        let png = self.driver.screenshot()?;
        let folder = repository().join("target/screens");
        std::fs::create_dir_all(&folder)?;
        let theme = theme.as_str().unwrap_or("light");
        Ok(std::fs::write(
            folder.join(format!("{name}-{theme}.png")),
            png,
        )?)
    }

    /// Waits until a live region contains this text.
    ///
    /// # Errors
    /// It did not appear in time.
    #[track_caller]
    pub fn wait_for_announcement(&self, text: &str) -> TestResult {
        wait_until(&format!("“{text}” was announced"), || {
            let text_now = self.live_region_text()?;
            Ok(text_now.contains(text).then_some(()))
        })
    }

    /// Returns the text of the live regions, with white space collapsed.
    ///
    /// # Errors
    /// The page is gone.
    #[track_caller]
    pub fn live_region_text(&self) -> TestResult<String> {
        let text = self.execute(
            "return [...document.querySelectorAll('[role=status], [role=alert], [aria-live]')]
               .map((region) => region.textContent.replace(/\\s+/g, ' ').trim()).join('\\n')",
            &[],
        )?;
        Ok(text.as_str().unwrap_or_default().to_owned())
    }

    /// Waits until the page shows this text.
    ///
    /// # Errors
    /// It did not appear in time.
    #[track_caller]
    pub fn wait_for_text(&self, text: &str) -> TestResult {
        wait_until(&format!("the page showed “{text}”"), || {
            Ok(self.visible_text()?.contains(text).then_some(()))
        })
    }

    /// Returns the visible text, with white space collapsed.
    ///
    /// # Errors
    /// The page is gone.
    #[track_caller]
    pub fn visible_text(&self) -> TestResult<String> {
        let text = self.execute("return document.body.innerText.replace(/\\s+/g, ' ')", &[])?;
        Ok(text.as_str().unwrap_or_default().to_owned())
    }

    /// Returns the text of a key's row in the list, with white space collapsed.
    ///
    /// # Errors
    /// There is no such row.
    #[track_caller]
    pub fn row_text(&self, name: &str) -> TestResult<String> {
        wait_until(&format!("the list had a row for {name}"), || {
            let text = self.execute(
                "const row = [...document.querySelectorAll('tr')].find((row) =>
                   row.querySelector('.key-name')?.textContent === arguments[0]);
                 return row?.innerText.replace(/\\s+/g, ' ').trim() ?? null",
                &[json!(name)],
            )?;
            Ok(text.as_str().map(str::to_owned))
        })
    }
}
