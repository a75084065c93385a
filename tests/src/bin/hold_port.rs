//! Listens on the address in its argument, prints the port, and never responds. Ends with its standard input.

use std::io::{Read, Write};
use std::net::TcpListener;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let address = std::env::args().nth(1).ok_or("usage: hold_port ADDRESS")?;
    let listener = TcpListener::bind(address)?;
    writeln!(std::io::stdout(), "{}", listener.local_addr()?.port())?;
    std::io::stdin().read_to_end(&mut Vec::new())?;
    Ok(())
}
