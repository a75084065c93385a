//! Route rules: what they can say, and that no spelling of a path makes a request need less.

#![expect(
    clippy::expect_used,
    reason = "rules that a test cannot read must fail it"
)]

use keystile_keys::Permission;
use keystile_policy::{Access, MAX_RULES, RequestKind, RouteRule, RouteRuleError, RouteRules};

const READ: Access = Access::Key(Permission::Read);
const WRITE: Access = Access::Key(Permission::Write);

fn rules(text: &str) -> RouteRules {
    RouteRules::parse(text).expect("rules that are well written")
}

#[test]
fn the_first_rule_that_is_about_a_request_decides_and_else_the_method_does() {
    let rules = rules(
        "POST /search read\n* /health open\nGET /reports/* write\nGET /reports/public read\n* /docs/* open",
    );
    for (method, path, need, rule) in [
        ("POST", "/search", READ, Some(0)),
        ("PUT", "/search", WRITE, None),
        ("POST", "/search/more", WRITE, None),
        ("GET", "/health", Access::Open, Some(1)),
        ("DELETE", "/health", Access::Open, Some(1)),
        ("GET", "/reports/public", WRITE, Some(2)),
        ("HEAD", "/reports/2026", WRITE, Some(2)),
        ("GET", "/reports", WRITE, Some(2)),
        ("GET", "/reportsandmore", READ, None),
        ("GET", "/docs", Access::Open, Some(4)),
        ("GET", "/docs/a/b", Access::Open, Some(4)),
        ("GET", "/", READ, None),
        ("PATCH", "/", WRITE, None),
    ] {
        let routed = rules.need(method, path, RequestKind::Plain);
        assert_eq!(
            (routed.need, routed.rule),
            (need, rule),
            "{method} {path}: rules are kept in order, and what none is about is judged by its method"
        );
    }
}

#[test]
fn a_path_spelt_otherwise_never_needs_less() {
    let rules = rules("* /open/* open\nPOST /search read\nGET /export write");
    for (method, path, need) in [
        // Ways out of what is open.
        ("GET", "/open/../admin", WRITE),
        ("GET", "/open/a%2fb/../../admin", WRITE),
        ("GET", "/open/a\\b/../../admin", WRITE),
        ("GET", "/open/%252525252e%252525252e/admin", WRITE),
        ("POST", "/open/../admin", WRITE),
        ("POST", "/open/%2e%2e/admin", WRITE),
        ("POST", "/open/%252e%252e/admin", WRITE),
        ("POST", "/open/..%2fadmin", WRITE),
        ("POST", "/open/..\\admin", WRITE),
        ("POST", "/open/..;/admin", WRITE),
        ("POST", "/OPEN/a", WRITE),
        ("POST", "//open/a", WRITE),
        ("POST", "/Search", WRITE),
        ("POST", "/search/", WRITE),
        // Ways around what is closed.
        ("GET", "/Export", WRITE),
        ("GET", "/export/", WRITE),
        ("GET", "//export", WRITE),
        ("GET", "/./export", WRITE),
        ("GET", "/a/../export", WRITE),
        ("GET", "/%65xport", WRITE),
        ("GET", "/%2565xport", WRITE),
        ("GET", "/export;v=1", WRITE),
        ("GET", "/export%2f", WRITE),
        ("GET", "/open/%2e%2e/export", WRITE),
        ("GET", "/export/..;/../export/1", WRITE),
        // What they were meant for.
        ("POST", "/open/a", Access::Open),
        ("POST", "/open/a%20b", Access::Open),
        ("POST", "/search", READ),
    ] {
        assert_eq!(
            rules.need(method, path, RequestKind::Plain).need,
            need,
            "{method} {path}: an API may read this path otherwise, so the stricter reading counts"
        );
    }
}

#[test]
fn an_upgrade_needs_write_unless_a_rule_says_otherwise_and_an_override_always_does() {
    let rules = rules("GET /live read");
    for (path, claim, need) in [
        ("/live", RequestKind::Upgrade, READ),
        ("/other", RequestKind::Upgrade, WRITE),
        ("/live", RequestKind::Override, WRITE),
        ("/other", RequestKind::Override, WRITE),
    ] {
        assert_eq!(
            rules.need("GET", path, claim).need,
            need,
            "{path} {claim:?}: what follows is not seen, and a hidden method is not believed"
        );
    }
    assert_eq!(
        RouteRules::default()
            .need("GET", "/live", RequestKind::Upgrade)
            .need,
        WRITE,
        "without rules an upgrade needs write"
    );
}

#[test]
fn rules_are_stored_as_they_are_written() {
    let text = "POST /search read\n* /health open\nM-SEARCH /a/* write\n* /* open\nGET / read";
    assert_eq!(
        rules(text).to_string(),
        text,
        "what was stored must be read as it was meant"
    );
    assert_eq!(
        rules(""),
        RouteRules::default(),
        "no text is no rules, not a broken one"
    );
}

#[test]
fn what_is_no_rule_is_refused_with_its_reason() {
    for (text, error) in [
        ("", RouteRuleError::Form),
        ("GET /a", RouteRuleError::Form),
        ("GET /a read now", RouteRuleError::Form),
        ("get /a read", RouteRuleError::Method),
        ("G?T /a read", RouteRuleError::Method),
        ("GETGETGETGETGETGETGETGET /a read", RouteRuleError::Method),
        ("GET a read", RouteRuleError::Path),
        ("GET /a?b=c read", RouteRuleError::Path),
        ("GET /a/*/b read", RouteRuleError::Path),
        ("GET /a* read", RouteRuleError::Path),
        ("GET /a/ read", RouteRuleError::Path),
        ("GET /a/../b read", RouteRuleError::Path),
        ("GET //a read", RouteRuleError::Path),
        ("GET /%61 read", RouteRuleError::Path),
        ("GET /a;b read", RouteRuleError::Path),
        ("GET /ä read", RouteRuleError::Path),
        ("GET /a admin", RouteRuleError::Need),
    ] {
        assert_eq!(
            text.parse::<RouteRule>(),
            Err(error),
            "{text:?} says nothing certain, so it must not be kept"
        );
    }
    let long = format!("GET /{} read", "a".repeat(200));
    assert_eq!(
        long.parse::<RouteRule>(),
        Err(RouteRuleError::Path),
        "a path longer than an address is none"
    );
    let many = "* /a read\n".repeat(MAX_RULES + 1);
    assert_eq!(
        RouteRules::parse(&many),
        Err(RouteRuleError::TooMany),
        "each request goes through the rules"
    );
}
