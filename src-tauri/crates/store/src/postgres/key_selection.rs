//! The keys that a query selects: one scan finds the ids of a page, and their number if the counts by state do not tell
//! it.

use keystile_keys::{EnvironmentId, KeyId, Timestamp, fold};
use sqlx::PgConnection;
use sqlx::postgres::PgArguments;
use sqlx::query::Query;

use crate::columns::Columns;
use crate::error::StoreError;
use crate::key_condition::{is_disabled, is_usable};
use crate::key_query::{KeyFilter, KeyQuery, KeySort};
use crate::postgres::condition::condition;

/// The condition of a query, and the values of its parameters.
pub(crate) struct Selection {
    /// The time for which states are evaluated.
    now: Timestamp,
    condition: String,
    parameters: Vec<String>,
    /// Whether the counts by state do not tell how many keys are selected.
    must_count: bool,
}

impl Selection {
    pub(crate) async fn new(
        connection: &mut PgConnection,
        environment: &EnvironmentId,
        query: &KeyQuery,
        now: Timestamp,
    ) -> Result<Self, StoreError> {
        let mut selection = Self {
            now,
            condition: format!("k.environment_id = $1 AND {}", condition(query.filter, now)),
            parameters: vec![environment.to_string()],
            must_count: query.filter == KeyFilter::InKeychain,
        };
        let words: Vec<_> = query.search.split_whitespace().collect();
        if !words.is_empty() {
            let prefix: Option<String> =
                sqlx::query_scalar("SELECT prefix FROM keystile.environments WHERE id = $1")
                    .bind(environment.as_str())
                    .fetch_optional(connection)
                    .await?;
            let prefix = prefix.unwrap_or_default();
            for word in words {
                selection.add_word(word, &prefix);
            }
        }
        Ok(selection)
    }

    /// Selects only keys whose name, owner, tag, or id with its prefix contains a word.
    fn add_word(&mut self, word: &str, prefix: &str) {
        let in_id = word.to_ascii_lowercase();
        if prefix.contains(&in_id) {
            return; // It is in the ids of all keys.
        }
        self.must_count = true;
        // PostgreSQL has no such texts.
        if word.contains('\0') {
            self.condition.push_str(" AND false");
            return;
        }
        let folded = self.parameter(fold(word));
        // An id has no `_`: a word with one begins in the prefix, and ends with the beginning of the id.
        let id_condition = match in_id.rsplit_once('_') {
            None => format!(" OR strpos(lower(k.id), {}) > 0", self.parameter(in_id)),
            Some((end_of_prefix, start_of_id)) if prefix.ends_with(end_of_prefix) => {
                let start_of_id = self.parameter(start_of_id.to_owned());
                format!(" OR strpos(lower(k.id), {start_of_id}) = 1")
            }
            Some(_) => String::new(),
        };
        self.condition.push_str(&format!(
            " AND (strpos(k.folded_name, {folded}) > 0 OR strpos(k.folded_details, {folded}) > 0{id_condition})"
        ));
    }

    /// Adds a value and returns its place in the SQL.
    fn parameter(&mut self, value: String) -> String {
        self.parameters.push(value);
        format!("${}", self.parameters.len())
    }

    /// Returns the ids of the page, and the number of keys on all pages if it must be counted.
    pub(crate) async fn ids(
        &self,
        connection: &mut PgConnection,
        query: &KeyQuery,
    ) -> Result<(Vec<KeyId>, Option<u64>), StoreError> {
        let usage = if query.sort == KeySort::LastUsed {
            "LEFT JOIN keystile.totals t ON t.key_id = k.id"
        } else {
            ""
        };
        let Self { condition, .. } = self;
        let order = order(query.sort, query.is_descending, self.now);
        let (limit, offset) = (self.parameters.len() + 1, self.parameters.len() + 2);
        let sql = if self.must_count {
            // One scan for both. The row without an id is the count, also of an empty page.
            format!(
                "WITH found AS MATERIALIZED
                   (SELECT k.id, row_number() OVER (ORDER BY {order}) AS place FROM keystile.keys k {usage}
                     WHERE {condition})
                 (SELECT NULL AS id, (SELECT count(*) FROM found) AS total)
                 UNION ALL (SELECT id, NULL FROM found ORDER BY place LIMIT ${limit} OFFSET ${offset})"
            )
        } else {
            format!(
                "SELECT k.id, NULL::bigint AS total FROM keystile.keys k {usage} WHERE {condition}
                  ORDER BY {order} LIMIT ${limit} OFFSET ${offset}"
            )
        };
        let rows = self
            .bind_to(sqlx::query(&sql))
            // NULL is no limit.
            .bind(query.limit.map(i64::from))
            .bind(i64::from(query.offset));
        let (mut ids, mut total) = (Vec::new(), None);
        for row in rows.fetch_all(connection).await? {
            match row.optional_parsed("id")? {
                Some(id) => ids.push(id),
                None => total = row.optional_integer("total")?.map(i64::unsigned_abs),
            }
        }
        Ok((ids, total))
    }

    fn bind_to<'q>(
        &'q self,
        statement: Query<'q, sqlx::Postgres, PgArguments>,
    ) -> Query<'q, sqlx::Postgres, PgArguments> {
        self.parameters.iter().fold(statement, Query::bind)
    }
}

/// Returns the order in SQL. The time and id follow the order of the index `keys_list`.
fn order(sort: KeySort, is_descending: bool, now: Timestamp) -> String {
    let (direction, opposite) = if is_descending {
        ("DESC", "ASC")
    } else {
        ("ASC", "DESC")
    };
    let column = match sort {
        KeySort::Created => return format!("k.created_at {direction}, k.id {opposite}"),
        KeySort::Name => "k.folded_name COLLATE keystile.natural_order".to_owned(),
        KeySort::Permissions => "length(k.permissions)".to_owned(),
        KeySort::State => {
            let (is_usable, is_disabled) = (is_usable(now), is_disabled(now));
            format!("CASE WHEN NOT ({is_usable}) THEN 2 WHEN {is_disabled} THEN 1 ELSE 0 END")
        }
        // A key that was never used comes before all others.
        KeySort::LastUsed => "coalesce(t.last_at, 0)".to_owned(),
        KeySort::Expiry => "coalesce(k.expires_at, 9223372036854775807)".to_owned(),
    };
    format!("{column} {direction}, k.created_at DESC, k.id ASC")
}
