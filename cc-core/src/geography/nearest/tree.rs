//! The R-tree of arrows, and the search in it.

use alloc::collections::BinaryHeap;
use alloc::vec::Vec;
use core::cmp::Ordering;

use rstar::{AABB, ParentNode, PointDistance, RStarInsertionStrategy, RTree};
use rstar::{RTreeNode, RTreeObject, RTreeParams};

use super::super::sphere::Arrow;

pub(super) type Tree<Id> = RTree<Leaf<Id>, TreeParams>;

/// The tree compares squares of chords and the answer compares metres: so much wider than any rounding between the two,
/// and so narrow that nobody else gets in.
pub(super) const ROUNDING: f64 = 1.0 + 1e-9;

#[derive(Clone, PartialEq)]
pub(super) struct Leaf<Id> {
    pub(super) arrow: Arrow,
    pub(super) id: Id,
}

impl<Id> RTreeObject for Leaf<Id> {
    type Envelope = AABB<[f64; 3]>;

    fn envelope(&self) -> Self::Envelope {
        AABB::from_point(self.arrow.0)
    }
}

impl<Id> PointDistance for Leaf<Id> {
    fn distance_2(&self, point: &[f64; 3]) -> f64 {
        self.arrow.minus(Arrow(*point)).square()
    }
}

/// Measured on 100,000 points, in a town and in a country: smaller nodes are slower to ask, larger ones to move in.
#[derive(Clone)]
pub(super) struct TreeParams;

impl RTreeParams for TreeParams {
    const MIN_SIZE: usize = 5;
    const MAX_SIZE: usize = 12;
    const REINSERTION_COUNT: usize = 3;
    type DefaultInsertionStrategy = RStarInsertionStrategy;
}

/// The `count` leaves nearest to an arrow, and with them all that are as far as the last give or take a rounding; in no
/// order.
///
/// Depth first, the nearer child first, and never into a box that is farther than what has been found: half the time of
/// the tree's own iterator, which keeps every leaf it met in one heap because it cannot know how many will be asked for.
pub(super) fn nearest<'a, Id>(
    tree: &'a Tree<Id>,
    here: Arrow,
    count: usize,
    admits: impl Fn(&Id) -> bool,
) -> Vec<&'a Leaf<Id>> {
    let mut best: BinaryHeap<Candidate<'a, Id>> =
        BinaryHeap::with_capacity(count.min(tree.size()).saturating_add(1));
    let mut tied: Vec<Candidate<'a, Id>> = Vec::new();
    let mut limit = f64::INFINITY;
    // Boxes still to be looked into, the nearest on top.
    let mut boxes: Vec<(f64, &'a ParentNode<Leaf<Id>>)> = Vec::with_capacity(64);
    boxes.push((0.0, tree.root()));
    while let Some((square, parent)) = boxes.pop() {
        if square > limit {
            continue;
        }
        let waiting = boxes.len();
        for child in parent.children() {
            match child {
                RTreeNode::Leaf(leaf) => {
                    let square = leaf.distance_2(&here.0);
                    if square > limit || !admits(&leaf.id) {
                        continue;
                    }
                    best.push(Candidate { square, leaf });
                    let dropped = if best.len() > count { best.pop() } else { None };
                    if best.len() == count
                        && let Some(last) = best.peek()
                    {
                        limit = last.square * ROUNDING;
                    }
                    tied.extend(dropped.filter(|dropped| dropped.square <= limit));
                }
                RTreeNode::Parent(parent) => {
                    let square = parent.envelope().distance_2(&here.0);
                    if square <= limit {
                        boxes.push((square, parent));
                    }
                }
            }
        }
        if let Some(children) = boxes.get_mut(waiting..) {
            children.sort_unstable_by(|a, b| b.0.total_cmp(&a.0));
        }
    }
    // Some were as far as the last of that moment, and nearer ones came after.
    let tied = tied.into_iter().filter(|candidate| candidate.square <= limit);
    best.into_iter().chain(tied).map(|candidate| candidate.leaf).collect()
}

/// A leaf with the square of its chord; ordered by that alone.
struct Candidate<'a, Id> {
    square: f64,
    leaf: &'a Leaf<Id>,
}

impl<Id> PartialEq for Candidate<'_, Id> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl<Id> Eq for Candidate<'_, Id> {}

impl<Id> PartialOrd for Candidate<'_, Id> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<Id> Ord for Candidate<'_, Id> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.square.total_cmp(&other.square)
    }
}
