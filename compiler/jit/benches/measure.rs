//! Times of the programs that the design was decided by, and of the compiler itself.
//!
//! `cargo bench -p termite-jit [name]`; with `dump`, the code of each segment is
//! disassembled by `objdump` instead.
//!
//! Unsafe here: enters machine code and publishes it.

#[path = "../tests/support/mod.rs"]
mod support;

use std::process::Command;
use std::time::Instant;
use support::build::*;
use support::machine::*;
use support::programs;
use termite_abi::Value;
use termite_ir::*;
use termite_jit::{Compiler, Options, Stats};

struct Program {
    name: &'static str,
    nursery: usize,
    build: fn(&mut Build) -> CpId,
    args: fn(&Machine) -> Vec<u64>,
    times: u32,
    expect: i64,
}

fn f(n: i64) -> u64 {
    Value::fixnum(n).0
}

const PROGRAMS: &[Program] = &[
    Program {
        name: "fib 35",
        nursery: 1 << 20,
        build: programs::fib,
        args: |_| vec![f(35)],
        times: 1,
        expect: 9227465,
    },
    Program {
        name: "tak x500",
        nursery: 1 << 20,
        build: programs::tak,
        args: |_| vec![f(18), f(12), f(6)],
        times: 500,
        expect: 7,
    },
    Program {
        name: "deep 1e6 x20",
        nursery: 1 << 20,
        build: programs::deep,
        args: |_| vec![f(1_000_000)],
        times: 20,
        expect: 500_000_500_000,
    },
    Program {
        name: "nrev x400",
        nursery: 1 << 20,
        build: programs::nrev,
        args: |_| vec![f(400)],
        times: 400,
        expect: 1,
    },
    Program {
        name: "unknown 1e8",
        nursery: 1 << 20,
        build: |u| programs::unknown(u).0,
        args: |m| vec![m.closure(CpId(0)), m.closure(CpId(1)), f(100_000_000)],
        times: 1,
        expect: 5_000_000_200_000_000,
    },
];

fn main() {
    let args: Vec<String> = std::env::args()
        .skip(1)
        .filter(|a| !a.starts_with("--"))
        .collect();
    let dump = args.iter().any(|a| a == "dump");
    let wanted = |name: &str| {
        args.iter()
            .all(|a| a == "dump" || name.contains(a.as_str()))
    };
    for p in PROGRAMS.iter().filter(|p| wanted(p.name)) {
        let mut u = Build::new();
        let cp = (p.build)(&mut u);
        let mut m = Machine::with(u.unit, p.nursery, Options::default());
        if dump {
            disassemble(&m, p.name);
        } else {
            run(p, &mut m, cp);
        }
    }
}

fn run(p: &Program, m: &mut Machine, cp: CpId) {
    let args = (p.args)(m);
    let mut best = f64::MAX;
    let budget = Instant::now();
    while budget.elapsed().as_secs_f64() < 3.0 {
        let start = cpu_seconds();
        for _ in 0..p.times {
            m.reset();
            assert_eq!(
                m.run(cp, &args).map(Value::as_fixnum),
                Ok(p.expect),
                "{}",
                p.name
            );
        }
        best = best.min((cpu_seconds() - start) * 1e3);
    }
    let s = compile_often(m);
    println!(
        "{:14} {best:8.1} ms   {} segments, {} unstrippable, {} CLIF instructions, {} bytes, lower {:?} + cranelift {:?} + strip {:?} = {:.2} ms/1000",
        p.name,
        s.compiled,
        s.unstrippable,
        s.clif_insts,
        s.code_bytes,
        s.lowering,
        s.codegen,
        s.stripping,
        (s.lowering + s.codegen + s.stripping).as_secs_f64() * 1e6 / s.clif_insts as f64
    );
}

/// Compiles the unit again and again: the first time pays for cold caches.
fn compile_often(m: &Machine) -> Stats {
    let cps: Vec<CpId> = (0..m.unit.cps.len() as u32).map(CpId).collect();
    let mut compiler = Compiler::new(Options::default()).expect("a compiler");
    let mut best = m.code.stats;
    let total = |s: &Stats| s.lowering + s.codegen + s.stripping;
    for _ in 0..200 {
        let stats = compiler
            .compile(&m.unit, &m.link, &cps)
            .expect("a good unit")
            .stats;
        if total(&stats) < total(&best) {
            best = stats;
        }
    }
    best
}

/// Processor time of this thread: the machine may be shared.
fn cpu_seconds() -> f64 {
    let mut t = libc::timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    // SAFETY: `t` is a valid place for the result.
    unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &mut t) };
    t.tv_sec as f64 + t.tv_nsec as f64 * 1e-9
}

fn disassemble(m: &Machine, name: &str) {
    for segment in &m.code.segments {
        println!("== {name}: {:?}", segment.cp);
        let path = std::env::temp_dir().join("termite-jit-segment.bin");
        std::fs::write(&path, &segment.code).expect("a writable directory");
        let out = Command::new("objdump")
            .args([
                "-D",
                "-b",
                "binary",
                "-m",
                "i386:x86-64",
                "-M",
                "intel",
                "--no-show-raw-insn",
            ])
            .arg(&path)
            .output()
            .expect("objdump");
        let text = String::from_utf8_lossy(&out.stdout);
        for line in text
            .lines()
            .filter(|l| l.contains(":\t") && !l.contains("int3"))
        {
            println!("{line}");
        }
    }
}
