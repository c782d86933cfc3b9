//! A candidate pack beside the live one: what would change for whom, before it does.
//!
//! Before a new version of a pack speaks to drivers, it runs beside the present one over the same events, in silence. The
//! live pack's changes come out as always. The candidate's never do: they are only compared, recommendation by
//! recommendation. Two are about the same if they are of one vehicle and group (else rule) and were open at some common
//! instant; each is matched once, in order of time.

mod episodes;
mod report;

use cc_core::{Arguments, Change, ChangeKind, Event, Timestamp, VehicleRef};
use chrono::TimeDelta;

pub use episodes::Episode;
use episodes::{Book, Side, topic};
pub use report::{Difference, DifferentField, RuleDifference, ShadowReport};

use crate::pack::{Pack, Profile};
use crate::runner::{Runner, RunnerStats};
use crate::state::StateError;

/// Two runners over the same events, of which only the live one is heard.
///
/// # Examples
///
/// ```
/// # #[cfg(feature = "source")] {
/// use cc_core::{Body, Event, EventId, Reading};
/// use cc_rules::shadow::ShadowRunner;
///
/// let pack = |limit: &str| {
///     let text = format!(
///         "pack: {{id: demo, version: 1.0.0, language: 1, min_engine: 0.1.0}}\n\
///          rules: [{{id: low, when: battery_voltage < {limit}, recommend: {{action: book, urgency: low, message: m}}}}]"
///     );
///     cc_rules::source::compile("demo.yaml", &[("demo.yaml", &text)]).unwrap().pack
/// };
/// let mut runner = ShadowRunner::new(pack("12 V"), pack("11 V"), chrono::TimeDelta::zero());
/// let reading = Reading::new("battery_voltage".parse()?, cc_core::Number::from_f64(11.5).unwrap());
/// runner.feed([Event::new("local/0".parse()?, "2026-05-01T10:00:00Z".parse().unwrap(), EventId(1), Body::Reading(reading))]);
/// assert_eq!(runner.drain().len(), 1);
/// let report = runner.finish();
/// assert_eq!(report.to_string(), "low: 1 live, 0 candidate; 1 only live");
/// assert_eq!(report.differences[0].kind(), "only_live");
/// # }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct ShadowRunner {
    live: Runner,
    candidate: Runner,
    book: Book,
    report: ShadowReport,
    ready: Vec<Change>,
}

impl ShadowRunner {
    /// Both without vehicles.
    pub fn new(live: Pack, candidate: Pack, lateness: TimeDelta) -> Self {
        Self {
            live: Runner::new(live, lateness),
            candidate: Runner::new(candidate, lateness),
            book: Book::default(),
            report: ShadowReport::default(),
            ready: Vec::new(),
        }
    }

    /// A runner that has been running goes on, and the candidate begins where it is: with its states, moved over as
    /// [`Runner::reload`] moves them. What is open then is open on both sides, since before the comparison.
    pub fn beside(live: Runner, candidate: Pack) -> Result<Self, StateError> {
        let mut shadow = live.clone();
        shadow.take_changes();
        shadow.reload(candidate)?;
        let mut book = Book::default();
        for (side, runner) in [(Side::Live, &live), (Side::Candidate, &shadow)] {
            for state in runner.vehicles() {
                for said in state.groups.iter().map(|(_, said)| said).chain(&state.orphans) {
                    let raised = said.change(
                        &state.vehicle,
                        Timestamp::UNIX_EPOCH,
                        ChangeKind::Raised,
                        Arguments::new(),
                    );
                    let episode = Episode::new(&raised, None);
                    book.begin(side, topic(runner.pack(), &state.vehicle, &said.rule), episode);
                }
            }
        }
        let report = ShadowReport::default();
        Ok(Self { live, candidate: shadow, book, report, ready: Vec::new() })
    }

    /// As [`Runner::set_threads`].
    pub fn set_threads(&mut self, threads: usize) {
        self.live.set_threads(threads);
        self.candidate.set_threads(threads);
    }

    /// As [`Runner::set_profile`].
    pub fn set_profile(&mut self, vehicle: VehicleRef, profile: Profile) -> bool {
        self.candidate.set_profile(vehicle.clone(), profile.clone());
        self.live.set_profile(vehicle, profile)
    }

    /// As [`Runner::feed`], on both sides.
    pub fn feed(&mut self, events: impl IntoIterator<Item = Event>) {
        let events: Vec<Event> = events.into_iter().collect();
        self.candidate.feed(events.iter().cloned());
        self.live.feed(events);
        self.compare();
    }

    /// As [`Runner::advance`], on both sides.
    pub fn advance(&mut self, until: Timestamp) {
        self.candidate.advance(until);
        self.live.advance(until);
        self.compare();
    }

    /// When advancing will matter next, on either side.
    pub fn next_deadline(&self) -> Option<Timestamp> {
        [&self.live, &self.candidate].into_iter().filter_map(Runner::next_deadline).min()
    }

    /// The live changes so far, sorted by instant, vehicle and rule; each is given once.
    pub fn take_changes(&mut self) -> Vec<Change> {
        let mut changes = std::mem::take(&mut self.ready);
        changes.sort_by(|a, b| (a.at, &a.vehicle, &a.rule).cmp(&(b.at, &b.vehicle, &b.rule)));
        changes
    }

    /// Releases every waiting event on both sides, and gives the live changes so far.
    pub fn drain(&mut self) -> Vec<Change> {
        for change in self.candidate.drain() {
            self.book.take(Side::Candidate, self.candidate.pack(), &change);
        }
        let live = self.live.drain();
        self.hear(live);
        self.compare();
        self.take_changes()
    }

    /// What happened beside the live changes.
    pub fn stats(&self) -> RunnerStats {
        self.live.stats()
    }

    /// The live runner.
    pub fn live(&self) -> &Runner {
        &self.live
    }

    /// The differences that are decided so far, each given once, and the counts of all so far.
    pub fn take_report(&mut self) -> ShadowReport {
        let rules = self.report.rules.clone();
        ShadowReport { differences: std::mem::take(&mut self.report.differences), rules }
    }

    /// Ends the comparison: what is open is compared as it stands.
    pub fn finish(mut self) -> ShadowReport {
        let Self { book, report, .. } = &mut self;
        book.settle(|_| None, true, |difference| report.add(difference));
        self.report
    }

    /// Ends the comparison, and goes on with the live pack alone.
    pub fn into_live(self) -> Runner {
        let mut live = self.live;
        live.put_back(self.ready);
        live
    }

    fn hear(&mut self, changes: Vec<Change>) {
        for change in &changes {
            self.book.take(Side::Live, self.live.pack(), change);
        }
        self.ready.extend(changes);
    }

    fn compare(&mut self) {
        for change in self.candidate.take_changes() {
            self.book.take(Side::Candidate, self.candidate.pack(), &change);
        }
        let changes = self.live.take_changes();
        self.hear(changes);
        let Self { live, candidate, book, report, .. } = self;
        let reached = |vehicle: &VehicleRef| {
            let of = |runner: &Runner| runner.vehicle(vehicle).and_then(crate::VehicleState::reached);
            of(live).min(of(candidate))
        };
        book.settle(reached, false, |difference| report.add(difference));
    }
}
