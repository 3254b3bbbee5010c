//! Fetching over https and http, from a server in this process: what is fetched, and what
//! is refused.

mod support;

#[path = "support/certificate.rs"]
mod certificate;

#[path = "support/server.rs"]
mod server;

#[path = "support/web.rs"]
mod web;

use server::Abilities;
use std::path::Path;
use support::{Place, Upstream, error, listing, name, text_of};
use termite_modules::{Cause, Installed, Rules, Silent, Store, StoreError};
use web::{Web, certificate_file, serve};

const CAN: Abilities = Abilities { shallow: true };

/// `fred/hello` with 1.0, 2.0 and a head beyond.
fn hello(place: &Place) -> (Upstream, [git2::Oid; 3]) {
    let upstream = place.repository("fred/hello");
    let one = upstream.commit(&[("hello.sld", "one")]);
    upstream.tag("1.0", one);
    let two = upstream.commit(&[("hello.sld", "two")]);
    upstream.annotated_tag("2.0", two);
    let three = upstream.commit(&[("hello.sld", "three")]);
    (upstream, [one, two, three])
}

/// A store that has `github.com` from a server here.
fn store(place: &Place, scheme: &str, web: &Web, more: &str) -> Store {
    store_at(place, &format!("{scheme}://localhost:{}", web.port), more)
}

fn store_at(place: &Place, address: &str, more: &str) -> Store {
    std::fs::create_dir_all(place.root()).unwrap();
    let certificate = certificate_file(place.root().parent().unwrap());
    let text = format!(
        "{more}\n[https]\ncertificates = {certificate:?}\n[mirrors]\n\"github.com\" = \"{address}\"\n"
    );
    Store::open(place.root(), Rules::parse(&text).unwrap())
}

fn install(store: &Store, library: &str, cause: Cause) -> Result<Installed, StoreError> {
    store.install(&name(library), cause, &mut Silent)
}

fn nothing(_: &str) -> Option<String> {
    None
}

fn redirect(to: String) -> Option<String> {
    Some(format!(
        "HTTP/1.1 301 Moved\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n"
    ))
}

fn is_shallow(place: &Place) -> bool {
    let clone = place.root().join("github.com/fred/hello/repository.git");
    Path::new(&clone).join("shallow").exists()
}

#[test]
fn a_user_installs_and_updates() {
    for (scheme, encrypted) in [("https", true), ("http", false)] {
        let place = Place::new();
        let (upstream, [one, ..]) = hello(&place);
        let web = serve(&place.mirror(), encrypted, CAN, nothing);
        let store = store(&place, scheme, &web, "");
        let done = install(&store, "github.com/fred/hello@1.0", Cause::User).unwrap();
        assert_eq!(done.manifest.commit, one.to_string());
        assert!(done.manifest.source.starts_with(scheme));
        let asked = web.asked().len();
        install(&store, "github.com/fred/hello@2.0", Cause::User).unwrap();
        assert_eq!(web.asked().len(), asked, "the clone has it");
        assert!(!is_shallow(&place));
        let four = upstream.commit(&[("hello.sld", "four")]);
        upstream.tag("4.0", four);
        let updated = store.update(&name("github.com/fred/hello"), &mut Silent);
        assert_eq!(updated.unwrap().new_tags, ["4.0"]);
        install(&store, "github.com/fred/hello@4.0", Cause::User).unwrap();
        assert_eq!(
            text_of(&store, "github.com/fred/hello@4.0").unwrap(),
            "four"
        );
    }
}

#[test]
fn a_message_takes_no_history() {
    let place = Place::new();
    let (_upstream, [one, two, three]) = hello(&place);
    let web = serve(&place.mirror(), true, CAN, nothing);
    let free = "[messages]\nprivate = [\"localhost\"]";
    let store = store(&place, "https", &web, free);
    let done = install(&store, "github.com/fred/hello@2.0", Cause::Message).unwrap();
    assert_eq!(done.manifest.commit, two.to_string());
    assert!(is_shallow(&place));
    let done = install(&store, "github.com/fred/hello", Cause::Message).unwrap();
    assert_eq!(done.manifest.commit, three.to_string());
    assert!(is_shallow(&place));
    // A user's install makes it whole: the first commit is there by its name.
    let short = &one.to_string()[..10];
    let library = format!("github.com/fred/hello@{short}");
    install(&store, &library, Cause::User).unwrap();
    assert_eq!(text_of(&store, &library).unwrap(), "one");
}

#[test]
fn a_server_need_not_leave_history_out() {
    let place = Place::new();
    let (_upstream, [_, two, _]) = hello(&place);
    let web = serve(&place.mirror(), true, Abilities { shallow: false }, nothing);
    let free = "[messages]\nprivate = [\"localhost\"]";
    let store = store(&place, "https", &web, free);
    let done = install(&store, "github.com/fred/hello@2.0", Cause::Message).unwrap();
    assert_eq!(done.manifest.commit, two.to_string());
    assert!(!is_shallow(&place));
}

#[test]
fn a_message_reaches_public_addresses_only() {
    let place = Place::new();
    hello(&place);
    let web = serve(&place.mirror(), true, CAN, nothing);
    for host in ["localhost", "127.0.0.1"] {
        let address = format!("https://{host}:{}", web.port);
        let store = store_at(&place, &address, "");
        let why = error(install(&store, "github.com/fred/hello@1.0", Cause::Message));
        assert!(why.contains("no public address"), "{why}");
    }
    let plain = serve(&place.mirror(), false, CAN, nothing);
    let store = store(&place, "http", &plain, "");
    let why = error(install(&store, "github.com/fred/hello@1.0", Cause::Message));
    assert!(why.contains("messages use https only"), "{why}");
    assert!(web.asked().is_empty() && plain.asked().is_empty());
    assert_eq!(listing(&place.root()), [""; 0]);
}

#[test]
fn redirects_stay_on_the_host_of_a_message() {
    let place = Place::new();
    hello(&place);
    let there = serve(&place.mirror(), true, CAN, nothing);
    let to = format!("https://localhost:{}", there.port);
    let elsewhere = serve(&place.mirror(), true, CAN, move |path| {
        redirect(format!("{to}{path}"))
    });
    let free = "[messages]\nprivate = [\"localhost\"]";
    let store_of = |web: &Web| store(&place, "https", web, free);
    let why = error(install(
        &store_of(&elsewhere),
        "github.com/fred/hello@1.0",
        Cause::Message,
    ));
    assert!(why.contains("it redirects to https://localhost"), "{why}");
    assert!(there.asked().is_empty());
    install(
        &store_of(&elsewhere),
        "github.com/fred/hello@1.0",
        Cause::User,
    )
    .unwrap();
    assert!(!there.asked().is_empty());
    // On the same host, as for a repository that was renamed.
    let renamed = serve(&place.mirror(), true, CAN, |path| {
        let rest = path.strip_prefix("/old/hello")?;
        redirect(format!("/fred/hello{rest}"))
    });
    let done = install(
        &store_of(&renamed),
        "github.com/old/hello@1.0",
        Cause::Message,
    );
    assert_eq!(done.unwrap().manifest.version, "1.0");
}

#[test]
fn redirects_lead_neither_astray_nor_in_circles() {
    let place = Place::new();
    hello(&place);
    let plain = serve(&place.mirror(), false, CAN, nothing);
    let plain = format!("http://localhost:{}", plain.port);
    type Leads = Box<dyn Fn(&str) -> String + Send + Sync>;
    let cases: [(Leads, &str); 4] = [
        (
            Box::new(move |path| format!("{plain}{path}")),
            "which is not https",
        ),
        (Box::new(|path| path.to_owned()), "without end"),
        (Box::new(|_| "/login".to_owned()), "no repository"),
        (
            Box::new(|path| format!("ssh://localhost{path}")),
            "which is not https",
        ),
    ];
    for (to, expected) in cases {
        let web = serve(&place.mirror(), true, CAN, move |path| redirect(to(path)));
        let store = store(&place, "https", &web, "");
        let why = error(install(&store, "github.com/fred/hello@1.0", Cause::User));
        assert!(why.contains(expected), "{why}");
    }
}

#[test]
fn what_is_no_repository_is_said() {
    let place = Place::new();
    hello(&place);
    let web = serve(&place.mirror(), true, CAN, |path| match path {
        p if p.starts_with("/fred/private") => {
            Some("HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n".into())
        }
        p if p.starts_with("/fred/page") => {
            Some("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 2\r\n\r\nhi".into())
        }
        p if p.starts_with("/fred/broken") => Some(
            "HTTP/1.1 200 OK\r\nContent-Type: application/x-git-upload-pack-advertisement\r\n\
             Content-Length: 9\r\n\r\nffffXXXXX"
                .into(),
        ),
        p if p.starts_with("/fred/busy") => {
            Some("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n".into())
        }
        _ => None,
    });
    let store_of = store(&place, "https", &web, "");
    let cases = [
        ("missing", "there is no such repository"),
        ("private", "wants credentials"),
        ("page", "no git repository"),
        ("broken", "cannot be had"),
        ("busy", "status 503"),
    ];
    for (short, expected) in cases {
        let library = format!("github.com/fred/{short}");
        let why = error(install(&store_of, &library, Cause::User));
        assert!(why.contains(expected), "{short}: {why}");
    }
    assert_eq!(listing(&place.root()), [""; 0]);
    // A server whose certificate nobody vouches for.
    let text = format!(
        "[mirrors]\n\"github.com\" = \"https://localhost:{}\"",
        web.port
    );
    let strict = Store::open(place.root(), Rules::parse(&text).unwrap());
    let why = error(install(&strict, "github.com/fred/hello", Cause::User));
    assert!(why.contains("certificate"), "{why}");
    // One that is not there.
    let nowhere = store_at(&place, "https://localhost:1", "");
    let why = error(install(&nowhere, "github.com/fred/hello", Cause::User));
    assert!(why.contains("cannot be had"), "{why}");
}

#[test]
fn a_fetch_that_is_too_large_is_ended() {
    let place = Place::new();
    let upstream = place.repository("fred/hello");
    // What does not compress.
    let mut text = String::new();
    let mut state = 1_u64;
    while text.len() < 300_000 {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        text.push_str(&format!("{state:x}"));
    }
    upstream.commit(&[("hello.sld", &text)]);
    let web = serve(&place.mirror(), true, CAN, nothing);
    let store = store(&place, "https", &web, "[limits]\nreceived = 50000");
    let why = error(install(&store, "github.com/fred/hello", Cause::User));
    assert!(
        why.contains("what the repository sends goes beyond"),
        "{why}"
    );
    assert_eq!(listing(&place.root()), [""; 0]);
}
