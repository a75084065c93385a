use keystile_keys::InstallKey;

fn write(key: &InstallKey) -> serde_json::Result<String> {
    serde_json::to_string(key)
}

fn main() {
    let _ = write;
}
