//! `ccars rules run`.

use std::path::{Path, PathBuf};

use cc_core::{Change, Event, Timestamp};
use cc_rules::{Pack, Runner};
use chrono::TimeDelta;
use clap::Args;
use example_terminal::{ColorArg, Failure, Input, JsonEvents, Output, Verdict, parse};

use super::{files, pack};
use crate::complain;

/// Run a pack over events and write the changes of recommendations
///
/// Events are the data stream's JSON, an array or one a line. Changes are canonical JSON (RFC 8785), one a line, sorted by
/// instant, vehicle and rule: the same events give the same bytes in any order within the lateness, and however often
/// each comes.
///
/// An instant is worked off once it lies before the vehicle's newest event less the lateness; at the end of the input
/// everything that was read is. With --state-out only what is complete, or before --until, is worked off; the rest waits
/// in the file for the next run.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  ccars rules run --pack standard --events events.jsonl
  ccars decode --from elm327 --to push-v2 session.log | ccars rules run --pack standard --events -
  ccars rules run --pack standard --events upload.json --received-at 2026-03-01T08:00:00Z
  ccars rules run --pack my-pack.yaml --events monday.json --lateness 5min --state-out state.txt
  ccars rules run --pack my-pack.yaml --events tuesday.json --state-in state.txt --state-out state.txt

Exit codes: 0 all events were readable; 1 some were not, and were left out; 2 the command could not be run.
Events that came too late, are from the future or name no vehicle do not change the exit code: the first 20
of each kind are reported with their line, and all are counted.")]
pub(super) struct Run {
    /// The pack: a YAML file, a canonical JSON file, or `standard`
    #[arg(long, value_name = "PACK")]
    pack: String,

    /// The events; `-` is standard input
    #[arg(long, value_name = "FILE")]
    events: PathBuf,

    /// How much later than newer events of its vehicle an event may come [such as 5min, '10 s', PT5M; 0 for none]
    #[arg(long, value_name = "DURATION", value_parser = parse::duration, default_value = "5min")]
    lateness: TimeDelta,

    /// When the events were received: those of more than ten minutes later are set aside, because one car whose clock says
    /// 2038 would make all its real events late [such as 2026-03-01T08:00:00Z; default: nothing is set aside]
    #[arg(long, value_name = "TIME", value_parser = parse::instant)]
    received_at: Option<Timestamp>,

    /// Go on from this file of an earlier run, also under a newer version of the pack
    #[arg(long, value_name = "FILE")]
    state_in: Option<PathBuf>,

    /// Keep state and waiting events in this file for the next run
    #[arg(long, value_name = "FILE")]
    state_out: Option<PathBuf>,

    /// Let time pass until this instant: nothing before it will come any more [such as 2026-03-01T08:00:00Z]
    #[arg(long, value_name = "TIME", value_parser = parse::instant)]
    until: Option<Timestamp>,

    /// Write each change as soon as it is known: in order for each vehicle, not across vehicles
    #[arg(long)]
    follow: bool,
}

impl Run {
    pub(super) fn run(self, color: ColorArg) -> Result<Verdict, Failure> {
        let Some((pack, _)) = pack::load(&self.pack, color)? else {
            return Err(Failure::usage("the pack cannot be run"));
        };
        let mut runner = self.runner(pack)?;
        let mut out = Output::stdout();
        let input = Input::open(Some(&self.events))?;
        // An end of the run without a state to keep: what happened after it has no part in the run.
        let end = self.until.filter(|_| self.state_out.is_none());
        let mut feed = Feed::new(input.name(), self.received_at, end);
        let mut events = JsonEvents::new(input);
        loop {
            if self.follow && events.is_drained() {
                write(&mut out, &runner.take_changes())?;
                out.flush()?;
            }
            match events.next_event()? {
                None => break,
                Some(Ok(event)) => feed.event(&mut runner, event, events.line()),
                Some(Err(reason)) => feed.bad(events.line(), &reason),
            }
        }
        if let Some(until) = self.until {
            runner.advance(until);
        }
        let changes = if self.state_out.is_some() || self.until.is_some() {
            runner.take_changes()
        } else {
            runner.drain()
        };
        write(&mut out, &changes)?;
        out.flush()?;
        feed.finish(&runner);
        if let Some(path) = &self.state_out {
            files::write(path, runner.save().as_bytes())?;
        }
        Ok(Verdict::from_bad(feed.bad))
    }

    fn runner(&self, pack: Pack) -> Result<Runner, Failure> {
        let Some(path) = &self.state_in else { return Ok(Runner::new(pack, self.lateness)) };
        let text = read_state(path)?;
        let (runner, lost) = Runner::restore(pack, self.lateness, &text)
            .map_err(|error| Failure::usage(format!("{} cannot be gone on from: {error}", path.display())))?;
        if !lost.is_empty() {
            let count = lost.len();
            complain(&format!("{}: the pack changed; rules of {count} vehicles start anew", path.display()));
        }
        Ok(runner)
    }
}

fn read_state(path: &Path) -> Result<String, Failure> {
    let bytes = Input::open(Some(path))?.read_all(LARGEST_STATE)?;
    String::from_utf8(bytes).map_err(|_| Failure::usage(format!("{} is not a state file", path.display())))
}

fn write(out: &mut Output, changes: &[Change]) -> Result<(), Failure> {
    changes.iter().try_for_each(|change| out.line(&change.to_canonical_json()))
}

/// Events on their way into the runner, and what is said about those that do not get there.
struct Feed {
    name: String,
    received_at: Option<Timestamp>,
    end: Option<Timestamp>,
    bad: u64,
    beyond: u64,
    future: u64,
}

/// So many events of a kind are reported one by one; more are only counted.
const REPORTED: u64 = 20;

impl Feed {
    fn new(name: &str, received_at: Option<Timestamp>, end: Option<Timestamp>) -> Self {
        Self { name: name.to_owned(), received_at, end, bad: 0, beyond: 0, future: 0 }
    }

    /// Reports the event of a kind that was met `count` times by now.
    fn report(&self, count: u64, line: u64, what: &str) {
        if count <= REPORTED {
            complain(&format!("{}:{line}: {what}", self.name));
        }
        if count == REPORTED + 1 {
            complain(&format!("{}: … more of this kind are only counted", self.name));
        }
    }

    fn bad(&mut self, line: u64, reason: &str) {
        self.bad += 1;
        complain(&format!("{}:{line}: {reason}", self.name));
    }

    fn event(&mut self, runner: &mut Runner, event: Event, line: u64) {
        let event = match self.received_at {
            Some(received_at) => cc_rules::screen([event], received_at).accepted.pop(),
            None => Some(event),
        };
        let Some(event) = event else {
            self.future += 1;
            self.report(self.future, line, "set aside: the event is from the future of --received-at");
            return;
        };
        if self.end.is_some_and(|end| event.at >= end) {
            self.beyond += 1;
            return;
        }
        let before = runner.stats();
        runner.feed([event]);
        let after = runner.stats();
        if after.late > before.late {
            self.report(after.late, line, "late: the instant of this event was done already");
        }
        if after.refused > before.refused {
            self.report(after.refused, line, "left out: the event is not about a vehicle");
        }
    }

    fn finish(&self, runner: &Runner) {
        let stats = runner.stats();
        let rejected: u64 = runner.vehicles().map(cc_rules::VehicleState::rejected).sum();
        for (count, what) in [
            (self.bad, "could not be read"),
            (self.beyond, "are not before --until"),
            (self.future, "are from the future of --received-at"),
            (stats.late, "came too late"),
            (stats.refused, "are not about a vehicle"),
            (stats.early, "were worked off early, because too many waited"),
            (rejected, "hold values that no car can mean"),
        ] {
            if count > 0 {
                complain(&format!("{}: {count} of the events {what}", self.name));
            }
        }
        if stats.late > 0 {
            complain(
                "note: with a longer --lateness, such as --lateness 24h, events that come late are waited for",
            );
        }
    }
}

/// Some 4 KiB for each of a million vehicles.
const LARGEST_STATE: u64 = 4 << 30;
