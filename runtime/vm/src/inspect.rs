//! What people at a REPL ask about a running node: its processes, mailboxes, connections
//! and services, as text. All of it is bounded, whatever the node holds.

use crate::node::Node;
use crate::process::{Ending, Pid, Process, Status};
use crate::report;
use std::fmt::Write;
use termite_abi::Value;

/// Processes, messages, nodes and services shown at most.
const MOST_ROWS: usize = 200;
const MOST_MESSAGES: usize = 20;

/// The commands, for a REPL's help.
pub const COMMANDS: &str = "  ,ps            the node's processes
  ,kill PID      ends a process, by its number
  ,mailbox PID   the messages that wait for a process
  ,nodes         the connected nodes
  ,services      the published processes
";

const HEADINGS: [&str; 7] = [
    "pid", "name", "status", "messages", "links", "monitors", "runs",
];

impl Node {
    /// Does what a command of the REPL says, and says what came of it. `None`: there is no
    /// such command.
    pub fn inspect(&mut self, command: &str, argument: &str) -> Option<String> {
        let answer = match command {
            "ps" => Ok(self.show_processes()),
            "kill" => self.number(argument).map(|pid| self.kill(pid)),
            "mailbox" => self.number(argument).map(|pid| self.show_mailbox(pid)),
            "nodes" => Ok(self.show_nodes()),
            "services" => Ok(self.show_services()),
            _ => return None,
        };
        Some(answer.unwrap_or_else(|error| error))
    }

    /// The live process that a command names.
    fn number(&self, argument: &str) -> Result<Pid, String> {
        let Ok(serial) = argument.trim().parse() else {
            return Err("the number of a process is expected; ,ps lists them\n".into());
        };
        match self.sched.get(Pid(serial)) {
            Some(_) => Ok(Pid(serial)),
            None => Err(format!("there is no process {serial}; ,ps lists them\n")),
        }
    }

    /// A process in a warning: by its name, if it has one.
    pub(crate) fn shown_process(&mut self, pid: Pid) -> String {
        let ties = self.sched.get(pid).and_then(|p| p.ties.as_deref());
        match ties.and_then(|t| t.name) {
            Some(name) => format!("process {}", report::displayed(self, name)),
            None => format!("process {}", pid.0),
        }
    }

    fn kill(&mut self, pid: Pid) -> String {
        if self.sched.current_pid() == Some(pid) {
            return "a process cannot be killed while it asks for that\n".into();
        }
        self.end_process(pid, Ending::Terminated);
        format!("process {} is terminated\n", pid.0)
    }

    fn show_processes(&mut self) -> String {
        let pids = self.sched.pids();
        let mut rows = vec![HEADINGS.map(str::to_owned)];
        let shown = pids.iter().take(MOST_ROWS);
        rows.extend(shown.filter_map(|&pid| self.row(pid)));
        let mut text = table(&rows);
        if pids.len() > MOST_ROWS {
            let _ = writeln!(text, "... and {} more", pids.len() - MOST_ROWS);
        }
        text
    }

    fn row(&mut self, pid: Pid) -> Option<[String; 7]> {
        let running = self.sched.current_pid() == Some(pid);
        let k = Value(self.context().k);
        let p = self.sched.get(pid)?;
        let frame = if running { k } else { p.k };
        let ties = p.ties.as_deref();
        let mut linked = ties.map(|t| t.outbound.clone()).unwrap_or_default();
        let inbound = ties.iter().flat_map(|t| &t.inbound);
        linked.extend(inbound.filter(|v| !ties.is_some_and(|t| t.outbound.contains(v))));
        let monitors = ties.map_or(0, |t| t.monitors.len());
        let name = ties.and_then(|t| t.name);
        let (status, messages) = (status(p, running), p.mailbox.len());
        Some([
            pid.0.to_string(),
            name.map_or_else(String::new, |v| report::displayed(self, v)),
            status.to_owned(),
            messages.to_string(),
            linked.len().to_string(),
            monitors.to_string(),
            report::running(self, frame).unwrap_or_default(),
        ])
    }

    fn show_mailbox(&mut self, pid: Pid) -> String {
        let Some(p) = self.sched.get(pid) else {
            return String::new();
        };
        let total = p.mailbox.len();
        let most = p.ties.as_ref().and_then(|t| t.most_messages);
        let messages: Vec<Value> = p.mailbox.iter().take(MOST_MESSAGES).collect();
        let s = if total == 1 { "" } else { "s" };
        let mut text = format!("{total} message{s}");
        if let Some(most) = most {
            let _ = write!(text, ", at most {most}");
        }
        text.push('\n');
        for message in messages {
            let _ = writeln!(text, "  {}", report::written(self, message));
        }
        if total > MOST_MESSAGES {
            let _ = writeln!(text, "  ... and {} more", total - MOST_MESSAGES);
        }
        text
    }

    fn show_nodes(&mut self) -> String {
        let nodes = self.connected_nodes();
        if nodes.is_empty() {
            return "no node is connected\n".into();
        }
        let entries = nodes.iter().filter_map(|n| n.as_node());
        let entries = entries.filter_map(|n| self.dist.nodes.get(n));
        let rows: Vec<[String; 2]> = entries
            .take(MOST_ROWS)
            .map(|entry| {
                let start = entry.incarnation.unwrap_or_default();
                let start: String = start[..4].iter().map(|b| format!("{b:02x}")).collect();
                match &entry.address {
                    Some((host, port)) => [format!("{host}:{port}"), start],
                    None => ["(does not listen)".into(), start],
                }
            })
            .collect();
        table(&rows)
    }

    fn show_services(&mut self) -> String {
        let mut live: Vec<(String, Pid)> = self
            .services
            .iter()
            .filter(|s| self.sched.get(*s.1).is_some())
            .map(|s| (termite_heap::symbol_name(*s.0).to_string(), *s.1))
            .collect();
        if live.is_empty() {
            return "no service is published\n".into();
        }
        live.sort();
        let row = |(name, pid): (String, Pid)| [name, format!("process {}", pid.0)];
        let rows: Vec<[String; 2]> = live.into_iter().take(MOST_ROWS).map(row).collect();
        table(&rows)
    }
}

/// What a process is doing, in a word.
pub(crate) fn status(p: &Process, running: bool) -> &'static str {
    match (running, p.status) {
        (true, _) => "running",
        (false, Status::Ready) => "ready",
        (false, Status::Waiting) => "waiting",
        (false, Status::Blocked(cause)) => cause.status(),
        (false, Status::Idle) => "idle",
    }
}

/// Rows with their columns in line.
fn table<const N: usize>(rows: &[[String; N]]) -> String {
    let mut widths = [0; N];
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let mut text = String::new();
    for row in rows {
        let cells = row.iter().zip(widths);
        let line: String = cells.map(|(cell, w)| format!("{cell:w$}  ")).collect();
        let _ = writeln!(text, "{}", line.trim_end());
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_in_line() {
        let rows = [["a", "bc"], ["def", "g"]].map(|r| r.map(str::to_owned));
        assert_eq!(table(&rows), "a    bc\ndef  g\n");
    }
}
