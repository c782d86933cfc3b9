//! `ccars rules explain`.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use cc_rules::{CountInfo, Pack, RuleInfo, Runner, WindowInfo};
use chrono::TimeDelta;
use clap::Args;
use example_terminal::parse::duration_text as show;
use example_terminal::{ColorArg, Failure, Input, JsonEvents, Output, Palette, Verdict, parse};

use super::pack::{self, PackArg};
use crate::complain;

/// Explain a pack: its rules to read, or why each change came
///
/// Without events: what each rule finds, why it matters, its condition, what it recommends, and the source of its
/// threshold. With events: every change with the value, unit, age and truth of each part of its condition.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  ccars rules explain standard
  ccars rules explain standard --rule overheat --lang da
  ccars rules explain standard --events events.jsonl

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
            return Err(Failure::usage("--rule: the pack has no such rule"));
        }
        let wanted = |rule: &str| self.rule.as_ref().is_none_or(|only| only == rule);
        let mut out = Output::stdout();
        let palette = Palette::stdout(color);
        let mut bad = 0;
        if let Some(events) = &self.events {
            bad = changes(Runner::new(pack.clone(), self.lateness), events, wanted, &mut out, palette)?;
        } else {
            for rule in pack.rule_ids().filter(|rule| wanted(rule)).filter_map(|rule| pack.rule(rule)) {
                out.line(&reference(&pack, &rule, &self.lang, palette))?;
            }
        }
        out.flush()?;
        Ok(Verdict::from_bad(bad))
    }
}

/// Why each change came; gives how many events could not be read.
fn changes(
    mut runner: Runner,
    file: &Path,
    wanted: impl Fn(&str) -> bool,
    out: &mut Output,
    Palette { bold, dim, .. }: Palette,
) -> Result<u64, Failure> {
    let input = Input::open(Some(file))?;
    let name = input.name().to_owned();
    let mut events = JsonEvents::new(input);
    runner.explain(true);
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
    for (change, explanation) in
        runner.drain_explained().into_iter().filter(|(change, _)| wanted(&change.rule))
    {
        out.line(&format!(
            "{bold}{} {} {}{bold:#} {dim}{}{dim:#}",
            change.change, change.rule, change.vehicle, change.id
        ))?;
        if let Some(explanation) = explanation {
            out.line(&format!("{explanation}\n"))?;
        }
    }
    Ok(bad)
}

/// One rule to read.
fn reference(pack: &Pack, rule: &RuleInfo<'_>, language: &str, Palette { bold, dim, .. }: Palette) -> String {
    let message = pack.message_as_written(language, rule.message);
    let due = rule
        .due
        .map(|due| if due.is_zero() { ", now".to_owned() } else { format!(", within {}", show(due)) });
    let for_how_long = rule.wait.map(|wait| match rule.max_gap {
        Some(gap) => format!("{}, with gaps of at most {}", show(wait), show(gap)),
        None => show(wait),
    });
    let unknown = rule.clears_on_unknown.then(|| "when the condition becomes unknown, too".to_owned());
    let source = rule.source.map(|(document, section)| match section {
        Some(section) => format!("{document}; {section}"),
        None => document.to_owned(),
    });
    let text = |text: Option<&str>| text.map(str::to_owned);
    let rows = [
        ("finds", text(rule.what)),
        ("because", text(rule.why)),
        ("when", text(rule.when)),
        ("for", for_how_long),
        ("count", rule.count.as_ref().map(count)),
        ("until", text(rule.clear)),
        ("also ends", unknown),
        ("cooldown", rule.cooldown.map(show)),
        ("group", text(rule.group)),
        ("recommends", Some(format!("{}, urgency {}{}", rule.action, rule.urgency, due.unwrap_or_default()))),
        ("says", message.as_ref().map(|message| message.title.clone())),
        ("", message.filter(|message| message.text != message.title).map(|message| message.text)),
        ("source", source),
    ];
    let mut text = format!("{bold}{}{bold:#}\n", rule.id);
    for (name, value) in rows.iter().filter_map(|(name, value)| Some((name, value.as_ref()?))) {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "  {dim}{name:<10}{dim:#} {}", value.trim().replace('\n', " "));
    }
    text
}

fn count(count: &CountInfo<'_>) -> String {
    let window = match count.window {
        WindowInfo::Distance(metres) => format!("{} km", metres as f64 / 1_000.0),
        WindowInfo::Drives(drives) => format!("{drives} drives"),
        WindowInfo::Duration(duration) => show(duration),
        _ => "its window".to_owned(),
    };
    format!("{} times within {window}: {}", count.at_least, count.of)
}
