//! What `doctor` found.

/// How bad it is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Weight {
    Good,
    /// It works, and something should be known.
    Notable,
    Bad,
}

impl Weight {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Good => "ok",
            Self::Notable => "note",
            Self::Bad => "bad",
        }
    }
}

pub(crate) struct Finding {
    pub(crate) about: &'static str,
    pub(crate) weight: Weight,
    pub(crate) sentence: String,
    pub(crate) advice: String,
}

impl Finding {
    pub(crate) fn new(about: &'static str, weight: Weight, sentence: impl Into<String>) -> Self {
        Self {
            about,
            weight,
            sentence: sentence.into(),
            advice: String::new(),
        }
    }

    pub(crate) fn advice(mut self, advice: impl Into<String>) -> Self {
        self.advice = advice.into();
        self
    }
}
