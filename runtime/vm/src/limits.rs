//! Bounds on computations that nobody vouches for, and their end: fuel, and throwing
//! away all processes of a node.
//!
//! Fuel is a number of safepoints, so it bounds what allocates or, under zeal, enters
//! segments; a loop that does neither is stopped from another thread, by
//! [`Attention::interrupt`](crate::Attention::interrupt).

use crate::node::Node;

impl Node {
    /// Ends processes with [`Exit::Interrupted`](crate::Exit::Interrupted) at each
    /// safepoint after `safepoints` more of them; `None`: no bound.
    pub fn set_fuel(&mut self, safepoints: Option<u64>) {
        self.fuel = safepoints;
    }

    /// Safepoints that are left.
    pub fn fuel(&self) -> Option<u64> {
        self.fuel
    }

    /// Takes one safepoint's fuel; whether there was any.
    pub(crate) fn burn(&mut self) -> bool {
        match &mut self.fuel {
            None => true,
            Some(0) => false,
            Some(left) => {
                *left -= 1;
                true
            }
        }
    }

    /// Drops all processes as they stand, with what other threads asked of them. Only
    /// while none runs.
    pub fn drop_processes(&mut self) {
        self.sched.clear();
        self.error = None;
        self.take_requests();
    }
}
