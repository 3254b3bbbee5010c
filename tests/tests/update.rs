//! Figure 1 of "An R7RS Compatible Module System for Termite Scheme", between two processes
//! of the system: a server's loop is replaced by a continuation from its client, while a
//! thousand pings are on their way, and another process goes on asking. None is lost or
//! overtaken, and the loop that came runs in the receiver's own tier.
//!
//! How it ran is told by a service of the server's own, so that nothing else of the
//! client's code is ever there.

use std::time::Duration;
use termite_tests::cluster::{Cluster, NodeProcess};
use termite_tests::report::Report;

const PATIENCE: Duration = Duration::from_secs(30);

/// Figure 1's pong.scm, with the statistics.
const SERVER: &str = "
(import (only (termite primitives) %code-statistics))
(define pong-server
  (spawn
   (lambda ()
     (let loop ()
       (recv
         ((from tag 'ping)
          (! from (list tag 'gnop))) ;; BUG!
         (('update k)
          (k #t)))
       (loop)))))
(publish-service 'pong-server pong-server)
(publish-service 'statistics
  (spawn
   (lambda ()
     (let loop ()
       (recv ((from tag 'ask) (! from (list tag (%code-statistics)))))
       (loop)))))
";

/// Figure 1's ping.scm. Beside what the figure prints it says what came of the others'
/// pings, and what ran on the server.
const CLIENT: &str = "
(define pong-server (remote-service 'pong-server node))
(define statistics (remote-service 'statistics node))
(define new-server
  (spawn
   (lambda ()
     (let loop () ;; code that will be migrated
       (recv
         ((from tag 'clone)
          (call/cc
           (lambda (k)
             (! from (list tag k)))))
         ((from tag 'ping)
          (! from (list tag 'pong)))
         (('update k)
          (k #t)))
       (loop)))))

(define count 1000)
(define me (self))

(define (send-pings from to)
  (if (< from to)
      (begin
        (! pong-server (list (self) from 'ping))
        (send-pings (+ from 1) to))))

;; The replies, of which each must be the next: how many were of the old server.
(define (take-replies i old)
  (if (= i count)
      (list 'old old 'new (- i old))
      (recv
        ((tag 'gnop) (where (= old i)) (if (= tag i) (take-replies (+ i 1) (+ old 1)) (list 'not-next tag i)))
        ((tag 'pong) (if (= tag i) (take-replies (+ i 1) old) (list 'not-next tag i)))
        (((? number? tag) x) (list 'unexpected tag x i))
        (after 20 (list 'lost i)))))

(define (say x) (write x) (newline))

;; What the server's node knows of this unit: control points with machine code, and those
;; that were interpreted.
(define (mine rows)
  (filter (lambda (row) (string-contains (car row) \"update-client\")) rows))

(println (!? pong-server 'ping))
(say (mine (!? statistics 'ask)))

;; Another process, which has one ping on its way at a time: its replies without repetition.
(define (ask-on i replies)
  (if (and (>= i count) (or (memq 'pong replies) (= i 100000)))
      (reverse replies)
      (let ((reply (!? pong-server 'ping 20)))
        (ask-on (+ i 1) (if (memq reply replies) replies (cons reply replies))))))

(spawn
 (lambda ()
   (let ((replies (ask-on 0 '())))
     (! me (list 'other replies)))))
(recv (after 0.02 #t))
(define k (!? new-server 'clone))
(send-pings 0 500)
(! pong-server (list 'update k))
(send-pings 500 count)
(say (take-replies 0 0))
(say (recv (('other replies) replies)))
(println (!? pong-server 'ping))
(println (!? new-server 'ping))
(let ((row (car (mine (!? statistics 'ask)))))
  (say (list (if (> (caddr row) 0) 'machine-code 'no-machine-code)
             (if (> (cadddr row) 0) 'interpreted 'not-interpreted))))
(exit)
";

#[test]
fn figure_1_with_pings_in_flight() -> Result<(), Report> {
    for (client, server) in [("jit", "jit"), ("interp", "jit"), ("jit", "interp")] {
        run(client, server)
            .map_err(|why| Report(format!("client {client}, server {server}: {why}")))?;
    }
    Ok(())
}

fn run(client: &str, server: &str) -> Result<(), String> {
    let cluster = Cluster::new("update")?;
    let mut node = cluster.node(&["--tier", server], SERVER)?;
    let text = format!("(define node {})\n{CLIENT}", node.expression());
    cluster.file("update-client.scm", &text)?;
    let args = [
        "--tier",
        client,
        "--node",
        "127.0.0.1:0",
        "update-client.scm",
    ];
    let done = cluster.run(args, "", PATIENCE.as_secs())?;
    let tier = match server {
        "jit" => "(machine-code not-interpreted)",
        _ => "(no-machine-code interpreted)",
    };
    let expected = format!("gnop\n()\n(old 500 new 500)\n(gnop pong)\npong\npong\n{tier}\n");
    if done.stdout_text() != expected || !done.stderr.is_empty() {
        return Err(format!(
            "{}\n{}\n{}",
            done.end,
            done.stdout_text(),
            done.stderr_text()
        ));
    }
    serves_on(&mut node)
}

fn serves_on(node: &mut NodeProcess) -> Result<(), String> {
    match node.is_running() {
        true => Ok(()),
        false => Err(format!("the server has ended: {}", node.error_output())),
    }
}
