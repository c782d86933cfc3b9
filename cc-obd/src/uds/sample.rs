//! Any message, made from bytes that a property test chooses.

use cc_core::{DtcStatus, J2012FtbDtc};

use super::part::{Block, RawData, SomeBlock, SomeData};
use crate::service::{DtcCount, DtcCountFormat, DtcRecords};

/// Bytes to make messages of; zeros when they run out.
pub(crate) struct Entropy<'a>(pub(crate) &'a [u8]);

impl<'a> Entropy<'a> {
    pub(crate) fn byte(&mut self) -> u8 {
        self.array::<1>()[0]
    }

    pub(crate) fn array<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        let (taken, rest) = self.0.split_at(N.min(self.0.len()));
        bytes[..taken.len()].copy_from_slice(taken);
        self.0 = rest;
        bytes
    }

    /// At most fifteen bytes.
    pub(crate) fn some(&mut self) -> &'a [u8] {
        let count = usize::from(self.byte() % 16).min(self.0.len());
        let (taken, rest) = self.0.split_at(count);
        self.0 = rest;
        taken
    }

    /// At most seven records of `size` bytes, none of them all of one value: that is padding.
    pub(crate) fn records(&mut self, size: usize) -> &'a [u8] {
        let count = usize::from(self.byte() % 8).min(self.0.len() / size);
        let (mut taken, rest) = self.0.split_at(count * size);
        self.0 = rest;
        while let Some(last) = taken.last_chunk::<1>()
            && taken.ends_with(&[last[0]; 8][..size])
        {
            taken = &taken[..taken.len() - size];
        }
        taken
    }
}

pub(crate) trait Sample<'a>: Sized {
    fn sample(from: &mut Entropy<'a>) -> Self;
}

impl<'a> Sample<'a> for RawData<'a> {
    fn sample(from: &mut Entropy<'a>) -> Self {
        Self(from.some())
    }
}

impl<'a> Sample<'a> for SomeData<'a> {
    fn sample(from: &mut Entropy<'a>) -> Self {
        Self::new(from.some()).unwrap_or(Self::new(&[0]).unwrap())
    }
}

impl<'a> Sample<'a> for Block<'a> {
    fn sample(from: &mut Entropy<'a>) -> Self {
        Self::new(from.some()).unwrap_or_default()
    }
}

impl<'a> Sample<'a> for SomeBlock<'a> {
    fn sample(from: &mut Entropy<'a>) -> Self {
        Self::new(from.some()).unwrap_or(Self::new(&[0]).unwrap())
    }
}

impl<'a, S: Sample<'a>> Sample<'a> for Option<S> {
    fn sample(from: &mut Entropy<'a>) -> Self {
        (from.byte() & 1 != 0).then(|| S::sample(from))
    }
}

macro_rules! numbers {
    ($($number:ident)*) => {
        $(impl Sample<'_> for $number {
            fn sample(from: &mut Entropy<'_>) -> Self {
                Self::from_be_bytes(from.array())
            }
        })*
    };
}

numbers! { u8 u16 u64 }

impl<const N: usize> Sample<'_> for [u8; N] {
    fn sample(from: &mut Entropy<'_>) -> Self {
        from.array()
    }
}

impl Sample<'_> for DtcStatus {
    fn sample(from: &mut Entropy<'_>) -> Self {
        Self(from.byte())
    }
}

impl Sample<'_> for J2012FtbDtc {
    fn sample(from: &mut Entropy<'_>) -> Self {
        Self::from_bytes(from.array())
    }
}

impl Sample<'_> for DtcCountFormat {
    fn sample(from: &mut Entropy<'_>) -> Self {
        Self(from.byte())
    }
}

impl Sample<'_> for DtcCount {
    fn sample(from: &mut Entropy<'_>) -> Self {
        Self {
            availability: from.byte(),
            format: DtcCountFormat(from.byte()),
            count: u16::from_be_bytes(from.array()),
        }
    }
}

impl<'a> Sample<'a> for DtcRecords<'a> {
    fn sample(from: &mut Entropy<'a>) -> Self {
        let availability = from.byte();
        Self::new(availability, from.records(4).as_chunks::<4>().0)
    }
}
