//! Running a pack of rules over events.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use cc_core::{Timestamp, VehicleRef};
use cc_rules::signed::TrustedKeys;
use cc_rules::{Pack, Profile, Runner, standard_pack};
use chrono::TimeDelta;

use crate::change::core_arguments;
use crate::error::guarded;
use crate::{CcError, MessageArgument, Recommendation, RecommendationChange, RecommendationText};

/// A checked pack of rules. Loading checks it anew, so keep it; it may be used from several threads at once.
#[derive(Debug, uniffi::Object)]
pub struct RulePack(Pack);

/// How to run a pack. Its text form hides the state, which holds events.
#[derive(Clone, Default, Eq, PartialEq, uniffi::Record)]
pub struct RunOptions {
    /// How much later than a newer one an event of the same vehicle may come and still count. Zero for a live adapter,
    /// five minutes for uploads. Zero where none is given.
    #[uniffi(default = None)]
    pub lateness: Option<Duration>,
    /// Nothing before this instant will come any more: run up to it, and keep the rest waiting.
    #[uniffi(default = None)]
    pub until: Option<SystemTime>,
    /// More events will come: keep those waiting that the lateness does not release yet. Without this and without
    /// `until`, everything is released.
    #[uniffi(default = false)]
    pub keep_waiting: bool,
    /// What an earlier run gave as its state; none for a fresh start.
    #[uniffi(default = None)]
    pub state: Option<Vec<u8>>,
    /// What vehicles are, where a rule's figures depend on it; counts for vehicles that have no state yet.
    #[uniffi(default = [])]
    pub profiles: Vec<VehicleProfile>,
}

/// What one vehicle is.
#[derive(Clone, Debug, Default, Eq, PartialEq, uniffi::Record)]
pub struct VehicleProfile {
    /// The vehicle with its organisation, such as `local/0`.
    pub vehicle: String,
    /// The engine family, such as `LM7`.
    #[uniffi(default = None)]
    pub engine_family: Option<String>,
    /// Maker and model.
    #[uniffi(default = None)]
    pub model: Option<String>,
    /// The market it was made for.
    #[uniffi(default = None)]
    pub market: Option<String>,
    /// The fleet it belongs to.
    #[uniffi(default = None)]
    pub fleet: Option<String>,
}

/// What a run gave. Its text form hides the state, which holds events.
#[derive(Clone, PartialEq, uniffi::Record)]
pub struct RunOutcome {
    /// The changes, sorted by instant, vehicle and rule.
    pub changes: Vec<RecommendationChange>,
    /// States and waiting events of all vehicles, for the next run.
    pub state: Vec<u8>,
    /// The lines that are no events; they do not stop the rest.
    pub rejected: Vec<RejectedLine>,
    /// How many events came too late to count.
    pub late: u64,
    /// How many events were there twice.
    pub duplicates: u64,
    /// How many events name no vehicle, or lie outside the years 1678 to 2261.
    pub refused: u64,
}

impl fmt::Debug for RunOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { lateness, until, keep_waiting, state, profiles } = self;
        f.debug_struct("RunOptions")
            .field("lateness", lateness)
            .field("until", until)
            .field("keep_waiting", keep_waiting)
            .field("state_bytes", &state.as_ref().map(Vec::len))
            .field("profiles", &profiles.len())
            .finish()
    }
}

impl fmt::Debug for RunOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { changes, state, rejected, late, duplicates, refused } = self;
        f.debug_struct("RunOutcome")
            .field("changes", &changes.len())
            .field("state_bytes", &state.len())
            .field("rejected", rejected)
            .field("late", late)
            .field("duplicates", duplicates)
            .field("refused", refused)
            .finish()
    }
}

/// A line of the events that is no event.
#[derive(Clone, Debug, Eq, PartialEq, uniffi::Record)]
pub struct RejectedLine {
    /// The line, counted from 1, on which it begins.
    pub line: u64,
    /// Why.
    pub reason: String,
}

#[uniffi::export]
impl RulePack {
    /// The standard pack, which is part of the library.
    #[uniffi::constructor]
    pub fn standard() -> Result<Arc<Self>, CcError> {
        guarded(|| Ok(Arc::new(Self(standard_pack()))))
    }

    /// Loads a pack in its canonical form (JSON), and checks it.
    #[uniffi::constructor]
    pub fn load(canonical: Vec<u8>) -> Result<Arc<Self>, CcError> {
        guarded(|| match Pack::load(&canonical) {
            Ok(pack) => Ok(Arc::new(Self(pack))),
            Err(findings) => Err(CcError::PackInvalid { findings: findings.to_string() }),
        })
    }

    /// Loads a signed pack if a trusted key that is valid at `now` has signed it; nothing of another one is read.
    ///
    /// `trusted_keys` has a line a key: `ed25519:` and 64 hexadecimal digits, then `from` and `until` with an instant where
    /// it has them. Without a trusted clock, give the time that is known best, such as that of the newest event.
    #[uniffi::constructor]
    pub fn load_signed(
        signed_pack: Vec<u8>,
        trusted_keys: String,
        now: SystemTime,
    ) -> Result<Arc<Self>, CcError> {
        guarded(|| {
            let trusted: TrustedKeys = trusted_keys
                .parse()
                .map_err(|error| CcError::OptionInvalid { reason: format!("trusted_keys: {error}") })?;
            match Pack::load_signed(&signed_pack, &trusted, instant(now)) {
                Ok(pack) => Ok(Arc::new(Self(pack))),
                Err(error) if error.is_untrusted() => {
                    Err(CcError::PackUntrusted { reason: error.to_string() })
                }
                Err(error) => Err(CcError::PackInvalid { findings: error.to_string() }),
            }
        })
    }

    /// The same pack with messages in one more language, or with others for some of a language that it has.
    ///
    /// `catalogue` is a file of messages in JSON, such as `{"messages":{"de":{"overheat":{"text":"…"}}}}`; it may lack
    /// messages, and is checked against the rules that speak them. Rules and states stay as they are.
    pub fn with_catalogue(&self, language: String, catalogue: String) -> Result<Arc<Self>, CcError> {
        guarded(|| match self.0.with_catalogue(&language, &catalogue) {
            Ok(pack) => Ok(Arc::new(Self(pack))),
            Err(findings) => Err(CcError::PackInvalid { findings: findings.to_string() }),
        })
    }

    /// The pack's name.
    pub fn id(&self) -> String {
        self.0.id().to_owned()
    }

    /// The pack's version.
    pub fn version(&self) -> String {
        self.0.version().to_owned()
    }

    /// The ids of its rules, sorted.
    pub fn rule_ids(&self) -> Vec<String> {
        self.0.rule_ids().map(str::to_owned).collect()
    }

    /// The languages it has words in.
    pub fn languages(&self) -> Vec<String> {
        self.0.languages().map(str::to_owned).collect()
    }

    /// The words of a recommendation. Where the pack lacks the language, English; none where it lacks the key.
    pub fn words(
        &self,
        language: String,
        message_key: String,
        arguments: Vec<MessageArgument>,
    ) -> Result<Option<RecommendationText>, CcError> {
        guarded(|| {
            let arguments = core_arguments(arguments);
            let message = self.0.message(&language, &message_key, &arguments);
            Ok(message.map(|message| RecommendationText { title: message.title, text: message.text }))
        })
    }

    /// Runs the pack over events: push-v2 JSON, an array or one event a line, of any vehicles and in any order.
    pub fn run(&self, events: Vec<u8>, options: RunOptions) -> Result<RunOutcome, CcError> {
        guarded(|| run(&self.0, &events, options))
    }

    /// What is open now: at most one recommendation a vehicle and group, sorted by vehicle and group.
    ///
    /// `state` is what a run gave. `since` is when the fault began, and the arguments have their values of the newest
    /// instant that the run has done. A platform that sees the same car may have one of the same fault under another id:
    /// [`merge_recommendations`](crate::merge_recommendations) makes one of both.
    ///
    /// ```
    /// use cc_ffi::{RulePack, RunOptions};
    ///
    /// let event = br#"{"id":1,"organizationKey":"local","vehicleId":7,"time":"2026-05-01T10:00:00Z","type":"can_dtc",
    ///     "code":"030100","sourceType":"j2012","diff":"add"}"#;
    /// let pack = RulePack::standard()?;
    /// let state = pack.run(event.to_vec(), RunOptions::default())?.state;
    /// let open = pack.recommendations(state)?;
    /// assert_eq!((open.len(), &*open[0].rule, &*open[0].vehicle), (1, "misfire", "local/7"));
    ///
    /// let error = pack.recommendations(b"state".to_vec()).unwrap_err();
    /// assert_eq!((error.code(), error.to_string()), ("state_invalid", "not the state of a vehicle".to_owned()));
    /// # Ok::<(), cc_ffi::CcError>(())
    /// ```
    pub fn recommendations(&self, state: Vec<u8>) -> Result<Vec<Recommendation>, CcError> {
        guarded(|| {
            let runner = restore(&self.0, TimeDelta::zero(), &state)?;
            let open = runner.vehicles().flat_map(|vehicle| vehicle.recommendations(&self.0));
            Ok(open.map(Into::into).collect())
        })
    }
}

fn run(pack: &Pack, events: &[u8], options: RunOptions) -> Result<RunOutcome, CcError> {
    let RunOptions { lateness, until, keep_waiting, state, profiles } = options;
    let lateness = TimeDelta::from_std(lateness.unwrap_or_default()).unwrap_or(TimeDelta::MAX);
    let mut runner = match state {
        None => Runner::new(pack.clone(), lateness),
        Some(state) => restore(pack, lateness, &state)?,
    };
    for profile in profiles {
        let (vehicle, profile) = profile.into_core()?;
        runner.set_profile(vehicle, profile);
    }
    let mut rejected = Vec::new();
    runner.feed(cc_core::decode_batch(events).filter_map(|item| match item.event {
        Ok(event) => Some(event),
        Err(error) => {
            rejected.push(RejectedLine { line: item.line, reason: error.to_string() });
            None
        }
    }));
    let changes = match until {
        Some(until) => {
            runner.advance(instant(until));
            runner.take_changes()
        }
        None if keep_waiting => runner.take_changes(),
        None => runner.drain(),
    };
    let stats = runner.stats();
    Ok(RunOutcome {
        changes: changes.into_iter().map(Into::into).collect(),
        state: runner.save().into_bytes(),
        rejected,
        late: stats.late,
        duplicates: stats.duplicates,
        refused: stats.refused,
    })
}

impl VehicleProfile {
    fn into_core(self) -> Result<(VehicleRef, Profile), CcError> {
        let Self { vehicle, engine_family, model, market, fleet } = self;
        let invalid = |what: &str| CcError::OptionInvalid { reason: format!("profiles: {what}") };
        let vehicle = vehicle.parse().map_err(|_| invalid("expected a vehicle such as local/0"))?;
        let given =
            [("engine_family", engine_family), ("model", model), ("market", market), ("fleet", fleet)];
        let mut profile = Profile::default();
        for (dimension, value) in given {
            if let Some(value) = value {
                profile = profile.with(dimension, &value).ok_or_else(|| invalid("a value is too long"))?;
            }
        }
        Ok((vehicle, profile))
    }
}

/// An instant of the caller's clock; one beyond what the core can say is the farthest that it can.
fn instant(at: SystemTime) -> Timestamp {
    let delta = |duration| TimeDelta::from_std(duration).unwrap_or(TimeDelta::MAX);
    match at.duration_since(UNIX_EPOCH) {
        Ok(after) => Timestamp::UNIX_EPOCH.checked_add_signed(delta(after)).unwrap_or(Timestamp::MAX_UTC),
        Err(before) => {
            let before = delta(before.duration());
            Timestamp::UNIX_EPOCH.checked_sub_signed(before).unwrap_or(Timestamp::MIN_UTC)
        }
    }
}

fn restore(pack: &Pack, lateness: TimeDelta, state: &[u8]) -> Result<Runner, CcError> {
    let invalid = |reason: String| CcError::StateInvalid { reason };
    let text = std::str::from_utf8(state).map_err(|error| invalid(error.to_string()))?;
    let (runner, _) =
        Runner::restore(pack.clone(), lateness, text).map_err(|error| invalid(error.to_string()))?;
    Ok(runner)
}
