//! Finding out that a walk goes round, without notes: Brent's method ("An improved Monte
//! Carlo factorization algorithm", 1980). The walk remembers one value, and a later one
//! each time that the number of steps has doubled.

use termite_abi::Value;

/// A walk along a chain.
#[derive(Debug)]
pub struct Cycle {
    kept: Value,
    /// Steps until the next value is kept, and that number the last time.
    left: u64,
    span: u64,
}

impl Cycle {
    pub fn new() -> Cycle {
        Cycle {
            kept: Value::FALSE,
            left: 1,
            span: 1,
        }
    }

    /// Whether the walk, which comes to `v`, is known to go round.
    #[inline(always)]
    pub fn closes_at(&mut self, v: Value) -> bool {
        self.left -= 1;
        if self.left == 0 {
            self.renew(v);
            return false;
        }
        v == self.kept
    }

    #[cold]
    fn renew(&mut self, v: Value) {
        self.kept = v;
        self.span *= 2;
        self.left = self.span;
    }
}

impl Default for Cycle {
    fn default() -> Cycle {
        Cycle::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cycles_are_found_in_time_and_nothing_else() {
        assert!((0..100_000).all({
            let mut cycle = Cycle::new();
            move |i| !cycle.closes_at(Value::fixnum(i))
        }));
        for (before, length) in [(0, 1), (0, 2), (5, 1), (100, 7), (3, 1000)] {
            let mut cycle = Cycle::new();
            let mut walk = (0..).map(|i| {
                if i < before {
                    i
                } else {
                    before + (i - before) % length
                }
            });
            let steps = walk.position(|i| cycle.closes_at(Value::fixnum(i)));
            assert!(steps.is_some_and(|n| n as i64 <= 3 * (before + length) + 2));
        }
    }
}
