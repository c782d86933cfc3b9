//! `ccars live`: what a car measures now.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::PathBuf;
use std::time::Duration;

use cc_core::{Language, SignalId, Timestamp, catalogue};
use cc_obd::adapter::{Adapter, AdapterEvent};
use cc_obd::capture::{Decoded, EventClock, Item};
use cc_obd::session::{Job, Report, SessionError};
use chrono::TimeDelta;
use clap::Args;
use example_terminal::{ColorArg, Failure, Output, Palette, Verdict};
use tokio::time::{Instant, sleep_until, timeout};

use super::notices::Notices;
use super::page::Page;
use super::plan::Plan;
use super::summary::{NOBODY, Summary, list_name};
use super::{LineArgs, Mood, duration, view, wait};
use crate::complain;
use crate::decode::line::whole_event;

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

JSON Lines are those of `ccars decode`, and {\"notice\":\"car_changed\"} where another car answers than before. \
With --once, `states` says of each part whether it was not_asked, not_given, incomplete or given; what was not \
asked for is null.

Exit codes:
  0  all good
  1  the car did not give what was asked for
  2  there is no line to the car")]
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

    /// Keep the dialogue with the adapter (or the frames of the bus) for `ccars decode`. The file holds the whole
    /// identification number (VIN), and must not hold anything yet
    #[arg(long, value_name = "FILE")]
    record: Option<PathBuf>,

    /// Read everything once, and end; after two minutes, or those of --for, whatever was read
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
/// How long the page shows what came damaged.
const SHOWN: Duration = Duration::from_secs(10);
/// How often the page is drawn at most.
const PAGE: Duration = Duration::from_millis(250);

impl Live {
    pub(crate) fn run(self, color: ColorArg) -> Result<Verdict, Failure> {
        let palette = Palette::stdout(color);
        wait(async {
            let mut recording = self.record.as_ref().map(Recording::create).transpose()?;
            let mut adapter = self.line.open(recording.is_some()).await?;
            let plan = self.watch(&mut adapter)?;
            if let Some(Recording { name, .. }) = &recording {
                complain(&format!(
                    "ccars live: {name} will hold all that the car says, its identification number (VIN) with it: \
                     mind whom you give it to"
                ));
            }
            if self.once {
                return self.once(&mut adapter, &mut recording, plan, palette).await;
            }
            self.stream(&mut adapter, &mut recording, plan, palette).await
        })
    }

    /// What is watched, and what is read beside it.
    fn watch(&self, adapter: &mut Adapter) -> Result<Plan, Failure> {
        let session = adapter.session();
        if self.signal.is_empty() {
            session.watch_all(self.every);
        }
        for Watch { signal, every } in &self.signal {
            session
                .watch(signal, every.unwrap_or(self.every))
                .map_err(|error| Failure::usage(format!("--signal: {error}; {}", advice(&error))))?;
        }
        Ok(Plan::begin([Job::Codes, Job::Readiness, Job::Info], session))
    }

    /// Reads until every watched parameter had its turn.
    async fn once(
        &self,
        adapter: &mut Adapter,
        recording: &mut Option<Recording>,
        mut plan: Plan,
        palette: Palette,
    ) -> Result<Verdict, Failure> {
        let mut summary = Summary::default();
        let (mut notices, begin) = (Notices::default(), Instant::now());
        let work = async {
            loop {
                let event = adapter.next().await.map_err(|error| super::failure(&error))?;
                let session = adapter.session();
                match event {
                    AdapterEvent::Transcript(bytes) => keep(recording, &bytes)?,
                    AdapterEvent::Report(report) => {
                        if let Some(failure) = super::is_hopeless(&report, session) {
                            return Err(failure);
                        }
                        summary.take(&report);
                        if let Some((job, result)) = plan.take(&report, session) {
                            summary.is_over(&job, &result);
                        }
                        if let Some((message, advice)) = super::damage(&report) {
                            super::tell(&mut notices, COMMAND, begin, &message, advice);
                        }
                        if let Report::Problem(error) | Report::Finished { result: Err(error), .. } = &report
                        {
                            super::tell(&mut notices, COMMAND, begin, &error.to_string(), error.advice());
                        }
                    }
                    _ => {}
                }
                if plan.is_done() && session.is_idle() && session.has_polled_all() {
                    summary.values_are_over();
                    return Ok::<bool, Failure>(true);
                }
            }
        };
        let is_whole = timeout(self.lasts.unwrap_or(ONCE), work).await.unwrap_or(Ok(false))?;
        plan.unfinished().for_each(|job| summary.is_cut_short(job));
        if !is_whole {
            summary.values_are_cut_short();
        }
        let is_damaged = adapter.session().has_damaged_values();
        if is_damaged {
            summary.values_are_damaged();
        }
        let known = adapter.session().knowledge();
        let vin = self.line.vin_text(known.vin);
        let mut out = Output::stdout();
        if self.json {
            out.line(&summary.to_json(known, vin.as_deref(), self.lang).to_string())?;
        } else {
            out.text(&page(adapter, &summary, vin.as_deref(), self.lang, palette).whole())?;
        }
        out.flush()?;
        if !is_whole {
            let late = super::too_late(adapter.session().knowledge(), "--for");
            let late = late.unwrap_or_else(|| "not everything was read in time".to_owned());
            complain(&format!("{COMMAND}: {late}"));
        }
        let is_partial = adapter.session().knowledge().is_partial;
        let is_bad = !is_whole || is_damaged || plan.has_failed() || summary.misses_a_signal() || is_partial;
        Ok(Verdict::from_bad(u64::from(is_bad)))
    }

    async fn stream(
        &self,
        adapter: &mut Adapter,
        recording: &mut Option<Recording>,
        mut plan: Plan,
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
        let mut lines = Lines::new(begin)?;
        // The line is whole again: what may have changed meanwhile is read at once.
        let (mut was_ready, mut is_stale) = (false, false);
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
                    if let Some((job, result)) = plan.take(&report, adapter.session()) {
                        summary.is_over(&job, &result);
                    }
                    match report {
                        Report::Ready => {
                            is_stale |= was_ready;
                            was_ready = true;
                        }
                        Report::CarChanged => (was_ready, is_stale) = (false, false),
                        _ => {}
                    }
                    readings += u64::from(
                        matches!(&report, Report::Item(decoded) if matches!(decoded.item, Item::Reading(_))),
                    );
                    if !is_page {
                        self.line(&mut out, &mut lines, adapter, &report)?;
                    } else if let Some((message, advice)) = super::damage(&report) {
                        lines.show(&message, advice);
                    }
                }
                _ => {}
            }
            let now = Instant::now();
            if end.is_some_and(|end| now >= end) {
                break;
            }
            // Jobs that a cut interrupted end first.
            if now >= next_codes || is_stale && plan.is_done() {
                is_stale = false;
                next_codes = now + CODES;
                plan.again(adapter.session());
            }
            if is_page && now >= next_page {
                next_page = now + PAGE;
                let vin = self.line.vin_text(adapter.session().knowledge().vin);
                let mut page = page(adapter, &summary, vin.as_deref(), self.lang, palette);
                if let Some(shown) = lines.shown(now) {
                    // Writing to a String cannot fail.
                    let _ = writeln!(page.head, "{0}{shown}{0:#}", palette.notice);
                }
                draw(&mut out, &page)?;
            }
        }
        if readings == 0 && summary.problems.is_empty() {
            let late = super::too_late(adapter.session().knowledge(), "--for");
            let late =
                late.unwrap_or_else(|| "no value was read by the end; allow more with --for".to_owned());
            complain(&format!("{COMMAND}: {late}"));
        }
        for line in lines.notices.finish() {
            complain(&format!("{COMMAND}: {line}"));
        }
        out.flush()?;
        Ok(Verdict::from_bad(u64::from(readings == 0 || summary.misses_a_signal())))
    }

    /// A line for a report, where there is no page.
    fn line(
        &self,
        out: &mut Output,
        lines: &mut Lines,
        adapter: &mut Adapter,
        report: &Report,
    ) -> Result<(), Failure> {
        if lines.mood.is_better(report) {
            lines.tell(super::ANSWERS, "");
        }
        match report {
            Report::Item(decoded) => {
                // The number of the car is shown on purpose only.
                let is_hidden = matches!(decoded.item, Item::Vin(_)) && !self.line.is_vin_shown();
                if is_hidden {
                    return Ok(());
                }
                if self.json {
                    out.line(&lines.json(decoded))?;
                } else if let Item::Reading(reading) = &decoded.item {
                    let at = decoded.at.map(|at| at.format("%H:%M:%S%.3f").to_string()).unwrap_or_default();
                    let ecu = decoded.ecu.as_deref().unwrap_or(NOBODY);
                    let seen = super::summary::Seen { value: reading.value.clone(), unit: reading.unit };
                    out.line(&format!("{at} {ecu} {} {}", reading.signal, seen.text()))?;
                } else if let Item::TroubleCode(code) = &decoded.item {
                    let ecu = decoded.ecu.as_deref().unwrap_or(NOBODY);
                    let list = code.service.map_or("unlisted", list_name);
                    out.line(&format!("{ecu} {} {list}: {}", code.dtc, code.dtc.describe(self.lang)))?;
                } else if let Some((message, advice)) = super::damage(report) {
                    // With JSON it has a line of its own.
                    lines.tell(&message, advice);
                }
            }
            Report::Problem(problem) | Report::Finished { result: Err(problem), .. } => {
                lines.tell(&problem.to_string(), problem.advice());
            }
            Report::AdapterFound(identity) => lines.tell(&format!("{identity} at {}", adapter.address()), ""),
            Report::ProtocolFound(protocol) => lines.tell(&protocol.to_string(), ""),
            Report::CarChanged => {
                complain("ccars live: another car answers: it is read from the beginning");
                lines.clock = clock()?;
                if self.json {
                    out.line(r#"{"notice":"car_changed"}"#)?;
                }
            }
            _ => {}
        }
        out.flush()
    }
}

const COMMAND: &str = "ccars live";

/// What is kept between lines.
struct Lines {
    notices: Notices,
    begin: Instant,
    clock: EventClock,
    mood: Mood,
    /// What the page shows of trouble, and since when.
    shown: Option<(Instant, String)>,
}

impl Lines {
    fn new(begin: Instant) -> Result<Self, Failure> {
        Ok(Self { notices: Notices::default(), begin, clock: clock()?, mood: Mood::default(), shown: None })
    }

    fn tell(&mut self, message: &str, advice: &str) {
        super::tell(&mut self.notices, COMMAND, self.begin, message, advice);
    }

    /// Lets the page show what came damaged, and counts it.
    fn show(&mut self, message: &str, advice: &str) {
        let now = Instant::now();
        drop(self.notices.take(now - self.begin, message, advice));
        self.shown = Some((now, format!("{message}; {advice}")));
    }

    /// What came damaged a moment ago.
    fn shown(&self, now: Instant) -> Option<&str> {
        self.shown.as_ref().filter(|(since, _)| now - *since < SHOWN).map(|(_, text)| &**text)
    }

    /// The line that `ccars decode` has for the same.
    fn json(&mut self, decoded: &Decoded) -> String {
        let events = self.clock.events(decoded);
        match (&decoded.item, events.first()) {
            (Item::Scan(_) | Item::Readiness(_), Some(event)) => {
                whole_event(decoded.line, decoded.ecu.as_deref(), event)
            }
            _ => decoded.to_canonical_json(),
        }
    }
}

/// Events of the vehicle that `ccars decode` gives them, too, unless it is told another.
fn clock() -> Result<EventClock, Failure> {
    let vehicle = "local/0".parse().map_err(|error| Failure::usage(format!("{error}")))?;
    Ok(EventClock::new(vehicle, Timestamp::UNIX_EPOCH, TimeDelta::zero()))
}

/// What to do about a signal that cannot be watched.
fn advice(error: &SessionError) -> String {
    let SessionError::UnknownSignal { signal } = error else { return error.advice().to_owned() };
    let rows = catalogue().iter().filter(|row| row.obd.is_some_and(|source| source.service == 0x01));
    let near = rows.map(|row| (strsim::jaro_winkler(row.id, signal.as_str()), row.id));
    match near.max_by(|a, b| a.0.total_cmp(&b.0)) {
        Some((likeness, id)) if likeness > 0.85 => format!("did you mean {id}?"),
        _ => error.advice().to_owned(),
    }
}

fn page(
    adapter: &mut Adapter,
    summary: &Summary,
    vin: Option<&str>,
    language: Language,
    palette: Palette,
) -> Page {
    let is_ready = adapter.session().is_ready();
    let known = adapter.session().knowledge();
    let mut head = view::head(known, summary, vin, palette);
    if !is_ready {
        let problem = summary.problems.last();
        let why = problem.map_or_else(
            || "looking for the car".to_owned(),
            |problem| format!("{problem}; {}", problem.advice()),
        );
        // Writing to a String cannot fail.
        let _ = writeln!(head, "{0}{why}{0:#}", palette.notice);
    }
    Page {
        head,
        codes: view::codes(known, summary, language, palette),
        readiness: view::readiness(known, summary, palette),
        values: view::values(known, summary, palette),
    }
}

/// Draws a page over the one before: to the top, each line cut at the edge and cleared to its end, what is below cleared.
fn draw(out: &mut Output, page: &Page) -> Result<(), Failure> {
    let rows = terminal_size::terminal_size().map_or(24, |(_, rows)| usize::from(rows.0));
    out.text("\x1b[?7l\x1b[H")?;
    for line in page.fitted(rows.saturating_sub(1)).lines() {
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
        // A drive cannot be driven again. What is no file, a pipe or /dev/null, holds nothing.
        let is_full = path.metadata().is_ok_and(|found| found.is_file() && found.len() > 0);
        if is_full {
            return Err(Failure::usage(format!(
                "--record: {name} holds a recording already; choose another name, or delete it"
            )));
        }
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
