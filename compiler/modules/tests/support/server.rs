//! The serving side of a fetch, small enough for tests: a repository's references, then a
//! pack of all that is wanted (gitprotocol-pack, version 0, without side bands). What the
//! other side has already is sent again.

#![allow(dead_code)]

use git2::{ObjectType, Oid, Repository};
use std::io::{self, Read, Write};

/// What a server says it can do.
#[derive(Clone, Copy)]
pub struct Abilities {
    pub shallow: bool,
}

fn packet(out: &mut Vec<u8>, text: &str) {
    out.extend(format!("{:04x}{text}", text.len() + 4).bytes());
}

fn flush(out: &mut Vec<u8>) {
    out.extend(b"0000");
}

/// The next packet; `Some(None)` is a flush, `None` the end of input.
fn read_packet(input: &mut dyn Read) -> io::Result<Option<Option<String>>> {
    let mut length = [0; 4];
    if let Err(e) = input.read_exact(&mut length) {
        return match e.kind() {
            io::ErrorKind::UnexpectedEof => Ok(None),
            _ => Err(e),
        };
    }
    let length = std::str::from_utf8(&length).unwrap();
    let length = usize::from_str_radix(length, 16).unwrap();
    if length == 0 {
        return Ok(Some(None));
    }
    let mut text = vec![0; length - 4];
    input.read_exact(&mut text)?;
    let text = String::from_utf8(text).unwrap();
    Ok(Some(Some(text.trim_end().to_owned())))
}

/// What there is.
pub fn advertisement(git: &Repository, can: Abilities) -> Vec<u8> {
    let mut lines = Vec::new();
    if let Ok(head) = git.head() {
        lines.push((head.target().unwrap(), "HEAD".to_owned()));
    }
    for reference in git.references().unwrap() {
        let reference = reference.unwrap();
        if let Some(id) = reference.target() {
            lines.push((id, reference.name().unwrap().to_owned()));
        }
    }
    let mut out = Vec::new();
    let shallow = if can.shallow { " shallow" } else { "" };
    for (i, (id, name)) in lines.iter().enumerate() {
        let more = match i {
            0 => format!("\0multi_ack_detailed symref=HEAD:refs/heads/main{shallow} agent=test"),
            _ => String::new(),
        };
        packet(&mut out, &format!("{id} {name}{more}\n"));
    }
    flush(&mut out);
    out
}

#[derive(Default)]
struct Wanted {
    wants: Vec<Oid>,
    shallow: Vec<Oid>,
    depth: Option<u32>,
}

/// Answers one request, or the rest of a conversation.
pub fn answer(git: &Repository, input: &mut dyn Read, output: &mut dyn Write) -> io::Result<()> {
    let mut wanted = Wanted::default();
    while let Some(Some(line)) = read_packet(input)? {
        let (word, rest) = line.split_once(' ').unwrap_or((&line, ""));
        let id = || Oid::from_str(rest.split(' ').next().unwrap()).unwrap();
        match word {
            "want" => wanted.wants.push(id()),
            "shallow" => wanted.shallow.push(id()),
            "deepen" => wanted.depth = rest.parse().ok(),
            _ => panic!("{line}"),
        }
    }
    if wanted.wants.is_empty() {
        return Ok(());
    }
    output.write_all(&boundaries(git, &wanted))?;
    output.flush()?;
    loop {
        match read_packet(input)? {
            None => return Ok(()),
            Some(None) => output.write_all(b"0008NAK\n")?,
            Some(Some(line)) if line == "done" => break,
            Some(Some(_)) => {}
        }
        output.flush()?;
    }
    output.write_all(b"0008NAK\n")?;
    output.write_all(&pack(git, &wanted))?;
    output.flush()
}

fn commit_of(git: &Repository, id: Oid) -> git2::Commit<'_> {
    let object = git.find_object(id, None).unwrap();
    object.peel_to_commit().unwrap()
}

/// Where history is cut off, or no longer is.
fn boundaries(git: &Repository, wanted: &Wanted) -> Vec<u8> {
    let mut out = Vec::new();
    match wanted.depth {
        None => return out,
        Some(1) => {
            for want in &wanted.wants {
                let commit = commit_of(git, *want);
                if commit.parent_count() > 0 {
                    packet(&mut out, &format!("shallow {}", commit.id()));
                }
            }
        }
        Some(_) => {
            for id in &wanted.shallow {
                packet(&mut out, &format!("unshallow {id}"));
            }
        }
    }
    flush(&mut out);
    out
}

fn pack(git: &Repository, wanted: &Wanted) -> Vec<u8> {
    let mut builder = git.packbuilder().unwrap();
    let mut walk = git.revwalk().unwrap();
    for want in &wanted.wants {
        let commit = commit_of(git, *want);
        if git.find_object(*want, None).unwrap().kind() == Some(ObjectType::Tag) {
            builder.insert_object(*want, None).unwrap();
        }
        match wanted.depth {
            Some(1) => builder.insert_commit(commit.id()).unwrap(),
            Some(_) | None => walk.push(commit.id()).unwrap(),
        }
    }
    if wanted.depth != Some(1) {
        builder.insert_walk(&mut walk).unwrap();
    }
    let mut out = git2::Buf::new();
    builder.write_buf(&mut out).unwrap();
    out.to_vec()
}

/// A whole conversation, as `git-upload-pack` has it.
pub fn converse(git: &Repository, input: &mut dyn Read, output: &mut dyn Write) {
    let can = Abilities { shallow: true };
    output.write_all(&advertisement(git, can)).unwrap();
    output.flush().unwrap();
    // The other side may have seen enough.
    let _ = answer(git, input, output);
}
