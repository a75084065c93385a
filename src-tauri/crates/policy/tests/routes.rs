//! Route rules: their syntax, and that no spelling of a request requires less access.

#![expect(clippy::expect_used, reason = "a test that cannot be set up must fail")]

use http::{HeaderMap, Method};
use keystile_keys::Permission;
use keystile_policy::{
    Access, AccessReason, MAX_RULES, PathDoubt, RequestFacts, RouteRule, RouteRuleError,
    RouteRules, UnusedRule,
};

const READ: Access = Access::Key(Permission::Read);
const WRITE: Access = Access::Key(Permission::Write);

fn rules(text: &str) -> RouteRules {
    RouteRules::parse(text).expect("valid rules")
}

fn request(method: &str, target: &str) -> RequestFacts {
    with_headers(method, target, &[])
}

fn with_headers(method: &str, target: &str, headers: &[(&str, &str)]) -> RequestFacts {
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        let name: http::HeaderName = name.parse().expect("a header name");
        map.append(name, value.parse().expect("a header value"));
    }
    let method = Method::from_bytes(method.as_bytes()).expect("a method");
    RequestFacts::new(method, Some(target.parse().expect("a target")), &map)
}

#[test]
fn rule_that_an_earlier_one_covers_is_unused() {
    for (text, covered) in [
        ("* /a/* read\nPOST /a/b open", Some((1, 0))),
        ("* /a/* read\n* /a open", Some((1, 0))),
        ("* /a/* read\nGET /a/b/* open", Some((1, 0))),
        ("* /* read\nPOST /search open", Some((1, 0))),
        ("GET /a read\nHEAD /a open", Some((1, 0))),
        ("POST /b read\n* /a/* write\nPUT /a/b read", Some((2, 1))),
        ("HEAD /a read\nGET /a open", None),
        ("GET /a/* read\n* /a/b open", None),
        ("* /a/b open\n* /a/* read", None),
        ("* /a open\n* /a/* read", None),
        ("* /a/b/* open\n* /a/* read", None),
        ("* /a/* read\n* /ab open", None),
        ("* /A/* read\n* /a/b open", None),
    ] {
        let unused = rules(text).unused();
        let expected = covered.map(|(index, covered_by)| UnusedRule { index, covered_by });
        assert_eq!(unused, Vec::from_iter(expected), "{text:?}");
        // The same by requests: a covered rule never decides.
        if let Some((index, _)) = covered {
            for path in ["/a", "/a/b", "/A/B", "/a/b/c", "/a.json", "/search", "/"] {
                for method in ["GET", "HEAD", "POST", "PUT"] {
                    let rule = rules(text).required_access(&request(method, path)).rule();
                    assert_ne!(rule, Some(index), "{text:?}: {method} {path}");
                }
            }
        }
    }
}

#[test]
fn first_matching_rule_applies_before_method_default() {
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
        let routed = rules.required_access(&request(method, path));
        assert_eq!(
            (routed.access, routed.rule()),
            (need, rule),
            "{method} {path}: the first match applies, then the default of the method"
        );
    }
}

#[test]
fn other_path_spelling_never_requires_less() {
    let rules = rules("* /open/* open\nPOST /search read\nGET /export write");
    for (method, path, need) in [
        // Escapes from open paths.
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
        // Spellings of restricted paths.
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
        // Ordinary matches.
        ("POST", "/open/a", Access::Open),
        ("POST", "/open/a%20b", Access::Open),
        ("POST", "/search", READ),
    ] {
        assert_eq!(
            rules.required_access(&request(method, path)).access,
            need,
            "{method} {path}: the strictest interpretation must apply"
        );
    }
}

#[test]
fn upgrade_requires_write_without_rule_and_override_always() {
    let rules = rules("GET /live read");
    let upgrade = [("upgrade", "websocket")];
    let override_header = [("x-http-method-override", "DELETE")];
    for (path, headers, access, reason) in [
        ("/live", upgrade, READ, AccessReason::Rule(0)),
        ("/other", upgrade, WRITE, AccessReason::Upgrade),
        (
            "/live",
            override_header,
            WRITE,
            AccessReason::MethodOverride,
        ),
        (
            "/other",
            override_header,
            WRITE,
            AccessReason::MethodOverride,
        ),
    ] {
        let required = rules.required_access(&with_headers("GET", path, &headers));
        assert_eq!(
            (required.access, required.reason),
            (access, reason),
            "{path} {headers:?}: upgrades and overrides must require write"
        );
    }
    assert_eq!(
        RouteRules::default()
            .required_access(&with_headers("GET", "/live", &upgrade))
            .access,
        WRITE,
        "an upgrade must require write without rules"
    );
}

#[test]
fn method_override_is_detected_in_every_spelling() {
    for query in [
        "_method=DELETE",
        "a=1&_method=DELETE",
        "a=1;_method=DELETE",
        "_METHOD=delete",
        "+_method=DELETE",
        "%20_method=DELETE",
        "%09%20_method=DELETE",
        "_method%00zz=DELETE",
        "_method[]=DELETE",
        "_method%5B0%5D=DELETE",
        ".method=DELETE",
        "%5fmethod=DELETE",
        "%255fmethod=DELETE",
        "%25255fmethod=DELETE",
        "_%6dethod=DELETE",
        "_method",
        "_method=",
        "a?_method=DELETE",
        "X-HTTP-Method-Override=DELETE",
        "x.http.method.override=DELETE",
        "_HttpMethod=DELETE",
        // PHP reads an unclosed bracket as `_`.
        "_http[method=DELETE",
        "x%5Bhttp_method.override=DELETE",
    ] {
        let facts = request("GET", &format!("/posts/1?{query}"));
        assert_eq!(
            RouteRules::default().required_access(&facts).reason,
            AccessReason::MethodOverride,
            "{query}: some framework treats this GET as a DELETE"
        );
    }
    for query in [
        "method=DELETE",
        "payment_method=card",
        "a=_method",
        "_methods=1",
        "",
    ] {
        let facts = request("GET", &format!("/posts/1?{query}"));
        assert_eq!(
            RouteRules::default().required_access(&facts).access,
            READ,
            "{query}: an ordinary parameter must not require write"
        );
    }
    for name in [
        "x-http-method-override",
        "x_http_method_override",
        "x.http.method.override",
        "x-http-method",
        "x-method-override",
        "x~method",
        "http_method_override",
    ] {
        let facts = with_headers("GET", "/", &[(name, "DELETE")]);
        assert_eq!(
            (
                RouteRules::default().required_access(&facts).reason,
                facts.override_method()
            ),
            (AccessReason::MethodOverride, Some("DELETE")),
            "{name}: CGI maps every sign in a name to _"
        );
    }
}

#[test]
fn method_override_is_detected_in_query_that_is_not_utf8() {
    let (kind, method) =
        keystile_policy::request_kind(&HeaderMap::new(), [&b"_method=DELETE&x=\xff"[..]]);
    assert_eq!(
        (kind, method.as_deref()),
        (keystile_policy::RequestKind::Override, Some("DELETE")),
        "nginx passes such bytes to the upstream"
    );
}

#[test]
fn uncertain_path_requires_write_with_reason() {
    let rules = rules("* /open/* open");
    for (path, doubt) in [
        ("/open/../admin", PathDoubt::DotSegments),
        ("/open/%2e%2e/admin", PathDoubt::DotSegments),
        ("/open/.%252e/admin", PathDoubt::DotSegments),
        ("/open/..;x/admin", PathDoubt::DotSegments),
        ("/open/..%20/admin", PathDoubt::DotSegments),
        ("/open/..%00/admin", PathDoubt::DotSegments),
        ("/open/a;%2fx", PathDoubt::EscapedDelimiter),
        ("/open/a;%61", PathDoubt::EscapeBesideParameters),
        ("/open/a%252fb", PathDoubt::DoubleEscape),
        ("/open/a%2fb", PathDoubt::EscapedDelimiter),
        ("/open/a%00", PathDoubt::EscapedDelimiter),
        ("/open/a%3fb", PathDoubt::EscapedDelimiter),
        ("/open/a%5cb", PathDoubt::EscapedDelimiter),
        ("/open/a\\b", PathDoubt::Backslash),
        ("//open/a", PathDoubt::LeadingDoubleSlash),
        ("/open/%zz", PathDoubt::MalformedEscape),
        ("/open/%u002fa", PathDoubt::MalformedEscape),
        ("/open/%ff", PathDoubt::InvalidUtf8),
        ("/open/a.", PathDoubt::WindowsFileName),
        ("/open/a%20", PathDoubt::WindowsFileName),
        ("/open/ADMINI~1", PathDoubt::WindowsFileName),
        ("/open/%EF%BC%8Fadmin", PathDoubt::DelimiterLookalike),
    ] {
        let required = rules.required_access(&request("GET", path));
        assert_eq!(
            (required.access, required.reason),
            (WRITE, AccessReason::UncertainPath(doubt)),
            "{path}: servers read this path differently"
        );
    }
}

#[test]
fn displayed_rules_are_parsed_back() {
    let text = "POST /search read\n* /health open\nM-SEARCH /a/* write\n* /* open\nGET / read";
    assert_eq!(
        rules(text).to_string(),
        text,
        "stored rules must be parsed back"
    );
    assert_eq!(
        rules(""),
        RouteRules::default(),
        "an empty text has no rules"
    );
}

#[test]
fn invalid_rule_is_rejected_with_its_error() {
    for (text, error) in [
        ("", RouteRuleError::Syntax),
        ("GET /a", RouteRuleError::Syntax),
        ("GET /a read now", RouteRuleError::Syntax),
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
        ("GET /a admin", RouteRuleError::Access),
    ] {
        assert_eq!(
            text.parse::<RouteRule>(),
            Err(error),
            "{text:?} must be rejected"
        );
    }
    let long = format!("GET /{} read", "a".repeat(200));
    assert_eq!(
        long.parse::<RouteRule>(),
        Err(RouteRuleError::Path),
        "long paths must be rejected"
    );
    let many = "* /a read\n".repeat(MAX_RULES + 1);
    assert_eq!(
        RouteRules::parse(&many),
        Err(RouteRuleError::TooMany),
        "the number of rules must be limited"
    );
}
