//! Service 01: current data (SAE J1979).

use alloc::vec::Vec;
use core::fmt;

use super::{AnswerError, Layer, byte, bytes, is_padding, positive, truncated};

/// One parameter and its data bytes.
///
/// # Examples
///
/// See [`live_data`].
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Parameter<'a> {
    /// The parameter id.
    pub id: u8,
    /// Its data.
    pub data: &'a [u8],
}

/// The parameters of one answer, read in place. On CAN up to six may be asked for, and answered, at once.
#[derive(Clone, Copy, Eq, PartialEq)]
pub struct LiveData<'a> {
    /// Parameter ids and data one after the other; split by their lengths only if `many`.
    list: &'a [u8],
    many: bool,
}

/// Reads an answer to service 01.
///
/// An answer with several parameters is split by the lengths of SAE J1979 ([`parameter_length`]). A parameter whose
/// length the standard leaves open takes all bytes that follow.
///
/// # Examples
///
/// ```
/// use cc_obd::service::{AnswerError, Layer, live_data};
///
/// let answer = [0x41, 0x0C, 0x1A, 0xF8, 0x0D, 0x32];
/// let seen: Vec<_> = live_data(&answer)?.iter().map(|parameter| (parameter.id, parameter.data)).collect();
/// assert_eq!(seen, [(0x0C, &[0x1A, 0xF8][..]), (0x0D, &[0x32][..])]);
///
/// let cut = live_data(&[0x41, 0x0C, 0x1A]).unwrap_err();
/// assert_eq!(cut, AnswerError::Truncated { layer: Layer::ParameterData, offset: 2 });
/// assert!(matches!(live_data(&[0x7F, 0x01, 0x12]), Err(AnswerError::Negative(_))));
/// # Ok::<(), AnswerError>(())
/// ```
pub fn live_data(answer: &[u8]) -> Result<LiveData<'_>, AnswerError> {
    live_data_asked(answer, &[])
}

/// The same where the parameters asked for are known: one of open length behind others is found by its id.
pub(crate) fn live_data_asked<'a>(answer: &'a [u8], asked: &[u8]) -> Result<LiveData<'a>, AnswerError> {
    let list = positive(answer, 0x01)?;
    let (first, _) = byte(list).map_err(|_| truncated(Layer::ParameterId, answer, list))?;
    let Some(length) = parameter_length(list[0]) else {
        if first.is_empty() {
            return Err(truncated(Layer::ParameterData, answer, first));
        }
        return Ok(LiveData { list, many: false });
    };
    let (rest, _) = bytes(length, first).map_err(|_| truncated(Layer::ParameterData, answer, first))?;
    if rest.is_empty() {
        return Ok(LiveData { list, many: false });
    }
    if splits(rest, asked) {
        return Ok(LiveData { list, many: true });
    }
    // Fuel trims answer two bytes where a bank 3 or 4 exists, and padding may have stayed.
    let second_bank = matches!(list[0], 0x06..=0x09 | 0x55..=0x58) && rest.len() == 1;
    if second_bank || is_padding(rest) {
        return Ok(LiveData { list, many: false });
    }
    Err(AnswerError::Trailing { layer: Layer::ParameterData, offset: answer.len() - rest.len() })
}

/// Whether the bytes are whole parameters of known length; the last one may be of open length where it was asked for.
fn splits(mut rest: &[u8], asked: &[u8]) -> bool {
    while let [id, data @ ..] = rest {
        match parameter_length(*id).and_then(|length| data.get(length..)) {
            // Zeros are padding rather than parameter 00 with no support at all.
            Some(next) if *id != 0 => rest = next,
            None if parameter_length(*id).is_none() => return !data.is_empty() && asked.contains(id),
            _ => return false,
        }
    }
    true
}

impl<'a> LiveData<'a> {
    /// The parameters in the order of the answer.
    pub fn iter(&self) -> impl Iterator<Item = Parameter<'a>> + use<'a> {
        let (mut rest, many) = (self.list, self.many);
        core::iter::from_fn(move || {
            let [id, data @ ..] = rest else { return None };
            let length = parameter_length(*id).filter(|_| many).unwrap_or(data.len());
            let (data, next) = data.split_at_checked(length)?;
            rest = next;
            Some(Parameter { id: *id, data })
        })
    }

    /// Appends the answer, service byte first.
    pub fn encode(&self, out: &mut Vec<u8>) {
        out.push(0x41);
        out.extend_from_slice(self.list);
    }
}

impl fmt::Debug for LiveData<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

/// How many data bytes a parameter of service 01 or 02 has (SAE J1979DA); `None` where editions differ or none is
/// given.
///
/// ```
/// use cc_obd::service::parameter_length;
/// assert_eq!((parameter_length(0x0C), parameter_length(0x6D)), (Some(2), None));
/// ```
pub const fn parameter_length(id: u8) -> Option<usize> {
    match LENGTHS[id as usize] {
        0 => None,
        length => Some(length as usize),
    }
}

/// One row of 16 parameters a line; 0: open.
const LENGTHS: [u8; 256] = {
    let rows: [[u8; 16]; 11] = [
        [4, 4, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 2, 1, 1, 1],
        [2, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1, 2],
        [4, 2, 2, 2, 4, 4, 4, 4, 4, 4, 4, 4, 1, 1, 1, 1],
        [1, 2, 2, 1, 4, 4, 4, 4, 4, 4, 4, 4, 2, 2, 2, 2],
        [4, 4, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 4],
        [4, 1, 1, 2, 2, 1, 1, 1, 1, 2, 1, 1, 1, 2, 2, 1],
        [4, 1, 1, 2, 5, 2, 5, 3, 0, 7, 5, 5, 5, 0, 0, 3],
        [0, 0, 5, 5, 5, 7, 7, 5, 9, 9, 7, 7, 9, 1, 1, 13],
        [4, 0, 0, 0, 1, 10, 5, 5, 13, 0, 0, 7, 0, 1, 1, 0],
        [3, 5, 2, 3, 12, 0, 0, 0, 9, 9, 6, 4, 17, 4, 2, 9],
        [4, 9, 2, 9, 4, 4, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    ];
    let mut lengths = [0; 256];
    let mut id = 0;
    while id < rows.len() * 16 {
        lengths[id] = rows[id / 16][id % 16];
        id += 1;
    }
    lengths[0xC0] = 4;
    lengths
};
