//! Print the configuration of a reverse proxy: exactly what the service's tests run.

use keystile_service::{Snippet, snippet};
use serde_json::json;

use crate::arguments;
use crate::failure::Failure;
use crate::report::Report;

pub(crate) fn run(wish: &arguments::Snippet, report: &Report) -> Result<(), Failure> {
    let text = snippet(&Snippet {
        proxy: wish.proxy,
        environment: &wish.environment,
        service: wish.service,
        upstream: &wish.upstream,
        listen: wish.listen,
    })?;
    let value = json!({"proxy": wish.proxy.as_str(), "configuration": text});
    report.result(text.trim_end(), &value);
    Ok(())
}
