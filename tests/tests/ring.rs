//! A process that goes round a ring of three nodes in the middle of a deep recursion: it
//! arrives with the right answer, and the nodes keep nothing of it.
//!
//! `TERMITE_HOPS` sets how often it moves (10,000); the memory of each node, after
//! collecting, is compared with that after a tenth of them.

use std::time::{Duration, Instant};
use termite_tests::cluster::{Cluster, NodeProcess};
use termite_tests::report::{self, Report};

const HOPS: u64 = 10_000;
/// Kilobytes by which a node may have grown.
const GROWTH: u64 = 2048;
const PATIENCE: Duration = Duration::from_secs(300);
/// Calls that are waiting while the process moves.
const DEPTH: u64 = 500;

fn hops() -> Result<u64, String> {
    match std::env::var("TERMITE_HOPS") {
        Ok(text) => text.parse().map_err(|_| format!("TERMITE_HOPS={text}")),
        Err(_) => Ok(HOPS),
    }
}

/// Reads a number of hops and makes them, until there is no more to read.
fn client(nodes: &[NodeProcess]) -> String {
    let ring: Vec<String> = nodes.iter().map(NodeProcess::expression).collect();
    format!(
        "(define ring (vector {}))
         (define (go-round i n)
           (if (< i n)
               (begin
                 (migrate-task (vector-ref ring (modulo i 3)))
                 (go-round (+ i 1) n))))
         ;; The sum of the numbers up to n, by way of so many moves at its deepest.
         (define (sum n hops)
           (if (= n 0)
               (begin (go-round 0 hops) 0)
               (+ n (sum (- n 1) hops))))
         (define me (self))
         (define (say x) (write x) (newline) (flush-output-port))
         (let loop ()
           (let ((hops (read)))
             (if (not (eof-object? hops))
                 (begin
                   (spawn (lambda () (! me (sum {DEPTH} hops))))
                   (say (?))
                   (vector-for-each (lambda (node) (on node (lambda () (gc) (gc)))) ring)
                   (say 'collected)
                   (loop)))))
         (exit)",
        ring.join(" ")
    )
}

fn round(client: &mut NodeProcess, hops: u64) -> Result<Duration, String> {
    let start = Instant::now();
    client.send_input(&format!("{hops}\n"))?;
    let answer = client.line(PATIENCE);
    let took = start.elapsed();
    let right = (DEPTH * (DEPTH + 1) / 2).to_string();
    if answer.as_deref() != Some(&right) {
        let errors = client.error_output();
        return Err(format!(
            "{hops} hops gave {answer:?}, not {right}; {errors}"
        ));
    }
    client.wait_for_line("collected", PATIENCE)?;
    Ok(took)
}

fn resident(nodes: &[NodeProcess]) -> Result<Vec<u64>, String> {
    nodes.iter().map(NodeProcess::resident).collect()
}

#[test]
fn ten_thousand_hops_leave_nothing_behind() -> Result<(), Report> {
    let all = hops()?;
    let cluster = Cluster::new("ring")?;
    let nodes = [0, 1, 2].map(|_| cluster.node(&["--tier", "jit"], ""));
    let nodes = nodes.into_iter().collect::<Result<Vec<_>, _>>()?;
    let script = cluster.file("client.scm", &client(&nodes))?;
    let mut command = cluster.termite()?;
    command.args(["--tier", "jit"]).arg(script);
    let mut client = NodeProcess::start_silent(command)?;
    round(&mut client, all / 10)?;
    let early = resident(&nodes)?;
    let took = round(&mut client, all - all / 10)?;
    let late = resident(&nodes)?;
    report::say(&format!(
        "{} hops in {took:.2?}, {:.0} us each; resident KB {early:?}, then {late:?}",
        all - all / 10,
        took.as_secs_f64() * 1e6 / (all - all / 10) as f64
    ));
    let grown = early.iter().zip(&late).any(|(a, b)| *b > a + GROWTH);
    match grown {
        false => Ok(()),
        true => Err(Report(format!(
            "from {early:?} to {late:?} KB, which is more than {GROWTH} KB"
        ))),
    }
}
