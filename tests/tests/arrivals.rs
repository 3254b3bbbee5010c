//! Libraries of repositories that messages name: what a node does that has not got them.
//!
//! Each test has repositories of its own, made on the spot, and nodes with homes of their
//! own, so that one may have installed what another has not.

use git2::Repository;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;
use termite_bench::binary;
use termite_bench::process::{self, Limits};
use termite_tests::cluster::{Cluster, NodeProcess};
use termite_tests::report::Report;
use termite_tests::upstream::{commit, init, tag, write};

/// Seconds that a program may take.
const PATIENCE: u64 = 60;
const START: Duration = Duration::from_secs(30);

const ALLOWED: [&str; 2] = ["--whitelist", "github.com/fred"];

struct Scene {
    cluster: Cluster,
}

/// The library `(github.com/fred hello)` of one version.
fn hello(version: &str) -> String {
    format!(
        "(define-library (github.com/fred hello)
  (export hi next! setting make-box box-content)
  (import (scheme base))
  (begin
    (define count 0)
    (define (next!) (set! count (+ count 1)) count)
    (define setting (make-parameter 'default))
    (define-record-type box (make-box content) box? (content box-content))
    (define (hi who) (list {version:?} who))))"
    )
}

impl Scene {
    fn new() -> Result<Scene, Report> {
        let scene = Scene {
            cluster: Cluster::new("arrivals")?,
        };
        let git = init(&scene.upstream().join("fred/hello"))?;
        for version in ["1.0", "1.5"] {
            scene.release(&git, version, &hello(version))?;
        }
        Ok(scene)
    }

    fn upstream(&self) -> PathBuf {
        self.cluster.home().join("github.com")
    }

    fn release(&self, git: &Repository, version: &str, text: &str) -> Result<(), Report> {
        write(git, "hello.sld", text)?;
        tag(git, version, commit(git)?)?;
        Ok(())
    }

    /// The command with a home of its own.
    fn termite(&self, home: &str) -> Result<Command, Report> {
        let rules = format!(
            "[mirrors]\n\"github.com\" = {:?}\n[messages]\nschemes = [\"file\"]\n",
            self.upstream()
        );
        self.cluster.file(&format!("{home}/rules.toml"), &rules)?;
        let mut command = Command::new(binary::termite()?);
        command.env("TERMITE_HOME", self.cluster.home().join(home));
        command.current_dir(self.cluster.home());
        Ok(command)
    }

    fn run(&self, command: &mut Command) -> Result<(String, String), Report> {
        let done = process::run(command, b"", Limits::seconds(PATIENCE))?;
        Ok((done.stdout_text(), done.stderr_text()))
    }

    fn install(&self, home: &str, version: &str) -> Result<(), Report> {
        let mut command = self.termite(home)?;
        command.args(["install", &format!("github.com/fred/hello@{version}")]);
        let (out, err) = self.run(&mut command)?;
        match out.contains("installed") {
            true => Ok(()),
            false => Err(Report(format!("{out}\n{err}"))),
        }
    }

    /// A node of that home, which runs a program; `salt` makes its compiler another one.
    fn node(
        &self,
        home: &str,
        options: &[&str],
        salt: Option<&str>,
        program: &str,
    ) -> Result<NodeProcess, Report> {
        let text = format!("(println (node-port (current-node)))\n{program}\n");
        let script = self.cluster.file(&format!("{home}-node.scm"), &text)?;
        let mut command = self.termite(home)?;
        command.args(["--node", "127.0.0.1:0", "--secret", "secret", "--stats"]);
        command.args(options).arg(script);
        if let Some(salt) = salt {
            command.env("TERMITE_TEST_SALT", salt);
        }
        Ok(NodeProcess::start(command)?)
    }

    /// What a program of that home prints that knows `node`.
    fn program(&self, home: &str, node: &NodeProcess, text: &str) -> Result<String, Report> {
        let text = format!("(define node {})\n{text}\n(exit)\n", node.expression());
        let script = self.cluster.file(&format!("{home}-program.scm"), &text)?;
        let mut command = self.termite(home)?;
        command.args(["--node", "127.0.0.1:0", "--secret", "secret"]);
        let (out, err) = self.run(command.arg(script))?;
        Ok(format!("{out}{err}"))
    }
}

/// Ends a node and gives its statistics.
fn statistics(scene: &Scene, node: NodeProcess) -> Result<String, Report> {
    let end = "(remote-spawn node (lambda () (exit)))";
    scene.program("guest", &node, end)?;
    let mut text = String::new();
    let until = std::time::Instant::now() + START;
    while !text.contains("stat gc-full") && std::time::Instant::now() < until {
        text.push_str(&node.error_output());
        text.push('\n');
        std::thread::sleep(Duration::from_millis(20));
    }
    Ok(text)
}

fn statistic(text: &str, name: &str) -> Option<u64> {
    let line = text
        .lines()
        .find_map(|l| l.strip_prefix(&format!("stat {name} ")));
    line?.trim().parse().ok()
}

fn expect(found: &str, expected: &str) -> Result<(), Report> {
    match found == expected {
        true => Ok(()),
        false => Err(Report(format!("expected\n{expected}\nfound\n{found}"))),
    }
}

const CALL: &str = "(import (github.com/fred hello @1.0))
(write (on node (lambda () (hi 'ada))))
(newline)
(write (list (on node next!) (on node next!) (next!)))
(newline)";

const ANSWER: &str = "(\"1.0\" ada)\n(1 2 1)\n";

#[test]
fn from_the_repository_and_at_hand_after_a_restart() -> Result<(), Report> {
    let scene = Scene::new()?;
    scene.install("sender", "1.0")?;
    let options = [&ALLOWED[..], &["--code-from", "cache,repository"]].concat();
    let node = scene.node("receiver", &options, None, "")?;
    expect(&scene.program("sender", &node, CALL)?, ANSWER)?;
    let first = statistics(&scene, node)?;
    let mut list = scene.termite("receiver")?;
    let (listed, _) = scene.run(list.arg("list"))?;
    if !listed.contains("github.com/fred/hello@1.0") {
        return Err(Report(format!("not installed: {listed}\n{first}")));
    }
    // Neither network nor front end the second time.
    let node = scene.node("receiver", &options, None, "")?;
    expect(&scene.program("sender", &node, CALL)?, ANSWER)?;
    let second = statistics(&scene, node)?;
    let counts = ["libraries-compiled", "libraries-cached"].map(|n| statistic(&second, n));
    match counts {
        [Some(0), Some(1)] => Ok(()),
        _ => Err(Report(format!("{first}\n--\n{second}"))),
    }
}

#[test]
fn from_the_sender_and_at_hand_after_a_restart() -> Result<(), Report> {
    let scene = Scene::new()?;
    scene.install("sender", "1.0")?;
    let mut fetched = Vec::new();
    for _ in 0..2 {
        let node = scene.node("receiver", &ALLOWED, None, "")?;
        expect(&scene.program("sender", &node, CALL)?, ANSWER)?;
        let counts = statistics(&scene, node)?;
        fetched.push(statistic(&counts, "units-fetched").unwrap_or(99));
    }
    // The second node lacks the program only; the one that ends it is another one.
    match fetched[..] {
        [first, second] if first == second + 1 => Ok(()),
        _ => Err(Report(format!("units fetched: {fetched:?}"))),
    }
}

#[test]
fn what_is_not_on_the_whitelist_is_refused() -> Result<(), Report> {
    let scene = Scene::new()?;
    scene.install("sender", "1.0")?;
    let refused = "(import (github.com/fred hello @1.0))
(define (try thunk)
  (println (condition-report-string (with-exception-catcher (lambda (e) e) thunk))))
(try (lambda () (on node (lambda () (hi 'ada)))))
(try (lambda () (remote-spawn node (lambda () (hi 'ada)))))";
    let serves = "(write (on node (lambda () 'serves)))";
    for order in ["sender", "cache,repository", "cache,sender,repository"] {
        let node = scene.node("receiver", &["--code-from", order], None, "")?;
        let said = scene.program("sender", &node, refused)?;
        let lines: Vec<&str> = said.lines().filter(|l| !l.starts_with("warning")).collect();
        let refusals = lines.iter().filter(|l| {
            l.contains("github.com/fred/hello is not on the whitelist") && l.contains("--whitelist")
        });
        if refusals.count() != 2 || scene.program("guest", &node, serves)? != "serves" {
            return Err(Report(format!("{order}:\n{said}")));
        }
    }
    Ok(())
}

#[test]
fn nodes_with_different_versions_have_both() -> Result<(), Report> {
    let scene = Scene::new()?;
    scene.install("sender", "1.0")?;
    scene.install("receiver", "1.5")?;
    let both = "(import (prefix (github.com/fred hello @1.5) new:) (scheme base))
(define (greet who) (new:hi who))
(publish-service 'greeter
  (spawn (lambda () (let loop () (recv ((from tag f) (! from (list tag (list (f 'x) (greet 'y)))))) (loop)))))";
    let node = scene.node("receiver", &ALLOWED, None, both)?;
    let ask = "(import (github.com/fred hello @1.0))
(write (!? (remote-service 'greeter node) hi 10))
(newline)";
    let said = scene.program("sender", &node, ask)?;
    expect(&said, "((\"1.0\" x) (\"1.5\" y))\n")
}

/// The receiver's compiler makes other code of the same source.
#[test]
fn codes_of_two_compilers_share_variables() -> Result<(), Report> {
    let scene = Scene::new()?;
    scene.install("sender", "1.0")?;
    scene.install("receiver", "1.0")?;
    let program = "(import (github.com/fred hello @1.0))
(define kept (make-box 'here))
(publish-service 'counter
  (spawn (lambda ()
    (let loop ()
      (recv
        ((from tag 'next) (! from (list tag (next!))))
        ((from tag ('call f)) (! from (list tag (f))))
        ((from tag ('open b)) (! from (list tag (list (box-content b) (setting)))))
        ((from tag 'box) (! from (list tag kept))))
      (loop)))))";
    let node = scene.node("receiver", &[], Some("other"), program)?;
    let text = "(import (github.com/fred hello @1.0))
(define counter (remote-service 'counter node))
(define (show x) (write x) (newline))
(show (list (!? counter 'next 10) (!? counter (list 'call next!) 10) (on node next!) (!? counter 'next 10)))
(show (!? counter (list 'open (make-box 'there)) 10))
(show (box-content (!? counter 'box 10)))
(show (on node (lambda () (parameterize ((setting 'bound)) (list (setting) (hi 'ada))))))
(show (parameterize ((setting 'carried)) (call/cc (lambda (k) (on node (lambda () (list (setting) (procedure? k))))))))
(show (!? counter (list 'call (lambda () (map (lambda (i) (+ i (next!))) '(0 10)))) 10))";
    let said = scene.program("sender", &node, text)?;
    expect(
        &said,
        "(1 2 3 4)\n(there default)\nhere\n(bound (\"1.0\" ada))\n(default #t)\n(5 16)\n",
    )
}

#[test]
fn two_sources_under_one_version_are_refused() -> Result<(), Report> {
    let scene = Scene::new()?;
    scene.install("sender", "1.0")?;
    let git = Repository::open(scene.upstream().join("fred/hello"))?;
    scene.release(&git, "1.0", &hello("another"))?;
    scene.install("receiver", "1.0")?;
    let text = "(import (github.com/fred hello @1.0))
(println (condition-report-string
  (with-exception-catcher (lambda (e) e) (lambda () (on node (lambda () (hi 'ada)))))))";
    let mut commits = Vec::new();
    for home in ["sender", "receiver"] {
        let mut list = scene.termite(home)?;
        let (listed, _) = scene.run(list.arg("list"))?;
        let commit = listed.split_whitespace().nth(1).unwrap_or("none");
        commits.push(commit.to_owned());
    }
    // Whether it would be taken from the sender or made from the repository.
    for options in [&["--code-from", "sender"][..], &[]] {
        let node = scene.node("receiver", options, None, "")?;
        let said = scene.program("sender", &node, text)?;
        if !said.contains("two sources") || commits.iter().any(|c| !said.contains(c)) {
            return Err(Report(format!("{options:?} {commits:?}\n{said}")));
        }
    }
    Ok(())
}

/// Figure 1's new server, in a library.
const PONG: &str = "(define-library (github.com/fred pong)
  (export serve)
  (import (scheme base) (termite))
  (begin
    (define (serve)
      (recv
        ((from tag 'clone) (call/cc (lambda (k) (! from (list tag k)))))
        ((from tag 'ping) (! from (list tag 'pong)))
        (('update k) (k #t)))
      (serve))))";

const OLD_SERVER: &str = "
(import (only (termite primitives) %code-statistics))
(publish-service 'pong-server
  (spawn (lambda ()
    (let loop ()
      (recv
        ((from tag 'ping) (! from (list tag 'gnop))) ;; BUG!
        (('update k) (k #t)))
      (loop)))))
(publish-service 'statistics
  (spawn (lambda ()
    (let loop ()
      (recv ((from tag 'ask) (! from (list tag (%code-statistics)))))
      (loop)))))";

const UPDATE: &str = "(import (github.com/fred pong @1.0))
(define pong-server (remote-service 'pong-server node))
(define (running)
  (filter (lambda (row) (string-contains (car row) \"github.com/fred/pong\"))
          (!? (remote-service 'statistics node) 'ask 10)))
(define new-server (spawn serve))
(write (running))
(newline)
(println (!? pong-server 'ping 10))
(! pong-server (list 'update (!? new-server 'clone 10)))
(println (!? pong-server 'ping 10))
(let ((row (car (running))))
  (println (car row))
  (println (if (> (caddr row) 0) 'machine-code 'no-machine-code))
  (println (if (> (cadddr row) 0) 'interpreted 'not-interpreted)))";

/// The loop of a running server is replaced by one of a library that its node lacks, and
/// runs there as machine code.
#[test]
fn figure_1_with_a_library() -> Result<(), Report> {
    let scene = Scene::new()?;
    let git = init(&scene.upstream().join("fred/pong"))?;
    write(&git, "pong.sld", PONG)?;
    tag(&git, "1.0", commit(&git)?)?;
    let mut install = scene.termite("sender")?;
    scene.run(install.args(["install", "github.com/fred/pong@1.0"]))?;
    for order in ["cache,sender", "cache,repository"] {
        let home = format!("receiver-{}", order.replace(',', "-"));
        let options = [&ALLOWED[..], &["--tier", "jit", "--code-from", order]].concat();
        let node = scene.node(&home, &options, None, OLD_SERVER)?;
        let said = scene.program("sender", &node, UPDATE)?;
        let expected = "()\ngnop\npong\ngithub.com/fred/pong@1.0\nmachine-code\nnot-interpreted\n";
        expect(&said, expected)?;
    }
    Ok(())
}

/// A body that never ends, and one that fails: the message is refused, and the node lives.
#[test]
fn bodies_that_fail_refuse() -> Result<(), Report> {
    let scene = Scene::new()?;
    let cases = [
        ("waits", "(?)", "the body of the library"),
        ("fails", "(car 5)", "the body of the library"),
        ("exits", "(exit 3)", "the body of the library"),
    ];
    for (name, body, reason) in cases {
        let git = init(&scene.upstream().join(format!("fred/{name}")))?;
        // It does no harm at its sender.
        let text = format!(
            "(define-library (github.com/fred {name}) (export f) (import (scheme base) (scheme \
             process-context) (termite)) (begin (define x (if (get-environment-variable \
             \"HARMLESS\") 1 {body})) (define (f) x)))"
        );
        write(&git, &format!("{name}.sld"), &text)?;
        tag(&git, "1", commit(&git)?)?;
        let mut install = scene.termite("sender")?;
        scene.run(install.args(["install", &format!("github.com/fred/{name}@1")]))?;
        let node = scene.node("receiver", &ALLOWED, None, "")?;
        let text = format!(
            "(define node {})\n(import (github.com/fred {name} @1))
(println (condition-report-string
  (with-exception-catcher (lambda (e) e) (lambda () (on node f)))))\n(exit)",
            node.expression()
        );
        let script = scene.cluster.file("bodies.scm", &text)?;
        let mut command = scene.termite("sender")?;
        command.env("HARMLESS", "1");
        command.args(["--node", "127.0.0.1:0", "--secret", "secret"]);
        let (said, errors) = scene.run(command.arg(script))?;
        let serves = scene.program("guest", &node, "(write (on node (lambda () 'serves)))")?;
        if !said.contains(reason) || serves != "serves" {
            return Err(Report(format!("{name}: {said}{errors}{serves}")));
        }
    }
    Ok(())
}

/// Files below a directory.
fn files(directory: &Path) -> Result<Vec<PathBuf>, Report> {
    let mut all = Vec::new();
    if !directory.is_dir() {
        return Ok(all);
    }
    for entry in fs::read_dir(directory)? {
        let path = entry?.path();
        match path.is_dir() {
            true => all.extend(files(&path)?),
            false => all.push(path),
        }
    }
    Ok(all)
}

/// What is kept is only at hand: without it, or with half of it, or with something else in
/// its place, libraries are compiled or fetched again.
#[test]
fn damage_to_what_is_kept_does_no_harm() -> Result<(), Report> {
    let scene = Scene::new()?;
    scene.install("sender", "1.0")?;
    for order in ["cache,repository", "cache,sender"] {
        let home = format!("receiver-{}", order.replace(',', "-"));
        let options = [&ALLOWED[..], &["--code-from", order]].concat();
        let damages: [&dyn Fn(Vec<u8>) -> Option<Vec<u8>>; 4] = [
            &Some,
            &|bytes| Some(bytes[..bytes.len() / 2].to_vec()),
            &|_| Some(b"something else".to_vec()),
            &|_| None,
        ];
        for (i, damage) in damages.iter().enumerate() {
            let node = scene.node(&home, &options, None, "")?;
            let said = scene.program("sender", &node, CALL)?;
            expect(&said, ANSWER).map_err(|why| Report(format!("{order}, {i}: {}", why.0)))?;
            let mut kept = files(&scene.cluster.home().join(&home).join("cache"))?;
            kept.extend(files(&scene.cluster.home().join(&home).join("code"))?);
            if kept.is_empty() {
                return Err(Report(format!("{order}: nothing is kept")));
            }
            for path in kept {
                match damage(fs::read(&path)?) {
                    Some(bytes) => fs::write(&path, bytes)?,
                    None => fs::remove_file(&path)?,
                }
            }
        }
    }
    Ok(())
}

/// Many messages at once that need a library which is being installed wait for it, and
/// those of other processes do not.
#[test]
fn many_messages_wait_for_one_installation() -> Result<(), Report> {
    let scene = Scene::new()?;
    scene.install("sender", "1.0")?;
    let options = [&ALLOWED[..], &["--code-from", "repository"]].concat();
    let node = scene.node("receiver", &options, None, "")?;
    let text = "(import (github.com/fred hello @1.0))
(define me (self))
(define (ask i) (spawn (lambda () (! me (list 'reply (on node (lambda () (list i (car (hi i))))))))))
(for-each ask (iota 100))
(define replies (map (lambda (i) (recv (('reply x) x) (after 20 (list i 'lost)))) (iota 100)))
(write (equal? (sort replies (lambda (a b) (< (car a) (car b)))) (map (lambda (i) (list i \"1.0\")) (iota 100))))";
    expect(&scene.program("sender", &node, text)?, "#t")
}
