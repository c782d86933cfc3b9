//! The threads on which the processes use their one store: each call alone, in each process one after the other, wishes to be left alone
//! before the rest, and the answers later.

use std::collections::VecDeque;
use std::time::Duration;

use super::{CAR, Event, Job, SiblingFlaw, World, commit_point, is_rare, position};
use crate::Mono;
use crate::engine::{StoreAnswer, StoreClient, StoreCommand};
use crate::mine::Person;
use crate::store::StoreError;

/// What a process has given its store to do.
#[derive(Default)]
pub(super) struct Disk {
    jobs: VecDeque<Job>,
    is_busy: bool,
    /// When the last answer is heard: they do not overtake one another.
    last_answer: Mono,
}

/// Whether it passes what waits.
fn is_wish(job: &Job) -> bool {
    matches!(job, Job::Command { command, .. } if command.is_wish())
}

impl World {
    /// Gives the store's thread of a process something to do.
    pub(super) fn give(&mut self, process: usize, job: Job) {
        let one = &mut self.processes[process];
        if !one.is_running || matches!((&job, one.disk.jobs.back()), (Job::Look, Some(Job::Look))) {
            return;
        }
        let wishes = one.disk.jobs.iter().take_while(|job| is_wish(job)).count();
        let place = if is_wish(&job) { wishes } else { one.disk.jobs.len() };
        one.disk.jobs.insert(place, job);
        self.store_goes_on(process);
    }

    fn store_goes_on(&mut self, process: usize) {
        let one = &mut self.processes[process];
        if one.disk.jobs.is_empty() || std::mem::replace(&mut one.disk.is_busy, true) {
            return;
        }
        let wait = self.disk("store slow");
        let address = self.address(process);
        self.at(self.now + wait, Event::StoreDoes(address));
    }

    /// How long a disk takes; others may come between.
    fn disk(&mut self, name: &'static str) -> Duration {
        let is_slow = self.fault(self.faults.delay * 4, name);
        Duration::from_millis(self.dice.below(if is_slow { 3_000 } else { 15 }))
    }

    /// When a process hears what its store has done now.
    pub(super) fn heard_at(&mut self, number: usize) -> Mono {
        let wait = self.disk("store slow to tell");
        let last = &mut self.processes[number].disk.last_answer;
        *last = (self.now + wait).max(*last);
        *last
    }

    pub(super) fn store_does(&mut self, number: usize) {
        self.processes[number].disk.is_busy = false;
        let Some(job) = self.processes[number].disk.jobs.pop_front() else { return };
        let writes = match &job {
            Job::Command { command, .. } => commit_point(command).is_some(),
            Job::Discard { .. } | Job::Policies | Job::Resolve { .. } | Job::Write { .. } => true,
            Job::Look | Job::LookWhose | Job::Stands { .. } => false,
        };
        self.written += u64::from(writes);
        self.processes[number].written += u64::from(writes);
        let life = self.processes[number].life;
        match job {
            Job::Command { ticket, command, person } => self.command(number, ticket, command, &person),
            Job::Discard { random } => self.discards(number, random),
            Job::Look => self.looks(number),
            Job::LookWhose => self.looks_whose(number, true),
            Job::Policies => self.policies_decide(number),
            Job::Stands { ticket } => self.looks_where(number, ticket),
            Job::Resolve { random, resolution } => self.resolves(number, random, &resolution),
            Job::Write { collection, key, kind, body } => {
                self.writes(number, (collection, &key), kind, &body);
            }
        }
        if self.processes[number].life == life {
            self.store_goes_on(number);
        }
    }

    fn command(&mut self, number: usize, ticket: u64, command: StoreCommand, person: &Person) {
        let points = commit_point(&command);
        let crash = if is_rare(&command) { self.faults.crash.div_ceil(10) } else { self.faults.crash * 2 };
        if let Some((before, _)) = points
            && self.fault(crash, before)
        {
            return self.kill(number);
        }
        let is_full = points.is_some() && self.fault(self.faults.disk_full, "disk full");
        let is_gap = matches!(command, StoreCommand::Missed { .. });
        let moves_from = match &command {
            StoreCommand::Missed { feed, from }
            | StoreCommand::Position { feed, from, .. }
            | StoreCommand::Told { feed, from, .. }
                if **feed == *CAR =>
            {
                Some(position(Some(from)).unwrap_or(0))
            }
            _ => None,
        };
        // Who cannot look asks all the same: that is another law.
        let is_look = matches!(command, StoreCommand::Quiet);
        let is_busy = !is_look && self.fault(self.faults.disk_full * 2, "store busy");
        let answer = match (is_full, is_busy) {
            (true, _) => Err(StoreError::Full),
            (_, true) => Err(StoreError::Busy),
            _ => self.execute(number, command, person),
        };
        if is_gap && answer.is_ok() {
            self.gaps += 1;
        }
        if let Some(from) = moves_from.filter(|_| answer.is_err()) {
            // What is not on disk may be given again: it is full, or another person's by now.
            self.processes[number].reader.comes_again(from);
        }
        if let Some((_, after)) = points
            && self.fault(crash, after)
        {
            return self.kill(number);
        }
        if let Ok(StoreAnswer::Quiet { .. }) = answer {
            let now = self.now;
            self.processes[number].looking.push_back(now);
        }
        let at = self.heard_at(number);
        let to = self.address(number);
        self.at(at, Event::Stored { to, ticket, answer: Box::new(answer) });
    }

    /// Does what the store is asked to do, with the mistakes of the hour.
    fn execute(
        &mut self,
        number: usize,
        command: StoreCommand,
        person: &Person,
    ) -> Result<StoreAnswer, StoreError> {
        let client = StoreClient { lane: "main", owner: self.processes[number].life };
        let device = self.device();
        let is_load = matches!(command, StoreCommand::Load { .. });
        let is_belong = matches!(command, StoreCommand::Belong { .. });
        let answer = match (self.flaw, command) {
            (Some(SiblingFlaw::AsksForAnybody), command) => client.execute(&mut self.store, device, command),
            (Some(SiblingFlaw::DeafToOthers), StoreCommand::Quiet) => {
                Ok(StoreAnswer::Quiet { left: Duration::ZERO, doubt: Duration::ZERO })
            }
            (Some(SiblingFlaw::SecondRefresh), command @ StoreCommand::Lock { .. }) => {
                let answer = person.execute(&mut self.store, client, || device, command);
                answer.map(|answer| match answer {
                    StoreAnswer::Locked { value, .. } => StoreAnswer::Locked { taken: true, value },
                    other => other,
                })
            }
            (Some(SiblingFlaw::TellsTwice), StoreCommand::Take { feed, from, records, to }) => {
                let (told, command) = (records.clone(), StoreCommand::Take { feed, from, records, to });
                let answer = person.execute(&mut self.store, client, || device, command);
                answer.map(|answer| match answer {
                    StoreAnswer::Taken(mut taken) if taken.elsewhere.is_none() => {
                        taken.fresh = told;
                        StoreAnswer::Taken(taken)
                    }
                    other => other,
                })
            }
            (_, command) => person.execute(&mut self.store, client, || device, command),
        };
        self.executed(number, is_load, &answer);
        if is_load || is_belong {
            self.looks_whose(number, false);
        }
        answer
    }
}
