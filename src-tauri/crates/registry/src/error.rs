//! The errors of the operations: code, message, next step, and the form field they belong to. The cause is the
//! `source`; it goes to the log and is not part of the message.

use keystile_keychain::KeychainError;
use keystile_keys::{HashError, PrefixError, RandomnessError, State};
use keystile_policy::{KeyLocationError, RouteRuleError};
use keystile_store::StoreError;
use miette::Diagnostic;

use crate::clipboard::ClipboardError;
use crate::error_text::{
    copy_again_help, key_location_help, key_location_message, port_help, route_rule_help,
    state_help, state_message, taken,
};
use crate::field::Field;

/// Why an operation failed.
#[derive(Debug, thiserror::Error, Diagnostic)]
pub enum RegistryError {
    /// No name.
    #[error("Enter a name.")]
    #[diagnostic(code("name_empty"), help("Use 1 to 80 characters."))]
    NameEmpty {
        /// The field.
        field: Field,
    },
    /// A name of more than 80 characters.
    #[error("This name is too long.")]
    #[diagnostic(code("name_too_long"), help("Use 80 characters or fewer."))]
    NameTooLong {
        /// The field.
        field: Field,
    },
    /// A control or invisible character in a name.
    #[error("This name contains an invisible character.")]
    #[diagnostic(
        code("name_characters"),
        help("Remove control characters and characters that are invisible at their place.")
    )]
    NameCharacter {
        /// The field.
        field: Field,
    },
    /// A slash in the name of a project or environment.
    #[error("This name contains a slash.")]
    #[diagnostic(
        code("name_slash"),
        help("Remove it: a slash separates project and environment.")
    )]
    NameWithSlash {
        /// The field.
        field: Field,
    },
    /// The name of another project, environment, or key.
    #[error("{} named “{name}” already exists{}.", taken(*field).0, taken(*field).1)]
    #[diagnostic(code("name_taken"), help("Choose another name."))]
    NameTaken {
        /// The field.
        field: Field,
        /// The name.
        name: String,
    },
    /// A name that can be mistaken for that of another project, environment, or key.
    #[error("{} named “{name}” already exists{}, which looks the same.", taken(*field).0, taken(*field).1)]
    #[diagnostic(code("name_taken"), help("Choose a name that differs more."))]
    NameConfusable {
        /// The field.
        field: Field,
        /// The other name.
        name: String,
    },
    /// The id of one thing and the name of another.
    #[error("“{reference}” is the id of one {noun} and the name of another.")]
    #[diagnostic(
        code("ambiguous"),
        help("Use the name of the first or the id of the second.")
    )]
    Ambiguous {
        /// “project” or “key”.
        noun: &'static str,
        /// The id and name.
        reference: String,
    },
    /// A malformed prefix.
    #[error("Invalid prefix: {0}.")]
    #[diagnostic(code("invalid_prefix"), help("Choose a prefix such as acme_staging."))]
    InvalidPrefix(PrefixError),
    /// The prefix of another environment, or of keys that it issued.
    #[error("This prefix is already taken.")]
    #[diagnostic(code("prefix_taken"), help("Choose another prefix."))]
    PrefixTaken,
    /// The prefix cannot change after the first key.
    #[error("The prefix cannot change after a key was issued with it.")]
    #[diagnostic(
        code("prefix_fixed"),
        help("Create another environment to use another prefix.")
    )]
    PrefixFixed,
    /// The port of another environment's gateway.
    #[error("Port {port} belongs to the gateway of {environment}.")]
    #[diagnostic(code("port_taken"), help("{}", port_help(*suggestion)))]
    PortTaken {
        /// The port.
        port: u16,
        /// The other environment, as `project/environment`.
        environment: String,
        /// A free port.
        suggestion: Option<u16>,
    },
    /// A malformed endpoint.
    #[error("Invalid endpoint URL: {0}.")]
    #[diagnostic(
        code("invalid_endpoint"),
        help("Use a URL such as http://localhost:8000 or https://api.example.com.")
    )]
    InvalidEndpoint(&'static str),
    /// A header that cannot carry the key.
    #[error("{}", key_location_message(*.0))]
    #[diagnostic(code("invalid_key_location"), help("{}", key_location_help(*_0)))]
    InvalidKeyLocation(KeyLocationError),
    /// An invalid route rule.
    #[error("Invalid route rule: {cause}.")]
    #[diagnostic(code("invalid_route_rule"), help("{}", route_rule_help(*cause)))]
    InvalidRouteRule {
        /// Its index.
        index: usize,
        /// Why it is invalid.
        cause: RouteRuleError,
    },
    /// The route rules are no longer the known ones.
    #[error("Another program changed the rules meanwhile.")]
    #[diagnostic(
        code("route_rules_changed"),
        help("Look at the rules as they are now, then try again.")
    )]
    RouteRulesChanged,
    /// A route rule that never applies, because an earlier one has the same method and path.
    #[error("Rule {} never applies: rule {} has the same method and path.", index + 1, first + 1)]
    #[diagnostic(
        code("duplicate_route_rule"),
        help("Change or remove one of them. No rule was changed.")
    )]
    DuplicateRouteRule {
        /// Its index.
        index: usize,
        /// The index of the earlier rule.
        first: usize,
    },
    /// A project, environment, or key that does not exist.
    #[error("The {0} was not found.")]
    #[diagnostic(code("not_found"), help("It may have been deleted. Choose another."))]
    NotFound(&'static str),
    /// An irreversible operation without the required confirmation.
    #[error("The name does not match. Nothing was changed.")]
    #[diagnostic(code("name_required"), help("Type “{0}” exactly."))]
    NameRequired(String),
    /// A note that is too long.
    #[error("This note is too long.")]
    #[diagnostic(code("note_too_long"), help("Use 500 characters or fewer."))]
    NoteTooLong,
    /// A tag that is no name, is too long, or contains a comma.
    #[error("Invalid tag “{0}”.")]
    #[diagnostic(
        code("invalid_tag"),
        help("Use 1 to 30 characters without commas and invisible characters.")
    )]
    InvalidTag(String),
    /// Too many tags.
    #[error("A key has at most 10 tags.")]
    #[diagnostic(code("too_many_tags"), help("Remove some tags."))]
    TooManyTags,
    /// A key with 10 tags, to which another one shall be added.
    #[error("“{0}” has 10 tags already.")]
    #[diagnostic(
        code("too_many_tags"),
        help("Remove one of its tags, or do not select it.")
    )]
    KeyWithTooManyTags(String),
    /// Keys may have been used before uses were counted.
    #[error("It is not known whether these keys were used: uses are counted for a shorter time.")]
    #[diagnostic(
        code("usage_unknown"),
        help("Revoke the keys one by one, or wait until uses were counted for that time.")
    )]
    UsageUnknown,
    /// An expiry that is not later than now.
    #[error("This expiry is not in the future.")]
    #[diagnostic(
        code("expiry_in_past"),
        help("Choose a later time, or revoke the key.")
    )]
    ExpiryInPast,
    /// An expiry beyond the environment's longest lifetime.
    #[error("Keys of this environment expire after at most {0} days.")]
    #[diagnostic(
        code("expiry_too_late"),
        help("Choose an earlier time, or change the maximum of the environment.")
    )]
    ExpiryTooLate(u32),
    /// Lifetimes that are no days or contradict each other.
    #[error("Invalid lifetime of new keys.")]
    #[diagnostic(
        code("invalid_lifetime"),
        help("Use 1 to 3650 days, and a default that is not above the maximum.")
    )]
    InvalidLifetime,
    /// A pause that is too short or too long.
    #[error("Invalid length of a pause.")]
    #[diagnostic(code("invalid_pause"), help("Use 1 second to 30 days."))]
    InvalidPause,
    /// The key's state does not allow the operation.
    #[error("This key {}.", state_message(*.0))]
    #[diagnostic(code("invalid_key_state"), help("{}", state_help(*_0)))]
    InvalidKeyState(State),
    /// The window has no open prompt with this ticket.
    #[error("This prompt has been closed.")]
    #[diagnostic(code("unknown_ticket"), help("Create a new key."))]
    UnknownTicket,
    /// A request that may change production data was not confirmed.
    #[error("This request may change production data.")]
    #[diagnostic(
        code("production_unconfirmed"),
        help("Confirm the request to send it.")
    )]
    ProductionUnconfirmed,
    /// The environment has neither a gateway nor an endpoint.
    #[error("This environment has no URL to send requests to.")]
    #[diagnostic(code("no_endpoint"), help("Start the gateway or set an endpoint."))]
    NoEndpoint,
    /// The window has no trial key for this environment.
    #[error("The trial key is no longer available.")]
    #[diagnostic(
        code("trial_not_found"),
        help("Choose another key, or create one and press Try it.")
    )]
    TrialNotFound,
    /// An overlap that is too long.
    #[error("Invalid overlap.")]
    #[diagnostic(code("invalid_overlap"), help("Use at most 90 days."))]
    InvalidOverlap,
    /// The prompt of another rotation of the key is open.
    #[error("Another new secret of this key has not been copied yet.")]
    #[diagnostic(
        code("rotation_pending"),
        help("Copy or discard it where it is shown, or try again in 30 seconds.")
    )]
    RotationPending,
    /// The secret of an open prompt was discarded or has been replaced.
    #[error("This secret no longer works.")]
    #[diagnostic(code("secret_ended"), help("Discard it, then rotate the key again."))]
    SecretEnded,
    /// The key has no old secret.
    #[error("This key has no old secret that works.")]
    #[diagnostic(
        code("no_old_secret"),
        help("Nothing to do: only the current secret works.")
    )]
    NoOldSecret,
    /// The new secret of a rotation was copied.
    #[error("The new secret was copied, so the rotation cannot be discarded.")]
    #[diagnostic(
        code("rotation_claimed"),
        help("Close the dialog. To end the key, revoke it.")
    )]
    RotationClaimed,
    /// The user canceled a change of many keys.
    #[error("The change was canceled. Nothing was changed.")]
    #[diagnostic(code("canceled"), help("Start the change again."))]
    Canceled,
    /// A malformed idempotency key.
    #[error("Invalid idempotency key.")]
    #[diagnostic(code("invalid_idempotency_key"), help("Use 1 to 64 bytes."))]
    InvalidIdempotencyKey,
    /// The environment's prefix changed while the key was generated.
    #[error("The environment was changed meanwhile, so no key was created.")]
    #[diagnostic(code("environment_changed"), help("Create the key again."))]
    EnvironmentChanged,
    /// A repeated request whose prompt is no longer open.
    #[error("This key was already created.")]
    #[diagnostic(code("already_issued"), help("Create a new key."))]
    AlreadyIssued,
    /// The key must be copied first.
    #[error("The key has not been copied.")]
    #[diagnostic(code("not_copied"), help("Copy the key, or discard it."))]
    NotCopied,
    /// The clipboard rejected the key.
    #[error("Could not copy the key to the clipboard.")]
    #[diagnostic(
        code("copy_failed"),
        help("Press Copy again, or select the key and copy it.")
    )]
    CopyFailed(#[source] ClipboardError),
    /// The clipboard did not respond within 2 s.
    #[error("The clipboard did not respond.")]
    #[diagnostic(
        code("copy_timed_out"),
        help("Press Copy again, or select the key and copy it.")
    )]
    CopyTimedOut,
    /// The clipboard rejected a text without secrets.
    #[error("Could not copy the text to the clipboard.")]
    #[diagnostic(
        code("text_not_copied"),
        help("Try again, or select the text and copy it.")
    )]
    TextNotCopied(#[source] ClipboardError),
    /// The clipboard could not be cleared.
    #[error("Could not clear the clipboard.")]
    #[diagnostic(code("clear_failed"), help("Copy something else to replace the key."))]
    ClearFailed(#[source] ClipboardError),
    /// The key was copied, but its claim could not be committed. It was removed from the clipboard.
    #[error("The copy could not be recorded, so the key is not active yet.")]
    #[diagnostic(code("copy_not_recorded"), help("{}", copy_again_help(_0)))]
    CopyNotRecorded(#[source] StoreError),
    /// The key has no keychain entry.
    #[error("This key is not in the system keychain.")]
    #[diagnostic(
        code("keychain_no_entry"),
        help("If you do not have this key, create a new one.")
    )]
    NotInKeychain,
    /// The keychain has a secret that a rotation has ended.
    #[error("The system keychain has the old secret of this key, which no longer works.")]
    #[diagnostic(
        code("keychain_outdated"),
        help("Rotate the key, and save the new secret before you close the dialog.")
    )]
    KeychainOutdated,
    /// The keychain failed.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Keychain(#[from] KeychainError),
    /// The operating system's random number generator failed.
    #[error("The operating system returned no random numbers, so no key was created.")]
    #[diagnostic(code("randomness_failed"), help("Try again."))]
    Randomness(#[from] RandomnessError),
    /// Argon2id failed.
    #[error("The key could not be hashed, so no key was created.")]
    #[diagnostic(code("internal_error"), help("Try again."))]
    Hash(#[from] HashError),
    /// An invalid value of a setting.
    #[error("Invalid setting.")]
    #[diagnostic(code("invalid_setting"), help("Choose one of the values shown."))]
    InvalidSetting,
    /// The process lock could not be created or checked.
    #[error("The process lock could not be written.")]
    #[diagnostic(
        code("process_lock_failed"),
        help("Allow your user to write to the folder of the database, then try again.")
    )]
    ProcessLock(#[source] std::io::Error),
    /// A background task panicked.
    #[error("Internal error: a background task stopped.")]
    #[diagnostic(code("internal_error"), help("Try again."))]
    TaskFailed,
    /// The database failed.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Store(#[from] StoreError),
}
