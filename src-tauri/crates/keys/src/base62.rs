//! Numbers as base62 text of a fixed width: digits, upper-case, lower-case letters, most significant first.
//! `form` writes and reads secrets and checksums with it, `id` draws its characters from it.
//! It knows nothing about keys. It grows only if another fixed-width number joins the written form.

/// The sixty-two characters in the order of their value.
pub(crate) const ALPHABET: &[u8; 62] =
    b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// The value of one character, or nothing if it is not of the alphabet.
pub(crate) fn value(character: u8) -> Option<u8> {
    match character {
        b'0'..=b'9' => Some(character - b'0'),
        b'A'..=b'Z' => Some(character - b'A' + 10),
        b'a'..=b'z' => Some(character - b'a' + 36),
        _ => None,
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

/// Reads characters of the alphabet into `number` (big-endian); `false` if they are foreign or the value is too large.
pub(crate) fn read(text: &[u8], number: &mut [u8]) -> bool {
    number.fill(0);
    for character in text {
        let Some(digit) = value(*character) else {
            return false;
        };
        let mut carry = u32::from(digit);
        for byte in number.iter_mut().rev() {
            let product = u32::from(*byte) * 62 + carry;
            *byte = (product & 0xff) as u8;
            carry = product >> 8;
        }
        if carry != 0 {
            return false;
        }
    }
    true
}
