//! What a window needs where no person uses the machine: a virtual screen, a temporary home directory, a WebDriver
//! session, and a look at its processes.

pub(crate) mod processes;
pub(crate) mod screen;
pub(crate) mod session;
pub(crate) mod temp_home;
