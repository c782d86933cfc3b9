//! Messages that are encrypted or signed: service 0x84, `SecuredDataTransmission` (ISO 14229-1:2020, 16).

use alloc::vec::Vec;

use super::part::{Block, Part, Reader, SomeData};
use crate::service::{AnswerError, Layer};

/// A message that another service protects (ISO 14229-1:2020, 16).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct SecuredMessage<'a> {
    /// Bits: 0 the message is a request, 3 a pre-established key, 4 encrypted, 5 signed, 6 a signature is asked for.
    pub administrative_parameter: u16,
    /// How it is encrypted and signed, by the maker's numbers.
    pub signature_encryption_calculation: u8,
    /// Grows with each message, so that none can be played back.
    pub anti_replay_counter: u16,
    /// The message inside, service byte first; perhaps encrypted.
    pub message: SomeData<'a>,
    /// The signature.
    pub signature: Block<'a>,
}

impl<'a> Part<'a> for SecuredMessage<'a> {
    fn read(reader: &mut Reader<'a>, _: Layer) -> Result<Self, AnswerError> {
        let administrative_parameter = reader.word(Layer::Field("administrative_parameter"))?;
        let calculation = reader.byte(Layer::Field("signature_encryption_calculation"))?;
        let signature_length = usize::from(reader.word(Layer::Field("signature"))?);
        let anti_replay_counter = reader.word(Layer::Field("anti_replay_counter"))?;
        let length = reader.rest().len().checked_sub(signature_length);
        let length = length.ok_or(reader.fail(Layer::Field("signature")))?;
        let failed = reader.fail(Layer::Field("message"));
        let message = SomeData::new(reader.take(length, Layer::Field("message"))?).ok_or(failed)?;
        let signature = Block::new(reader.take_rest()).unwrap_or_default();
        Ok(Self {
            administrative_parameter,
            signature_encryption_calculation: calculation,
            anti_replay_counter,
            message,
            signature,
        })
    }

    fn write(&self, out: &mut Vec<u8>) {
        self.administrative_parameter.write(out);
        out.push(self.signature_encryption_calculation);
        (self.signature.bytes().len() as u16).write(out);
        self.anti_replay_counter.write(out);
        self.message.write(out);
        out.extend_from_slice(self.signature.bytes());
    }
}

request! {
    /// A request inside a protected message: service 0x84, `SecuredDataTransmission` (ISO 14229-1:2020, 16.2).
    SecuredDataTransmissionRequest<'a> = 0x84 {
        /// The protected message.
        secured: SecuredMessage<'a>;
    }
}

answer! {
    /// The answer of service 0x84: an answer inside a protected message.
    SecuredDataTransmissionAnswer<'a> = 0x84 {
        /// The protected message.
        secured: SecuredMessage<'a>;
    }
}

#[cfg(test)]
impl<'a> crate::uds::sample::Sample<'a> for SecuredMessage<'a> {
    fn sample(from: &mut crate::uds::sample::Entropy<'a>) -> Self {
        Self {
            administrative_parameter: crate::uds::sample::Sample::sample(from),
            signature_encryption_calculation: from.byte(),
            anti_replay_counter: crate::uds::sample::Sample::sample(from),
            message: crate::uds::sample::Sample::sample(from),
            signature: crate::uds::sample::Sample::sample(from),
        }
    }
}
