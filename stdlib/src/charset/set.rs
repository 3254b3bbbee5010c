//! Sets of characters as inversion lists, and how they stand in bytevectors.
//!
//! An inversion list is an increasing sequence of code points at which membership
//! changes: `[a, b, c, d]` is the set of `a..b` and `c..d`. No list has a surrogate in it,
//! so every member is a character.
//!
//! In a bytevector there are 32 bytes with a bit for each character of Latin-1, then the
//! list, four bytes a code point, least byte first. The bits say nothing new: they answer
//! for the characters that are asked about most.

use regex_syntax::hir::{ClassUnicode, ClassUnicodeRange, HirKind};

/// One more than the last code point.
pub(crate) const LIMIT: u32 = 0x11_0000;

/// All characters: every code point but the surrogates.
const ALL: &[u32] = &[0, 0xd800, 0xe000, LIMIT];

/// Bytes of the part for Latin-1.
const BITS: usize = 32;

#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct CharSet {
    bounds: Vec<u32>,
}

impl CharSet {
    pub(crate) fn all() -> CharSet {
        CharSet {
            bounds: ALL.to_vec(),
        }
    }

    /// The characters of half-open ranges of code points, in any order.
    pub(crate) fn from_ranges(ranges: impl IntoIterator<Item = (u32, u32)>) -> CharSet {
        let mut sorted: Vec<(u32, u32)> = ranges
            .into_iter()
            .map(|(start, end)| (start, end.min(LIMIT)))
            .filter(|(start, end)| start < end)
            .collect();
        sorted.sort_unstable();
        let mut bounds: Vec<u32> = Vec::new();
        for (start, end) in sorted {
            match bounds.last_mut() {
                Some(last) if start <= *last => *last = end.max(*last),
                Some(_) | None => bounds.extend([start, end]),
            }
        }
        CharSet { bounds }.intersection(&CharSet::all())
    }

    pub(crate) fn from_chars(chars: impl IntoIterator<Item = char>) -> CharSet {
        let single = |c: char| (u32::from(c), u32::from(c) + 1);
        CharSet::from_ranges(chars.into_iter().map(single))
    }

    /// The characters that satisfy a predicate.
    pub(crate) fn of(holds: impl Fn(char) -> bool) -> CharSet {
        let mut bounds = Vec::new();
        let mut inside = false;
        for code in 0..LIMIT {
            if char::from_u32(code).is_some_and(&holds) != inside {
                inside = !inside;
                bounds.push(code);
            }
        }
        if inside {
            bounds.push(LIMIT);
        }
        CharSet { bounds }
    }

    /// The characters of a class in the notation of `regex-syntax`, such as `\p{Lt}`;
    /// empty for what is no class.
    pub(crate) fn of_class(notation: &str) -> CharSet {
        let parsed = regex_syntax::parse(notation).map(|hir| hir.into_kind());
        match parsed {
            Ok(HirKind::Class(regex_syntax::hir::Class::Unicode(class))) => {
                CharSet::from_class(&class)
            }
            Ok(_) | Err(_) => CharSet::default(),
        }
    }

    fn from_class(class: &ClassUnicode) -> CharSet {
        let range = |r: &ClassUnicodeRange| (u32::from(r.start()), u32::from(r.end()) + 1);
        CharSet::from_ranges(class.ranges().iter().map(range))
    }

    /// The half-open ranges of code points.
    pub(crate) fn ranges(&self) -> impl Iterator<Item = (u32, u32)> + '_ {
        self.bounds.as_chunks::<2>().0.iter().map(|&[a, b]| (a, b))
    }

    pub(crate) fn size(&self) -> usize {
        self.ranges()
            .map(|(start, end)| (end - start) as usize)
            .sum()
    }

    /// What a question about membership in both decides on. `keep(false, false)` must not
    /// hold.
    fn combined(&self, other: &CharSet, keep: fn(bool, bool) -> bool) -> CharSet {
        let (a, b) = (&self.bounds, &other.bounds);
        let (mut i, mut j) = (0, 0);
        let mut bounds = Vec::new();
        while i < a.len() || j < b.len() {
            let x = a.get(i).copied().unwrap_or(LIMIT);
            let y = b.get(j).copied().unwrap_or(LIMIT);
            let at = x.min(y);
            i += usize::from(i < a.len() && x == at);
            j += usize::from(j < b.len() && y == at);
            if keep(i % 2 == 1, j % 2 == 1) != (bounds.len() % 2 == 1) {
                bounds.push(at);
            }
        }
        CharSet { bounds }
    }

    pub(crate) fn union(&self, other: &CharSet) -> CharSet {
        self.combined(other, |a, b| a || b)
    }

    pub(crate) fn intersection(&self, other: &CharSet) -> CharSet {
        self.combined(other, |a, b| a && b)
    }

    pub(crate) fn difference(&self, other: &CharSet) -> CharSet {
        self.combined(other, |a, b| a && !b)
    }

    pub(crate) fn xor(&self, other: &CharSet) -> CharSet {
        self.combined(other, |a, b| a != b)
    }

    pub(crate) fn complement(&self) -> CharSet {
        CharSet::all().difference(self)
    }

    /// With all that differs from a member by case only (Unicode's simple case folding).
    pub(crate) fn fold_case(&self) -> CharSet {
        let range = |(start, end): (u32, u32)| {
            let ends = [start, end - 1].map(char::from_u32);
            Some(ClassUnicodeRange::new(ends[0]?, ends[1]?))
        };
        let mut class = ClassUnicode::new(self.ranges().filter_map(range));
        class.case_fold_simple();
        CharSet::from_class(&class)
    }

    /// With the other case of the ASCII letters that are members.
    pub(crate) fn fold_ascii_case(&self) -> CharSet {
        let letters = ('a'..='z').chain('A'..='Z');
        let bytes = self.to_bytes();
        let other = letters.filter(|c| {
            let swapped = char::from(*c as u8 ^ 0x20);
            Members(&bytes).contains(swapped)
        });
        self.union(&CharSet::from_chars(other))
    }

    /// As it stands in a bytevector.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = vec![0; BITS];
        for (start, end) in self.ranges() {
            for code in start..end.min(0x100) {
                bytes[code as usize / 8] |= 1 << (code % 8);
            }
        }
        bytes.extend(self.bounds.iter().flat_map(|bound| bound.to_le_bytes()));
        bytes
    }

    /// From a bytevector that may come from anywhere; `None` when no set stands so.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<CharSet> {
        let bounds: Vec<u32> = Members(bytes)
            .bounds()
            .iter()
            .map(|&b| u32::from_le_bytes(b))
            .collect();
        let set = CharSet { bounds };
        let increases = set.bounds.is_sorted_by(|a, b| a < b);
        let whole =
            set.bounds.len().is_multiple_of(2) && set.bounds.last().is_none_or(|&b| b <= LIMIT);
        let sound = increases && whole && set.intersection(&CharSet::all()) == set;
        (sound && set.to_bytes() == bytes).then_some(set)
    }
}

/// A set as it stands in a bytevector, to be asked about members only. Bytes that are no
/// set give some answer.
#[derive(Clone, Copy)]
pub(crate) struct Members<'a>(pub &'a [u8]);

impl<'a> Members<'a> {
    fn bounds(self) -> &'a [[u8; 4]] {
        self.0.get(BITS..).unwrap_or_default().as_chunks::<4>().0
    }

    #[inline]
    pub(crate) fn contains(self, c: char) -> bool {
        let code = u32::from(c);
        if code < 0x100 {
            return self.contains_byte(code as u8);
        }
        let passed = self
            .bounds()
            .partition_point(|&b| u32::from_le_bytes(b) <= code);
        passed % 2 == 1
    }

    /// The first code point of a member from `code` on.
    pub(crate) fn next(self, code: u32) -> Option<u32> {
        let passed = self
            .bounds()
            .partition_point(|&b| u32::from_le_bytes(b) <= code);
        if passed % 2 == 1 {
            return Some(code);
        }
        self.bounds().get(passed).map(|&b| u32::from_le_bytes(b))
    }

    #[inline]
    pub(crate) fn contains_byte(self, byte: u8) -> bool {
        let bits = self.0.get(usize::from(byte / 8)).copied().unwrap_or(0);
        bits >> (byte % 8) & 1 == 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(ranges: &[(u32, u32)]) -> CharSet {
        CharSet::from_ranges(ranges.iter().copied())
    }

    #[test]
    fn ranges_are_put_in_order() {
        let made = set(&[(5, 9), (1, 3), (8, 12), (3, 4), (20, 20)]);
        assert_eq!(made.bounds, [1, 4, 5, 12]);
        assert_eq!(set(&[(0, u32::MAX)]), CharSet::all());
        assert_eq!(CharSet::all().size(), 0x11_0000 - 0x800);
    }

    #[test]
    fn algebra_is_what_membership_says() {
        let sets = [
            set(&[]),
            set(&[(3, 9), (11, 12), (0x200, 0x300)]),
            set(&[(0, 4), (8, 11), (0x250, 0x110000)]),
            CharSet::all(),
        ];
        let points = [
            0, 3, 4, 8, 9, 10, 11, 12, 0xff, 0x200, 0x250, 0x2ff, 0x300, 0x10_ffff,
        ];
        let has =
            |set: &CharSet, code| Members(&set.to_bytes()).contains(char::from_u32(code).unwrap());
        for a in &sets {
            for b in &sets {
                for point in points {
                    let (x, y) = (has(a, point), has(b, point));
                    assert_eq!(has(&a.union(b), point), x || y);
                    assert_eq!(has(&a.intersection(b), point), x && y);
                    assert_eq!(has(&a.difference(b), point), x && !y);
                    assert_eq!(has(&a.xor(b), point), x != y);
                    assert_eq!(has(&a.complement(), point), !x);
                }
            }
            assert_eq!(CharSet::from_bytes(&a.to_bytes()).as_ref(), Some(a));
        }
    }

    #[test]
    fn bytes_that_are_no_set_are_refused() {
        let good = set(&[(65, 70)]).to_bytes();
        let mut turned = good.clone();
        turned[33..].rotate_left(4);
        let mut bit = good.clone();
        bit[0] = 1;
        let surrogates = [
            vec![0; 32],
            0xd800u32.to_le_bytes().to_vec(),
            0xd900u32.to_le_bytes().to_vec(),
        ]
        .concat();
        for bad in [
            &[][..],
            &good[..31],
            &good[..36],
            &turned,
            &bit,
            &surrogates,
        ] {
            assert_eq!(CharSet::from_bytes(bad), None);
            Members(bad).contains('a');
            Members(bad).contains('λ');
        }
    }

    #[test]
    fn case_folds() {
        let folded = CharSet::from_chars("aK1ß".chars()).fold_case();
        let expected = CharSet::from_chars("aAkK\u{212a}1ßẞ".chars());
        assert_eq!(folded, expected);
        let ascii = CharSet::from_chars("aKλ".chars()).fold_ascii_case();
        assert_eq!(ascii, CharSet::from_chars("aAkKλ".chars()));
    }
}
