//! Numbers as base62 text of a fixed width: digits, upper-case, lower-case letters, most significant first.
//! `form` writes and reads secrets and checksums with it, `id` draws its characters from it.
//! It knows nothing about keys. It grows only if another fixed-width number joins the written form.

use zeroize::Zeroizing;

/// The sixty-two characters in the order of their value.
pub(crate) const ALPHABET: &[u8; 62] =
    b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// What `VALUES` says of a character that is not of the alphabet.
const FOREIGN: u8 = 0xff;

/// The value of every byte: a table, because every request is read with it.
const VALUES: [u8; 256] = {
    let mut values = [FOREIGN; 256];
    let mut value = 0;
    while value < ALPHABET.len() {
        values[ALPHABET[value] as usize] = value as u8;
        value += 1;
    }
    values
};

/// The value of one character, or nothing if it is not of the alphabet.
pub(crate) fn value(character: u8) -> Option<u8> {
    match VALUES[usize::from(character)] {
        FOREIGN => None,
        value => Some(value),
    }
}

/// Appends `number` (big-endian; it is divided to nothing in place) as exactly `width` characters.
///
/// What does not fit the width is lost; both callers pass widths that hold every number they have.
pub(crate) fn write(number: &mut [u8], width: usize, text: &mut String) {
    // Characters come out least significant first; 43 is the widest number there is.
    let mut reversed = [0u8; 43];
    let used = width.min(reversed.len());
    for slot in &mut reversed[..used] {
        let mut remainder = 0u32;
        for byte in number.iter_mut() {
            let dividend = (remainder << 8) | u32::from(*byte);
            *byte = (dividend / 62) as u8;
            remainder = dividend % 62;
        }
        *slot = ALPHABET[remainder as usize];
    }
    for character in reversed[..used].iter().rev() {
        text.push(char::from(*character));
    }
    zeroize::Zeroize::zeroize(&mut reversed);
}

/// Most characters whose value always fits 64 bits: 62¹⁰ < 2⁶⁰.
const CHUNK: usize = 10;

/// The value of at most [`CHUNK`] characters, or nothing if one is foreign.
fn sum(text: &[u8]) -> Option<u64> {
    let mut sum = 0u64;
    let mut seen = 0u8;
    for character in text {
        let digit = VALUES[usize::from(*character)];
        seen |= digit;
        sum = sum * 62 + u64::from(digit & 63);
    }
    // Values have six bits; only a foreign character has the others.
    (seen < 64).then_some(sum)
}

/// Reads at most ten characters as a number of 32 bits.
pub(crate) fn read_u32(text: &[u8]) -> Option<u32> {
    if text.len() > CHUNK {
        return None;
    }
    u32::try_from(sum(text)?).ok()
}

/// Whether the text is a number of at most as much as `highest`, which is as wide.
pub(crate) fn is_number(text: &[u8], highest: &[u8]) -> bool {
    // The alphabet is in the order of ASCII, so texts of one width compare like their numbers.
    let seen = text
        .iter()
        .fold(0, |seen, character| seen | VALUES[usize::from(*character)]);
    seen < 64 && text <= highest
}

/// Reads characters into 32 bytes (big-endian); `false` if they are foreign or the value is too large.
pub(crate) fn read(text: &[u8], number: &mut [u8; 32]) -> bool {
    // Least significant first. Ten characters at a time, so that 43 of them cost 20 multiplications and not 1,376.
    let mut limbs = Zeroizing::new([0u64; 4]);
    for chunk in text.chunks(CHUNK) {
        let Some(sum) = sum(chunk) else {
            return false;
        };
        let scale = if chunk.len() == CHUNK {
            SCALE
        } else {
            62u64.pow(chunk.len() as u32)
        };
        let mut carry = u128::from(sum);
        for limb in limbs.iter_mut() {
            let product = u128::from(*limb) * u128::from(scale) + carry;
            *limb = product as u64;
            carry = product >> 64;
        }
        if carry != 0 {
            return false;
        }
    }
    for (place, limb) in number.chunks_exact_mut(8).zip(limbs.iter().rev()) {
        place.copy_from_slice(&limb.to_be_bytes());
    }
    true
}

/// 62¹⁰.
const SCALE: u64 = 62u64.pow(CHUNK as u32);
