//! Rejects a name that can be mistaken for another one.

use keystile_keys::Name;
use keystile_store::{Connection, NameScope};

use crate::error::RegistryError;
use crate::field::Field;

/// Checks that no other name in the scope looks like this one. `except` is the id of what is renamed. An equal name is
/// found when it is stored.
///
/// # Errors
/// `NameConfusable` or a `Store` error.
pub(crate) async fn require_distinct_name(
    connection: &mut Connection<'_>,
    scope: NameScope<'_>,
    name: &Name,
    except: Option<&str>,
) -> Result<(), RegistryError> {
    let except = except.unwrap_or_default();
    let field = match scope {
        NameScope::Projects => Field::ProjectName,
        NameScope::Environments(_) => Field::EnvironmentName,
        NameScope::Keys(..) => Field::KeyName,
    };
    match scope.find_similar(connection, name, except).await? {
        Some(other) => Err(RegistryError::NameConfusable { field, name: other }),
        None => Ok(()),
    }
}
