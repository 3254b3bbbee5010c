//! The image: compiled libraries in one block of bytes, found by name, decoded on use.
//!
//! ```text
//! magic  count:u32  { name, requires, interface, lowered, code }*
//! ```
//! where `name` and each element of `requires` is a length (u32) and UTF-8, and the
//! other parts are a length and bytes in their own formats. An image is made by the
//! build of the program that carries it, so that it is trusted: its units were verified
//! when it was made.

use std::collections::HashMap;

const MAGIC: &[u8; 8] = b"termite1";

/// One library of an image, its parts still encoded.
#[derive(Clone, Debug)]
pub struct Entry {
    pub requires: Vec<String>,
    pub interface: &'static [u8],
    pub lowered: &'static [u8],
    pub code: &'static [u8],
}

#[derive(Debug, Default)]
pub struct Image {
    entries: HashMap<&'static str, Entry>,
}

struct Cursor(&'static [u8]);

impl Cursor {
    fn u32(&mut self) -> Option<usize> {
        let (head, rest) = self.0.split_first_chunk::<4>()?;
        self.0 = rest;
        Some(u32::from_le_bytes(*head) as usize)
    }

    fn bytes(&mut self) -> Option<&'static [u8]> {
        let n = self.u32()?;
        let (head, rest) = self.0.split_at_checked(n)?;
        self.0 = rest;
        Some(head)
    }

    fn text(&mut self) -> Option<&'static str> {
        std::str::from_utf8(self.bytes()?).ok()
    }
}

impl Image {
    /// `None` for bytes that are no image.
    pub fn open(bytes: &'static [u8]) -> Option<Image> {
        let mut at = Cursor(bytes.strip_prefix(MAGIC)?);
        let mut entries = HashMap::new();
        for _ in 0..at.u32()? {
            let name = at.text()?;
            let count = at.u32()?;
            let requires = (0..count)
                .map(|_| at.text().map(str::to_owned))
                .collect::<Option<_>>()?;
            let (interface, lowered, code) = (at.bytes()?, at.bytes()?, at.bytes()?);
            entries.insert(
                name,
                Entry {
                    requires,
                    interface,
                    lowered,
                    code,
                },
            );
        }
        Some(Image { entries })
    }

    pub fn find(&self, unit: &str) -> Option<&Entry> {
        self.entries.get(unit)
    }

    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.entries.keys().copied()
    }
}

/// Collects libraries and writes an image.
#[derive(Default)]
pub struct ImageBuilder {
    count: u32,
    body: Vec<u8>,
}

impl ImageBuilder {
    pub fn add(
        &mut self,
        name: &str,
        requires: &[String],
        interface: &[u8],
        lowered: &[u8],
        code: &[u8],
    ) {
        self.count += 1;
        self.part(name.as_bytes());
        self.body.extend((requires.len() as u32).to_le_bytes());
        for r in requires {
            self.part(r.as_bytes());
        }
        self.part(interface);
        self.part(lowered);
        self.part(code);
    }

    fn part(&mut self, bytes: &[u8]) {
        self.body.extend((bytes.len() as u32).to_le_bytes());
        self.body.extend(bytes);
    }

    pub fn finish(self) -> Vec<u8> {
        let mut all = MAGIC.to_vec();
        all.extend(self.count.to_le_bytes());
        all.extend(self.body);
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_found() {
        let mut b = ImageBuilder::default();
        b.add("a/b", &["c".into()], b"i", b"", b"code");
        let bytes: &'static [u8] = b.finish().leak();
        let image = Image::open(bytes).expect("an image");
        let entry = image.find("a/b").expect("the entry");
        assert_eq!(entry.requires, ["c"]);
        assert_eq!(
            (entry.interface, entry.lowered, entry.code),
            (&b"i"[..], &b""[..], &b"code"[..])
        );
        assert!(image.find("c").is_none());
        for cut in 0..bytes.len() {
            let _ = Image::open(&bytes[..cut]);
        }
    }
}
