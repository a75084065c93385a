//! Keys and key ids in arbitrary text.

use keystile_keys::{KeyMention, MentionForm};

const KEY: &str = "ks_prod_zzzzzzzzzzzz_yhjskwdA6OZ1AL1YmHWZWm8LLG7HjnuCA2j5rOw8Xp11MEPqZ";
const ID: &str = "zzzzzzzzzzzz";

fn mentions(text: &str) -> Vec<(String, MentionForm)> {
    KeyMention::find_all(text)
        .into_iter()
        .map(|mention| (mention.id.to_string(), mention.form))
        .collect()
}

#[test]
fn whole_key_is_found_inside_other_text() {
    for text in [
        KEY.to_owned(),
        format!("  {KEY}\n"),
        format!("X-API-KEY: {KEY}"),
        format!("{{\"key\":\"{KEY}\"}}"),
    ] {
        assert_eq!(
            mentions(&text),
            [(ID.to_owned(), MentionForm::Whole)],
            "{text}"
        );
    }
}

#[test]
fn mistyped_key_and_parts_are_distinguished() {
    let mistyped = KEY.replace("EPqZ", "EPqY");
    assert_eq!(
        mentions(&mistyped),
        [(ID.to_owned(), MentionForm::Mistyped)]
    );
    for part in [&KEY[..KEY.len() - 9], &KEY[..KEY.len() - 50], ID] {
        assert_eq!(
            mentions(part),
            [(ID.to_owned(), MentionForm::Part)],
            "{part}"
        );
    }
}

#[test]
fn ids_are_found_in_log_lines() {
    let line = "GET /products 200 key=7Qf3aB2kLm9X (ci-writer) client=127.0.0.1 verification done";
    assert_eq!(
        mentions(line),
        [
            ("7Qf3aB2kLm9X".to_owned(), MentionForm::Part),
            ("verification".to_owned(), MentionForm::Part),
        ]
    );
    assert_eq!(mentions("too short, and nothing_here"), []);
    assert_eq!(mentions(&"7Qf3aB2kLm9X ".repeat(1000)).len(), 64);
}
