//! Lists of ids, as requests carry them.

use alloc::vec::Vec;
use core::fmt;

use crate::service::{AnswerError, Layer, Supported};
use crate::uds::part::{Part, Reader};

/// One to six ids: of parameters, monitors, tests or info types.
///
/// CAN carries up to six in one request (SAE J1979: of services 06, 08 and 09 several only where all of them list
/// others, `00`, `20`, `40` …); K-line and J1850 carry one.
///
/// # Examples
///
/// ```
/// use cc_obd::j1979::Ids;
///
/// let ids = Ids::new(&[0x0C, 0x0D]).unwrap();
/// assert_eq!((ids.len(), ids.iter().last()), (2, Some(0x0D)));
/// assert_eq!(ids.to_string(), "0C 0D");
/// assert_eq!(Ids::new(&[1, 2, 3, 4, 5, 6, 7]), None);
/// assert_eq!(Ids::new(&[]), None);
/// ```
#[derive(Clone, Copy, Eq, Hash, PartialEq)]
pub struct Ids {
    ids: [u8; Ids::MOST],
    count: u8,
}

impl Ids {
    /// How many ids one request holds.
    pub const MOST: usize = 6;

    /// The six lists of ids that every request for support on CAN may ask for at once: `00` to `A0`.
    pub const FIRST_LISTS: Self = Self { ids: [0x00, 0x20, 0x40, 0x60, 0x80, 0xA0], count: 6 };

    /// The last two lists: `C0` and `E0`.
    pub const LAST_LISTS: Self = Self { ids: [0xC0, 0xE0, 0, 0, 0, 0], count: 2 };

    /// These ids; `None` where there is none, or more than six.
    pub fn new(ids: &[u8]) -> Option<Self> {
        let mut held = [0; Self::MOST];
        held.get_mut(..ids.len())?.copy_from_slice(ids);
        (!ids.is_empty()).then_some(Self { ids: held, count: ids.len() as u8 })
    }

    /// One id.
    pub const fn one(id: u8) -> Self {
        Self { ids: [id, 0, 0, 0, 0, 0], count: 1 }
    }

    /// The ids.
    pub fn as_slice(&self) -> &[u8] {
        &self.ids[..usize::from(self.count)]
    }

    /// The ids, one by one.
    pub fn iter(&self) -> impl Iterator<Item = u8> + use<> {
        self.ids.into_iter().take(usize::from(self.count))
    }

    /// How many there are, one to six.
    #[expect(clippy::len_without_is_empty, reason = "never empty")]
    pub const fn len(&self) -> usize {
        self.count as usize
    }
}

impl From<u8> for Ids {
    fn from(id: u8) -> Self {
        Self::one(id)
    }
}

impl fmt::Debug for Ids {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Ids({self})")
    }
}

impl fmt::Display for Ids {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        spaced(f, self.iter())
    }
}

fn spaced(f: &mut fmt::Formatter<'_>, mut bytes: impl Iterator<Item = u8>) -> fmt::Result {
    if let Some(first) = bytes.next() {
        write!(f, "{first:02X}")?;
    }
    bytes.try_for_each(|byte| write!(f, " {byte:02X}"))
}

impl Part<'_> for Ids {
    fn read(reader: &mut Reader<'_>, layer: Layer) -> Result<Self, AnswerError> {
        let failed = reader.fail(layer);
        Self::new(reader.take_rest()).ok_or(failed)
    }

    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.as_slice());
    }
}

/// One to three parameters of freeze frames, each with the number of its frame.
///
/// Frame 0 is the one that every car has; others are the maker's choice.
///
/// # Examples
///
/// ```
/// use cc_obd::j1979::FrameIds;
///
/// let ids = FrameIds::new(&[(0x02, 0), (0x0C, 0)]).unwrap();
/// assert_eq!(ids.iter().collect::<Vec<_>>(), [(0x02, 0), (0x0C, 0)]);
/// assert_eq!(FrameIds::new(&[]), None);
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct FrameIds {
    ids: [(u8, u8); FrameIds::MOST],
    count: u8,
}

impl FrameIds {
    /// How many parameters one request holds.
    pub const MOST: usize = 3;

    /// These parameters, each with the number of its frame; `None` where there is none, or more than three.
    pub fn new(ids: &[(u8, u8)]) -> Option<Self> {
        let mut held = [(0, 0); Self::MOST];
        held.get_mut(..ids.len())?.copy_from_slice(ids);
        (!ids.is_empty()).then_some(Self { ids: held, count: ids.len() as u8 })
    }

    /// One parameter of one frame.
    pub const fn one(id: u8, frame: u8) -> Self {
        Self { ids: [(id, frame), (0, 0), (0, 0)], count: 1 }
    }

    /// The parameters and frames.
    pub fn iter(&self) -> impl Iterator<Item = (u8, u8)> + use<> {
        self.ids.into_iter().take(usize::from(self.count))
    }
}

impl Part<'_> for FrameIds {
    fn read(reader: &mut Reader<'_>, layer: Layer) -> Result<Self, AnswerError> {
        let failed = reader.fail(layer);
        let (pairs, rest) = reader.take_rest().as_chunks::<2>();
        let mut held = [(0, 0); Self::MOST];
        let slots = held.get_mut(..pairs.len()).filter(|slots| !slots.is_empty() && rest.is_empty());
        for (slot, &[id, frame]) in slots.ok_or(failed)?.iter_mut().zip(pairs) {
            *slot = (id, frame);
        }
        Ok(Self { ids: held, count: pairs.len() as u8 })
    }

    fn write(&self, out: &mut Vec<u8>) {
        for (id, frame) in self.iter() {
            out.extend_from_slice(&[id, frame]);
        }
    }
}

/// Walks the lists of supported ids of one ECU, `00`, `20`, `40` … to `E0`: the last bit of each says whether the next
/// is there.
///
/// # Examples
///
/// ```
/// use cc_obd::j1979::SupportWalk;
/// use cc_obd::service::Supported;
///
/// let mut walk = SupportWalk::default();
/// assert_eq!(walk.next_list(), Some(0x00));
/// walk.answered(Supported::new(0x00, [0xBE, 0x3F, 0xA8, 0x13]));
/// assert_eq!(walk.next_list(), Some(0x20));
/// walk.answered(Supported::new(0x20, [0x80, 0x00, 0x00, 0x00]));
/// assert_eq!(walk.next_list(), None);
/// assert!(walk.contains(0x0C) && walk.contains(0x21) && !walk.contains(0x22));
/// ```
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct SupportWalk {
    lists: [Option<Supported>; 8],
}

impl SupportWalk {
    /// Takes a list that the ECU answered.
    pub fn answered(&mut self, list: Supported) {
        if let Some(slot) = self.lists.get_mut(usize::from(list.base() / 0x20)) {
            *slot = Some(list);
        }
    }

    /// The list to ask for next; `None` once the ECU named no further one.
    pub fn next_list(&self) -> Option<u8> {
        let mut base = 0_u8;
        for list in &self.lists {
            let Some(list) = list else { return Some(base) };
            let next = base.checked_add(0x20)?;
            if !list.contains(next) {
                return None;
            }
            base = next;
        }
        None
    }

    /// Whether the ECU named this id.
    pub fn contains(&self, id: u8) -> bool {
        self.lists.iter().flatten().any(|list| list.contains(id))
    }

    /// Every id that the ECU named, ascending; those that list others are among them.
    pub fn iter(&self) -> impl Iterator<Item = u8> + '_ {
        self.lists.iter().flatten().flat_map(|list| list.iter())
    }
}

#[cfg(test)]
mod samples {
    use super::*;
    use crate::uds::sample::{Entropy, Sample};

    impl Sample<'_> for Ids {
        fn sample(from: &mut Entropy<'_>) -> Self {
            let bytes = from.array::<7>();
            Self::new(&bytes[1..=1 + usize::from(bytes[0]) % 6]).unwrap()
        }
    }

    impl Sample<'_> for FrameIds {
        fn sample(from: &mut Entropy<'_>) -> Self {
            let count = usize::from(from.byte()) % 3 + 1;
            let pairs: Vec<_> = (0..count).map(|_| from.array().into()).collect();
            Self::new(&pairs).unwrap()
        }
    }
}
