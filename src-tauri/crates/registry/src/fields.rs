//! What the form of an environment sends, as text, and how it becomes words. Used by the verbs that create and edit;
//! nothing else may turn text into names and prefixes of environments.

use keystile_keys::{EnvironmentId, Name, Prefix, Stage};
use keystile_policy::KeyLocation;
use keystile_store::EnvironmentRow;

use crate::endpoint;
use crate::error::{Field, RegistryError};

/// The fields as they were entered.
#[derive(Debug, Clone)]
pub struct EnvironmentInput {
    /// Its name.
    pub name: String,
    /// Its stage.
    pub stage: Stage,
    /// The prefix of its keys; `None`: one made from the name.
    pub prefix: Option<String>,
    /// The address of its API.
    pub endpoint: Option<String>,
    /// Where requests carry their key; `None`: as it is, for a new environment the default.
    pub key_location: Option<KeyLocation>,
}

/// The fields once they are known to be good.
pub(crate) struct CheckedFields {
    pub(crate) name: Name,
    pub(crate) stage: Stage,
    pub(crate) prefix: Option<Prefix>,
    pub(crate) endpoint: Option<String>,
    pub(crate) key_location: Option<KeyLocation>,
}

impl EnvironmentInput {
    pub(crate) fn check(&self) -> Result<CheckedFields, RegistryError> {
        Ok(CheckedFields {
            name: name(&self.name, Field::EnvironmentName)?,
            stage: self.stage,
            prefix: self.prefix.as_deref().map(prefix).transpose()?,
            endpoint: endpoint::parse(self.endpoint.as_deref())?,
            key_location: self.key_location.clone(),
        })
    }
}

/// A name from this field.
///
/// Those of projects and environments hold no slash, so that `project/environment` is never two.
pub(crate) fn name(text: &str, field: Field) -> Result<Name, RegistryError> {
    let name = Name::parse(text).map_err(|problem| RegistryError::Name { field, problem })?;
    let is_part_of_reference = matches!(field, Field::ProjectName | Field::EnvironmentName);
    if is_part_of_reference && name.as_str().contains('/') {
        return Err(RegistryError::NameWithSlash { field });
    }
    Ok(name)
}

/// A prefix as it was entered.
pub(crate) fn prefix(text: &str) -> Result<Prefix, RegistryError> {
    Prefix::parse(text.trim()).map_err(RegistryError::Prefix)
}

/// The first prefix made from the name that nobody has.
pub(crate) async fn free_prefix(
    connection: &mut keystile_store::Connection,
    name: &str,
    except: Option<&EnvironmentId>,
) -> Result<Prefix, RegistryError> {
    let suggested = Prefix::suggested_for(name);
    let mut candidate = suggested.clone();
    let mut number = 2;
    while EnvironmentRow::is_prefix_taken(connection, &candidate, except).await? {
        candidate = suggested.numbered(number);
        number += 1;
    }
    Ok(candidate)
}
