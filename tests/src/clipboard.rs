//! The X clipboard and the X server as another program sees them: reads by `xclip`, takes the server for itself so that
//! nobody can copy, breaks one program's connection, and asks a window to close as a window manager would.

use std::process::Command;
use std::time::Duration;

use x11rb::connection::Connection;
use x11rb::protocol::xproto::{
    Atom, AtomEnum, BUTTON_PRESS_EVENT, BUTTON_RELEASE_EVENT, ClientMessageEvent,
    ConfigureWindowAux, ConnectionExt, EventMask, MOTION_NOTIFY_EVENT, Window,
};
use x11rb::protocol::xtest::ConnectionExt as _;
use x11rb::rust_connection::RustConnection;
use x11rb::wrapper::ConnectionExt as _;

use crate::error::{TestError, TestResult};
use crate::headless::HeadlessDesktop;
use crate::wait::wait_until;

/// The two selections of X.
#[derive(Debug, Clone, Copy)]
pub enum Selection {
    /// What Copy and Paste use.
    Clipboard,
    /// What selecting text fills and the middle button pastes.
    Primary,
}

impl HeadlessDesktop {
    /// What another program would paste; `None` when there is nothing.
    ///
    /// # Errors
    /// `xclip` is missing.
    pub fn selection_text(&self, selection: Selection) -> TestResult<Option<String>> {
        self.selection_as(selection, "UTF8_STRING")
    }

    /// The selection as `target`, such as `TARGETS` or `x-kde-passwordManagerHint`.
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

    /// A connection to this desktop's X server.
    ///
    /// # Errors
    /// The server has ended.
    pub fn x11(&self) -> TestResult<X11Client> {
        let (connection, screen) = RustConnection::connect(Some(self.display()))?;
        let root = connection.setup().roots[screen].root;
        Ok(X11Client { connection, root })
    }
}

/// Another X client.
pub struct X11Client {
    connection: RustConnection,
    root: Window,
}

impl X11Client {
    fn atom(&self, name: &str) -> TestResult<Atom> {
        let cookie = self.connection.intern_atom(false, name.as_bytes())?;
        Ok(cookie.reply()?.atom)
    }

    /// The program's window: the one with its title that can be asked to close.
    fn window(&self, title: &str) -> TestResult<Window> {
        let protocols = self.atom("WM_PROTOCOLS")?;
        wait_until("the window appeared on the screen", || {
            for window in self.connection.query_tree(self.root)?.reply()?.children {
                let name = self
                    .connection
                    .get_property(false, window, AtomEnum::WM_NAME, AtomEnum::ANY, 0, 64)?
                    .reply()?;
                let asked = self
                    .connection
                    .get_property(false, window, protocols, AtomEnum::ATOM, 0, 1)?
                    .reply()?;
                if name.value == title.as_bytes() && asked.value_len > 0 {
                    return Ok(Some(window));
                }
            }
            Ok(None)
        })
    }

    /// Asks the window with this title to close, as a window manager does.
    ///
    /// # Errors
    /// There is no such window.
    pub fn close_window(&self, title: &str) -> TestResult {
        let window = self.window(title)?;
        let protocols = self.atom("WM_PROTOCOLS")?;
        let delete = self.atom("WM_DELETE_WINDOW")?;
        let message = ClientMessageEvent::new(32, window, protocols, [delete, 0, 0, 0, 0]);
        self.connection
            .send_event(false, window, EventMask::NO_EVENT, message)?;
        Ok(self.connection.sync()?)
    }

    /// Makes the window this large, whatever smallest size it would like: no window manager protects it here.
    ///
    /// # Errors
    /// There is no such window.
    pub fn resize(&self, title: &str, width: u32, height: u32) -> TestResult {
        let window = self.window(title)?;
        let wish = ConfigureWindowAux::new().width(width).height(height);
        self.connection.configure_window(window, &wish)?;
        Ok(self.connection.sync()?)
    }

    /// Presses the first mouse button at this point of the screen, as a hand does: past any driver.
    ///
    /// # Errors
    /// The server has ended.
    pub fn click_at(&self, x: i16, y: i16) -> TestResult {
        for (kind, detail) in [
            (MOTION_NOTIFY_EVENT, 0),
            (BUTTON_PRESS_EVENT, 1),
            (BUTTON_RELEASE_EVENT, 1),
        ] {
            self.connection.xtest_fake_input(
                kind,
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

    /// From now on the server answers nobody else, for as long as it takes to run `meanwhile`.
    ///
    /// # Errors
    /// The server has ended, or `meanwhile` failed.
    pub fn grab_server_for(&self, time: Duration) -> TestResult {
        self.connection.grab_server()?;
        self.connection.sync()?;
        // Not a wait for a condition: the time itself is what the program under test has to bear.
        std::thread::sleep(time);
        self.connection.ungrab_server()?;
        Ok(self.connection.sync()?)
    }

    /// Breaks the connection of the program that holds the clipboard: that program's clipboard never works again.
    ///
    /// # Errors
    /// Nobody holds the clipboard.
    pub fn kill_clipboard_owner(&self) -> TestResult {
        let clipboard = self.atom("CLIPBOARD")?;
        let owner = self.connection.get_selection_owner(clipboard)?;
        let owner = owner.reply()?.owner;
        if owner == x11rb::NONE {
            return Err(TestError::new("nobody holds the clipboard"));
        }
        self.connection.kill_client(owner)?;
        Ok(self.connection.sync()?)
    }
}
