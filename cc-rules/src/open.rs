//! What is open for a vehicle now: what a phone and a platform compare, and join.

use std::collections::BTreeSet;

use cc_core::Recommendation;

use crate::engine::arguments;
use crate::pack::Pack;
use crate::state::{Phase, Said, VehicleState, instant};

impl VehicleState {
    /// The open recommendations, one a group, in order of group: a rule without one is its own.
    ///
    /// `pack` is the one that the state was made, or read, with. `since` is the start of the earliest episode that is still
    /// open; arguments have their values of the newest instant that is done, and one that is unknown then is left out.
    /// Two sides that see different samples of one fault join theirs with [`Recommendation::merge`].
    ///
    /// # Examples
    ///
    /// ```
    /// use cc_core::{Body, DtcDiff, Event, EventId, TroubleCode};
    /// use cc_rules::{Runner, standard_pack};
    ///
    /// let mut report = TroubleCode::new("P0301".parse()?);
    /// report.diff = Some(DtcDiff::Add);
    /// let event = |at: &str| Event::new("local/7".parse().unwrap(), at.parse().unwrap(), EventId(1), Body::TroubleCode(report.clone()));
    /// let [mut phone, mut platform] = [0, 1].map(|_| Runner::new(standard_pack(), chrono::TimeDelta::zero()));
    /// phone.feed([event("2026-05-01T10:00:00Z")]);
    /// platform.feed([event("2026-05-01T10:00:20Z")]);
    /// let open = |runner: &mut Runner| {
    ///     runner.drain();
    ///     runner.vehicles().next().unwrap().recommendations(&standard_pack()).remove(0)
    /// };
    /// let (here, there) = (open(&mut phone), open(&mut platform));
    /// assert_ne!(here.id, there.id);
    /// let one = there.clone().merge(here.clone()).unwrap();
    /// assert_eq!((&*one.rule, one.id, one.since), ("misfire", here.id, here.since));
    /// assert!(one.aliases.contains(&there.id));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn recommendations(&self, pack: &Pack) -> Vec<Recommendation> {
        let linked = &*pack.0;
        let open = |(group, said): (u16, &Said)| {
            let members = linked.groups.get(usize::from(group))?;
            let episodes = members.iter().filter_map(|number| {
                let (rule, state) =
                    (linked.rules.get(usize::from(*number))?, self.rules.get(usize::from(*number))?);
                (state.phase == Phase::Open && !self.is_suppressed(rule)).then_some(state.since)
            });
            let speaker = linked.rule_index(&said.rule).filter(|index| self.rules.get(*index).is_some());
            let number = speaker.and_then(|index| u16::try_from(index).ok());
            let group = pack.rule(&said.rule).and_then(|rule| rule.group).unwrap_or(&said.rule);
            Some(Recommendation {
                id: said.id(&self.vehicle),
                aliases: BTreeSet::new(),
                vehicle: self.vehicle.clone(),
                rule: said.rule.clone(),
                group: group.into(),
                since: episodes.min().and_then(instant)?,
                urgency: said.urgency,
                action: said.action,
                due: said.due.and_then(instant),
                message: said.message.clone(),
                args: number.map(|rule| arguments(linked, self, rule, self.now)).unwrap_or_default(),
            })
        };
        let mut list: Vec<_> = self.groups.iter().filter_map(open).collect();
        list.sort_by(|a, b| a.group.cmp(&b.group));
        list
    }
}
