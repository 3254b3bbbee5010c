//! Tier-up: which control points are sent to the compiler, and on which thread.

use crate::code::{CodeStore, LoadedUnit};
use crate::machine::Machine;
use crate::node::Tier;
use std::any::Any;
use std::collections::HashSet;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::mpsc::{Sender, channel};
use termite_ir::{CpId, ProcId};

struct Job {
    unit: Arc<dyn Any + Send + Sync>,
    cps: Vec<CpId>,
}

pub(crate) struct Compiling {
    machine: Option<Arc<dyn Machine>>,
    tier: Tier,
    /// Parents that were sent already, by unit index.
    sent: HashSet<(u32, ProcId)>,
    /// To the compiling thread, which starts with the first job.
    thread: Option<Sender<Job>>,
}

impl Compiling {
    pub fn new(machine: Option<Arc<dyn Machine>>, tier: Tier) -> Compiling {
        Compiling {
            machine,
            tier,
            sent: HashSet::new(),
            thread: None,
        }
    }

    /// Compiles the procedure of `cp` on this thread.
    pub fn now(&mut self, code: &CodeStore, unit: &Rc<LoadedUnit>, cp: CpId) {
        if let Some((machine, job)) = self.job(code, unit, cp) {
            // What cannot be compiled stays interpreted.
            let _ = machine.compile(&job.unit, &job.cps);
        }
    }

    /// Has the procedure of `cp` compiled, on another thread unless the tier says at
    /// once.
    pub fn request(&mut self, code: &CodeStore, unit: &Rc<LoadedUnit>, cp: CpId) {
        if self.tier != Tier::Auto {
            return self.now(code, unit, cp);
        }
        let Some((machine, job)) = self.job(code, unit, cp) else {
            return;
        };
        let sender = self.thread.get_or_insert_with(|| start(machine));
        // The thread ends only with its sender.
        let _ = sender.send(job);
    }

    fn job(
        &mut self,
        code: &CodeStore,
        unit: &Rc<LoadedUnit>,
        cp: CpId,
    ) -> Option<(Arc<dyn Machine>, Job)> {
        let machine = self.machine.clone()?;
        if !self.sent.insert((unit.index, unit.control_point(cp).proc)) {
            return None;
        }
        let prepared = unit
            .prepared
            .get_or_init(|| machine.prepare(unit, code.link_data(unit)));
        let job = Job {
            unit: prepared.clone(),
            cps: unit.siblings(cp),
        };
        Some((machine, job))
    }
}

fn start(machine: Arc<dyn Machine>) -> Sender<Job> {
    let (sender, receiver) = channel::<Job>();
    let work = move || {
        while let Ok(job) = receiver.recv() {
            let _ = machine.compile(&job.unit, &job.cps);
        }
    };
    // Without a thread, the receiver is dropped and everything stays interpreted.
    let _ = std::thread::Builder::new()
        .name("termite-compile".into())
        .spawn(work);
    sender
}
