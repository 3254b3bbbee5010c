//! Round trips between two processes on loopback, beside a bare TCP echo.
//!
//! `cargo bench -p termite-net [-- core core [watch]]`: the cores that the two are held to
//! (with `taskset`), and how many microseconds each watches its sockets
//! before it sleeps, 0 for never.
//! Figures are medians in microseconds.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use termite_net::{Event, Incarnation, Key, Network, Settings};

const MEGABYTE: usize = 1 << 20;
/// The stream of the small messages, and of the large ones.
const SMALL: u64 = 1;
const LARGE: u64 = 2;

fn main() {
    let args: Vec<String> = std::env::args()
        .skip(1)
        .filter(|a| a != "--bench")
        .collect();
    match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["tcp"] => echo_tcp(),
        ["net", watch] => echo_net(watch),
        [] => measure(None, "100"),
        [a, b] => measure(Some((a, b)), "100"),
        [a, b, watch] => measure(Some((a, b)), watch),
        _ => eprintln!("usage: transport [core core [watch]]"),
    }
}

fn measure(cores: Option<(&str, &str)>, watch: &str) {
    if let Some((ours, _)) = cores {
        let pid = std::process::id().to_string();
        let pinned = Command::new("taskset").args(["-pc", ours, &pid]).output();
        assert!(pinned.expect("taskset").status.success(), "no core {ours}");
    }
    let other = cores.map(|(_, theirs)| theirs);
    bare(other);
    ours(other, watch);
}

fn child(core: Option<&str>, args: &[&str]) -> (Child, u16) {
    let this = std::env::current_exe().expect("the program's own path");
    let mut command = match core {
        None => Command::new(this),
        Some(core) => {
            let mut command = Command::new("taskset");
            command.args(["-c", core]).arg(this);
            command
        }
    };
    let child = command.args(args).stdout(Stdio::piped()).spawn();
    let mut child = child.expect("a second process");
    let mut line = String::new();
    let mut output = BufReader::new(child.stdout.take().expect("its output"));
    output.read_line(&mut line).expect("its port");
    (child, line.trim().parse().expect("a port"))
}

fn report(what: &str, mut times: Vec<Duration>) {
    times.sort();
    let us = |i: usize| times[i].as_secs_f64() * 1e6;
    let (n, last) = (times.len(), times.len() - 1);
    println!(
        "{what:<34} {:>10.1}   p99 {:>10.1}   max {:>10.1}",
        us(n / 2),
        us(last * 99 / 100),
        us(last)
    );
}

fn repeat(n: usize, mut f: impl FnMut()) -> Vec<Duration> {
    (0..n)
        .map(|_| {
            let start = Instant::now();
            f();
            start.elapsed()
        })
        .collect()
}

fn echo_tcp() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a listener");
    println!("{}", listener.local_addr().expect("its address").port());
    let (mut stream, _) = listener.accept().expect("a connection");
    stream.set_nodelay(true).expect("nodelay");
    let mut buffer = [0; 64];
    while let Ok(n @ 1..) = stream.read(&mut buffer) {
        stream.write_all(&buffer[..n]).expect("to write");
    }
}

fn bare(core: Option<&str>) {
    let (mut child, port) = child(core, &["tcp"]);
    let mut stream = TcpStream::connect(("127.0.0.1", port)).expect("to connect");
    stream.set_nodelay(true).expect("nodelay");
    let mut buffer = [0; 32];
    let mut trip = || {
        stream.write_all(&[1; 32]).expect("to write");
        stream.read_exact(&mut buffer).expect("to read");
    };
    repeat(2_000, &mut trip);
    report("bare TCP, 32 bytes", repeat(20_000, &mut trip));
    drop(stream);
    child.wait().expect("it ends");
}

fn network(id: u8, watch: &str) -> Network {
    let settings = Settings::new([id; 16], Key::from_bytes([7; 32])).expect("settings");
    let mut network = Network::new(settings).expect("a network");
    network.set_watch(Duration::from_micros(watch.parse().expect("microseconds")));
    network
}

fn echo_net(watch: &str) {
    let mut network = network(2, watch);
    let port = network.listen("", 0).expect("a listener").port();
    println!("{port}");
    let mut events = Vec::new();
    loop {
        network.wait(None, &mut events);
        for event in events.drain(..) {
            match event {
                Event::Message {
                    peer,
                    epoch,
                    stream,
                    bytes,
                } => network
                    .send_owned(peer, epoch, stream, bytes)
                    .expect("to send"),
                Event::Down { .. } => return,
                _ => {}
            }
        }
    }
}

struct Echo {
    network: Network,
    peer: Incarnation,
    epoch: u64,
    events: Vec<Event>,
}

impl Echo {
    fn new(port: u16, watch: &str) -> Echo {
        let mut network = network(1, watch);
        network.connect("127.0.0.1", port);
        let mut events = Vec::new();
        loop {
            network.wait(None, &mut events);
            for event in events.drain(..) {
                if let Event::Up { peer, epoch, .. } = event {
                    return Echo {
                        network,
                        peer,
                        epoch,
                        events: Vec::new(),
                    };
                }
            }
        }
    }

    fn send(&mut self, stream: u64, bytes: &[u8]) {
        let sent = self.network.send(self.peer, self.epoch, stream, bytes);
        sent.expect("to send");
    }

    /// Waits for a small message; whether a large one came beside it.
    fn receive(&mut self) -> bool {
        let (mut small, mut large) = (false, false);
        while !small {
            self.network.wait(None, &mut self.events);
            for event in self.events.drain(..) {
                if let Event::Message { stream, .. } = event {
                    small |= stream == SMALL;
                    large |= stream == LARGE;
                }
            }
        }
        large
    }

    fn trip(&mut self, bytes: &[u8]) {
        self.send(SMALL, bytes);
        self.receive();
    }
}

fn ours(core: Option<&str>, watch: &str) {
    let (mut child, port) = child(core, &["net", watch]);
    let mut echo = Echo::new(port, watch);
    repeat(2_000, || echo.trip(&[1; 32]));
    report("32 bytes", repeat(20_000, || echo.trip(&[1; 32])));
    report("empty", repeat(20_000, || echo.trip(&[])));
    let message = vec![1; 10 * 1024];
    report("10 KB", repeat(5_000, || echo.trip(&message)));
    let message = vec![1; 50 * MEGABYTE];
    report("50 MB", repeat(10, || echo.trip(&message)));
    report("small beside 50 MB", beside(&mut echo, &message));
    flood(&mut echo);
    report("idle poll, 1000", repeat(1_000, || idle(&mut echo)));
    drop(echo);
    child.wait().expect("it ends");
}

/// Small round trips while a large message goes to and fro.
fn beside(echo: &mut Echo, message: &[u8]) -> Vec<Duration> {
    let mut times = Vec::new();
    for _ in 0..5 {
        echo.send(LARGE, message);
        let mut under_way = true;
        while under_way {
            let start = Instant::now();
            echo.send(SMALL, &[1; 32]);
            under_way = !echo.receive();
            times.push(start.elapsed());
        }
    }
    times
}

fn flood(echo: &mut Echo) {
    const MESSAGES: usize = 200_000;
    let start = Instant::now();
    let (mut sent, mut seen) = (0, 0);
    while seen < MESSAGES {
        while sent < MESSAGES && sent - seen < 10_000 {
            echo.send(sent as u64 % 16, &[1; 64]);
            sent += 1;
        }
        echo.network.wait(None, &mut echo.events);
        seen += echo.events.len();
        echo.events.clear();
    }
    let time = start.elapsed().as_secs_f64();
    println!(
        "echoes of 64 bytes, a second       {:>10.0}",
        MESSAGES as f64 / time
    );
}

fn idle(echo: &mut Echo) {
    for _ in 0..1_000 {
        echo.network.poll(&mut echo.events);
    }
}
