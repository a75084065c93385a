//! Checks that the modules of a crate do not depend on each other in a cycle. A module depends on another when it names
//! it in a path; paths inside macros are not seen.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, ensure};
use petgraph::algo::tarjan_scc;
use petgraph::graphmap::DiGraphMap;
use proc_macro2::Ident;
use syn::visit::{self, Visit};
use syn::{Attribute, Item, ItemMod};

use crate::paths;

/// Parsed files by the path of their module, `crate::a::b`.
type Modules = BTreeMap<String, syn::File>;

pub(super) fn check() -> anyhow::Result<()> {
    let mut cycles = Vec::new();
    for path in paths::files()? {
        let is_root = path.ends_with("src/lib.rs") || path.ends_with("src/main.rs");
        if is_root && path.starts_with("src-tauri") {
            for cycle in find_cycles(&paths::root().join(&path))? {
                cycles.push(format!("{}:\n  {}", path.display(), cycle.join("\n  ")));
            }
        }
    }
    ensure!(
        cycles.is_empty(),
        "These modules depend on each other:\n{}\nMove what they share into a module of its own.",
        cycles.join("\n")
    );
    Ok(())
}

/// Returns the cycles of a crate, each as the list of its dependencies: `crate::a -> crate::b`.
fn find_cycles(root: &Path) -> anyhow::Result<Vec<Vec<String>>> {
    let mut modules = Modules::new();
    parse(root, root.parent().unwrap_or(root), "crate", &mut modules)?;
    let mut graph: DiGraphMap<&str, ()> = DiGraphMap::new();
    for (module, file) in &modules {
        let mut paths = Paths::default();
        paths.visit_file(file);
        for path in &paths.found {
            if let Some(dependency) = resolve(module, path, &modules)
                && dependency != module
            {
                graph.add_edge(module.as_str(), dependency, ());
            }
        }
    }
    let mut cycles = tarjan_scc(&graph);
    cycles.retain(|cycle| cycle.len() > 1);
    let describe = |cycle: Vec<&str>| {
        let edges = graph
            .all_edges()
            .filter(|(from, to, ())| cycle.contains(from) && cycle.contains(to));
        let mut edges: Vec<_> = edges
            .map(|(from, to, ())| format!("{from} -> {to}"))
            .collect();
        edges.sort();
        edges
    };
    Ok(cycles.into_iter().map(describe).collect())
}

/// Parses a module and its submodules, whose files are in `directory`.
fn parse(file: &Path, directory: &Path, module: &str, modules: &mut Modules) -> anyhow::Result<()> {
    let text =
        fs::read_to_string(file).with_context(|| format!("Cannot read {}", file.display()))?;
    let parsed =
        syn::parse_file(&text).with_context(|| format!("Cannot parse {}", file.display()))?;
    for item in &parsed.items {
        let Item::Mod(ItemMod {
            ident,
            content: None,
            ..
        }) = item
        else {
            continue;
        };
        let subdirectory = directory.join(ident.to_string());
        let candidates = [
            subdirectory.with_extension("rs"),
            subdirectory.join("mod.rs"),
        ];
        // The file of a generated module does not exist.
        if let Some(found) = candidates.iter().find(|path| path.is_file()) {
            parse(found, &subdirectory, &format!("{module}::{ident}"), modules)?;
        }
    }
    modules.insert(module.to_owned(), parsed);
    Ok(())
}

/// Returns the module that a path in `module` names, or that holds the item it names; `None` for other crates.
fn resolve<'a>(module: &str, path: &[String], modules: &'a Modules) -> Option<&'a str> {
    let mut found = module.to_owned();
    for (index, segment) in path.iter().enumerate() {
        found = match segment.as_str() {
            "crate" => "crate".to_owned(),
            "self" => found,
            "super" => found.rsplit_once("::")?.0.to_owned(),
            name => {
                let child = format!("{found}::{name}");
                match modules.contains_key(&child) {
                    true => child,
                    false if index == 0 => return None,
                    false => break,
                }
            }
        };
    }
    modules
        .get_key_value(&found)
        .map(|(module, _)| module.as_str())
}

/// All paths in a file, without those of its tests.
#[derive(Default)]
struct Paths {
    found: Vec<Vec<String>>,
    /// The beginning of the names in a `use` that is being visited.
    prefix: Vec<String>,
}

impl Paths {
    fn add_used(&mut self, name: &Ident) {
        let mut path = self.prefix.clone();
        path.push(name.to_string());
        self.found.push(path);
    }
}

fn is_test(attributes: &[Attribute]) -> bool {
    let is_test = |condition: &str| {
        condition
            .split(|character: char| !character.is_alphanumeric())
            .any(|word| word == "test")
    };
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("cfg")
            && attribute
                .meta
                .require_list()
                .is_ok_and(|list| is_test(&list.tokens.to_string()))
    })
}

impl<'ast> Visit<'ast> for Paths {
    fn visit_item_mod(&mut self, module: &'ast ItemMod) {
        if is_test(&module.attrs) {
            return;
        }
        let start = self.found.len();
        visit::visit_item_mod(self, module);
        // In an inline module, `super` is this file.
        let inner = self.found.split_off(start);
        let leaves_file = |path: &Vec<String>| path.first().is_none_or(|first| first != "super");
        self.found.extend(inner.into_iter().filter(leaves_file));
    }

    fn visit_use_path(&mut self, path: &'ast syn::UsePath) {
        self.prefix.push(path.ident.to_string());
        visit::visit_use_path(self, path);
        self.prefix.pop();
    }

    fn visit_use_name(&mut self, name: &'ast syn::UseName) {
        self.add_used(&name.ident);
    }

    fn visit_use_rename(&mut self, name: &'ast syn::UseRename) {
        self.add_used(&name.ident);
    }

    fn visit_use_glob(&mut self, _: &'ast syn::UseGlob) {
        self.found.push(self.prefix.clone());
    }

    // `pub(crate)` is not a dependency.
    fn visit_visibility(&mut self, _: &'ast syn::Visibility) {}

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let names = path.segments.iter();
        self.found
            .push(names.map(|segment| segment.ident.to_string()).collect());
        visit::visit_path(self, path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Writes a crate's files and returns its cycles.
    fn cycles(files: &[(&str, &str)]) -> anyhow::Result<Vec<Vec<String>>> {
        let directory = tempfile::tempdir()?;
        for (name, text) in files {
            let path = directory.path().join(name);
            if let Some(parent) = path.parent() {
                fs::create_dir_all(parent)?;
            }
            fs::write(path, text)?;
        }
        find_cycles(&directory.path().join("lib.rs"))
    }

    #[test]
    fn acyclic_modules_pass() {
        let found = cycles(&[
            ("lib.rs", "mod a; mod b; pub use a::A;"),
            (
                "a.rs",
                "mod inner; use crate::b::B; use inner::C; pub struct A(B, C);",
            ),
            ("a/inner.rs", "pub struct C(crate::b::B);"),
            (
                "b.rs",
                "pub struct B; #[cfg(test)] mod tests { use crate::a::A; }",
            ),
        ])
        .expect("valid modules");
        assert!(found.is_empty(), "no cycle: {found:?}");
    }

    #[test]
    fn cycle_through_use_paths_and_reexports_is_found() {
        let found = cycles(&[
            ("lib.rs", "mod a; mod b; mod c;"),
            ("a.rs", "use crate::{c, b::B}; pub struct A;"),
            ("b.rs", "pub struct B; fn f(_: crate::c::C) {}"),
            ("c.rs", "mod d; pub use d::D as C;"),
            ("c/d.rs", "use super::super::a::A; pub struct D(A);"),
        ])
        .expect("valid modules");
        assert_eq!(
            found,
            [[
                "crate::a -> crate::b",
                "crate::a -> crate::c",
                "crate::b -> crate::c",
                "crate::c -> crate::c::d",
                "crate::c::d -> crate::a",
            ]]
        );
    }

    #[test]
    fn use_of_a_root_reexport_is_a_cycle() {
        let found = cycles(&[
            ("lib.rs", "mod a; pub use a::A;"),
            ("a.rs", "use crate::A as B;"),
        ])
        .expect("valid modules");
        assert_eq!(found, [["crate -> crate::a", "crate::a -> crate"]]);
    }
}
