//! The keys that a query selects: one scan finds the ids of a page, and their number if the counts by state do not tell
//! it.

use keystile_keys::{EnvironmentId, KeyId, Timestamp, fold};
use sqlx::SqliteConnection;
use sqlx::query::Query;
use sqlx::sqlite::{Sqlite, SqliteArguments};

use crate::columns::Columns;
use crate::error::StoreError;
use crate::key_condition::{is_disabled, is_usable};
use crate::key_query::{KeyFilter, KeyQuery, KeySort};
use crate::sqlite::collation::NATURAL;
use crate::sqlite::condition::condition;

/// How many of the most recently used keys of all environments are looked at for the first pages by last use. Looking
/// up the use of each key of an environment takes 40 ms with 100,000 keys, this less than 5 ms.
const RECENTLY_USED_KEYS: u32 = 5_000;

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
        connection: &mut SqliteConnection,
        environment: &EnvironmentId,
        query: &KeyQuery,
        now: Timestamp,
    ) -> Result<Self, StoreError> {
        let mut selection = Self {
            now,
            condition: format!("k.environment_id = ? AND {}", condition(query.filter, now)),
            parameters: vec![environment.to_string()],
            must_count: query.filter == KeyFilter::InKeychain,
        };
        let words: Vec<_> = query.search.split_whitespace().collect();
        if !words.is_empty() {
            let prefix: Option<String> =
                sqlx::query_scalar("SELECT prefix FROM environments WHERE id = ?")
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
        let folded = fold(word);
        self.parameters.extend([folded.clone(), folded]);
        // An id has no `_`: a word with one begins in the prefix, and ends with the beginning of the id.
        match in_id.rsplit_once('_') {
            None => {
                self.add_condition(Some("instr(lower(k.id), ?) > 0"));
                self.parameters.push(in_id);
            }
            Some((end_of_prefix, start_of_id)) if prefix.ends_with(end_of_prefix) => {
                self.add_condition(Some("instr(lower(k.id), ?) = 1"));
                self.parameters.push(start_of_id.to_owned());
            }
            Some(_) => self.add_condition(None),
        }
    }

    /// Selects only keys with a word in a text, or in the id.
    fn add_condition(&mut self, in_id: Option<&str>) {
        let in_id = in_id
            .map(|in_id| format!(" OR {in_id}"))
            .unwrap_or_default();
        self.condition.push_str(&format!(
            " AND (instr(k.folded_name, ?) > 0 OR instr(k.folded_details, ?) > 0{in_id})"
        ));
    }

    /// Returns the ids of the page, and the number of keys on all pages if it must be counted.
    pub(crate) async fn ids(
        &self,
        connection: &mut SqliteConnection,
        query: &KeyQuery,
    ) -> Result<(Vec<KeyId>, Option<u64>), StoreError> {
        if let Some(ids) = self.recently_used(connection, query).await? {
            return Ok((ids, None));
        }
        let usage = if query.sort == KeySort::LastUsed {
            "LEFT JOIN totals t ON t.key_id = k.id"
        } else {
            ""
        };
        let Self { condition, .. } = self;
        let order = order(query.sort, query.is_descending, self.now);
        let sql = if self.must_count {
            // One scan for both. The row without an id is the count, also of an empty page.
            format!(
                "WITH found AS MATERIALIZED (SELECT k.id FROM keys k {usage} WHERE {condition} ORDER BY {order})
                 SELECT NULL AS id, (SELECT count(*) FROM found) AS total
                 UNION ALL SELECT * FROM (SELECT id, NULL FROM found LIMIT ? OFFSET ?)"
            )
        } else {
            format!(
                "SELECT k.id, NULL AS total FROM keys k {usage} WHERE {condition} ORDER BY {order} LIMIT ? OFFSET ?"
            )
        };
        // A negative limit is none (lang_select.html).
        let limit = query.limit.map_or(-1, i64::from);
        let rows = self
            .bind_to(sqlx::query(&sql))
            .bind(limit)
            .bind(query.offset);
        let (mut ids, mut total) = (Vec::new(), None);
        for row in rows.fetch_all(connection).await? {
            match row.optional_parsed("id")? {
                Some(id) => ids.push(id),
                None => total = row.optional_integer("total")?.map(i64::unsigned_abs),
            }
        }
        Ok((ids, total))
    }

    /// Returns the ids of one of the first pages of the most recently used keys. It looks only at the last used keys of
    /// all environments; `None` if they do not fill the page.
    async fn recently_used(
        &self,
        connection: &mut SqliteConnection,
        query: &KeyQuery,
    ) -> Result<Option<Vec<KeyId>>, StoreError> {
        let end = query
            .limit
            .map_or(u32::MAX, |limit| limit.saturating_add(query.offset));
        let is_by_last_use = query.sort == KeySort::LastUsed && query.is_descending;
        if !is_by_last_use || self.must_count || end > RECENTLY_USED_KEYS / 2 {
            return Ok(None);
        }
        let Self { condition, .. } = self;
        let order = order(query.sort, query.is_descending, self.now);
        // Of the keys with the last time, some may be missing.
        let sql = format!(
            "WITH recent AS MATERIALIZED
               (SELECT key_id, last_at FROM totals ORDER BY last_at DESC LIMIT {RECENTLY_USED_KEYS})
             SELECT k.id FROM recent t CROSS JOIN keys k ON k.id = t.key_id
              WHERE t.last_at > (SELECT min(last_at) FROM recent) AND {condition}
              ORDER BY {order} LIMIT ? OFFSET ?"
        );
        let rows = self
            .bind_to(sqlx::query(&sql))
            .bind(query.limit)
            .bind(query.offset)
            .fetch_all(connection)
            .await?;
        if query.limit.is_none_or(|limit| rows.len() < limit as usize) {
            return Ok(None);
        }
        rows.iter()
            .map(|row| row.parsed("id"))
            .collect::<Result<_, _>>()
            .map(Some)
    }

    fn bind_to<'q>(
        &'q self,
        statement: Query<'q, Sqlite, SqliteArguments<'q>>,
    ) -> Query<'q, Sqlite, SqliteArguments<'q>> {
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
        KeySort::Name => format!("k.folded_name COLLATE {NATURAL}"),
        KeySort::Permissions => "length(k.permissions)".to_owned(),
        KeySort::State => {
            let (is_usable, is_disabled) = (is_usable(now), is_disabled(now));
            format!("iif({is_usable}, {is_disabled}, 2)")
        }
        // NULL, of a key that was never used, is the smallest value.
        KeySort::LastUsed => "t.last_at".to_owned(),
        KeySort::Expiry => "coalesce(k.expires_at, 9223372036854775807)".to_owned(),
    };
    format!("{column} {direction}, k.created_at DESC, k.id ASC")
}
