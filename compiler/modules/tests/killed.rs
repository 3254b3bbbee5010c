//! A process that is killed while it changes the store, at every point in turn: what is
//! there then is the state before or the state after, and the next process goes on from
//! it as if nothing had happened.
//!
//! The process is this program once more, running the test `child`, which does one thing to
//! a store and ends itself at the point that it is told.

mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use support::{Place, listing, name};
use termite_modules::{Cause, Progress, Rules, Silent, Step, Store, StoreError};

const INSTRUCTIONS: &str = "TERMITE_MODULES_CHILD";

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Deed {
    Install(&'static str),
    Update,
    Uninstall(&'static str),
}

const REPOSITORY: &str = "github.com/fred/hello";
const DEEDS: [(&str, Deed); 6] = [
    ("first", Deed::Install("@1.0")),
    ("second", Deed::Install("@2.0")),
    ("bare", Deed::Install("")),
    ("update", Deed::Update),
    ("uninstall-one", Deed::Uninstall("@1.0")),
    ("uninstall-all", Deed::Uninstall("")),
];

fn perform(store: &Store, deed: Deed, progress: &mut dyn Progress) -> Result<(), StoreError> {
    let of = |version: &str| name(&format!("{REPOSITORY}{version}"));
    match deed {
        Deed::Install(version) => store
            .install(&of(version), Cause::User, progress)
            .map(|_| ()),
        Deed::Update => store.update(&of(""), progress).map(|_| ()),
        Deed::Uninstall(version) => store.uninstall(&of(version), progress).map(|_| ()),
    }
}

/// Counts points, and ends the process at one.
#[derive(Clone)]
struct Fuse {
    passed: Arc<AtomicUsize>,
    last: usize,
}

impl Fuse {
    fn pass(&self) {
        if self.passed.fetch_add(1, Ordering::SeqCst) == self.last {
            std::process::abort();
        }
    }
}

impl Progress for Fuse {
    fn at(&mut self, _step: Step<'_>) {
        self.pass();
    }
}

/// Not a test of its own: it does something only as a child of the one below.
#[test]
fn child() {
    let Ok(text) = std::env::var(INSTRUCTIONS) else {
        return;
    };
    let parts: Vec<&str> = text.split('|').collect();
    let [deed, last, root, mirror] = parts[..] else {
        panic!("instructions: {text}");
    };
    let (_, deed) = DEEDS.iter().find(|(name, _)| *name == deed).unwrap();
    let mut fuse = Fuse {
        passed: Arc::new(AtomicUsize::new(0)),
        last: last.parse().unwrap(),
    };
    let probe = fuse.clone();
    let store = Store::open(root.into(), rules(Path::new(mirror)));
    let store = store.with_probe(move |_| probe.pass());
    perform(&store, *deed, &mut fuse).unwrap();
    println!("points {}", fuse.passed.load(Ordering::SeqCst));
}

fn rules(mirror: &Path) -> Rules {
    let text = format!("[mirrors]\n\"github.com\" = \"{}\"\n", mirror.display());
    Rules::parse(&text).unwrap()
}

/// Runs the child; how many points it passed, if it came to its end.
fn run_child(deed: &str, last: usize, root: &Path, mirror: &Path) -> Option<usize> {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["child", "--exact", "--nocapture"]);
    let instructions = format!("{deed}|{last}|{}|{}", root.display(), mirror.display());
    let output = command.env(INSTRUCTIONS, instructions).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    let said = text.split("points ").nth(1)?;
    Some(said.split_whitespace().next()?.parse().unwrap())
}

fn copy_tree(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        match path.is_dir() {
            true => copy_tree(&path, &target),
            false => fs::copy(&path, &target).map(|_| ()).unwrap(),
        }
    }
}

/// What is installed, each with its commit; all of it whole.
fn installed(store: &Store) -> Vec<String> {
    let mut found = Vec::new();
    for listed in store.list().unwrap() {
        store.verify(&listed.name).unwrap();
        assert!(store.locate(&listed.name).unwrap().is_some());
        found.push(format!("{} {}", listed.name, listed.manifest.commit));
    }
    found
}

/// What is on disk, git's own files apart.
fn on_disk(root: &Path) -> Vec<String> {
    let mut found = listing(root);
    found.retain(|path| !path.contains("repository.git/") || path.ends_with("repository.git/"));
    found
}

struct Scene {
    place: Place,
    base: PathBuf,
}

impl Scene {
    fn store(&self, root: &Path) -> Store {
        Store::open(root.to_owned(), rules(&self.place.mirror()))
    }

    /// Kills the child at one point, and looks at what is there.
    fn kill(&self, (deed_name, deed): (&str, Deed), point: usize, expected: &Expected) {
        let root = self.place.path().join(format!("{deed_name}-{point}"));
        copy_tree(&self.base, &root);
        let ended = run_child(deed_name, point, &root, &self.place.mirror());
        assert_eq!(ended, None, "{deed_name} at {point} was not killed");
        let store = self.store(&root);
        let found = installed(&store);
        let is_whole = found == expected.before || found == expected.after;
        // Versions go one by one.
        let is_partial = matches!(deed, Deed::Uninstall(""))
            && found.iter().all(|one| expected.before.contains(one));
        assert!(is_whole || is_partial, "{deed_name} at {point}: {found:?}");
        match perform(&store, deed, &mut Silent) {
            Ok(()) => {}
            Err(StoreError::NotInstalled { .. }) if found == expected.after => {}
            Err(e) => panic!("{deed_name} at {point}: {e}"),
        }
        // What was done already left things lie, perhaps, until the next change of anything.
        let other = name("github.com/fred/nowhere");
        store.install(&other, Cause::User, &mut Silent).unwrap_err();
        assert_eq!(installed(&store), expected.after, "{deed_name} at {point}");
        assert_eq!(on_disk(&root), expected.disk, "{deed_name} at {point}");
        fs::remove_dir_all(&root).unwrap();
    }
}

struct Expected {
    before: Vec<String>,
    after: Vec<String>,
    disk: Vec<String>,
}

#[test]
fn killed_at_every_point() {
    let place = Place::new();
    let upstream = place.repository("fred/hello");
    let one = upstream.commit(&[("hello.sld", "one"), ("a/b.sld", "b")]);
    upstream.tag("1.0", one);
    let two = upstream.commit(&[("hello.sld", "two")]);
    upstream.tag("2.0", two);
    let base = place.path().join("base");
    let mut scene = Scene { place, base };
    fs::create_dir_all(&scene.base).unwrap();
    let mut points = 0;
    for (number, (deed_name, deed)) in DEEDS.into_iter().enumerate() {
        if deed == Deed::Update {
            let three = upstream.commit(&[("hello.sld", "three")]);
            upstream.tag("3.0", three);
        }
        let next = scene.place.path().join(format!("base-{number}"));
        copy_tree(&scene.base, &next);
        let before = installed(&scene.store(&next));
        let count = run_child(deed_name, usize::MAX, &next, &scene.place.mirror());
        let count = count.unwrap();
        let expected = Expected {
            before,
            after: installed(&scene.store(&next)),
            disk: on_disk(&next),
        };
        assert!(count > 8, "{deed_name} has {count} points");
        (0..count).for_each(|point| scene.kill((deed_name, deed), point, &expected));
        points += count;
        scene.base = next;
    }
    println!("killed at {points} points");
}
