//! Inspects the current state of the window: accessibility with axe-core, overflowing elements, and a screenshot.
//! Collects the violations of all states.

use keystile_tests::window::repository;
use keystile_tests::{TestError, TestResult, Window};
use serde_json::json;

/// The initial size, the smallest size, and the initial size at 200 % zoom.
const SIZES: [(u32, u32); 3] = [(1180, 760), (760, 520), (590, 380)];

/// Collects the violations of all states, so that one run reports all of them.
pub(crate) struct Look<'w, 'd> {
    window: &'w Window<'d>,
    axe: String,
    violations: Vec<String>,
}

impl<'w, 'd> Look<'w, 'd> {
    pub(crate) fn new(window: &'w Window<'d>) -> TestResult<Self> {
        Ok(Self {
            window,
            axe: axe()?,
            violations: Vec::new(),
        })
    }

    /// Returns the violations so far.
    pub(crate) fn into_violations(self) -> Vec<String> {
        self.violations
    }

    /// Inspects the state at every size.
    pub(crate) fn at(&mut self, state: &str) -> TestResult {
        for (width, height) in SIZES {
            self.window.resize(width, height)?;
            self.check_at_size(state, width, height)?;
        }
        self.window.resize(SIZES[0].0, SIZES[0].1)
    }

    /// Inspects a state that a resize would close, such as an open menu.
    pub(crate) fn at_first_size(&mut self, state: &str) -> TestResult {
        self.check_at_size(state, SIZES[0].0, SIZES[0].1)
    }

    /// Asserts that the inspection finds an inserted fault.
    pub(crate) fn assert_detects_violation(&mut self) -> TestResult {
        self.window.execute(
            "const nameless = document.createElement('button');
             nameless.id = 'nameless';
             document.querySelector('main').append(nameless);",
            &[],
        )?;
        self.check("a fault")?;
        self.window
            .execute("document.querySelector('#nameless').remove()", &[])?;
        let found = std::mem::take(&mut self.violations);
        assert!(
            found
                .iter()
                .any(|violation| violation.contains("button-name")),
            "a button without a name is found: {found:?}"
        );
        Ok(())
    }

    fn check_at_size(&mut self, state: &str, width: u32, height: u32) -> TestResult {
        let state = format!("{state}-{width}x{height}");
        self.check(&state)?;
        self.window.screenshot(&state)
    }

    fn check(&mut self, state: &str) -> TestResult {
        self.window.wait_for_script(
            "all animations ended",
            "document.getAnimations().every((each) => each.playState !== 'running' ||
               each.effect.getComputedTiming().iterations === Infinity)",
        )?;
        // Load it through WebDriver, because the page's CSP forbids scripts from text.
        if self.window.execute("return !window.axe", &[])? == json!(true) {
            let load = format!("{}\n;arguments[arguments.length - 1](null)", self.axe);
            self.window.execute_async(&load, &[])?;
        }
        let found = self.window.execute_async(
            "const done = arguments[arguments.length - 1];
             axe.run(document, {resultTypes: ['violations']}).then(
               ({violations}) => done(violations.flatMap(({id, help, nodes}) => nodes.map((node) =>
                 `${id}: ${help} (${node.target.join(' ')}) ${node.any.map((check) => check.message).join(' ')}`))),
               (error) => done([String(error)]))",
            &[],
        )?;
        for violation in found.as_array().into_iter().flatten() {
            self.violations.push(format!("{state}: {violation}"));
        }
        let overflowing = self.window.execute(
            "const visible = (element) => element.checkVisibility({visibilityProperty: true});
             const hidden = (element) => element.closest('.visually-hidden, [popover], input[type=radio], caption');
             const scope = [...document.querySelectorAll('dialog:modal')].pop() ?? document.body;
             const wide = document.documentElement.scrollWidth > innerWidth ? ['the page scrolls sideways'] : [];
             return wide.concat([...scope.querySelectorAll('button, input, a, [role=textbox]')]
               .filter((element) => visible(element) && !hidden(element))
               .filter((element) => { const box = element.getBoundingClientRect();
                 return box.width > 0 && (box.right > innerWidth + 1 || box.left < -1); })
               .map((element) => `over the edge: ${element.textContent.trim() || element.id}`))",
            &[],
        )?;
        for element in overflowing.as_array().into_iter().flatten() {
            self.violations.push(format!("{state}: {element}"));
        }
        Ok(())
    }

    /// Checks that the prompt's key, Copy, and Close are visible without scrolling.
    pub(crate) fn prompt_fits(&mut self) -> TestResult {
        let (width, height) = SIZES[2];
        self.window.resize(width, height)?;
        let clipped = self.window.execute(
            "const parts = ['.generated-key', '[data-step=copy]', '[data-step=close]'];
             return parts.filter((part) => {
               const element = document.querySelector('one-time-prompt ' + part);
               const box = element.getBoundingClientRect();
               const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
               const at = (y) => element.contains(document.elementFromPoint(x, y));
               return !(box.top >= 0 && box.bottom <= innerHeight && at(box.top + 2) && at(box.bottom - 2)); })",
            &[],
        )?;
        for part in clipped.as_array().into_iter().flatten() {
            self.violations
                .push(format!("at 590 × 380 {part} needs scrolling"));
        }
        self.window.resize(SIZES[0].0, SIZES[0].1)
    }
}

fn axe() -> TestResult<String> {
    let path = repository().join("ui/node_modules/axe-core/axe.min.js");
    std::fs::read_to_string(&path)
        .map_err(|cause| TestError::new(format!("{}: {cause}; run npm ci in ui/", path.display())))
}
