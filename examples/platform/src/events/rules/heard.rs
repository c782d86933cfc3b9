//! Vehicles of which something came that no earlier state covers yet, and the states that do.
//!
//! An earlier state is of use where it knows everything that is no longer kept. So a vehicle stands here until a state was kept that has
//! reached more than what it said: also of one that then says nothing for a month.

use std::collections::BTreeMap;

use cc_core::{Timestamp, VehicleRef};
use cc_rules::{Runner, VehicleState};

use super::bases::STEP;
use crate::clock;

/// The most states that are taken from one reading, and the most bytes that they have.
const OF_ONE: (usize, usize) = (64, 4 << 20);

/// A state, and what it has reached.
pub(super) type State = (Timestamp, String);

/// States of one vehicle as it is read, in order: not closer to one another than is of use, and not too many.
#[derive(Debug, Default)]
pub(super) struct Passed(Vec<State>);

impl Passed {
    /// The vehicle's reading came so far.
    pub(super) fn at(&mut self, runner: &Runner, vehicle: &VehicleRef) {
        let Some(reached) = runner.vehicle(vehicle).and_then(VehicleState::reached) else { return };
        if self.0.last().is_some_and(|(last, _)| reached < *last + STEP) {
            return;
        }
        // What waits is in the history, and read again from there.
        let Some(state) = runner.save_state(vehicle) else { return };
        while self.0.len() >= OF_ONE.0 || !self.0.is_empty() && self.bytes() + state.len() > OF_ONE.1 {
            // The last of one is dropped, too.
            let mut is_odd = self.0.len() == 1;
            self.0.retain(|_| {
                is_odd = !is_odd;
                is_odd
            });
        }
        self.0.push((reached, state));
    }

    fn bytes(&self) -> usize {
        self.0.iter().map(|(_, state)| state.len()).sum()
    }

    #[cfg(test)]
    pub(super) fn states(&self) -> Vec<State> {
        self.0.clone()
    }
}

/// What is to be kept of each vehicle.
#[derive(Debug, Default)]
pub(super) struct Heard {
    /// When something came of a vehicle last.
    came: BTreeMap<VehicleRef, Timestamp>,
    /// What the newest state that was kept has reached.
    kept: BTreeMap<VehicleRef, Timestamp>,
    /// States that a reading passed.
    passed: BTreeMap<VehicleRef, Vec<State>>,
}

impl Heard {
    /// As it was written, of an organization.
    pub(super) fn of(org: &str, rows: &[(i64, i64)]) -> Self {
        let mut heard = Self::default();
        for (number, at) in rows {
            if let Ok(vehicle) = format!("{org}/{number}").parse() {
                heard.note(vehicle, clock::instant_of(*at));
            }
        }
        heard
    }

    /// As it is written: numbers of vehicles, and milliseconds since 1970.
    pub(super) fn rows(&self) -> Vec<(i64, i64)> {
        self.came.iter().map(|(of, at)| (of.vehicle.0, at.timestamp_millis())).collect()
    }

    /// Something of a vehicle came.
    pub(super) fn note(&mut self, vehicle: VehicleRef, now: Timestamp) {
        self.came.insert(vehicle, now);
    }

    /// A vehicle was read anew from an instant on: what was to be kept of it knows nothing of that.
    pub(super) fn read_anew(&mut self, vehicle: VehicleRef, Passed(states): Passed, now: Timestamp) {
        self.kept.remove(&vehicle);
        self.passed.insert(vehicle.clone(), states);
        self.note(vehicle, now);
    }

    /// Whether a state of any vehicle is to be kept; `missed`: from when on something of a vehicle was missed.
    pub(super) fn is_due(&self, runner: &Runner, missed: impl Fn(&VehicleRef) -> Option<Timestamp>) -> bool {
        !self.passed.is_empty()
            || self.came.keys().any(|vehicle| self.reached(runner, vehicle, &missed).is_some())
    }

    /// What a vehicle's state has reached, where it is one to be kept.
    fn reached(
        &self,
        runner: &Runner,
        vehicle: &VehicleRef,
        missed: impl Fn(&VehicleRef) -> Option<Timestamp>,
    ) -> Option<Timestamp> {
        let reached = runner.vehicle(vehicle)?.reached()?;
        // A state that has not come to what was missed is as good as any.
        let is_whole = missed(vehicle).is_none_or(|from| reached < from);
        let is_far = self.kept.get(vehicle).is_none_or(|kept| reached >= *kept + STEP);
        (is_whole && is_far).then_some(reached)
    }

    /// The states that are to be kept now, each vehicle's in order.
    pub(super) fn take(
        &mut self,
        runner: &Runner,
        missed: impl Fn(&VehicleRef) -> Option<Timestamp>,
    ) -> Vec<(VehicleRef, State)> {
        let mut states = Vec::new();
        for (vehicle, passed) in std::mem::take(&mut self.passed) {
            let missed = missed(&vehicle);
            let whole = passed.into_iter().filter(|(reached, _)| missed.is_none_or(|from| *reached < from));
            states.extend(whole.map(|state| (vehicle.clone(), state)));
        }
        for vehicle in self.came.keys() {
            if let Some(reached) = self.reached(runner, vehicle, &missed)
                && let Some(state) = runner.save_state(vehicle)
            {
                states.push((vehicle.clone(), (reached, state)));
            }
        }
        states
    }

    /// A state of a vehicle could not be kept: the next that is of use is tried.
    pub(super) fn not_kept(&mut self, vehicle: VehicleRef, reached: Timestamp) {
        self.kept.insert(vehicle, reached);
    }

    /// The newest state of a vehicle that is kept has reached this.
    pub(super) fn kept(&mut self, vehicle: VehicleRef, reached: Timestamp) {
        if self.came.get(&vehicle).is_some_and(|at| *at < reached) {
            self.came.remove(&vehicle);
        }
        self.kept.insert(vehicle, reached);
    }
}

#[cfg(test)]
mod tests {
    use cc_core::Event;
    use cc_rules::standard_pack;
    use chrono::TimeDelta;

    use super::*;

    fn at(minute: i64) -> Timestamp {
        clock::instant_of(1_700_000_000_000) + TimeDelta::minutes(minute)
    }

    fn runner(vehicle: i64, minute: i64) -> Runner {
        let mut runner = Runner::new(standard_pack(), TimeDelta::seconds(2));
        let time = clock::text(at(minute));
        let event = format!(
            r#"{{"id":1,"vehicleId":{vehicle},"organizationKey":"demo","time":"{time}","type":"can_odometer_km","odometer":1}}"#
        );
        runner.feed([Event::from_json(event).unwrap()]);
        runner.advance(at(minute));
        runner
    }

    #[test]
    fn a_state_that_has_not_come_to_what_was_missed_is_kept() {
        let seven: VehicleRef = "demo/7".parse().unwrap();
        let mut heard = Heard::default();
        heard.note(seven.clone(), at(0));
        let runner = runner(7, 0);
        for (missed, count) in [(Some(at(-1)), 0), (Some(at(0)), 0), (Some(at(5)), 1), (None, 1)] {
            assert_eq!(heard.is_due(&runner, |_| missed), count > 0, "{missed:?}");
            assert_eq!(heard.take(&runner, |_| missed).len(), count, "{missed:?}");
        }
    }

    #[test]
    fn a_vehicle_is_done_once_a_state_covers_all_that_it_said() {
        let seven: VehicleRef = "demo/7".parse().unwrap();
        let mut heard = Heard::of("demo", &[(7, at(3).timestamp_millis())]);
        heard.kept(seven.clone(), at(0));
        // The next state is not kept before it is of use, and the vehicle waits for it.
        assert!(heard.take(&runner(7, 9), |_| None).is_empty());
        assert_eq!(heard.rows(), [(7, at(3).timestamp_millis())]);
        let states = heard.take(&runner(7, 10), |_| None);
        assert_eq!(states.iter().map(|(_, (reached, _))| *reached).collect::<Vec<_>>(), [at(10)]);
        heard.kept(seven, at(10));
        assert!(heard.rows().is_empty() && !heard.is_due(&runner(7, 60), |_| None));
    }

    #[test]
    fn states_on_the_way_are_kept_up_to_what_was_missed_and_are_not_too_many() {
        let seven: VehicleRef = "demo/7".parse().unwrap();
        let mut passed = Passed::default();
        for minute in (0..700).step_by(5) {
            passed.at(&runner(7, minute), &seven);
        }
        let minutes =
            |states: &[State]| states.iter().map(|(at_, _)| (*at_ - at(0)).num_minutes()).collect::<Vec<_>>();
        let all = minutes(&passed.0);
        assert!(all.len() <= OF_ONE.0 && all[0] == 0 && all[all.len() - 1] == 690, "{all:?}");
        // Nor are they too many bytes.
        let mut long = Passed((0..4).map(|tens| (at(10 * tens), "x".repeat(1 << 20))).collect());
        long.at(&runner(7, 40), &seven);
        assert_eq!(minutes(&long.0), [0, 20, 40]);
        let mut longer = Passed(vec![(at(0), "x".repeat(5 << 20))]);
        longer.at(&runner(7, 40), &seven);
        assert_eq!(minutes(&longer.0), [40]);
        let mut heard = Heard::default();
        heard.read_anew(seven.clone(), passed, at(700));
        let kept: Vec<State> =
            heard.take(&runner(7, 700), |_| Some(at(100))).into_iter().map(|(_, state)| state).collect();
        assert_eq!(minutes(&kept), all.iter().copied().filter(|minute| *minute < 100).collect::<Vec<_>>());
    }
}
