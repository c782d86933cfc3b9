//! The bitmaps that list supported ids: parameter ids 00, 20, 40 … and info type 00 (SAE J1979, annex A).

/// One bitmap: 32 ids from `base + 1` on.
///
/// # Examples
///
/// ```
/// use cc_obd::service::Supported;
///
/// let ids = Supported::new(0x00, [0xBE, 0x3F, 0xA8, 0x13]);
/// assert!(ids.contains(0x01) && ids.contains(0x0C) && ids.contains(0x20));
/// assert!(!ids.contains(0x02) && !ids.contains(0x21));
/// assert_eq!(ids.iter().count(), 18);
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct Supported {
    base: u8,
    bits: u32,
}

impl Supported {
    /// The bitmap that the parameter `base` answered.
    pub const fn new(base: u8, bytes: [u8; 4]) -> Self {
        Self { base, bits: u32::from_be_bytes(bytes) }
    }

    /// The four bytes.
    pub const fn bytes(self) -> [u8; 4] {
        self.bits.to_be_bytes()
    }

    /// The bitmap of these ids; those outside it are left out.
    ///
    /// ```
    /// use cc_obd::service::Supported;
    /// let list = Supported::of(0x00, [0x0C, 0x20, 0x21]);
    /// assert_eq!(list.bytes(), [0x00, 0x10, 0x00, 0x01]);
    /// ```
    pub fn of(base: u8, ids: impl IntoIterator<Item = u8>) -> Self {
        let bit = |id: u8| match id.checked_sub(base) {
            Some(place @ 1..=0x20) => 1 << (0x20 - place),
            _ => 0,
        };
        Self { base, bits: ids.into_iter().fold(0, |bits, id| bits | bit(id)) }
    }

    /// Whether a parameter lists others: every 0x20th does.
    pub const fn is_base(parameter: u8) -> bool {
        parameter.is_multiple_of(0x20)
    }

    /// The parameter that answered, 00, 20, 40 …
    pub const fn base(self) -> u8 {
        self.base
    }

    /// Whether the ECU supports this id; `false` for ids outside this bitmap.
    pub const fn contains(self, id: u8) -> bool {
        match id.checked_sub(self.base) {
            Some(place @ 1..=0x20) => self.bits >> (0x20 - place) & 1 == 1,
            _ => false,
        }
    }

    /// The supported ids, ascending.
    pub fn iter(self) -> SupportedIds {
        SupportedIds { map: self, place: 0 }
    }
}

impl IntoIterator for Supported {
    type Item = u8;
    type IntoIter = SupportedIds;

    fn into_iter(self) -> SupportedIds {
        self.iter()
    }
}

/// The ids of one [`Supported`] bitmap.
#[derive(Clone, Debug)]
pub struct SupportedIds {
    map: Supported,
    place: u8,
}

impl Iterator for SupportedIds {
    type Item = u8;

    fn next(&mut self) -> Option<u8> {
        while self.place < 0x20 {
            self.place += 1;
            let id = self.map.base.checked_add(self.place)?;
            if self.map.contains(id) {
                return Some(id);
            }
        }
        None
    }
}
