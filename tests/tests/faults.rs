//! Nodes that are killed, stopped, cut off or lied to: what their peers see, how soon, and
//! that they go on serving.
//!
//! Each test has a server and a client, which is a script that says `ready`, does something
//! that takes the server, and says what came of it. Between the two may stand a proxy. The
//! times are those of `--heartbeat` and `--timeout`, and what a machine with other work
//! adds.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};
use termite_tests::cluster::{Cluster, NodeProcess, node_expression};
use termite_tests::proxy::{Proxy, Way};
use termite_tests::report::Report;

const TIMES: [&str; 4] = ["--heartbeat", "0.2", "--timeout", "0.6"];
/// Within which a loss is noticed: the timeout, and as much again as the machine may need.
const SOON: Duration = Duration::from_millis(2600);
/// What has no time limit of its own.
const PATIENCE: Duration = Duration::from_secs(20);

/// What scripts of clients begin with.
const PRELUDE: &str = r#"
(define (say x) (write x) (newline) (flush-output-port))
(define (describe e)
  (cond ((termite-exception? e)
         (list 'exception (termite-exception-reason e) (describe (termite-exception-object e))))
        ((condition? e) (condition-report-string e))
        (else (list 'raised e))))
(define (try thunk) (say (catch describe (thunk))))
"#;

struct Scene {
    cluster: Cluster,
    server: NodeProcess,
    proxy: Proxy,
    /// Processes of the server when nobody uses it.
    processes: String,
}

impl Scene {
    fn new(purpose: &str) -> Result<Scene, String> {
        let cluster = Cluster::new(purpose)?;
        let server = cluster.node(&TIMES, "")?;
        let proxy = Proxy::new(server.port)?;
        let mut scene = Scene {
            cluster,
            server,
            proxy,
            processes: String::new(),
        };
        scene.processes = scene.ask("(on server (lambda () (length (processes))))")?;
        Ok(scene)
    }

    /// Starts a client; `server` is behind the proxy.
    fn client(&self, text: &str) -> Result<NodeProcess, String> {
        self.client_of(&self.cluster, self.proxy.port, text)
    }

    fn client_of(&self, cluster: &Cluster, port: u16, text: &str) -> Result<NodeProcess, String> {
        let text = format!("{PRELUDE}(define server {})\n{text}", node_expression(port));
        let script = cluster.file(&format!("client-{port}.scm"), &text)?;
        let mut command = cluster.termite()?;
        command.args(TIMES).arg(script);
        NodeProcess::start_silent(command)
    }

    /// What a client that knows no proxy gets for an expression.
    fn ask(&self, expression: &str) -> Result<String, String> {
        let client = self.client_of(
            &self.cluster,
            self.server.port,
            &format!("(try (lambda () {expression}))"),
        )?;
        client
            .line(PATIENCE)
            .ok_or_else(|| format!("no answer to {expression}: {}", client.error_output()))
    }

    /// The server runs procedures, and has nothing left of those before.
    fn serves(&mut self) -> Result<(), String> {
        let end = Instant::now() + PATIENCE;
        let mut count = String::new();
        while Instant::now() < end {
            if !self.server.is_running() {
                return Err(format!(
                    "the server has ended: {}",
                    self.server.error_output()
                ));
            }
            count = self.ask("(on server (lambda () (length (processes))))")?;
            if count == self.processes {
                return Ok(());
            }
        }
        Err(format!(
            "the server has {count} processes and had {} at first",
            self.processes
        ))
    }

    fn lost(&self, who: &str) -> String {
        format!(
            "\"{who}: localhost:{} was lost: noconnection\"",
            self.proxy.port
        )
    }
}

/// What is done to a process.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Blow {
    Kill,
    Stop,
}

const BLOWS: [Blow; 2] = [Blow::Kill, Blow::Stop];

impl Blow {
    fn fall(self, on: &NodeProcess) -> Result<Instant, String> {
        on.signal(match self {
            Blow::Kill => "KILL",
            Blow::Stop => "STOP",
        })?;
        Ok(Instant::now())
    }
}

fn ready(client: &NodeProcess) -> Result<(), String> {
    client.wait_for_line("ready", PATIENCE)
}

/// The client says this soon after something happened.
fn says_soon(client: &NodeProcess, since: Instant, expected: &str) -> Result<(), String> {
    let line = client.line(PATIENCE);
    let took = since.elapsed();
    if line.as_deref() != Some(expected) {
        let errors = client.error_output();
        return Err(format!(
            "expected {expected}, but got {line:?} after {took:?}; {errors}"
        ));
    }
    match took <= SOON {
        true => Ok(()),
        false => Err(format!("{expected} came only after {took:?}")),
    }
}

/// Why a check has failed.
enum Failure {
    /// It did not come to the blow: on a machine with much other work a node may be taken
    /// for lost before.
    Unprepared(String),
    Wrong(String),
}

impl From<String> for Failure {
    fn from(why: String) -> Failure {
        Failure::Wrong(why)
    }
}

/// How often a check is prepared.
const ATTEMPTS: usize = 4;

/// Runs a check for each blow, and says which failed.
fn each_blow(check: impl Fn(Blow) -> Result<(), Failure>) -> Result<(), Report> {
    for blow in BLOWS {
        let mut outcome = check(blow);
        for _ in 1..ATTEMPTS {
            match outcome {
                Err(Failure::Unprepared(_)) => outcome = check(blow),
                Ok(()) | Err(Failure::Wrong(_)) => break,
            }
        }
        if let Err(Failure::Unprepared(why) | Failure::Wrong(why)) = outcome {
            return Err(Report(format!("{blow:?}: {why}")));
        }
    }
    Ok(())
}

/// Holds what the client sends after so many bytes, and waits until that many have passed.
fn hold_after(scene: &Scene, client: &NodeProcess, bytes: u64) -> Result<(), Failure> {
    ready(client)?;
    scene.proxy.hold_after(Way::There, bytes);
    let held = scene
        .proxy
        .wait_until_held(Way::There, Duration::from_secs(5));
    held.map_err(|why| Failure::Unprepared(format!("{why}; {}", client.error_output())))
}

/// A server that was killed is replaced, one that was stopped goes on; a client that lost it
/// is told so by `on`, and then finds the next.
#[test]
fn server_lost_during_on() -> Result<(), Report> {
    each_blow(|blow| {
        let mut scene = Scene::new("lost-on")?;
        let client = scene.client(
            "(say 'ready) (try (lambda () (on server (lambda () (?))))) (?? (lambda (x) #f))",
        )?;
        ready(&client)?;
        std::thread::sleep(Duration::from_millis(100));
        let since = blow.fall(&scene.server)?;
        says_soon(&client, since, &scene.lost("on"))?;
        if blow == Blow::Stop {
            scene.server.signal("CONT")?;
            scene.serves()?;
        }
        Ok(())
    })
}

#[test]
fn client_lost_during_on() -> Result<(), Report> {
    each_blow(|blow| {
        let mut scene = Scene::new("lost-client")?;
        let client = scene.client("(say 'ready) (on server (lambda () (?)))")?;
        ready(&client)?;
        std::thread::sleep(Duration::from_millis(100));
        blow.fall(&client)?;
        Ok(scene.serves()?)
    })
}

/// Links, monitors and calls of one client, all of which hear of it once.
#[test]
fn every_tie_hears_of_the_loss() -> Result<(), Report> {
    each_blow(|blow| {
        let scene = Scene::new("ties")?;
        let client = scene.client(
            "(define me (self))
             (define (report name thunk) (spawn (lambda () (! me (list name (catch describe (thunk)))))))
             (define p (remote-spawn server (lambda () (let loop () (?) (loop)))))
             (report 'monitor (lambda () (let ((m (monitor p))) (! me 'set) (recv (('DOWN ,m ,p reason) reason)))))
             (report 'link (lambda () (remote-spawn-link server (lambda () (?))) (! me 'set) (?)))
             (report 'call (lambda () (! me 'set) (!? p 'x)))
             (report 'node (lambda () (monitor-node server) (! me 'set) (recv (('node-down n reason) (node? n)))))
             (report 'wait (lambda () (! me 'set) (wait-for p)))
             (let loop ((n 5)) (if (> n 0) (recv ('set (loop (- n 1))))))
             (on server (lambda () 'all-is-set))
             (say 'ready)
             (define (collect n) (if (= n 0) '() (let ((x (?))) (cons x (collect (- n 1))))))
             (say (sort (collect 5) (lambda (a b) (string<? (symbol->string (car a)) (symbol->string (car b))))))
             (say (? 0.5 'no-more))",
        )?;
        ready(&client)?;
        let since = blow.fall(&scene.server)?;
        says_soon(
            &client,
            since,
            "((call (exception noconnection (raised noconnection))) \
             (link (exception noconnection (raised noconnection))) \
             (monitor noconnection) (node #t) (wait noconnection))",
        )?;
        Ok(says_soon(&client, Instant::now(), "no-more")?)
    })
}

/// A unit that is too long to be there at once.
fn long_code() -> String {
    format!("(define filler \"{}\")\n", "x".repeat(2_000_000))
}

#[test]
fn server_lost_while_it_gets_code() -> Result<(), Report> {
    each_blow(|blow| {
        let mut scene = Scene::new("code-server")?;
        let text = long_code()
            + "(ping server) (say 'ready) (recv (after 0.1 #t))
               (try (lambda () (on server (lambda () (string-length filler)))))
               (try (lambda () (on (current-node) (lambda () 'goes-on))))";
        let client = scene.client(&text)?;
        hold_after(&scene, &client, 300_000)?;
        let since = blow.fall(&scene.server)?;
        says_soon(&client, since, &scene.lost("on"))?;
        says_soon(&client, Instant::now(), "goes-on")?;
        if blow == Blow::Stop {
            scene.server.signal("CONT")?;
            scene.serves()?;
        }
        Ok(())
    })
}

/// The code is asked for anew of the next that needs it.
#[test]
fn client_lost_while_it_gives_code() -> Result<(), Report> {
    each_blow(|blow| {
        let mut scene = Scene::new("code-client")?;
        let text = long_code()
            + "(ping server) (say 'ready) (recv (after 0.1 #t))
               (try (lambda () (on server (lambda () (string-length filler)))))";
        let client = scene.client(&text)?;
        hold_after(&scene, &client, 300_000)?;
        blow.fall(&client)?;
        let other = scene.client_of(&scene.cluster, scene.server.port, &text)?;
        ready(&other)?;
        let line = other.line(PATIENCE);
        if line.as_deref() != Some("2000000") {
            let why = format!("the other got {line:?}; {}", other.error_output());
            return Err(why.into());
        }
        scene.proxy.cut();
        Ok(scene.serves()?)
    })
}

/// 50 MB in one message, to a procedure that says how many came.
const LARGE: &str = "
    (define (large) (list (make-bytevector 25000000 7) (make-bytevector 25000000 8)))
    (define (send-large)
      (let ((both (large))) (on server (lambda () (apply + (map bytevector-length both))))))
    (ping server) (say 'ready) (recv (after 0.1 #t))
    (try send-large)
    (try (lambda () (on (current-node) (lambda () 'goes-on))))";

#[test]
fn a_large_message_arrives_and_lets_others_pass() -> Result<(), Report> {
    let mut scene = Scene::new("large")?;
    let client = scene.client(&format!(
        "(define me (self))
         (spawn (lambda () (recv ('go #t)) (recv (after 0.02 #t)) (! me (list 'small (on server (lambda () 'passed))))) name: 'other)
         {}
         (try (lambda () (recv (('small x) x) (after 5 'nothing))))",
        LARGE.replace("(try send-large)", "(for-each (lambda (p) (! p 'go)) (processes)) (try send-large)")
    ))?;
    ready(&client)?;
    for expected in ["50000000", "goes-on", "passed"] {
        let line = client.line(PATIENCE);
        if line.as_deref() != Some(expected) {
            return Err(Report(format!(
                "expected {expected}, but got {line:?}; {}",
                client.error_output()
            )));
        }
    }
    Ok(scene.serves()?)
}

#[test]
fn server_lost_during_a_large_message() -> Result<(), Report> {
    each_blow(|blow| {
        let mut scene = Scene::new("large-server")?;
        let client = scene.client(LARGE)?;
        hold_after(&scene, &client, 5_000_000)?;
        let since = blow.fall(&scene.server)?;
        says_soon(&client, since, &scene.lost("on"))?;
        says_soon(&client, Instant::now(), "goes-on")?;
        if blow == Blow::Stop {
            scene.server.signal("CONT")?;
            scene.serves()?;
        }
        Ok(())
    })
}

#[test]
fn client_lost_during_a_large_message() -> Result<(), Report> {
    each_blow(|blow| {
        let mut scene = Scene::new("large-client")?;
        let client = scene.client(LARGE)?;
        hold_after(&scene, &client, 5_000_000)?;
        blow.fall(&client)?;
        Ok(scene.serves()?)
    })
}

/// The process goes on where it was, and nowhere else.
#[test]
fn server_lost_during_migration() -> Result<(), Report> {
    each_blow(|blow| {
        let mut scene = Scene::new("migration")?;
        let client = scene.client(
            "(ping server) (say 'ready) (recv (after 0.1 #t))
             (define home (current-node))
             (define me (self))
             (spawn (lambda ()
                      (let* ((luggage (make-bytevector 10000000 1))
                             (why (catch describe (migrate-task server) 'moved)))
                        (publish-service 'traveller (self))
                        (! me (list why (eq? (current-node) home) (bytevector-length luggage))))))
             (say (?))
             (try (lambda () (on home (lambda () 'goes-on))))",
        )?;
        hold_after(&scene, &client, 3_000_000)?;
        let since = blow.fall(&scene.server)?;
        let expected = format!("({} #t 10000000)", scene.lost("remote-spawn"));
        says_soon(&client, since, &expected)?;
        says_soon(&client, Instant::now(), "goes-on")?;
        if blow == Blow::Stop {
            scene.server.signal("CONT")?;
            scene.serves()?;
            let found = scene.ask("(resolve-service 'traveller server)")?;
            if found != "#f" {
                return Err(format!("the process runs there too: {found}").into());
            }
        }
        Ok(())
    })
}

#[test]
fn client_lost_during_migration() -> Result<(), Report> {
    each_blow(|blow| {
        let mut scene = Scene::new("migration-client")?;
        let client = scene.client(
            "(ping server) (say 'ready) (recv (after 0.1 #t))
             (let ((luggage (make-bytevector 10000000 1)))
               (migrate-task server)
               (publish-service 'traveller (self))
               (bytevector-length luggage))",
        )?;
        hold_after(&scene, &client, 3_000_000)?;
        blow.fall(&client)?;
        scene.serves()?;
        match scene.ask("(resolve-service 'traveller server)")? {
            found if found == "#f" => Ok(()),
            found => Err(format!("half a process runs: {found}").into()),
        }
    })
}

/// A line that is silent but not closed: both sides give it up.
#[test]
fn half_open_connection() -> Result<(), Report> {
    let mut scene = Scene::new("half-open")?;
    let client = scene.client(
        "(define me (self))
         (remote-spawn-link server
           (lambda ()
             (publish-service 'witness (spawn (lambda () (let loop ((saw 'nothing)) (recv ((from tag 'saw?) (! from (list tag saw)) (loop saw)) (('saw x) (loop x)))))))
             (! me 'linked)
             (let ((saw (catch termite-exception-reason (?))))
               (! (resolve-service 'witness) (list 'saw saw)))))
         (recv ('linked #t))
         (say 'ready)
         (try (lambda () (?)))
         (try (lambda () (let loop ((n 0)) (if (and (< n 100) (not (eq? (ping server 0.1) 'pong))) (loop (+ n 1)) (on server (lambda () 'again))))))
         (say (!? (remote-service 'witness server) 'saw? 5))
         (on server (lambda () (terminate! (resolve-service 'witness)) (unpublish-service 'witness)))",
    )?;
    ready(&client)?;
    scene.proxy.hold();
    let since = Instant::now();
    says_soon(
        &client,
        since,
        "(exception noconnection (raised noconnection))",
    )?;
    std::thread::sleep(Duration::from_millis(1500));
    scene.proxy.cut();
    scene.proxy.release();
    for expected in ["again", "noconnection"] {
        let line = client.line(PATIENCE);
        if line.as_deref() != Some(expected) {
            return Err(Report(format!("expected {expected}, but got {line:?}")));
        }
    }
    Ok(scene.serves()?)
}

/// One direction is silent, while the other goes on.
#[test]
fn one_way_connection() -> Result<(), Report> {
    for way in [Way::There, Way::Back] {
        let mut scene = Scene::new("one-way")?;
        let client = scene
            .client("(ping server) (say 'ready) (try (lambda () (on server (lambda () (?)))))")?;
        ready(&client)?;
        std::thread::sleep(Duration::from_millis(100));
        scene.proxy.hold_after(way, 0);
        says_soon(&client, Instant::now(), &scene.lost("on"))?;
        scene.proxy.cut();
        scene.proxy.release();
        scene.serves()?;
    }
    Ok(())
}

/// Delay below the timeout is no loss.
#[test]
fn a_slow_connection_holds() -> Result<(), Report> {
    let mut scene = Scene::new("slow")?;
    let client = scene.client(
        "(ping server) (say 'ready)
         (try (lambda () (let loop ((n 0)) (if (= n 10) n (begin (on server (lambda () 'slow)) (loop (+ n 1)))))))",
    )?;
    ready(&client)?;
    scene.proxy.delay(60);
    let line = client.line(PATIENCE);
    if line.as_deref() != Some("10") {
        return Err(Report(format!("got {line:?}")));
    }
    Ok(scene.serves()?)
}

#[test]
fn wrong_secret() -> Result<(), Report> {
    let mut scene = Scene::new("secret")?;
    let stranger = Cluster::new("stranger")?;
    let client = scene.client_of(
        &stranger,
        scene.server.port,
        "(say (ping server)) (try (lambda () (on server (lambda () 'let-in))))
         (try (lambda () (remote-spawn server (lambda () 'let-in))))
         (! (remote-service 'x server) 'y) (say 'sent)",
    )?;
    let lines: Vec<String> = (0..4).filter_map(|_| client.line(PATIENCE)).collect();
    let refused = |line: &str| line.contains("no connection with") && line.contains("secret");
    let as_expected = lines.len() == 4
        && lines[0] == "no-reply"
        && refused(&lines[1])
        && refused(&lines[2])
        && lines[3] == "sent";
    if !as_expected {
        return Err(Report(format!("{lines:?}; {}", client.error_output())));
    }
    Ok(scene.serves()?)
}

/// Reads until the other side closes; whether it does so within a time.
fn is_closed(stream: &mut TcpStream, patience: Duration) -> bool {
    let end = Instant::now() + patience;
    let mut buffer = [0; 4096];
    while Instant::now() < end {
        match stream.read(&mut buffer) {
            Ok(0) => return true,
            Ok(_) => {}
            Err(e)
                if matches!(
                    e.kind(),
                    std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut
                ) => {}
            Err(_) => return true,
        }
    }
    false
}

#[test]
fn bytes_that_are_no_handshake() -> Result<(), Report> {
    let mut scene = Scene::new("garbage")?;
    let noise: Vec<u8> = (0..100_000u32)
        .map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8)
        .collect();
    let cases: [(&str, &[u8]); 6] = [
        ("noise", &noise),
        (
            "another protocol",
            b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
        ),
        ("a later version", b"termite\n\x03\xe7\x03\xe8\0\0\0\0"),
        ("version 0", b"termite\n\0\0\0\0\0\0\0\0"),
        (
            "a hello and noise",
            b"termite\n\0\x01\0\x01\0\0\0\0\0\x20aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        ),
        (
            "a hello and a long block",
            b"termite\n\0\x01\0\x01\0\0\0\0\xff\xff",
        ),
    ];
    for (name, bytes) in cases {
        let mut stream =
            TcpStream::connect(("127.0.0.1", scene.server.port)).map_err(|e| e.to_string())?;
        let step = Some(Duration::from_millis(20));
        stream.set_read_timeout(step).map_err(|e| e.to_string())?;
        // The other side may close before all is written.
        let _ = stream.write_all(bytes);
        if !is_closed(&mut stream, PATIENCE) {
            return Err(Report(format!("{name}: the connection stays open")));
        }
        scene.serves()?;
    }
    Ok(())
}

/// A server that answers a hello with a version that nobody speaks.
#[test]
fn client_of_an_unknown_version() -> Result<(), Report> {
    let scene = Scene::new("version")?;
    let listener = std::net::TcpListener::bind("127.0.0.1:0").map_err(|e| e.to_string())?;
    let port = listener.local_addr().map_err(|e| e.to_string())?.port();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().map_while(Result::ok) {
            // Whoever has gone needs no answer.
            let _ = stream.write_all(b"termite\n\x03\xe7\x03\xe8\0\0\0\0");
            let _ = stream.read(&mut [0; 64]);
        }
    });
    let client = scene.client_of(
        &scene.cluster,
        port,
        "(try (lambda () (on server (lambda () 'understood)))) (say (ping server))",
    )?;
    let lines: Vec<String> = (0..2).filter_map(|_| client.line(PATIENCE)).collect();
    let says_why = lines.len() == 2 && lines[0].contains("version") && lines[1] == "no-reply";
    match says_why {
        true => Ok(()),
        false => Err(Report(format!("{lines:?}; {}", client.error_output()))),
    }
}

/// A `spawner` of the program's own that never answers holds up nobody but its callers, and
/// those only as long as they will.
#[test]
fn a_spawner_that_never_answers() -> Result<(), Report> {
    let mut scene = Scene::new("spawner")?;
    let client = scene.client(
        "(define me (self))
         (define (never) (?) (never))
         (define keeper
           (remote-spawn server
             (lambda ()
             (let ((old (resolve-service 'spawner)))
               (publish-service 'spawner (spawn never))
               (! me 'replaced)
               (recv ('back #t))
               (terminate! (resolve-service 'spawner))
               (publish-service 'spawner old))
             (! me 'restored))))
         (recv ('replaced #t))
         (say 'ready)
         (try (lambda () (on server (lambda () 1) 0.3 'default)))
         (try (lambda () (on server (lambda () 1) 0.3)))
         (try (lambda () (remote-spawn server (lambda () 1) timeout: 0.3)))
         (say (ping server))
         (! keeper 'back)
         (say (? 5 'nothing))
         (try (lambda () (on server (lambda () 'serves))))",
    )?;
    ready(&client)?;
    let since = Instant::now();
    let timeout = "(raised timeout)";
    for expected in ["default", timeout, timeout, "pong", "restored", "serves"] {
        says_soon(&client, since, expected)?;
    }
    Ok(scene.serves()?)
}
