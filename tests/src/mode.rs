//! The ways in which every program is run. They must all give the same.

use crate::case::Case;
use std::time::Duration;

#[derive(Debug)]
pub struct Mode {
    pub name: &'static str,
    pub args: &'static [&'static str],
    pub zeal: u8,
    /// Takes part in one of so many programs.
    one_in: u64,
}

const fn mode(name: &'static str, args: &'static [&'static str]) -> Mode {
    Mode {
        name,
        args,
        zeal: 0,
        one_in: 1,
    }
}

const fn zeal(name: &'static str, args: &'static [&'static str], level: u8, one_in: u64) -> Mode {
    Mode {
        name,
        args,
        zeal: level,
        one_in,
    }
}

/// The first is the one that others are compared with.
pub const MODES: &[Mode] = &[
    mode("interp", &["--tier", "interp"]),
    mode("jit", &["--tier", "jit"]),
    mode("auto", &["--tier", "auto"]),
    mode("beside", &["--tier", "auto", "--beside"]),
    zeal("zeal1-interp", &["--tier", "interp", "--zeal", "1"], 1, 1),
    zeal("zeal1-jit", &["--tier", "jit", "--zeal", "1"], 1, 1),
    zeal("zeal2", &["--tier", "auto", "--zeal", "2"], 2, 6),
    zeal("zeal3", &["--tier", "jit", "--zeal", "3"], 3, 1),
];

impl Mode {
    pub fn limit(&self) -> Duration {
        Duration::from_secs(if self.zeal > 0 { 60 } else { 10 })
    }

    /// Why a program is not run in this mode: `Some(true)` by its own request, and
    /// `Some(false)` because the mode only takes a sample.
    pub fn skips(&self, case: &Case) -> Option<bool> {
        if case.skipped_zeal.contains(&self.zeal) {
            Some(true)
        } else if !hash(&case.name).is_multiple_of(self.one_in) {
            Some(false)
        } else {
            None
        }
    }
}

/// The same on every machine (FNV-1a).
fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |h, b| {
        (h ^ u64::from(b)).wrapping_mul(0x100_0000_01b3)
    })
}

/// Those that `TERMITE_MODES` names, or all.
pub fn selected() -> Result<Vec<&'static Mode>, String> {
    let Ok(names) = std::env::var("TERMITE_MODES") else {
        return Ok(MODES.iter().collect());
    };
    let find = |name: &str| MODES.iter().find(|m| m.name == name);
    names
        .split(',')
        .map(|name| find(name).ok_or(format!("no mode {name:?}")))
        .collect()
}
