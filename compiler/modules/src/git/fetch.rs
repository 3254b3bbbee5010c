//! Bringing branches, tags and their objects into a clone.
//!
//! Objects are downloaded by libgit2; references are written here, one by one: branches
//! follow the other side, a tag that is known stays. Each is written whole or not at all,
//! and after the objects that it needs.

use super::{Clone, TAGS, transport};
use crate::{Access, Address, Fetched, MovedTag, Progress, Step, StoreError, Want};
use git2::{AutotagOption, Direction, ErrorCode, FetchOptions, Oid, Reference, RemoteCallbacks};
use std::collections::BTreeSet;
use std::sync::Arc;

const HEADS: &str = "refs/heads/";
/// The depth that stands for all of the history.
const WHOLE: i32 = i32::MAX;

/// A reference of the other side.
struct Remote {
    name: String,
    id: Oid,
}

/// What the other side has.
#[derive(Default)]
struct Advertised {
    references: Vec<Remote>,
    head: Option<Oid>,
    /// The branch that is the default one.
    branch: Option<String>,
}

/// What of it is fetched.
struct Plan {
    references: Vec<Remote>,
    /// Branches that are not among the references go.
    prunes: bool,
    sets_head: bool,
    depth: Option<i32>,
}

pub(super) fn fetch(
    clone: &Clone,
    from: &Address,
    want: Want<'_>,
    access: &Arc<Access>,
    progress: &mut dyn Progress,
) -> Result<Fetched, StoreError> {
    let shown = from.to_string();
    progress.at(Step::Connecting(&shown));
    transport::with_access(access, || {
        let lost = |e: git2::Error| {
            access.failure().unwrap_or(StoreError::Unreachable {
                address: shown.clone(),
                why: e.message().to_owned(),
            })
        };
        let url = url(from)?;
        let mut remote = clone.repository.remote_anonymous(&url).map_err(lost)?;
        remote.connect(Direction::Fetch).map_err(lost)?;
        let advertised = advertised(&remote, access).map_err(lost)?;
        let plan = plan(clone, from, want, &advertised);
        let done = match download(&mut remote, &plan, plan.depth, access, progress) {
            // A server need not be able to leave history out.
            Err(e) if plan.depth == Some(1) && e.code() == ErrorCode::Invalid => {
                let _ = remote.disconnect();
                let again = remote.connect(Direction::Fetch);
                again.and_then(|()| download(&mut remote, &plan, None, access, progress))
            }
            done => done,
        };
        done.map_err(lost)?;
        // What was downloaded is there, however the connection ends.
        let _ = remote.disconnect();
        let fetched = write_references(clone, &plan)?;
        if plan.sets_head {
            set_head(clone, &advertised)?;
        }
        Ok(fetched)
    })
}

fn download(
    remote: &mut git2::Remote<'_>,
    plan: &Plan,
    depth: Option<i32>,
    access: &Access,
    progress: &mut dyn Progress,
) -> Result<(), git2::Error> {
    if plan.references.is_empty() {
        return Ok(());
    }
    let specs: Vec<String> = plan.references.iter().map(Remote::spec).collect();
    let mut options = options(access, progress);
    if let Some(depth) = depth {
        options.depth(depth);
    }
    remote.download(&specs, Some(&mut options))
}

/// What libgit2 is to call.
fn url(from: &Address) -> Result<String, StoreError> {
    let Address::Directory(path) = from else {
        return Ok(from.to_string());
    };
    let path = Address::directory(path);
    let unreachable = |why: String| StoreError::Unreachable {
        address: path.display().to_string(),
        why,
    };
    let path = path
        .canonicalize()
        .map_err(|e| unreachable(e.to_string()))?;
    let text = path.to_str();
    text.map(str::to_owned)
        .ok_or_else(|| unreachable("its path is not UTF-8".into()))
}

fn advertised(remote: &git2::Remote<'_>, access: &Access) -> Result<Advertised, git2::Error> {
    let mut found = Advertised::default();
    let list = remote.list()?;
    if list.len() > access.limits.references {
        let limit = access.limits.references;
        access.fail(StoreError::TooLarge {
            what: format!("the number of branches and tags ({})", list.len()),
            limit: limit as u64,
        });
        return Err(git2::Error::from_str("too many references"));
    }
    for head in list {
        let Ok(name) = std::str::from_utf8(head.name().as_bytes()) else {
            continue;
        };
        if name == "HEAD" {
            found.head = Some(head.oid());
            found.branch = head.symref_target().map(str::to_owned);
        } else if is_kept(name) {
            found.references.push(Remote {
                name: name.to_owned(),
                id: head.oid(),
            });
        }
    }
    Ok(found)
}

/// Branches and tags; neither what tags of tags come to (`^{}`), nor what a service keeps
/// for itself.
fn is_kept(name: &str) -> bool {
    (name.starts_with(HEADS) || name.starts_with(TAGS)) && Reference::is_valid_name(name)
}

fn plan(clone: &Clone, from: &Address, want: Want<'_>, advertised: &Advertised) -> Plan {
    let version = match want {
        Want::Everything => return everything(clone, advertised),
        Want::Version(version) => version,
    };
    let references = &advertised.references;
    let named = |name: &str| references.iter().find(|r| r.name == name);
    let found = match version {
        None => default_branch(advertised).and_then(named),
        Some(version) => named(&format!("{TAGS}{version}"))
            .or_else(|| named(&format!("{TAGS}v{version}")))
            .or_else(|| references.iter().find(|r| r.names_commit(version))),
    };
    // A commit within the history is only found with the history.
    let Some(found) = found else {
        return everything(clone, advertised);
    };
    Plan {
        references: vec![found.copy()],
        prunes: false,
        sets_head: version.is_none(),
        depth: match from {
            // There is nothing to be saved.
            Address::Directory(_) => None,
            Address::Web { .. } | Address::Ssh { .. } | Address::Git { .. } => Some(1),
        },
    }
}

fn everything(clone: &Clone, advertised: &Advertised) -> Plan {
    Plan {
        references: advertised.references.iter().map(Remote::copy).collect(),
        prunes: true,
        sets_head: true,
        depth: clone.repository.is_shallow().then_some(WHOLE),
    }
}

/// The branch that HEAD stands for, told or guessed.
fn default_branch(advertised: &Advertised) -> Option<&str> {
    let is_there = |name: &str| advertised.references.iter().any(|r| r.name == name);
    let told = advertised.branch.as_deref();
    if let Some(told) = told.filter(|name| is_there(name)) {
        return Some(told);
    }
    let same: Vec<&Remote> = advertised
        .references
        .iter()
        .filter(|r| r.name.starts_with(HEADS) && Some(r.id) == advertised.head)
        .collect();
    let usual = |r: &&&Remote| matches!(r.name.as_str(), "refs/heads/main" | "refs/heads/master");
    let found = same.iter().find(usual).or(same.first());
    found.map(|r| r.name.as_str())
}

impl Remote {
    fn spec(&self) -> String {
        format!("{0}:{0}", self.name)
    }

    fn copy(&self) -> Remote {
        Remote {
            name: self.name.clone(),
            id: self.id,
        }
    }

    fn names_commit(&self, prefix: &str) -> bool {
        prefix.len() >= 7 && self.id.to_string().starts_with(prefix)
    }
}

/// Reports progress, and ends what is too large.
fn options<'a>(access: &'a Access, progress: &'a mut dyn Progress) -> FetchOptions<'a> {
    let mut callbacks = RemoteCallbacks::new();
    callbacks.transfer_progress(move |state| {
        let bytes = state.received_bytes() as u64;
        progress.at(Step::Receiving {
            objects: state.received_objects(),
            of: state.total_objects(),
            bytes,
        });
        let limit = access.limits.received;
        if bytes > limit {
            access.fail(StoreError::TooLarge {
                what: "what the repository sends".into(),
                limit,
            });
        }
        bytes <= limit
    });
    let mut options = FetchOptions::new();
    options.remote_callbacks(callbacks);
    options.download_tags(AutotagOption::None);
    options.update_fetchhead(false);
    options
}

fn write_references(clone: &Clone, plan: &Plan) -> Result<Fetched, StoreError> {
    let fault = |e: git2::Error| clone.fault("write a reference of", &e);
    if plan.prunes {
        prune_branches(clone, plan).map_err(fault)?;
    }
    let mut fetched = Fetched::default();
    for reference in &plan.references {
        let known = clone.repository.refname_to_id(&reference.name).ok();
        match reference.name.strip_prefix(TAGS) {
            Some(_) if known == Some(reference.id) => {}
            Some(tag) => match known {
                None => {
                    let made = clone
                        .repository
                        .reference(&reference.name, reference.id, false, "");
                    made.map_err(fault)?;
                    fetched.new_tags.push(tag.to_owned());
                }
                Some(known) => fetched.moved_tags.push(MovedTag {
                    tag: tag.to_owned(),
                    kept: commit_at(clone, known),
                    now: commit_at(clone, reference.id),
                }),
            },
            None if known == Some(reference.id) => {}
            None => {
                let made = clone
                    .repository
                    .reference(&reference.name, reference.id, true, "");
                made.map_err(fault)?;
            }
        }
    }
    Ok(fetched)
}

/// The commit that a tag's object comes to, or the object itself.
fn commit_at(clone: &Clone, id: Oid) -> String {
    let object = clone.repository.find_object(id, None);
    let commit = object.and_then(|o| o.peel_to_commit());
    commit.map_or(id, |c| c.id()).to_string()
}

fn prune_branches(clone: &Clone, plan: &Plan) -> Result<(), git2::Error> {
    let kept: BTreeSet<&str> = plan.references.iter().map(|r| r.name.as_str()).collect();
    for reference in clone.repository.references_glob(&format!("{HEADS}*"))? {
        let mut reference = reference?;
        let name = String::from_utf8_lossy(reference.name_bytes()).into_owned();
        if !kept.contains(name.as_str()) {
            reference.delete()?;
        }
    }
    Ok(())
}

fn set_head(clone: &Clone, advertised: &Advertised) -> Result<(), StoreError> {
    let set = match (default_branch(advertised), advertised.head) {
        (Some(branch), _) => clone.repository.set_head(branch),
        (None, Some(id)) if clone.repository.find_commit(id).is_ok() => {
            clone.repository.set_head_detached(id)
        }
        (None, _) => Ok(()),
    };
    set.map_err(|e| clone.fault("set the head of", &e))
}
