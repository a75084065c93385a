//! Columns of rows of both databases. Whole numbers are signed and have 64 bits in both.

use std::str::FromStr;

use keystile_keys::Timestamp;
use sqlx::Row;
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;

use crate::error::StoreError;

/// A row whose columns are read by name. Each method fails with `Failed` if there is no such column, or if it has
/// another type.
pub(crate) trait Columns {
    fn text(&self, name: &str) -> Result<String, StoreError>;
    fn optional_text(&self, name: &str) -> Result<Option<String>, StoreError>;
    fn integer(&self, name: &str) -> Result<i64, StoreError>;
    fn optional_integer(&self, name: &str) -> Result<Option<i64>, StoreError>;
    fn boolean(&self, name: &str) -> Result<bool, StoreError>;
    fn bytes(&self, name: &str) -> Result<Vec<u8>, StoreError>;
    fn optional_bytes(&self, name: &str) -> Result<Option<Vec<u8>>, StoreError>;

    /// Parses a text, such as an id or a state. Fails with `InvalidRow` if it is not valid.
    fn parsed<T: FromStr>(&self, name: &str) -> Result<T, StoreError> {
        parse(&self.text(name)?, name)
    }

    /// Parses a text that may be NULL. Fails as [`Columns::parsed`].
    fn optional_parsed<T: FromStr>(&self, name: &str) -> Result<Option<T>, StoreError> {
        let text = self.optional_text(name)?;
        text.map(|text| parse(&text, name)).transpose()
    }

    /// Returns a number that fits into another type. Fails with `InvalidRow` if it does not.
    fn optional_number<T: TryFrom<i64>>(&self, name: &str) -> Result<Option<T>, StoreError> {
        let number = self.optional_integer(name)?;
        number
            .map(|number| T::try_from(number).map_err(|_| invalid(name)))
            .transpose()
    }

    /// Returns a count, which is not negative.
    fn count(&self, name: &str) -> Result<u64, StoreError> {
        Ok(u64::try_from(self.integer(name)?).unwrap_or_default())
    }

    /// Returns a time in UTC milliseconds.
    fn time(&self, name: &str) -> Result<Timestamp, StoreError> {
        self.integer(name).map(Timestamp::from_millis)
    }

    /// Returns a time that may be NULL.
    fn optional_time(&self, name: &str) -> Result<Option<Timestamp>, StoreError> {
        Ok(self.optional_integer(name)?.map(Timestamp::from_millis))
    }
}

fn parse<T: FromStr>(text: &str, name: &str) -> Result<T, StoreError> {
    text.parse().map_err(|_| invalid(name))
}

fn invalid(name: &str) -> StoreError {
    StoreError::invalid_row(&name.replace('_', " "))
}

macro_rules! read_columns_of {
    ($row:ty) => {
        impl Columns for $row {
            fn text(&self, name: &str) -> Result<String, StoreError> {
                Ok(self.try_get(name)?)
            }

            fn optional_text(&self, name: &str) -> Result<Option<String>, StoreError> {
                Ok(self.try_get(name)?)
            }

            fn integer(&self, name: &str) -> Result<i64, StoreError> {
                Ok(self.try_get(name)?)
            }

            fn optional_integer(&self, name: &str) -> Result<Option<i64>, StoreError> {
                Ok(self.try_get(name)?)
            }

            fn boolean(&self, name: &str) -> Result<bool, StoreError> {
                Ok(self.try_get(name)?)
            }

            fn bytes(&self, name: &str) -> Result<Vec<u8>, StoreError> {
                Ok(self.try_get(name)?)
            }

            fn optional_bytes(&self, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
                Ok(self.try_get(name)?)
            }
        }
    };
}

read_columns_of!(SqliteRow);
read_columns_of!(PgRow);
