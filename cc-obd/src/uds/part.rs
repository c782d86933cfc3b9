//! The parts that messages are made of: each is read in place and written back to the same bytes.

use alloc::vec::Vec;
use core::fmt;

use cc_core::{DtcStatus, J2012FtbDtc};

use crate::service::{AnswerError, Layer};

/// A message and how far it was read.
#[derive(Clone, Copy)]
pub(crate) struct Reader<'a> {
    length: usize,
    rest: &'a [u8],
    /// How many bytes of padding were passed over.
    padding: usize,
}

impl<'a> Reader<'a> {
    /// What is left of a message of `length` bytes.
    #[inline]
    pub(crate) fn within(length: usize, rest: &'a [u8]) -> Self {
        Self { length, rest, padding: 0 }
    }

    #[inline]
    pub(crate) fn padding(&self) -> usize {
        self.padding
    }

    #[inline]
    pub(crate) fn pass_over(&mut self, padding: usize) {
        self.padding += padding;
    }

    #[inline]
    pub(crate) fn offset(&self) -> usize {
        self.length.saturating_sub(self.rest.len())
    }

    #[inline]
    pub(crate) fn rest(&self) -> &'a [u8] {
        self.rest
    }

    #[inline]
    pub(crate) fn fail(&self, layer: Layer) -> AnswerError {
        AnswerError::Truncated { layer, offset: self.offset() }
    }

    #[inline]
    pub(crate) fn take(&mut self, count: usize, layer: Layer) -> Result<&'a [u8], AnswerError> {
        let (taken, rest) = self.rest.split_at_checked(count).ok_or(self.fail(layer))?;
        self.rest = rest;
        Ok(taken)
    }

    #[inline]
    pub(crate) fn take_rest(&mut self) -> &'a [u8] {
        core::mem::take(&mut self.rest)
    }

    #[inline]
    pub(crate) fn array<const N: usize>(&mut self, layer: Layer) -> Result<[u8; N], AnswerError> {
        let (taken, rest) = self.rest.split_first_chunk().ok_or(self.fail(layer))?;
        self.rest = rest;
        Ok(*taken)
    }

    #[inline]
    pub(crate) fn byte(&mut self, layer: Layer) -> Result<u8, AnswerError> {
        self.array(layer).map(|[byte]| byte)
    }

    #[inline]
    pub(crate) fn word(&mut self, layer: Layer) -> Result<u16, AnswerError> {
        self.array(layer).map(u16::from_be_bytes)
    }

    /// A number of `width` bytes, at most sixteen.
    #[inline]
    pub(crate) fn number(&mut self, width: usize, layer: Layer) -> Result<u128, AnswerError> {
        Ok(self.take(width, layer)?.iter().fold(0, |number, &byte| number << 8 | u128::from(byte)))
    }
}

/// A part of a message.
pub(crate) trait Part<'a>: Sized {
    fn read(reader: &mut Reader<'a>, layer: Layer) -> Result<Self, AnswerError>;
    fn write(&self, out: &mut Vec<u8>);
}

/// A part that begins with the seven bits of a sub-function.
pub(crate) trait SubFunction<'a>: Sized {
    fn read(value: u8, reader: &mut Reader<'a>, layer: Layer) -> Result<Self, AnswerError>;
    fn value(&self) -> u8;
    fn write_rest(&self, out: &mut Vec<u8>);
}

/// The bit of a sub-function that asks for no positive answer: suppressPosRspMsgIndicationBit.
pub(crate) const SUPPRESS: u8 = 0x80;

/// Bytes whose meaning only the maker knows.
///
/// `Debug` shows how many there are: they may be a VIN, a seed or a key.
#[derive(Clone, Copy, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct RawData<'a>(pub &'a [u8]);

impl fmt::Debug for RawData<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes", self.0.len())
    }
}

impl<'a> Part<'a> for RawData<'a> {
    #[inline]
    fn read(reader: &mut Reader<'a>, _: Layer) -> Result<Self, AnswerError> {
        Ok(Self(reader.take_rest()))
    }

    #[inline]
    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.0);
    }
}

/// Bytes whose meaning only the maker knows, at least one.
///
/// `Debug` shows how many there are: they may be a VIN, a seed or a key.
///
/// # Examples
///
/// ```
/// use cc_obd::uds::SomeData;
///
/// assert_eq!(SomeData::new(&[7]).map(SomeData::bytes), Some(&[7][..]));
/// assert_eq!(SomeData::new(&[]), None);
/// ```
#[derive(Clone, Copy, Eq, Hash, PartialEq)]
pub struct SomeData<'a>(&'a [u8]);

impl<'a> SomeData<'a> {
    /// These bytes; `None` where there is none.
    pub fn new(bytes: &'a [u8]) -> Option<Self> {
        (!bytes.is_empty()).then_some(Self(bytes))
    }

    /// The bytes.
    pub fn bytes(self) -> &'a [u8] {
        self.0
    }
}

impl fmt::Debug for SomeData<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&RawData(self.0), f)
    }
}

impl<'a> Part<'a> for SomeData<'a> {
    #[inline]
    fn read(reader: &mut Reader<'a>, layer: Layer) -> Result<Self, AnswerError> {
        let failed = reader.fail(layer);
        Self::new(reader.take_rest()).ok_or(failed)
    }

    #[inline]
    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.0);
    }
}

/// At most 65,535 bytes that follow their length, a number of two bytes.
///
/// `Debug` shows how many there are: they may be a certificate or a key.
///
/// # Examples
///
/// ```
/// use cc_obd::uds::Block;
///
/// assert_eq!(Block::new(&[1, 2, 3]).map(Block::bytes), Some(&[1, 2, 3][..]));
/// assert_eq!(Block::new(&[0; 65_536]), None);
/// ```
#[derive(Clone, Copy, Default, Eq, Hash, PartialEq)]
pub struct Block<'a>(&'a [u8]);

impl<'a> Block<'a> {
    /// A block of these bytes; `None` where two bytes cannot count them.
    pub fn new(bytes: &'a [u8]) -> Option<Self> {
        u16::try_from(bytes.len()).is_ok().then_some(Self(bytes))
    }

    /// The bytes, without their length.
    pub fn bytes(self) -> &'a [u8] {
        self.0
    }
}

impl fmt::Debug for Block<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&RawData(self.0), f)
    }
}

impl<'a> Part<'a> for Block<'a> {
    #[inline]
    fn read(reader: &mut Reader<'a>, layer: Layer) -> Result<Self, AnswerError> {
        let length = reader.word(layer)?;
        reader.take(length.into(), layer).map(Self)
    }

    #[inline]
    fn write(&self, out: &mut Vec<u8>) {
        (self.0.len() as u16).write(out);
        out.extend_from_slice(self.0);
    }
}

/// A [`Block`] of at least one byte.
///
/// # Examples
///
/// ```
/// use cc_obd::uds::SomeBlock;
///
/// assert_eq!(SomeBlock::new(&[1, 2]).map(SomeBlock::bytes), Some(&[1, 2][..]));
/// assert_eq!(SomeBlock::new(&[]), None);
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct SomeBlock<'a>(Block<'a>);

impl<'a> SomeBlock<'a> {
    /// A block of these bytes; `None` where there is none, or two bytes cannot count them.
    pub fn new(bytes: &'a [u8]) -> Option<Self> {
        Block::new(bytes).filter(|block| !block.0.is_empty()).map(Self)
    }

    /// The bytes, without their length.
    pub fn bytes(self) -> &'a [u8] {
        self.0.0
    }
}

impl<'a> Part<'a> for SomeBlock<'a> {
    #[inline]
    fn read(reader: &mut Reader<'a>, layer: Layer) -> Result<Self, AnswerError> {
        let failed = reader.fail(layer);
        let block = Block::read(reader, layer)?;
        if block.0.is_empty() { Err(failed) } else { Ok(Self(block)) }
    }

    #[inline]
    fn write(&self, out: &mut Vec<u8>) {
        self.0.write(out);
    }
}

impl Part<'_> for u8 {
    #[inline]
    fn read(reader: &mut Reader<'_>, layer: Layer) -> Result<Self, AnswerError> {
        reader.byte(layer)
    }

    #[inline]
    fn write(&self, out: &mut Vec<u8>) {
        out.push(*self);
    }
}

impl Part<'_> for u16 {
    #[inline]
    fn read(reader: &mut Reader<'_>, layer: Layer) -> Result<Self, AnswerError> {
        reader.word(layer)
    }

    #[inline]
    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.to_be_bytes());
    }
}

impl Part<'_> for u64 {
    #[inline]
    fn read(reader: &mut Reader<'_>, layer: Layer) -> Result<Self, AnswerError> {
        reader.array(layer).map(Self::from_be_bytes)
    }

    #[inline]
    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.to_be_bytes());
    }
}

impl<const N: usize> Part<'_> for [u8; N] {
    #[inline]
    fn read(reader: &mut Reader<'_>, layer: Layer) -> Result<Self, AnswerError> {
        reader.array(layer)
    }

    #[inline]
    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self);
    }
}

/// There where anything is left.
impl<'a, P: Part<'a>> Part<'a> for Option<P> {
    #[inline]
    fn read(reader: &mut Reader<'a>, layer: Layer) -> Result<Self, AnswerError> {
        if reader.rest().is_empty() { Ok(None) } else { P::read(reader, layer).map(Some) }
    }

    #[inline]
    fn write(&self, out: &mut Vec<u8>) {
        if let Some(part) = self {
            part.write(out);
        }
    }
}

impl Part<'_> for DtcStatus {
    #[inline]
    fn read(reader: &mut Reader<'_>, layer: Layer) -> Result<Self, AnswerError> {
        reader.byte(layer).map(Self)
    }

    #[inline]
    fn write(&self, out: &mut Vec<u8>) {
        out.push(self.0);
    }
}

impl Part<'_> for J2012FtbDtc {
    #[inline]
    fn read(reader: &mut Reader<'_>, layer: Layer) -> Result<Self, AnswerError> {
        reader.array(layer).map(Self::from_bytes)
    }

    #[inline]
    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.bytes());
    }
}

/// A big-endian number in `width` bytes.
pub(crate) fn write_number(number: u128, width: usize, out: &mut Vec<u8>) {
    let bytes = number.to_be_bytes();
    out.extend_from_slice(&bytes[bytes.len().saturating_sub(width)..]);
}

/// How many bytes a number needs, at least one.
pub(crate) fn width_of(number: u128) -> u8 {
    (u128::BITS - number.leading_zeros()).div_ceil(8).max(1) as u8
}
