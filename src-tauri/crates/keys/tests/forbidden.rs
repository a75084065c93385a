//! What must not compile: ways for a secret to travel.

#[test]
fn a_plain_key_cannot_be_cloned_printed_or_serialized() {
    trybuild::TestCases::new().compile_fail("tests/forbidden/*.rs");
}
