//! Fixed-width base62 encoding of numbers: digits, upper-case, then lower-case letters, most significant first. Written
//! by hand because its buffers are wiped.

use zeroize::Zeroizing;

/// The characters in the order of their value.
pub(crate) const ALPHABET: &[u8; 62] =
    b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// The entry in `VALUES` for a byte outside of the alphabet.
const INVALID: u8 = 0xff;

/// The value of every byte. A table, because it is used for every request.
const VALUES: [u8; 256] = {
    let mut values = [INVALID; 256];
    let mut value = 0;
    while value < ALPHABET.len() {
        values[ALPHABET[value] as usize] = value as u8;
        value += 1;
    }
    values
};

/// Returns the value of a character, or `None` outside of the alphabet.
pub(crate) fn value(character: u8) -> Option<u8> {
    match VALUES[usize::from(character)] {
        INVALID => None,
        value => Some(value),
    }
}

/// Appends the big-endian `number` as exactly `width` characters. Leaves `number` zero; digits beyond `width` are lost.
pub(crate) fn encode(number: &mut [u8], width: usize, text: &mut String) {
    // Digits are computed least significant first; 43 is the maximum width.
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

/// Characters whose value always fits 64 bits: 62¹⁰ < 2⁶⁰.
const CHUNK: usize = 10;

/// Returns the value of at most [`CHUNK`] characters, or `None` if one is invalid.
fn sum(text: &[u8]) -> Option<u64> {
    let mut sum = 0u64;
    let mut seen = 0u8;
    for character in text {
        let digit = VALUES[usize::from(*character)];
        seen |= digit;
        sum = sum * 62 + u64::from(digit & 63);
    }
    // Values have six bits; only `INVALID` has higher ones.
    (seen < 64).then_some(sum)
}

/// Decodes at most ten characters into 32 bits.
pub(crate) fn decode_u32(text: &[u8]) -> Option<u32> {
    if text.len() > CHUNK {
        return None;
    }
    u32::try_from(sum(text)?).ok()
}

/// Returns whether the text is a number up to `max`, which has the same width.
pub(crate) fn is_number(text: &[u8], max: &[u8]) -> bool {
    // The alphabet is in ASCII order, so texts of one width compare like their numbers.
    let seen = text
        .iter()
        .fold(0, |seen, character| seen | VALUES[usize::from(*character)]);
    seen < 64 && text <= max
}

/// Decodes characters into 32 bytes (big-endian). Returns `false` for an invalid character or a value that is too
/// large.
pub(crate) fn decode(text: &[u8], number: &mut [u8; 32]) -> bool {
    // Limbs are least significant first. Ten characters at a time: 43 cost 20 multiplications instead of 1,376.
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
    for (bytes, limb) in number.chunks_exact_mut(8).zip(limbs.iter().rev()) {
        bytes.copy_from_slice(&limb.to_be_bytes());
    }
    true
}

/// 62¹⁰.
const SCALE: u64 = 62u64.pow(CHUNK as u32);
