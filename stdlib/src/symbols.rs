//! Symbols (R7RS 6.5) and keywords, which are symbols whose name ends in a colon.

use crate::args::{self, optional, symbol, wrong};
use crate::table::primitives;
use termite_abi::object::SYMBOL_NAME;
use termite_abi::{Header, Kind, Value};
use termite_heap::{self as heap, intern, string_to_rust, symbol_name};
use termite_vm::{Cx, Outcome, Raise};

primitives! {
    /// `(symbol? x)` is whether `x` is a symbol.
    "symbol?" (1) Pure => |_, args| Ok(Value::bool(heap::is_kind(args[0], Kind::Symbol)));
    /// `(symbol=? a b ...)` is whether the symbols are all the same.
    "symbol=?" (1..) Pure => |_, args| {
        all_symbols(args)?;
        Ok(Value::bool(args.iter().all(|v| v == &args[0])))
    };
    /// `(symbol<? a b ...)` is whether the symbols' names increase.
    "symbol<?" (1..) Pure => |_, args| {
        all_symbols(args)?;
        Ok(Value::bool(args.windows(2).all(|two| symbol_name(two[0]) < symbol_name(two[1]))))
    };
    /// `(symbol->string symbol)` is its name, a string that cannot be changed.
    "symbol->string" (1) Pure => |_, args| Ok(heap::field(symbol(args, 0)?, SYMBOL_NAME as usize));
    /// `(string->symbol string)` is the symbol of that name.
    "string->symbol" (1) Alloc => |_, args| Ok(intern(&string_to_rust(args::string(args, 0)?)));
    /// `(intern string)` is `string->symbol`.
    "intern" (1) Alloc => |_, args| Ok(intern(&string_to_rust(args::string(args, 0)?)));
    /// `(string->uninterned-symbol string)` is a new symbol that is like no other.
    "string->uninterned-symbol" (1) Alloc => |cx, args| {
        let name = string_to_rust(args::string(args, 0)?);
        Ok(uninterned(cx, &name))
    };
    /// `(generate-symbol [prefix])` is a new symbol that is like no other; the prefix is a
    /// string or symbol.
    "generate-symbol" (0..=1) Alloc => generate;
    /// `(symbol-append symbol ...)` is the symbol whose name is all of their names.
    "symbol-append" (0..) Alloc => |_, args| {
        all_symbols(args)?;
        let names: Vec<_> = args.iter().map(|&v| symbol_name(v)).collect();
        Ok(intern(&names.concat()))
    };
    /// `(keyword? x)` is whether `x` is a symbol whose name ends in a colon.
    "keyword?" (1) Pure => |_, args| Ok(Value::bool(keyword_name(args[0]).is_some()));
    /// `(keyword->string keyword)` is its name without the colon.
    "keyword->string" (1) Alloc => |cx, args| {
        let name = keyword_name(args[0]).ok_or_else(|| wrong(args, 0, "a keyword"))?;
        Ok(cx.heap().string(&name))
    };
    /// `(string->keyword string)` is the keyword of that name; the string has no colon.
    "string->keyword" (1) Alloc => |_, args| {
        let name = string_to_rust(args::string(args, 0)?);
        Ok(intern(&format!("{name}:")))
    };
}

fn all_symbols(args: &[Value]) -> Result<(), Raise> {
    (0..args.len()).try_for_each(|i| symbol(args, i).map(drop))
}

/// A new symbol whose name, like any symbol's, cannot be changed.
fn uninterned(cx: &mut Cx<'_>, name: &str) -> Value {
    let symbol = cx.heap().uninterned_symbol(name);
    let name = heap::field(symbol, SYMBOL_NAME as usize);
    cx.heap().set_flags(name, Header::FLAG_IMMUTABLE);
    symbol
}

/// Number of symbols generated in this node.
#[derive(Default)]
struct Generated(u64);

fn generate(cx: &mut Cx<'_>, args: &[Value]) -> Outcome {
    let prefix = match optional(args, 0) {
        None => "g".to_owned(),
        Some(v) if heap::is_kind(v, Kind::Symbol) => symbol_name(v).into_owned(),
        Some(v) if heap::is_kind(v, Kind::String) => string_to_rust(v),
        Some(_) => return Err(wrong(args, 0, "a string or symbol")),
    };
    let counter = cx.node.state::<Generated>();
    counter.0 += 1;
    let name = format!("{prefix}{}", counter.0);
    Ok(uninterned(cx, &name))
}

/// A keyword's name without the colon.
fn keyword_name(v: Value) -> Option<String> {
    if !heap::is_kind(v, Kind::Symbol) {
        return None;
    }
    let name = symbol_name(v);
    name.strip_suffix(':')
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn symbols() {
        check(
            r#"
            (symbol->string 'abc) => "abc"
            (string->symbol "hello world") => |hello world|
            (eq? (string->symbol "abc") 'abc) => #t
            (eq? (string->uninterned-symbol "abc") 'abc) => #f
            (string->uninterned-symbol "abc") => #:abc
            (symbol->string (string->uninterned-symbol "abc")) => "abc"
            (generate-symbol) => #:g1
            (generate-symbol 'tmp) => #:tmp1
            (eq? (generate-symbol) (generate-symbol)) => #f
            (symbol=? 'a 'a 'b) => #f
            (symbol<? 'a 'b 'c) => #t
            (symbol-append 'a 'b 'c) => abc
            (keyword? 'a:) => #t
            (keyword? ':) => #f
            (keyword? "a:") => #f
            (keyword->string 'a:) => "a"
            (string->keyword "a") => a:
            (symbol->string "a") => error: symbol->string: argument 1 must be a symbol, but is "a"
            "#,
        );
    }
}
