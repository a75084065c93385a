//! Checks that the modules of a crate do not depend on each other in a cycle. A module depends on another when it names
//! it in a path; paths inside macros are not seen.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use petgraph::algo::tarjan_scc;
use petgraph::graphmap::DiGraphMap;
use syn::visit::{self, Visit};
use syn::{Attribute, Item, ItemMod, ItemUse, UseTree};

use crate::paths;

/// Parsed files by the path of their module, `a::b`. The root's is empty.
type Modules = BTreeMap<String, syn::File>;

pub(super) fn check() -> anyhow::Result<()> {
    let mut cycles = Vec::new();
    for root in crate_roots()? {
        for cycle in find_cycles(&root)? {
            cycles.push(format!("{}:\n  {}", root.display(), cycle.join("\n  ")));
        }
    }
    if !cycles.is_empty() {
        bail!(
            "These modules depend on each other:\n{}\nMove what they share into a module of its own.",
            cycles.join("\n")
        );
    }
    Ok(())
}

fn crate_roots() -> anyhow::Result<Vec<PathBuf>> {
    let sources = paths::root().join("src-tauri");
    let mut packages = vec![
        sources.clone(),
        sources.join("xtask"),
        sources.join("xtask/bench"),
    ];
    for entry in fs::read_dir(sources.join("crates")).context("Cannot list the crates")? {
        packages.push(entry?.path());
    }
    let roots = packages.iter().flat_map(|package| {
        ["src/lib.rs", "src/main.rs"]
            .into_iter()
            .map(|name| package.join(name))
    });
    let mut roots: Vec<PathBuf> = roots.filter(|root| root.is_file()).collect();
    roots.sort();
    Ok(roots)
}

/// Returns the cycles of a crate, each as the list of its dependencies: `a -> b`.
fn find_cycles(root: &Path) -> anyhow::Result<Vec<Vec<String>>> {
    let mut modules = Modules::new();
    let directory = root.parent().unwrap_or(Path::new("."));
    parse(root, directory, "", &mut modules)?;
    let mut graph: DiGraphMap<&str, ()> = DiGraphMap::new();
    for (module, file) in &modules {
        let mut paths = Paths::default();
        paths.visit_file(file);
        let dependencies = paths
            .0
            .iter()
            .filter_map(|path| resolve(module, path, &modules));
        for dependency in dependencies.filter(|dependency| dependency != module) {
            graph.add_edge(module.as_str(), dependency, ());
        }
    }
    let components = tarjan_scc(&graph)
        .into_iter()
        .filter(|component| component.len() > 1);
    let describe = |module: &str| {
        if module.is_empty() {
            "the root"
        } else {
            module
        }
        .to_owned()
    };
    Ok(components
        .map(|component| {
            let edges = graph.all_edges();
            let inner =
                edges.filter(|(from, to, ())| component.contains(from) && component.contains(to));
            inner
                .map(|(from, to, ())| format!("{} -> {}", describe(from), describe(to)))
                .collect()
        })
        .map(|mut edges: Vec<String>| {
            edges.sort();
            edges
        })
        .collect())
}

fn child(module: &str, name: &str) -> String {
    if module.is_empty() {
        name.to_owned()
    } else {
        format!("{module}::{name}")
    }
}

/// Parses a module and its submodules, whose files are in `directory`.
fn parse(file: &Path, directory: &Path, module: &str, modules: &mut Modules) -> anyhow::Result<()> {
    let text =
        fs::read_to_string(file).with_context(|| format!("Cannot read {}", file.display()))?;
    let parsed =
        syn::parse_file(&text).with_context(|| format!("Cannot parse {}", file.display()))?;
    for item in &parsed.items {
        if let Item::Mod(ItemMod {
            ident,
            content: None,
            ..
        }) = item
        {
            let subdirectory = directory.join(ident.to_string());
            let candidates = [
                subdirectory.with_extension("rs"),
                subdirectory.join("mod.rs"),
            ];
            // The file of a generated module does not exist.
            if let Some(found) = candidates.iter().find(|path| path.is_file()) {
                parse(
                    found,
                    &subdirectory,
                    &child(module, &ident.to_string()),
                    modules,
                )?;
            }
        }
    }
    modules.insert(module.to_owned(), parsed);
    Ok(())
}

/// Returns the module that a path in `module` names, or that holds the item it names; `None` for other crates.
fn resolve<'a>(module: &str, path: &[String], modules: &'a Modules) -> Option<&'a str> {
    let mut found = if path.first()? == "crate" {
        String::new()
    } else {
        module.to_owned()
    };
    for (index, segment) in path.iter().enumerate() {
        match segment.as_str() {
            "crate" | "self" => {}
            "super" => {
                found = found
                    .rsplit_once("::")
                    .map_or("", |(parent, _)| parent)
                    .to_owned()
            }
            name => {
                let child = child(&found, name);
                match modules.contains_key(&child) {
                    true => found = child,
                    false if index == 0 => return None,
                    false => break,
                }
            }
        }
    }
    modules
        .get_key_value(&found)
        .map(|(module, _)| module.as_str())
}

/// All paths in a file, without those of its tests.
#[derive(Default)]
struct Paths(Vec<Vec<String>>);

fn is_test(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("cfg")
            && attribute.meta.require_list().is_ok_and(|list| {
                let mut conditions = list.tokens.to_string();
                conditions.retain(|character| {
                    character.is_alphanumeric() || character == ',' || character == '('
                });
                conditions
                    .split([',', '('])
                    .any(|condition| condition == "test")
            })
    })
}

impl<'ast> Visit<'ast> for Paths {
    fn visit_item_mod(&mut self, module: &'ast ItemMod) {
        // In an inline module, `super` is this file.
        if !is_test(&module.attrs) {
            let start = self.0.len();
            visit::visit_item_mod(self, module);
            let inner = self.0.split_off(start);
            let leaves_file =
                |path: &Vec<String>| path.first().is_none_or(|first| first != "super");
            self.0.extend(inner.into_iter().filter(leaves_file));
        }
    }

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        self.add_tree(Vec::new(), &item.tree);
    }

    // `pub(crate)` is not a dependency.
    fn visit_visibility(&mut self, _visibility: &'ast syn::Visibility) {}

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let names = path
            .segments
            .iter()
            .map(|segment| segment.ident.to_string());
        self.0.push(names.collect());
        visit::visit_path(self, path);
    }
}

impl Paths {
    fn add_tree(&mut self, mut prefix: Vec<String>, tree: &UseTree) {
        match tree {
            UseTree::Path(path) => {
                prefix.push(path.ident.to_string());
                self.add_tree(prefix, &path.tree);
            }
            UseTree::Name(name) => {
                prefix.push(name.ident.to_string());
                self.0.push(prefix);
            }
            UseTree::Rename(name) => {
                prefix.push(name.ident.to_string());
                self.0.push(prefix);
            }
            UseTree::Glob(_) => self.0.push(prefix),
            UseTree::Group(group) => {
                for tree in &group.items {
                    self.add_tree(prefix.clone(), tree);
                }
            }
        }
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
            [["a -> b", "a -> c", "b -> c", "c -> c::d", "c::d -> a"]]
        );
    }

    #[test]
    fn use_of_a_root_reexport_is_a_cycle() {
        let found = cycles(&[
            ("lib.rs", "mod a; pub use a::A;"),
            ("a.rs", "use crate::A as B;"),
        ])
        .expect("valid modules");
        assert_eq!(found, [["a -> the root", "the root -> a"]]);
    }
}
