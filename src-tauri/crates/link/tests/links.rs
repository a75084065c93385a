//! Links are formatted as they are parsed, and everything else is rejected.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up must fail")]

use keystile_keys::{EnvironmentId, Name, Prefix, ProjectId, Stage, Timestamp, os_random};
use keystile_link::{InvalidLink, Link, Tab};
use keystile_store::EnvironmentRow;
use proptest::prelude::*;

fn row(project: &str, environment: &str) -> EnvironmentRow {
    EnvironmentRow {
        id: EnvironmentId::generate(&mut os_random()).unwrap(),
        project_id: ProjectId::generate(&mut os_random()).unwrap(),
        project_name: project.to_owned(),
        name: environment.to_owned(),
        stage: Stage::Staging,
        prefix: Prefix::suggested_for(environment, Stage::Staging),
        endpoint: None,
        key_location: Default::default(),
        default_days: None,
        max_days: None,
        first_issued_at: None,
        activated_at: None,
        created_at: Timestamp::from_millis(0),
        active_keys: 0,
    }
}

fn link(project: &str, environment: &str, tab: Option<Tab>) -> Link {
    Link::to_environment(&row(project, environment), tab)
}

#[test]
fn link_percent_encodes_its_names() {
    assert_eq!(
        link("Acme Shop", "prod#1 ü", Some(Tab::Keys)).to_string(),
        "keystile://open/Acme%20Shop/prod%231%20%C3%BC/keys"
    );
}

#[test]
fn link_without_a_tab_names_none() {
    let parsed: Link = "keystile://open/Acme%20Shop/staging".parse().unwrap();
    assert_eq!(parsed, link("Acme Shop", "staging", None));
    let slash: Link = "keystile://open/Acme%20Shop/staging/".parse().unwrap();
    assert_eq!(slash, parsed, "some programs add a slash");
}

#[test]
fn link_to_a_name_of_dots_has_the_id() {
    let row = row(".", "..");
    assert_eq!(
        Link::to_environment(&row, None).to_string(),
        format!("keystile://open/{}/{}", row.project_id, row.id)
    );
}

#[test]
fn every_tab_is_parsed_by_its_name() {
    for tab in Tab::ALL {
        assert_eq!(tab.as_str().parse(), Ok(tab));
    }
}

#[test]
fn invalid_link_is_rejected() {
    for text in [
        "",
        "keystile:",
        "keystile://open",
        "keystile://open/",
        "keystile://open/Acme",
        "keystile://open/Acme/",
        "keystile://open//staging",
        "keystile://open/Acme/staging/settings",
        "keystile://open/Acme/staging/keys/new",
        "keystile://open/Acme/staging?confirm=yes",
        "keystile://open/Acme/staging#keys",
        "keystile://revoke/Acme/staging",
        "https://open/Acme/staging",
        "keystile://open/%FF/staging",
        "keystile://open/Acme%2FShop/staging",
        "keystile://open/Acme%00/staging",
        "keystile://open/%E2%80%AE/staging",
    ] {
        assert_eq!(text.parse::<Link>(), Err(InvalidLink), "{text}");
    }
    let long = format!("keystile://open/{}/staging", "a".repeat(81));
    assert_eq!(long.parse::<Link>(), Err(InvalidLink), "longer than a name");
}

proptest! {
    #[test]
    fn formatted_link_is_parsed_back(
        project in "[^/\\p{C}\\p{Z}]{1,40}",
        environment in "[a-zA-Z0-9 %?#&=+]{0,20}[a-z]",
        tab in prop::option::of(prop::sample::select(Tab::ALL.to_vec())),
    ) {
        let (Ok(project), Ok(environment)) = (Name::parse(&project), Name::parse(&environment)) else {
            return Ok(());
        };
        let formatted = link(project.as_str(), environment.as_str(), tab);
        prop_assert_eq!(formatted.to_string().parse(), Ok(formatted));
    }

    #[test]
    fn any_text_is_parsed_without_a_panic(text in "keystile://open/.*") {
        let _parsed = text.parse::<Link>();
    }
}
