//! Many fences at once.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use core::fmt;

use geo_types::Point;
use rstar::RTree;
use rstar::primitives::{GeomWithData, Rectangle};

use super::super::checked;
use super::Fence;

/// Fences by name: which of ten thousand is this place in? An R-tree over their bounds answers without asking each.
///
/// # Examples
///
/// ```
/// use cc_core::geography::{Fence, FenceSet, point};
///
/// let mut fences = FenceSet::new();
/// fences.insert("yard", Fence::circle(point(55.5, 5.0)?, 300.0)?);
/// fences.insert("harbour", Fence::circle(point(55.5, 5.003)?, 300.0)?);
/// assert_eq!(fences.containing(point(55.5, 5.002)?), [&"harbour", &"yard"]);
/// assert!(fences.containing(point(55.6, 5.002)?).is_empty());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct FenceSet<Name: Clone + Ord> {
    fences: BTreeMap<Name, Fence>,
    tree: RTree<Leaf<Name>>,
}

type Leaf<Name> = GeomWithData<Rectangle<[f64; 2]>, Name>;

impl<Name: Clone + Ord> FenceSet<Name> {
    /// A set without fences.
    pub fn new() -> Self {
        Self { fences: BTreeMap::new(), tree: RTree::new() }
    }

    /// How many fences there are.
    pub fn len(&self) -> usize {
        self.fences.len()
    }

    /// Whether there is no fence.
    pub fn is_empty(&self) -> bool {
        self.fences.is_empty()
    }

    /// The fence of a name.
    pub fn get(&self, name: &Name) -> Option<&Fence> {
        self.fences.get(name)
    }

    /// Every fence, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&Name, &Fence)> {
        self.fences.iter()
    }

    /// Adds a fence; returns the one that had the name before.
    pub fn insert(&mut self, name: Name, fence: Fence) -> Option<Fence> {
        let before = self.remove(&name);
        self.tree.insert(leaf(&fence, name.clone()));
        self.fences.insert(name, fence);
        before
    }

    /// Removes a fence.
    pub fn remove(&mut self, name: &Name) -> Option<Fence> {
        let (name, fence) = self.fences.remove_entry(name)?;
        self.tree.remove(&leaf(&fence, name));
        Some(fence)
    }

    /// The names of the fences that a place is in, in their order; none for a place that is not
    /// [`checked`](super::super::checked).
    pub fn containing(&self, place: Point) -> Vec<&Name> {
        if checked(place).is_err() {
            return Vec::new();
        }
        let mut names: Vec<&Name> = [0.0, 360.0, -360.0]
            .iter()
            .flat_map(|turn| self.tree.locate_all_at_point(&[place.x() + turn, place.y()]))
            .map(|leaf| &leaf.data)
            .collect();
        names.sort_unstable();
        names.dedup();
        names.retain(|name| self.fences.get(name).is_some_and(|fence| fence.contains(place)));
        names
    }
}

fn leaf<Name>(fence: &Fence, name: Name) -> Leaf<Name> {
    let bounds = fence.bounds();
    GeomWithData::new(Rectangle::from_corners(bounds.min().into(), bounds.max().into()), name)
}

impl<Name: Clone + Ord> Default for FenceSet<Name> {
    fn default() -> Self {
        Self::new()
    }
}

/// Of two fences with one name the later counts.
impl<Name: Clone + Ord> FromIterator<(Name, Fence)> for FenceSet<Name> {
    fn from_iter<I: IntoIterator<Item = (Name, Fence)>>(fences: I) -> Self {
        let fences: BTreeMap<Name, Fence> = fences.into_iter().collect();
        let leaves = fences.iter().map(|(name, fence)| leaf(fence, name.clone())).collect();
        Self { tree: RTree::bulk_load(leaves), fences }
    }
}

/// Shows how many fences there are, not where.
impl<Name: Clone + Ord> fmt::Debug for FenceSet<Name> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FenceSet").field("len", &self.len()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use geo_types::polygon;

    use super::super::super::samples::{anywhere, at};
    use super::*;

    #[test]
    fn fences_across_the_antimeridian_are_found_from_both_sides() {
        let from_the_west =
            polygon![(x: 179.0, y: 0.0), (x: -179.0, y: 0.0), (x: -179.0, y: 1.0), (x: 179.0, y: 1.0)];
        let from_the_east =
            polygon![(x: -179.5, y: 0.5), (x: 179.5, y: 0.5), (x: 179.5, y: 2.0), (x: -179.5, y: 2.0)];
        let fences: FenceSet<&str> = [
            ("west", Fence::polygon(&from_the_west).unwrap()),
            ("east", Fence::polygon(&from_the_east).unwrap()),
            ("circle", Fence::circle(at(0.5, -180.0), 10_000.0).unwrap()),
        ]
        .into_iter()
        .collect();
        for (latitude, longitude, names) in [
            (0.75, 179.2, &[&"west"][..]),
            (0.75, -179.2, &[&"west"]),
            (1.5, 179.8, &[&"east"]),
            (1.5, -179.8, &[&"east"]),
            (0.55, 180.0, &[&"circle", &"east", &"west"]),
            (0.55, -180.0, &[&"circle", &"east", &"west"]),
            (0.75, 0.0, &[]),
            (f64::NAN, 180.0, &[]),
        ] {
            assert_eq!(fences.containing(at(latitude, longitude)), names, "{latitude} {longitude}");
        }
    }

    proptest! {
        #[test]
        fn the_answer_is_that_of_asking_each(
            circles in proptest::collection::vec((anywhere(), 1e5..9e6f64), 0..20),
            removed in proptest::collection::vec(0usize..20, 0..5),
            place in anywhere(),
        ) {
            let mut fences: FenceSet<usize> = FenceSet::new();
            for (name, (centre, radius)) in circles.iter().enumerate() {
                fences.insert(name, Fence::circle(*centre, *radius).unwrap());
            }
            for name in removed {
                let there = fences.get(&name).is_some();
                prop_assert_eq!(fences.remove(&name).is_some(), there);
            }
            let each: Vec<&usize> = fences.iter().filter(|(_, fence)| fence.contains(place)).map(|(name, _)| name).collect();
            prop_assert_eq!(fences.containing(place), each);
            prop_assert_eq!(fences.tree.size(), fences.len());
            let loaded: FenceSet<usize> = fences.iter().map(|(name, fence)| (*name, fence.clone())).collect();
            prop_assert_eq!(loaded.containing(place), fences.containing(place));
        }
    }
}
