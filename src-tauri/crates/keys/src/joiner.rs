//! The contexts in which a zero-width joiner or non-joiner changes how a text looks: UAX #31, section 2.3.1 (A1, A2, B),
//! and emoji sequences (UTS #51). Anywhere else it is invisible.

use icu_properties::props::{
    CanonicalCombiningClass, EmojiModifier, ExtendedPictographic, GeneralCategory,
    GeneralCategoryGroup, IndicSyllabicCategory, JoiningType, Script,
};
use icu_properties::{CodePointMapData, CodePointSetData};

/// Separates two letters that would otherwise be connected, as in Persian.
const NON_JOINER: char = '\u{200C}';
/// Joins two characters to another shape, as in Sinhala and in emoji of professions.
const JOINER: char = '\u{200D}';

/// Returns whether a character is a zero-width joiner or non-joiner.
pub(crate) fn is_joiner(c: char) -> bool {
    matches!(c, NON_JOINER | JOINER)
}

/// Returns whether each joiner of the text has a context in which it is visible.
pub(crate) fn are_meaningful(text: &[char]) -> bool {
    text.iter().enumerate().all(|(index, c)| {
        let (before, after) = (&text[..index], &text[index + 1..]);
        match *c {
            NON_JOINER => breaks_connection(before, after) || separates_conjunct(before, after),
            JOINER => joins_conjunct(before, after) || joins_emoji(before, after),
            _ => true,
        }
    })
}

/// A1: between letters that connect in cursive writing.
fn breaks_connection(before: &[char], after: &[char]) -> bool {
    let visible = |c: &&char| joining_type(**c) != JoiningType::Transparent;
    let (Some(left), Some(right)) = (
        before.iter().rev().find(visible),
        after.iter().find(visible),
    ) else {
        return false;
    };
    matches!(
        joining_type(*left),
        JoiningType::DualJoining | JoiningType::LeftJoining
    ) && matches!(
        joining_type(*right),
        JoiningType::DualJoining | JoiningType::RightJoining
    ) && script(*left) == script(*right)
}

/// A2: between a letter with a virama and the next letter.
fn separates_conjunct(before: &[char], after: &[char]) -> bool {
    let next = after.iter().find(|c| !is_reordered_mark(**c));
    let letter = letter_with_virama(before);
    letter
        .zip(next)
        .is_some_and(|(letter, next)| is_letter(*next) && script(letter) == script(*next))
}

/// B: after a letter with a virama, unless a vowel sign follows.
fn joins_conjunct(before: &[char], after: &[char]) -> bool {
    letter_with_virama(before).is_some_and(|letter| match after.first() {
        Some(next) if is_letter(*next) => script(letter) == script(*next),
        Some(next) => syllabic_category(*next) != IndicSyllabicCategory::VowelDependent,
        None => true,
    })
}

/// Between two emoji, as in the grapheme cluster rule GB11 (UAX #29).
fn joins_emoji(before: &[char], after: &[char]) -> bool {
    let is_extension =
        |c: char| c == '\u{FE0F}' || CodePointSetData::new::<EmojiModifier>().contains(c);
    let last = before.iter().rev().find(|c| !is_extension(**c));
    last.is_some_and(|c| is_pictographic(*c)) && after.first().is_some_and(|c| is_pictographic(*c))
}

/// Returns the letter at the end of a text that has a virama, followed by marks only.
fn letter_with_virama(text: &[char]) -> Option<char> {
    let virama = text
        .iter()
        .rposition(|c| !is_reordered_mark(*c) || is_virama(*c))?;
    if !is_virama(text[virama]) {
        return None;
    }
    let letter = text[..virama]
        .iter()
        .rev()
        .find(|c| general_category(**c) != GeneralCategory::NonspacingMark)?;
    is_letter(*letter).then_some(*letter)
}

fn is_virama(c: char) -> bool {
    combining_class(c) == CanonicalCombiningClass::Virama
}

fn is_reordered_mark(c: char) -> bool {
    general_category(c) == GeneralCategory::NonspacingMark
        && combining_class(c) != CanonicalCombiningClass::NotReordered
}

fn is_letter(c: char) -> bool {
    GeneralCategoryGroup::Letter.contains(general_category(c))
}

fn is_pictographic(c: char) -> bool {
    CodePointSetData::new::<ExtendedPictographic>().contains(c)
}

fn joining_type(c: char) -> JoiningType {
    CodePointMapData::<JoiningType>::new().get(c)
}

fn combining_class(c: char) -> CanonicalCombiningClass {
    CodePointMapData::<CanonicalCombiningClass>::new().get(c)
}

fn general_category(c: char) -> GeneralCategory {
    CodePointMapData::<GeneralCategory>::new().get(c)
}

fn syllabic_category(c: char) -> IndicSyllabicCategory {
    CodePointMapData::<IndicSyllabicCategory>::new().get(c)
}

fn script(c: char) -> Script {
    CodePointMapData::<Script>::new().get(c)
}
