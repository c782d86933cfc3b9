//! Samples to incidents.

use alloc::vec::Vec;

use chrono::TimeDelta;

use super::{DrivingIncident, DrivingOptions, DrivingOptionsError, DrivingSample, DrivingStrength};
use crate::{DrivingDirection, Timestamp};

/// Finds hard driving in samples of one car, fed in the order of their time.
///
/// The two axes are watched apart: braking in a bend is a brake and a turn. A sample that is not newer than the last is
/// left out, and so is one that cannot be; both are counted. What is kept is at most one unfinished pull an axis.
#[derive(Clone, Debug, PartialEq)]
pub struct DrivingDetector {
    options: DrivingOptions,
    last: Option<Timestamp>,
    /// The smoothed acceleration, along and across.
    smooth: [f64; 2],
    /// The unfinished pulls along and across.
    pulls: [Option<Pull>; 2],
    late: u64,
    implausible: u64,
}

/// A pull that may go on.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Pull {
    direction: DrivingDirection,
    since: Timestamp,
    /// The last sample that was at least low.
    until: Timestamp,
    peak_g: f64,
}

impl DrivingDetector {
    /// A detector that has felt nothing yet.
    pub fn new(options: DrivingOptions) -> Result<Self, DrivingOptionsError> {
        options.check()?;
        Ok(Self { options, last: None, smooth: [0.0; 2], pulls: [None; 2], late: 0, implausible: 0 })
    }

    /// Takes a sample, and tells what is now over: by its start, then by its direction.
    pub fn add(&mut self, sample: DrivingSample) -> Vec<DrivingIncident> {
        let DrivingSample { at, longitudinal, lateral } = sample;
        if self.last.is_some_and(|last| at <= last) {
            self.late = self.late.saturating_add(1);
            return Vec::new();
        }
        // Also where one of them is NaN.
        if !(longitudinal.abs() <= self.options.most_g && lateral.abs() <= self.options.most_g) {
            self.implausible = self.implausible.saturating_add(1);
            return Vec::new();
        }
        let since_last = self.last.map(|last| at.signed_duration_since(last));
        let gap = since_last.is_none_or(|time| time > self.options.longest_gap);
        self.last = Some(at);
        self.smooth = match since_last {
            Some(time) if !gap => {
                let (time, constant) = (seconds(time), seconds(self.options.smoothing));
                let part = if constant > 0.0 { time / (time + constant) } else { 1.0 };
                let [along, across] = self.smooth;
                [along + (longitudinal - along) * part, across + (lateral - across) * part]
            }
            _ => [longitudinal, lateral],
        };
        let [longitudinal, lateral] = self.smooth;
        let along = if longitudinal > 0.0 { DrivingDirection::Acceleration } else { DrivingDirection::Brake };
        let across = if lateral > 0.0 { DrivingDirection::TurnLeft } else { DrivingDirection::TurnRight };
        let mut over = Vec::new();
        for (pull, (direction, g)) in
            self.pulls.iter_mut().zip([(along, longitudinal.abs()), (across, lateral.abs())])
        {
            let is_hard = g >= self.options.thresholds(direction).low_g;
            if let Some(open) = pull {
                let dip = at.signed_duration_since(open.until);
                let turned = is_hard && open.direction != direction;
                if gap || turned || dip > self.options.longest_dip {
                    over.extend(open.incident(&self.options));
                    *pull = None;
                }
            }
            match pull {
                Some(open) if is_hard => {
                    open.until = at;
                    open.peak_g = open.peak_g.max(g);
                }
                None if is_hard => *pull = Some(Pull { direction, since: at, until: at, peak_g: g }),
                _ => {}
            }
        }
        in_order(over)
    }

    /// Tells what was unfinished, as if no sample followed for a long time.
    pub fn finish(&mut self) -> Vec<DrivingIncident> {
        let pulls = core::mem::take(&mut self.pulls);
        in_order(pulls.iter().flatten().filter_map(|pull| pull.incident(&self.options)).collect())
    }

    /// How many samples were left out because they were not newer than the last.
    pub fn late(&self) -> u64 {
        self.late
    }

    /// How many samples were left out because no car does that, or because they were no numbers.
    pub fn implausible(&self) -> u64 {
        self.implausible
    }
}

impl Pull {
    /// The incident, if it lasted.
    fn incident(&self, options: &DrivingOptions) -> Option<DrivingIncident> {
        let duration = self.until.signed_duration_since(self.since);
        if duration < options.least_duration {
            return None;
        }
        let thresholds = options.thresholds(self.direction);
        let strength = if self.peak_g >= thresholds.high_g {
            DrivingStrength::High
        } else if self.peak_g >= thresholds.medium_g {
            DrivingStrength::Medium
        } else {
            DrivingStrength::Low
        };
        Some(DrivingIncident {
            at: self.since,
            duration,
            direction: self.direction,
            strength,
            peak_g: self.peak_g,
        })
    }
}

/// At most three hundred years.
fn seconds(time: TimeDelta) -> f64 {
    time.num_nanoseconds().unwrap_or(i64::MAX) as f64 / 1e9
}

fn in_order(mut incidents: Vec<DrivingIncident>) -> Vec<DrivingIncident> {
    incidents.sort_by_key(|incident| (incident.at, incident.direction));
    incidents
}
