//! Running programs on all cores, one suite at a time.

use crate::case::Case;
use crate::mode::Mode;
use std::ffi::OsString;
use std::io;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use termite_bench::binary;
use termite_bench::process::{self, Finished, Limits};
use termite_bench::temp::TempDir;

/// Megabytes. Small, so that a program that never ends recursing ends soon.
pub const HEAP_LIMIT: &str = "256";
/// What a program may use beyond its heap before it is killed.
const MEMORY_LIMIT: u64 = 1 << 30;

/// Runs `f` on every number below `count`, on all cores; the results in order. Calls
/// from several tests wait for each other, so that no program runs out of time because
/// another suite is running too.
pub fn on_all_cores<T: Send>(count: usize, f: impl Fn(usize) -> T + Sync) -> Vec<T> {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _guard = lock(&ONE_AT_A_TIME);
    let next = AtomicUsize::new(0);
    let results = Mutex::new(Vec::with_capacity(count));
    let worker = || {
        loop {
            let i = next.fetch_add(1, Ordering::Relaxed);
            if i >= count {
                return;
            }
            let result = f(i);
            lock(&results).push((i, result));
        }
    };
    let workers = thread::available_parallelism().map_or(2, usize::from);
    thread::scope(|scope| (0..workers).for_each(|_| drop(scope.spawn(worker))));
    let mut results = results.into_inner().unwrap_or_else(PoisonError::into_inner);
    results.sort_by_key(|(i, _)| *i);
    results.into_iter().map(|(_, result)| result).collect()
}

/// A panic elsewhere is that test's failure, not a reason to stop this one.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The arguments of `termite` for a program in a mode.
pub fn arguments(case: &Case, mode: &Mode) -> Vec<OsString> {
    let mut args: Vec<OsString> = mode.args.iter().map(OsString::from).collect();
    args.extend(["--heap-limit", HEAP_LIMIT].map(OsString::from));
    args.push(case.path.clone().into());
    args.extend(case.args.iter().map(OsString::from));
    args
}

/// Runs a program in a mode, in a directory of its own, so that the files it writes meet
/// no one else's.
pub fn run(case: &Case, mode: &Mode) -> Result<Finished, String> {
    let termite = binary::termite()?;
    let mut command = Command::new(termite);
    command.args(arguments(case, mode));
    run_alone(&mut command, &case.stdin, limits(mode)).map_err(|e| format!("cannot run: {e}"))
}

pub fn limits(mode: &Mode) -> Limits {
    Limits {
        time: mode.limit(),
        memory_bytes: MEMORY_LIMIT,
        ..Limits::seconds(0)
    }
}

/// Runs a command in an empty directory.
pub fn run_alone(command: &mut Command, input: &[u8], limits: Limits) -> io::Result<Finished> {
    let dir = TempDir::new("test")?;
    process::run(command.current_dir(dir.path()), input, limits)
}
