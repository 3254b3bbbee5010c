//! Data as values: size, lists, equality.

use super::*;

#[test]
fn data_are_small_and_cross_threads() {
    fn crosses_threads<T: Send + Sync>() {}
    crosses_threads::<Datum>();
    assert!(size_of::<DatumKind>() <= 24);
    assert!(size_of::<Datum>() <= 40);
}

#[test]
fn lists_and_their_spans() {
    let at = |start, end| Span::new(crate::FileId(0), start, end);
    let item = |start| Datum::fixnum(i64::from(start), at(start, start + 1));
    let list = Datum::list(vec![item(1), item(3)], at(0, 5));
    assert_eq!(list.to_string(), "(1 3)");
    assert_eq!(list.cdr().unwrap().span, at(3, 5));
    assert_eq!(list.list_items().unwrap().len(), 2);
    let dotted = Datum::list_with_tail(vec![item(1)], item(5), at(0, 7));
    assert_eq!(dotted.to_string(), "(1 . 5)");
    assert_eq!(dotted.list_items(), None);
    assert_eq!(dotted.split_list(), (vec![&item(1)], &item(5)));
    assert_eq!(item(1).split_list(), (vec![], &item(1)));
    assert_eq!(Datum::list(vec![], at(0, 2)).span, at(0, 2));
    assert!(Datum::null(Span::NONE).is_list() && !dotted.is_list());
}

#[test]
fn equality_ignores_places_only() {
    let read = |text: &str| crate::read_all(crate::FileId(0), text).unwrap();
    let texts = [
        "()", "#t", "#f", "#\\a", "a", "1", "1.0", "\"a\"", "#u8(1)", "(a)", "(a b)", "#(a)",
        "#(a b)", "#!eof", "#!void", "#0=a", "#1=a", "(a . b)", "(b . a)",
    ];
    for (i, one) in texts.iter().enumerate() {
        for (j, other) in texts.iter().enumerate() {
            assert_eq!(
                read(one) == read(&format!(" {other}")),
                i == j,
                "{one} {other}"
            );
        }
    }
}
