//! OS processes that run beside a measurement and end with their owner: the node that a
//! program of two nodes uses, and Erlang's port mapper, which would stay for ever if the
//! nodes started it themselves.

use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// Killed and reaped when dropped.
#[derive(Debug)]
struct Running(Child);

impl Running {
    fn start(command: &mut Command) -> Result<Running, String> {
        command.stdin(Stdio::null()).stdout(Stdio::null());
        let child = command.spawn();
        let name = command.get_program().display();
        child.map(Running).map_err(|e| format!("{name}: {e}"))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Either fails only for a process that has ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[derive(Debug)]
pub struct Peer {
    _running: Running,
    /// What `BENCH_PEER` is to be.
    pub name: String,
}

impl Peer {
    pub fn start(command: &mut Command, name: String) -> Result<Peer, String> {
        Ok(Peer {
            _running: Running::start(command)?,
            name,
        })
    }
}

#[derive(Debug)]
pub struct Epmd {
    _running: Running,
    pub port: u16,
}

impl Epmd {
    pub fn start(command: &Path) -> Result<Epmd, String> {
        let port = free_port()?;
        let mut command = Command::new(command);
        command.args(["-address", "127.0.0.1", "-port", &port.to_string()]);
        Ok(Epmd {
            _running: Running::start(&mut command)?,
            port,
        })
    }
}

/// A port that was free just now.
pub fn free_port() -> Result<u16, String> {
    let listener = TcpListener::bind(("127.0.0.1", 0));
    let address = listener.and_then(|l| l.local_addr());
    address.map(|a| a.port()).map_err(|e| e.to_string())
}
