//! Room for recursion, and its limit.
//!
//! The expander recurses over the nesting of a program. How deep it may go depends on
//! the stack it runs on: [`with_big_stack`] raises the limit for its thread; elsewhere it
//! is small enough for any thread. Long flat forms (`cond`, `let*`, lists) do not
//! recurse here, but become deeply nested core expressions, which the passes behind
//! and the drop of a `Module` do recurse over: call those on the big stack as well.

use std::cell::Cell;
use std::panic::resume_unwind;
use std::thread;

const BIG_STACK_BYTES: usize = 256 << 20;

/// Nesting of expressions and data on a big stack.
const BIG_LIMIT: u32 = 10_000;

/// The same on a stack of unknown size; 2 MB suffice, also without optimisation.
const SMALL_LIMIT: u32 = 400;

thread_local! {
    static LIMIT: Cell<u32> = const { Cell::new(SMALL_LIMIT) };
}

/// How deep an expression or datum may be nested on this thread.
pub fn nesting_limit() -> u32 {
    LIMIT.get()
}

/// Runs `work` on a thread with a stack of 256 MB, where programs nested up to the full
/// limit can be expanded, lowered and dropped. A panic of `work` goes on in the caller.
/// When no thread can be made, `work` runs on this one, with the small limit.
pub fn with_big_stack<R: Send>(work: impl FnOnce() -> R + Send) -> R {
    if nesting_limit() == BIG_LIMIT {
        return work();
    }
    let mut work = Some(work);
    let mut result = None;
    let spawned = thread::scope(|scope| {
        let slot = (&mut work, &mut result);
        let handle = thread::Builder::new()
            .stack_size(BIG_STACK_BYTES)
            .spawn_scoped(scope, || {
                LIMIT.set(BIG_LIMIT);
                let (work, result) = slot;
                *result = work.take().map(|work| work());
            });
        match handle.map(|handle| handle.join()) {
            Ok(Ok(())) => true,
            Ok(Err(panic)) => resume_unwind(panic),
            Err(_) => false,
        }
    });
    match (result, work) {
        (Some(result), _) => result,
        (None, Some(work)) if !spawned => work(),
        (None, _) => unreachable!("internal-error: the work neither ran nor panicked"),
    }
}
