//! `ccars rules backtest`.

mod blocks;
mod key;
mod partition;
mod profiles;
mod progress;
mod report;
mod run;
mod tally;
mod work;

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;

use chrono::TimeDelta;
use clap::{Args, ValueEnum};
use example_terminal::{ColorArg, Failure, Output, Palette, Verdict, parse};

use super::pack;
use crate::complain;
use profiles::Profiles;
use progress::Progress;
use run::{Outcome, Plan};
use tally::Tally;
use work::{Counts, TOLD};

/// Run a pack, or two, over history and say what each rule did
///
/// History is the data stream's JSON, one event a line, as it is or gzipped. Each vehicle's events are brought into their
/// order first, so late and doubled events change nothing. All cores work; what comes out does not depend on how many.
///
/// For each rule: how often it opened and on how many vehicles, how many recommendations it raised as the speaker of its
/// group, how often it ended, how often it opened again so soon that the end was none, and which part of all evaluations
/// was its. With --against, the same under another pack, and what only one of them says.
///
/// A history in which each vehicle stands in one piece is worked off as it is read. Any other is sorted by way of
/// temporary files of about its own size.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  ccars rules backtest standard history.jsonl
  ccars rules backtest new.yaml --against old.yaml may.jsonl.gz june.jsonl.gz
  ccars rules backtest standard --changes changes.jsonl --json -
  ccars rules backtest standard --profiles fleet.jsonl history.jsonl

Exit codes: 0 all events were readable; 1 some were not, and were left out, or a pack has findings;
2 the command could not be run. The first 20 lines that are no event are reported, and all are counted.")]
pub(super) struct Backtest {
    /// A YAML file with what it includes, a canonical JSON file, or `standard` for the pack that comes with the SDK
    #[arg(value_name = "PACK")]
    pack: String,

    /// The history; `-` is standard input
    #[arg(value_name = "HISTORY", required = true)]
    history: Vec<PathBuf>,

    /// Compare with this pack, such as the one in use
    #[arg(long, value_name = "PACK")]
    against: Option<String>,

    /// A rule that opens again within this time was cleared by mistake [such as 24h, '2 d', PT12H]
    #[arg(long, value_name = "DURATION", value_parser = parse::duration, default_value = "24h")]
    false_clear: TimeDelta,

    /// What the vehicles are, for parameters that differ by it: JSON Lines with `vehicle`, such as "fleet/7", and what is
    /// known of `engine_family`, `model`, `market` and `fleet`
    #[arg(long, value_name = "FILE")]
    profiles: Option<PathBuf>,

    /// Write the changes to this file: canonical JSON, one a line, in order for each vehicle. With --against, the changes of
    /// both packs as {"by":…,"change":{…}}, where `by` is `both`, `here` (only PACK) or `against` (only the other one)
    #[arg(long, value_name = "FILE")]
    changes: Option<PathBuf>,

    /// How many threads [default: one a core]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    threads: Option<u16>,

    /// How the events stand in the history
    #[arg(long, value_enum, value_name = "ORDER", default_value_t)]
    order: OrderArg,

    /// Where temporary files go [default: the system's folder for them]
    #[arg(long, value_name = "FOLDER")]
    temporary: Option<PathBuf>,

    /// Show rules that never opened, too
    #[arg(long)]
    all: bool,

    /// Write JSON Lines: one a rule, then one of the whole
    #[arg(long)]
    json: bool,
}

/// The values of `--order`.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, ValueEnum)]
enum OrderArg {
    /// By vehicle as long as that holds, else in any order; in any order from standard input
    #[default]
    Auto,
    /// All of a vehicle, then all of the next: it is an error if one comes again
    Vehicle,
    /// Any
    Any,
}

impl Backtest {
    pub(super) fn run(self, color: ColorArg) -> Result<Verdict, Failure> {
        let Some((pack, _)) = pack::load(&self.pack, color)? else { return Ok(Verdict::SomeBad) };
        let against = match &self.against {
            None => None,
            Some(name) => match pack::load(name, color)? {
                Some((pack, _)) => Some(pack),
                None => return Ok(Verdict::SomeBad),
            },
        };
        if self.history.len() > usize::from(u16::MAX) {
            return Err(Failure::usage("more than 65,535 files"));
        }
        let profiles = Arc::new(match &self.profiles {
            None => Profiles::new(),
            Some(path) => profiles::read(path)?,
        });
        let progress = Progress::new(blocks::total(&self.history));
        let tally = |pack| Tally::new(pack, self.false_clear, Arc::clone(&profiles));
        let (new, old) = (tally(&pack), against.as_ref().map(tally));
        let plan = Plan {
            files: &self.history,
            threads: self
                .threads
                .map_or_else(|| thread::available_parallelism().map_or(1, usize::from), usize::from),
            new: &new,
            old: old.as_ref(),
            keep_changes: self.changes.is_some(),
            progress: &progress,
        };
        let outcome = self.outcome(&plan);
        progress.finish();
        let outcome = outcome?;
        self.complain_about(&outcome.counts);
        let mut out = Output::stdout();
        let packs = (&pack, against.as_ref());
        if self.json {
            report::json(&outcome, packs, &mut out)?;
        } else {
            report::text(&outcome, packs, self.all, Palette::stdout(color), &mut out)?;
        }
        out.flush()?;
        Ok(Verdict::from_bad(outcome.counts.bad))
    }

    fn outcome(&self, plan: &Plan<'_>) -> Result<Outcome, Failure> {
        let from_stdin = self.history.iter().any(|path| path == Path::new("-"));
        let by_vehicle = match self.order {
            OrderArg::Vehicle => true,
            OrderArg::Auto => !from_stdin,
            OrderArg::Any => false,
        };
        if by_vehicle {
            let mut changes = Changes::create(self.changes.as_deref())?;
            match plan.by_vehicle(&mut changes.file)? {
                Some(outcome) => {
                    changes.finish()?;
                    return Ok(outcome);
                }
                None if self.order == OrderArg::Vehicle => {
                    return Err(Failure::usage("--order vehicle: a vehicle comes again after another one"));
                }
                None => {}
            }
        }
        plan.progress.twice();
        let mut changes = Changes::create(self.changes.as_deref())?;
        let folder = self.temporary.clone().unwrap_or_else(std::env::temp_dir);
        let outcome = plan.by_partition(&folder, &mut changes.file)?;
        changes.finish()?;
        Ok(outcome)
    }

    fn complain_about(&self, counts: &Counts) {
        let name = |file: u16| match self.history.get(usize::from(file)) {
            Some(path) if path == Path::new("-") => "standard input".to_owned(),
            Some(path) => path.display().to_string(),
            None => String::new(),
        };
        for bad in &counts.bad_lines {
            complain(&format!("{}:{}: {}", name(bad.file), bad.line, bad.reason));
        }
        if counts.bad > TOLD as u64 {
            complain(&format!("{} lines are no events; the first {TOLD} are shown", counts.bad));
        }
        if counts.without_vehicle > 0 {
            complain(&format!("{} of the events are not about a vehicle", counts.without_vehicle));
        }
    }
}

/// The file of the changes: beside its place first, then over it.
struct Changes<'p> {
    paths: Option<(&'p Path, PathBuf)>,
    file: Box<dyn Write>,
}

impl<'p> Changes<'p> {
    fn create(path: Option<&'p Path>) -> Result<Self, Failure> {
        let Some(path) = path else { return Ok(Self { paths: None, file: Box::new(io::sink()) }) };
        let mut beside = path.as_os_str().to_owned();
        beside.push(".new");
        let beside = PathBuf::from(beside);
        let fail = |source| Failure::File { action: "write", name: path.display().to_string(), source };
        let file = Box::new(BufWriter::new(File::create(&beside).map_err(fail)?));
        Ok(Self { paths: Some((path, beside)), file })
    }

    fn finish(mut self) -> Result<(), Failure> {
        let Some((path, beside)) = &self.paths else { return Ok(()) };
        let written = self.file.flush().and_then(|()| std::fs::rename(beside, path));
        written.map_err(|source| Failure::File { action: "write", name: path.display().to_string(), source })
    }
}
