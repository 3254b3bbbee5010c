//! What processes, messages and nodes have to show, one row each.

use super::measure::Figures;
use super::systems::System;
use crate::goals::Verdict;

enum Aim {
    /// At most as many times what Erlang takes, which is the better of its two.
    Erlang(f64),
    /// At most as many times what Gambit's bare threads take.
    Gambit(f64),
    /// At most as much, in the row's unit.
    Most(f64),
    /// At most as many times another row.
    Row(&'static str, f64),
}

/// Every row that starts so, up to a hyphen or the end, has the aim.
const AIMS: &[(&str, Aim)] = &[
    ("spawn", Aim::Erlang(1.0)),
    ("send-self", Aim::Erlang(1.0)),
    ("ring", Aim::Erlang(1.0)),
    ("ping-pong", Aim::Erlang(1.0)),
    ("call", Aim::Erlang(1.0)),
    ("migrate", Aim::Erlang(1.0)),
    ("alive", Aim::Erlang(1.0)),
    ("spawn", Aim::Gambit(1.5)),
    ("send-self", Aim::Gambit(1.5)),
    ("ring", Aim::Gambit(1.5)),
    ("ping-pong-0", Aim::Gambit(1.5)),
    ("remote-ping-pong", Aim::Erlang(1.0)),
    ("on-warm", Aim::Most(100.0)),
    ("remote-migrate", Aim::Most(150.0)),
    ("idle-bytes", Aim::Most(300.0)),
    ("call-100000", Aim::Row("call-0", 1.1)),
];

pub fn check(figures: &Figures) -> Vec<Verdict> {
    let rows = figures.rows();
    let mut verdicts = Vec::new();
    for (prefix, aim) in AIMS {
        for row in rows.iter().filter(|row| belongs(row, prefix)) {
            verdicts.push(judge(figures, row, aim));
        }
    }
    verdicts
}

fn belongs(row: &str, prefix: &str) -> bool {
    let rest = row.strip_prefix(prefix);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
}

fn judge(figures: &Figures, row: &str, aim: &Aim) -> Verdict {
    let ours = figures.median(row, System::Termite);
    let over = |theirs: Option<f64>| Some(ours? / theirs?);
    match *aim {
        Aim::Erlang(most) => Verdict::new(format!("{row}/erlang"), over(figures.erlang(row)), most),
        Aim::Gambit(most) => {
            let theirs = figures.median(row, System::Gambit);
            Verdict::new(format!("{row}/gambit"), over(theirs), most)
        }
        Aim::Most(most) => Verdict::new(row, ours, most),
        Aim::Row(other, most) => {
            let base = figures.median(other, System::Termite);
            Verdict::new(format!("{row}/{other}"), over(base), most)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn aims_are_met_missed_or_unknown() {
        let mut figures = Figures::default();
        for (row, system, value) in [
            ("ring-0", System::Termite, 2.0),
            ("ring-0", System::Erlang, 3.0),
            ("ring-0", System::ErlangOne, 1.0),
            ("ring-0", System::Gambit, 2.0),
            ("idle-bytes-100000", System::Termite, 288.0),
            ("call-0", System::Termite, 1.0),
            ("call-100000", System::Termite, 1.2),
        ] {
            figures.add(row, system, value);
        }
        let said = |what: &str| {
            let verdicts = check(&figures);
            let verdict = verdicts.iter().find(|v| v.what == what);
            verdict.map(|v| v.is_met())
        };
        assert_eq!(said("ring-0/erlang"), Some(Some(false)));
        assert_eq!(said("ring-0/gambit"), Some(Some(true)));
        assert_eq!(said("idle-bytes-100000"), Some(Some(true)));
        assert_eq!(said("call-100000/call-0"), Some(Some(false)));
        assert_eq!(said("call-0/erlang"), Some(None));
        assert_eq!(said("spawn/erlang"), None);
    }

    #[test]
    fn rows_by_their_beginning() {
        assert!(belongs("ping-pong-0", "ping-pong") && belongs("spawn", "spawn"));
        assert!(!belongs("ping-pong-10", "ping-pong-1"));
        assert!(!belongs("remote-ping-pong-0", "ping-pong"));
    }
}
