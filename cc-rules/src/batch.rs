//! Many vehicles at once: for batch jobs and cluster engines, which keep each vehicle's state themselves.
//!
//! Such an engine hands over a key, the state it keeps under that key as bytes, and the new events; it wants the changes
//! and the next state back. [`apply_many`] is that, for a whole partition in one call: a pure function, in which no
//! vehicle knows of another. With the feature `parallel` the vehicles are spread over threads; the outcomes stand in the
//! order of the jobs and have the same bytes whatever the number of threads.
//!
//! # Examples
//!
//! ```
//! use cc_core::{Body, Event, EventId, Timestamp, TroubleCode};
//! use cc_rules::batch::{BatchOptions, Job, Start, apply_many};
//! use cc_rules::Profile;
//!
//! let pack = cc_rules::standard_pack();
//! let misfire = Body::TroubleCode(TroubleCode::new("P0301".parse()?));
//! let event = Event::new("local/0".parse()?, Timestamp::UNIX_EPOCH, EventId(1), misfire);
//! let job = Job::new(Start::New("local/0".parse()?, Profile::default()), vec![event]);
//! let outcomes = apply_many(&pack, vec![job], BatchOptions::default());
//! let outcome = outcomes[0].as_ref().map_err(Clone::clone)?;
//! assert_eq!(outcome.applied.changes[0].rule.as_ref(), "misfire");
//! let bytes = outcome.state.to_bytes(&pack);
//!
//! // A state that is none fails alone; the others go on.
//! let jobs = vec![Job::new(Start::Bytes(b"junk".to_vec()), vec![]), Job::new(Start::Bytes(bytes), vec![])];
//! let outcomes = apply_many(&pack, jobs, BatchOptions::default());
//! assert_eq!(outcomes[0].as_ref().unwrap_err().to_string(), "not the state of a vehicle");
//! assert!(outcomes[1].is_ok());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use cc_core::{Event, Timestamp, VehicleRef};

use crate::engine::{Applied, advance, apply, next_deadline};
use crate::pack::{Pack, Profile};
use crate::parallel;
use crate::state::{Migration, StateError, VehicleState};

/// One vehicle's part of a batch.
#[derive(Clone, Debug)]
pub struct Job {
    /// Where the vehicle is.
    pub start: Start,
    /// Its events, each instant complete, in any order; as for [`apply`].
    pub events: Vec<Event>,
    /// Nothing before this will come any more: deadlines before it run, after the events; as for [`advance`].
    pub until: Option<Timestamp>,
}

impl Job {
    /// A job without an end of time.
    pub fn new(start: Start, events: Vec<Event>) -> Self {
        Self { start, events, until: None }
    }
}

/// Where a vehicle is before its events.
#[derive(Clone, Debug)]
pub enum Start {
    /// The bytes of [`VehicleState::to_bytes`], also of another version of the pack.
    Bytes(Vec<u8>),
    /// Never heard of.
    New(VehicleRef, Profile),
    /// A state in memory.
    State(Box<VehicleState>),
}

/// What became of a vehicle.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Outcome {
    /// The changes and counts, those of the passing of time included.
    pub applied: Applied,
    /// The state afterwards, in bytes, where [`BatchOptions::encode`] asked for it; else empty.
    pub bytes: Vec<u8>,
    /// What the state lost if another version of the pack wrote it.
    pub migration: Migration,
    /// When the vehicle must be advanced if no event comes before: for the engine's timers.
    pub next_deadline: Option<Timestamp>,
    /// The state afterwards.
    pub state: VehicleState,
}

/// How a batch is worked through; it changes no outcome.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct BatchOptions {
    /// Whether outcomes hold their state as bytes too, encoded on the same threads.
    pub encode: bool,
    /// On how many threads; 0 is as many as there are cores. Without the feature `parallel` it is always one.
    pub threads: usize,
}

impl Default for BatchOptions {
    /// No bytes, one thread.
    fn default() -> Self {
        Self { encode: false, threads: 1 }
    }
}

/// Runs each job by itself. Outcomes stand in the order of the jobs; a state that cannot be read is an error of its own
/// job only.
pub fn apply_many(pack: &Pack, jobs: Vec<Job>, options: BatchOptions) -> Vec<Result<Outcome, StateError>> {
    let mut desks: Vec<_> = jobs.into_iter().map(|job| (Some(job), None)).collect();
    parallel::each(&mut desks, options.threads, |(job, outcome)| {
        *outcome = job.take().map(|job| run(pack, job, options.encode));
    });
    desks.into_iter().filter_map(|(_, outcome)| outcome).collect()
}

fn run(pack: &Pack, job: Job, encode: bool) -> Result<Outcome, StateError> {
    let (mut state, migration) = match job.start {
        Start::Bytes(bytes) => VehicleState::from_bytes(pack, &bytes)?,
        Start::New(vehicle, profile) => {
            (VehicleState::with_profile(pack, vehicle, profile), Migration::default())
        }
        Start::State(state) => (*state, Migration::default()),
    };
    let mut applied = apply(pack, &mut state, &job.events);
    if let Some(until) = job.until {
        applied.changes.extend(advance(pack, &mut state, until));
    }
    let bytes = if encode { state.to_bytes(pack) } else { Vec::new() };
    Ok(Outcome { applied, bytes, migration, next_deadline: next_deadline(pack, &state), state })
}
