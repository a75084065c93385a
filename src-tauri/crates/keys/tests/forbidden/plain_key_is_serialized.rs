use keystile_keys::PlainKey;

fn write(key: &PlainKey) -> serde_json::Result<String> {
    serde_json::to_string(key)
}

fn main() {
    let _ = write;
}
