//! Lists of codes: DM1, DM2, DM6, DM12, DM23, DM27 and DM28 (SAE J1939-73, 5.7).

use core::fmt;

use super::{CodeRecord, Lamps, MessageError, Part, is_filler};

/// Two bytes of lamps and the codes behind them, read in place.
///
/// One code of zeros says that there is none. A single frame is filled with ones behind its only code; what else stands
/// behind the last whole code is an error, so that a message that was cut never passes for the whole list.
///
/// # Examples
///
/// ```
/// use cc_obd::j1939::{CodeList, LampState, Lamps, MessageError};
///
/// // Two codes: eleven bytes and more came by the transport protocol.
/// let list = CodeList::parse(&[0x04, 0xFF, 0xB8, 0x04, 0x0A, 0x03, 0x6E, 0x00, 0x00, 0x01])?;
/// let codes: Vec<_> = list.iter().map(|code| code.dtc(None).unwrap().to_string()).collect();
/// assert_eq!(codes, ["SPN 1208 FMI 10", "SPN 110 FMI 0"]);
/// assert_eq!(list.lamps().amber_warning(), LampState::On);
///
/// let none = [0x00, 0xFF, 0x00, 0x00, 0x00, 0x00, 0xFF, 0xFF];
/// assert!(CodeList::parse(&none)?.is_empty());
///
/// let mut data = [0; 8];
/// assert_eq!(CodeList::write(Lamps([0x00, 0xFF]), &[], &mut data), Some(8));
/// assert_eq!(data, none);
///
/// let cut = CodeList::parse(&[0x04, 0xFF, 0xB8, 0x04, 0x0A, 0x03, 0x6E, 0x00, 0x00]).unwrap_err();
/// assert_eq!(cut.to_string(), "code cut short at offset 6");
/// # Ok::<(), MessageError>(())
/// ```
#[derive(Clone, Copy, Eq, PartialEq)]
pub struct CodeList<'a> {
    lamps: Lamps,
    codes: &'a [[u8; 4]],
}

impl<'a> CodeList<'a> {
    /// Reads the data of one of the messages.
    pub fn parse(data: &'a [u8]) -> Result<Self, MessageError> {
        let lamps = Lamps::parse(data)?;
        let (codes, rest) = data.get(2..).unwrap_or_default().as_chunks();
        // No message is shorter than one code, even where there is none.
        if codes.is_empty() || !is_filler(rest) {
            return Err(MessageError::Truncated { part: Part::Code, offset: data.len() - rest.len() });
        }
        Ok(Self { lamps, codes })
    }

    /// Writes a message: the number of bytes, 8 at least; `None` where `out` is too short. A message of more than 8
    /// bytes goes by the [transport protocol](super::transport).
    pub fn write(lamps: Lamps, codes: &[CodeRecord], out: &mut [u8]) -> Option<usize> {
        let length = (2 + 4 * codes.len()).max(8);
        let data = out.get_mut(..length)?;
        data.fill(0xFF);
        let (head, tail) = data.split_at_mut(2);
        head.copy_from_slice(&lamps.0);
        let (chunks, _) = tail.as_chunks_mut::<4>();
        if codes.is_empty() {
            chunks.iter_mut().take(1).for_each(|chunk| *chunk = [0; 4]);
        }
        for (chunk, code) in chunks.iter_mut().zip(codes) {
            *chunk = code.0;
        }
        Some(length)
    }

    /// What the lamps do.
    pub fn lamps(&self) -> Lamps {
        self.lamps
    }

    /// The codes in the ECU's order. What means "no code" is left out.
    pub fn iter(&self) -> impl Iterator<Item = CodeRecord> + use<'a> {
        self.codes.iter().map(|&bytes| CodeRecord(bytes)).filter(|code| !code.is_none())
    }

    /// How many codes there are.
    pub fn len(&self) -> usize {
        self.iter().count()
    }

    /// Whether the ECU has no code of this kind.
    pub fn is_empty(&self) -> bool {
        self.iter().next().is_none()
    }
}

impl fmt::Debug for CodeList<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entry(&self.lamps).entries(self.iter()).finish()
    }
}
