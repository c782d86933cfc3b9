//! Files of an ECU: service 0x38, `RequestFileTransfer` (ISO 14229-1:2020, 15.6).

use alloc::vec::Vec;

use super::memory::DataFormat;
use super::part::{Part, Reader, SomeBlock, width_of, write_number};
use crate::service::{AnswerError, Layer};

/// A number that says in one byte how many bytes it has, 1 to 16.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct SizedNumber {
    number: u128,
    width: u8,
}

/// The sizes of a file, unpacked and packed, both in as many bytes.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct FileSizes {
    uncompressed: u128,
    compressed: u128,
    width: u8,
}

/// The sizes of a file, as an answer has them: their width is a number of two bytes.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct AnsweredFileSizes(pub FileSizes);

/// The size of a directory's listing; its width is a number of two bytes.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct DirectoryLength(pub SizedNumber);

impl SizedNumber {
    /// A number, in as few bytes as it needs.
    pub fn new(number: u64) -> Self {
        Self { number: number.into(), width: width_of(number.into()) }
    }

    /// The number.
    pub const fn number(self) -> u128 {
        self.number
    }

    fn read_behind(width: u16, reader: &mut Reader<'_>, layer: Layer) -> Result<Self, AnswerError> {
        let width = checked(width, reader, layer)?;
        Ok(Self { number: reader.number(width.into(), layer)?, width })
    }
}

impl FileSizes {
    /// Sizes in bytes, in as few bytes as they need.
    pub fn new(uncompressed: u64, compressed: u64) -> Self {
        let width = width_of(uncompressed.max(compressed).into());
        Self { uncompressed: uncompressed.into(), compressed: compressed.into(), width }
    }

    /// The size as it is.
    pub const fn uncompressed(self) -> u128 {
        self.uncompressed
    }

    /// The size as it travels.
    pub const fn compressed(self) -> u128 {
        self.compressed
    }

    fn read_behind(width: u16, reader: &mut Reader<'_>, layer: Layer) -> Result<Self, AnswerError> {
        let width = checked(width, reader, layer)?;
        Ok(Self {
            uncompressed: reader.number(width.into(), layer)?,
            compressed: reader.number(width.into(), layer)?,
            width,
        })
    }

    fn write_behind(self, out: &mut Vec<u8>) {
        write_number(self.uncompressed, self.width.into(), out);
        write_number(self.compressed, self.width.into(), out);
    }
}

/// A width of 1 to 16 bytes.
fn checked(width: u16, reader: &Reader<'_>, layer: Layer) -> Result<u8, AnswerError> {
    u8::try_from(width).ok().filter(|width| (1..=16).contains(width)).ok_or(reader.fail(layer))
}

impl Part<'_> for SizedNumber {
    fn read(reader: &mut Reader<'_>, layer: Layer) -> Result<Self, AnswerError> {
        let width = reader.byte(layer)?;
        Self::read_behind(width.into(), reader, layer)
    }

    fn write(&self, out: &mut Vec<u8>) {
        out.push(self.width);
        write_number(self.number, self.width.into(), out);
    }
}

impl Part<'_> for FileSizes {
    fn read(reader: &mut Reader<'_>, layer: Layer) -> Result<Self, AnswerError> {
        let width = reader.byte(layer)?;
        Self::read_behind(width.into(), reader, layer)
    }

    fn write(&self, out: &mut Vec<u8>) {
        out.push(self.width);
        self.write_behind(out);
    }
}

impl Part<'_> for AnsweredFileSizes {
    fn read(reader: &mut Reader<'_>, layer: Layer) -> Result<Self, AnswerError> {
        let width = reader.word(layer)?;
        FileSizes::read_behind(width, reader, layer).map(Self)
    }

    fn write(&self, out: &mut Vec<u8>) {
        u16::from(self.0.width).write(out);
        self.0.write_behind(out);
    }
}

impl Part<'_> for DirectoryLength {
    fn read(reader: &mut Reader<'_>, layer: Layer) -> Result<Self, AnswerError> {
        let width = reader.word(layer)?;
        SizedNumber::read_behind(width, reader, layer).map(Self)
    }

    fn write(&self, out: &mut Vec<u8>) {
        u16::from(self.0.width).write(out);
        write_number(self.0.number, self.0.width.into(), out);
    }
}

tagged! {
    /// What to do with a file of the ECU.
    FileOperation<'a> {
        /// a new file for the ECU.
        0x01 AddFile "AddFile" {
            /// Path and name.
            path: SomeBlock<'a>;
            /// How it is packed.
            format: DataFormat;
            /// How large it is.
            sizes: FileSizes;
        }
        /// remove a file.
        0x02 DeleteFile "DeleteFile" {
            /// Path and name.
            path: SomeBlock<'a>;
        }
        /// a new version of a file.
        0x03 ReplaceFile "ReplaceFile" {
            /// Path and name.
            path: SomeBlock<'a>;
            /// How it is packed.
            format: DataFormat;
            /// How large it is.
            sizes: FileSizes;
        }
        /// give a file.
        0x04 ReadFile "ReadFile" {
            /// Path and name.
            path: SomeBlock<'a>;
            /// How it shall be packed.
            format: DataFormat;
        }
        /// list a directory.
        0x05 ReadDir "ReadDir" {
            /// The path.
            path: SomeBlock<'a>;
        }
        /// go on with a file that broke off.
        0x06 ResumeFile "ResumeFile" {
            /// Path and name.
            path: SomeBlock<'a>;
            /// How it is packed.
            format: DataFormat;
            /// How large it is.
            sizes: FileSizes;
        }
    }
}

tagged! {
    /// What an ECU answers to a [`FileOperation`].
    FileOperationResult {
        /// go ahead.
        0x01 AddFile "AddFile" {
            /// How long a block may be.
            block_length: SizedNumber;
            /// How it is packed.
            format: DataFormat;
        }
        /// removed.
        0x02 DeleteFile "DeleteFile" {}
        /// go ahead.
        0x03 ReplaceFile "ReplaceFile" {
            /// How long a block may be.
            block_length: SizedNumber;
            /// How it is packed.
            format: DataFormat;
        }
        /// go ahead.
        0x04 ReadFile "ReadFile" {
            /// How long a block may be.
            block_length: SizedNumber;
            /// How it is packed.
            format: DataFormat;
            /// How large it is.
            sizes: AnsweredFileSizes;
        }
        /// go ahead.
        0x05 ReadDir "ReadDir" {
            /// How long a block may be.
            block_length: SizedNumber;
            /// How it is packed: 0.
            format: DataFormat;
            /// How large the listing is.
            length: DirectoryLength;
        }
        /// go on.
        0x06 ResumeFile "ResumeFile" {
            /// How long a block may be.
            block_length: SizedNumber;
            /// How it is packed.
            format: DataFormat;
            /// The first byte that the ECU does not have yet.
            position: u64;
        }
    }
}

request! {
    /// A request about a file: service 0x38, `RequestFileTransfer`.
    ///
    /// # Examples
    ///
    /// ```
    /// use cc_obd::uds::{FileOperation, RequestFileTransferRequest};
    ///
    /// let request = RequestFileTransferRequest::parse(&[0x38, 0x02, 0x00, 0x03, b'/', b'a', b'b'])?;
    /// let FileOperation::DeleteFile { path } = request.operation else { panic!("delete") };
    /// assert_eq!(path.bytes(), b"/ab");
    ///
    /// let cut = RequestFileTransferRequest::parse(&[0x38, 0x02, 0x00, 0x03, b'/']).unwrap_err();
    /// assert_eq!(cut.to_string(), "path cut short or invalid at offset 4");
    /// # Ok::<(), cc_obd::service::AnswerError>(())
    /// ```
    RequestFileTransferRequest<'a> = 0x38 {
        /// What to do.
        operation: FileOperation<'a>;
    }
}

answer! {
    /// The answer of service 0x38.
    RequestFileTransferAnswer = 0x38 {
        /// What is done.
        operation: FileOperationResult;
    }
}

#[cfg(test)]
mod samples {
    use super::*;
    use crate::uds::sample::{Entropy, Sample};

    impl Sample<'_> for SizedNumber {
        fn sample(from: &mut Entropy<'_>) -> Self {
            Self::new(u64::from(from.byte()) << (from.byte() % 56))
        }
    }

    impl Sample<'_> for FileSizes {
        fn sample(from: &mut Entropy<'_>) -> Self {
            Self::new(u64::from(from.byte()) << (from.byte() % 56), from.byte().into())
        }
    }

    impl Sample<'_> for AnsweredFileSizes {
        fn sample(from: &mut Entropy<'_>) -> Self {
            Self(Sample::sample(from))
        }
    }

    impl Sample<'_> for DirectoryLength {
        fn sample(from: &mut Entropy<'_>) -> Self {
            Self(Sample::sample(from))
        }
    }
}
