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
/// Bytes of the widest number.
const WIDEST: usize = 32;

/// Reads characters of the alphabet into `number` (big-endian); `false` if they are foreign or the value is too large.
pub(crate) fn read(text: &[u8], number: &mut [u8]) -> bool {
    number.fill(0);
    // Least significant first. Ten characters at a time, so that 43 of them cost 20 multiplications and not 1,376.
    let mut limbs = Zeroizing::new([0u64; WIDEST / 8]);
    for chunk in text.chunks(CHUNK) {
        let mut sum = 0u64;
        let mut scale = 1u64;
        for character in chunk {
            let Some(digit) = value(*character) else {
                return false;
            };
            sum = sum * 62 + u64::from(digit);
            scale *= 62;
        }
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
    let mut bytes = Zeroizing::new([0u8; WIDEST]);
    for (place, limb) in bytes.chunks_exact_mut(8).zip(limbs.iter().rev()) {
        place.copy_from_slice(&limb.to_be_bytes());
    }
    let Some(unused) = WIDEST.checked_sub(number.len()) else {
        return false;
    };
    if bytes[..unused].iter().any(|byte| *byte != 0) {
        return false;
    }
    number.copy_from_slice(&bytes[unused..]);
    true
}
