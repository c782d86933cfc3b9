//! The summary of a backtest.

use std::collections::BTreeSet;

use cc_rules::Pack;
use example_terminal::{Cell, Failure, Output, Palette, Table};
use serde_json::json;

use super::run::Outcome;
use super::tally::{RuleTally, Tally};
use crate::rules::counted;

/// Writes one line of JSON a rule, then one of the whole.
pub(super) fn json(
    outcome: &Outcome,
    packs: (&Pack, Option<&Pack>),
    out: &mut Output,
) -> Result<(), Failure> {
    let Outcome { new, old, counts } = outcome;
    for rule in rules(new, old.as_ref()) {
        let mut line = json!({"rule": rule});
        for (name, tally) in [("tally", Some(new)), ("against", old.as_ref())] {
            let Some(tally) = tally else { continue };
            line[name] = tally.by_rule().get(rule).map_or(serde_json::Value::Null, |rule| {
                json!({
                    "opened": rule.opened, "vehicles": rule.vehicles, "raised": rule.raised, "ended": rule.ended,
                    "false_clears": rule.false_clears, "evaluations": rule.evaluations,
                    "share": share(rule, tally),
                })
            });
        }
        out.line(&line.to_string())?;
    }
    let pack = |pack: &Pack| json!({"id": pack.id(), "version": pack.version()});
    let mut line = json!({
        "pack": pack(packs.0), "events": counts.events, "vehicles": counts.vehicles,
        "duplicates": counts.duplicates, "unreadable": counts.bad, "without_vehicle": counts.without_vehicle,
        "uncomputable": new.uncomputable,
    });
    if let Some(against) = packs.1 {
        line["against"] = pack(against);
        line["different_vehicles"] = counts.different_vehicles.into();
        line["only_here"] = counts.only_new.into();
        line["only_against"] = counts.only_old.into();
    }
    out.line(&line.to_string())
}

/// Writes a table of the rules, and a line about the whole.
pub(super) fn text(
    outcome: &Outcome,
    packs: (&Pack, Option<&Pack>),
    all: bool,
    palette: Palette,
    out: &mut Output,
) -> Result<(), Failure> {
    let Outcome { new, old, counts } = outcome;
    let mut heading =
        vec!["rule", "opened", "vehicles", "raised", "ended", "false clears", "evaluations", "share"];
    if old.is_some() {
        heading.extend(["opened before", "vehicles before"]);
    }
    let mut table = Table::new(&heading, palette.dim);
    let mut silent = 0;
    let (now, before) = (new.by_rule(), old.as_ref().map(Tally::by_rule));
    for rule in rules(new, old.as_ref()) {
        let (tally, was) = (now.get(rule), before.as_ref().and_then(|before| before.get(rule)));
        let fired = |tally: Option<&RuleTally>| tally.is_some_and(|tally| tally.opened > 0);
        if !all && !fired(tally) && !fired(was) {
            silent += 1;
            continue;
        }
        let number = |pick: fn(&RuleTally) -> u64, of: Option<&RuleTally>| {
            of.map_or("–".to_owned(), |of| pick(of).to_string())
        };
        let style = match (tally, was) {
            _ if before.is_none() => palette.bold,
            (Some(a), Some(b)) if (a.opened, a.vehicles) == (b.opened, b.vehicles) => palette.dim,
            _ => palette.warning,
        };
        let false_clears = number(|rule| rule.false_clears, tally);
        let alarm = if false_clears == "0" || false_clears == "–" { palette.dim } else { palette.warning };
        let mut row = vec![
            Cell::styled(rule, style),
            number(|rule| rule.opened, tally).into(),
            number(|rule| rule.vehicles, tally).into(),
            number(|rule| rule.raised, tally).into(),
            number(|rule| rule.ended, tally).into(),
            Cell::styled(false_clears, alarm),
            number(|rule| rule.evaluations, tally).into(),
            tally.map_or("–".to_owned(), |rule| format!("{:.1} %", share(rule, new) * 100.0)).into(),
        ];
        if before.is_some() {
            row.push(number(|rule| rule.opened, was).into());
            row.push(number(|rule| rule.vehicles, was).into());
        }
        table.row(row);
    }
    if !table.is_empty() {
        out.text(&table.render(0))?;
    }
    if silent > 0 {
        let them = if silent == 1 { "it" } else { "them" };
        let silent = counted(silent, "other rule");
        out.line(&format!("{silent} never opened (--all shows {them})"))?;
    }
    let name = |pack: &Pack| format!("{} {}", pack.id(), pack.version());
    out.line(&format!(
        "{}: {} of {} ({} came twice); {}",
        name(packs.0),
        counted(counts.events, "event"),
        counted(counts.vehicles, "vehicle"),
        counts.duplicates,
        counted(new.evaluations(), "evaluation"),
    ))?;
    if let Some(against) = packs.1 {
        out.line(&format!(
            "against {}: {} {}; {} came only here, {} only there",
            name(against),
            counted(counts.different_vehicles, "vehicle"),
            if counts.different_vehicles == 1 { "differs" } else { "differ" },
            counted(counts.only_new, "change"),
            counts.only_old,
        ))?;
    }
    Ok(())
}

/// The rules of both packs, sorted.
fn rules<'t>(new: &'t Tally, old: Option<&'t Tally>) -> BTreeSet<&'t str> {
    let old = old.map(Tally::by_rule).unwrap_or_default();
    new.by_rule().into_keys().chain(old.into_keys()).collect()
}

/// Which part of all evaluations was this rule's.
fn share(rule: &RuleTally, tally: &Tally) -> f64 {
    let share = rule.evaluations as f64 / tally.evaluations().max(1) as f64;
    (share * 10_000.0).round() / 10_000.0
}
