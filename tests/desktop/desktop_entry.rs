//! The desktop entry of the Linux bundles registers the scheme of links and passes them to the program.

use std::path::Path;

use keystile_link::{Link, Tab};
use serde_json::Value;

#[test]
fn desktop_entry_passes_links_to_the_program() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |path: &str| std::fs::read_to_string(root.join(path)).expect(path);
    let config: Value = serde_json::from_str(&read("tauri.conf.json")).expect("JSON");
    let link = Link {
        project: "Acme Shop".to_owned(),
        environment: "staging".to_owned(),
        tab: Some(Tab::Keys),
    };
    let scheme = config["plugins"]["deep-link"]["desktop"]["schemes"][0].as_str();
    assert_eq!(
        link.to_string().split_once("://").map(|(scheme, _)| scheme),
        scheme,
        "the bundles register the scheme of links"
    );
    for format in ["deb", "rpm"] {
        let path = config["bundle"]["linux"][format]["desktopTemplate"].as_str();
        let entry = read(path.expect("each bundle has the template"));
        for line in ["Exec={{exec}} %u", "MimeType={{mime_type}};"] {
            assert!(entry.lines().any(|found| found == line), "{line}: {entry}");
        }
    }
}
