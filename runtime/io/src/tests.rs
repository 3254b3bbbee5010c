//! Descriptors, the poller and children, with real ones.

use super::*;
use std::io::{ErrorKind, Write};
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

const LONG: Duration = Duration::from_secs(30);

fn program(path: &str, arguments: &[&str]) -> Program {
    Program {
        path: path.into(),
        arguments: arguments.iter().map(|&a| a.into()).collect(),
        stdin: true,
        stdout: true,
        ..Program::default()
    }
}

fn read_all(source: &mut Source, poller: &mut Poller) -> Vec<u8> {
    let (mut all, mut part) = (Vec::new(), [0; 1000]);
    loop {
        match source.read(&mut part) {
            Ok(0) => return all,
            Ok(n) => all.extend_from_slice(&part[..n]),
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::WouldBlock);
                let descriptor = source.descriptor().unwrap();
                poller.arm(7, descriptor, Interest::Read).unwrap();
                assert_eq!(poller.wait(LONG).unwrap(), [7]);
            }
        }
    }
}

#[test]
fn a_child_gives_back_what_it_gets() {
    let mut poller = Poller::new().unwrap();
    let (sender, ended) = channel();
    let child = start(&program("cat", &[]), move |code| sender.send(code).unwrap()).unwrap();
    let (mut input, mut output) = (child.input.unwrap(), child.output.unwrap());
    let nothing = output.read(&mut [0]).unwrap_err();
    assert_eq!(nothing.kind(), ErrorKind::WouldBlock);
    assert_eq!(input.write(b"hello").unwrap(), 5);
    drop(input);
    assert_eq!(read_all(&mut output, &mut poller), b"hello");
    poller.remove(7);
    assert_eq!(ended.recv_timeout(LONG).unwrap(), 0);
}

#[test]
fn a_reader_that_stalls_stops_no_writer() {
    let child = start(&program("sleep", &["100"]), |_| {}).unwrap();
    let mut input = child.input.unwrap();
    let mut sent = 0;
    let full = loop {
        match input.write(&[0; 5000]) {
            Ok(n) => sent += n,
            Err(error) => break error,
        }
    };
    assert!(sent > 0);
    assert_eq!(full.kind(), ErrorKind::WouldBlock);
    assert!(!input.wait(Some(Duration::from_millis(5))));
    std::process::Command::new("kill")
        .arg(child.id.to_string())
        .status()
        .unwrap();
}

#[test]
fn signals_and_codes_are_told_apart() {
    let code = |script: &str| {
        let (sender, ended) = channel();
        start(&program("sh", &["-c", script]), move |code| {
            sender.send(code).unwrap();
        })
        .unwrap();
        ended.recv_timeout(LONG).unwrap()
    };
    assert_eq!(code("exit 3"), 3);
    assert_eq!(code("kill -9 $$"), 128 + 9);
    let missing = start(&program("/no/such/program", &[]), |_| {});
    assert_eq!(missing.unwrap_err().kind(), ErrorKind::NotFound);
}

#[test]
fn connections_and_their_ends() {
    let mut poller = Poller::new().unwrap();
    let listener = Listener::bind("127.0.0.1", 0, Some(5)).unwrap();
    assert_eq!(listener.accept().unwrap_err().kind(), ErrorKind::WouldBlock);
    let port = listener.port().unwrap();
    let mut there = connect("localhost", port).unwrap();
    poller
        .arm(1, listener.descriptor(), Interest::Read)
        .unwrap();
    assert_eq!(poller.wait(LONG).unwrap(), [1]);
    let mut here = listener.accept().unwrap();
    assert_eq!(there.sink.write(b"ping").unwrap(), 4);
    drop(there.sink);
    assert_eq!(read_all(&mut here.source, &mut poller), b"ping");
    // Only one direction is closed.
    assert_eq!(here.sink.write(b"pong").unwrap(), 4);
    drop(here.sink);
    poller.remove(7);
    assert_eq!(read_all(&mut there.source, &mut poller), b"pong");
}

#[test]
fn what_is_not_armed_is_not_told() {
    let mut poller = Poller::new().unwrap();
    let (reader, mut writer) = std::io::pipe().unwrap();
    let file = std::fs::File::from(std::os::fd::OwnedFd::from(reader));
    let source = Source::own(file).unwrap();
    poller
        .arm(3, source.descriptor().unwrap(), Interest::Read)
        .unwrap();
    poller.disarm(3);
    writer.write_all(b"x").unwrap();
    assert!(!poller.is_armed());
    assert!(poller.wait(Duration::from_millis(5)).unwrap().is_empty());
    poller
        .arm(3, source.descriptor().unwrap(), Interest::Read)
        .unwrap();
    assert_eq!(poller.wait(LONG).unwrap(), [3]);
}

#[test]
fn wakers_end_waits() {
    let mut poller = Poller::new().unwrap();
    let wake = poller.waker().unwrap();
    let start = Instant::now();
    // A waker that is gone before the poller waits has woken nobody.
    let thread = std::thread::spawn(move || {
        wake();
        wake
    });
    // Whether it is woken before it waits or meanwhile.
    assert!(poller.wait(LONG).unwrap().is_empty());
    assert!(start.elapsed() < LONG);
    drop(thread.join().unwrap());
}

#[test]
fn answers_come_from_threads() {
    let (sender, woken) = channel();
    let sender = std::sync::Mutex::new(sender);
    let answers = Answers::new(move || sender.lock().unwrap().send(()).unwrap());
    assert!(answers.take().is_empty());
    answers.ask('a', || 42).unwrap();
    woken.recv_timeout(LONG).unwrap();
    assert_eq!(answers.take(), [('a', 42)]);
    assert!(answers.take().is_empty());
}
