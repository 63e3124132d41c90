//! What is written is what is read; what was cut off or altered is refused, and nothing is believed before.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use super::*;
use crate::encode::{Flags, Row};
use kiban_model::Sex;
use proptest::prelude::*;

fn written(numbers: &[(u32, f64)], texts: &[String]) -> Vec<u8> {
    let mut file = Vec::new();
    let mut to = Output::new(&mut file);
    to.list(numbers).unwrap();
    to.texts(texts.iter().map(String::as_str)).unwrap();
    to.put(&[7_u16, 8]).unwrap();
    to.finish().unwrap();
    file
}

type Written = (Vec<(u32, f64)>, Vec<String>, [u16; 2]);

fn read(file: &[u8]) -> Result<Written> {
    let mut from = Input::new(file, file.len() as u64);
    let numbers = from.list()?;
    let mut texts = Vec::new();
    from.texts(|text| texts.push(text.to_owned()))?;
    let pair = from.get()?;
    from.finish()?;
    Ok((numbers, texts, pair))
}

proptest! {
    #[test]
    fn what_was_written_is_read(
        numbers in proptest::collection::vec((any::<u32>(), -1e9..1e9), 0..50),
        texts in proptest::collection::vec(".{0,9}", 0..20),
    ) {
        let file = written(&numbers, &texts);
        prop_assert_eq!(read(&file).unwrap(), (numbers, texts, [7, 8]));
    }

    #[test]
    fn any_other_bytes_are_refused(
        texts in proptest::collection::vec(".{1,9}", 1..20),
        at in any::<prop::sample::Index>(),
        bit in 0..8_u32,
        cut in any::<prop::sample::Index>(),
    ) {
        let file = written(&[(1, 2.0)], &texts);
        let mut altered = file.clone();
        altered[at.index(file.len())] ^= 1_u8 << bit;
        prop_assert!(read(&altered).is_err());
        prop_assert!(read(&file[..cut.index(file.len())]).is_err());
        prop_assert!(read(&[&file[..], &[0]].concat()).is_err());
    }
}

#[test]
fn a_row_is_every_field_of_it() {
    let row = Row {
        subject: 1,
        sex: Some(Sex::Other),
        flags: Flags(33),
        blocks: [1, 2, 65_535],
        phone: u64::MAX,
        attributes: [0, 5, 0],
        further: 9,
        ..Row::default()
    };
    let mut place = vec![0; Row::WIDTH];
    row.put(&mut place);
    assert!(Row::get(&place) == row);
    assert!(Row::get(&[0; Row::WIDTH]) == Row::default());
}

#[test]
fn a_length_that_cannot_be_makes_no_room() {
    let mut file = Vec::new();
    let mut to = Output::new(&mut file);
    to.put(&(u64::MAX / 16)).unwrap();
    to.finish().unwrap();
    assert!(Input::new(&file[..], file.len() as u64).list::<u64>().is_err());
}

#[test]
fn a_list_of_several_pieces_is_one_list() {
    let list: Vec<u64> = (0..2_000_000).collect();
    let mut file = Vec::new();
    let mut to = Output::new(&mut file);
    to.list(&list).unwrap();
    to.finish().unwrap();
    let mut from = Input::new(&file[..], file.len() as u64);
    assert_eq!(from.list::<u64>().unwrap(), list);
    from.finish().unwrap();
}
