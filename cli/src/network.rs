//! The node's network: the transport joined to the scheduler.
//!
//! Made when a program first listens or connects, so that others do not pay for it. Its
//! sockets are looked at on the node's own thread, between slices of processes and when
//! none is ready.

use std::os::fd::OwnedFd;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::time::Duration;
use termite_net::{Address, ConnectError, Farewell, Network, Refusal, Settings};
use termite_vm::dist::{Action, Event};
use termite_vm::{Node, Reactor};

/// What the command line says of the network.
#[derive(Clone, Debug, Default)]
pub struct NetOptions {
    /// File of the secret that all nodes of a cluster share.
    pub secret: Option<PathBuf>,
    /// Seconds between signs of life, and without one before a node counts as lost.
    pub heartbeat: Option<f64>,
    pub timeout: Option<f64>,
}

#[derive(Default)]
pub struct NodeNetwork {
    options: NetOptions,
    network: Option<Network>,
    events: Vec<termite_net::Event>,
    /// A thread has made a library that messages wait for.
    came: Arc<AtomicBool>,
}

impl NodeNetwork {
    pub fn new(options: NetOptions, came: Arc<AtomicBool>) -> NodeNetwork {
        NodeNetwork {
            options,
            came,
            ..NodeNetwork::default()
        }
    }

    /// The network, made if there is none.
    fn network(&mut self, node: &mut Node) -> Result<&mut Network, String> {
        if self.network.is_none() {
            let network = self.start(node)?;
            let waker = network.waker();
            node.wake().reach(move || waker.wake());
            self.network = Some(network);
            node.start_timer();
        }
        self.network.as_mut().ok_or_else(String::new)
    }

    fn start(&self, node: &mut Node) -> Result<Network, String> {
        let path = match &self.options.secret {
            Some(path) => Ok(path.clone()),
            None => termite_net::secret::default_path(),
        };
        let secret = path.and_then(|path| termite_net::secret::load(&path));
        let secret = secret.map_err(|e| e.to_string())?;
        let mut settings = Settings::new(node.incarnation(), secret).map_err(|e| e.to_string())?;
        if let Some(seconds) = self.options.heartbeat {
            settings.heartbeat = Duration::from_secs_f64(seconds);
        }
        if let Some(seconds) = self.options.timeout {
            settings.timeout = Duration::from_secs_f64(seconds);
        }
        Network::new(settings).map_err(|e| e.to_string())
    }

    /// Does one thing that the node asked for.
    fn perform(&mut self, node: &mut Node, action: Action) {
        match action {
            Action::Connect { host, port } => match self.network(node) {
                Ok(network) => network.connect(&host, port),
                Err(why) => node.dist_event(Event::ConnectFailed { host, port, why }),
            },
            Action::Send {
                peer,
                epoch,
                stream,
                bytes,
            } => {
                node.traffic.sent(&bytes);
                if let Some(network) = &mut self.network
                    && let Err(e) = network.send_owned(peer, epoch, stream, bytes)
                    && matches!(e, termite_net::SendError::TooLong { .. })
                {
                    node.log(&format!("warning: a message was dropped: {e}\n"));
                }
            }
            Action::Disconnect { peer } => {
                if let Some(network) = &mut self.network {
                    network.disconnect(peer, Farewell::Disconnect);
                }
            }
        }
    }

    /// Hands what has happened to the node, and does what follows from it.
    fn hand_over(&mut self, node: &mut Node) {
        let mut events = std::mem::take(&mut self.events);
        for event in events.drain(..) {
            if let Some(event) = translate(node, event) {
                node.dist_event(event);
            }
        }
        self.events = events;
        self.act(node);
    }
}

/// The transport's event as the node knows it; failed attempts of strangers are only
/// reported.
fn translate(node: &mut Node, event: termite_net::Event) -> Option<Event> {
    use termite_net::Event as E;
    Some(match event {
        E::Up {
            peer,
            epoch,
            address,
        } => Event::Up {
            peer,
            epoch,
            address: address.map(|Address { host, port }| (host, port)),
        },
        E::Reached {
            host, port, peer, ..
        } => Event::Reached { host, port, peer },
        E::Message {
            peer, epoch, bytes, ..
        } => {
            node.traffic.received(&bytes);
            Event::Message { peer, epoch, bytes }
        }
        E::Down {
            peer,
            epoch,
            reason,
        } => Event::Down {
            peer,
            epoch,
            reason: reason.to_string(),
        },
        E::ConnectFailed { host, port, why } => Event::ConnectFailed {
            host,
            port,
            why: why.to_string(),
        },
        // Two nodes that connect to each other at once give up one of the connections.
        E::Rejected {
            why: ConnectError::Duplicate | ConnectError::Refused(Refusal::Duplicate),
            ..
        } => return None,
        E::Rejected { remote, why } => {
            node.log(&format!(
                "warning: a connection from {remote} was refused: {why}\n"
            ));
            return None;
        }
    })
}

impl Reactor for NodeNetwork {
    fn act(&mut self, node: &mut Node) {
        while node.has_actions() {
            for action in node.take_actions() {
                self.perform(node, action);
            }
        }
    }

    fn listen(&mut self, node: &mut Node, host: &str, port: u16) -> Result<u16, String> {
        let network = self.network(node)?;
        let bound = network.listen(host, port).map_err(|e| e.to_string())?;
        Ok(bound.port())
    }

    fn poll(&mut self, node: &mut Node) {
        if self.came.swap(false, SeqCst) {
            node.library_came();
        }
        if let Some(network) = &mut self.network {
            network.poll(&mut self.events);
            if !self.events.is_empty() {
                self.hand_over(node);
            }
        }
    }

    fn is_live(&self) -> bool {
        self.network.is_some()
    }

    fn watch(&mut self, descriptor: OwnedFd) {
        if let Some(network) = &mut self.network {
            // Without, what happens to it is noticed at the end of a wait.
            let _ = network.watch_descriptor(descriptor);
        }
    }

    fn wait(&mut self, node: &mut Node, timeout: Option<Duration>) {
        if let Some(network) = &mut self.network {
            network.wait(timeout, &mut self.events);
            self.hand_over(node);
        }
    }
}
