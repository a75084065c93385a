//! A place to open a window where nobody sits: a virtual screen, an empty home, a hand on the window, and a look
//! at the processes behind it. Called by `run`, the window tests and `bench`. It knows no verb.

pub(crate) mod home;
pub(crate) mod processes;
pub(crate) mod screen;
pub(crate) mod webdriver;
