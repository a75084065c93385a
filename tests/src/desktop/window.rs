//! The window of the desktop application: starts it, finds elements by accessible role and name, and clicks them.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::error::{TestError, TestResult};
use super::headless::HeadlessDesktop;
use super::processes;
use super::wait::{WAIT_TIMEOUT, wait_until, wait_until_within};
use super::webdriver::Driver;

const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// The CSS selectors of the elements that may have a role.
const CANDIDATES: &[(&str, &str)] = &[
    ("button", "button"),
    ("link", "a[href]"),
    ("textbox", "input, textarea, [role=textbox]"),
    ("searchbox", "input[type=search]"),
    ("combobox", "[role=combobox]"),
    ("checkbox", "input[type=checkbox]"),
    ("radio", "input[type=radio]"),
    ("menuitem", "[role=menuitem]"),
    ("menuitemradio", "[role=menuitemradio]"),
    ("heading", "h1, h2, h3"),
    ("dialog", "dialog"),
    ("alertdialog", "[role=alertdialog]"),
    ("img", "[role=img]"),
    ("region", "section[aria-label]"),
];

/// Returns all candidates that a user can reach now, which excludes those under a modal dialog.
const REACHABLE: &str = "
    const top = [...document.querySelectorAll('dialog:modal')].pop() ?? document;
    const all = [...top.querySelectorAll(arguments[0])];
    if (top !== document && top.matches(arguments[0])) all.unshift(top);
    const near = (element) => (element.ariaLabel ?? element.textContent ?? '').includes(arguments[1]) ? 0 : 1;
    return all.filter((element) => element.checkVisibility({visibilityProperty: true}))
      .sort((a, b) => near(a) - near(b));";

/// The running application and its window.
pub struct Window<'a> {
    desktop: &'a HeadlessDesktop,
    pub(crate) driver: Driver,
    process: u32,
}

/// One element of the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Element(pub(crate) String);

impl Element {
    pub(crate) fn from_value(value: &Value) -> TestResult<Self> {
        let id = value[ELEMENT]
            .as_str()
            .ok_or_else(|| TestError::new(format!("no element: {value}")))?;
        Ok(Self(id.to_owned()))
    }

    /// Returns the element as an argument of a script.
    pub fn as_argument(&self) -> Value {
        json!({ ELEMENT: self.0 })
    }
}

/// Returns the path of the application: `KEYSTILE_DESKTOP` or the debug build.
pub fn program() -> PathBuf {
    std::env::var_os("KEYSTILE_DESKTOP").map_or_else(
        || repository().join("target/debug/keystile-desktop"),
        PathBuf::from,
    )
}

/// Returns the path of the terminal program `keystile`, which is built beside the application.
pub fn terminal_program() -> PathBuf {
    program().with_file_name("keystile")
}

/// Returns the root of the repository.
pub fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap_or(Path::new("."))
}

impl<'a> Window<'a> {
    /// Starts the application and waits until its first screen is drawn.
    ///
    /// # Errors
    /// It did not start, or it drew nothing.
    pub fn open(desktop: &'a HeadlessDesktop) -> TestResult<Self> {
        let window = Self::start(desktop)?;
        window.wait_until_drawn()?;
        Ok(window)
    }

    /// Starts the application with this log filter. Its output goes to the file `output`.
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
        let window = Self::start_with(desktop, &mut command, &[])?;
        window.wait_until_drawn()?;
        Ok(window)
    }

    /// Starts the application with these arguments.
    ///
    /// # Errors
    /// As [`Window::open`].
    pub fn open_with_arguments(
        desktop: &'a HeadlessDesktop,
        arguments: &[&str],
    ) -> TestResult<Self> {
        let mut command = desktop.command("WebKitWebDriver");
        let window = Self::start_with(desktop, &mut command, arguments)?;
        window.wait_until_drawn()?;
        Ok(window)
    }

    /// Starts the application with a limit on its open files.
    ///
    /// # Errors
    /// As [`Window::open`].
    pub fn open_with_file_limit(desktop: &'a HeadlessDesktop, limit: u32) -> TestResult<Self> {
        let mut command = desktop.command("prlimit");
        command.args([&format!("--nofile={limit}:{limit}"), "WebKitWebDriver"]);
        let window = Self::start_with(desktop, &mut command, &[])?;
        window.wait_until_drawn()?;
        Ok(window)
    }

    /// Starts the application and returns when its window exists.
    ///
    /// # Errors
    /// It did not start.
    pub fn start(desktop: &'a HeadlessDesktop) -> TestResult<Self> {
        Self::start_with(desktop, &mut desktop.command("WebKitWebDriver"), &[])
    }

    fn start_with(
        desktop: &'a HeadlessDesktop,
        command: &mut std::process::Command,
        arguments: &[&str],
    ) -> TestResult<Self> {
        let program = program();
        let driver = Driver::open(command, &program, arguments)?;
        let name = program
            .file_name()
            .and_then(|name| name.to_str())
            .ok_or_else(|| TestError::new("the application has no file name"))?;
        let process = processes::find_by_home(desktop.home(), name)
            .into_iter()
            .find(|id| !processes::has_exited(*id))
            .ok_or_else(|| TestError::new("the application exited after its start"))?;
        Ok(Self {
            desktop,
            driver,
            process,
        })
    }

    /// Waits until the first screen is drawn.
    ///
    /// # Errors
    /// It was not drawn in time.
    pub fn wait_until_drawn(&self) -> TestResult {
        self.wait_for_script(
            "the first screen was drawn",
            "document.documentElement?.dataset.ready === 'true'",
        )
    }

    /// Returns the desktop of the window.
    pub fn desktop(&self) -> &'a HeadlessDesktop {
        self.desktop
    }

    /// Returns the application's process id.
    pub fn process_id(&self) -> u32 {
        self.process
    }

    /// Returns whether the application has exited.
    pub fn has_exited(&self) -> bool {
        processes::has_exited(self.process)
    }

    /// Executes a script in the page.
    ///
    /// # Errors
    /// The script threw, or the page is gone.
    #[track_caller]
    pub fn execute(&self, script: &str, args: &[Value]) -> TestResult<Value> {
        self.driver.execute(script, args)
    }

    /// Executes a script that passes its value to its last argument.
    ///
    /// # Errors
    /// As [`Window::execute`].
    #[track_caller]
    pub fn execute_async(&self, script: &str, args: &[Value]) -> TestResult<Value> {
        self.driver.execute_async(script, args)
    }

    /// Waits until a JavaScript expression is true.
    ///
    /// # Errors
    /// It was not true in time.
    #[track_caller]
    pub fn wait_for_script(&self, description: &str, expression: &str) -> TestResult {
        wait_until(description, || {
            // Scripts fail while a page is loading.
            let value = self.execute(&format!("return {expression}"), &[]);
            Ok(value
                .is_ok_and(|value| value == Value::Bool(true))
                .then_some(()))
        })
    }

    /// Invokes a Tauri command from the page, without the checks of the UI. The inner `Err` is the error of the
    /// command.
    ///
    /// # Errors
    /// The page is gone.
    #[track_caller]
    pub fn invoke(&self, command: &str, arguments: &Value) -> TestResult<Result<Value, Value>> {
        let result = self.execute_async(
            "const done = arguments[2];
             window.__TAURI_INTERNALS__.invoke(arguments[0], arguments[1]).then(
               (value) => done({value: value ?? null}),
               (refused) => done({refused: refused instanceof Error ? String(refused) : refused ?? null}));",
            &[json!(command), arguments.clone()],
        )?;
        Ok(match result.get("refused") {
            Some(refused) => Err(refused.clone()),
            None => Ok(result["value"].clone()),
        })
    }

    /// Returns the element with this role and name if it can be reached now.
    ///
    /// # Errors
    /// The role is unknown.
    #[track_caller]
    pub fn find_now(&self, role: &str, name: &str) -> TestResult<Option<Element>> {
        let selector = CANDIDATES
            .iter()
            .find_map(|(known, selector)| (*known == role).then_some(*selector))
            .ok_or_else(|| TestError::new(format!("no candidates for the role {role}")))?;
        // An element that is replaced during the search is an error of the driver; the next attempt finds the new one.
        let Ok(found) = self.execute(REACHABLE, &[json!(selector), json!(name)]) else {
            return Ok(None);
        };
        for value in found.as_array().into_iter().flatten() {
            let element = Element::from_value(value)?;
            let Ok(label) = self.driver.computed_label(&element) else {
                continue;
            };
            if label.split_whitespace().collect::<Vec<_>>().join(" ") != name {
                continue;
            }
            let computed = self.driver.computed_role(&element);
            if computed.is_ok_and(|computed| is_role(&computed, role)) {
                return Ok(Some(element));
            }
        }
        Ok(None)
    }

    /// Waits for the element with this role and name.
    ///
    /// # Errors
    /// There was none.
    #[track_caller]
    pub fn find(&self, role: &str, name: &str) -> TestResult<Element> {
        self.find_within_timeout(WAIT_TIMEOUT, role, name)
    }

    /// Waits this long for the element with this role and name.
    ///
    /// # Errors
    /// There was none.
    #[track_caller]
    pub fn find_within_timeout(
        &self,
        timeout: std::time::Duration,
        role: &str,
        name: &str,
    ) -> TestResult<Element> {
        wait_until_within(
            timeout,
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

    /// Clicks the element with this role and name as soon as it is enabled.
    ///
    /// # Errors
    /// It could not be clicked in time.
    #[track_caller]
    pub fn click(&self, role: &str, name: &str) -> TestResult {
        wait_until(&format!("{role} “{name}” could be clicked"), || {
            let Some(element) = self.find_now(role, name)? else {
                return Ok(None);
            };
            // A replaced element counts as disabled; the next attempt finds the new one.
            if self.is_disabled(&element).unwrap_or(true) {
                return Ok(None);
            }
            Ok(self.click_element(&element).ok())
        })
    }

    /// Clicks an element, or its label if the element itself is not visible (radio buttons, checkboxes).
    ///
    /// # Errors
    /// It is covered by something else, or gone.
    #[track_caller]
    pub fn click_element(&self, element: &Element) -> TestResult {
        if self.driver.click(element).is_err() {
            let label = self.execute(
                "return arguments[0].labels?.[0] ?? null",
                &[element.as_argument()],
            )?;
            self.driver.click(&Element::from_value(&label)?)?;
        }
        Ok(())
    }

    /// Returns whether the element is disabled.
    ///
    /// # Errors
    /// It is gone.
    #[track_caller]
    pub fn is_disabled(&self, element: &Element) -> TestResult<bool> {
        Ok(self.property(element, "disabled")? == Value::Bool(true))
    }

    /// Returns a property of an element.
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

    /// Returns the text of an element.
    ///
    /// # Errors
    /// It is gone.
    #[track_caller]
    pub fn text(&self, element: &Element) -> TestResult<String> {
        let text = self.property(element, "textContent")?;
        Ok(text.as_str().unwrap_or_default().to_owned())
    }

    /// Reloads the page.
    ///
    /// # Errors
    /// The page is gone.
    #[track_caller]
    pub fn reload(&self) -> TestResult {
        self.driver.refresh()?;
        self.wait_until_drawn()
    }
}

fn is_role(computed: &str, role: &str) -> bool {
    computed.eq_ignore_ascii_case(role) || (role == "img" && computed.eq_ignore_ascii_case("image"))
}
