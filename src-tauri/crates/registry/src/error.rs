//! What the registry answers when it does not do what was asked: a code, a sentence, a next step, and the field of the
//! form it belongs to. Windows and terminals show these as they are and branch on the code. The cause is a source, for
//! the log; it is never part of the sentence.

use std::borrow::Cow;

use keystile_keychain::KeychainError;
use keystile_keys::{HashError, NameError, PrefixError, RandomnessError, State};
use keystile_policy::{KeyLocationError, RouteRuleError};
use keystile_store::{StoreError, UniqueRule};

use crate::clipboard::ClipboardError;

/// The field of a form that an error belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// The name of a project.
    ProjectName,
    /// The name of an environment.
    EnvironmentName,
    /// The name of a key.
    KeyName,
    /// The prefix of an environment.
    Prefix,
    /// The endpoint of an environment.
    Endpoint,
    /// Where requests of an environment carry their key.
    KeyLocation,
    /// The name typed to confirm something final.
    Confirmation,
    /// A route rule of a gateway, by its place from 0.
    RouteRule(usize),
}

impl Field {
    /// What windows call the field.
    pub fn name(self) -> Cow<'static, str> {
        let name = match self {
            Self::RouteRule(place) => return Cow::Owned(format!("rules.{place}")),
            Self::ProjectName => "projectName",
            Self::EnvironmentName => "environmentName",
            Self::KeyName => "name",
            Self::Prefix => "prefix",
            Self::Endpoint => "endpoint",
            Self::KeyLocation => "keyLocation",
            Self::Confirmation => "confirmation",
        };
        Cow::Borrowed(name)
    }
}

/// Why something was not done.
#[derive(Debug, thiserror::Error)]
pub enum RegistryError {
    /// A name that is none.
    #[error("{}", name_sentence(*.problem))]
    Name {
        /// Where it was entered.
        field: Field,
        /// What is wrong with it.
        problem: NameError,
    },
    /// A slash in the name of a project or environment, where it would separate the two.
    #[error("This name holds a slash.")]
    NameWithSlash {
        /// Where it was entered.
        field: Field,
    },
    /// An id of one thing that is the name of another.
    #[error("“{reference}” is the id of one {noun} and the name of another.")]
    Ambiguous {
        /// The kind of thing.
        noun: &'static str,
        /// What was entered.
        reference: String,
    },
    /// A prefix that is none.
    #[error("This is not a prefix: {0}.")]
    Prefix(PrefixError),
    /// The prefix is written in keys already.
    #[error("The prefix is fixed: this environment has issued a key with it.")]
    PrefixFixed,
    /// An endpoint that is none.
    #[error("This is not the address of an API.")]
    Endpoint,
    /// A header that cannot carry a key.
    #[error("{}", key_location_sentence(*.0))]
    KeyLocation(KeyLocationError),
    /// A route rule that is none.
    #[error("This is not a rule: {problem}.")]
    RouteRule {
        /// Its place in the list, from 0.
        place: usize,
        /// What is wrong with it.
        problem: RouteRuleError,
    },
    /// What was named is not there, or not any more.
    #[error("This {0} does not exist any more.")]
    NotFound(&'static str),
    /// Something final asks for a name.
    #[error("Type “{0}” to confirm.")]
    NameRequired(String),
    /// The key has ended, so nothing can be done with it.
    #[error("This key has {}.", ending(*.0))]
    InvalidKeyState(State),
    /// No prompt of this window has this ticket.
    #[error("This key is not on screen any more.")]
    UnknownTicket,
    /// A request of the Playground that may change something in production.
    #[error("This may change something in production.")]
    ProductionUnconfirmed,
    /// Nowhere to send a request to.
    #[error("This environment has no address that could be asked.")]
    NoEndpoint,
    /// No key is held for this window and environment.
    #[error("The key that was taken along is not held any more.")]
    TrialNotFound,
    /// The id of a submission that is none.
    #[error("The id of the submission is invalid.")]
    SubmissionId,
    /// The environment got another prefix while a key with the old one was made.
    #[error("The environment was edited meanwhile, so no key was made.")]
    EnvironmentChanged,
    /// The form was sent a second time after its key had ended or its prompt was closed.
    #[error("This key was created already.")]
    AlreadyIssued,
    /// Close was asked for before the key was copied.
    #[error("The key has not been copied.")]
    NotCopied,
    /// The clipboard refused.
    #[error("The clipboard did not take the key.")]
    CopyFailed(#[source] ClipboardError),
    /// The clipboard did not answer in 2 s.
    #[error("The clipboard did not answer.")]
    CopyTimedOut,
    /// The clipboard did not take a text that is no key.
    #[error("The clipboard did not take the text.")]
    TextNotCopied(#[source] ClipboardError),
    /// The clipboard could not be emptied.
    #[error("The clipboard could not be cleared.")]
    ClearFailed(#[source] ClipboardError),
    /// The key was in the clipboard, but that could not be stored; it was taken out again.
    #[error("The copy could not be recorded, so the key does not work yet.")]
    NotClaimed(#[source] StoreError),
    /// The key has no entry in the keychain.
    #[error("This key is not in the system keychain.")]
    NotInKeychain,
    /// The keychain did not do it.
    #[error("{0}.")]
    Keychain(#[from] KeychainError),
    /// The operating system gave no randomness.
    #[error("The operating system gave no random numbers, so no key was made.")]
    Randomness(#[from] RandomnessError),
    /// Argon2id did not run.
    #[error("The key could not be hashed, so no key was made.")]
    Hash(#[from] HashError),
    /// A setting that is none.
    #[error("This setting has no such value.")]
    InvalidSetting,
    /// The claim file could not be made or locked.
    #[error("The claim file could not be written, so no key was made.")]
    ProcessLock(#[source] std::io::Error),
    /// A task of the program ended early. A defect.
    #[error("Something inside Keystile ended early.")]
    Interrupted,
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl RegistryError {
    /// The stable code to branch on.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Name {
                problem: NameError::Empty,
                ..
            } => "name_empty",
            Self::Name {
                problem: NameError::TooLong,
                ..
            } => "name_too_long",
            Self::Name {
                problem: NameError::ForbiddenCharacter,
                ..
            } => "name_characters",
            Self::NameWithSlash { .. } => "name_slash",
            Self::Ambiguous { .. } => "ambiguous",
            Self::EnvironmentChanged => "environment_changed",
            Self::Prefix(_) => "prefix_form",
            Self::PrefixFixed => "prefix_fixed",
            Self::Endpoint => "endpoint_form",
            Self::KeyLocation(_) => "key_location_form",
            Self::RouteRule { .. } => "rule_form",
            Self::NotFound(_) => "not_found",
            Self::NameRequired(_) => "name_required",
            Self::InvalidKeyState(_) => "key_ended",
            Self::UnknownTicket => "no_ticket",
            Self::ProductionUnconfirmed => "production_unconfirmed",
            Self::NoEndpoint => "no_address",
            Self::TrialNotFound => "no_trial",
            Self::AlreadyIssued => "already_issued",
            Self::NotCopied => "not_copied",
            Self::CopyFailed(_) => "copy_failed",
            Self::CopyTimedOut => "copy_timed_out",
            Self::TextNotCopied(_) => "text_not_copied",
            Self::ClearFailed(_) => "clear_failed",
            Self::NotClaimed(_) => "not_claimed",
            Self::NotInKeychain => "keychain_no_entry",
            Self::Keychain(error) => error.code(),
            Self::Randomness(_) => "randomness_failed",
            Self::InvalidSetting | Self::SubmissionId => "bad_request",
            Self::ProcessLock(_) => "claim_failed",
            Self::Hash(_) | Self::Interrupted => "internal",
            Self::Store(error) => error.code(),
        }
    }

    /// What to do next.
    pub fn advice(&self) -> String {
        match self {
            Self::Name { problem: NameError::Empty, .. } => "Enter 1 to 80 characters.".to_owned(),
            Self::Name { problem: NameError::TooLong, .. } => "Use 80 characters at most.".to_owned(),
            Self::Name { .. } => {
                "Leave out invisible marks, also those that join emoji; with them two names could look alike.".to_owned()
            }
            Self::Prefix(_) => {
                "Use 2 to 20 lower-case letters and digits, words joined by _, beginning with a letter.".to_owned()
            }
            Self::NameWithSlash { .. } => {
                "Leave it out: it separates project and environment.".to_owned()
            }
            Self::Ambiguous { .. } => "Use the name of the first or the id of the second.".to_owned(),
            Self::EnvironmentChanged => "Create the key again.".to_owned(),
            Self::SubmissionId => "Use 1 to 64 bytes.".to_owned(),
            Self::PrefixFixed => "Create another environment for another prefix.".to_owned(),
            Self::Endpoint => "Enter an address such as http://localhost:8000, without user, query or fragment.".to_owned(),
            Self::KeyLocation(KeyLocationError::Unknown) => "Choose one of the locations shown.".to_owned(),
            Self::KeyLocation(KeyLocationError::HeaderName) => {
                "Use letters, digits and -, for example X-Acme-Key.".to_owned()
            }
            Self::KeyLocation(KeyLocationError::ReservedHeader) => {
                "Use one such as X-Acme-Key.".to_owned()
            }
            Self::RouteRule { problem: RouteRuleError::TooMany, .. } => {
                "Remove a rule before adding another.".to_owned()
            }
            Self::RouteRule { .. } => "Correct it, or remove it; the rules are as they were.".to_owned(),
            Self::ProductionUnconfirmed => "Confirm that it is meant.".to_owned(),
            Self::NoEndpoint => "Start its gateway, or enter an endpoint.".to_owned(),
            Self::TrialNotFound => "Choose another key, or create one and press Try it.".to_owned(),
            Self::NotFound(_) => "Go back to the list; it shows what there is.".to_owned(),
            Self::NameRequired(_) => "The name must match exactly.".to_owned(),
            Self::InvalidKeyState(_) | Self::UnknownTicket | Self::AlreadyIssued => "Create a new key.".to_owned(),
            Self::NotCopied => "Copy the key, or discard it.".to_owned(),
            Self::CopyFailed(_) | Self::CopyTimedOut => {
                "Press Copy again, or select the key and copy it by hand.".to_owned()
            }
            Self::TextNotCopied(_) => "Try again, or select the text and copy it by hand.".to_owned(),
            Self::ClearFailed(_) => "Copy something else to replace it.".to_owned(),
            Self::NotClaimed(cause) => format!("{} Then press Copy again.", cause.advice()),
            Self::NotInKeychain => "Create a new key if you do not have this one.".to_owned(),
            Self::Keychain(error) => error.advice(),
            Self::Randomness(_) | Self::Hash(_) | Self::Interrupted => "Try again.".to_owned(),
            Self::InvalidSetting => "Choose one of the values shown.".to_owned(),
            Self::ProcessLock(_) => "Allow your user to write beside the database, then try again.".to_owned(),
            Self::Store(error) => error.advice(),
        }
    }

    /// Where in a form it belongs.
    pub fn field(&self) -> Option<Field> {
        match self {
            Self::Name { field, .. } | Self::NameWithSlash { field } => Some(*field),
            Self::Prefix(_) | Self::PrefixFixed => Some(Field::Prefix),
            Self::Endpoint => Some(Field::Endpoint),
            Self::KeyLocation(_) => Some(Field::KeyLocation),
            Self::RouteRule { place, .. } => Some(Field::RouteRule(*place)),
            Self::NameRequired(_) => Some(Field::Confirmation),
            Self::Store(StoreError::UniqueViolation(rule)) => match rule {
                UniqueRule::ProjectName => Some(Field::ProjectName),
                UniqueRule::EnvironmentName => Some(Field::EnvironmentName),
                UniqueRule::KeyName => Some(Field::KeyName),
                UniqueRule::Prefix => Some(Field::Prefix),
                UniqueRule::IdempotencyKey => None,
            },
            _ => None,
        }
    }
}

fn name_sentence(problem: NameError) -> &'static str {
    match problem {
        NameError::Empty => "A name is needed.",
        NameError::TooLong => "This name is too long.",
        NameError::ForbiddenCharacter => "This name holds a character that cannot be seen.",
    }
}

fn key_location_sentence(problem: KeyLocationError) -> &'static str {
    match problem {
        KeyLocationError::Unknown => "Unknown key location.",
        KeyLocationError::HeaderName => "Invalid header name.",
        KeyLocationError::ReservedHeader => "This header has another meaning.",
    }
}

/// How a sentence about a key that is not what it was goes on.
fn ending(state: State) -> &'static str {
    match state {
        State::Pending => "not been copied yet",
        State::Active => "been copied",
        State::Disabled => "been disabled",
        State::Revoked => "been revoked",
        State::Expired => "expired",
        State::Unclaimed => "been revoked, because it was never copied",
        State::Discarded => "been discarded",
    }
}
