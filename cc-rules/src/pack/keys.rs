//! Finding a name by the beginning of its hash.

use super::Key;

/// The keys of all names of a kind.
#[derive(Debug, Default)]
pub(crate) struct Keys {
    /// By number.
    by_number: Vec<u64>,
    /// Ascending, each with its number.
    sorted: Vec<(u64, u16)>,
}

impl Keys {
    pub(super) fn of<'k>(keys: impl Iterator<Item = &'k Key>) -> Self {
        let by_number: Vec<u64> = keys.map(|key| u64::from_be_bytes(*key)).collect();
        let mut sorted: Vec<_> =
            by_number.iter().enumerate().map(|(number, key)| (*key, number as u16)).collect();
        sorted.sort_unstable();
        Self { by_number, sorted }
    }

    /// The one whose key begins so; none where two do.
    pub(crate) fn find(&self, wanted: Beginning) -> Option<usize> {
        let first = self.sorted.partition_point(|(key, _)| *key < wanted.bits);
        let mut fitting = self.sorted.iter().skip(first).take_while(|(key, _)| wanted.begins(*key));
        match (fitting.next(), fitting.next()) {
            (Some((_, number)), None) => Some(usize::from(*number)),
            _ => None,
        }
    }

    /// The first of the few from this number on whose key begins so.
    #[inline]
    pub(crate) fn find_near(&self, first: usize, wanted: Beginning) -> Option<usize> {
        const FEW: usize = 8;
        let ahead = self.by_number.get(first..)?;
        let Some(few) = ahead.first_chunk::<FEW>() else {
            return ahead.iter().position(|key| wanted.begins(*key)).map(|place| first + place);
        };
        // All are compared: to stop at the right one, which may be any, takes longer.
        let fitting = few.iter().enumerate();
        let fitting =
            fitting.fold(0_u32, |found, (place, key)| found | u32::from(wanted.begins(*key)) << place);
        (fitting != 0).then(|| first + fitting.trailing_zeros() as usize)
    }

    /// Whether the key with this number begins so.
    #[inline]
    pub(crate) fn is_at(&self, number: usize, wanted: Beginning) -> bool {
        self.by_number.get(number).is_some_and(|key| wanted.begins(*key))
    }
}

/// The first bytes of a key, the others zero.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Beginning {
    bits: u64,
    mask: u64,
}

impl Beginning {
    /// The first `length` bytes of these, one to eight.
    #[inline]
    pub(crate) fn new(bytes: [u8; 8], length: usize) -> Self {
        let mask = u64::MAX << (64 - 8 * length.clamp(1, 8));
        Self { bits: u64::from_be_bytes(bytes) & mask, mask }
    }

    /// Whether the key begins so.
    pub(crate) fn is_of(self, key: Key) -> bool {
        self.begins(u64::from_be_bytes(key))
    }

    #[inline]
    fn begins(self, key: u64) -> bool {
        key & self.mask == self.bits
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_beginning_that_two_keys_share_names_neither() {
        let key = |start: [u8; 4]| [start[0], start[1], start[2], start[3], 9, 9, 9, 9];
        let all = [key([7, 1, 2, 3]), key([1, 2, 3, 4]), key([1, 2, 3, 5]), key([255, 255, 255, 255])];
        let keys = Keys::of(all.iter());
        for (wanted, found) in [
            (&[7, 1, 2][..], Some(0)),
            (&[1, 2, 3], None),
            (&[1, 2, 3, 4], Some(1)),
            (&[1, 2, 3, 5, 9, 9, 9, 9], Some(2)),
            (&[1, 2, 4], None),
            (&[0, 0, 0], None),
            (&[255, 255, 255], Some(3)),
            (&[255, 255, 255, 255, 255], None),
        ] {
            let mut bytes = [77; 8];
            bytes[..wanted.len()].copy_from_slice(wanted);
            let beginning = Beginning::new(bytes, wanted.len());
            assert_eq!(keys.find(beginning), found, "{wanted:?}");
            if let Some(found) = found {
                assert!(keys.is_at(found, beginning), "{wanted:?}");
                assert_eq!(keys.find_near(found, beginning), Some(found), "{wanted:?}");
                assert_eq!(keys.find_near(found + 1, beginning), None, "{wanted:?}");
            }
        }
        assert!(!keys.is_at(4, Beginning::new([1; 8], 1)));
        let one = Beginning::new([1; 8], 1);
        assert_eq!(
            (keys.find_near(0, one), keys.find_near(2, one), keys.find_near(4, one)),
            (Some(1), Some(2), None)
        );
        let many = Keys::of(std::iter::repeat_n(&[0; 8], 8).chain([&[1; 8]]));
        assert_eq!((many.find_near(0, one), many.find_near(1, one)), (None, Some(8)));
    }
}
