//! Installing, finding, updating, uninstalling: what the store does with repositories that
//! are as they should be.

mod support;

use std::fs;
use support::{Place, Upstream, error, install, listing, name, text_of};
use termite_modules::{
    Address, AskMode, Audience, Cause, Demand, LockFile, ModuleName, Policy, Silent, hash_tree,
};

/// `fred/hello` with 1.0, v2.0 and a head beyond.
fn hello(place: &Place) -> (Upstream, [git2::Oid; 3]) {
    let upstream = place.repository("fred/hello");
    let one = upstream.commit(&[("hello.sld", "one"), ("a/b.sld", "b"), ("run.sh", "#!")]);
    upstream.tag("1.0", one);
    let two = upstream.commit(&[("hello/hello.sld", "two"), ("a/b/b.scm", "b2")]);
    upstream.annotated_tag("v2.0", two);
    let three = upstream.commit(&[("hello.scm", "three")]);
    (upstream, [one, two, three])
}

#[test]
fn versions_live_side_by_side() {
    let place = Place::new();
    let (_upstream, [one, two, three]) = hello(&place);
    let store = place.store();
    assert_eq!(listing(&place.root()), [""; 0]);
    for version in ["@1.0", "@2.0", ""] {
        let done = install(&store, &format!("github.com/fred/hello{version}")).unwrap();
        assert!(!done.already);
    }
    let text = |library: &str| text_of(&store, library);
    assert_eq!(text("github.com/fred/hello@1.0").unwrap(), "one");
    assert_eq!(text("github.com/fred/hello@2.0").unwrap(), "two");
    assert_eq!(text("github.com/fred/hello").unwrap(), "three");
    assert_eq!(text("github.com/fred/hello/a/b@1.0").unwrap(), "b");
    assert_eq!(text("github.com/fred/hello/a/b@2.0").unwrap(), "b2");
    assert_eq!(text("github.com/fred/hello/a/b"), None);
    assert_eq!(text("github.com/fred/hello@3.0"), None);
    assert_eq!(text("scheme/base"), None);
    let commit = |library: &str| store.locate(&name(library)).unwrap().unwrap().commit;
    assert_eq!(commit("github.com/fred/hello@1.0"), one.to_string());
    assert_eq!(commit("github.com/fred/hello@2.0"), two.to_string());
    assert_eq!(commit("github.com/fred/hello"), three.to_string());
    let home = place.root().join("github.com/fred/hello");
    for entry in ["repository.git", "@1.0", "@1.0.toml", "@2.0.toml", "@.toml"] {
        assert!(home.join(entry).exists(), "{entry}");
    }
    assert!(
        home.join("@")
            .join(three.to_string())
            .join("hello.scm")
            .exists()
    );
}

#[test]
fn a_commit_is_a_version() {
    let place = Place::new();
    let (_upstream, [one, ..]) = hello(&place);
    let store = place.store();
    let short = one.to_string()[..9].to_owned();
    let library = format!("github.com/fred/hello@{short}");
    assert_eq!(
        install(&store, &library).unwrap().manifest.commit,
        one.to_string()
    );
    assert_eq!(text_of(&store, &library).unwrap(), "one");
    let why = error(install(&store, "github.com/fred/hello@abcdef"));
    assert!(why.contains("no version abcdef"), "{why}");
    assert!(why.contains("1.0, v2.0"), "{why}");
}

#[test]
fn an_exact_tag_comes_first() {
    let place = Place::new();
    let (upstream, [one, _, three]) = hello(&place);
    upstream.tag("v1.0", three);
    let store = place.store();
    let done = install(&store, "github.com/fred/hello@1.0").unwrap();
    assert_eq!(done.manifest.commit, one.to_string());
}

#[test]
fn what_is_there_needs_no_network() {
    let place = Place::new();
    hello(&place);
    let store = place.store();
    install(&store, "github.com/fred/hello@1.0").unwrap();
    fs::remove_dir_all(place.mirror()).unwrap();
    assert!(
        install(&store, "github.com/fred/hello@1.0")
            .unwrap()
            .already
    );
    // The clone has the other versions.
    install(&store, "github.com/fred/hello@2.0").unwrap();
    let why = error(install(&store, "github.com/fred/hello@9"));
    assert!(why.contains("cannot be had"), "{why}");
    let why = error(install(&store, "github.com/fred/other"));
    assert!(why.contains("cannot be had"), "{why}");
    assert!(!place.root().join("github.com/fred/other").exists());
}

#[test]
fn the_content_of_a_tree_has_a_hash() {
    let place = Place::new();
    hello(&place);
    let store = place.store();
    let done = install(&store, "github.com/fred/hello@1.0").unwrap();
    // As the definition says, spelled out.
    let mut bytes = b"termite tree 1\n".to_vec();
    for (path, mode, text) in [
        ("a/b.sld", 0, "b"),
        ("hello.sld", 0, "one"),
        ("run.sh", 1, "#!"),
    ] {
        bytes.extend((path.len() as u32).to_le_bytes());
        bytes.extend(path.as_bytes());
        bytes.push(mode);
        bytes.extend((text.len() as u64).to_le_bytes());
        bytes.extend(text.as_bytes());
    }
    let expected = blake3::hash(&bytes);
    assert_eq!(done.manifest.content, expected.to_string());
    let located = store.locate(&name("github.com/fred/hello@1.0")).unwrap();
    assert_eq!(located.unwrap().content, *expected.as_bytes());
    assert_eq!(hash_tree(&done.tree).unwrap().0, *expected.as_bytes());
    store.verify(&name("github.com/fred/hello@1.0")).unwrap();
}

#[test]
fn an_update_follows_the_head_and_no_tag() {
    let place = Place::new();
    let (upstream, [one, _, three]) = hello(&place);
    let store = place.store();
    install(&store, "github.com/fred/hello@1.0").unwrap();
    install(&store, "github.com/fred/hello").unwrap();
    let four = upstream.commit(&[("hello.sld", "four")]);
    upstream.tag("4.0", four);
    upstream.tag("1.0", four);
    // What is installed, and what is known, stays as it was until an update, and the tag
    // stays after it.
    assert_eq!(text_of(&store, "github.com/fred/hello").unwrap(), "three");
    let done = store
        .update(&name("github.com/fred/hello"), &mut Silent)
        .unwrap();
    assert_eq!(done.new_tags, ["4.0"]);
    let moved = &done.moved_tags[0];
    assert_eq!((moved.tag.as_str(), done.moved_tags.len()), ("1.0", 1));
    assert_eq!(
        (&moved.kept, &moved.now),
        (&one.to_string(), &four.to_string())
    );
    let head = done.head.unwrap();
    assert_eq!((head.from, head.to), (three.to_string(), four.to_string()));
    assert_eq!(text_of(&store, "github.com/fred/hello").unwrap(), "four");
    assert_eq!(text_of(&store, "github.com/fred/hello@1.0").unwrap(), "one");
    let trees = place.root().join("github.com/fred/hello/@");
    assert_eq!(fs::read_dir(trees).unwrap().count(), 1);
    // Again: the moved tag is still reported, nothing else is new.
    let again = store
        .update(&name("github.com/fred/hello"), &mut Silent)
        .unwrap();
    assert_eq!((again.new_tags.len(), again.moved_tags.len()), (0, 1));
    assert_eq!(again.head, None);
    // The commit stays what it was for a version that is installed anew.
    store
        .uninstall(&name("github.com/fred/hello@1.0"), &mut Silent)
        .unwrap();
    let anew = install(&store, "github.com/fred/hello@1.0").unwrap();
    assert_eq!(anew.manifest.commit, one.to_string());
}

#[test]
fn nothing_is_left_after_uninstalling() {
    let place = Place::new();
    hello(&place);
    let store = place.store();
    for version in ["@1.0", "@2.0", ""] {
        install(&store, &format!("github.com/fred/hello{version}")).unwrap();
    }
    let gone = store
        .uninstall(&name("github.com/fred/hello/a/b@1.0"), &mut Silent)
        .unwrap();
    assert_eq!(gone, [name("github.com/fred/hello@1.0")]);
    assert_eq!(text_of(&store, "github.com/fred/hello@1.0"), None);
    assert_eq!(store.list().unwrap().len(), 2);
    let gone = store
        .uninstall(&name("github.com/fred/hello"), &mut Silent)
        .unwrap();
    assert_eq!(gone.len(), 2);
    assert_eq!(listing(&place.root()), [""; 0]);
    let again = store.uninstall(&name("github.com/fred/hello"), &mut Silent);
    assert!(error(again).contains("is not installed"));
}

#[test]
fn a_path_of_this_machine_is_installed() {
    let place = Place::new();
    let path = place.path().join("work/pets");
    let upstream = Upstream::new(&path);
    let one = upstream.commit(&[("pets.sld", "pets")]);
    upstream.tag("1.0", one);
    let store = place.store();
    let origin = Address::parse(path.to_str().unwrap()).unwrap();
    store
        .install_from(&name("pets@1.0"), Some(&origin), Cause::User, &mut Silent)
        .unwrap();
    assert_eq!(text_of(&store, "pets@1.0").unwrap(), "pets");
    // Where it came from is remembered.
    let two = upstream.commit(&[("pets.sld", "more pets")]);
    upstream.tag("2.0", two);
    install(&store, "pets@2.0").unwrap();
    assert_eq!(
        store
            .update(&name("pets"), &mut Silent)
            .unwrap()
            .new_tags
            .len(),
        0
    );
    let other = Address::parse("/elsewhere/pets").unwrap();
    let done = store.install_from(&name("pets@3.0"), Some(&other), Cause::User, &mut Silent);
    assert!(error(done).contains("uninstall it first"));
    let names: Vec<String> = store
        .list()
        .unwrap()
        .iter()
        .map(|l| l.name.to_string())
        .collect();
    assert_eq!(names, ["pets@1.0", "pets@2.0"]);
    assert!(error(install(&store, "dogs@1.0")).contains("`termite install ./dogs`"));
}

#[test]
fn a_lock_file_holds_versions_fast() {
    let place = Place::new();
    let (upstream, [one, _, three]) = hello(&place);
    let store = place.store();
    let mut lock = LockFile::default();
    for version in ["@1.0", ""] {
        let done = install(&store, &format!("github.com/fred/hello{version}")).unwrap();
        lock.add(&done.manifest);
    }
    let four = upstream.commit(&[("hello.sld", "four")]);
    upstream.tag("1.0", four);

    // On another machine: the tag has moved, and the head is what it was.
    let other = Place::new();
    let locked = |lock: &LockFile| {
        termite_modules::Store::open(other.root(), place.rules()).with_lock(Some(lock.clone()))
    };
    let why = error(install(&locked(&lock), "github.com/fred/hello@1.0"));
    assert!(why.contains("now names commit"), "{why}");
    assert!(
        why.contains(&format!("`@{one}`")) && why.contains("`termite lock`"),
        "{why}"
    );
    assert_eq!(listing(&other.root()), [""; 0]);
    let done = install(&locked(&lock), "github.com/fred/hello").unwrap();
    assert_eq!(done.manifest.commit, three.to_string());

    // What is installed is another commit than the lock says.
    let free = termite_modules::Store::open(other.root(), place.rules());
    install(&free, "github.com/fred/hello@1.0").unwrap();
    let why = error(locked(&lock).locate(&name("github.com/fred/hello@1.0")));
    assert!(why.contains("is installed as commit"), "{why}");
    let why = error(install(&locked(&lock), "github.com/fred/hello@1.0"));
    assert!(why.contains("is installed as commit"), "{why}");
}

#[test]
fn a_changed_tree_is_noticed() {
    let place = Place::new();
    hello(&place);
    let store = place.store();
    let done = install(&store, "github.com/fred/hello@1.0").unwrap();
    let mut lock = LockFile::default();
    lock.add(&done.manifest);
    let file = done.tree.join("hello.sld");
    fs::remove_file(&file).unwrap();
    fs::write(&file, "tampered").unwrap();
    let library = name("github.com/fred/hello@1.0");
    assert!(error(store.verify(&library)).contains("its manifest says"));
    let why = error(place.store().with_lock(Some(lock)).locate(&library));
    assert!(why.contains("termite.lock says"), "{why}");
}

#[test]
fn a_damaged_manifest_is_told_and_can_be_uninstalled() {
    let place = Place::new();
    hello(&place);
    let store = place.store();
    install(&store, "github.com/fred/hello@1.0").unwrap();
    let library = name("github.com/fred/hello@1.0");
    let manifest = place.root().join("github.com/fred/hello/@1.0.toml");
    let whole = fs::read_to_string(&manifest).unwrap();
    for text in [
        "".to_owned(),
        "x".to_owned(),
        whole.replace("1.0", "1.1"),
        whole.replace("format = 1", "format = 2"),
        whole.replace("commit = \"", "commit = \"../"),
    ] {
        fs::write(&manifest, text).unwrap();
        let why = error(store.locate(&library));
        assert!(why.contains("@1.0.toml"), "{why}");
    }
    store.uninstall(&library, &mut Silent).unwrap();
    assert_eq!(listing(&place.root()), [""; 0]);
}

#[test]
fn many_install_at_once() {
    let place = Place::new();
    hello(&place);
    let versions = ["@1.0", "@2.0", ""];
    std::thread::scope(|scope| {
        for i in 0..9 {
            let store = place.store();
            scope.spawn(move || {
                let version = versions[i % 3];
                install(&store, &format!("github.com/fred/hello{version}")).unwrap();
            });
        }
    });
    assert_eq!(place.store().list().unwrap().len(), 3);
    assert!(!place.root().join(".staging").exists());
}

#[test]
fn a_message_uses_https_only() {
    let place = Place::new();
    let (_upstream, [_, two, _]) = hello(&place);
    let library = name("github.com/fred/hello@2.0");
    let message = |store: &termite_modules::Store, library: &ModuleName| {
        store.install(library, Cause::Message, &mut Silent)
    };
    let why = error(message(&place.store(), &library));
    assert!(why.contains("messages use https only"), "{why}");
    assert_eq!(listing(&place.root()), [""; 0]);
    let rules = place.rules_with("[messages]\nschemes = [\"file\"]");
    let store = termite_modules::Store::open(place.root(), rules);
    assert_eq!(
        message(&store, &library).unwrap().manifest.commit,
        two.to_string()
    );
    // It has taken no more than it needs, and what else is needed is fetched then.
    fs::rename(place.mirror(), place.path().join("away")).unwrap();
    assert!(error(install(&store, "github.com/fred/hello@1.0")).contains("cannot be had"));
    fs::rename(place.path().join("away"), place.mirror()).unwrap();
    install(&store, "github.com/fred/hello@1.0").unwrap();
    assert_eq!(text_of(&store, "github.com/fred/hello@1.0").unwrap(), "one");
}

#[test]
fn what_is_allowed_is_installed_when_it_is_wanted() {
    let place = Place::new();
    hello(&place);
    let store = place.store();
    let mut policy = Policy::new(AskMode::Repl);
    let mut asked = Vec::new();
    let mut provide = |policy: &Policy, library: &str, audience: Audience, answer: bool| {
        let mut ask = |name: &ModuleName| {
            asked.push(name.to_string());
            answer
        };
        let demand = Demand {
            policy,
            cause: Cause::User,
            audience,
            ask: &mut ask,
        };
        store.provide(&name(library), demand, &mut Silent)
    };
    let library = "github.com/fred/hello/a/b@1.0";
    let why = error(provide(&policy, library, Audience::Nobody, true));
    assert!(why.contains("--whitelist github.com/fred/hello"), "{why}");
    let why = error(provide(&policy, library, Audience::Repl, false));
    assert!(why.contains("is not installed"), "{why}");
    assert_eq!(listing(&place.root()), [""; 0]);
    let found = provide(&policy, library, Audience::Repl, true).unwrap();
    assert!(found.unwrap().file.ends_with("a/b.sld"));
    // What is there is not asked about, nor what is on the whitelist.
    provide(&policy, "github.com/fred/hello@1.0", Audience::Nobody, true).unwrap();
    policy.allow("github.com/fred").unwrap();
    let found = provide(&policy, "github.com/fred/hello@2.0", Audience::Repl, false);
    assert_eq!(found.unwrap().unwrap().version, "2.0");
    let nowhere = provide(
        &policy,
        "github.com/fred/hello/x@2.0",
        Audience::Nobody,
        false,
    );
    assert_eq!(nowhere.unwrap(), None);
    assert_eq!(
        provide(&policy, "scheme/base", Audience::Repl, true).unwrap(),
        None
    );
    assert_eq!(asked, [library, library]);
}
