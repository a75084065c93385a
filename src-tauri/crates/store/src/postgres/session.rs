//! How the transactions of a program begin.

/// What the transactions of a program have in common.
#[derive(Debug, Clone)]
pub(crate) struct Session {
    /// The id of the machine, of letters and digits.
    machine: String,
}

impl Session {
    pub(crate) fn of_machine(machine: &str) -> Self {
        Self {
            machine: machine.to_owned(),
        }
    }

    /// Returns the statements that begin a transaction in which all reads see the same rows.
    pub(crate) fn begin_read(&self) -> String {
        format!(
            "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL statement_timeout = '10s'; {}",
            self.set_machine()
        )
    }

    /// Returns the statements that begin a transaction that excludes other writers. With another isolation level, which may
    /// be the default of a server, it would not see what they committed while it waited.
    pub(crate) fn begin_write(&self) -> String {
        format!(
            "BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL lock_timeout = '5s'; SET LOCAL idle_in_transaction_session_timeout = '10s'; {}",
            self.set_machine()
        )
    }

    fn set_machine(&self) -> String {
        format!("SET LOCAL keystile.machine = '{}'", self.machine)
    }
}
