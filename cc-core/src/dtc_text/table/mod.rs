//! The codes: which part, where, and how it fails.
//!
//! A row reads `0x0110 INTAKE_AIR_TEMPERATURE_SENSOR N1 BANK_1: CIRCUIT RANGE LOW HIGH INTERMITTENT;`: from that code on,
//! one code a failure. Names in brackets are taken in turn, each through all the failures: `0x0201 INJECTOR
//! [CYL_1 CYL_2]: CIRCUIT;`. `=> Stop` gives the row a class of advice that neither part nor failure has. A name nobody
//! wrote the words of does not compile, nor do two rows for one code.

mod at;
mod b0;
mod c0;
mod p00;
mod p03;
mod p06;
mod p0a;
mod p20;
mod p23;
mod p27;
mod p34;
mod u0;
mod u04;

pub(super) use at::{At, BANKS_BOTH, CYLINDERS, label};

use super::advice::Advice;
use super::words::Word;

/// One code in eight bytes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    /// The two bytes of the code.
    pub(super) code: u16,
    /// Block and place of the component's words.
    component: [u8; 2],
    /// The failure's words.
    pub(super) failure: u8,
    /// The mark behind the component's name.
    pub(super) label: u8,
    /// Cylinder, unit or place in the car.
    pub(super) place: u8,
    /// Bank (two bits), sensor (three), class of advice (three).
    bits: u8,
}

impl Entry {
    const EMPTY: Self = Self { code: 0, component: [0; 2], failure: 0, label: 0, place: 0, bits: 0 };

    pub(super) const fn component(self) -> (u8, u8) {
        (self.component[0], self.component[1])
    }

    /// 0 for none, 1, 2, or [`BANKS_BOTH`].
    pub(super) const fn bank(self) -> u8 {
        self.bits & 0b11
    }

    /// 0 for none.
    pub(super) const fn sensor(self) -> u8 {
        self.bits >> 2 & 0b111
    }

    pub(super) const fn advice(self) -> Advice {
        Advice::from_bits(self.bits >> 5)
    }
}

/// The entry of a code.
pub(super) fn find(code: u16) -> Option<&'static Entry> {
    let part = TABLE.partition_point(|part| part.first().is_some_and(|entry| entry.code <= code));
    let part = TABLE.get(part.checked_sub(1)?)?;
    part.binary_search_by_key(&code, |entry| entry.code).ok().and_then(|at| part.get(at))
}

/// Every entry, in the order of the codes.
pub(super) fn entries() -> impl Iterator<Item = &'static Entry> {
    TABLE.iter().copied().flatten()
}

/// The parts of the table in the order of the codes.
static TABLE: [&[Entry]; 12] = [
    &p00::ENTRIES,
    &p03::ENTRIES,
    &p06::ENTRIES,
    &p0a::ENTRIES,
    &p20::ENTRIES,
    &p23::ENTRIES,
    &p27::ENTRIES,
    &p34::ENTRIES,
    &c0::ENTRIES,
    &b0::ENTRIES,
    &u0::ENTRIES,
    &u04::ENTRIES,
];

/// A row as it is written.
struct Row {
    first: u16,
    component: Word,
    at: At,
    each: &'static [At],
    failures: &'static [Word],
    advice: &'static [Advice],
}

impl Row {
    const fn places(&self) -> usize {
        if self.each.is_empty() { 1 } else { self.each.len() }
    }
}

const fn count(rows: &[Row]) -> usize {
    let (mut count, mut row) = (0, 0);
    while row < rows.len() {
        count += rows[row].places() * rows[row].failures.len();
        row += 1;
    }
    count
}

/// The codes of rows. Rows out of order, or two for one code, do not compile.
const fn expand<const N: usize>(rows: &[Row]) -> [Entry; N] {
    let mut entries = [Entry::EMPTY; N];
    let (mut next, mut r) = (0, 0);
    while r < rows.len() {
        let row = &rows[r];
        let mut code = row.first;
        let mut p = 0;
        while p < row.places() {
            let at = if row.each.is_empty() { row.at } else { row.at.and(row.each[p]) };
            let mut f = 0;
            while f < row.failures.len() {
                let failure = row.failures[f];
                let advice = if row.advice.is_empty() {
                    row.component.advice.most(failure.advice)
                } else {
                    row.advice[0]
                };
                assert!(next == 0 || entries[next - 1].code < code);
                entries[next] = Entry {
                    code,
                    component: [row.component.group, row.component.index],
                    failure: failure.failure_byte(),
                    label: at.label,
                    place: at.place,
                    bits: at.bank | at.sensor << 2 | (advice as u8) << 5,
                };
                next += 1;
                code += 1;
                f += 1;
            }
            p += 1;
        }
        r += 1;
    }
    entries
}

macro_rules! rows {
    ($($first:literal $component:ident $($at:ident)* $([$($each:ident)+])? : $($failure:ident)+ $(=> $advice:ident)?;)*) => {
        const ROWS: &[$crate::dtc_text::table::Row] = &[$($crate::dtc_text::table::Row {
            first: $first,
            component: $crate::dtc_text::words::component::$component,
            at: $crate::dtc_text::table::At::NONE$(.and($crate::dtc_text::table::at::$at))*,
            each: &[$($($crate::dtc_text::table::at::$each),+)?],
            failures: &[$($crate::dtc_text::words::failure::$failure),+],
            advice: &[$($crate::dtc_text::advice::Advice::$advice)?],
        }),*];

        pub(super) static ENTRIES: [$crate::dtc_text::table::Entry; $crate::dtc_text::table::count(ROWS)] =
            $crate::dtc_text::table::expand(ROWS);
    };
}
use rows;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_is_eight_bytes() {
        assert_eq!(size_of::<Entry>(), 8);
    }

    #[test]
    fn the_codes_ascend_and_each_is_found() {
        let mut last = None;
        for entry in entries() {
            assert!(last < Some(entry.code), "{:04X}", entry.code);
            last = Some(entry.code);
            assert_eq!(find(entry.code).map(|found| found.code), Some(entry.code));
        }
    }

    #[test]
    fn codes_that_no_row_names_are_not_found() {
        let known: alloc::collections::BTreeSet<_> = entries().map(|entry| entry.code).collect();
        for code in 0..=u16::MAX {
            assert_eq!(find(code).is_some(), known.contains(&code), "{code:04X}");
        }
    }
}
