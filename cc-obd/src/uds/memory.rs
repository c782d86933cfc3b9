//! Memory, and programs on their way into an ECU: services 0x23, 0x34, 0x35, 0x36, 0x37 and 0x3D.

use alloc::vec::Vec;

use super::part::{Part, RawData, Reader, SomeData, width_of, write_number};
use crate::service::{AnswerError, Layer};

/// A piece of memory: address and size, each in as many bytes as the message says (ISO 14229-1:2020, annex H.1:
/// `addressAndLengthFormatIdentifier`).
///
/// # Examples
///
/// ```
/// use cc_obd::uds::{MemoryRange, ReadMemoryByAddressRequest};
///
/// let request = ReadMemoryByAddressRequest { range: MemoryRange::new(0x2048_1392, 0x0103) };
/// let mut bytes = Vec::new();
/// request.encode(&mut bytes);
/// assert_eq!(bytes, [0x23, 0x24, 0x20, 0x48, 0x13, 0x92, 0x01, 0x03]);
///
/// assert_eq!(MemoryRange::with_widths(0x1234, 1, 1, 1), None);
/// let wrong = ReadMemoryByAddressRequest::parse(&[0x23, 0x04, 0, 0, 0, 0]).unwrap_err();
/// assert_eq!(wrong.to_string(), "range cut short or invalid at offset 1");
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct MemoryRange {
    address: u128,
    size: u128,
    format: u8,
}

impl MemoryRange {
    /// A piece of memory, in as few bytes as address and size need.
    pub fn new(address: u64, size: u64) -> Self {
        let (address, size) = (address.into(), size.into());
        Self { address, size, format: width_of(size) << 4 | width_of(address) }
    }

    /// A piece of memory, in so many bytes, 1 to 15 each: ECUs may want them all. `None` where the widths are others
    /// or too small.
    pub fn with_widths(address: u128, address_width: u8, size: u128, size_width: u8) -> Option<Self> {
        let fits = |number, width| (width_of(number)..=15).contains(&width);
        (fits(address, address_width) && fits(size, size_width)).then_some(Self {
            address,
            size,
            format: size_width << 4 | address_width,
        })
    }

    /// Where it starts.
    pub const fn address(&self) -> u128 {
        self.address
    }

    /// How many bytes it has.
    pub const fn size(&self) -> u128 {
        self.size
    }

    /// Upper four bits: how many bytes the size has; lower four bits: how many the address has.
    pub const fn format(&self) -> u8 {
        self.format
    }

    fn read_behind(format: u8, reader: &mut Reader<'_>, layer: Layer) -> Result<Self, AnswerError> {
        let address = reader.number(usize::from(format & 0x0F), layer)?;
        let size = reader.number(usize::from(format >> 4), layer)?;
        Ok(Self { address, size, format })
    }

    fn write_behind(&self, out: &mut Vec<u8>) {
        write_number(self.address, usize::from(self.format & 0x0F), out);
        write_number(self.size, usize::from(self.format >> 4), out);
    }
}

/// Reads an `addressAndLengthFormatIdentifier`: neither address nor size may have no byte.
fn read_format(reader: &mut Reader<'_>, layer: Layer) -> Result<u8, AnswerError> {
    let failed = reader.fail(layer);
    let format = reader.byte(layer)?;
    let [size_width, address_width] = [format >> 4, format % 16];
    if size_width == 0 || address_width == 0 { Err(failed) } else { Ok(format) }
}

impl Part<'_> for MemoryRange {
    fn read(reader: &mut Reader<'_>, layer: Layer) -> Result<Self, AnswerError> {
        let format = read_format(reader, layer)?;
        Self::read_behind(format, reader, layer)
    }

    fn write(&self, out: &mut Vec<u8>) {
        out.push(self.format);
        self.write_behind(out);
    }
}

/// Pieces of memory of one format, at least one, read in place.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct MemoryRanges<'a> {
    format: u8,
    bytes: SomeData<'a>,
}

impl<'a> MemoryRanges<'a> {
    /// The ranges of these bytes, format first; `None` where there is none or the last one is cut short.
    pub fn new(bytes: &'a [u8]) -> Option<Self> {
        Self::read(&mut Reader::within(bytes.len(), bytes), Layer::Field("ranges")).ok()
    }

    /// The ranges in their order.
    pub fn iter(&self) -> impl Iterator<Item = MemoryRange> + use<'a> {
        let format = self.format;
        let mut reader = Reader::within(self.bytes.bytes().len(), self.bytes.bytes());
        core::iter::from_fn(move || MemoryRange::read_behind(format, &mut reader, Layer::ParameterData).ok())
    }
}

impl<'a> Part<'a> for MemoryRanges<'a> {
    fn read(reader: &mut Reader<'a>, layer: Layer) -> Result<Self, AnswerError> {
        let format = read_format(reader, layer)?;
        let mut ahead = *reader;
        while !ahead.rest().is_empty() {
            MemoryRange::read_behind(format, &mut ahead, layer)?;
        }
        Ok(Self { format, bytes: SomeData::read(reader, layer)? })
    }

    fn write(&self, out: &mut Vec<u8>) {
        out.push(self.format);
        self.bytes.write(out);
    }
}

request! {
    /// A request for memory: service 0x23, `ReadMemoryByAddress` (ISO 14229-1:2020, 11.3).
    ReadMemoryByAddressRequest = 0x23 {
        /// Which piece.
        range: MemoryRange;
    }
}

answer! {
    /// The answer of service 0x23.
    ReadMemoryByAddressAnswer<'a> = 0x23 {
        /// What stands there.
        data: SomeData<'a>;
    }
}

request! {
    /// A request to write memory: service 0x3D, `WriteMemoryByAddress` (ISO 14229-1:2020, 11.8).
    WriteMemoryByAddressRequest<'a> = 0x3D {
        /// Which piece.
        range: MemoryRange;
        /// What shall stand there.
        data: SomeData<'a>;
    }
}

answer! {
    /// The answer of service 0x3D.
    WriteMemoryByAddressAnswer = 0x3D {
        /// Which piece.
        range: MemoryRange;
    }
}

/// How a program is packed: upper four bits the compression, lower four the encryption, by the maker's numbers; 0 is
/// none.
pub type DataFormat = u8;

/// How many bytes a message of service 0x36 may have, service byte and counter included.
///
/// # Examples
///
/// ```
/// use cc_obd::uds::RequestDownloadAnswer;
///
/// let answer = RequestDownloadAnswer::parse(&[0x74, 0x20, 0x0F, 0xA2])?;
/// assert_eq!(answer.block_length.bytes(), 0x0FA2);
/// assert!(RequestDownloadAnswer::parse(&[0x74, 0x20, 0x0F]).is_err());
/// # Ok::<(), cc_obd::service::AnswerError>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct BlockLength {
    bytes: u128,
    format: u8,
}

impl BlockLength {
    /// A length, in as few bytes as it needs.
    pub fn new(bytes: u64) -> Self {
        Self { bytes: bytes.into(), format: width_of(bytes.into()) << 4 }
    }

    /// How many bytes.
    pub const fn bytes(self) -> u128 {
        self.bytes
    }
}

impl Part<'_> for BlockLength {
    fn read(reader: &mut Reader<'_>, layer: Layer) -> Result<Self, AnswerError> {
        let failed = reader.fail(layer);
        // The lower four bits are reserved (annex H.1), and ignored.
        match reader.byte(layer)? {
            0x00..=0x0F => Err(failed),
            format => Ok(Self { bytes: reader.number(usize::from(format >> 4), layer)?, format }),
        }
    }

    fn write(&self, out: &mut Vec<u8>) {
        out.push(self.format);
        write_number(self.bytes, usize::from(self.format >> 4), out);
    }
}

request! {
    /// A request to take a program: service 0x34, `RequestDownload` (ISO 14229-1:2020, 15.2).
    RequestDownloadRequest = 0x34 {
        /// How it is packed.
        format: DataFormat;
        /// Where it belongs.
        range: MemoryRange;
    }
}

answer! {
    /// The answer of service 0x34.
    RequestDownloadAnswer = 0x34 {
        /// How long a block may be.
        block_length: BlockLength;
    }
}

request! {
    /// A request to give a program: service 0x35, `RequestUpload` (ISO 14229-1:2020, 15.3).
    RequestUploadRequest = 0x35 {
        /// How it shall be packed.
        format: DataFormat;
        /// Where it stands.
        range: MemoryRange;
    }
}

answer! {
    /// The answer of service 0x35.
    RequestUploadAnswer = 0x35 {
        /// How long a block may be.
        block_length: BlockLength;
    }
}

request! {
    /// A block, or a request for one: service 0x36, `TransferData` (ISO 14229-1:2020, 15.4).
    TransferDataRequest<'a> = 0x36 {
        /// 1 for the first block, one more each time; 0 follows 255.
        block_sequence_counter: u8;
        /// The block.
        data: RawData<'a>;
    }
}

answer! {
    /// The answer of service 0x36.
    TransferDataAnswer<'a> = 0x36 {
        /// The counter of the request.
        block_sequence_counter: u8;
        /// The block, where one was asked for.
        data: RawData<'a>;
    }
}

request! {
    /// The end of a transfer: service 0x37, `RequestTransferExit` (ISO 14229-1:2020, 15.5).
    RequestTransferExitRequest<'a> = 0x37 {
        /// What the maker wants with it, such as a checksum.
        data: RawData<'a>;
    }
}

answer! {
    /// The answer of service 0x37.
    RequestTransferExitAnswer<'a> = 0x37 {
        /// What the maker says with it.
        data: RawData<'a>;
    }
}

#[cfg(test)]
mod samples {
    use super::*;
    use crate::uds::sample::{Entropy, Sample};

    impl Sample<'_> for MemoryRange {
        fn sample(from: &mut Entropy<'_>) -> Self {
            let (address, size): (u64, u64) = (Sample::sample(from), Sample::sample(from));
            let [address_width, size_width] = from.array().map(|width: u8| 8 + width % 8);
            Self::with_widths(address.into(), address_width, size.into(), size_width).unwrap()
        }
    }

    impl<'a> Sample<'a> for MemoryRanges<'a> {
        fn sample(from: &mut Entropy<'a>) -> Self {
            let bytes = SomeData::new(from.records(3)).unwrap_or(SomeData::new(&[1, 2, 3]).unwrap());
            Self { format: 0x12, bytes }
        }
    }

    impl Sample<'_> for BlockLength {
        fn sample(from: &mut Entropy<'_>) -> Self {
            Self::new(u64::from(from.byte()) << (from.byte() % 56))
        }
    }
}
