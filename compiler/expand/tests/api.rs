//! What embedders call, beside scripts and REPL entries.

mod support;

use std::sync::Arc;
use support::host::{TestHost, expander};
use termite_expand::{Expanded, Expander, ExportKind, Interface, LibraryName};
use termite_syntax::{FileId, Symbol, read_all};

const LIB: (&str, &str) = (
    "lib.sld",
    "(define-library (lib) (export x m (rename car kar)) (import (scheme base))
       (begin (define x 1) (define hidden 2)
              (define-syntax m (syntax-rules () ((_) (list hidden x))))))",
);

fn host() -> TestHost {
    TestHost::new(&[(LIB.0.to_string(), LIB.1.to_string())])
}

fn name(unit: &str) -> LibraryName {
    LibraryName::from_unit(unit)
}

fn script(expander: &mut Expander, host: &mut TestHost, text: &str) -> Result<Expanded, String> {
    let source = host.source("script.scm", text);
    expander
        .expand_script(host, "script", &source)
        .map_err(|errors| errors[0].code.to_string())
}

fn units(expanded: &Expanded) -> Vec<&str> {
    expanded
        .libraries
        .iter()
        .map(|library| library.module.name.as_str())
        .collect()
}

#[test]
fn library_names() {
    let parse = |text: &str| {
        let datum = read_all(FileId::NONE, text).unwrap().pop().unwrap();
        LibraryName::from_datum(&datum).map(|name| (name.unit(), name.to_string()))
    };
    let same = |text: &str, unit: &str, shown: &str| {
        assert_eq!(
            parse(text),
            Some((unit.to_string(), shown.to_string())),
            "{text}"
        );
    };
    same("(scheme base)", "scheme/base", "(scheme base)");
    same("(srfi 1)", "srfi/1", "(srfi 1)");
    same(
        "(github.com/fred hello @1.0)",
        "github.com/fred/hello@1.0",
        "(github.com/fred hello @1.0)",
    );
    same(
        "github.com/fred/hello@1.0",
        "github.com/fred/hello@1.0",
        "(github.com/fred hello @1.0)",
    );
    same("(fh @2)", "fh@2", "(fh @2)");
    for wrong in [
        "5", "()", "(\"a\")", "(a . b)", "(-1)", "(1.5)", "(@1.0)", "(a (b))",
    ] {
        assert_eq!(parse(wrong), None, "{wrong}");
    }
    assert_eq!(LibraryName::from_unit("a/b@1").unit(), "a/b@1");
}

#[test]
fn interfaces_say_what_is_exported() {
    let (mut host, mut expander) = (host(), expander());
    let interface = expander.interface(&mut host, &name("lib")).unwrap();
    assert_eq!(interface.unit(), Symbol::intern("lib"));
    assert_eq!(interface.requires(), [Symbol::intern("scheme/base")]);
    let (unit, x) = (Symbol::intern("lib"), Symbol::intern("x"));
    let expected = [
        (
            Symbol::intern("kar"),
            ExportKind::Primitive(Symbol::intern("car")),
        ),
        (Symbol::intern("m"), ExportKind::Macro),
        (x, ExportKind::Variable { unit, name: x }),
    ];
    assert_eq!(interface.exports(), expected);
    // What the macro inserts can be linked to.
    let module = &host.libraries.last().unwrap().module;
    let names: Vec<&str> = module
        .exports
        .iter()
        .map(|(name, _)| name.as_str())
        .collect();
    assert_eq!(names, ["x", "hidden"]);
}

#[test]
fn encoding_is_deterministic() {
    let bytes = || {
        let interface = expander().interface(&mut host(), &name("lib")).unwrap();
        interface.encode().to_vec()
    };
    assert_eq!(bytes(), bytes());
    assert!(Interface::decode(Vec::new()).is_err());
    assert!(Interface::decode(b"something else".to_vec()).is_err());
}

#[test]
fn libraries_are_reported_once_and_none_is_lost() {
    let (mut host, mut expander) = (host(), expander());
    let failed = script(&mut expander, &mut host, "(import (lib)) (if)");
    assert_eq!(failed.unwrap_err(), "bad-syntax");
    let expanded = script(&mut expander, &mut host, "(import (lib)) (m)").unwrap();
    assert_eq!(units(&expanded), ["scheme/base", "lib"]);
    let again = script(&mut expander, &mut host, "(import (lib)) (m)").unwrap();
    assert!(units(&again).is_empty());
    assert_eq!(host.libraries.len(), 2);
}

#[test]
fn a_library_by_itself() {
    let (mut host, mut expander) = (host(), expander());
    let expanded = expander.expand_library(&mut host, &name("lib")).unwrap();
    assert_eq!(units(&expanded), ["scheme/base"]);
    assert_eq!(expanded.unit.module.name, "lib");
    assert!(expanded.unit.interface.is_some());
    let anew = expander.expand_library(&mut host, &name("lib")).unwrap();
    assert!(units(&anew).is_empty());
    let missing = expander.expand_library(&mut host, &name("missing"));
    assert_eq!(missing.unwrap_err()[0].code, "unknown-library");
    host.compiled
        .insert("lib".to_string(), anew.unit.interface.unwrap());
    let compiled = expander.expand_library(&mut host, &name("lib"));
    assert_eq!(compiled.unwrap_err()[0].code, "no-source");
}

#[test]
fn a_forgotten_library_is_asked_for_again() {
    let (mut host, mut expander) = (host(), expander());
    script(&mut expander, &mut host, "(import (lib)) x").unwrap();
    let changed = LIB.1.replace("(define x 1)", "(define x 2)");
    host.files.insert(LIB.0.to_string(), changed);
    expander.forget_library("lib");
    let expanded = script(&mut expander, &mut host, "(import (lib)) x").unwrap();
    assert_eq!(units(&expanded), ["lib"]);
}

#[test]
fn environments_of_r7rs() {
    let (mut host, mut expander) = (host(), expander());
    let sets = read_all(
        FileId::NONE,
        "(only (scheme base) + define if) (prefix (lib) l:)",
    )
    .unwrap();
    let mut environment = expander.environment(&mut host, &sets).unwrap();
    let names: Vec<&str> = environment
        .names()
        .into_iter()
        .map(Symbol::as_str)
        .collect();
    assert_eq!(names, ["+", "define", "if", "l:kar", "l:m", "l:x"]);
    let mut entry = |text: &str| {
        let datum = read_all(FileId::NONE, text).unwrap().pop().unwrap();
        let expanded = expander.expand_entry(&mut host, &mut environment, &datum);
        expanded.map(drop).map_err(|errors| errors[0].code)
    };
    assert_eq!(entry("(if (l:m) (+ l:x 1))"), Ok(()));
    assert_eq!(entry("(define y 1)"), Err("sealed-environment"));
    assert_eq!(entry("(car '(1))"), Err("unbound-variable"));
    let wrong = read_all(FileId::NONE, "(no such)").unwrap();
    assert_eq!(
        expander.environment(&mut host, &wrong).err().unwrap()[0].code,
        "unknown-library"
    );
}

#[test]
fn a_name_that_the_host_knows_is_no_keyword() {
    let (mut host, mut expander) = (host(), expander());
    host.bound.push(Symbol::intern("known:"));
    let expanded = script(&mut expander, &mut host, "known: unknown:").unwrap();
    let text = termite_expand::print::module_to_string(&expanded.unit.module);
    assert_eq!(text, "script script\n?known:\n'unknown:\n");
}

#[test]
fn an_initial_library_that_fails_is_told() {
    let mut host = TestHost::new(&[(
        "bad.sld".to_string(),
        "(define-library (bad) (export x))".to_string(),
    )]);
    let mut expander = Expander::new(&["car"], &[name("termite/core"), name("bad")]);
    assert_eq!(
        script(&mut expander, &mut host, "1").unwrap_err(),
        "undefined-export"
    );
    let environment = expander.interaction_environment(&mut host);
    assert_eq!(environment.err().unwrap()[0].code, "undefined-export");
    let interface = expander.interface(&mut host, &name("bad"));
    assert_eq!(
        interface.map(Arc::into_inner).unwrap_err()[0].code,
        "undefined-export"
    );
}
