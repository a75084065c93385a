//! Property tests against models of server families, which decode, cut, merge, and trim paths differently.

use http::{HeaderMap, Method};
use keystile_keys::Permission;
use keystile_policy::{Access, RequestFacts, RouteRules};
use proptest::prelude::*;
use proptest::sample::select;

/// Returns the path that a server routes by; `None` if it rejects the request.
struct Model {
    name: &'static str,
    route: fn(&str) -> Option<String>,
    ignores_case: bool,
    /// Whether a route also answers with a format suffix, unless the suffix is part of the route.
    strips_suffix: bool,
}

const fn model(name: &'static str, route: fn(&str) -> Option<String>) -> Model {
    Model {
        name,
        route,
        ignores_case: false,
        strips_suffix: false,
    }
}

fn decode(text: &str) -> String {
    let bytes: Vec<u8> = percent_encoding::percent_decode_str(text).collect();
    String::from_utf8_lossy(&bytes).into_owned()
}

fn merge(text: &str) -> String {
    let mut merged = String::new();
    for character in text.chars() {
        if character != '/' || !merged.ends_with('/') {
            merged.push(character);
        }
    }
    merged
}

fn resolve(text: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    for segment in text.split('/') {
        match segment {
            "." => {}
            ".." => {
                kept.pop();
            }
            other => kept.push(other),
        }
    }
    let path = kept.join("/");
    if path.starts_with('/') {
        path
    } else {
        format!("/{path}")
    }
}

fn without_parameters(text: &str) -> String {
    let names: Vec<&str> = text
        .split('/')
        .map(|segment| segment.split(';').next().unwrap_or_default())
        .collect();
    names.join("/")
}

fn stripped(text: &str) -> String {
    match text.trim_end_matches('/') {
        "" => "/".to_owned(),
        other => other.to_owned(),
    }
}

fn windows(text: &str) -> String {
    let names: Vec<&str> = text
        .split('/')
        .map(|name| {
            if matches!(name, "." | "..") {
                name
            } else {
                name.trim_end_matches(['.', ' '])
            }
        })
        .collect();
    names.join("/")
}

fn until(text: &str, ends: &[char]) -> String {
    text.split(ends).next().unwrap_or_default().to_owned()
}

static MODELS: [Model; 20] = [
    model("Node.js http, by req.url", |path| Some(path.to_owned())),
    Model {
        ignores_case: true,
        ..model("Express", |path| Some(stripped(path)))
    },
    model("Koa and Fastify", |path| Some(decode(path))),
    model("WSGI PATH_INFO (gunicorn, uWSGI)", |path| {
        Some(decode(path))
    }),
    model("Python urlparse, then unquote", |path| {
        let path = match path.strip_prefix("//") {
            Some(rest) => format!("/{}", rest.split_once('/').map_or("", |(_, path)| path)),
            None => path.to_owned(),
        };
        let last = path.rfind('/').map_or(0, |index| index + 1);
        let cut = path[last..]
            .find(';')
            .map_or(path.len(), |index| last + index);
        Some(decode(&path[..cut]))
    }),
    model("Werkzeug with merged slashes", |path| {
        Some(merge(&decode(path)))
    }),
    model("Go net/http ServeMux", |path| {
        Some(resolve(&merge(&decode(path))))
    }),
    model("nginx", |path| Some(resolve(&merge(&decode(path))))),
    model("Apache httpd", |path| {
        (!path.to_ascii_lowercase().contains("%2f")).then(|| resolve(&merge(&decode(path))))
    }),
    model("Tomcat, encoded solidus decoded", |path| {
        Some(resolve(&merge(
            &decode(&without_parameters(path)).replace('\\', "/"),
        )))
    }),
    model("Jetty", |path| {
        Some(resolve(&merge(&decode(&without_parameters(path)))))
    }),
    Model {
        strips_suffix: true,
        ..model("Spring MVC with suffix patterns", |path| {
            Some(stripped(&without_parameters(&decode(path))))
        })
    },
    model("PHP frameworks, by parse_url and rawurldecode", |path| {
        let path = path.strip_prefix("//").map_or(path.to_owned(), |rest| {
            format!("/{}", rest.split_once('/').map_or("", |(_, path)| path))
        });
        Some(stripped(&decode(&path)))
    }),
    Model {
        strips_suffix: true,
        ..model("Rails", |path| Some(stripped(&merge(&decode(path)))))
    },
    Model {
        ignores_case: true,
        ..model("IIS", |path| {
            let path = decode(&path.replace("%u002f", "/")).replace('\\', "/");
            Some(windows(&resolve(&merge(&path))))
        })
    },
    Model {
        ignores_case: true,
        ..model("ASP.NET Core", |path| {
            let kept = path.replace("%2f", "\u{1}").replace("%2F", "\u{1}");
            Some(stripped(&resolve(&decode(&kept).replace('\u{1}', "%2f"))))
        })
    },
    model("Envoy, escaped slashes unescaped", |path| {
        Some(resolve(&merge(&decode(path).replace('\\', "/"))))
    }),
    model("a server behind a decoding proxy", |path| {
        Some(resolve(&merge(&decode(&decode(path)))))
    }),
    model("a server that ends paths at NUL, ? and #", |path| {
        Some(until(&decode(path), &['\0', '?', '#']))
    }),
    Model {
        ignores_case: true,
        ..model("a server with best-fit conversion", |path| {
            let path = decode(path)
                .replace('\u{ff0f}', "/")
                .replace('\u{ff0e}', ".")
                .replace('\u{212a}', "k");
            Some(resolve(&merge(&path)))
        })
    },
];

/// Returns the access that the rules require for the path that the server sees.
fn required_by(model: &Model, rules: &RouteRules, method: &Method, path: &str) -> Option<Access> {
    let seen = (model.route)(path)?;
    let first = |path: &str| {
        rules
            .as_slice()
            .iter()
            .find(|rule| {
                let is_method = match rule.method() {
                    None => true,
                    Some("GET") => matches!(method.as_str(), "GET" | "HEAD"),
                    Some(own) => own == method.as_str(),
                };
                let (pattern, path) = if model.ignores_case {
                    (rule.path().to_lowercase(), path.to_lowercase())
                } else {
                    (rule.path().to_owned(), path.to_owned())
                };
                let is_path = match pattern.strip_suffix("/*") {
                    Some(stem) => path
                        .strip_prefix(stem)
                        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/')),
                    None => pattern == path,
                };
                is_method && is_path
            })
            .map(|rule| rule.access())
    };
    if model.strips_suffix {
        let last = seen.rfind('/').map_or(0, |index| index + 1);
        if let Some(index) = seen[last..].rfind('.').filter(|index| *index > 0)
            && let Some(access) = first(&seen[..last + index])
        {
            return Some(access);
        }
    }
    Some(first(&seen).unwrap_or(Access::Key(Permission::needed_for(method.as_str()))))
}

const PIECES: [&str; 46] = [
    "/",
    "/",
    "/",
    "/",
    "//",
    "admin",
    "Admin",
    "ADMIN",
    "open",
    "search",
    "a",
    "k",
    "\u{212a}",
    "%E2%84%AA",
    ";",
    ";x",
    ";v=1",
    "%2f",
    "%2F",
    "%5c",
    "\\",
    "%3b",
    "%3B",
    "%252f",
    "%255c",
    "%253b",
    "..",
    ".",
    "%2e",
    "%2e%2e",
    "%252e",
    "%00",
    "%20",
    " ",
    ".json",
    ".",
    "%3f",
    "%23",
    "%61dmin",
    "%2561dmin",
    "%u002f",
    "%ef%bc%8f",
    "%c0%af",
    "~1",
    "::$DATA",
    "+",
];

const RULES: [&str; 9] = [
    "* /Admin write\n* /Open/Search read\n* /* open",
    "* /admin write\n* /* open",
    "* /admin/* write\nGET /* open",
    "* /open/* open",
    "* /open/* open\nPOST /search read\nGET /admin write",
    "GET /open/admin write\n* /open/* open",
    "* /k write\n* /* read",
    "* /a/open open\n* /a/* write\n* /* open",
    "* /Admin open\n* /admin/* write\n* /search.json open",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 20_000, ..ProptestConfig::default() })]

    #[test]
    fn no_server_model_requires_more_access(
        pieces in prop::collection::vec(select(&PIECES[..]), 0..9),
        rules in select(&RULES[..]),
        method in select(&["GET", "HEAD", "POST", "DELETE"][..]),
    ) {
        // Skip paths that cannot be sent.
        let path = format!("/{}", pieces.concat());
        let Ok(target) = http::uri::PathAndQuery::try_from(path.as_str()) else {
            return Ok(());
        };
        let rules = RouteRules::parse(rules).expect("rules");
        let method = Method::from_bytes(method.as_bytes()).expect("a method");
        let request = RequestFacts::new(method.clone(), Some(target), &HeaderMap::new());
        let required = rules.required_access(&request);
        for model in &MODELS {
            if let Some(access) = required_by(model, &rules, &method, request.path()) {
                prop_assert!(
                    required.access >= access,
                    "{}: {method} {path} requires {access} there, and {} was required ({:?})",
                    model.name,
                    required.access,
                    required.reason,
                );
            }
        }
    }
}

#[test]
fn plain_path_keeps_access_of_its_rule() {
    let rules =
        RouteRules::parse("* /open/* open\nPOST /search read\n* /Docs/* open\n* /index.html open")
            .expect("rules");
    for (method, path, access) in [
        ("POST", "/open/a", "open"),
        ("GET", "/open/a/b.css", "open"),
        ("GET", "/open/caf%C3%A9", "open"),
        ("GET", "/open/a%20b", "open"),
        ("GET", "/open/100%25", "open"),
        ("GET", "/open/a;v=1", "open"),
        ("GET", "/open/~user", "open"),
        ("GET", "/open/a+b,c@d:e", "open"),
        ("GET", "/Docs/Guide", "open"),
        ("GET", "/index.html", "open"),
        ("POST", "/search", "read"),
    ] {
        let request = RequestFacts::new(
            method.parse().expect("a method"),
            Some(path.parse().expect("a path")),
            &HeaderMap::new(),
        );
        assert_eq!(
            rules.required_access(&request).access.as_str(),
            access,
            "{method} {path}: plain paths must keep their access"
        );
    }
}
