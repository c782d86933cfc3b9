//! What is to be read of a car, whichever car it is.

use std::collections::{BTreeMap, BTreeSet};

use cc_obd::session::{Job, JobId, Report, Session, SessionError};

/// Jobs that are done for every car at the plug: begun again where another one answers.
#[derive(Debug)]
pub(super) struct Plan {
    jobs: Vec<Job>,
    waiting: BTreeMap<JobId, usize>,
    /// Those whose last run did not read all.
    failed: BTreeMap<usize, SessionError>,
}

impl Plan {
    /// Starts every job.
    pub(super) fn begin(jobs: impl IntoIterator<Item = Job>, session: &mut Session) -> Self {
        let mut plan =
            Self { jobs: jobs.into_iter().collect(), waiting: BTreeMap::new(), failed: BTreeMap::new() };
        plan.again(session);
        plan
    }

    /// Starts every job that is not under way. What erases is started by its own command alone.
    pub(super) fn again(&mut self, session: &mut Session) {
        for (place, job) in self.jobs.iter().enumerate() {
            if !self.waiting.values().any(|waiting| *waiting == place) {
                self.waiting.insert(session.start(job.clone()), place);
            }
        }
    }

    /// Takes a report; gives the job that is over by it, and how it ended.
    pub(super) fn take(
        &mut self,
        report: &Report,
        session: &mut Session,
    ) -> Option<(Job, Result<(), SessionError>)> {
        match report {
            // Those under way are begun anew by the session itself.
            Report::CarChanged => {
                self.failed.clear();
                self.again(session);
            }
            Report::Finished { job, result } => {
                let place = self.waiting.remove(job)?;
                match result {
                    // What only the adapter answers, its voltage, it has or has not: the car was read all the same.
                    Ok(()) | Err(SessionError::NoVoltage) => drop(self.failed.remove(&place)),
                    Err(error) => drop(self.failed.insert(place, error.clone())),
                }
                return self.jobs.get(place).map(|job| (job.clone(), result.clone()));
            }
            _ => {}
        }
        None
    }

    /// Starts those again that another time may read.
    pub(super) fn retry(&mut self, session: &mut Session) {
        let places: BTreeSet<usize> = self.worth_another_try().collect();
        for (place, job) in self.jobs.iter().enumerate() {
            if places.contains(&place) {
                self.waiting.insert(session.start(job.clone()), place);
            }
        }
    }

    /// Whether there are such.
    pub(super) fn is_worth_another_try(&self) -> bool {
        self.worth_another_try().next().is_some()
    }

    fn worth_another_try(&self) -> impl Iterator<Item = usize> + '_ {
        let failed = self.failed.iter().filter(|(_, error)| match error {
            // Nobody has a service 0.
            SessionError::Unanswered { service } => *service != 0,
            error => matches!(
                error,
                SessionError::Fault(_) | SessionError::Headless { .. } | SessionError::Unreadable { .. }
            ),
        });
        failed.map(|(place, _)| *place)
    }

    /// Whether a job did not read all.
    pub(super) fn has_failed(&self) -> bool {
        !self.failed.is_empty()
    }

    /// The jobs that are not over.
    pub(super) fn unfinished(&self) -> impl Iterator<Item = &Job> {
        self.waiting.values().filter_map(|place| self.jobs.get(*place))
    }

    /// Whether every job is over.
    pub(super) fn is_done(&self) -> bool {
        self.waiting.is_empty()
    }
}
