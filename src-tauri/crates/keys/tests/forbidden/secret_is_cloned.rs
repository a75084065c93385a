use keystile_keys::Secret;

fn copy(secret: &Secret) -> Secret {
    secret.clone()
}

fn main() {
    let _ = copy;
}
