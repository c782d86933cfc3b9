//! Service 02: data frozen when a code was stored (SAE J1979).

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
