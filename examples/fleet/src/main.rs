//! `fleet`: writes the history of a made-up fleet, and the truth about it.
#![allow(clippy::disallowed_methods, reason = "a program writes files")]

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::thread;

use clap::{Parser, ValueEnum};
use example_fleet::{Fleet, Order, write_history, write_truth};
use example_terminal::{Failure, Verdict, finish};

/// Write the history of a made-up fleet as JSON Lines of the data stream
///
/// Cars drive, rest, upload late and say things twice; one in ten breaks. The same options give the same bytes.
#[derive(Debug, Parser)]
#[command(
    name = "fleet",
    version,
    max_term_width = 110,
    after_help = "\
Examples:
  fleet --cars 200 > history.jsonl
  fleet --cars 250000 --events 30000000 --out history.jsonl --truth truth.jsonl
  fleet --cars 1000 --sorted-by time | ccars rules backtest standard -"
)]
struct Arguments {
    /// How many cars
    #[arg(long, value_name = "N", default_value_t = 100)]
    cars: u32,

    /// How many days, from 2026-06-01T00:00:00Z
    #[arg(long, value_name = "N", default_value_t = 7)]
    days: u32,

    /// How many events, all cars together [default: 120 a car]
    #[arg(long, value_name = "N")]
    events: Option<u64>,

    /// Decides everything else
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,

    /// In which order the events stand in the history
    #[arg(long, value_enum, value_name = "ORDER", default_value_t)]
    sorted_by: SortedBy,

    /// Where the history goes; `-` is standard output
    #[arg(long, value_name = "FILE", default_value = "-")]
    out: PathBuf,

    /// Write which car had which fault when to this file
    #[arg(long, value_name = "FILE")]
    truth: Option<PathBuf>,

    /// How many threads [default: one a core]
    #[arg(long, value_name = "N")]
    threads: Option<usize>,
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum SortedBy {
    /// All of a car, then all of the next
    #[default]
    Vehicle,
    /// As they arrived, all cars together
    Time,
}

fn main() -> ExitCode {
    finish("fleet", run(&Arguments::parse()))
}

fn run(arguments: &Arguments) -> Result<Verdict, Failure> {
    let Arguments { cars, days, seed, .. } = *arguments;
    if cars == 0 || days == 0 {
        return Err(Failure::usage("--cars and --days must be at least 1"));
    }
    let events = arguments.events.unwrap_or(u64::from(cars) * 120);
    let fleet = Fleet { cars, days, events, seed };
    let threads = arguments.threads.unwrap_or_else(|| thread::available_parallelism().map_or(1, usize::from));
    let order = match arguments.sorted_by {
        SortedBy::Vehicle => Order::Vehicle,
        SortedBy::Time => Order::Time,
    };
    if arguments.out == Path::new("-") {
        let mut out = io::stdout().lock();
        write_history(&fleet, order, threads, &mut out)?;
        out.flush()?;
    } else {
        to_file(&arguments.out, |out| write_history(&fleet, order, threads, out))?;
    }
    if let Some(truth) = &arguments.truth {
        to_file(truth, |out| write_truth(&fleet, threads, out))?;
    }
    Ok(Verdict::AllGood)
}

fn to_file(path: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Failure> {
    let name = path.display().to_string();
    let written = File::create(path).and_then(|file| {
        let mut out = BufWriter::new(file);
        write(&mut out)?;
        out.flush()
    });
    written.map_err(|source| Failure::File { action: "write", name, source })
}
