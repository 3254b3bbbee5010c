//! How libgit2 reaches other machines: through [`super::web`] and [`super::ssh`], which are
//! registered with it here. `git://` and directories are libgit2's own.
//!
//! libgit2's own https and ssh want OpenSSL and libssh2; ours need neither, and hold to
//! the rules of an [`Access`], which is handed to them through the thread that fetches.
//!
//! The unsafe code is that of registering, once for the process.

#![allow(unsafe_code)]

use super::ssh::Ssh;
use super::web::Web;
use crate::Access;
use git2::transport::{Transport, register};
use git2::{ConfigLevel, Remote, opts};
use std::cell::RefCell;
use std::sync::{Arc, OnceLock};

thread_local! {
    /// What the fetch that runs on this thread may do.
    static ACCESS: RefCell<Option<Arc<Access>>> = const { RefCell::new(None) };
}

/// Runs a fetch under an access.
pub(super) fn with_access<T>(access: &Arc<Access>, fetch: impl FnOnce() -> T) -> T {
    /// Takes the access away again, however the fetch ends.
    struct Restore(Option<Arc<Access>>);
    impl Drop for Restore {
        fn drop(&mut self) {
            ACCESS.set(self.0.take());
        }
    }
    let _restore = Restore(ACCESS.replace(Some(access.clone())));
    fetch()
}

fn access() -> Result<Arc<Access>, git2::Error> {
    ACCESS
        .with_borrow(Clone::clone)
        .ok_or_else(|| git2::Error::from_str("a fetch without an access"))
}

/// Registers the transports and forgets the user's git configuration, once.
pub(super) fn prepare() -> Result<(), String> {
    static DONE: OnceLock<Result<(), String>> = OnceLock::new();
    let done = DONE.get_or_init(|| set_up().map_err(|e| e.message().to_owned()));
    done.clone()
}

fn set_up() -> Result<(), git2::Error> {
    let levels = [
        ConfigLevel::ProgramData,
        ConfigLevel::System,
        ConfigLevel::XDG,
        ConfigLevel::Global,
    ];
    for level in levels {
        // What is fetched from where must not depend on `insteadOf` and the like of whoever
        // runs this; rules.toml is the place for it.
        // SAFETY: the paths are global to libgit2, and so not to be set while another
        // thread uses it. The store's every use of it comes after this function, which
        // `OnceLock` runs once and has all others wait for.
        unsafe { opts::set_search_path(level, "")? };
    }
    // SAFETY: as above: no transport is made before these are registered.
    unsafe {
        register("https", web)?;
        register("http", web)?;
        register("ssh", ssh)
    }
}

/// Each request stands for itself.
fn web(remote: &Remote<'_>) -> Result<Transport, git2::Error> {
    Transport::smart(remote, true, Web::new(access()?))
}

/// One conversation.
fn ssh(remote: &Remote<'_>) -> Result<Transport, git2::Error> {
    Transport::smart(remote, false, Ssh::new(access()?))
}
