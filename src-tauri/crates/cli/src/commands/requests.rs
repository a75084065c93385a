//! `requests`: shows the request log of an environment, oldest first, as a table or as JSON Lines.

use std::time::Duration;

use keystile_guard::DecisionCode;
use keystile_registry::Registry;
use keystile_store::{
    EnvironmentRow, LoggedRequest, RequestFilter, RequestKeyFilter, RequestRange, RequestWord,
};
use serde_json::{Value, json};

use crate::arguments::{KeyArguments, Requests};
use crate::error::CliError;
use crate::report::Report;
use crate::resolve::{self, KeyToRevoke};
use crate::signal;
use crate::style::{BAD, DIM, GOOD};
use crate::table::{Cell, Columns};

/// How often `--follow` looks for new requests. They are written four times a second.
const POLL_INTERVAL: Duration = Duration::from_millis(500);
/// Requests that are read at a time.
const PAGE_SIZE: u32 = 1_000;
const HEADS: [&str; 10] = [
    "TIME", "RESULT", "STATUS", "DURATION", "METHOD", "PATH", "KEY", "CLIENT", "SOURCE", "CODE",
];

pub(crate) async fn run(
    registry: &Registry,
    args: &Requests,
    report: &Report,
) -> Result<(), CliError> {
    let environment = resolve::environment(registry, &args.environment.reference).await?;
    let filter = filter(registry, &environment, args).await?;
    let store = registry.store();
    // Read first: a request that comes in between is either listed now or followed.
    let newest = newest_id(registry, &environment).await?;
    let mut requests = store
        .list_requests(&environment.id, &filter, RequestRange::Newest, args.limit)
        .await?;
    requests.reverse();
    let mut last = match requests.last() {
        Some(last) => last.id.max(newest),
        None => newest,
    };
    if requests.is_empty() && !args.follow {
        if args.limit > 0 {
            report.note(if filter == RequestFilter::default() {
                "No requests yet."
            } else {
                "No such requests."
            });
        }
        return Ok(());
    }
    let mut output = Output::new(report);
    output.print(&requests);
    let follow = async {
        loop {
            tokio::time::sleep(POLL_INTERVAL).await;
            let range = RequestRange::After(last);
            let new = store
                .list_requests(&environment.id, &filter, range, PAGE_SIZE)
                .await?;
            if let Some(newest) = new.last() {
                last = newest.id;
            }
            output.print(&new);
            if report.has_failed() {
                return Ok::<_, CliError>(());
            }
        }
    };
    if args.follow {
        tokio::select! {
            result = follow => result?,
            () = signal::shutdown() => {}
        }
    }
    Ok(())
}

async fn filter(
    registry: &Registry,
    environment: &EnvironmentRow,
    args: &Requests,
) -> Result<RequestFilter, CliError> {
    let key = match &args.key {
        None => RequestKeyFilter::Any,
        Some(key) => {
            let arguments = KeyArguments {
                key: key.clone(),
                env: Some(environment.id.to_string()),
            };
            // A revoked key is found by its name, too.
            let (KeyToRevoke::Revocable(key) | KeyToRevoke::Revoked(key)) =
                resolve::key_to_revoke(registry, &arguments).await?;
            RequestKeyFilter::Key(key.id)
        }
    };
    Ok(RequestFilter {
        allowed: (args.allowed || args.denied).then_some(args.allowed),
        key,
        words: words(args.search.as_deref().unwrap_or_default()),
    })
}

/// Splits a search into words, which are also looked up in the decision codes.
fn words(search: &str) -> Vec<RequestWord> {
    let mut words = RequestWord::split(search);
    for word in &mut words {
        let text = word.text.to_lowercase();
        word.codes = DecisionCode::ALL
            .iter()
            .map(|code| code.as_str())
            .filter(|code| code.contains(&text))
            .map(str::to_owned)
            .collect();
    }
    words
}

/// Returns the id of the newest request, or 0, for `--follow` without past requests.
async fn newest_id(registry: &Registry, environment: &EnvironmentRow) -> Result<i64, CliError> {
    let newest = registry
        .store()
        .list_requests(
            &environment.id,
            &RequestFilter::default(),
            RequestRange::Newest,
            1,
        )
        .await?;
    Ok(newest.first().map_or(0, |request| request.id))
}

/// Prints requests as they come, in one table.
struct Output<'a> {
    report: &'a Report,
    columns: Columns<'static>,
    has_heads: bool,
}

impl<'a> Output<'a> {
    fn new(report: &'a Report) -> Self {
        Self {
            report,
            columns: Columns::new(&HEADS),
            has_heads: false,
        }
    }

    fn print(&mut self, requests: &[LoggedRequest]) {
        if self.report.is_json() {
            for request in requests {
                self.report.raw(&value(request).to_string());
            }
            return;
        }
        let lines = self.columns.lines(requests.iter().map(cells).collect());
        if !std::mem::replace(&mut self.has_heads, true) {
            self.report.styled(&self.columns.heads());
        }
        for line in lines {
            self.report.styled(&line);
        }
    }
}

fn cells(request: &LoggedRequest) -> Vec<Cell> {
    let record = &request.record;
    let key = record.key.as_ref().map(|key| key.to_string());
    let name = request.key_name.clone().or(key);
    let (style, result) = if record.allowed {
        (GOOD, "allowed")
    } else {
        (BAD, "denied")
    };
    let or_dash = |text: Option<String>| text.unwrap_or_else(|| "-".to_owned()).into();
    vec![
        Cell::new(DIM, record.time.floor_to_secs().to_string()),
        Cell::new(style, result),
        or_dash(record.status.map(|status| status.to_string())),
        format!("{:.1}ms", record.duration.as_secs_f64() * 1e3).into(),
        // Escaped, because they may contain control characters for the terminal.
        record.method.escape_debug().to_string().into(),
        record.path.escape_debug().to_string().into(),
        or_dash(name),
        or_dash(record.client.map(|client| client.to_string())),
        record.source.as_str().into(),
        Cell::new(DIM, &*record.code),
    ]
}

fn value(request: &LoggedRequest) -> Value {
    let record = &request.record;
    json!({
        "id": request.id,
        "time": record.time.to_rfc3339(),
        "source": record.source.as_str(),
        "method": record.method,
        "path": record.path,
        "status": record.status,
        "duration_ms": (record.duration.as_secs_f64() * 1e6).round() / 1e3,
        "client": record.client,
        "key_id": record.key.as_ref().map(|key| key.as_str()),
        "name": request.key_name,
        "access": record.access.as_str(),
        "access_reason": record.access_reason,
        "removed_headers": record.removed_headers,
        "allowed": record.allowed,
        "code": record.code,
    })
}
