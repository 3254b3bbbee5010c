//! The debug section: source files, places, names.
//!
//! Sites follow the source, so each is written as its distance from the one before.

use super::DecodeFault;
use super::read::{Reader, Result};
use super::write::Writer;
use crate::{Debug, Site};

pub(super) fn encode(debug: &Debug) -> Vec<u8> {
    let mut w = Writer::default();
    w.list(&debug.files, |w, f| w.str(f));
    let mut last = Site::default();
    w.list(&debug.sites, |w, site| {
        numbers(site)
            .iter()
            .zip(numbers(&last))
            .for_each(|(n, m)| w.signed(n - m));
        last = *site;
    });
    w.list(&debug.cp_names, |w, n| w.str(n));
    w.finish()
}

pub(super) fn decode(bytes: &[u8]) -> Result<Debug> {
    let mut r = Reader::new(bytes);
    let files = r.list(1, Reader::str)?;
    let mut last = Site::default();
    let sites = r.list(5, |r| {
        last = read_site(r, &last)?;
        Ok(last)
    })?;
    let cp_names = r.list(1, Reader::str)?;
    r.end()?;
    let debug = Debug {
        files,
        sites,
        cp_names,
    };
    // An empty section is written as nothing.
    if debug == Debug::default() {
        Err(r.fault(DecodeFault::Trailing))
    } else {
        Ok(debug)
    }
}

/// The length instead of the end: it changes less.
fn numbers(s: &Site) -> [i64; 5] {
    [
        s.file.into(),
        s.start.into(),
        i64::from(s.end) - i64::from(s.start),
        s.line.into(),
        s.column.into(),
    ]
}

fn read_site(r: &mut Reader<'_>, last: &Site) -> Result<Site> {
    let mut n = numbers(last);
    for field in &mut n {
        *field = r
            .signed()?
            .checked_add(*field)
            .ok_or_else(|| r.fault(DecodeFault::Number))?;
    }
    let small = |n: Option<i64>| {
        n.and_then(|n| u32::try_from(n).ok())
            .ok_or_else(|| r.fault(DecodeFault::Number))
    };
    Ok(Site {
        file: small(Some(n[0]))?,
        start: small(Some(n[1]))?,
        end: small(n[1].checked_add(n[2]))?,
        line: small(Some(n[3]))?,
        column: small(Some(n[4]))?,
    })
}
