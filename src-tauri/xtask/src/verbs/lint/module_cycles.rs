//! No modules of a crate depend on each other in a circle: each can then be read without those that use it. A module depends
//! on another when it names it in a path; what only macros name is not seen.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use petgraph::Graph;
use petgraph::algo::tarjan_scc;
use petgraph::graph::NodeIndex;
use petgraph::visit::EdgeRef;
use syn::visit::{self, Visit};
use syn::{Attribute, Item, ItemMod, ItemUse, UseTree};

use crate::failure::Failure;
use crate::repository;

/// A module by its path from the root of its crate, which is empty.
type Module = Vec<String>;

pub(crate) fn check() -> Result<(), Failure> {
    let mut cycles = Vec::new();
    for root in crate_roots()? {
        for cycle in cycles_of(&root)? {
            cycles.push(format!("{}:\n  {}", root.display(), cycle.join("\n  ")));
        }
    }
    if cycles.is_empty() {
        return Ok(());
    }
    Err(Failure::new(format!(
        "These modules depend on each other:\n{}",
        cycles.join("\n")
    ))
    .advise("Move what they share into a module that depends on none of them."))
}

fn crate_roots() -> Result<Vec<PathBuf>, Failure> {
    let sources = repository::root().join("src-tauri");
    let mut folders = vec![
        sources.clone(),
        sources.join("xtask"),
        sources.join("xtask/bench"),
    ];
    for entry in read(fs::read_dir(sources.join("crates")), &sources)? {
        folders.push(read(entry, &sources)?.path());
    }
    let roots = folders.iter().flat_map(|folder| {
        ["src/lib.rs", "src/main.rs"]
            .into_iter()
            .map(|name| folder.join(name))
    });
    let mut roots: Vec<PathBuf> = roots.filter(|root| root.is_file()).collect();
    roots.sort();
    Ok(roots)
}

fn read<T>(result: std::io::Result<T>, path: &Path) -> Result<T, Failure> {
    result.map_err(|cause| Failure::new(format!("{}: {cause}", path.display())))
}

/// The cycles of a crate, each as the dependencies that make it: `a -> b`.
fn cycles_of(root: &Path) -> Result<Vec<Vec<String>>, Failure> {
    let mut files = BTreeMap::new();
    let folder = root.parent().unwrap_or(Path::new("."));
    parse(root, folder, Vec::new(), &mut files)?;
    let modules: Vec<&Module> = files.keys().collect();
    let mut graph = Graph::<usize, ()>::new();
    let nodes: Vec<_> = (0..modules.len())
        .map(|index| graph.add_node(index))
        .collect();
    for (index, module) in modules.iter().enumerate() {
        let mut paths = Paths::default();
        paths.visit_file(&files[*module]);
        for path in paths.0 {
            let Some(named) = resolve(module, &path, &files) else {
                continue;
            };
            if let Ok(other) = modules.binary_search(&&named)
                && other != index
            {
                graph.add_edge(nodes[index], nodes[other], ());
            }
        }
    }
    let name = |index: usize| match modules[index].join("::") {
        name if name.is_empty() => "the root".to_owned(),
        name => name,
    };
    let cycles = tarjan_scc(&graph).into_iter().filter(|part| part.len() > 1);
    Ok(cycles
        .map(|part| {
            let inside = |node: &NodeIndex| part.contains(node);
            let mut edges: Vec<String> = graph
                .edge_references()
                .filter(|edge| inside(&edge.source()) && inside(&edge.target()))
                .map(|edge| {
                    let (from, to) = (graph[edge.source()], graph[edge.target()]);
                    format!("{} -> {}", name(from), name(to))
                })
                .collect();
            edges.sort();
            edges.dedup();
            edges
        })
        .collect())
}

/// Parses a module and those below it. `folder`: where the files of its modules are.
fn parse(
    file: &Path,
    folder: &Path,
    module: Module,
    files: &mut BTreeMap<Module, syn::File>,
) -> Result<(), Failure> {
    let text = read(fs::read_to_string(file), file)?;
    let parsed = syn::parse_file(&text)
        .map_err(|cause| Failure::new(format!("{}: {cause}", file.display())))?;
    for item in &parsed.items {
        let Item::Mod(ItemMod {
            ident,
            content: None,
            attrs,
            ..
        }) = item
        else {
            continue;
        };
        let name = ident.to_string();
        let place = explicit_path(attrs).unwrap_or_else(|| format!("{name}.rs"));
        let inside = folder.join(&name);
        let candidates = [folder.join(place), inside.join("mod.rs")];
        // A file for another system may be missing from no checkout, but a module that is made by a build script is.
        let Some(found) = candidates.iter().find(|path| path.is_file()) else {
            continue;
        };
        let mut below = module.clone();
        below.push(name);
        parse(found, &inside, below, files)?;
    }
    files.insert(module, parsed);
    Ok(())
}

fn explicit_path(attributes: &[Attribute]) -> Option<String> {
    attributes.iter().find_map(|attribute| {
        let pair = attribute.meta.require_name_value().ok()?;
        match &pair.value {
            syn::Expr::Lit(literal) if pair.path.is_ident("path") => match &literal.lit {
                syn::Lit::Str(path) => Some(path.value()),
                _ => None,
            },
            _ => None,
        }
    })
}

/// The module that a path in `module` names, or in which what it names is.
fn resolve(
    module: &Module,
    path: &[String],
    files: &BTreeMap<Module, syn::File>,
) -> Option<Module> {
    let mut segments = path.iter().map(String::as_str).peekable();
    let mut found = match *segments.peek()? {
        "crate" => {
            segments.next();
            Vec::new()
        }
        "self" => {
            segments.next();
            module.clone()
        }
        "super" => {
            let mut parent = module.clone();
            while segments.next_if_eq(&"super").is_some() {
                parent.pop();
            }
            parent
        }
        first => {
            let mut child = module.clone();
            child.push(first.to_owned());
            return files.contains_key(&child).then(|| {
                segments.next();
                descend(child, segments, files)
            });
        }
    };
    found = descend(found, segments, files);
    Some(found)
}

fn descend<'a>(
    mut module: Module,
    segments: impl Iterator<Item = &'a str>,
    files: &BTreeMap<Module, syn::File>,
) -> Module {
    for segment in segments {
        module.push(segment.to_owned());
        if !files.contains_key(&module) {
            module.pop();
            break;
        }
    }
    module
}

/// Every path of a file that is compiled into the program.
#[derive(Default)]
struct Paths(Vec<Vec<String>>);

fn is_test(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("cfg")
            && attribute.meta.require_list().is_ok_and(|list| {
                let mut words = list.tokens.to_string();
                words.retain(|sign| sign.is_alphanumeric() || sign == ',' || sign == '(');
                words.split([',', '(']).any(|word| word == "test")
            })
    })
}

impl<'ast> Visit<'ast> for Paths {
    fn visit_item_mod(&mut self, module: &'ast ItemMod) {
        // What an inline module names by `super` is in this file.
        if !is_test(&module.attrs) {
            let before = self.0.len();
            visit::visit_item_mod(self, module);
            let inside = self.0.split_off(before);
            let is_outside = |path: &Vec<String>| path.first().is_none_or(|first| first != "super");
            self.0.extend(inside.into_iter().filter(is_outside));
        }
    }

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        self.add_tree(Vec::new(), &item.tree);
    }

    // `pub(crate)` names no module that is used.
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
    fn add_tree(&mut self, mut before: Vec<String>, tree: &UseTree) {
        match tree {
            UseTree::Path(path) => {
                before.push(path.ident.to_string());
                self.add_tree(before, &path.tree);
            }
            UseTree::Name(name) => {
                before.push(name.ident.to_string());
                self.0.push(before);
            }
            UseTree::Rename(name) => {
                before.push(name.ident.to_string());
                self.0.push(before);
            }
            UseTree::Glob(_) => self.0.push(before),
            UseTree::Group(group) => {
                for tree in &group.items {
                    self.add_tree(before.clone(), tree);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn crate_of(files: &[(&str, &str)]) -> std::io::Result<tempfile::TempDir> {
        let folder = tempfile::tempdir()?;
        for (name, text) in files {
            let path = folder.path().join(name);
            if let Some(parent) = path.parent() {
                fs::create_dir_all(parent)?;
            }
            fs::write(path, text)?;
        }
        Ok(folder)
    }

    fn cycles(files: &[(&str, &str)]) -> Vec<Vec<String>> {
        let folder = crate_of(files).unwrap_or_else(|cause| panic!("{cause}"));
        match cycles_of(&folder.path().join("lib.rs")) {
            Ok(cycles) => cycles,
            Err(failure) => panic!("{failure}"),
        }
    }

    #[test]
    fn modules_in_one_direction_are_accepted() {
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
        ]);
        assert!(found.is_empty(), "{found:?}");
    }

    #[test]
    fn cycle_is_found_through_use_paths_and_re_exports() {
        let found = cycles(&[
            ("lib.rs", "mod a; mod b; mod c;"),
            ("a.rs", "use crate::{c, b::B}; pub struct A;"),
            ("b.rs", "pub struct B; fn f(_: crate::c::C) {}"),
            ("c.rs", "mod d; pub use d::D as C;"),
            ("c/d.rs", "use super::super::a::A; pub struct D(A);"),
        ]);
        assert_eq!(
            found,
            [["a -> b", "a -> c", "b -> c", "c -> c::d", "c::d -> a"]]
        );
    }

    #[test]
    fn use_of_what_the_root_re_exports_is_a_cycle() {
        let found = cycles(&[
            ("lib.rs", "mod a; pub use a::A;"),
            ("a.rs", "use crate::A as B;"),
        ]);
        assert_eq!(found, [["a -> the root", "the root -> a"]]);
    }
}
