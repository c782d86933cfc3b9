//! `ccars rules explain`.

mod reference;

use std::path::{Path, PathBuf};

use cc_core::ChangeKind;
use cc_rules::{Pack, Runner, why_not};
use chrono::TimeDelta;
use clap::Args;
use example_terminal::{ColorArg, Failure, Input, JsonEvents, Output, Palette, Verdict, parse};

use super::pack::{self, PackArg};
use crate::complain;
use reference::reference;

/// Explain a pack: its rules to read, or why each change came
///
/// Without events: what each rule finds, why it matters, its condition, what it recommends, and the source of its
/// threshold. With events: every change with the message that the driver reads, and the value, unit, age and truth of each
/// part of its condition. With --why-not: where one rule stands on each vehicle at the end of the events, and which part of
/// its condition decides that.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  ccars rules explain standard
  ccars rules explain standard --rule overheat --lang da
  ccars rules explain standard --events events.jsonl
  ccars rules explain standard --events events.jsonl --rule overheat --why-not

Exit codes: 0 all good; 1 the pack has findings, or some events could not be read; 2 the command could not be run.")]
pub(super) struct Explain {
    #[command(flatten)]
    pack: PackArg,

    /// Explain the changes that these events bring; `-` is standard input
    #[arg(long, value_name = "FILE")]
    events: Option<PathBuf>,

    /// How much later than newer events of its vehicle an event may come [such as 5min, '10 s', PT5M; 0 for none]
    #[arg(long, value_name = "DURATION", value_parser = parse::duration, default_value = "5min")]
    lateness: TimeDelta,

    /// Only this rule
    #[arg(long, value_name = "RULE")]
    rule: Option<String>,

    /// Say where the rule stands at the end of the events, instead of its changes
    #[arg(long, requires = "events", requires = "rule")]
    why_not: bool,

    /// The language of the messages
    #[arg(long, value_name = "LANGUAGE", default_value = "en")]
    lang: String,
}

impl Explain {
    pub(super) fn run(self, color: ColorArg) -> Result<Verdict, Failure> {
        let Some((pack, _)) = pack::load(&self.pack.pack, color)? else { return Ok(Verdict::SomeBad) };
        if let Some(rule) = &self.rule
            && pack.rule(rule).is_none()
        {
            return Err(Failure::usage(no_such_rule(&pack, rule)));
        }
        let wanted = |rule: &str| self.rule.as_ref().is_none_or(|only| only == rule);
        let mut out = Output::stdout();
        let palette = Palette::stdout(color);
        let mut bad = 0;
        if !self.why_not {
            pack::note_language(&pack, &self.lang);
        }
        if let Some(events) = &self.events {
            let language = &self.lang;
            let mut runner = Runner::new(pack.clone(), self.lateness);
            runner.explain(!self.why_not);
            bad = feed(&mut runner, events)?;
            match &self.rule {
                Some(rule) if self.why_not => standing(runner, rule, &mut out, palette)?,
                _ => changes(runner, wanted, language, &mut out, palette)?,
            }
        } else {
            for rule in pack.rule_ids().filter(|rule| wanted(rule)).filter_map(|rule| pack.rule(rule)) {
                out.line(&reference(&pack, &rule, &self.lang, palette))?;
            }
        }
        out.flush()?;
        Ok(Verdict::from_bad(bad))
    }
}

/// A decision table has become one rule a row, so that its own id names none.
fn no_such_rule(pack: &Pack, name: &str) -> String {
    let is_row =
        |rule: &&str| rule.strip_prefix(name).is_some_and(|rest| rest.starts_with('-') && rest.len() > 1);
    let rows: Vec<&str> = pack.rule_ids().filter(is_row).collect();
    if rows.is_empty() {
        return "--rule: the pack has no such rule".to_owned();
    }
    let more = if rows.len() > NAMED { ", …" } else { "" };
    let rows = rows.iter().take(NAMED).copied().collect::<Vec<_>>().join(", ");
    format!(
        "--rule: the pack has no such rule; if it is a decision table, each of its rows is one: {rows}{more}"
    )
}

/// So many rules of a table are named.
const NAMED: usize = 4;

/// Gives how many events could not be read.
fn feed(runner: &mut Runner, file: &Path) -> Result<u64, Failure> {
    let input = Input::open(Some(file))?;
    let name = input.name().to_owned();
    let mut events = JsonEvents::new(input);
    let mut bad = 0;
    while let Some(event) = events.next_event()? {
        match event {
            Ok(event) => runner.feed([event]),
            Err(reason) => {
                bad += 1;
                complain(&format!("{name}:{}: {reason}", events.line()));
            }
        }
    }
    Ok(bad)
}

/// What the driver reads at each change, and why it came.
fn changes(
    mut runner: Runner,
    wanted: impl Fn(&str) -> bool,
    language: &str,
    out: &mut Output,
    Palette { bold, dim, .. }: Palette,
) -> Result<(), Failure> {
    let pack = runner.pack().clone();
    for (change, explanation) in
        runner.drain_explained().into_iter().filter(|(change, _)| wanted(&change.rule))
    {
        out.line(&format!(
            "{bold}{} {} {}{bold:#} {dim}{}{dim:#}",
            change.change, change.rule, change.vehicle, change.id
        ))?;
        let message = pack.message(language, &change.message, &change.args);
        if let Some(message) = message.filter(|_| change.change != ChangeKind::Cleared) {
            out.line(&format!("  {dim}says      {dim:#} {}", one_line(&message.title)))?;
            if message.text != message.title {
                out.line(&format!("{:13}{}", "", one_line(&message.text)))?;
            }
        }
        if let Some(explanation) = explanation {
            out.line(&format!("{explanation}\n"))?;
        }
    }
    Ok(())
}

fn one_line(text: &str) -> String {
    text.trim().replace('\n', " ")
}

/// Where a rule stands on each vehicle, once all its events are worked off.
fn standing(
    mut runner: Runner,
    rule: &str,
    out: &mut Output,
    Palette { bold, .. }: Palette,
) -> Result<(), Failure> {
    runner.drain();
    let mut states: Vec<_> = runner.vehicles().collect();
    states.sort_by(|a, b| a.vehicle().cmp(b.vehicle()));
    for state in states {
        let why = state
            .reached()
            .and_then(|at| why_not(runner.pack(), state, rule, at - TimeDelta::nanoseconds(1)));
        if let Some(why) = why {
            out.line(&format!("{bold}{}{bold:#}\n{why}\n", state.vehicle()))?;
        }
    }
    Ok(())
}
