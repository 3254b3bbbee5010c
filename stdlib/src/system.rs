//! Time, environment, command line (R7RS 6.14).

use crate::args;
use crate::table::primitives;
use std::env;
use std::sync::LazyLock;
use std::time::{Instant, SystemTime, UNIX_EPOCH};
use termite_abi::Value;
use termite_heap::string_to_rust;
use termite_vm::{Cx, Node, Outcome};

primitives! {
    /// `(command-line)` is the list of the program's name and arguments.
    "command-line" (0) Alloc => command_line;
    /// `(get-environment-variable name)` is its value as a string, else `#f`.
    "get-environment-variable" (1) Alloc => get_environment_variable;
    /// `(get-environment-variables)` is a list of pairs of name and value.
    "get-environment-variables" (0) Alloc => |cx, _| {
        let variables = env::vars_os().map(|(name, value)| {
            let name = cx.heap().string(&name.to_string_lossy());
            let value = cx.heap().string(&value.to_string_lossy());
            cx.heap().pair(name, value)
        });
        let variables: Vec<Value> = variables.collect();
        Ok(cx.heap().list(&variables))
    };
    /// `(current-second)` is the time in seconds since 1970, as a flonum.
    "current-second" (0) Alloc => |cx, _| {
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        Ok(cx.heap().flonum(since.map_or(0.0, |since| since.as_secs_f64())))
    };
    /// `(current-jiffy)` is the time in jiffies since some moment before.
    "current-jiffy" (0) Leaf => |_, _| Ok(Value::fixnum(START.elapsed().as_nanos() as i64));
    /// `(jiffies-per-second)` is 1000000000.
    "jiffies-per-second" (0) Pure => |_, _| Ok(Value::fixnum(1_000_000_000));
}

/// What jiffies count from.
static START: LazyLock<Instant> = LazyLock::new(Instant::now);

/// What `command-line` gives.
#[derive(Default)]
struct CommandLine(Vec<String>);

/// Says what `command-line` gives: the program's name and its arguments.
pub fn set_command_line(node: &mut Node, words: Vec<String>) {
    node.state::<CommandLine>().0 = words;
}

fn command_line(cx: &mut Cx<'_>, _: &[Value]) -> Outcome {
    let words = cx.node.state::<CommandLine>().0.clone();
    let words: Vec<Value> = words.iter().map(|word| cx.heap().string(word)).collect();
    Ok(cx.heap().list(&words))
}

fn get_environment_variable(cx: &mut Cx<'_>, args: &[Value]) -> Outcome {
    let name = string_to_rust(args::string(args, 0)?);
    // Names that the operating system cannot have are not set.
    if name.is_empty() || name.contains(['=', '\0']) {
        return Ok(Value::FALSE);
    }
    match env::var_os(&name) {
        Some(value) => Ok(cx.heap().string(&value.to_string_lossy())),
        None => Ok(Value::FALSE),
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::Bench;

    #[test]
    fn system() {
        let mut bench = Bench::new();
        assert_eq!(bench.run("(command-line)"), "()");
        crate::set_command_line(&mut bench.vm, vec!["termite".to_owned(), "x".to_owned()]);
        assert_eq!(bench.run("(command-line)"), "(\"termite\" \"x\")");
        assert_eq!(
            bench.run("(get-environment-variable \"TERMITE_NO_SUCH\")"),
            "#f"
        );
        assert_eq!(bench.run("(get-environment-variable \"\")"), "#f");
        assert_eq!(
            bench.run("(string? (get-environment-variable \"PATH\"))"),
            "#t"
        );
        assert_eq!(bench.run("(pair? (car (get-environment-variables)))"), "#t");
        assert_eq!(bench.run("(> (current-second) 1600000000)"), "#t");
        assert_eq!(bench.run("(<= (current-jiffy) (current-jiffy))"), "#t");
        assert_eq!(bench.run("(jiffies-per-second)"), "1000000000");
    }
}
