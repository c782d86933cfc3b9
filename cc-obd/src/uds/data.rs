//! Data by their identifier: services 0x22, 0x24, 0x2E, 0x2F and 0x31.

use alloc::vec::Vec;
use core::fmt;

use super::part::{Part, RawData, Reader, SomeData};
use super::scaling::ScalingRecords;
use crate::service::{AnswerError, DataRecord, Layer};

/// Data identifiers, at least one, read in place.
#[derive(Clone, Copy, Eq, PartialEq)]
pub struct DataIdentifiers<'a>(&'a [[u8; 2]]);

impl<'a> DataIdentifiers<'a> {
    /// These identifiers, each in two bytes; `None` where there is none.
    pub fn new(identifiers: &'a [[u8; 2]]) -> Option<Self> {
        (!identifiers.is_empty()).then_some(Self(identifiers))
    }

    /// The identifiers in their order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = u16> + use<'a> {
        self.0.iter().map(|&identifier| u16::from_be_bytes(identifier))
    }
}

impl fmt::Debug for DataIdentifiers<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl<'a> Part<'a> for DataIdentifiers<'a> {
    fn read(reader: &mut Reader<'a>, _: Layer) -> Result<Self, AnswerError> {
        let list = reader.rest();
        let (identifiers, rest) = list.as_chunks();
        if identifiers.is_empty() || !rest.is_empty() {
            reader.take(list.len() - rest.len(), Layer::DataIdentifier)?;
            return Err(reader.fail(Layer::DataIdentifier));
        }
        reader.take_rest();
        Ok(Self(identifiers))
    }

    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.0.as_flattened());
    }
}

request! {
    /// A request for data: service 0x22, `ReadDataByIdentifier` (ISO 14229-1:2020, 11.2).
    ///
    /// # Examples
    ///
    /// ```
    /// use cc_obd::uds::{DataIdentifiers, ReadDataByIdentifierRequest};
    ///
    /// let identifiers = [0xF190_u16, 0x295A].map(u16::to_be_bytes);
    /// let request = ReadDataByIdentifierRequest { identifiers: DataIdentifiers::new(&identifiers).unwrap() };
    /// let mut bytes = Vec::new();
    /// request.encode(&mut bytes);
    /// assert_eq!(bytes, [0x22, 0xF1, 0x90, 0x29, 0x5A]);
    ///
    /// let cut = ReadDataByIdentifierRequest::parse(&bytes[..4]).unwrap_err();
    /// assert_eq!(cut.to_string(), "data identifier cut short or invalid at offset 3");
    /// ```
    ReadDataByIdentifierRequest<'a> = 0x22 {
        /// What to read.
        identifiers: DataIdentifiers<'a>;
    }
}

answer! {
    /// The answer of service 0x22: each identifier with its data, in the order of the request.
    ReadDataByIdentifierAnswer<'a> = 0x22 {
        /// The first identifier; an answer has at least one.
        identifier: u16;
        /// Its data, and behind them further identifiers with theirs: [`Self::iter`] takes them apart.
        data: SomeData<'a>;
    }
}

impl<'a> ReadDataByIdentifierAnswer<'a> {
    /// The records in their order. `lengths` says how many bytes the data of an identifier have; where it does not
    /// know, they are all the rest.
    ///
    /// # Errors
    ///
    /// The last item is an error where the answer ends inside a record.
    ///
    /// # Examples
    ///
    /// ```
    /// use cc_obd::uds::ReadDataByIdentifierAnswer;
    ///
    /// let answer = ReadDataByIdentifierAnswer::parse(&[0x62, 0x01, 0x00, 0xAB, 0xCD, 0xF4, 0x0D, 0x32])?;
    /// let lengths = |identifier| (identifier == 0x0100).then_some(2);
    /// let records: Vec<_> = answer.iter(lengths).collect::<Result<_, _>>()?;
    /// assert_eq!((records[1].identifier, records[1].data), (0xF40D, &[0x32][..]));
    ///
    /// let wrong = answer.iter(|_| Some(6)).next().unwrap().unwrap_err();
    /// assert_eq!(wrong.to_string(), "parameter data cut short or invalid at offset 3");
    /// # Ok::<(), cc_obd::service::AnswerError>(())
    /// ```
    pub fn iter<L: FnMut(u16) -> Option<usize>>(
        &self,
        mut lengths: L,
    ) -> impl Iterator<Item = Result<DataRecord<'a>, AnswerError>> + use<'a, L> {
        let mut reader = Reader::within(3 + self.data.bytes().len(), self.data.bytes());
        let mut identifier = Some(self.identifier);
        core::iter::from_fn(move || {
            let current = match identifier.take() {
                Some(first) => first,
                None if reader.rest().is_empty() => return None,
                None => match reader.word(Layer::DataIdentifier) {
                    Ok(next) => next,
                    Err(error) => {
                        reader.take_rest();
                        return Some(Err(error));
                    }
                },
            };
            let data = match lengths(current) {
                Some(length) => reader.take(length, Layer::ParameterData),
                None => Ok(reader.take_rest()),
            };
            if data.is_err() {
                reader.take_rest();
            }
            Some(data.map(|data| DataRecord { identifier: current, data }))
        })
    }
}

request! {
    /// A request to say how data are written: service 0x24, `ReadScalingDataByIdentifier` (ISO 14229-1:2020, 11.4).
    ReadScalingDataByIdentifierRequest = 0x24 {
        /// Whose data.
        identifier: u16;
    }
}

answer! {
    /// The answer of service 0x24.
    ReadScalingDataByIdentifierAnswer<'a> = 0x24 {
        /// Whose data.
        identifier: u16;
        /// How they are written.
        scaling: ScalingRecords<'a>;
    }
}

request! {
    /// A request to write data: service 0x2E, `WriteDataByIdentifier` (ISO 14229-1:2020, 11.7).
    WriteDataByIdentifierRequest<'a> = 0x2E {
        /// Whose data.
        identifier: u16;
        /// The new data.
        data: SomeData<'a>;
    }
}

answer! {
    /// The answer of service 0x2E.
    WriteDataByIdentifierAnswer = 0x2E {
        /// Whose data.
        identifier: u16;
    }
}

tagged! {
    /// Who moves an output, or says what an input is.
    InputOutputControl<'a> {
        /// the ECU itself, as ever.
        0x00 ReturnControlToEcu "returnControlToECU" {
            /// Which parts of it, by the maker's bits.
            control_mask: RawData<'a>;
        }
        /// nobody: the value is the usual one.
        0x01 ResetToDefault "resetToDefault" {
            /// Which parts of it, by the maker's bits.
            control_mask: RawData<'a>;
        }
        /// nobody: the value stays.
        0x02 FreezeCurrentState "freezeCurrentState" {
            /// Which parts of it, by the maker's bits.
            control_mask: RawData<'a>;
        }
        /// the tester.
        0x03 ShortTermAdjustment "shortTermAdjustment" {
            /// The state to set, and behind it the mask of its parts: the maker knows where one ends.
            state: SomeData<'a>;
        }
    }
}

named! {
    /// Who moves an output, or says what an input is, without its parameters.
    InputOutputControlParameter & 0xFF {
        0x00 RETURN_CONTROL_TO_ECU "returnControlToECU";
        0x01 RESET_TO_DEFAULT "resetToDefault";
        0x02 FREEZE_CURRENT_STATE "freezeCurrentState";
        0x03 SHORT_TERM_ADJUSTMENT "shortTermAdjustment";
    }
}

request! {
    /// A request to move an output, or to replace an input: service 0x2F, `InputOutputControlByIdentifier` (ISO
    /// 14229-1:2020, 13.2).
    InputOutputControlByIdentifierRequest<'a> = 0x2F {
        /// Which.
        identifier: u16;
        /// How.
        control: InputOutputControl<'a>;
    }
}

answer! {
    /// The answer of service 0x2F.
    InputOutputControlByIdentifierAnswer<'a> = 0x2F {
        /// Which.
        identifier: u16;
        /// How.
        control: InputOutputControlParameter;
        /// The state now.
        state: RawData<'a>;
    }
}

named! {
    /// What to do with a routine.
    RoutineControlType & 0x7F {
        0x01 START "startRoutine";
        0x02 STOP "stopRoutine";
        0x03 REQUEST_RESULTS "requestRoutineResults";
    }
}

request! {
    /// A request to run a routine of the ECU: service 0x31, `RoutineControl` (ISO 14229-1:2020, 14.2).
    ///
    /// # Examples
    ///
    /// ```
    /// use cc_obd::uds::{RoutineControlRequest, RoutineControlType};
    ///
    /// let request = RoutineControlRequest::parse(&[0x31, 0x01, 0xFF, 0x00, 0x0A])?;
    /// assert_eq!((request.control_type, request.routine), (RoutineControlType::START, 0xFF00));
    /// assert_eq!(request.option_record.0, [0x0A]);
    ///
    /// let cut = RoutineControlRequest::parse(&[0x31, 0x01, 0xFF]).unwrap_err();
    /// assert_eq!(cut.to_string(), "routine cut short or invalid at offset 2");
    /// # Ok::<(), cc_obd::service::AnswerError>(())
    /// ```
    RoutineControlRequest<'a> = 0x31 {
        sub
        /// What to do.
        control_type: RoutineControlType;
        /// Which routine.
        routine: u16;
        /// What it needs to know, in the maker's own format.
        option_record: RawData<'a>;
    }
}

answer! {
    /// The answer of service 0x31.
    RoutineControlAnswer<'a> = 0x31 {
        sub
        /// What was done.
        control_type: RoutineControlType;
        /// Which routine.
        routine: u16;
        /// What it says, in the maker's own format; of the law's routines, the first byte is their `routineInfo`.
        status_record: RawData<'a>;
    }
}

#[cfg(test)]
impl<'a> crate::uds::sample::Sample<'a> for DataIdentifiers<'a> {
    fn sample(from: &mut crate::uds::sample::Entropy<'a>) -> Self {
        Self::new(from.records(2).as_chunks().0).unwrap_or(Self(&[[0xF1, 0x90]]))
    }
}
