//! `ccars live`: what a car measures now.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::PathBuf;
use std::time::Duration;

use cc_core::{Language, SignalId};
use cc_obd::adapter::{Adapter, AdapterEvent};
use cc_obd::capture::Item;
use cc_obd::session::{Job, Report};
use clap::Args;
use example_terminal::{ColorArg, Failure, Output, Palette, Verdict};
use tokio::time::{Instant, sleep_until, timeout};

use super::summary::Summary;
use super::{LineArgs, duration, view, wait};
use crate::complain;

/// Show what a car measures now: values, trouble codes and readiness
///
/// On a terminal one page that stays up to date; elsewhere a line a value. Ends with Ctrl-C. When the line to the
/// adapter breaks, it goes on as soon as it is back.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  ccars live tcp://127.0.0.1:35000                        everything the car gives, once a second
  ccars live tcp://127.0.0.1:35000 --signal engine_speed@200ms --signal fuel_level@1min
  ccars live 'serial:/dev/ttyUSB0?baud=115200' --record drive.log
  ccars decode --from elm327 drive.log                    what was recorded
  ccars live tcp://127.0.0.1:35000 --once --json          one object, for scripts
  ccars live can:can0 --json                              JSON Lines, as ccars decode writes them

Exit codes: 0 all good; 1 the car did not give what was asked for; 2 there is no line to the car.")]
pub(crate) struct Live {
    #[command(flatten)]
    line: LineArgs,

    /// Watch this signal, by its id in the catalogue, and how often if not as --every says; may be given again
    /// [default: all that the car gives]
    #[arg(long, value_name = "SIGNAL[@DURATION]", value_parser = watch)]
    signal: Vec<Watch>,

    /// How often each signal is read
    #[arg(long, value_name = "DURATION", default_value = "1s", value_parser = duration)]
    every: Duration,

    /// Keep the dialogue with the adapter (or the frames of the bus) for `ccars decode`
    #[arg(long, value_name = "FILE")]
    record: Option<PathBuf>,

    /// Read everything once, and end
    #[arg(long)]
    once: bool,

    /// Write JSON: with --once one object, else JSON Lines
    #[arg(long)]
    json: bool,

    /// End after this time
    #[arg(long = "for", value_name = "DURATION", value_parser = duration)]
    lasts: Option<Duration>,

    /// The language of the codes' words
    #[arg(long, default_value = "en", value_name = "LANGUAGE")]
    lang: Language,
}

/// A signal to watch.
#[derive(Clone, Debug)]
struct Watch {
    signal: SignalId,
    every: Option<Duration>,
}

/// How long one round may take at most.
const ONCE: Duration = Duration::from_secs(120);
/// How often codes and readiness are read again.
const CODES: Duration = Duration::from_secs(60);
/// How often the page is drawn at most.
const PAGE: Duration = Duration::from_millis(250);

impl Live {
    pub(crate) fn run(self, color: ColorArg) -> Result<Verdict, Failure> {
        let palette = Palette::stdout(color);
        wait(async {
            let mut recording = self.record.as_ref().map(Recording::create).transpose()?;
            let mut adapter = self.line.open(recording.is_some()).await?;
            self.watch(&mut adapter)?;
            if self.once {
                return self.once(&mut adapter, &mut recording, palette).await;
            }
            self.stream(&mut adapter, &mut recording, palette).await
        })
    }

    fn watch(&self, adapter: &mut Adapter) -> Result<(), Failure> {
        let session = adapter.session();
        if self.signal.is_empty() {
            session.watch_all(self.every);
        }
        for Watch { signal, every } in &self.signal {
            session
                .watch(signal, every.unwrap_or(self.every))
                .map_err(|error| Failure::usage(format!("--signal: {error}; {}", error.advice())))?;
        }
        session.start(Job::Codes);
        session.start(Job::Readiness);
        Ok(())
    }

    /// Reads until every watched parameter had its turn.
    async fn once(
        &self,
        adapter: &mut Adapter,
        recording: &mut Option<Recording>,
        palette: Palette,
    ) -> Result<Verdict, Failure> {
        let mut summary = Summary::default();
        let work = async {
            loop {
                match adapter.next().await.map_err(|error| super::failure(&error))? {
                    AdapterEvent::Transcript(bytes) => keep(recording, &bytes)?,
                    AdapterEvent::Report(report) => summary.take(&report),
                    _ => {}
                }
                let session = adapter.session();
                if session.is_ready() && session.is_idle() && session.has_polled_all() {
                    return Ok::<bool, Failure>(true);
                }
            }
        };
        let is_whole = timeout(self.lasts.unwrap_or(ONCE), work).await.unwrap_or(Ok(false))?;
        let known = adapter.session().knowledge();
        let vin = self.line.vin_text(known.vin);
        let mut out = Output::stdout();
        if self.json {
            out.line(&summary.to_json(known, vin.as_deref(), self.lang).to_string())?;
        } else {
            out.text(&page(adapter, &summary, vin.as_deref(), self.lang, palette))?;
        }
        out.flush()?;
        for problem in &summary.problems {
            complain(&format!("ccars live: {problem}; {}", problem.advice()));
        }
        if !is_whole {
            complain("ccars live: not everything was read in time");
        }
        Ok(Verdict::from_bad(u64::from(!is_whole) + summary.problems.len() as u64))
    }

    async fn stream(
        &self,
        adapter: &mut Adapter,
        recording: &mut Option<Recording>,
        palette: Palette,
    ) -> Result<Verdict, Failure> {
        let mut out = Output::stdout();
        let is_page = io::stdout().is_terminal() && !self.json;
        if is_page {
            // The first page has the window to itself; what was there can be scrolled back to.
            out.text("\x1b[2J")?;
        }
        let mut summary = Summary::default();
        let begin = Instant::now();
        let end = self.lasts.map(|lasts| begin + lasts);
        let (mut next_page, mut next_codes) = (begin, begin + CODES);
        let mut readings = 0_u64;
        loop {
            let next = if is_page { next_page.min(next_codes) } else { next_codes };
            let next = end.map_or(next, |end| end.min(next));
            let event = tokio::select! {
                biased;
                _ = tokio::signal::ctrl_c() => break,
                () = sleep_until(next) => None,
                event = adapter.next() => Some(event.map_err(|error| super::failure(&error))?),
            };
            match event {
                Some(AdapterEvent::Transcript(bytes)) => keep(recording, &bytes)?,
                Some(AdapterEvent::Report(report)) => {
                    summary.take(&report);
                    readings += u64::from(
                        matches!(&report, Report::Item(decoded) if matches!(decoded.item, Item::Reading(_))),
                    );
                    if !is_page {
                        self.line(&mut out, adapter, &report)?;
                    }
                }
                _ => {}
            }
            let now = Instant::now();
            if end.is_some_and(|end| now >= end) {
                break;
            }
            if now >= next_codes {
                next_codes = now + CODES;
                adapter.session().start(Job::Codes);
                adapter.session().start(Job::Readiness);
            }
            if is_page && now >= next_page {
                next_page = now + PAGE;
                let vin = self.line.vin_text(adapter.session().knowledge().vin);
                let text = page(adapter, &summary, vin.as_deref(), self.lang, palette);
                draw(&mut out, &text)?;
            }
        }
        out.flush()?;
        Ok(Verdict::from_bad(u64::from(readings == 0)))
    }

    /// A line for a report, where there is no page.
    fn line(&self, out: &mut Output, adapter: &mut Adapter, report: &Report) -> Result<(), Failure> {
        match report {
            Report::Item(decoded) => {
                // The number of the car is shown on purpose only.
                let is_hidden = matches!(decoded.item, Item::Vin(_)) && !self.line.is_vin_shown();
                if self.json && !is_hidden {
                    out.line(&decoded.to_canonical_json())?;
                } else if let Item::Reading(reading) = &decoded.item {
                    let at = decoded.at.map(|at| at.format("%H:%M:%S%.3f").to_string()).unwrap_or_default();
                    let ecu = decoded.ecu.as_deref().unwrap_or("?");
                    let seen = super::summary::Seen { value: reading.value.clone(), unit: reading.unit };
                    out.line(&format!("{at} {ecu} {} {}", reading.signal, seen.text()))?;
                } else if let (Item::TroubleCode(code), false) = (&decoded.item, self.json) {
                    let ecu = decoded.ecu.as_deref().unwrap_or("?");
                    out.line(&format!("{ecu} {} {}", code.dtc, code.dtc.describe(self.lang)))?;
                }
            }
            Report::Problem(problem) | Report::Finished { result: Err(problem), .. } => {
                complain(&format!("ccars live: {problem}; {}", problem.advice()));
            }
            Report::AdapterFound(identity) => {
                complain(&format!("ccars live: {identity} at {}", adapter.address()));
            }
            Report::ProtocolFound(protocol) => complain(&format!("ccars live: {protocol}")),
            _ => {}
        }
        out.flush()
    }
}

fn page(
    adapter: &mut Adapter,
    summary: &Summary,
    vin: Option<&str>,
    language: Language,
    palette: Palette,
) -> String {
    let is_ready = adapter.session().is_ready();
    let known = adapter.session().knowledge();
    let mut text = view::head(known, vin, palette);
    if !is_ready {
        let problem = summary.problems.last();
        let why = problem.map_or_else(
            || "looking for the car".to_owned(),
            |problem| format!("{problem}; {}", problem.advice()),
        );
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{0}{why}{0:#}", palette.notice);
    }
    for part in [
        view::codes(summary, language, palette),
        view::readiness(summary, palette),
        view::values(summary, palette),
    ] {
        text.push('\n');
        text.push_str(&part);
    }
    text
}

/// Draws a page over the one before: to the top, each line cut at the edge and cleared to its end, what is below cleared. A
/// page that is longer than the window ends there.
fn draw(out: &mut Output, text: &str) -> Result<(), Failure> {
    let rows = terminal_size::terminal_size().map_or(24, |(_, rows)| usize::from(rows.0));
    out.text("\x1b[?7l\x1b[H")?;
    for line in text.lines().take(rows.saturating_sub(1)) {
        out.text(line)?;
        out.text("\x1b[K\n")?;
    }
    out.text("\x1b[J\x1b[?7h")?;
    out.flush()
}

/// The file of a recording.
struct Recording {
    name: String,
    file: BufWriter<File>,
}

impl Recording {
    fn create(path: &PathBuf) -> Result<Self, Failure> {
        let name = path.display().to_string();
        match File::create(path) {
            Ok(file) => Ok(Self { name, file: BufWriter::new(file) }),
            Err(source) => Err(Failure::File { action: "create", name, source }),
        }
    }
}

fn keep(recording: &mut Option<Recording>, bytes: &[u8]) -> Result<(), Failure> {
    let Some(Recording { name, file }) = recording else { return Ok(()) };
    // A recording must be whole whenever the program ends: small pieces, so this costs little.
    let written = file.write_all(bytes).and_then(|()| file.flush());
    written.map_err(|source| Failure::File { action: "write", name: name.clone(), source })
}

fn watch(text: &str) -> Result<Watch, String> {
    let (signal, every) = match text.split_once('@') {
        Some((signal, every)) => (signal, Some(duration(every)?)),
        None => (text, None),
    };
    let signal: SignalId = signal.parse().map_err(|error| format!("{error}"))?;
    Ok(Watch { signal, every })
}
