//! The SQL of settings.

use sqlx::PgConnection;

use crate::error::StoreError;
use crate::postgres::condition::this_machine;

/// See [`Store::setting`](crate::Store::setting).
pub(crate) async fn setting(
    connection: &mut PgConnection,
    name: &str,
) -> Result<Option<String>, StoreError> {
    Ok(sqlx::query_scalar(concat!(
        "SELECT value FROM keystile.settings WHERE name = $1 AND machine = ",
        this_machine!()
    ))
    .bind(name)
    .fetch_optional(connection)
    .await?)
}

/// See [`Write::set_setting`](crate::Write::set_setting).
pub(crate) async fn set_setting(
    connection: &mut PgConnection,
    name: &str,
    value: &str,
) -> Result<(), StoreError> {
    sqlx::query(concat!(
        "INSERT INTO keystile.settings (machine, name, value) VALUES (",
        this_machine!(),
        ", $1, $2) ON CONFLICT (machine, name) DO UPDATE SET value = excluded.value"
    ))
    .bind(name)
    .bind(value)
    .execute(connection)
    .await?;
    Ok(())
}
