//! Input and output park the process that does it, and no other: the command with real pipes
//! at its standard streams, named pipes, child processes and connections.
//!
//! Each test runs a program of its own; what the program checks by itself it says in its
//! output.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::thread::{self, sleep};
use std::time::{Duration, Instant};
use termite_bench::binary;
use termite_bench::temp::TempDir;

/// That anything may take; the machine may be busy.
const PATIENCE: Duration = Duration::from_secs(120);
const SHORT: Duration = Duration::from_millis(100);

/// A program that runs; ended with its owner.
struct Running {
    child: Child,
    stdin: Option<ChildStdin>,
    stdout: Option<BufReader<ChildStdout>>,
    _dir: TempDir,
}

impl Running {
    fn start(program: &str) -> Running {
        let dir = TempDir::new("io").unwrap();
        let path = dir.path().join("program.scm");
        fs::write(&path, program).unwrap();
        let mut child = Command::new(binary::termite().unwrap())
            .arg(&path)
            .current_dir(dir.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let id = child.id().to_string();
        // What hangs is ended, and then has not printed what it should.
        thread::spawn(move || {
            sleep(PATIENCE);
            let _ = Command::new("kill").args(["-9", &id]).output();
        });
        Running {
            stdin: child.stdin.take(),
            stdout: child.stdout.take().map(BufReader::new),
            child,
            _dir: dir,
        }
    }

    fn type_in(&mut self, text: &str) {
        let stdin = self.stdin.as_mut().unwrap();
        stdin.write_all(text.as_bytes()).unwrap();
        stdin.flush().unwrap();
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.stdout.as_mut().unwrap().read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    }

    /// The rest of the output, and the exit code.
    fn finish(mut self) -> (String, Option<i32>) {
        drop(self.stdin.take());
        let mut rest = String::new();
        if let Some(mut stdout) = self.stdout.take() {
            stdout.read_to_string(&mut rest).unwrap();
        }
        let mut errors = String::new();
        let stderr = self.child.stderr.as_mut().unwrap();
        stderr.read_to_string(&mut errors).unwrap();
        let code = self.child.wait().unwrap().code();
        (rest + &errors, code)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Most have ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What a program prints that gets nothing to read.
fn check(program: &str, expected: &str) {
    let (output, code) = Running::start(program).finish();
    assert_eq!((output.as_str(), code), (expected, Some(0)));
}

#[test]
fn others_go_on_while_one_reads_the_console() {
    let mut program = Running::start(
        r#"
        (define ticks 0)
        (spawn (lambda () (let loop () (? 0.01 #f) (set! ticks (+ ticks 1)) (loop))))
        (spawn (lambda () (let loop ((i 0)) (loop (+ i 1)))))
        (let loop ()
          (display "> ")
          (let ((before ticks) (line (read-line)))
            (if (not (eof-object? line))
                (begin
                  (write (list line (> ticks (+ before 2))))
                  (newline)
                  (loop)))))
        "#,
    );
    for (typed, shown) in [("one", "one"), ("\u{3bb} two", "\u{3bb} two")] {
        let (first, second) = typed.as_bytes().split_at(1);
        let stdin = program.stdin.as_mut().unwrap();
        stdin.write_all(first).unwrap();
        sleep(SHORT);
        stdin.write_all(second).unwrap();
        sleep(SHORT);
        program.type_in("\n");
        assert_eq!(program.line(), format!("> (\"{shown}\" #t)"));
    }
    assert_eq!(program.finish(), ("> ".into(), Some(0)));
}

#[test]
fn readers_of_one_port_take_turns() {
    let mut program = Running::start(
        r#"
        (define main (self))
        (define (reader read)
          (spawn (lambda () (! main (list (self) (read))))))
        (define (next) (let ((m (?))) (cadr m)))
        ; The first is in the midst of a datum when the others come.
        (define first (reader read))
        (? 0.05 #f)
        (define second (reader read-line))
        (? 0.05 #f)
        (define third (reader (lambda () (read-string 3))))
        (? 0.05 #f)
        (display "ready") (newline)
        (write (next)) (newline)
        (write (next)) (newline)
        (write (next)) (newline)
        ; One that is ended leaves the port, and what it looked at, to the next.
        (define fourth (reader read))
        (? 0.05 #f)
        (define fifth (reader read-line))
        (display "again") (newline)
        (? 0.2 #f)
        (terminate! fourth)
        (write (next)) (newline)
        "#,
    );
    program.type_in("(1 2");
    assert_eq!(program.line(), "ready");
    program.type_in(" 3) rest\nabcdef");
    assert_eq!(program.line(), "(1 2 3)");
    assert_eq!(program.line(), "\" rest\"");
    assert_eq!(program.line(), "\"abc\"");
    assert_eq!(program.line(), "again");
    sleep(SHORT);
    sleep(SHORT);
    sleep(SHORT);
    program.type_in(" (x\n");
    assert_eq!(program.line(), "\"def (x\"");
    assert_eq!(program.finish(), (String::new(), Some(0)));
}

#[test]
fn a_blocked_process_can_be_ended_and_told() {
    let mut program = Running::start(
        r#"
        (define main (self))
        (define (status p) (cdr (assq 'status (process-info p))))
        (define idle (spawn read-line))
        (? 0.05 #f)
        (write (status idle)) (newline)
        (define ref (monitor idle))
        (terminate! idle)
        (write (list-ref (?) 3)) (newline)
        ; What ends another comes along the link.
        (define linked
          (spawn (lambda ()
            (guard (e ((termite-exception? e) (! main (termite-exception-object e))))
              (read-line)))))
        (? 0.05 #f)
        (define other (spawn-linked-to linked (lambda () (raise 'oh))))
        (write (?)) (newline)
        ; A handler outside of the wait sees nothing of the port, which is as it was.
        (display (read-line)) (newline)
        "#,
    );
    assert_eq!(program.line(), "|waiting for input|");
    assert_eq!(program.line(), "terminated");
    assert_eq!(program.line(), "oh");
    program.type_in("mine\n");
    assert_eq!(program.line(), "mine");
    assert_eq!(program.finish().1, Some(0));
}

#[test]
fn readiness_is_told_without_waiting() {
    let mut program = Running::start(
        r#"
        (define (await ready?) (if (not (ready?)) (begin (? 0.01 #f) (await ready?))))
        (write (char-ready?)) (newline)
        (await char-ready?)
        (write (read-char))
        (write (char-ready?)) (newline)
        (await char-ready?)
        (write (read-char))
        (await char-ready?)
        (write (list (eof-object? (peek-char)) (eof-object? (read-char)))) (newline)
        "#,
    );
    assert_eq!(program.line(), "#f");
    program.type_in("a");
    assert_eq!(program.line(), "#\\a#f");
    let stdin = program.stdin.as_mut().unwrap();
    // Half a character is none.
    stdin.write_all(&[0xce]).unwrap();
    sleep(SHORT);
    stdin.write_all(&[0xbb]).unwrap();
    assert_eq!(program.finish(), ("#\\\u{3bb}(#t #t)\n".into(), Some(0)));
}

#[test]
fn a_stalled_reader_stops_its_writer_only() {
    let mut program = Running::start(
        r#"
        (define written 0)
        (define writer
          (spawn (lambda ()
            (let loop ((i 0))
              (if (< i 200000)
                  (begin (write-string "0123456789" (current-output-port))
                         (set! written (+ i 1))
                         (loop (+ i 1))))))))
        (define ref (monitor writer))
        (define (log x) (write x (current-error-port)) (newline (current-error-port)))
        (? 0.3 #f)
        (log (< written 200000))
        (log (cdr (assq 'status (process-info writer))))
        (log (car (?)))
        "#,
    );
    let mut errors = BufReader::new(program.child.stderr.take().unwrap());
    let mut error_line = || {
        let mut line = String::new();
        errors.read_line(&mut line).unwrap();
        line
    };
    assert_eq!(error_line(), "#t\n");
    assert_eq!(error_line(), "|waiting for output|\n");
    let mut all = String::new();
    let mut stdout = program.stdout.take().unwrap();
    stdout.read_to_string(&mut all).unwrap();
    assert_eq!(error_line(), "DOWN\n");
    assert_eq!(all.len(), 2_000_000);
    assert!(all.starts_with("01234567890123") && all.ends_with("6789"));
}

#[test]
fn a_reader_that_is_gone_is_a_condition() {
    let mut program = Running::start(
        r#"
        (define (log x) (write x (current-error-port)) (newline (current-error-port)))
        (read-line)
        (log (call-with-current-continuation
               (lambda (k)
                 (with-exception-handler
                   (lambda (e) (k (list (file-error? e) (condition-report-string e))))
                   (lambda ()
                     (let loop () (write-string (make-string 1000 #\x)) (loop)))))))
        "#,
    );
    drop(program.stdout.take());
    program.type_in("go\n");
    let (output, code) = program.finish();
    assert_eq!(output, "(#t \"write-string: Broken pipe\")\n");
    assert_eq!(code, Some(0));
}

#[test]
fn children_are_ports() {
    check(
        r#"
        (define (show x) (write x) (newline))
        (define cat (open-process "cat"))
        (write-string "one \x3bb;\n(a b) rest\n" cat)
        (show (read-line cat))
        (show (read cat))
        (show (read-line cat))
        (show (char-ready? cat))
        (write-u8 255 cat)
        (flush-output-port cat)
        (show (read-u8 cat))
        (close-output-port cat)
        (show (list (input-port-open? cat) (output-port-open? cat)))
        (show (eof-object? (read-char cat)))
        (show (process-status cat))
        (close-port cat)
        (show (list (input-port-open? cat) (process-status cat)))
        (show (shell-command "exit 3"))
        (show (shell-command "kill -9 $$"))
        (show (shell-command "echo out; echo err >&2" #t))
        (define settings
          (open-process (list 'path: "sh" 'arguments: '("-c" "echo $A; pwd; echo err >&2")
                              'environment: '("A=1") 'directory: "/"
                              'stdin-redirection: #f 'stderr-redirection: #t)))
        (show (list (read-line settings) (read-line settings) (read-line settings)))
        (show (call-with-input-process '("echo" "hi") read-line))
        (call-with-output-process "cat" (lambda (p) (display "through cat\n" p)))
        (show (with-input-from-process '("printf" "(1 2)") read))
        (define (report thunk)
          (guard (e ((file-error? e) (condition-report-string e))) (thunk)))
        (show (report (lambda () (open-process "/no/such/program"))))
        (show (guard (e (#t (condition-report-string e)))
                (open-process (list 'path: "cat" 'server-address: 1))))
        (define true-program (open-process "true"))
        (process-status true-program)
        (show (report (lambda ()
                        (let loop () (write-string "x" true-program)
                          (flush-output-port true-program) (loop)))))
        "#,
        "\"one \u{3bb}\"\n(a b)\n\" rest\"\n#f\n255\n(#t #f)\n#t\n0\n(#f 0)\n3\n137\n(0 . \"out\\n\")\n\
         (\"1\" \"/\" \"err\")\n\"hi\"\nthrough cat\n(1 2)\n\
         \"open-process: cannot start the program (No such file or directory): \\\"/no/such/program\\\"\"\n\
         \"open-process: unknown setting: server-address:\"\n\"flush-output-port: Broken pipe\"\nerr\n",
    );
}

#[test]
fn many_children_at_once_leave_no_zombies() {
    check(
        r#"
        (define main (self))
        (do ((i 0 (+ i 1))) ((= i 30))
          (spawn (lambda ()
            (let ((p (open-process "cat")))
              (write i p) (newline p)
              (let ((back (read p)))
                (close-port p)
                (process-status p)
                (! main (= back i)))))))
        (define (all n) (or (= n 0) (and (?) (all (- n 1)))))
        (write (all 30))
        (newline)
        (write (cdr (shell-command "ps --ppid $PPID -o stat= | grep -c Z" #t)))
        (newline)
        "#,
        "#t\n\"0\\n\"\n",
    );
}

#[test]
fn a_hundred_clients_of_a_server() {
    check(
        r#"
        (define main (self))
        (define server (open-tcp-server 0))
        (define port (tcp-server-port-number server))
        (define (serve connection)
          (let ((line (read-line connection)))
            (if (eof-object? line)
                (close-port connection)
                (begin (write-string line connection)
                       (newline connection)
                       (serve connection)))))
        (define acceptor
          (spawn (lambda ()
            (let loop ()
              (let ((connection (read server)))
                (spawn (lambda () (serve connection)))
                (loop))))))
        (define (client i)
          (let ((connection (open-tcp-client "localhost" port)))
            (do ((k 0 (+ k 1))) ((= k 10))
              (write (list i k) connection)
              (newline connection)
              (if (not (equal? (read connection) (list i k))) (error "not an echo")))
            (close-port connection)
            (! main 'done)))
        (do ((i 0 (+ i 1))) ((= i 100)) (spawn (lambda () (client i))))
        (do ((i 0 (+ i 1))) ((= i 100)) (?))
        (display "done") (newline)
        (define (report thunk)
          (guard (e ((file-error? e) 'file-error)) (thunk)))
        (terminate! acceptor)
        (close-port server)
        (write (report (lambda () (open-tcp-client "localhost" port)))) (newline)
        (write (report (lambda () (open-tcp-client "no.such.host.invalid:80")))) (newline)
        (write (guard (e (#t 'closed)) (read server))) (newline)
        "#,
        "done\nfile-error\nfile-error\nclosed\n",
    );
}

#[test]
fn a_connection_that_is_reset_is_a_condition() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let program = Running::start(&format!(
        r#"
        (define p (open-tcp-client "127.0.0.1:{port}"))
        (write (read-u8 p)) (newline)
        (write (guard (e ((file-error? e) 'file-error))
          (let loop () (write-u8 1 p) (flush-output-port p) (? 0.01 #f) (loop)))) (newline)
        "#
    ));
    let (mut connection, _): (TcpStream, _) = listener.accept().unwrap();
    connection.write_all(&[42]).unwrap();
    drop(connection);
    assert_eq!(program.finish(), ("42\nfile-error\n".into(), Some(0)));
}

#[test]
fn named_pipes_are_opened_and_read_without_stopping_others() {
    check(
        r#"
        (define ticks 0)
        (spawn (lambda () (let loop () (? 0.01 #f) (set! ticks (+ ticks 1)) (loop))))
        (shell-command "mkfifo pipe")
        (define main (self))
        (define reader
          (spawn (lambda ()
            (call-with-input-file "pipe" (lambda (p)
              (let* ((a (read-line p)) (b (read-line p))) (! main (list a b))))))))
        (? 0.05 #f)
        (write (cdr (assq 'status (process-info reader)))) (newline)
        (define writer (open-output-file "pipe"))
        (write-string "first\nsec" writer)
        (flush-output-port writer)
        (? 0.05 #f)
        (write (cdr (assq 'status (process-info reader)))) (newline)
        (close-port writer)
        (write (?)) (newline)
        (write (> ticks 3)) (newline)
        ; Nobody at the other end: the process waits, and can be ended.
        (define waiting (spawn (lambda () (open-input-file "pipe"))))
        (? 0.05 #f)
        (terminate! waiting)
        "#,
        "|waiting for the system|\n|waiting for input|\n(\"first\" \"sec\")\n#t\n",
    );
}

#[test]
fn ports_go_from_process_to_process() {
    check(
        r#"
        (define p (open-process "cat"))
        (spawn (lambda () (write-string "by another\n" p) (close-output-port p)))
        (write (read-line p)) (newline)
        ; Who waits for a port that is closed is told.
        (define q (open-process "cat"))
        (define main (self))
        (spawn (lambda ()
          (! main (guard (e (#t (condition-report-string e))) (read-line q)))))
        (? 0.05 #f)
        (close-port q)
        (write (?)) (newline)
        "#,
        "\"by another\"\n\"read-line: the port is closed: #<input-output-port cat>\"\n",
    );
}

#[test]
fn the_network_and_ports_are_waited_for_together() {
    let start = Instant::now();
    check(
        r#"
        (node-init (make-node "localhost" 0))
        (define cat (open-process "cat"))
        (define (round i)
          (if (< i 300)
              (begin (write i cat) (newline cat)
                     (if (= (read cat) i) (round (+ i 1)) (error "not an echo")))))
        (round 0)
        (display "done") (newline)
        (exit 0)
        "#,
        "done\n",
    );
    // A wait that does not notice the pipe takes a tenth of a second.
    assert!(start.elapsed() < Duration::from_secs(20));
}
