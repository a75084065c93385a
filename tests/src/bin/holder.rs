//! Another program, as small as can be: it listens on the address it is given, says which port that is, and answers nobody
//! until its standard input ends. Started by the tests about ports that are taken.

use std::io::{Read, Write};
use std::net::TcpListener;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let address = std::env::args().nth(1).ok_or("the address is missing")?;
    let listener = TcpListener::bind(address)?;
    writeln!(std::io::stdout(), "{}", listener.local_addr()?.port())?;
    std::io::stdin().read_to_end(&mut Vec::new())?;
    Ok(())
}
