//! The tables of attacks: one request a row, the only answer it may get beside it. Each subject has a table of its own;
//! reading one and filling in its places is the same for all.

use std::net::SocketAddr;

use crate::fixture::ServiceFixture;

/// One row.
pub(crate) struct Row(serde_json::Value);

/// Reads a table.
pub(crate) fn rows(table: &str) -> Vec<Row> {
    let rows: Vec<serde_json::Value> = serde_json::from_str(table).expect("a table");
    assert!(rows.len() >= 60, "the table is long: {}", rows.len());
    rows.into_iter().map(Row).collect()
}

impl Row {
    /// A field that every row has.
    pub(crate) fn text(&self, field: &str) -> &str {
        self.optional(field)
            .unwrap_or_else(|| panic!("{field} is missing: {}", self.0))
    }

    /// A field that is there where it matters.
    pub(crate) fn optional(&self, field: &str) -> Option<&str> {
        self.0[field].as_str()
    }

    /// A list of lines, empty where there is none.
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

/// Fills in `{host}` and `{port}`, `{id}` of the environment, `{reader}` and `{writer}`, and the large ones: `{big}`,
/// `{lines}` and `{deep}`.
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
