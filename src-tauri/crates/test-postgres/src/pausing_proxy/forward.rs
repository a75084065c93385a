//! Forwards the bytes of one connection until both sides have ended it.

use std::io::{ErrorKind, Read};
use std::net::{Shutdown, TcpStream};

use super::connections::{Connections, Receiver, reset_when_closed};

const BUFFER_SIZE: usize = 64 * 1024;

/// Connects to the server and forwards until the connection ends.
pub(super) fn forward(connections: &Connections, id: u64) {
    let Ok((client, server)) = connections.connect(id) else {
        return;
    };
    std::thread::scope(|scope| {
        scope.spawn(|| forward_direction(connections, id, &server, &client, Receiver::Client));
        forward_direction(connections, id, &client, &server, Receiver::Server);
    });
}

fn forward_direction(
    connections: &Connections,
    id: u64,
    mut sender: &TcpStream,
    receiver_socket: &TcpStream,
    receiver: Receiver,
) {
    let mut buffer = vec![0; BUFFER_SIZE];
    let end = loop {
        match sender.read(&mut buffer) {
            Ok(0) => break Shutdown::Write,
            Ok(length) => {
                let bytes = &buffer[..length];
                let delivered = connections.deliver(id, receiver, receiver_socket, bytes);
                if delivered.is_err() {
                    reset_when_closed(sender);
                    return;
                }
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            // The sender has reset the connection.
            Err(_) => break Shutdown::Both,
        }
    };
    connections.deliver_end(id, receiver_socket, end);
}
