use keystile_keys::PlainKey;

fn copy(key: &PlainKey) -> PlainKey {
    key.clone()
}

fn main() {
    let _ = copy;
}
