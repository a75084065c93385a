//! Runs Keystile's sample API on the port in the argument, or on an ephemeral one, and prints its address.

use std::io::Write;
use std::net::{Ipv4Addr, SocketAddr};

use keystile_gateway_control::dev::SampleApi;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let port = std::env::args().nth(1).map_or(Ok(0), |port| port.parse())?;
    let api = SampleApi::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port))).await?;
    let mut output = std::io::stdout();
    writeln!(output, "{}", api.address())?;
    output.flush()?;
    api.run(std::future::pending()).await;
    Ok(())
}
