//! Keys can be revoked in the window while silent connections occupy its gateway.

use std::net::TcpStream;

use keystile_tests::curl::curl;
use keystile_tests::database::Database;
use keystile_tests::{HeadlessDesktop, TestError, TestResult, Window};

const CONNECTIONS: usize = 300;
/// Fewer files than the connections need; the default limit of macOS.
const FILE_LIMIT: u32 = 256;

#[test]
fn key_is_revoked_while_silent_connections_occupy_the_gateway() -> TestResult {
    let desktop = HeadlessDesktop::new()?;
    let window = Window::open_with_file_limit(&desktop, FILE_LIMIT)?;
    window.create_first_environment("Acme Shop", "staging")?;
    let key = window.create_key("reader")?.key;
    window.copy_key()?;
    window.close_prompt()?;
    let url = window.start_sample_gateway()?;
    let address = url
        .strip_prefix("http://")
        .and_then(|rest| rest.strip_suffix("/products"))
        .ok_or_else(|| TestError::new("no address"))?;
    let connections = (0..CONNECTIONS)
        .map(|_| TcpStream::connect(address))
        .collect::<Result<Vec<_>, _>>()?;
    assert_eq!(
        curl("GET", &url, Some(&key))?,
        200,
        "silent connections must not block requests"
    );
    window.click("link", "API Keys")?;
    window.revoke_key("reader")?;
    assert_eq!(
        Database::at(&desktop.database())?.count_keys("name = 'reader' AND state = 'revoked'")?,
        1,
        "connections must leave the window enough file descriptors to write"
    );
    assert_eq!(
        curl("GET", &url, Some(&key))?,
        401,
        "the revocation must apply to the next request"
    );
    drop(connections);
    Ok(())
}
