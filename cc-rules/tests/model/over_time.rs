//! Blocks that look back over time, at random.

use crate::dice::Dice;
use crate::expr::{Expr, Name, Value};
use crate::packs::{NUMBERS, Theme, condition, window};
use crate::spec::{CountSpec, Counted, LastSpec, NumbersSpec, Occurrence, RuleSpec, SECOND};

/// Gives a rule one block or two.
pub(crate) fn add(dice: &mut Dice, theme: &Theme, rule: &mut RuleSpec) {
    for _ in 0..=dice.below(2) {
        match dice.below(9) {
            0 | 6 => last(dice, theme, rule),
            1 | 7 => {
                let steps = (0..2 + dice.below(4) / 3).map(|_| occurrence(dice, theme, false)).collect();
                rule.sequence = Some((steps, dice.one(&[3, 10, 60, 700, 700]) * SECOND));
            }
            2 => {
                rule.absence = Some((occurrence(dice, theme, true), dice.one(&[1, 3, 10, 60, 700]) * SECOND));
            }
            3 => {
                let signal = Name::Signal(NUMBERS[dice.one(&theme.numbers)].0);
                let of = if dice.once_in(3) { Name::Code(dice.below(3), "") } else { signal };
                rule.age = Some((of, dice.one(&[1, 3, 10, 60, 700]) * SECOND));
            }
            _ => windows(dice, theme, rule),
        }
    }
    // Blocks that need no further condition stand alone more often.
    let alone = rule.count.is_some()
        || rule.last.is_some()
        || rule.sequence.is_some()
        || rule.absence.is_some()
        || rule.age.is_some();
    if alone && rule.windows.is_empty() && !dice.once_in(3) {
        rule.when = None;
    }
}

fn last(dice: &mut Dice, theme: &Theme, rule: &mut RuleSpec) {
    let of_last = dice.one(&[1, 2, 3, 5]);
    rule.last = Some(LastSpec {
        when: match rule.count.take() {
            Some(CountSpec { of: Counted::When(when), .. }) => when,
            _ => condition(dice, theme, 1),
        },
        at_least: 1 + dice.below(of_last),
        of_last,
        per_drive: dice.once_in(2),
        whole: false,
    });
    let is_whole = dice.once_in(2);
    if let Some(last) = &mut rule.last {
        // A sample is a reading, so that one must be read.
        last.per_drive |= !last.when.reads().iter().any(|name| matches!(name, Name::Signal(_)));
        last.whole = last.per_drive && is_whole;
    }
}

fn occurrence(dice: &mut Dice, theme: &Theme, or_signal: bool) -> Occurrence {
    match dice.below(if or_signal { 6 } else { 5 }) {
        0 => Occurrence::Code(dice.below(3)),
        1 => Occurrence::Event(dice.one(&["can_dtc", "can_dtc", "car_ignition", "can_vehicle_speed_kph"])),
        5 => Occurrence::Signal(NUMBERS[dice.one(&theme.numbers)].0),
        _ => Occurrence::When(condition(dice, theme, 0)),
    }
}

fn windows(dice: &mut Dice, theme: &Theme, rule: &mut RuleSpec) {
    let (signal, unit, thresholds) = NUMBERS[dice.one(&theme.numbers)];
    let of = Expr::Name(Name::Signal(signal));
    let of = if unit == "V" && dice.once_in(3) {
        let half = Expr::Literal(Value::Number(0.5), "0.5 V".into());
        Expr::Infix(Box::new(of), "-", Box::new(half))
    } else {
        of
    };
    let only = dice.once_in(3).then(|| condition(dice, theme, 0));
    let place = rule.windows.len();
    rule.windows.push(NumbersSpec { of, only, window: window(dice), at_least: dice.one(&[1, 1, 2, 3]) });
    let field = dice.one(&["count", "sum", "average", "minimum", "maximum", "change", "slope", "slope"]);
    // Absolute temperatures do not add up.
    let field = if unit == "°C" && field == "sum" { "average" } else { field };
    let threshold = if field == "count" {
        Expr::Literal(Value::Int(2), "2".into())
    } else {
        let value = match field {
            "sum" => thresholds[0] * 2.0,
            "change" | "slope" => dice.one(&[0.0, 0.5, 4.0, -0.5]),
            _ => thresholds[0],
        };
        Expr::Literal(Value::Number(value), format!("{value:?} {unit}"))
    };
    let field = Expr::Name(Name::Window(place, field));
    let test = Expr::Infix(Box::new(field), dice.one(&[">", "<", ">=", "<="]), Box::new(threshold));
    if dice.once_in(4) {
        rule.clear = Some(test);
        return;
    }
    rule.when = Some(match rule.when.take().filter(|_| dice.once_in(3)) {
        Some(when) => Expr::Infix(Box::new(when), dice.one(&["&&", "||"]), Box::new(test)),
        None => test,
    });
}
