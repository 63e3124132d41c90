//! Values of a fixed width (固定長の値).

use crate::compare::Pattern;
use crate::encode::{Flags, Part, Row};
use crate::estimate::SubjectPair;
use crate::normalise::Birth;
use kiban_model::{Sex, SubjectId};

/// Something that always takes the same number of bytes.
pub(crate) trait Plain: Sized {
    /// How many.
    const WIDTH: usize;
    /// Into the first bytes of a place that has room.
    fn put(&self, place: &mut [u8]);
    /// From the first bytes; what cannot be is as good as any other value, for the sum over the file refuses it.
    fn get(place: &[u8]) -> Self;
}

macro_rules! numbers {
    ($($kind:ty)*) => {$(
        impl Plain for $kind {
            const WIDTH: usize = size_of::<$kind>();
            fn put(&self, place: &mut [u8]) {
                if let Some(place) = place.first_chunk_mut() {
                    *place = self.to_le_bytes();
                }
            }
            fn get(place: &[u8]) -> Self {
                place.first_chunk().map_or(Self::default(), |bytes| Self::from_le_bytes(*bytes))
            }
        }
    )*};
}

numbers!(u8 u16 u32 u64 i64 f32 f64);

/// A structure is its fields, in the order given: every one of them, or it does not compile.
macro_rules! plain {
    ($name:ty { $($field:tt: $kind:ty),+ $(,)? }) => {
        impl $crate::file::Plain for $name {
            const WIDTH: usize = 0 $(+ <$kind as $crate::file::Plain>::WIDTH)+;
            fn put(&self, place: &mut [u8]) {
                let mut rest = place;
                $(
                    self.$field.put(rest);
                    rest = rest.get_mut(<$kind as $crate::file::Plain>::WIDTH..).unwrap_or(&mut []);
                )+
                let _ = rest;
            }
            fn get(place: &[u8]) -> Self {
                let mut rest = place;
                let mut next = |width: usize| {
                    let (value, after) = rest.split_at_checked(width).unwrap_or((&[], &[]));
                    rest = after;
                    value
                };
                Self { $($field: <$kind as $crate::file::Plain>::get(next(<$kind as $crate::file::Plain>::WIDTH))),+ }
            }
        }
    };
}
pub(crate) use plain;

impl<T: Plain + Default + Copy, const N: usize> Plain for [T; N] {
    const WIDTH: usize = N * T::WIDTH;
    fn put(&self, place: &mut [u8]) {
        self.iter().zip(place.chunks_exact_mut(T::WIDTH)).for_each(|(value, place)| value.put(place));
    }
    fn get(place: &[u8]) -> Self {
        let mut all = [T::default(); N];
        all.iter_mut().zip(place.chunks_exact(T::WIDTH)).for_each(|(value, place)| *value = T::get(place));
        all
    }
}

impl<A: Plain, B: Plain> Plain for (A, B) {
    const WIDTH: usize = A::WIDTH + B::WIDTH;
    fn put(&self, place: &mut [u8]) {
        let (first, second) = place.split_at_mut_checked(A::WIDTH).unwrap_or((&mut [], &mut []));
        self.0.put(first);
        self.1.put(second);
    }
    fn get(place: &[u8]) -> Self {
        let (first, second) = place.split_at_checked(A::WIDTH).unwrap_or((&[], &[]));
        (A::get(first), B::get(second))
    }
}

impl Plain for bool {
    const WIDTH: usize = 1;
    fn put(&self, place: &mut [u8]) {
        u8::from(*self).put(place);
    }
    fn get(place: &[u8]) -> Self {
        u8::get(place) != 0
    }
}

impl Plain for Option<Sex> {
    const WIDTH: usize = 1;
    fn put(&self, place: &mut [u8]) {
        let letter = self.and_then(|sex| sex.code().bytes().next());
        letter.unwrap_or(0).put(place);
    }
    fn get(place: &[u8]) -> Self {
        match u8::get(place) {
            b'M' => Some(Sex::Male),
            b'F' => Some(Sex::Female),
            b'O' => Some(Sex::Other),
            b'U' => Some(Sex::Unknown),
            _ => None,
        }
    }
}

plain!(SubjectId { 0: i64 });
plain!(Birth { year: u16, month: u8, day: u8 });
plain!(Flags { 0: u8 });
plain!(Part { written: u32, kanji: u32, kana: u32, roman: u32 });
plain!(Row {
    subject: u32,
    provider: u32,
    family: Part,
    given: Part,
    birth: Birth,
    flags: Flags,
    sex: Option<Sex>,
    prefecture: u8,
    branch: u8,
    municipality: u32,
    locality: u32,
    postal: u32,
    blocks: [u16; 3],
    room: u16,
    phone: u64,
    insurer: u32,
    symbol: u32,
    number: u64,
    identifier: u32,
    attributes: [u32; crate::encode::ATTRIBUTES],
    phone_count: u16,
    door_count: u16,
    further: u32,
});
plain!(Pattern { 0: u64 });
plain!(SubjectPair { a: u32, b: u32, rows: (u32, u32), weight: f64, pattern: Pattern });
