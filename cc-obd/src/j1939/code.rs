//! A trouble code as four bytes (SAE J1939-73, 5.7.1).

use cc_core::J1939Dtc;

/// How the 19 bits of the suspect parameter number stand in the first three bytes of a code.
///
/// Before 1996 the standard was read in three ways. Codes of those have the conversion method bit set, and nothing in
/// the message says which of the three it is: the maker does. Today's codes (version 4) have the bit clear.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum SpnConversion {
    /// Most significant bits first: 8, 8, then 3 bits.
    Version1,
    /// The middle 8 bits, the 8 most significant, then the 3 least significant.
    Version2,
    /// As version 4, but with the bit set.
    Version3,
    /// Least significant byte first; the 3 most significant bits are the top bits of the third byte.
    Version4,
}

/// One code of a diagnostic message, as sent: equality looks at the bytes.
///
/// # Examples
///
/// ```
/// use cc_obd::j1939::{CodeRecord, SpnConversion};
///
/// let code = CodeRecord([0xB8, 0x04, 0x0A, 0x03]);
/// assert_eq!(code.dtc(None).unwrap().to_string(), "SPN 1208 FMI 10");
/// assert_eq!((code.occurrences(), code.has_old_conversion()), (Some(3), false));
///
/// // The conversion method bit is set: which of three layouts it is, only the maker knows.
/// let old = CodeRecord([0x00, 0x97, 0x0A, 0x83]);
/// assert_eq!(old.dtc(None), None);
/// assert_eq!(old.dtc(Some(SpnConversion::Version1)).unwrap().to_string(), "SPN 1208 FMI 10");
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct CodeRecord(pub [u8; 4]);

impl CodeRecord {
    /// A code of today's layout. More than 126 occurrences are 126; `None` says that nobody counts.
    ///
    /// ```
    /// use cc_obd::j1939::CodeRecord;
    /// let code = CodeRecord::new("SPN 524287 FMI 3".parse()?, Some(31));
    /// assert_eq!(code.0, [0xFF, 0xFF, 0xE3, 0x1F]);
    /// # Ok::<(), cc_core::DtcParseError>(())
    /// ```
    pub const fn new(dtc: J1939Dtc, occurrences: Option<u8>) -> Self {
        let [low, middle, high, _] = dtc.spn().to_le_bytes();
        let count = match occurrences {
            Some(count @ 0..=126) => count,
            Some(_) => 126,
            None => 127,
        };
        Self([low, middle, high << 5 | dtc.fmi(), count])
    }

    /// Whether the code means "no code": all zeros, or all ones as old ECUs have it.
    pub const fn is_none(self) -> bool {
        matches!(self.0, [0, 0, 0, 0] | [0xFF, 0xFF, 0xFF, 0xFF])
    }

    /// The conversion method bit: whether the parameter number has one of the three old layouts.
    pub const fn has_old_conversion(self) -> bool {
        self.0[3] & 0x80 != 0
    }

    /// The code. Where the conversion method bit is set, `old` says which layout the maker uses; `None` where that is
    /// not known: then there is no telling which parameter is meant. Where the bit is clear, `old` does not matter.
    pub fn dtc(self, old: Option<SpnConversion>) -> Option<J1939Dtc> {
        let conversion = if self.has_old_conversion() { old? } else { SpnConversion::Version4 };
        J1939Dtc::new(self.spn(conversion), self.fmi()).ok()
    }

    /// The suspect parameter number in one of the layouts.
    pub const fn spn(self, conversion: SpnConversion) -> u32 {
        let [a, b, c] = [self.0[0] as u32, self.0[1] as u32, self.0[2] as u32 >> 5];
        match conversion {
            SpnConversion::Version1 => a << 11 | b << 3 | c,
            SpnConversion::Version2 => b << 11 | a << 3 | c,
            SpnConversion::Version3 | SpnConversion::Version4 => c << 16 | b << 8 | a,
        }
    }

    /// The failure mode identifier: how the parameter failed.
    pub const fn fmi(self) -> u8 {
        self.0[2] & 0x1F
    }

    /// How often the fault came up, to 126; `None` where nobody counts.
    pub const fn occurrences(self) -> Option<u8> {
        match self.0[3] & 0x7F {
            0x7F => None,
            count => Some(count),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_four_layouts_are_told_apart() {
        // SPN 1208 = 0b000_00000100_10111000 in each of them, FMI 10.
        for (bytes, version) in [
            ([0x00, 0x97, 0x0A, 0x83], SpnConversion::Version1),
            ([0x97, 0x00, 0x0A, 0x83], SpnConversion::Version2),
            ([0xB8, 0x04, 0x0A, 0x83], SpnConversion::Version3),
            ([0xB8, 0x04, 0x0A, 0x03], SpnConversion::Version4),
        ] {
            let code = CodeRecord(bytes);
            assert_eq!(
                (code.spn(version), code.fmi(), code.occurrences()),
                (1208, 10, Some(3)),
                "{version:?}"
            );
            let old = version != SpnConversion::Version4;
            assert_eq!((code.has_old_conversion(), code.dtc(None).is_none()), (old, old));
            assert_eq!(code.dtc(Some(version)).unwrap().spn(), 1208);
        }
        // Today's layout is never read in an old one.
        let code = CodeRecord([0xB8, 0x04, 0x0A, 0x03]);
        assert_eq!(code.dtc(Some(SpnConversion::Version1)), code.dtc(None));
    }

    #[test]
    fn the_top_bits_of_the_parameter_stand_above_the_failure_mode() {
        let code = CodeRecord([0xFF, 0xFF, 0xE3, 0x1F]);
        let dtc = code.dtc(None).unwrap();
        assert_eq!((dtc.spn(), dtc.fmi(), code.occurrences()), (524_287, 3, Some(31)));
        assert_eq!(CodeRecord([0x01, 0x00, 0x00, 0x7F]).occurrences(), None);
        assert!(CodeRecord([0; 4]).is_none() && CodeRecord([0xFF; 4]).is_none());
        assert!(!CodeRecord([0, 0, 0, 1]).is_none());
    }

    proptest! {
        #[test]
        fn a_written_code_reads_the_same(spn in 0_u32..=0x7_FFFF, fmi in 0_u8..=31, count in proptest::option::of(0_u8..=126)) {
            let dtc = J1939Dtc::new(spn, fmi).unwrap();
            let code = CodeRecord::new(dtc, count);
            prop_assert_eq!((code.dtc(None), code.occurrences()), (Some(dtc), count));
        }
    }
}
