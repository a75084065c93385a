//! Code that must not compile, because it would copy or reveal a secret.

#[test]
fn secret_types_cannot_be_cloned_printed_or_serialized() {
    trybuild::TestCases::new().compile_fail("tests/forbidden/*.rs");
}
