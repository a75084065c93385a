//! Reads the attack tables in `tests/vectors`: each row is one request and its expected response.

use std::net::SocketAddr;

use crate::fixture::ServiceFixture;

/// One row of an attack table.
pub(crate) struct Row(serde_json::Value);

/// Reads a table.
pub(crate) fn rows(table: &str) -> Vec<Row> {
    let rows: Vec<serde_json::Value> = serde_json::from_str(table).expect("a table");
    assert!(rows.len() >= 60, "the table is long: {}", rows.len());
    rows.into_iter().map(Row).collect()
}

impl Row {
    /// Returns a field that every row has.
    pub(crate) fn text(&self, field: &str) -> &str {
        self.optional(field)
            .unwrap_or_else(|| panic!("{field} is missing: {}", self.0))
    }

    /// Returns an optional field.
    pub(crate) fn optional(&self, field: &str) -> Option<&str> {
        self.0[field].as_str()
    }

    /// Returns an optional list of lines.
    pub(crate) fn lines(&self, field: &str) -> impl Iterator<Item = &str> {
        self.0[field]
            .as_array()
            .into_iter()
            .flatten()
            .map(|line| line.as_str().expect("a line"))
    }

    pub(crate) fn is(&self, field: &str) -> bool {
        self.0[field] == true
    }

    pub(crate) fn status(&self) -> u16 {
        let status = self.0["status"].as_u64().expect("a status");
        u16::try_from(status).expect("a status")
    }
}

/// Replaces the placeholders `{host}`, `{port}`, `{id}` (of the environment), `{reader}`, `{writer}`, `{big}`,
/// `{lines}`, and `{deep}`.
pub(crate) fn fill(fixture: &ServiceFixture, address: SocketAddr, request: &str) -> String {
    let lines: String = (0..120)
        .map(|number| format!("X-Line-{number}: x\r\n"))
        .collect();
    request
        .replace("{host}", &address.to_string())
        .replace("{port}", &address.port().to_string())
        .replace("{id}", fixture.environment.as_str())
        .replace("{reader}", &fixture.read_key.text)
        .replace("{writer}", &fixture.write_key.text)
        .replace("{big}", &"a".repeat(9000))
        .replace("{lines}", &lines)
        .replace("{deep}", &"[".repeat(8000))
}
