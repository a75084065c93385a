//! Another X client: reads the clipboard with `xclip`, closes and resizes windows, clicks, and makes the X server fail.

use std::process::Command;
use std::time::Duration;

use x11rb::connection::Connection;
use x11rb::protocol::xproto::{
    Atom, AtomEnum, BUTTON_PRESS_EVENT, BUTTON_RELEASE_EVENT, ClientMessageEvent,
    ConfigureWindowAux, ConnectionExt, EventMask, MOTION_NOTIFY_EVENT, MapState, Window,
};
use x11rb::protocol::xtest::ConnectionExt as _;
use x11rb::rust_connection::RustConnection;
use x11rb::wrapper::ConnectionExt as _;

use super::error::{TestError, TestResult};
use super::headless::HeadlessDesktop;
use super::wait::wait_until;

/// The two selections of X.
#[derive(Debug, Clone, Copy)]
pub enum Selection {
    /// The clipboard of Copy and Paste.
    Clipboard,
    /// The selected text, pasted by the middle button.
    Primary,
}

impl HeadlessDesktop {
    /// Returns the text that another program would paste.
    ///
    /// # Errors
    /// `xclip` is missing.
    pub fn selection_text(&self, selection: Selection) -> TestResult<Option<String>> {
        self.selection_as(selection, "UTF8_STRING")
    }

    /// Returns the selection converted to `target`, such as `TARGETS` or `x-kde-passwordManagerHint`.
    ///
    /// # Errors
    /// `xclip` is missing.
    pub fn selection_as(&self, selection: Selection, target: &str) -> TestResult<Option<String>> {
        let name = match selection {
            Selection::Clipboard => "clipboard",
            Selection::Primary => "primary",
        };
        let mut xclip: Command = self.command("xclip");
        let output = xclip
            .args(["-o", "-selection", name, "-target", target])
            .output()?;
        let text = String::from_utf8(output.stdout)?;
        Ok((output.status.success() && !text.is_empty()).then_some(text))
    }

    /// Connects to the X server.
    ///
    /// # Errors
    /// The X server has exited.
    pub fn x11(&self) -> TestResult<X11Client> {
        let (connection, screen) = RustConnection::connect(Some(self.display()))?;
        let root = connection.setup().roots[screen].root;
        Ok(X11Client { connection, root })
    }

    /// Waits until the application's window has this title.
    ///
    /// # Errors
    /// It has another one.
    #[track_caller]
    pub fn wait_for_title(&self, title: &str) -> TestResult {
        let x = self.x11()?;
        wait_until(&format!("the window was titled {title}"), || {
            Ok((x.title("Keystile")? == title).then_some(()))
        })
    }
}

/// A connection to the X server.
pub struct X11Client {
    connection: RustConnection,
    root: Window,
}

impl X11Client {
    fn atom(&self, name: &str) -> TestResult<Atom> {
        let cookie = self.connection.intern_atom(false, name.as_bytes())?;
        Ok(cookie.reply()?.atom)
    }

    /// Finds the window whose title ends with the name of its program and that supports `WM_DELETE_WINDOW`.
    fn window(&self, program: &str) -> TestResult<Window> {
        let protocols = self.atom("WM_PROTOCOLS")?;
        wait_until("the window appeared on the screen", || {
            for window in self.connection.query_tree(self.root)?.reply()?.children {
                let closable = self
                    .connection
                    .get_property(false, window, protocols, AtomEnum::ATOM, 0, 1)?
                    .reply()?;
                if closable.value_len > 0 && self.title_of(window)?.ends_with(program) {
                    return Ok(Some(window));
                }
            }
            Ok(None)
        })
    }

    fn title_of(&self, window: Window) -> TestResult<String> {
        let name = self.atom("_NET_WM_NAME")?;
        let property = self
            .connection
            .get_property(false, window, name, AtomEnum::ANY, 0, 256)?
            .reply()?;
        Ok(String::from_utf8_lossy(&property.value).into_owned())
    }

    /// Returns the title of the window of this program, as the taskbar shows it.
    ///
    /// # Errors
    /// There is no such window.
    pub fn title(&self, program: &str) -> TestResult<String> {
        self.title_of(self.window(program)?)
    }

    /// Returns whether a window of this program is on the screen, not hidden.
    ///
    /// # Errors
    /// The X server has exited.
    pub fn is_shown(&self, program: &str) -> TestResult<bool> {
        for window in self.connection.query_tree(self.root)?.reply()?.children {
            // A window may be destroyed meanwhile.
            let attributes = self.connection.get_window_attributes(window)?.reply();
            if attributes.is_ok_and(|known| known.map_state == MapState::VIEWABLE)
                && self.title_of(window)?.ends_with(program)
            {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Sends `WM_DELETE_WINDOW` to the window of this program, as a window manager does.
    ///
    /// # Errors
    /// There is no such window.
    pub fn close_window(&self, program: &str) -> TestResult {
        let window = self.window(program)?;
        let protocols = self.atom("WM_PROTOCOLS")?;
        let delete = self.atom("WM_DELETE_WINDOW")?;
        let message = ClientMessageEvent::new(32, window, protocols, [delete, 0, 0, 0, 0]);
        self.connection
            .send_event(false, window, EventMask::NO_EVENT, message)?;
        Ok(self.connection.sync()?)
    }

    /// Resizes the window. Without a window manager its minimum size is ignored.
    ///
    /// # Errors
    /// There is no such window.
    pub fn resize(&self, program: &str, width: u32, height: u32) -> TestResult {
        let window = self.window(program)?;
        let size = ConfigureWindowAux::new().width(width).height(height);
        self.connection.configure_window(window, &size)?;
        Ok(self.connection.sync()?)
    }

    /// Clicks at a point of the screen by XTEST, without WebDriver.
    ///
    /// # Errors
    /// The X server has exited.
    pub fn click_at(&self, x: i16, y: i16) -> TestResult {
        self.press_at(1, x, y)
    }

    /// Clicks at a point of the screen with the right button.
    ///
    /// # Errors
    /// The X server has exited.
    pub fn right_click_at(&self, x: i16, y: i16) -> TestResult {
        self.press_at(3, x, y)
    }

    fn press_at(&self, button: u8, x: i16, y: i16) -> TestResult {
        for (event, detail) in [
            (MOTION_NOTIFY_EVENT, 0),
            (BUTTON_PRESS_EVENT, button),
            (BUTTON_RELEASE_EVENT, button),
        ] {
            self.connection.xtest_fake_input(
                event,
                detail,
                x11rb::CURRENT_TIME,
                self.root,
                x,
                y,
                0,
            )?;
        }
        Ok(self.connection.sync()?)
    }

    /// Grabs the X server for this long: it serves no other client meanwhile.
    ///
    /// # Errors
    /// The X server has exited.
    pub fn grab_server_for(&self, time: Duration) -> TestResult {
        self.connection.grab_server()?;
        self.connection.sync()?;
        // The test is about the duration itself.
        std::thread::sleep(time);
        self.connection.ungrab_server()?;
        Ok(self.connection.sync()?)
    }

    /// Kills the X connection of the clipboard's owner, whose clipboard never works again.
    ///
    /// # Errors
    /// The clipboard has no owner.
    pub fn kill_clipboard_owner(&self) -> TestResult {
        let clipboard = self.atom("CLIPBOARD")?;
        let owner = self.connection.get_selection_owner(clipboard)?;
        let owner = owner.reply()?.owner;
        if owner == x11rb::NONE {
            return Err(TestError::new("the clipboard has no owner"));
        }
        self.connection.kill_client(owner)?;
        Ok(self.connection.sync()?)
    }
}
