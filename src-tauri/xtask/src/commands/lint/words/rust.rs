//! Searches the names that a Rust file defines. Names of other crates are not definitions.

use proc_macro2::Ident;
use syn::visit::{self, Visit};
use syn::{Item, ItemConst, ItemEnum, ItemStatic, ItemStruct, ItemTrait, ItemType};

use super::search::{Kind, Search};

pub(super) fn search(text: &str, search: &mut Search<'_>) -> syn::Result<()> {
    Definitions { search }.visit_file(&syn::parse_file(text)?);
    Ok(())
}

struct Definitions<'a, 'b> {
    search: &'a mut Search<'b>,
}

impl Definitions<'_, '_> {
    fn define(&mut self, ident: &Ident, kind: Kind) {
        let line = ident.span().start().line;
        self.search
            .name(line, &ident.to_string(), &[Kind::Name, kind]);
    }
}

impl<'ast> Visit<'ast> for Definitions<'_, '_> {
    fn visit_item(&mut self, item: &'ast Item) {
        match item {
            Item::Struct(ItemStruct { ident, .. })
            | Item::Enum(ItemEnum { ident, .. })
            | Item::Trait(ItemTrait { ident, .. })
            | Item::Type(ItemType { ident, .. }) => self.define(ident, Kind::Type),
            Item::Const(ItemConst { ident, .. }) | Item::Static(ItemStatic { ident, .. }) => {
                self.define(ident, Kind::Constant);
            }
            Item::Mod(module) => self.define(&module.ident, Kind::Name),
            _ => {}
        }
        visit::visit_item(self, item);
    }

    fn visit_impl_item_const(&mut self, item: &'ast syn::ImplItemConst) {
        self.define(&item.ident, Kind::Constant);
        visit::visit_impl_item_const(self, item);
    }

    fn visit_signature(&mut self, signature: &'ast syn::Signature) {
        self.define(&signature.ident, Kind::Whole);
        visit::visit_signature(self, signature);
    }

    fn visit_variant(&mut self, variant: &'ast syn::Variant) {
        self.define(&variant.ident, Kind::Name);
        visit::visit_variant(self, variant);
    }

    fn visit_field(&mut self, field: &'ast syn::Field) {
        if let Some(ident) = &field.ident {
            self.define(ident, Kind::Whole);
        }
        visit::visit_field(self, field);
    }

    fn visit_pat_ident(&mut self, pattern: &'ast syn::PatIdent) {
        self.define(&pattern.ident, Kind::Whole);
        visit::visit_pat_ident(self, pattern);
    }
}
