//! What eyes, and a search through everything the page holds, find in a window; and its pictures and sizes.

use serde_json::Value;

use crate::error::{TestError, TestResult};
use crate::wait::wait_until;
use crate::window::{Window, repository};

/// How often in a row a page must have its size to have kept it.
const LOOKS: u32 = 4;

impl Window<'_> {
    /// Everything the page holds that could show a text: markup, fields, storage, address.
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

    /// Makes the page this large in CSS pixels.
    ///
    /// # Errors
    /// It never became so.
    #[track_caller]
    pub fn resize(&self, width: u32, height: u32) -> TestResult {
        // Asked for again until it has lasted: without a window manager a program may still answer to the size before.
        let has_size = format!("return innerWidth === {width} && innerHeight === {height}");
        let mut looks_in_a_row = 0;
        wait_until("the page kept the size that was wanted", || {
            if looks_in_a_row == 0 {
                self.desktop().x11()?.resize("Keystile", width, height)?;
            }
            self.stir()?;
            let has_it = self
                .execute(&has_size, &[])
                .is_ok_and(|it| it == Value::Bool(true));
            looks_in_a_row = if has_it { looks_in_a_row + 1 } else { 0 };
            Ok((looks_in_a_row == LOOKS).then_some(()))
        })
    }

    /// Makes the page draw frames for a second: one at rest draws none, and hears of nothing that waits for one.
    fn stir(&self) -> TestResult {
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

    /// Writes `target/screens/<name>-<theme>.png`.
    ///
    /// # Errors
    /// The driver gave no picture.
    #[track_caller]
    pub fn screenshot(&self, name: &str) -> TestResult {
        use base64::Engine;
        let theme = self.execute(
            "const [red, green, blue] = getComputedStyle(document.body).backgroundColor.match(/\\d+/g);
             return Number(red) + Number(green) + Number(blue) < 384 ? 'dark' : 'light'",
            &[],
        )?;
        // The driver takes the picture with the next frame.
        self.stir()?;
        let answer = self.driver.get("screenshot")?;
        let picture = base64::engine::general_purpose::STANDARD
            .decode(answer.as_str().unwrap_or_default())
            .map_err(|cause| TestError::new(format!("the picture is not base64: {cause}")))?;
        let folder = repository().join("target/screens");
        std::fs::create_dir_all(&folder)?;
        let theme = theme.as_str().unwrap_or("light");
        Ok(std::fs::write(
            folder.join(format!("{name}-{theme}.png")),
            picture,
        )?)
    }
}
