//! What is to be read of a car, whichever car it is.

use std::collections::BTreeMap;

use cc_obd::session::{Job, JobId, Report, Session};

/// Jobs that are done for every car at the plug: begun again where another one answers.
#[derive(Debug)]
pub(super) struct Plan {
    jobs: Vec<Job>,
    waiting: BTreeMap<JobId, usize>,
}

impl Plan {
    /// Starts every job.
    pub(super) fn begin(jobs: impl IntoIterator<Item = Job>, session: &mut Session) -> Self {
        let mut plan = Self { jobs: jobs.into_iter().collect(), waiting: BTreeMap::new() };
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

    /// Takes a report; gives the job that is over by it.
    pub(super) fn take(&mut self, report: &Report, session: &mut Session) -> Option<Job> {
        match report {
            // Those under way are begun anew by the session itself.
            Report::CarChanged => self.again(session),
            Report::Finished { job, .. } => {
                let place = self.waiting.remove(job)?;
                return self.jobs.get(place).cloned();
            }
            _ => {}
        }
        None
    }

    /// Whether every job is over.
    pub(super) fn is_done(&self) -> bool {
        self.waiting.is_empty()
    }
}
