//! The program's window as a person has it: finds things by role and visible name, presses, types, and looks. Names and
//! roles are those of the accessibility tree, asked of the engine. It knows nothing of keys and environments.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::error::{TestError, TestResult};
use crate::headless::HeadlessDesktop;
use crate::processes;
use crate::wait::{WAIT_TIMEOUT, wait_until, wait_until_within};
use crate::webdriver::Driver;

const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// Which elements may have a role, so that only these are asked for it.
const CANDIDATES: &[(&str, &str)] = &[
    ("button", "button"),
    ("link", "a[href]"),
    ("textbox", "input, textarea, [role=textbox]"),
    ("searchbox", "input[type=search]"),
    ("checkbox", "input[type=checkbox]"),
    ("radio", "input[type=radio]"),
    ("tab", "[role=tab]"),
    ("menuitem", "[role=menuitem]"),
    ("menuitemradio", "[role=menuitemradio]"),
    ("heading", "h1, h2, h3"),
    ("dialog", "dialog"),
    ("alertdialog", "[role=alertdialog]"),
    ("img", "[role=img]"),
];

/// All candidates a person could reach now: what lies under a modal dialog is not among them.
const REACHABLE: &str = "
    const top = [...document.querySelectorAll('dialog:modal')].pop() ?? document;
    const all = [...top.querySelectorAll(arguments[0])];
    if (top !== document && top.matches(arguments[0])) all.unshift(top);
    const near = (element) => (element.ariaLabel ?? element.textContent ?? '').includes(arguments[1]) ? 0 : 1;
    return all.filter((element) => element.checkVisibility({visibilityProperty: true}))
      .sort((a, b) => near(a) - near(b));";

/// A running program and its window.
pub struct Window<'a> {
    desktop: &'a HeadlessDesktop,
    pub(crate) driver: Driver,
    process: u32,
}

/// One element of the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Element(pub(crate) String);

impl Element {
    pub(crate) fn of(value: &Value) -> TestResult<Self> {
        let id = value[ELEMENT]
            .as_str()
            .ok_or_else(|| TestError::new(format!("no element: {value}")))?;
        Ok(Self(id.to_owned()))
    }

    /// As an argument of a script.
    pub fn as_argument(&self) -> Value {
        json!({ ELEMENT: self.0 })
    }
}

/// The program under test: `KEYSTILE_DESKTOP` or the debug build.
pub fn program() -> PathBuf {
    std::env::var_os("KEYSTILE_DESKTOP").map_or_else(
        || repository().join("target/debug/keystile-desktop"),
        PathBuf::from,
    )
}

/// The root of the repository.
pub fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap_or(Path::new("."))
}

impl<'a> Window<'a> {
    /// Starts the program and waits until its first screen is drawn.
    ///
    /// # Errors
    /// It did not start, or it never drew.
    pub fn open(desktop: &'a HeadlessDesktop) -> TestResult<Self> {
        let window = Self::start(desktop)?;
        window.wait_until_drawn()?;
        Ok(window)
    }

    /// Starts the program with more variables in its environment; everything it says goes to `output`.
    ///
    /// # Errors
    /// As [`Window::open`].
    pub fn open_with_log(
        desktop: &'a HeadlessDesktop,
        log: &str,
        output: &Path,
    ) -> TestResult<Self> {
        let file = std::fs::File::create(output)?;
        let mut command = desktop.command("WebKitWebDriver");
        command.env("KEYSTILE_LOG", log);
        command.stdout(file.try_clone()?).stderr(file);
        let window = Self::start_by(desktop, &mut command)?;
        window.wait_until_drawn()?;
        Ok(window)
    }

    /// Starts the program, which the system allows at most `limit` open files.
    ///
    /// # Errors
    /// As [`Window::open`].
    pub fn open_with_file_limit(desktop: &'a HeadlessDesktop, limit: u32) -> TestResult<Self> {
        let mut command = desktop.command("prlimit");
        command.args([&format!("--nofile={limit}:{limit}"), "WebKitWebDriver"]);
        let window = Self::start_by(desktop, &mut command)?;
        window.wait_until_drawn()?;
        Ok(window)
    }

    /// Starts the program and waits for nothing more than its window.
    ///
    /// # Errors
    /// It did not start.
    pub fn start(desktop: &'a HeadlessDesktop) -> TestResult<Self> {
        Self::start_by(desktop, &mut desktop.command("WebKitWebDriver"))
    }

    fn start_by(
        desktop: &'a HeadlessDesktop,
        command: &mut std::process::Command,
    ) -> TestResult<Self> {
        let program = program();
        let driver = Driver::open(command, &program)?;
        let name = program
            .file_name()
            .and_then(|name| name.to_str())
            .ok_or_else(|| TestError::new("the program has no name"))?;
        let process = processes::find_by_home(desktop.home(), name)
            .into_iter()
            .find(|id| !processes::has_exited(*id))
            .ok_or_else(|| TestError::new("the program has ended at once"))?;
        Ok(Self {
            desktop,
            driver,
            process,
        })
    }

    /// Waits until the page says that its first screen is drawn.
    ///
    /// # Errors
    /// It never did.
    pub fn wait_until_drawn(&self) -> TestResult {
        self.wait_for_script(
            "the first screen was drawn",
            "document.documentElement?.dataset.ready === 'true'",
        )
    }

    /// The desktop it stands on.
    pub fn desktop(&self) -> &'a HeadlessDesktop {
        self.desktop
    }

    /// The program's process.
    pub fn process_id(&self) -> u32 {
        self.process
    }

    /// Whether the program has ended.
    pub fn has_exited(&self) -> bool {
        processes::has_exited(self.process)
    }

    /// Runs a script in the page.
    ///
    /// # Errors
    /// The script threw, or the page is gone.
    #[track_caller]
    pub fn execute(&self, script: &str, arguments: &[Value]) -> TestResult<Value> {
        let body = json!({ "script": script, "args": arguments });
        self.driver.post("execute/sync", &body)
    }

    /// Runs a script that calls its last argument when it is done.
    ///
    /// # Errors
    /// As [`Window::script`].
    #[track_caller]
    pub fn execute_async(&self, script: &str, arguments: &[Value]) -> TestResult<Value> {
        let body = json!({ "script": script, "args": arguments });
        self.driver.post("execute/async", &body)
    }

    /// Waits until an expression of JavaScript is true.
    ///
    /// # Errors
    /// It never was.
    #[track_caller]
    pub fn wait_for_script(&self, what: &str, expression: &str) -> TestResult {
        wait_until(what, || {
            // While a page is replaced by another no script runs.
            let answer = self.execute(&format!("return {expression}"), &[]);
            Ok(answer
                .is_ok_and(|value| value == Value::Bool(true))
                .then_some(()))
        })
    }

    /// Calls a command of the shell from the page, past everything the page would check. `Err` inside is the refusal.
    ///
    /// # Errors
    /// The page is gone.
    #[track_caller]
    pub fn invoke(&self, command: &str, arguments: &Value) -> TestResult<Result<Value, Value>> {
        let answer = self.execute_async(
            "const done = arguments[2];
             window.__TAURI_INTERNALS__.invoke(arguments[0], arguments[1]).then(
               (value) => done({value: value ?? null}),
               (refused) => done({refused: refused instanceof Error ? String(refused) : refused ?? null}));",
            &[json!(command), arguments.clone()],
        )?;
        Ok(match answer.get("refused") {
            Some(refused) => Err(refused.clone()),
            None => Ok(answer["value"].clone()),
        })
    }

    /// The element with this role and name, if it can be reached now.
    ///
    /// # Errors
    /// No element can have this role.
    pub fn find_now(&self, role: &str, name: &str) -> TestResult<Option<Element>> {
        let selector = CANDIDATES
            .iter()
            .find_map(|(known, selector)| (*known == role).then_some(*selector))
            .ok_or_else(|| TestError::new(format!("no candidates for the role {role}")))?;
        // Replaced between being found and being handed over: the next look finds its successor.
        let Ok(found) = self.execute(REACHABLE, &[json!(selector), json!(name)]) else {
            return Ok(None);
        };
        for value in found.as_array().into_iter().flatten() {
            let element = Element::of(value)?;
            // An element that was replaced meanwhile is not the one; the next look finds its successor.
            let Ok(label) = self
                .driver
                .get(&format!("element/{}/computedlabel", element.0))
            else {
                continue;
            };
            let is_named = label.as_str().is_some_and(|label| {
                label.split_whitespace().collect::<Vec<_>>().join(" ") == name
            });
            if is_named
                && self
                    .role(&element)
                    .is_ok_and(|its| its == role || (role == "img" && its == "image"))
            {
                return Ok(Some(element));
            }
        }
        Ok(None)
    }

    fn role(&self, element: &Element) -> TestResult<String> {
        let role = self
            .driver
            .get(&format!("element/{}/computedrole", element.0))?;
        Ok(role.as_str().unwrap_or_default().to_ascii_lowercase())
    }

    /// Waits for the element with this role and name.
    ///
    /// # Errors
    /// There was none.
    #[track_caller]
    pub fn find(&self, role: &str, name: &str) -> TestResult<Element> {
        self.find_within_timeout(WAIT_TIMEOUT, role, name)
    }

    /// [`Window::find`] with another patience.
    ///
    /// # Errors
    /// There was none.
    #[track_caller]
    pub fn find_within_timeout(
        &self,
        patience: std::time::Duration,
        role: &str,
        name: &str,
    ) -> TestResult<Element> {
        wait_until_within(
            patience,
            &format!("{role} “{name}” could be reached"),
            || self.find_now(role, name),
        )
    }

    /// Waits until no element with this role and name can be reached.
    ///
    /// # Errors
    /// There still is one.
    #[track_caller]
    pub fn wait_until_gone(&self, role: &str, name: &str) -> TestResult {
        wait_until(&format!("{role} “{name}” went away"), || {
            Ok(self.find_now(role, name)?.is_none().then_some(()))
        })
    }

    /// Presses it with the pointer once it is there and enabled.
    ///
    /// # Errors
    /// It never could be pressed.
    #[track_caller]
    pub fn click(&self, role: &str, name: &str) -> TestResult {
        wait_until(&format!("{role} “{name}” could be pressed"), || {
            let Some(element) = self.find_now(role, name)? else {
                return Ok(None);
            };
            // An element that was replaced since is looked for again.
            if self.is_disabled(&element).unwrap_or(true) {
                return Ok(None);
            }
            Ok(self.click_element(&element).ok())
        })
    }

    /// Presses an element; a radio button or checkbox that is drawn by its label, there.
    ///
    /// # Errors
    /// It is covered by something else, or gone.
    #[track_caller]
    pub fn click_element(&self, element: &Element) -> TestResult {
        let clicked = self
            .driver
            .post(&format!("element/{}/click", element.0), &json!({}));
        if clicked.is_err() {
            let label = self.execute(
                "return arguments[0].labels?.[0] ?? null",
                &[element.as_argument()],
            )?;
            let label = Element::of(&label)?;
            self.driver
                .post(&format!("element/{}/click", label.0), &json!({}))?;
        }
        Ok(())
    }

    /// Whether the element is natively disabled.
    ///
    /// # Errors
    /// It is gone.
    #[track_caller]
    pub fn is_disabled(&self, element: &Element) -> TestResult<bool> {
        Ok(self.property(element, "disabled")? == Value::Bool(true))
    }

    /// A property of an element.
    ///
    /// # Errors
    /// It is gone.
    #[track_caller]
    pub fn property(&self, element: &Element, name: &str) -> TestResult<Value> {
        self.execute(
            "return arguments[0][arguments[1]] ?? null",
            &[element.as_argument(), json!(name)],
        )
    }

    /// The text of an element.
    ///
    /// # Errors
    /// It is gone.
    #[track_caller]
    pub fn text(&self, element: &Element) -> TestResult<String> {
        let text = self.property(element, "textContent")?;
        Ok(text.as_str().unwrap_or_default().to_owned())
    }

    /// Loads the page again.
    ///
    /// # Errors
    /// The page is gone.
    #[track_caller]
    pub fn reload(&self) -> TestResult {
        self.driver.post("refresh", &json!({}))?;
        self.wait_until_drawn()
    }
}
