//! One rule in words, as it stands in its pack.

use std::fmt::Write;

use cc_core::{Action, Urgency};
use cc_rules::{CountInfo, NumbersInfo, OccurrenceInfo, Pack, RuleInfo, SequenceInfo, StageInfo, WindowInfo};
use chrono::TimeDelta;
use example_terminal::Palette;
use example_terminal::parse::duration_text as show;

/// What each part of a rule is called, and what it says; nothing where the rule lacks it.
type Rows = Vec<(&'static str, Option<String>)>;

/// One rule to read.
pub(super) fn reference(
    pack: &Pack,
    rule: &RuleInfo<'_>,
    language: &str,
    Palette { bold, dim, .. }: Palette,
) -> String {
    let mut rows = condition(pack, rule);
    rows.extend(end(rule));
    let recommended = advice(rule.action, rule.urgency, rule.due);
    rows.push(("recommends", Some(recommended)));
    rows.extend(says(pack, language, rule.message));
    let mut said = rule.message;
    for stage in pack.stages(rule.id) {
        rows.push(("later", Some(later(&stage))));
        if stage.message != said {
            rows.extend(says(pack, language, stage.message));
            said = stage.message;
        }
    }
    rows.push((
        "source",
        rule.source.map(|(document, section)| match section {
            Some(section) => format!("{document}; {section}"),
            None => document.to_owned(),
        }),
    ));
    let mut text = format!("{bold}{}{bold:#}\n", rule.id);
    for (name, value) in rows.iter().filter_map(|(name, value)| Some((name, value.as_ref()?))) {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "  {dim}{name:<10}{dim:#} {}", value.trim().replace('\n', " "));
    }
    text
}

/// What a rule finds, and when it opens.
fn condition(pack: &Pack, rule: &RuleInfo<'_>) -> Rows {
    let owned = |text: Option<&str>| text.map(str::to_owned);
    let for_how_long = rule.wait.map(|wait| match rule.max_gap {
        Some(gap) => format!("{}, with gaps of at most {}", show(wait), show(gap)),
        None => show(wait),
    });
    let mut rows = vec![("finds", owned(rule.what)), ("because", owned(rule.why))];
    rows.extend(pack.windows(rule.id).map(|numbers| ("window", Some(window(&numbers)))));
    rows.extend([
        ("when", owned(rule.when)),
        ("count", rule.count.as_ref().map(count)),
        ("sequence", rule.sequence.as_ref().map(sequence)),
        ("absent", rule.absence.as_ref().map(|(of, wait)| format!("{} for {}", absent(*of), show(*wait)))),
        ("age", rule.age.map(|(of, over)| format!("{of} is older than {}", show(over)))),
        ("for", for_how_long),
    ]);
    rows
}

/// When it ends, and what keeps it silent.
fn end(rule: &RuleInfo<'_>) -> Rows {
    let unknown = rule.clears_on_unknown.then(|| "when the condition becomes unknown, too".to_owned());
    let silent = (!rule.suppressed_by.is_empty()).then(|| {
        let one = |name: &String| match name.strip_prefix("group:") {
            Some(group) => format!("a rule of the group {group}"),
            None => name.clone(),
        };
        let all: Vec<_> = rule.suppressed_by.iter().map(one).collect();
        format!("while {} is open", all.join(" or "))
    });
    vec![
        ("until", rule.clear.map(str::to_owned)),
        ("also ends", unknown),
        ("ends after", rule.valid_for.map(|span| format!("{} at the latest", show(span)))),
        ("cooldown", rule.cooldown.map(show)),
        ("silent", silent),
        ("group", rule.group.map(str::to_owned)),
    ]
}

fn says(pack: &Pack, language: &str, key: &str) -> Rows {
    let message = pack.message_as_written(language, key);
    vec![
        ("says", message.as_ref().map(|message| message.title.clone())),
        ("", message.filter(|message| message.text != message.title).map(|message| message.text)),
    ]
}

fn advice(action: Action, urgency: Urgency, due: Option<TimeDelta>) -> String {
    let due =
        due.map(|due| if due.is_zero() { ", now".to_owned() } else { format!(", within {}", show(due)) });
    format!("{action}, urgency {urgency}{}", due.unwrap_or_default())
}

/// A stage of an escalation: its test, then what it recommends.
fn later(stage: &StageInfo<'_>) -> String {
    let test = match (stage.after, stage.when) {
        (Some(after), Some(when)) => format!("open for {}, and {when}", show(after)),
        (Some(after), None) => format!("open for {}", show(after)),
        (None, when) => when.unwrap_or_default().to_owned(),
    };
    format!("{test}: {}", advice(stage.action, stage.urgency, stage.due))
}

fn count(count: &CountInfo<'_>) -> String {
    let CountInfo { at_least, of, .. } = count;
    match count.window {
        WindowInfo::LastDrives { drives, whole } => {
            let whole = if whole { ", all through the drive" } else { "" };
            format!("in {at_least} of the last {drives} drives: {of}{whole}")
        }
        WindowInfo::LastSamples(samples) => format!("in {at_least} of the last {samples} readings: {of}"),
        window => format!("{at_least} times within {}: {of}", span(window)),
    }
}

fn window(numbers: &NumbersInfo<'_>) -> String {
    let only = numbers.only_while.map(|only| format!(" while {only}")).unwrap_or_default();
    let samples = match numbers.at_least {
        0 | 1 => String::new(),
        samples => format!(", known from {samples} samples on"),
    };
    format!("{}: of {}{only}, over {}{samples}", numbers.name, numbers.of, span(numbers.window))
}

fn span(window: WindowInfo) -> String {
    match window {
        WindowInfo::Distance(metres) => format!("{} km", metres as f64 / 1_000.0),
        WindowInfo::Drives(1) => "1 drive".to_owned(),
        WindowInfo::Drives(drives) => format!("{drives} drives"),
        WindowInfo::Duration(duration) => show(duration),
        _ => "its window".to_owned(),
    }
}

fn sequence(sequence: &SequenceInfo<'_>) -> String {
    let steps: Vec<_> = sequence.steps.into_iter().flatten().map(occurs).collect();
    format!("{}, all within {}", steps.join(", then "), show(sequence.within))
}

fn occurs(of: OccurrenceInfo<'_>) -> String {
    match of {
        OccurrenceInfo::Code(code) => format!("a report of {code}"),
        OccurrenceInfo::Event(event) => format!("an event {event}"),
        OccurrenceInfo::Signal(signal) => format!("a reading of {signal}"),
        OccurrenceInfo::When(when) => format!("{when} becomes true"),
        _ => "something".to_owned(),
    }
}

fn absent(of: OccurrenceInfo<'_>) -> String {
    match of {
        OccurrenceInfo::Code(code) => format!("no report of {code}"),
        OccurrenceInfo::Event(event) => format!("no event {event}"),
        OccurrenceInfo::Signal(signal) => format!("no reading of {signal}"),
        OccurrenceInfo::When(when) => format!("{when} not true"),
        _ => "nothing".to_owned(),
    }
}
