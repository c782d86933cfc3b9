//! Texts: who the vehicle, its components and its software are (SAE J1939-71, VI, CI and SOFT).

use core::fmt;

use cc_core::Vin;

use crate::j1939::{MessageError, Part};

/// The fields of a message of text, read in place: each ends with `*`, the last one with the message.
///
/// A field is given as it is, without the zeros and spaces around it. `Debug` shows how many there are.
#[derive(Clone, Copy, Eq, PartialEq)]
pub struct Fields<'a>(&'a [u8]);

impl<'a> Fields<'a> {
    /// The fields of a whole message.
    pub const fn new(data: &'a [u8]) -> Self {
        Self(data)
    }

    /// The fields in order. A field that is no printable ASCII is empty.
    pub fn iter(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        let data = match self.0 {
            // Bytes behind the last delimiter fill the frame.
            [rest @ .., b'*'] => rest,
            data => data,
        };
        data.split(|&byte| byte == b'*').map(text)
    }
}

impl fmt::Debug for Fields<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Fields({})", self.iter().count())
    }
}

/// The VIN of a vehicle identification (65260); `None` where the vehicle has none, or where it is no VIN.
///
/// ```
/// use cc_obd::j1939::spn::vin;
/// assert_eq!(vin(b"WVWZZZ1KZAM000001*").unwrap().as_str(), "WVWZZZ1KZAM000001");
/// assert_eq!(vin(b"*"), None);
/// ```
pub fn vin(data: &[u8]) -> Option<Vin> {
    read_vin(data).ok().flatten()
}

/// The VIN of a vehicle identification (65260); `None` where the vehicle has none: no text, or filler.
///
/// ```
/// use cc_obd::j1939::spn::read_vin;
/// assert!(read_vin(b"WVWZZZ1KZAM000001*")?.is_some());
/// assert_eq!(read_vin(b"*"), Ok(None));
/// // One character short.
/// assert_eq!(read_vin(b"WVWZZZ1KZAM00001*").unwrap_err().to_string(), "VIN invalid at offset 0");
/// # Ok::<(), cc_obd::j1939::MessageError>(())
/// ```
pub fn read_vin(data: &[u8]) -> Result<Option<Vin>, MessageError> {
    let field = data.split(|&byte| byte == b'*').next().unwrap_or_default();
    if field.iter().all(|byte| matches!(byte, 0 | b' ' | 0xFF)) {
        return Ok(None);
    }
    text(field).parse().map(Some).map_err(|_| MessageError::Invalid { part: Part::Vin, offset: 0 })
}

/// Make, model, serial number and unit number of a component identification (65259); an empty text is one not given.
///
/// ```
/// use cc_obd::j1939::spn::component_identification;
/// assert_eq!(component_identification(b"CMMNS*6B u07*00000000**"), ["CMMNS", "6B u07", "00000000", ""]);
/// ```
pub fn component_identification(data: &[u8]) -> [&str; 4] {
    let mut fields = Fields::new(data).iter();
    core::array::from_fn(|_| fields.next().unwrap_or_default())
}

/// The fields of a software identification (65242): as many as its first byte says, at most those that are there.
///
/// ```
/// use cc_obd::j1939::spn::software_identification;
/// let fields: Vec<_> = software_identification(b"\x02P1234*V5.6*").collect();
/// assert_eq!(fields, ["P1234", "V5.6"]);
/// ```
pub fn software_identification(data: &[u8]) -> impl Iterator<Item = &str> {
    let (count, data) = data.split_first().map_or((0, data), |(&count, data)| (count, data));
    Fields::new(data).iter().take(count.into())
}

fn text(field: &[u8]) -> &str {
    let text = core::str::from_utf8(field).unwrap_or_default();
    let text = text.trim_matches(['\0', ' ']);
    if text.bytes().all(|byte| matches!(byte, 0x20..=0x7E)) { text } else { "" }
}
