//! Who is nearest: workshops to a car, drivers to a passenger.

mod tree;

use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use core::cmp::Ordering;
use core::fmt;

use geo_types::Point;
use rstar::RTree;

use self::tree::{Leaf, ROUNDING, Tree};
use super::sphere::{Arrow, chord_square};
use super::{PointError, checked};

/// Points by id, asked for the nearest: a list of workshops that stands still, or drivers that move all the time.
///
/// The order is by [`distance`](super::distance), and by id between equals; it depends on the points alone, not on how
/// they came. Inside is an R-tree over the ball itself and not over degrees, in which the nearest at 60° north is not
/// the nearest on the ground and the antimeridian is a wall.
///
/// A query for 10 of 100,000 and a move take microseconds each. Both slow down where thousands share *exactly* one
/// place, and a query whose filter refuses nearly all looks at nearly all.
///
/// # Examples
///
/// ```
/// use cc_core::WorkshopId;
/// use cc_core::geography::{NearestIndex, point};
///
/// let mut workshops = NearestIndex::bulk_load([
///     (WorkshopId(1), point(55.5, 5.0)?),
///     (WorkshopId(2), point(55.6, 5.2)?),
///     (WorkshopId(3), point(55.9, 5.9)?),
/// ])?;
/// let here = point(55.61, 5.21)?;
/// let nearest: Vec<_> = workshops.nearest(here, 2).into_iter().map(|(id, _metres)| id).collect();
/// assert_eq!(nearest, [WorkshopId(2), WorkshopId(1)]);
/// assert_eq!(workshops.within(here, 2_000.0).len(), 1);
///
/// // One that moves.
/// workshops.insert(WorkshopId(2), point(56.5, 5.2)?)?;
/// assert_eq!(workshops.nearest(here, 1)[0].0, WorkshopId(1));
///
/// let error = workshops.insert(WorkshopId(4), geo_types::Point::new(5.0, 555.0)).unwrap_err();
/// assert_eq!(error.to_string(), "latitude is not a number from -90 to 90");
/// # Ok::<(), cc_core::geography::PointError>(())
/// ```
#[derive(Clone)]
pub struct NearestIndex<Id: Clone + Ord> {
    places: BTreeMap<Id, Point>,
    tree: Tree<Id>,
}

impl<Id: Clone + Ord> NearestIndex<Id> {
    /// An index without points.
    pub fn new() -> Self {
        Self { places: BTreeMap::new(), tree: RTree::new_with_params() }
    }

    /// An index of many points at once, much faster than one by one. Of two points with one id the later counts.
    pub fn bulk_load(points: impl IntoIterator<Item = (Id, Point)>) -> Result<Self, PointError> {
        let mut places = BTreeMap::new();
        for (id, place) in points {
            places.insert(id, checked(place)?);
        }
        let leaves =
            places.iter().map(|(id, place)| Leaf { arrow: Arrow::of(*place), id: id.clone() }).collect();
        Ok(Self { tree: RTree::bulk_load_with_params(leaves), places })
    }

    /// How many points there are.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Whether there is no point.
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// Where a point is.
    pub fn get(&self, id: &Id) -> Option<Point> {
        self.places.get(id).copied()
    }

    /// Every point, by id.
    pub fn iter(&self) -> impl Iterator<Item = (&Id, Point)> {
        self.places.iter().map(|(id, place)| (id, *place))
    }

    /// Adds a point, or moves the one with this id; returns where it was. A place that cannot be leaves all as it is.
    pub fn insert(&mut self, id: Id, place: Point) -> Result<Option<Point>, PointError> {
        let place = checked(place)?;
        let before = self.places.insert(id.clone(), place);
        if before == Some(place) {
            return Ok(before);
        }
        let mut leaf = Leaf { arrow: Arrow::of(place), id };
        if let Some(before) = before {
            leaf = self.remove_leaf(leaf, before);
        }
        self.tree.insert(leaf);
        Ok(before)
    }

    /// Removes a point; returns where it was.
    pub fn remove(&mut self, id: &Id) -> Option<Point> {
        let (id, place) = self.places.remove_entry(id)?;
        self.remove_leaf(Leaf { arrow: Arrow::of(place), id }, place);
        Some(place)
    }

    /// Takes a leaf's older self out of the tree, and gives the leaf back.
    fn remove_leaf(&mut self, leaf: Leaf<Id>, before: Point) -> Leaf<Id> {
        let arrow = leaf.arrow;
        let older = Leaf { arrow: Arrow::of(before), ..leaf };
        self.tree.remove(&older);
        Leaf { arrow, ..older }
    }

    /// The `count` nearest points with their distance in metres, nearest first; of equals the smaller id first.
    ///
    /// Empty for a place that is not [`checked`].
    pub fn nearest(&self, place: Point, count: usize) -> Vec<(Id, f64)> {
        self.nearest_where(place, count, |_| true)
    }

    /// The nearest of those that a filter admits: drivers that are free, workshops that know the make.
    ///
    /// # Examples
    ///
    /// ```
    /// use cc_core::geography::{NearestIndex, point};
    ///
    /// let drivers = NearestIndex::bulk_load([("ann", point(55.5, 5.0)?), ("bo", point(55.5, 5.1)?)])?;
    /// let nearest = drivers.nearest_where(point(55.5, 5.0)?, 1, |id| *id != "ann");
    /// assert_eq!(nearest[0].0, "bo");
    /// # Ok::<(), cc_core::geography::PointError>(())
    /// ```
    pub fn nearest_where(&self, place: Point, count: usize, admits: impl Fn(&Id) -> bool) -> Vec<(Id, f64)> {
        if count == 0 || checked(place).is_err() {
            return Vec::new();
        }
        let here = Arrow::of(place);
        let mut found: Vec<(&Id, f64)> = tree::nearest(&self.tree, here, count, admits)
            .into_iter()
            .map(|leaf| (&leaf.id, here.metres_to(leaf.arrow)))
            .collect();
        found.sort_unstable_by(nearer);
        found.truncate(count);
        found.into_iter().map(|(id, metres)| (id.clone(), metres)).collect()
    }

    /// Every point at most so many metres away, nearest first; of equals the smaller id first.
    ///
    /// Empty for a place that is not [`checked`], and for a radius that is negative or NaN.
    pub fn within(&self, place: Point, radius_metres: f64) -> Vec<(Id, f64)> {
        if checked(place).is_err() || radius_metres.is_nan() || radius_metres < 0.0 {
            return Vec::new();
        }
        let here = Arrow::of(place);
        let mut found: Vec<(&Id, f64)> = self
            .tree
            .locate_within_distance(here.0, chord_square(radius_metres) * ROUNDING)
            .map(|leaf| (&leaf.id, here.metres_to(leaf.arrow)))
            .filter(|(_, metres)| *metres <= radius_metres)
            .collect();
        found.sort_unstable_by(nearer);
        found.into_iter().map(|(id, metres)| (id.clone(), metres)).collect()
    }
}

impl<Id: Clone + Ord> Default for NearestIndex<Id> {
    fn default() -> Self {
        Self::new()
    }
}

/// Shows how many points there are, not where.
impl<Id: Clone + Ord> fmt::Debug for NearestIndex<Id> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NearestIndex").field("len", &self.len()).finish_non_exhaustive()
    }
}

fn nearer<Id: Ord>(a: &(&Id, f64), b: &(&Id, f64)) -> Ordering {
    a.1.total_cmp(&b.1).then_with(|| a.0.cmp(b.0))
}

#[cfg(test)]
mod tests {
    use alloc::format;

    use proptest::prelude::*;

    use super::super::distance;
    use super::super::samples::{anywhere, at};
    use super::*;

    fn by_scan(points: &BTreeMap<u8, Point>, place: Point) -> Vec<(u8, f64)> {
        let mut all: Vec<_> = points.iter().map(|(id, point)| (*id, distance(place, *point))).collect();
        all.sort_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0)));
        all
    }

    #[test]
    fn the_nearest_in_degrees_is_not_the_nearest_on_the_ground() {
        let index = NearestIndex::bulk_load([("east", at(60.0, 5.9)), ("north", at(60.6, 5.0))]).unwrap();
        assert_eq!(index.nearest(at(60.0, 5.0), 1)[0].0, "east");
    }

    #[test]
    fn neither_the_antimeridian_nor_a_pole_is_a_wall() {
        let index = NearestIndex::bulk_load([
            ("over the line", at(10.0, -179.9)),
            ("this side", at(10.0, 179.0)),
            ("over the pole", at(89.9, -90.0)),
            ("down the meridian", at(89.0, 90.0)),
        ])
        .unwrap();
        assert_eq!(index.nearest(at(10.0, 179.9), 1)[0].0, "over the line");
        assert_eq!(index.nearest(at(89.9, 90.0), 1)[0].0, "over the pole");
        assert_eq!(index.within(at(10.0, 180.0), 11_000.0).len(), 1);
    }

    #[test]
    fn of_equals_the_smaller_id_comes_first() {
        let place = at(55.5, 5.0);
        let mut index = NearestIndex::new();
        for id in [7, 3, 9, 1, 5] {
            index.insert(id, place).unwrap();
        }
        let ids = |found: Vec<(i32, f64)>| found.into_iter().map(|(id, _)| id).collect::<Vec<_>>();
        assert_eq!(ids(index.nearest(at(55.6, 5.0), 3)), [1, 3, 5]);
        assert_eq!(ids(index.nearest_where(place, 2, |id| *id > 3)), [5, 7]);
        assert_eq!(ids(index.within(place, 0.0)), [1, 3, 5, 7, 9]);
    }

    #[test]
    fn what_is_no_place_finds_nothing_and_changes_nothing() {
        let mut index = NearestIndex::bulk_load([(1, at(55.5, 5.0))]).unwrap();
        assert_eq!(index.insert(1, at(f64::NAN, 5.0)), Err(PointError::Latitude));
        assert_eq!(index.get(&1), Some(at(55.5, 5.0)));
        assert_eq!(index.nearest(at(f64::NAN, 0.0), 1), []);
        assert_eq!(index.nearest(at(55.5, 5.0), 0), []);
        assert_eq!(index.nearest(at(55.5, 5.0), usize::MAX).len(), 1);
        assert_eq!(index.within(at(55.5, 5.0), -1.0), []);
        assert_eq!(index.within(at(55.5, 5.0), f64::NAN), []);
        assert_eq!(index.within(at(55.5, 5.0), f64::INFINITY).len(), 1);
        assert_eq!(index.remove(&2), None);
        assert!(NearestIndex::bulk_load([(1, at(99.0, 0.0))]).is_err());
        assert_eq!(format!("{index:?}"), "NearestIndex { len: 1, .. }");
    }

    proptest! {
        #[test]
        fn the_answer_is_that_of_a_scan(
            moves in proptest::collection::vec((0u8..40, proptest::option::weighted(0.9, anywhere())), 0..150),
            loaded in proptest::collection::vec((0u8..60, anywhere()), 0..60),
            place in anywhere(),
            count in 0usize..12,
            radius in 0.0..2e7f64,
        ) {
            let mut points: BTreeMap<u8, Point> = loaded.iter().copied().collect();
            let mut index = NearestIndex::bulk_load(loaded).unwrap();
            for (id, place) in moves {
                if let Some(place) = place {
                    prop_assert_eq!(index.insert(id, place).unwrap(), points.insert(id, place));
                } else {
                    prop_assert_eq!(index.remove(&id), points.remove(&id));
                }
            }
            prop_assert_eq!(index.len(), points.len());
            prop_assert_eq!(index.tree.size(), points.len());
            let all = by_scan(&points, place);
            prop_assert_eq!(index.nearest(place, count), &all[..count.min(all.len())]);
            let odd: Vec<_> = all.iter().filter(|(id, _)| id % 2 == 1).take(count).copied().collect();
            prop_assert_eq!(index.nearest_where(place, count, |id| id % 2 == 1), odd);
            let near: Vec<_> = all.iter().filter(|(_, metres)| *metres <= radius).copied().collect();
            prop_assert_eq!(index.within(place, radius), near);
        }

        #[test]
        fn many_in_one_town_are_told_apart_to_the_last_digit(
            points in proptest::collection::vec((0u8..20, 0u8..20), 1..100),
            place in (0u8..20, 0u8..20),
            count in 1usize..20,
        ) {
            // A grid of a metre, so that many are equally far.
            let on_grid = |(row, column): (u8, u8)| at(55.0 + f64::from(row) * 1e-5, 5.0 + f64::from(column) * 1e-5);
            let points: BTreeMap<u8, Point> =
                points.into_iter().enumerate().map(|(id, cell)| (id as u8, on_grid(cell))).collect();
            let mut index = NearestIndex::new();
            for (id, point) in points.iter().rev() {
                index.insert(*id, *point).unwrap();
            }
            let all = by_scan(&points, on_grid(place));
            prop_assert_eq!(index.nearest(on_grid(place), count), &all[..count.min(all.len())]);
        }
    }
}
