//! Arguments of `keystile open`.

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use keystile_link::Tab;

#[derive(Debug, Args)]
pub(crate) struct Open {
    /// Environment, as PROJECT/ENVIRONMENT or ID [default: open the window where it was].
    pub(crate) environment: Option<String>,
    /// Page of the environment [default: its keys, or its overview while it has none].
    #[arg(long, requires = "environment", value_parser = tab())]
    pub(crate) tab: Option<Tab>,
}

/// Returns a parser that lists the tabs in help, errors, and completions.
fn tab() -> impl TypedValueParser<Value = Tab> {
    PossibleValuesParser::new(Tab::ALL.map(Tab::as_str)).try_map(|name| name.parse::<Tab>())
}
