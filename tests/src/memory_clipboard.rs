//! A clipboard in memory, with the primary selection of X11 and with faults on request.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use keystile_registry::{Clipboard, ClipboardError, Fingerprint};

/// How the clipboard fails.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Fault {
    /// It works.
    #[default]
    None,
    /// Every call fails.
    Denied,
    /// Writing takes this long.
    SlowWrite(Duration),
    /// Clearing takes this long.
    SlowClear(Duration),
}

#[derive(Debug, Default)]
struct Content {
    fault: Fault,
    text: Option<String>,
    selection: Option<String>,
    writes: usize,
}

/// Keeps the last text and counts writes.
#[derive(Debug, Default)]
pub struct MemoryClipboard {
    content: Mutex<Content>,
}

impl MemoryClipboard {
    fn content(&self) -> MutexGuard<'_, Content> {
        self.content.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Fails this way from the next call on.
    pub fn set_fault(&self, fault: Fault) {
        self.content().fault = fault;
    }

    /// Returns the text in the clipboard.
    pub fn text(&self) -> Option<String> {
        self.content().text.clone()
    }

    /// Returns the text in the primary selection.
    pub fn selection(&self) -> Option<String> {
        self.content().selection.clone()
    }

    /// Returns how many texts were written.
    pub fn writes(&self) -> usize {
        self.content().writes
    }

    /// Puts a text into the clipboard, as another program does.
    pub fn put(&self, text: &str) {
        self.content().text = Some(text.to_owned());
    }

    /// Puts a text into the primary selection, as another program does.
    pub fn select(&self, text: &str) {
        self.content().selection = Some(text.to_owned());
    }

    /// Waits up to 10 s until this many texts were written.
    pub async fn wait_for_writes(&self, count: usize) {
        let begun = Instant::now();
        while self.writes() < count {
            assert!(
                begun.elapsed() < Duration::from_secs(10),
                "the registry must write to the clipboard"
            );
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}

impl Clipboard for MemoryClipboard {
    fn write_secret(&self, text: &str) -> Result<(), ClipboardError> {
        let fault = self.content().fault;
        match fault {
            Fault::None | Fault::SlowClear(_) => {}
            Fault::Denied => return Err(ClipboardError("refused".to_owned())),
            Fault::SlowWrite(time) => std::thread::sleep(time),
        }
        let mut content = self.content();
        content.text = Some(text.to_owned());
        content.writes += 1;
        Ok(())
    }

    fn write_text(&self, text: &str) -> Result<(), ClipboardError> {
        self.write_secret(text)
    }

    fn contains_any(&self, texts: &[Fingerprint]) -> Result<bool, ClipboardError> {
        let content = self.content();
        let is_ours = |held: &Option<String>| {
            held.as_ref()
                .is_some_and(|held| texts.iter().any(|text| text.matches(held)))
        };
        Ok(is_ours(&content.text) || is_ours(&content.selection))
    }

    fn clear(&self, texts: &[Fingerprint]) -> Result<(), ClipboardError> {
        let mut content = self.content();
        if content.fault == Fault::Denied {
            return Err(ClipboardError("refused".to_owned()));
        }
        let Content {
            text, selection, ..
        } = &mut *content;
        for held in [text, selection] {
            held.take_if(|held| texts.iter().any(|text| text.matches(held)));
        }
        let fault = content.fault;
        drop(content);
        if let Fault::SlowClear(time) = fault {
            std::thread::sleep(time);
        }
        Ok(())
    }
}
