//! Repositories made on the spot: always by the same person at the same time, so that
//! their commits are the same in every run.

use git2::{IndexAddOption, Oid, Repository, RepositoryInitOptions, Signature, Time};
use std::fs;
use std::path::{Path, PathBuf};

type Done<T> = Result<T, Box<dyn std::error::Error>>;

/// A repository in an empty, or a full, directory.
pub fn init(path: &Path) -> Result<Repository, git2::Error> {
    let mut options = RepositoryInitOptions::new();
    options.initial_head("main").external_template(false);
    Repository::init_opts(path, &options)
}

/// Puts a text into a file of the working tree.
pub fn write(git: &Repository, file: &str, text: &str) -> Done<()> {
    let root = git.workdir().ok_or("a bare repository")?;
    let path = root.join(file);
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)?;
    }
    Ok(fs::write(path, text)?)
}

/// Commits all files.
pub fn commit(git: &Repository) -> Result<Oid, git2::Error> {
    let mut index = git.index()?;
    index.clear()?;
    index.add_all(["*"], IndexAddOption::FORCE, None)?;
    index.write()?;
    let tree = git.find_tree(index.write_tree()?)?;
    let who = Signature::new("Fred", "fred@example.com", &Time::new(1_700_000_000, 0))?;
    let head = git.head().ok().and_then(|head| head.peel_to_commit().ok());
    let parents: Vec<_> = head.iter().collect();
    git.commit(Some("HEAD"), &who, &who, "change", &tree, &parents)
}

/// Names a commit; moves a tag that is there.
pub fn tag(git: &Repository, tag: &str, commit: Oid) -> Done<()> {
    let object = git.find_object(commit, None)?;
    git.tag_lightweight(tag, &object, true)?;
    Ok(())
}

/// A version of a repository.
pub struct Version {
    /// `github.com/fred/hello`, and what stands behind its `@`.
    pub repository: String,
    pub version: String,
}

/// Makes repositories below `upstream` of trees that lie as in `userlib`, at
/// `HOST/USER/NAME/@VERSION`. Their versions, in order.
pub fn of_trees(userlib: &Path, upstream: &Path) -> Done<Vec<Version>> {
    let mut versions = Vec::new();
    for name in repositories(userlib, 3)? {
        let git = init(&upstream.join(&name))?;
        let mut trees: Vec<PathBuf> = entries(&userlib.join(&name))?;
        trees.sort();
        for tree in trees {
            let file_name = tree.file_name().unwrap_or_default().to_string_lossy();
            let version = file_name.trim_start_matches('@').to_owned();
            let work = git.workdir().ok_or("a bare repository")?.to_owned();
            for old in entries(&work)? {
                if old.file_name().is_some_and(|name| name != ".git") {
                    remove(&old)?;
                }
            }
            copy(&tree, &work)?;
            let id = commit(&git)?;
            tag(&git, &version, id)?;
            versions.push(Version {
                repository: name.display().to_string(),
                version,
            });
        }
    }
    Ok(versions)
}

/// Directories so deep below one, relative to it.
fn repositories(root: &Path, depth: usize) -> Done<Vec<PathBuf>> {
    if depth == 0 {
        return Ok(vec![PathBuf::new()]);
    }
    let mut all = Vec::new();
    for entry in entries(root)?.into_iter().filter(|e| e.is_dir()) {
        let name = entry.file_name().unwrap_or_default();
        for below in repositories(&entry, depth - 1)? {
            // No slash at the end of the deepest ones.
            all.push(match below.as_os_str().is_empty() {
                true => name.into(),
                false => Path::new(name).join(below),
            });
        }
    }
    all.sort();
    Ok(all)
}

fn entries(directory: &Path) -> Done<Vec<PathBuf>> {
    let entries = fs::read_dir(directory)?;
    Ok(entries
        .map(|e| e.map(|e| e.path()))
        .collect::<Result<_, _>>()?)
}

fn remove(path: &Path) -> Done<()> {
    match fs::symlink_metadata(path)?.is_dir() {
        true => fs::remove_dir_all(path)?,
        false => fs::remove_file(path)?,
    }
    Ok(())
}

/// Copies what is in a directory, links as links.
pub fn copy(from: &Path, to: &Path) -> Done<()> {
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (kind, target) = (entry.file_type()?, to.join(entry.file_name()));
        if kind.is_dir() {
            fs::create_dir(&target)?;
            copy(&entry.path(), &target)?;
        } else if kind.is_symlink() {
            std::os::unix::fs::symlink(fs::read_link(entry.path())?, target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}
