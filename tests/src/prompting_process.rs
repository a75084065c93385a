//! A process that shows a key until it is killed.
#![expect(clippy::expect_used, reason = "a test that cannot be set up must fail")]

use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};

use keystile_keys::KeyId;

use crate::temp_store::TempStore;

/// A process with an open prompt. Killed when dropped.
#[derive(Debug)]
pub struct PromptingProcess {
    child: Child,
    key: KeyId,
    temp: TempStore,
    /// How many locks the server had before.
    other_locks: i64,
}

impl PromptingProcess {
    /// Starts the process on a store that exists, and waits until it shows its key. `program` is the path of the binary
    /// `open_prompt`.
    pub async fn start(program: &str, temp: &TempStore) -> Self {
        let other_locks = temp.count_server_locks().await;
        let mut child = temp
            .command(program)
            .stdout(Stdio::piped())
            .spawn()
            .expect("another process");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("its output"))
            .read_line(&mut line)
            .expect("the key's id");
        let key = line.trim().parse().expect("the key's id");
        Self {
            child,
            key,
            temp: temp.clone(),
            other_locks,
        }
    }

    /// Returns its key.
    pub fn key(&self) -> KeyId {
        self.key
    }

    /// Returns the process.
    pub fn child(&self) -> &Child {
        &self.child
    }

    /// Kills the process, waits until its lock is free, and returns its key.
    pub async fn kill(mut self) -> KeyId {
        self.child.kill().expect("killed");
        self.child.wait().expect("dead");
        self.temp.wait_for_server_locks(self.other_locks).await;
        self.key
    }
}

impl Drop for PromptingProcess {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
