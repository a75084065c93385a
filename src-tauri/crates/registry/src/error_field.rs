//! The form fields of errors: of those of names and rows, which are converted, and of all others.

use keystile_keys::NameError;
use keystile_store::{StoreError, UniqueRule};

use crate::error::RegistryError;
use crate::field::Field;

impl RegistryError {
    /// Converts the error of parsing a name.
    pub(crate) fn from_name(error: NameError, field: Field) -> Self {
        match error {
            NameError::Empty => Self::NameEmpty { field },
            NameError::TooLong => Self::NameTooLong { field },
            NameError::ForbiddenCharacter => Self::NameCharacter { field },
        }
    }

    /// Converts the error of storing something with a unique name.
    pub(crate) fn from_insert(error: StoreError, field: Field, name: &str) -> Self {
        match error {
            StoreError::UniqueViolation(UniqueRule::Prefix) => Self::PrefixTaken,
            StoreError::UniqueViolation(UniqueRule::IdempotencyKey) => Self::AlreadyIssued,
            StoreError::UniqueViolation(_) => Self::NameTaken {
                field,
                name: name.to_owned(),
            },
            error => Self::Store(error),
        }
    }

    /// Returns the form field that the error belongs to.
    pub fn field(&self) -> Option<Field> {
        match self {
            Self::NameEmpty { field }
            | Self::NameTooLong { field }
            | Self::NameCharacter { field }
            | Self::NameWithSlash { field }
            | Self::NameTaken { field, .. }
            | Self::NameConfusable { field, .. } => Some(*field),
            Self::InvalidPrefix(_) | Self::PrefixTaken | Self::PrefixFixed => Some(Field::Prefix),
            Self::InvalidEndpoint(_) => Some(Field::Endpoint),
            Self::InvalidKeyLocation(_) => Some(Field::KeyLocation),
            Self::InvalidRouteRule { index, .. } | Self::DuplicateRouteRule { index, .. } => {
                Some(Field::RouteRule(*index))
            }
            Self::NameRequired(_) => Some(Field::Confirmation),
            Self::NoteTooLong => Some(Field::Note),
            Self::InvalidTag(_) | Self::TooManyTags | Self::KeyWithTooManyTags(_) => {
                Some(Field::Tags)
            }
            Self::ExpiryInPast | Self::ExpiryTooLate(_) => Some(Field::Expiry),
            Self::InvalidLifetime => Some(Field::Lifetimes),
            _ => None,
        }
    }
}
