//! Repositories that are made to do harm: each is refused with its reason, and leaves
//! nothing behind, in the store or beside it.

mod support;

use git2::{ObjectType, Oid};
use support::{Place, Upstream, error, install, listing, name};
use termite_modules::{Limits, Rules, Store};

const FILE: &str = "100644";
const DIRECTORY: &str = "40000";
const LINK: &str = "120000";
const SUBMODULE: &str = "160000";

/// Commits a tree that git's own functions would not make.
fn commit(upstream: &Upstream, tree: Oid) -> Oid {
    let who = "Mallory <m@example.com> 1700000000 +0000";
    let text = format!("tree {tree}\nauthor {who}\ncommitter {who}\n\nharmless\n");
    let objects = upstream.git.odb().unwrap();
    let commit = objects.write(ObjectType::Commit, text.as_bytes()).unwrap();
    let branch = "refs/heads/main";
    upstream.git.reference(branch, commit, true, "").unwrap();
    commit
}

fn blob(upstream: &Upstream, text: &str) -> Oid {
    upstream.git.blob(text.as_bytes()).unwrap()
}

/// What installing the tree that `make` makes comes to: an error, and nothing else.
fn refused(make: impl Fn(&Upstream) -> Oid) -> String {
    refused_within(Limits::default(), make)
}

fn refused_within(limits: Limits, make: impl Fn(&Upstream) -> Oid) -> String {
    let place = Place::new();
    let upstream = place.repository("mallory/x");
    commit(&upstream, make(&upstream));
    let before = listing(place.path());
    let store = Store::open(place.root(), place.rules().with_limits(limits));
    let why = error(install(&store, "github.com/mallory/x"));
    assert_eq!(listing(&place.root()), [""; 0], "{why}");
    let mut after = listing(place.path());
    after.retain(|path| !path.starts_with("userlib/"));
    assert_eq!(before, after, "{why}");
    assert!(store.list().unwrap().is_empty());
    why
}

#[test]
fn names_that_lead_out_of_the_tree() {
    let names: [&[u8]; 16] = [
        b"..",
        b".",
        b".git",
        b".GIT",
        b"git~1",
        b".g\xe2\x80\x8cit",
        b"a/b",
        b"../x",
        b"/x",
        b"a\\b",
        b"c:x",
        b"a\nb",
        b"\xff",
        b"a.",
        b"a ",
        b"\x1b[2J",
    ];
    for bad in names {
        let why = refused(|u| u.raw_tree(&[(FILE, bad, blob(u, "x"))]));
        let is_told = why.contains("is not installed:") || why.contains("cannot be had");
        assert!(is_told, "{bad:?}: {why}");
        let why = refused(|u| {
            let inner = u.raw_tree(&[(FILE, b"x", blob(u, "x"))]);
            let outer = u.raw_tree(&[(DIRECTORY, bad, inner)]);
            u.raw_tree(&[(DIRECTORY, b"deep", outer)])
        });
        let is_told = why.contains("is not installed:") || why.contains("cannot be had");
        assert!(is_told, "{bad:?}: {why}");
    }
}

#[test]
fn symbolic_links() {
    for target in ["/etc/passwd", "../../..", "hello.sld"] {
        let why = refused(|u| u.raw_tree(&[(LINK, b"x.sld", blob(u, target))]));
        assert!(
            why.contains("\"x.sld\" in its tree is a symbolic link"),
            "{why}"
        );
    }
    // A link, and a directory of the same name to write through it.
    let why = refused(|u| {
        let inner = u.raw_tree(&[(FILE, b"x", blob(u, "x"))]);
        u.raw_tree(&[(LINK, b"a", blob(u, "/tmp")), (DIRECTORY, b"a", inner)])
    });
    assert!(
        why.contains("is a symbolic link") || why.contains("another entry"),
        "{why}"
    );
}

#[test]
fn names_that_differ_in_case_only() {
    for (a, b) in [("A.sld", "a.sld"), ("Ä", "ä"), ("x", "x")] {
        let why = refused(|u| {
            let text = blob(u, "x");
            u.raw_tree(&[(FILE, a.as_bytes(), text), (FILE, b.as_bytes(), text)])
        });
        assert!(why.contains("upper and lower case"), "{why}");
    }
}

#[test]
fn modes_that_are_none() {
    let why = refused(|u| u.raw_tree(&[("10644", b"x", blob(u, "x"))]));
    assert!(why.contains("neither a file nor a directory"), "{why}");
}

#[test]
fn objects_that_are_not_what_they_should_be() {
    // A directory that is a file, a file that is a directory, objects that are not there.
    let missing = Oid::from_str("0123456789012345678901234567890123456789").unwrap();
    refused(|u| u.raw_tree(&[(DIRECTORY, b"x", blob(u, "x"))]));
    refused(|u| {
        let inner = u.raw_tree(&[(FILE, b"y", blob(u, "y"))]);
        u.raw_tree(&[(FILE, b"x", inner)])
    });
    refused(|u| u.raw_tree(&[(FILE, b"x", missing)]));
    refused(|u| u.raw_tree(&[(DIRECTORY, b"x", missing)]));
}

#[test]
fn too_much_of_everything() {
    let limits = Limits {
        file: 1000,
        tree: 2000,
        files: 20,
        ..Limits::default()
    };
    let big = "x".repeat(1001);
    let why = refused_within(limits, |u| u.raw_tree(&[(FILE, b"big", blob(u, &big))]));
    assert!(
        why.contains("the file \"big\" goes beyond the limit of 1000"),
        "{why}"
    );
    assert!(why.contains("rules.toml"), "{why}");
    let part = "x".repeat(900);
    let why = refused_within(limits, |u| {
        let text = blob(u, &part);
        u.raw_tree(&[(FILE, b"a", text), (FILE, b"b", text), (FILE, b"c", text)])
    });
    assert!(why.contains("size of all files"), "{why}");
    let why = refused_within(limits, |u| {
        let text = blob(u, "x");
        let names: Vec<String> = (0..21).map(|i| format!("f{i:02}")).collect();
        let entries: Vec<_> = names.iter().map(|n| (FILE, n.as_bytes(), text)).collect();
        u.raw_tree(&entries)
    });
    assert!(why.contains("number of files"), "{why}");
}

/// Ten directories in ten objects come to ten thousand million files.
#[test]
fn a_tree_that_unfolds() {
    let limits = Limits {
        files: 5000,
        ..Limits::default()
    };
    let why = refused_within(limits, |u| {
        let mut inner = u.raw_tree(&[(FILE, b"x", blob(u, "x"))]);
        for _ in 0..10 {
            let names: Vec<String> = (0..10).map(|i| format!("d{i}")).collect();
            let entries: Vec<_> = names
                .iter()
                .map(|n| (DIRECTORY, n.as_bytes(), inner))
                .collect();
            inner = u.raw_tree(&entries);
        }
        inner
    });
    assert!(why.contains("number of files"), "{why}");
}

#[test]
fn a_tree_without_bottom() {
    let why = refused(|u| {
        let mut inner = u.raw_tree(&[(FILE, b"x", blob(u, "x"))]);
        for _ in 0..500 {
            inner = u.raw_tree(&[(DIRECTORY, b"d", inner)]);
        }
        inner
    });
    assert!(why.contains("lies too deep"), "{why}");
}

#[test]
fn a_submodule_is_left_out() {
    let place = Place::new();
    let upstream = place.repository("fred/x");
    let elsewhere = Oid::from_str("0123456789012345678901234567890123456789").unwrap();
    let vendor = upstream.raw_tree(&[(SUBMODULE, b"sub", elsewhere)]);
    let tree = upstream.raw_tree(&[
        (
            FILE,
            b".gitmodules",
            blob(&upstream, "[submodule \"s\"]\nurl = /etc\n"),
        ),
        (DIRECTORY, b"vendor", vendor),
        (FILE, b"x.sld", blob(&upstream, "x")),
    ]);
    commit(&upstream, tree);
    let store = place.store();
    let done = install(&store, "github.com/fred/x").unwrap();
    assert_eq!(done.manifest.submodules, ["vendor/sub"]);
    assert!(store.locate(&name("github.com/fred/x")).unwrap().is_some());
    assert_eq!(
        store.locate(&name("github.com/fred/x/vendor/y")).unwrap(),
        None
    );
    let why = error(store.locate(&name("github.com/fred/x/vendor/sub/lib")));
    assert!(why.contains("submodule \"vendor/sub\""), "{why}");
}

#[test]
fn tags_that_are_no_versions() {
    let place = Place::new();
    let upstream = place.repository("fred/x");
    upstream.commit(&[("x.sld", "x")]);
    // A tag of a file; tags whose names are paths.
    let file = upstream.git.blob(b"x").unwrap();
    for name in ["file", "a/b", "-x"] {
        let reference = format!("refs/tags/{name}");
        upstream.git.reference(&reference, file, true, "").unwrap();
    }
    let store = place.store();
    let why = error(install(&store, "github.com/fred/x@file"));
    assert!(why.contains("no version file"), "{why}");
    assert!(store.list().unwrap().is_empty());
    install(&store, "github.com/fred/x").unwrap();
}

#[test]
fn too_many_references() {
    let place = Place::new();
    let upstream = place.repository("fred/x");
    let commit = upstream.commit(&[("x.sld", "x")]);
    (0..12).for_each(|i| upstream.tag(&format!("t{i}"), commit));
    let rules: Rules = place.rules_with("[limits]\nreferences = 10");
    let store = Store::open(place.root(), rules);
    let why = error(install(&store, "github.com/fred/x"));
    assert!(why.contains("branches and tags"), "{why}");
    assert_eq!(listing(&place.root()), [""; 0]);
}

/// What is in the way of the store is not followed.
#[cfg(unix)]
#[test]
fn links_in_the_store_are_not_written_through() {
    let place = Place::new();
    let upstream = place.repository("fred/x");
    upstream.commit(&[("x.sld", "x")]);
    let outside = place.path().join("outside");
    std::fs::create_dir_all(outside.join("tree")).unwrap();
    std::fs::write(outside.join("precious"), "kept").unwrap();
    let staging = place.root().join(".staging");
    std::fs::create_dir_all(&staging).unwrap();
    let flat = staging.join("github.com~fred~x");
    std::os::unix::fs::symlink(&outside, flat).unwrap();
    install(&place.store(), "github.com/fred/x").unwrap();
    let kept = std::fs::read_to_string(outside.join("precious"));
    assert_eq!(kept.unwrap(), "kept");
    assert_eq!(std::fs::read_dir(outside).unwrap().count(), 2);
}
