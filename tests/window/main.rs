//! The journeys of a person through the built application, one file a journey. Each has a desk of its own, so they
//! run side by side; each reads the clipboard, the keyring and the database as other programs do.

mod clearing;
mod failures;
mod issue;
mod leave;
mod permissions;
mod select;
