//! Service 02: data frozen when a code was stored (SAE J1979).

use alloc::vec::Vec;
use core::fmt;

use super::{AnswerError, Layer, byte, is_padding, parameter_length, positive, truncated};
use cc_core::J2012Dtc;

/// One parameter of a freeze frame.
///
/// # Examples
///
/// See [`freeze_frame`].
#[derive(Clone, Copy, Eq, PartialEq)]
pub struct FreezeFrame<'a> {
    /// The parameter id, as in service 01.
    pub id: u8,
    /// The number of the frame; 0 is the one that every car has.
    pub frame: u8,
    /// The parameter's data.
    pub data: &'a [u8],
}

/// Reads an answer to service 02: the byte behind the parameter is the frame's number, not data.
///
/// # Examples
///
/// ```
/// use cc_obd::service::{AnswerError, Layer, freeze_frame};
///
/// let frame = freeze_frame(&[0x42, 0x02, 0x00, 0x04, 0x20])?;
/// assert_eq!((frame.frame, frame.dtc().unwrap().to_string().as_str()), (0, "P0420"));
///
/// let cut = freeze_frame(&[0x42, 0x0C]).unwrap_err();
/// assert_eq!(cut, AnswerError::Truncated { layer: Layer::FrameNumber, offset: 2 });
/// # Ok::<(), AnswerError>(())
/// ```
pub fn freeze_frame(answer: &[u8]) -> Result<FreezeFrame<'_>, AnswerError> {
    let rest = positive(answer, 0x02)?;
    let (rest, id) = byte(rest).map_err(|_| truncated(Layer::ParameterId, answer, rest))?;
    let (data, frame) = byte(rest).map_err(|_| truncated(Layer::FrameNumber, answer, rest))?;
    let Some(length) = parameter_length(id) else { return Ok(FreezeFrame { id, frame, data }) };
    match data.split_at_checked(length) {
        Some((data, rest)) if is_padding(rest) => Ok(FreezeFrame { id, frame, data }),
        Some((_, rest)) => {
            Err(AnswerError::Trailing { layer: Layer::ParameterData, offset: answer.len() - rest.len() })
        }
        None => Err(truncated(Layer::ParameterData, answer, data)),
    }
}

/// The parameters of one answer to service 02, read in place. On CAN up to three may be asked for, and answered, at
/// once.
#[derive(Clone, Copy, Eq, PartialEq)]
pub struct FreezeFrames<'a> {
    list: &'a [u8],
    many: bool,
}

/// Reads an answer to service 02 with one parameter or several.
///
/// Several are split by the lengths of SAE J1979 ([`parameter_length`]); a parameter whose length the standard leaves
/// open takes all bytes that follow.
///
/// # Examples
///
/// ```
/// use cc_obd::service::{AnswerError, Layer, freeze_frames};
///
/// let answer = [0x42, 0x02, 0x00, 0x04, 0x20, 0x0C, 0x00, 0x1A, 0xF8];
/// let frames: Vec<_> = freeze_frames(&answer)?.iter().map(|frame| (frame.id, frame.data)).collect();
/// assert_eq!(frames, [(0x02, &[0x04, 0x20][..]), (0x0C, &[0x1A, 0xF8][..])]);
///
/// let cut = freeze_frames(&answer[..8]).unwrap_err();
/// assert_eq!(cut, AnswerError::Trailing { layer: Layer::ParameterData, offset: 5 });
/// # Ok::<(), AnswerError>(())
/// ```
pub fn freeze_frames(answer: &[u8]) -> Result<FreezeFrames<'_>, AnswerError> {
    let (single, offset) = match freeze_frame(answer) {
        Ok(frame) => {
            let list = answer.get(1..frame.data.len() + 3).unwrap_or_default();
            return Ok(FreezeFrames { list, many: false });
        }
        Err(error @ AnswerError::Trailing { offset, .. }) => (error, offset),
        Err(error) => return Err(error),
    };
    let mut rest = answer.get(offset..).unwrap_or_default();
    while let [id, _, data @ ..] = rest
        && !is_padding(rest)
    {
        match parameter_length(*id).and_then(|length| data.get(length..)) {
            Some(next) => rest = next,
            None => return Err(single),
        }
    }
    if !is_padding(rest) {
        return Err(single);
    }
    let list = answer.get(1..answer.len() - rest.len()).unwrap_or_default();
    Ok(FreezeFrames { list, many: true })
}

impl<'a> FreezeFrames<'a> {
    /// The parameters in the order of the answer.
    pub fn iter(&self) -> impl Iterator<Item = FreezeFrame<'a>> + use<'a> {
        let (mut rest, many) = (self.list, self.many);
        core::iter::from_fn(move || {
            let [id, frame, data @ ..] = rest else { return None };
            let length = if many { parameter_length(*id)? } else { data.len() };
            let (data, next) = data.split_at_checked(length)?;
            rest = next;
            Some(FreezeFrame { id: *id, frame: *frame, data })
        })
    }

    /// Appends the answer, service byte first, without padding.
    pub fn encode(&self, out: &mut Vec<u8>) {
        out.push(0x42);
        out.extend_from_slice(self.list);
    }
}

impl fmt::Debug for FreezeFrames<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl FreezeFrame<'_> {
    /// The code that froze the frame: parameter 02, unless its data is zero (no frame is stored).
    pub fn dtc(&self) -> Option<J2012Dtc> {
        match (self.id, self.data) {
            (0x02, [high, low]) if (*high, *low) != (0, 0) => {
                Some(J2012Dtc::from_raw(u16::from_be_bytes([*high, *low])))
            }
            _ => None,
        }
    }
}

impl fmt::Debug for FreezeFrame<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FreezeFrame({:02X} of frame {}, {} bytes)", self.id, self.frame, self.data.len())
    }
}
