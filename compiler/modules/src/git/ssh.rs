//! Git over ssh: the `ssh` program with `git-upload-pack` at its other end.
//!
//! Keys, agents, known hosts and aliases are ssh's own business, with its own files.

use crate::{Access, Address, Cause, StoreError};
use git2::Error;
use git2::transport::{Service, SmartSubtransport, SmartSubtransportStream};
use std::io::{self, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::Arc;

pub(super) struct Ssh {
    access: Arc<Access>,
}

impl Ssh {
    pub fn new(access: Arc<Access>) -> Ssh {
        Ssh { access }
    }
}

impl SmartSubtransport for Ssh {
    fn action(
        &self,
        url: &str,
        action: Service,
    ) -> Result<Box<dyn SmartSubtransportStream>, Error> {
        match action {
            // The second goes on in the first one's stream.
            Service::UploadPackLs | Service::UploadPack => {}
            Service::ReceivePackLs | Service::ReceivePack => {
                return Err(Error::from_str("nothing is ever pushed"));
            }
        }
        let address = Address::parse(url).map_err(|e| Error::from_str(&e.to_string()))?;
        let mut command = command(&address, self.access.cause)
            .ok_or_else(|| Error::from_str("no address for ssh"))?;
        let talk = Talk::start(&mut command, address.to_string(), self.access.clone());
        let talk = talk.map_err(|e| {
            self.access.fail(StoreError::Unreachable {
                address: address.to_string(),
                why: format!("the program ssh cannot be started: {e}"),
            });
            Error::from_str("ssh cannot be started")
        })?;
        Ok(Box::new(talk))
    }

    fn close(&self) -> Result<(), Error> {
        Ok(())
    }
}

/// `ssh -p PORT -- USER@HOST git-upload-pack 'PATH'`. An [`Address`] has no quotes in its
/// path, and neither user nor host can be taken for an option.
fn command(address: &Address, cause: Cause) -> Option<Command> {
    let Address::Ssh {
        user,
        host,
        port,
        path,
    } = address
    else {
        return None;
    };
    let mut command = Command::new("ssh");
    if cause == Cause::Message {
        // Nobody is to be asked anything.
        command.args(["-o", "BatchMode=yes"]);
    }
    if let Some(port) = port {
        command.args(["-p", &port.to_string()]);
    }
    let host = host.trim_matches(['[', ']']);
    let place = match user {
        Some(user) => format!("{user}@{host}"),
        None => host.to_owned(),
    };
    // `/~/x` and `/~fred/x` begin in a home directory.
    let path = match path.strip_prefix("/~/") {
        Some(path) => path,
        None if path.starts_with("/~") => &path[1..],
        None => path,
    };
    let remote = format!("git-upload-pack '{path}'");
    command.args(["--", &place, &remote]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    // What ssh has to say is for the user; it asks at the terminal, not here.
    match cause {
        Cause::User => command.stderr(Stdio::inherit()),
        Cause::Message => command.stderr(Stdio::null()),
    };
    Some(command)
}

/// A running `ssh`; ended with its stream.
struct Talk {
    child: Child,
    stdin: ChildStdin,
    stdout: ChildStdout,
    address: String,
    access: Arc<Access>,
    heard: bool,
}

impl Talk {
    fn start(command: &mut Command, address: String, access: Arc<Access>) -> io::Result<Talk> {
        let mut child = command.spawn()?;
        let pipes = (child.stdin.take(), child.stdout.take());
        let (Some(stdin), Some(stdout)) = pipes else {
            return Err(io::Error::other("it has no pipes"));
        };
        Ok(Talk {
            child,
            stdin,
            stdout,
            address,
            access,
            heard: false,
        })
    }
}

impl Read for Talk {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.stdout.read(buffer)?;
        if n == 0 && !buffer.is_empty() && !self.heard {
            let status = self.child.wait()?;
            self.access.fail(StoreError::Unreachable {
                address: self.address.clone(),
                why: format!("ssh ended ({status}) before the repository was heard of"),
            });
            return Err(io::Error::other("ssh ended"));
        }
        self.heard = true;
        Ok(n)
    }
}

impl Write for Talk {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.stdin.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stdin.flush()
    }
}

impl Drop for Talk {
    fn drop(&mut self) {
        // One that has ended already needs no more.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_has_what_the_address_says() {
        let cases = [
            (
                "git@h.example:fred/a.git",
                "-- git@h.example git-upload-pack 'fred/a.git'",
            ),
            (
                "ssh://h.example:2222/srv/a",
                "-p 2222 -- h.example git-upload-pack '/srv/a'",
            ),
            (
                "ssh://u@[::1]/~fred/a",
                "-- u@::1 git-upload-pack '~fred/a'",
            ),
        ];
        for (text, expected) in cases {
            let command = command(&Address::parse(text).unwrap(), Cause::User).unwrap();
            let args: Vec<_> = command.get_args().map(|a| a.to_string_lossy()).collect();
            assert_eq!(args.join(" "), expected);
        }
    }
}
