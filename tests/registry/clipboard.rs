//! A clipboard in memory, with X11's second one, that can be made to refuse, to answer late and to hang.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use keystile_registry::{Clipboard, ClipboardError, Fingerprint};

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Fault {
    #[default]
    None,
    Denied,
    /// Takes the text, but only after so long.
    SlowWrite(Duration),
    /// Takes so long to say that it is empty.
    SlowClear(Duration),
}

#[derive(Debug, Default)]
struct Content {
    fault: Fault,
    text: Option<String>,
    selection: Option<String>,
    writes: usize,
}

#[derive(Debug, Default)]
pub(crate) struct MemoryClipboard {
    content: Mutex<Content>,
}

impl MemoryClipboard {
    fn content(&self) -> MutexGuard<'_, Content> {
        self.content.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn set_fault(&self, fault: Fault) {
        self.content().fault = fault;
    }

    pub(crate) fn text(&self) -> Option<String> {
        self.content().text.clone()
    }

    pub(crate) fn selection(&self) -> Option<String> {
        self.content().selection.clone()
    }

    pub(crate) fn writes(&self) -> usize {
        self.content().writes
    }

    /// What the user copies elsewhere.
    pub(crate) fn put(&self, text: &str) {
        self.content().text = Some(text.to_owned());
    }

    /// What the user selects.
    pub(crate) fn select(&self, text: &str) {
        self.content().selection = Some(text.to_owned());
    }

    /// Waits until so many texts were written.
    pub(crate) async fn wait_for_writes(&self, count: usize) {
        let begun = Instant::now();
        while self.writes() < count {
            assert!(
                begun.elapsed() < Duration::from_secs(10),
                "the text never came"
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

    fn holds(&self, texts: &[Fingerprint]) -> Result<bool, ClipboardError> {
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
