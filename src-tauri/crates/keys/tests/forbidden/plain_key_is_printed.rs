use keystile_keys::PlainKey;

fn print(key: &PlainKey) -> String {
    format!("{}", key)
}

fn main() {
    let _ = print;
}
