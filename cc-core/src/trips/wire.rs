//! Values as bytes: whole numbers of as many bytes as they need, fields one after the other.

use std::boxed::Box;
use std::vec::Vec;

use super::spot::Spot;

/// What can be written as bytes and read back. Reading never panics and never asks for more memory than there are
/// bytes.
pub(super) trait Wire: Sized {
    fn write(&self, out: &mut Vec<u8>);
    fn read(input: &mut &[u8]) -> Option<Self>;
}

/// The fields of a struct, in the order they are written.
macro_rules! wire {
    ($type:ident { $($field:ident),* $(,)? }) => {
        impl $crate::trips::wire::Wire for $type {
            fn write(&self, out: &mut std::vec::Vec<u8>) {
                let Self { $($field),* } = self;
                $($crate::trips::wire::Wire::write($field, out);)*
            }

            fn read(input: &mut &[u8]) -> Option<Self> {
                $(let $field = $crate::trips::wire::Wire::read(input)?;)*
                Some(Self { $($field),* })
            }
        }
    };
}
/// The variants of an enum without fields, by their number.
macro_rules! wire_words {
    ($type:ident { $($variant:ident = $number:literal),* $(,)? }) => {
        impl $crate::trips::wire::Wire for $type {
            fn write(&self, out: &mut std::vec::Vec<u8>) {
                out.push(match self { $(Self::$variant => $number),* });
            }

            fn read(input: &mut &[u8]) -> Option<Self> {
                match <u8 as $crate::trips::wire::Wire>::read(input)? {
                    $($number => Some(Self::$variant),)*
                    _ => None,
                }
            }
        }
    };
}
pub(super) use {wire, wire_words};

impl Wire for u8 {
    fn write(&self, out: &mut Vec<u8>) {
        out.push(*self);
    }

    fn read(input: &mut &[u8]) -> Option<Self> {
        let (first, rest) = input.split_first()?;
        *input = rest;
        Some(*first)
    }
}

/// Seven bits a byte, the lowest first.
impl Wire for u64 {
    fn write(&self, out: &mut Vec<u8>) {
        let mut rest = *self;
        while rest >= 0x80 {
            out.push(rest as u8 | 0x80);
            rest >>= 7;
        }
        out.push(rest as u8);
    }

    fn read(input: &mut &[u8]) -> Option<Self> {
        let (mut value, mut shift) = (0_u64, 0);
        loop {
            let byte = u8::read(input)?;
            let bits = u64::from(byte & 0x7F);
            // More than 64 bits, or more bytes than there need be.
            if shift > 63 || (shift == 63 && bits > 1) || (shift > 0 && byte == 0) {
                return None;
            }
            value |= bits << shift;
            if byte & 0x80 == 0 {
                return Some(value);
            }
            shift += 7;
        }
    }
}

/// The sign in the lowest bit, so that small numbers of either sign are short.
impl Wire for i64 {
    fn write(&self, out: &mut Vec<u8>) {
        ((*self << 1) ^ (*self >> 63)).cast_unsigned().write(out);
    }

    fn read(input: &mut &[u8]) -> Option<Self> {
        let raw = u64::read(input)?;
        Some((raw >> 1).cast_signed() ^ -(raw & 1).cast_signed())
    }
}

macro_rules! narrow {
    ($($type:ident as $wide:ident),*) => {$(
        impl Wire for $type {
            fn write(&self, out: &mut Vec<u8>) {
                $wide::from(*self).write(out);
            }

            fn read(input: &mut &[u8]) -> Option<Self> {
                Self::try_from($wide::read(input)?).ok()
            }
        }
    )*};
}
narrow!(u16 as u64, u32 as u64, i32 as i64);

impl Wire for bool {
    fn write(&self, out: &mut Vec<u8>) {
        out.push(u8::from(*self));
    }

    fn read(input: &mut &[u8]) -> Option<Self> {
        match u8::read(input)? {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        }
    }
}

impl<T: Wire> Wire for Option<T> {
    fn write(&self, out: &mut Vec<u8>) {
        self.is_some().write(out);
        if let Some(value) = self {
            value.write(out);
        }
    }

    fn read(input: &mut &[u8]) -> Option<Self> {
        Some(if bool::read(input)? { Some(T::read(input)?) } else { None })
    }
}

impl<T: Wire> Wire for Box<T> {
    fn write(&self, out: &mut Vec<u8>) {
        (**self).write(out);
    }

    fn read(input: &mut &[u8]) -> Option<Self> {
        T::read(input).map(Box::new)
    }
}

impl<A: Wire, B: Wire> Wire for (A, B) {
    fn write(&self, out: &mut Vec<u8>) {
        self.0.write(out);
        self.1.write(out);
    }

    fn read(input: &mut &[u8]) -> Option<Self> {
        Some((A::read(input)?, B::read(input)?))
    }
}

impl<T: Wire + Copy + Default, const N: usize> Wire for [T; N] {
    fn write(&self, out: &mut Vec<u8>) {
        for item in self {
            item.write(out);
        }
    }

    fn read(input: &mut &[u8]) -> Option<Self> {
        let mut all = [T::default(); N];
        for place in &mut all {
            *place = T::read(input)?;
        }
        Some(all)
    }
}

impl<T: Wire> Wire for Vec<T> {
    fn write(&self, out: &mut Vec<u8>) {
        (self.len() as u64).write(out);
        for item in self {
            item.write(out);
        }
    }

    fn read(input: &mut &[u8]) -> Option<Self> {
        let count = count(input)?;
        (0..count).map(|_| T::read(input)).collect()
    }
}

/// A number of entries of at least one byte each: never more than can follow.
pub(super) fn count(input: &mut &[u8]) -> Option<usize> {
    let count = usize::try_from(u64::read(input)?).ok()?;
    (count <= input.len()).then_some(count)
}

/// Points of a route lie close together: each is written as its distance from the one before.
pub(super) fn write_route(route: &[Spot], out: &mut Vec<u8>) {
    (route.len() as u64).write(out);
    let mut before = Spot::default();
    for spot in route {
        spot.at.wrapping_sub(before.at).write(out);
        spot.latitude.wrapping_sub(before.latitude).write(out);
        spot.longitude.wrapping_sub(before.longitude).write(out);
        before = *spot;
    }
}

pub(super) fn read_route(input: &mut &[u8]) -> Option<Vec<Spot>> {
    let count = count(input)?;
    let mut before = Spot::default();
    let mut route = Vec::new();
    for _ in 0..count {
        before = Spot {
            at: before.at.wrapping_add(i64::read(input)?),
            latitude: before.latitude.wrapping_add(i32::read(input)?),
            longitude: before.longitude.wrapping_add(i32::read(input)?),
        };
        route.push(before);
    }
    Some(route)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_written_reads_back(
            a in any::<u64>(), b in any::<i64>(), c in any::<Option<i32>>(), d in any::<Vec<(u16, bool)>>(),
            route in proptest::collection::vec((any::<i64>(), any::<i32>(), any::<i32>()), 0..9),
        ) {
            let route: Vec<Spot> =
                route.into_iter().map(|(at, latitude, longitude)| Spot { at, latitude, longitude }).collect();
            let mut out = Vec::new();
            a.write(&mut out);
            b.write(&mut out);
            c.write(&mut out);
            d.write(&mut out);
            write_route(&route, &mut out);
            let mut input = &out[..];
            prop_assert_eq!(u64::read(&mut input), Some(a));
            prop_assert_eq!(i64::read(&mut input), Some(b));
            prop_assert_eq!(Option::read(&mut input), Some(c));
            prop_assert_eq!(Vec::read(&mut input), Some(d));
            prop_assert_eq!(read_route(&mut input), Some(route));
            prop_assert!(input.is_empty());
        }
    }
}
