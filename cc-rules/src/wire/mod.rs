//! Compact bytes: variable-length whole numbers, and instants as distances from a base.

mod reader;
mod word;
mod writer;

pub(crate) use reader::Reader;
pub(crate) use writer::Writer;

/// Units that a distance in time is written in, the largest first: second, millisecond, microsecond, nanosecond.
const UNITS: [u64; 4] = [1_000_000_000, 1_000_000, 1_000, 1];
/// Powers of ten that make most readings whole.
const SCALES: [f64; 4] = [1.0, 10.0, 100.0, 1_000.0];

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::state::NONE;

    proptest! {
        #[test]
        fn what_is_written_reads_back(
            base in any::<i64>(), at in any::<i64>(), value in any::<f64>(), whole in any::<i64>(), text in ".{0,8}",
        ) {
            prop_assume!(value.is_finite());
            let mut out = Writer::new(base);
            out.instant(at);
            out.number(value);
            out.signed(whole);
            out.text(&text);
            let bytes = out.done();
            let mut input = Reader::new(&bytes);
            input.base = base;
            prop_assert_eq!(input.instant(), Some(at));
            prop_assert_eq!(input.number().map(f64::to_bits), Some(value.to_bits()));
            prop_assert_eq!(input.signed(), Some(whole));
            prop_assert_eq!(input.text(), Some(text.as_str()));
            prop_assert!(input.is_empty());
        }
    }

    #[test]
    fn a_number_is_read_alike_wherever_it_ends() {
        let all = (0..64).flat_map(|bit| [1_u64 << bit, (1 << bit) - 1, u64::MAX >> bit]);
        for value in all {
            let mut out = Writer::new(0);
            out.unsigned(value);
            let bytes = out.done();
            for more in 0..9 {
                let mut bytes = bytes.clone();
                bytes.resize(bytes.len() + more, 0xFF);
                let mut input = Reader::new(&bytes);
                assert_eq!((input.unsigned(), input.left()), (Some(value), more), "{value} before {more}");
            }
        }
        for (bytes, why) in [
            (&[0x80, 0x00, 1, 1, 1, 1, 1, 1, 1][..], "a byte of nothing"),
            (&[0x80, 0x00], "a byte of nothing at the end"),
            (&[0x80, 0x80], "no end"),
            (&[0xFF; 16], "too long"),
            (&[0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 2], "too large"),
        ] {
            assert_eq!(Reader::new(bytes).unsigned(), None, "{why}");
        }
    }

    #[test]
    fn a_plain_entry_is_read_as_its_parts_are() {
        let numbers = [0.0, -0.0, 12.6, -40.0, 1e9, 1.0 / 3.0, 123_456.789, 1e300];
        let instants = [NONE, 0, 1, 5_000_000_000, 4_999_999_999, 6_000_000_000, i64::MAX, i64::MIN + 1];
        let mut plain = 0;
        for (number, at) in numbers.iter().flat_map(|number| instants.map(|at| (*number, at))) {
            let mut out = Writer::new(5_000_000_000);
            out.bytes(b"key\x01");
            out.number(number);
            out.instant(at);
            out.bytes(&[0; 32]);
            let bytes = out.done();
            let mut input = Reader::new(&bytes);
            input.base = 5_000_000_000;
            let found = input.plain(u64::from_le_bytes(*b"key\x01\0\0\0\0"), 0xFFFF_FFFF, 4);
            let expected = [0, 1, 4_999_999_999, 5_000_000_000].contains(&at)
                && number.to_bits() != (-0.0_f64).to_bits();
            let expected = expected && ![1.0 / 3.0, 1e300].contains(&number);
            assert_eq!(found, expected.then_some((number, at)), "{number} {at}");
            assert_eq!(input.left() == 32, expected, "{number} {at}");
            plain += usize::from(expected);
            assert!(input.plain(0, 0xFF, 1).is_none());
        }
        assert_eq!(plain, 5 * 4);
    }

    #[test]
    fn a_count_may_be_filled_in_later() {
        for count in [0, 1, 0x7F, 0x80, 0x3FFF, 0x4000] {
            let (mut later, mut now) = (Writer::new(0), Writer::new(0));
            later.text("before");
            let place = later.count_later();
            later.text("behind");
            later.fill_count(place, count);
            later.byte(1);
            now.text("before");
            now.unsigned(count as u64);
            now.text("behind");
            now.byte(1);
            assert_eq!(later.done(), now.done(), "{count}");
        }
    }

    #[test]
    fn an_entry_at_once_is_written_as_its_parts_are() {
        let key = *b"keykeyke";
        let numbers =
            [0.0, -0.0, 12.6, -40.0, 1e9, 2e9, 1.0 / 3.0, 1_073_741_823.999, 1e300, f64::MIN_POSITIVE];
        let instants = [NONE, 0, 5_000_000_000, 4_999_999_999, i64::MAX, i64::MIN + 1, 1 << 55, 1 << 60];
        for (number, at) in numbers.iter().flat_map(|number| instants.map(|at| (*number, at))) {
            for length in 1..=8 {
                let (mut once, mut parts) = (Writer::new(5_000_000_000), Writer::new(5_000_000_000));
                once.entry(key, length, 7, number, at);
                parts.key_and(key, length, 7);
                parts.number(number);
                parts.instant(at);
                assert_eq!(once.done(), parts.done(), "{length} {number} {at}");
            }
        }
    }

    #[test]
    fn near_instants_and_plain_readings_are_short() {
        let mut out = Writer::new(1_000_000_000_000);
        out.instant(990_000_000_000);
        out.number(12.6);
        assert_eq!(out.done().len(), 1 + 3);
    }
}
