//! Bodies of `define-macro`: run in a node of their own, apart from the program, for a
//! limited time and in a limited heap, without files, other programs or the network.

use crate::engine::{Linker, SharedLinker, compiler_in, new_node};
use crate::libraries::Libraries;
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::time::Duration;
use termite_abi::Value;
use termite_driver::MacroEvaluator;
use termite_expand::LibraryName;
use termite_expand::core::{GlobalKind, Module};
use termite_stdlib::{datum_to_value, port, value_to_datum};
use termite_syntax::{Datum, Span};
use termite_vm::{Attention, Bodies, Exit, LogSlot, NodeOptions, Tier, Vm};

/// How long the body of a macro may run.
const LONGEST: Duration = Duration::from_secs(3);

/// Bytes that the bodies of macros may have live at once.
const LARGEST_HEAP: u64 = 256 << 20;

/// Interrupts a node after [`LONGEST`], unless it is dropped before.
struct Watch(Option<Sender<()>>);

impl Watch {
    fn start(attention: Attention) -> Watch {
        let (sender, receiver) = channel::<()>();
        let wait = move || {
            if receiver.recv_timeout(LONGEST) == Err(RecvTimeoutError::Timeout) {
                attention.interrupt();
            }
        };
        // Without a thread nothing watches, and the user has to.
        let thread = std::thread::Builder::new()
            .name("termite-macro".into())
            .spawn(wait);
        Watch(thread.ok().map(|_| sender))
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.0 = None;
    }
}

/// Made at the first use of a macro.
struct MacroNode {
    vm: Vm,
    linker: SharedLinker,
    /// What the node's log says of the evaluation that is going on.
    told: Rc<RefCell<String>>,
    /// Procedures of macros by the address of their module, which is kept.
    procedures: HashMap<usize, (Arc<Module>, String)>,
    serial: u64,
}

pub struct Macros {
    libraries: Libraries,
    node: Option<MacroNode>,
}

impl Macros {
    pub fn new(libraries: Libraries) -> Macros {
        Macros {
            libraries,
            node: None,
        }
    }

    /// Libraries that bodies of macros use are loaded anew.
    pub fn forget(&mut self) {
        self.node = None;
    }
}

impl MacroEvaluator for Macros {
    fn evaluate_macro(
        &mut self,
        procedure: &Arc<Module>,
        arguments: &Datum,
    ) -> Result<Datum, String> {
        let libraries = self.libraries.clone();
        let node = self.node.get_or_insert_with(|| MacroNode::new(libraries));
        node.evaluate(procedure, arguments)
    }
}

impl MacroNode {
    fn new(libraries: Libraries) -> MacroNode {
        let mut options = NodeOptions {
            tier: Tier::Interp,
            ..NodeOptions::default()
        };
        options.heap.limit_bytes = LARGEST_HEAP;
        let mut vm = new_node(None, options);
        port::forbid_files(
            &mut vm,
            "the body of a macro has no access to files, programs or the network",
        );
        let told: Rc<RefCell<String>> = Rc::default();
        let log = told.clone();
        vm.state::<LogSlot>().0 = Some(Box::new(move |text| log.borrow_mut().push_str(text)));
        MacroNode {
            vm,
            told,
            linker: Linker::new(compiler_in(&libraries, None)),
            procedures: HashMap::new(),
            serial: 0,
        }
    }

    fn evaluate(&mut self, module: &Arc<Module>, arguments: &Datum) -> Result<Datum, String> {
        let variable = self.procedure(module)?;
        let procedure = self.vm.session_variable(&variable).unwrap_or(Value::FALSE);
        let mut args = Vec::new();
        for item in arguments.items() {
            args.push(datum_to_value(&mut self.vm.heap, item)?);
        }
        let result = self.call(procedure, &args, "the body of the macro")?;
        value_to_datum(result, Span::NONE)
    }

    /// The value of a call, within the limits.
    fn call(&mut self, procedure: Value, args: &[Value], what: &str) -> Result<Value, String> {
        self.told.borrow_mut().clear();
        let watch = Watch::start(self.vm.attention());
        let (exit, result) = self.vm.call(procedure, args);
        drop(watch);
        match exit {
            Exit::Normal => Ok(result.first().copied().unwrap_or(Value::VOID)),
            Exit::Interrupted => Err(format!("{what} ran for over {LONGEST:?}")),
            Exit::Code(_) => Err(format!("{what} called exit")),
            Exit::Failed => {
                let told = self.told.borrow();
                let first = told.lines().next().unwrap_or_default();
                let first = first.strip_prefix("error: ").unwrap_or(first);
                Err(format!("{what} raised an error: {first}"))
            }
        }
    }

    /// Compiles and evaluates the macro's procedure once; it is kept in a variable, so
    /// that collections find it.
    fn procedure(&mut self, module: &Arc<Module>) -> Result<String, String> {
        let key = Arc::as_ptr(module) as usize;
        if let Some((_, variable)) = self.procedures.get(&key) {
            return Ok(variable.clone());
        }
        let procedure = self.evaluate_module(module)?;
        self.serial += 1;
        let variable = format!("macro {}", self.serial);
        self.vm.define(&variable, procedure);
        self.procedures
            .insert(key, (module.clone(), variable.clone()));
        Ok(variable)
    }

    fn evaluate_module(&mut self, module: &Module) -> Result<Value, String> {
        let mut linker = self.linker.borrow_mut();
        let mut thunks = Vec::new();
        for global in &module.globals {
            let GlobalKind::Import { unit, .. } = &global.kind else {
                continue;
            };
            if linker.compiler.image().find(unit).is_none() {
                let name = LibraryName::from_unit(unit);
                let compiled = linker.compiler.library(&name, &mut NoMacros);
                let sources = linker.sources();
                let (units, _) = compiled.map_err(|d| crate::engine::render(&sources, &d))?;
                thunks.extend(linker.link(&mut self.vm, &units)?);
            } else {
                linker.link_library(&mut self.vm, unit, &mut thunks)?;
            }
        }
        let sources = linker.sources();
        let unit = linker
            .compiler
            .module(module)
            .map_err(|d| d.render(&sources))?;
        termite_ir::verify(&unit).map_err(|e| e.to_string())?;
        thunks.extend(linker.link(&mut self.vm, &[])?);
        let loaded = self
            .vm
            .load(Arc::new(unit), Bodies::Present, None)
            .map_err(|e| e.0)?;
        drop(linker);
        thunks.push(loaded.closure(loaded.unit.init));
        let mut value = Value::VOID;
        for thunk in thunks {
            value = self.call(thunk, &[], "the macro's definition")?;
        }
        Ok(value)
    }
}

/// Libraries that a macro's body imports are expanded without `define-macro` of theirs.
struct NoMacros;

impl MacroEvaluator for NoMacros {
    fn evaluate_macro(&mut self, _: &Arc<Module>, _: &Datum) -> Result<Datum, String> {
        Err("define-macro in a library that a macro's body imports is not supported".into())
    }
}
