//! Searches Rust: the names that a file defines, its strings and its comments. Names of other crates are not
//! definitions.

use proc_macro2::{Ident, TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{Item, ItemConst, ItemEnum, ItemStatic, ItemStruct, ItemTrait, ItemType};

use super::search::{Kind, Search};

/// The kinds that apply to functions, fields and variables.
const VALUE: [Kind; 2] = [Kind::Name, Kind::Whole];

pub(super) fn search(text: &str, search: &mut Search<'_>) -> syn::Result<()> {
    for (index, line) in text.lines().enumerate() {
        if let Some(comment) = comment(line) {
            search.prose(index + 1, comment);
        }
    }
    Definitions { search }.visit_file(&syn::parse_file(text)?);
    Ok(())
}

/// Returns the comment of a line: what follows `//` outside of a string.
fn comment(line: &str) -> Option<&str> {
    let starts = line.match_indices("//");
    let mut outside =
        starts.filter(|(start, _)| line[..*start].matches('"').count().is_multiple_of(2));
    outside.next().map(|(start, _)| &line[start..])
}

struct Definitions<'a, 'b> {
    search: &'a mut Search<'b>,
}

impl Definitions<'_, '_> {
    fn define(&mut self, ident: &Ident, kinds: &[Kind]) {
        let line = ident.span().start().line;
        self.search.name(line, &ident.to_string(), kinds);
    }

    /// Checks the strings of a macro call, which is not parsed.
    fn strings(&mut self, tokens: TokenStream) {
        for token in tokens {
            match token {
                TokenTree::Group(group) => self.strings(group.stream()),
                TokenTree::Literal(literal) => self.visit_lit(&syn::Lit::new(literal)),
                _ => {}
            }
        }
    }
}

impl<'ast> Visit<'ast> for Definitions<'_, '_> {
    fn visit_item(&mut self, item: &'ast Item) {
        match item {
            Item::Struct(ItemStruct { ident, .. })
            | Item::Enum(ItemEnum { ident, .. })
            | Item::Trait(ItemTrait { ident, .. })
            | Item::Type(ItemType { ident, .. }) => {
                self.define(ident, &[Kind::Name, Kind::Type, Kind::Suffix])
            }
            Item::Const(ItemConst { ident, .. }) | Item::Static(ItemStatic { ident, .. }) => {
                self.define(ident, &[Kind::Name, Kind::Constant]);
            }
            Item::Mod(item) => self.define(&item.ident, &[Kind::Name]),
            _ => {}
        }
        visit::visit_item(self, item);
    }

    fn visit_impl_item_const(&mut self, item: &'ast syn::ImplItemConst) {
        self.define(&item.ident, &[Kind::Name, Kind::Constant]);
        visit::visit_impl_item_const(self, item);
    }

    fn visit_signature(&mut self, signature: &'ast syn::Signature) {
        match signature.receiver() {
            Some(_) => self.define(&signature.ident, &VALUE),
            None => self.define(
                &signature.ident,
                &[Kind::Name, Kind::Whole, Kind::Constructor],
            ),
        }
        visit::visit_signature(self, signature);
    }

    fn visit_variant(&mut self, variant: &'ast syn::Variant) {
        self.define(&variant.ident, &[Kind::Name]);
        visit::visit_variant(self, variant);
    }

    fn visit_field(&mut self, field: &'ast syn::Field) {
        if let Some(ident) = &field.ident {
            self.define(ident, &VALUE);
        }
        visit::visit_field(self, field);
    }

    fn visit_pat_ident(&mut self, pattern: &'ast syn::PatIdent) {
        self.define(&pattern.ident, &VALUE);
        visit::visit_pat_ident(self, pattern);
    }

    fn visit_attribute(&mut self, attribute: &'ast syn::Attribute) {
        // Documentation is searched as comments.
        if let syn::Meta::List(list) = &attribute.meta {
            self.strings(list.tokens.clone());
        }
    }

    fn visit_lit_str(&mut self, literal: &'ast syn::LitStr) {
        self.search
            .prose(literal.span().start().line, &literal.value());
    }

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        if let Some(segment) = call.path.segments.last() {
            self.define(&segment.ident, &[Kind::Macro]);
        }
        self.strings(call.tokens.clone());
    }
}
