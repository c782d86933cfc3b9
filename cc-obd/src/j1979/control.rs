//! Service 08: control of a system, a component or a test.

use alloc::vec::Vec;

use crate::service::{AnswerError, Layer, Supported, is_padding};
use crate::uds::{RawData, answer_reader};

/// An answer of service 08: what was controlled, and what the ECU says of it; or the lists of what it can control.
///
/// # Examples
///
/// ```
/// use cc_obd::j1979::ControlAnswer;
/// use cc_obd::service::AnswerError;
///
/// let answer = ControlAnswer::parse(&[0x48, 0x00, 0x80, 0x00, 0x00, 0x00])?;
/// assert!(answer.supported().next().unwrap().contains(0x01));
/// assert_eq!(ControlAnswer::parse(&[0x48, 0x01, 0, 0, 0, 0, 0])?.test, 0x01);
/// assert_eq!(ControlAnswer::parse(&[0x48]).unwrap_err().to_string(), "test cut short or invalid at offset 1");
/// # Ok::<(), AnswerError>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct ControlAnswer<'a> {
    /// What was controlled; `00`, `20` … list what can be.
    pub test: u8,
    /// What belongs to it.
    pub data: RawData<'a>,
}

impl<'a> ControlAnswer<'a> {
    /// The service byte of the request; the answer begins with it and 0x40.
    pub const SERVICE: u8 = 0x08;

    /// Reads an answer, service byte first.
    pub fn parse(answer: &'a [u8]) -> Result<Self, AnswerError> {
        let mut reader = answer_reader(answer, Self::SERVICE)?;
        let test = reader.byte(Layer::Field("test"))?;
        if Supported::is_base(test) && reader.rest().len() < 4 {
            return Err(reader.fail(Layer::Field("supported_tests")));
        }
        Ok(Self { test, data: RawData(reader.take_rest()) })
    }

    /// Appends the answer, service byte first.
    pub fn encode(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&[Self::SERVICE | 0x40, self.test]);
        out.extend_from_slice(self.data.0);
    }

    /// The lists of what the ECU can control, where they were asked for; on CAN there may be several.
    pub fn supported(&self) -> impl Iterator<Item = Supported> + use<'a> {
        let mut next = Supported::is_base(self.test).then_some((self.test, self.data.0));
        core::iter::from_fn(move || {
            let (base, data) = next.take()?;
            let (list, rest) = data.split_first_chunk::<4>()?;
            next = match rest {
                [base, data @ ..] if Supported::is_base(*base) && !is_padding(rest) => Some((*base, data)),
                _ => None,
            };
            Some(Supported::new(base, *list))
        })
    }
}
