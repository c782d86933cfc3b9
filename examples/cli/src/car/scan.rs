//! `ccars scan`: one report of a car.

use std::time::Duration;

use cc_core::Language;
use cc_obd::adapter::{Adapter, AdapterEvent};
use cc_obd::session::{ConfirmClear, Job, JobId, Report};
use clap::Args;
use example_terminal::{ColorArg, Failure, Output, Palette, Verdict};
use tokio::time::{Instant, timeout, timeout_at};

use super::notices::Notices;
use super::plan::Plan;
use super::summary::Summary;
use super::{LineArgs, Mood, duration, view, wait};
use crate::complain;

/// Read everything a car says of itself, once: adapter, ECUs, trouble codes in words, readiness, freeze frames
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  ccars scan tcp://192.168.0.10:35000         an adapter on Wi-Fi, or `ccars sim`
  ccars scan 'serial:/dev/ttyUSB0?baud=38400' an adapter on USB or Bluetooth
  ccars scan can:can0 --json                  a CAN interface, without adapter (Linux)
  ccars scan tcp://127.0.0.1:35000 --clear-codes i-understand-that-evidence-is-erased

JSON: `states` says of each part whether it was not_asked, not_given, incomplete or given; what was not asked \
for is null. `problems` has what went wrong on the way, too.

What came damaged or not at all is asked for again twice, some seconds later.

Exit codes:
  0  all was read, at once or again
  1  some was not read, and standard error says what to do
  2  no adapter answers there")]
pub(crate) struct Scan {
    #[command(flatten)]
    line: LineArgs,

    /// Write one JSON object
    #[arg(long)]
    json: bool,

    /// The language of the codes' words
    #[arg(long, default_value = "en", value_name = "LANGUAGE")]
    lang: Language,

    /// How long the scan may take
    #[arg(long, value_name = "DURATION", default_value = "2min", value_parser = duration)]
    within: Duration,

    /// Clear codes, freeze frames and test results in all ECUs before the report; readiness is lost, and with it the
    /// next emission inspection for some days
    #[arg(long, value_name = "CONSENT", value_parser = ["i-understand-that-evidence-is-erased"])]
    clear_codes: Option<String>,
}

impl Scan {
    pub(crate) fn run(self, color: ColorArg) -> Result<Verdict, Failure> {
        let (mut out, palette) = (Output::stdout(), Palette::stdout(color));
        wait(async {
            let mut adapter = self.line.open(false).await?;
            let session = adapter.session();
            let mut summary = Summary::default();
            let erase = self.clear_codes.as_ref().map(|_| {
                session.start(Job::ClearCodes(ConfirmClear::i_understand_that_evidence_is_erased()))
            });
            let jobs = [Job::Codes, Job::Readiness, Job::Info, Job::Monitors, Job::FreezeFrames];
            // The voltage is the adapter's; a bus without one has none.
            let own = self.line.has_adapter().then_some(Job::Voltage);
            let mut plan = Plan::begin(own.into_iter().chain(jobs), session);
            let mut erase = Erase { job: erase, has_failed: false };
            let work = gather(&mut adapter, &mut summary, &mut plan, &mut erase);
            let is_whole = timeout(self.within, work).await.unwrap_or(Ok(false))?;
            plan.unfinished().for_each(|job| summary.is_cut_short(job));
            let known = adapter.session().knowledge();
            let vin = self.line.vin_text(known.vin);
            if self.json {
                out.line(&summary.to_json(known, vin.as_deref(), self.lang).to_string())?;
            } else {
                out.text(&view::head(known, &summary, vin.as_deref(), palette))?;
                out.text("\n")?;
                out.text(&view::codes(known, &summary, self.lang, palette))?;
                out.text("\n")?;
                out.text(&view::readiness(known, &summary, palette))?;
                out.text(&view::tests(known, &summary, palette))?;
                out.text(&view::frames(known, &summary, palette))?;
            }
            out.flush()?;
            if !is_whole {
                let late = super::too_late(known, "--within");
                let late = late.unwrap_or_else(|| {
                    "the scan did not end in time; allow it more with --within".to_owned()
                });
                complain(&format!("ccars scan: {late}"));
            }
            let is_bad = !is_whole || plan.has_failed() || erase.has_failed || known.is_partial;
            Ok(Verdict::from_bad(u64::from(is_bad)))
        })
    }
}

/// The job that clears codes, where it was wanted.
struct Erase {
    job: Option<JobId>,
    has_failed: bool,
}

/// How often what was not read is asked for again.
const ROUNDS: u32 = 2;
/// How long before.
const PAUSE: Duration = Duration::from_secs(3);

/// Takes reports until all is over.
async fn gather(
    adapter: &mut Adapter,
    summary: &mut Summary,
    plan: &mut Plan,
    erase: &mut Erase,
) -> Result<bool, Failure> {
    let (mut notices, begin) = (Notices::default(), Instant::now());
    let (mut rounds, mut again_at) = (0, None);
    let (mut mood, mut was_partial) = (Mood::default(), false);
    loop {
        let event = match again_at {
            None => Some(adapter.next().await),
            Some(at) => timeout_at(at, adapter.next()).await.ok(),
        };
        let Some(event) = event else {
            again_at = None;
            plan.retry(adapter.session());
            if plan.is_done() {
                return Ok(true);
            }
            continue;
        };
        let AdapterEvent::Report(report) = event.map_err(|error| super::failure(&error))? else { continue };
        if let Some(failure) = super::is_hopeless(&report, adapter.session()) {
            return Err(failure);
        }
        summary.take(&report);
        if let Some((job, result)) = plan.take(&report, adapter.session()) {
            summary.is_over(&job, &result);
        }
        match &report {
            Report::Finished { job, result } if Some(*job) == erase.job => {
                *erase = Erase { job: None, has_failed: result.is_err() };
            }
            // ECUs that were missing have answered now: all of them are asked.
            Report::Ready if was_partial && !adapter.session().knowledge().is_partial => {
                was_partial = false;
                plan.again(adapter.session());
            }
            Report::CarChanged => complain("ccars scan: another car answers: it is read from the beginning"),
            _ => {}
        }
        if let Report::Problem(error) | Report::Finished { result: Err(error), .. } = &report {
            super::tell(&mut notices, "ccars scan", begin, &error.to_string(), error.advice());
        }
        was_partial |= adapter.session().knowledge().is_partial;
        if mood.is_better(&report) {
            super::tell(&mut notices, "ccars scan", begin, super::ANSWERS, "");
        }
        if !plan.is_done() || erase.job.is_some() {
            again_at = None;
        } else if again_at.is_none() {
            let is_partial = adapter.session().knowledge().is_partial;
            if rounds == ROUNDS || !is_partial && !plan.is_worth_another_try() {
                return Ok(true);
            }
            rounds += 1;
            // A session whose ECUs are not all known asks for them by itself, a little later.
            let pause = if is_partial { PAUSE * 3 } else { PAUSE };
            again_at = Some(Instant::now() + pause);
        }
    }
}
