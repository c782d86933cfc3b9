//! The main job in one program: a car's bytes in; what the workshop sees and what the driver reads out.
//!
//! The road is four calls long, and each is one module here: [`guess`] what the bytes are, [`read`] them to events,
//! let the [`session`] fold events into the dashboard and run the rules over them, and [`report`] the result.
#![allow(clippy::disallowed_methods, reason = "a program reads files; the inner crates take bytes")]

mod guess;
mod interrupt;
mod json;
mod read;
mod report;
mod session;
mod words;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use cc_core::Timestamp;
use cc_obd::capture::EventClock;
use clap::Parser;
use example_terminal::{ColorArg, Failure, Input, Output, Palette, Verdict, finish, parse};

use guess::Format;
use session::Session;
use words::Language;

/// Read a capture of a car and say what is wrong with it.
///
/// Without a file, a sample that is part of the program is read. The capture is the log of an ELM327 adapter, a candump,
/// request and answer pairs, or the data stream's JSON; which of them it is, is seen from its first lines.
#[derive(Debug, Parser)]
#[command(
    name = "quickstart",
    version,
    max_term_width = 110,
    after_help = "\
Examples:
  cargo run --release -p quickstart                                   the sample
  cargo run --release -p quickstart -- --explain --lang da            in Danish, with the reasons
  cargo run --release -p quickstart -- examples/samples/a-week.push-v2.jsonl
  candump can0 | cargo run --release -p quickstart -- --from candump -         until Ctrl-C

Exit codes:
  0  every line could be read
  1  some could not, and standard error says which and why
  2  the capture could not be read at all"
)]
struct Arguments {
    /// The capture; `-` is standard input
    file: Option<PathBuf>,

    /// What the capture is, instead of guessing
    #[arg(long, value_enum, value_name = "FORMAT")]
    from: Option<Format>,

    /// The language of what the driver reads
    #[arg(long, value_enum, value_name = "LANGUAGE", default_value_t)]
    lang: Language,

    /// Show why: the values behind each recommendation
    #[arg(long)]
    explain: bool,

    /// Write one JSON object, for machines
    #[arg(long)]
    json: bool,

    #[command(flatten)]
    capture: parse::CaptureArgs,

    /// The present, for "updated 6 hours ago"; events of the data stream from more than ten minutes later are set aside
    /// [default: when the car was last heard]
    #[arg(long, value_name = "TIME", value_parser = parse::instant)]
    now: Option<Timestamp>,

    /// When to use colour
    #[arg(long, value_enum, default_value_t, value_name = "WHEN")]
    color: ColorArg,
}

fn main() -> ExitCode {
    finish("quickstart", run(&Arguments::parse()))
}

fn run(arguments: &Arguments) -> Result<Verdict, Failure> {
    if arguments.file.as_deref() == Some(Path::new("-")) {
        interrupt::ends_the_input();
    }
    let (input, is_sample) = match &arguments.file {
        Some(file) => (Input::open(Some(file))?, false),
        None => (Input::from_text(SAMPLE_NAME, SAMPLE), true),
    };
    let (format, input) = guess::format(input, arguments.from)?;
    let start = arguments.capture.start.or_else(|| is_sample.then(sample_start).flatten());
    let clock =
        EventClock::new(arguments.capture.vehicle()?, start.unwrap_or_default(), arguments.capture.step);

    let name = input.name().to_owned();
    let mut session = Session::new(cc_rules::standard_pack(), format.lateness(), arguments.explain);
    if format == Format::PushV2 {
        session.received_at(arguments.now);
    }
    let tally = read::events(input, format, clock, &mut session)?;
    session.finish();

    let report = report::Report {
        name: &name,
        is_sample,
        format,
        // Without a start, an untimed capture began in 1970: only the time since then means something.
        times: if tally.is_timed || start.is_some() {
            words::Times::Calendar
        } else {
            words::Times::SinceStart
        },
        tally,
        session: &session,
        language: arguments.lang,
        now: arguments.now.or(session.newest()).unwrap_or_default(),
        palette: Palette::stdout(arguments.color),
        explain: arguments.explain,
    };
    let mut out = Output::stdout();
    out.text(&if arguments.json { json::write(&report) } else { report.to_text() })?;
    out.flush()?;
    Ok(Verdict::from_bad(tally.bad))
}

const SAMPLE_NAME: &str = "misfire-and-overheating.elm327.log";
const SAMPLE: &str = include_str!("../../samples/misfire-and-overheating.elm327.log");

/// An adapter's log has no times; the sample is set on an ordinary morning.
fn sample_start() -> Option<Timestamp> {
    parse::instant("2026-11-20T07:30:00Z").ok()
}
