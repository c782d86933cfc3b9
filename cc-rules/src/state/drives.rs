//! Drives: ignition on to off, or without ignition, motion that pauses for no more than ten minutes.

use super::{NEVER, NONE};

/// Where one drive ends and the next begins.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Drives {
    /// How many drives have begun.
    pub(crate) ordinal: u32,
    /// Whether one is under way.
    pub(crate) driving: bool,
    /// Whether the vehicle ever told its ignition; motion means nothing from then on.
    pub(crate) ignition_known: bool,
    /// When the newest drive began.
    pub(crate) started: i64,
    /// When the vehicle last moved; counts without ignition only.
    pub(crate) moved: i64,
}

/// What an event did to the drives.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Edge {
    Ended,
    Nothing,
    Started,
}

/// A longer pause ends a drive that only motion tells of.
pub(crate) const PAUSE: i64 = 600 * 1_000_000_000;

impl Default for Drives {
    fn default() -> Self {
        Self { ordinal: 0, driving: false, ignition_known: false, started: NONE, moved: NONE }
    }
}

impl Drives {
    pub(crate) fn ignition(&mut self, on: bool, at: i64) -> Edge {
        self.ignition_known = true;
        self.moved = NONE;
        match (self.driving, on) {
            (false, true) => self.start(at),
            (true, false) => self.end(),
            _ => Edge::Nothing,
        }
    }

    pub(crate) fn motion(&mut self, at: i64) -> Edge {
        if self.ignition_known {
            return Edge::Nothing;
        }
        self.moved = at;
        if self.driving { Edge::Nothing } else { self.start(at) }
    }

    /// When the drive ends if nothing moves any more.
    pub(crate) fn deadline(&self) -> i64 {
        if self.driving && self.moved != NONE { self.moved.saturating_add(PAUSE) } else { NEVER }
    }

    pub(crate) fn end(&mut self) -> Edge {
        self.driving = false;
        self.moved = NONE;
        Edge::Ended
    }

    fn start(&mut self, at: i64) -> Edge {
        self.driving = true;
        self.started = at;
        self.ordinal = self.ordinal.saturating_add(1);
        Edge::Started
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ignition_decides_as_soon_as_it_is_known() {
        let mut drives = Drives::default();
        assert_eq!(drives.motion(0), Edge::Started);
        assert_eq!(drives.deadline(), PAUSE);
        assert_eq!(drives.ignition(true, 5), Edge::Nothing);
        assert_eq!(drives.deadline(), NEVER);
        assert_eq!(drives.motion(6), Edge::Nothing);
        assert_eq!(drives.ignition(false, 7), Edge::Ended);
        assert_eq!(drives.motion(8), Edge::Nothing);
        assert_eq!(drives.ordinal, 1);
    }
}
