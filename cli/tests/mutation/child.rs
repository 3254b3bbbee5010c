//! Runs parts of the test in processes of their own, so that a crash is a result.
//!
//! The test binary starts itself with a range of seeds. The child writes the seed that it
//! is at into a file before it begins with it, and what it found into another when it is
//! done.

use super::tally::Tally;
use std::fs::File;
use std::io::Read;
use std::ops::Range;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// What the child is to do: `<job> <first seed> <end> <directory>`.
const ORDER: &str = "TERMITE_MUTATION_ORDER";
/// The test that is one: its name in the binary.
const CHILD_TEST: &str = "child";
/// Seeds that one child takes; units are never unloaded.
const RANGE: u64 = 500;
/// Children at a time.
const CHILDREN: u64 = 2;
/// Crashes after which the parent stops.
const ENOUGH: usize = 25;

/// A part of the test: what is done with each seed.
pub trait Job {
    fn run(&mut self, seed: u64, tally: &mut Tally);
}

/// In the parent: runs the seeds below `count` in children and collects what they found.
pub fn run_all(job: &str, count: u64) -> Tally {
    let next = AtomicU64::new(0);
    let all = Mutex::new(Tally::default());
    std::thread::scope(|scope| {
        for _ in 0..CHILDREN {
            scope.spawn(|| {
                loop {
                    let from = next.fetch_add(RANGE, Relaxed);
                    if from >= count || all.lock().unwrap().faults.len() > ENOUGH {
                        return;
                    }
                    let found = run_range(job, from..count.min(from + RANGE));
                    all.lock().unwrap().merge(found);
                }
            });
        }
    });
    all.into_inner().unwrap()
}

/// Runs a range, going on behind each seed that killed the child.
fn run_range(job: &str, range: Range<u64>) -> Tally {
    let mut all = Tally::default();
    let mut from = range.start;
    while from < range.end && all.faults.len() <= ENOUGH {
        let dir = directory(job, from);
        let died_at = run_child(job, from..range.end, &dir, &mut all);
        let _ = std::fs::remove_dir_all(&dir);
        match died_at {
            Some(seed) => from = seed + 1,
            None => break,
        }
    }
    all
}

fn directory(job: &str, from: u64) -> PathBuf {
    let name = format!("termite-mutation-{}-{job}-{from}", std::process::id());
    let dir = std::env::temp_dir().join(name);
    std::fs::create_dir_all(&dir).unwrap();
    dir
}

/// The seed at which the child died, if it did so at one.
fn run_child(job: &str, range: Range<u64>, dir: &Path, all: &mut Tally) -> Option<u64> {
    let errors = dir.join("stderr");
    let status = Command::new(std::env::current_exe().unwrap())
        .args([CHILD_TEST, "--exact", "--nocapture", "--test-threads=1"])
        .env(
            ORDER,
            format!("{job} {} {} {}", range.start, range.end, dir.display()),
        )
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(File::create(&errors).unwrap())
        .status()
        .unwrap();
    let found = std::fs::read_to_string(dir.join("found"));
    if let (true, Ok(text)) = (status.success(), found) {
        all.merge(Tally::from_text(&text));
        return None;
    }
    let seed = read_progress(dir);
    let last = std::fs::read(&errors).unwrap_or_default();
    let text = String::from_utf8_lossy(&last[last.len().saturating_sub(1500)..]).into_owned();
    all.fault(
        seed.unwrap_or(range.start),
        format!("the process died ({status}): {text}"),
    );
    seed
}

fn read_progress(dir: &Path) -> Option<u64> {
    let mut bytes = [0; 8];
    File::open(dir.join("progress"))
        .ok()?
        .read_exact(&mut bytes)
        .ok()?;
    Some(u64::from_le_bytes(bytes))
}

/// In the child: does what it was started for, if anything.
pub fn obey(new_job: &dyn Fn(&str) -> Box<dyn Job>) {
    let Ok(order) = std::env::var(ORDER) else {
        return;
    };
    let mut words = order.splitn(4, ' ');
    let mut word = || words.next().unwrap_or_default().to_owned();
    let (job, from, to, dir) = (word(), word(), word(), PathBuf::from(word()));
    let progress = File::create(dir.join("progress")).unwrap();
    let mut job = new_job(&job);
    let mut tally = Tally::default();
    for seed in from.parse::<u64>().unwrap()..to.parse::<u64>().unwrap() {
        progress.write_at(&seed.to_le_bytes(), 0).unwrap();
        job.run(seed, &mut tally);
    }
    std::fs::write(dir.join("found"), tally.to_text()).unwrap();
}
