//! Packs at random.

use cc_core::{Action, MeasureUnit, Urgency};

use crate::dice::Dice;
use crate::expr::{Expr, Name, Value};
use crate::over_time;
use crate::spec::{
    Args, CodeSpec, CountSpec, Counted, DAY, MS, ParamSpec, RuleSpec, SECOND, Spec, Window, Words,
};
use crate::voices;

/// Number signals with their unit, and the thresholds that stories cross.
pub(crate) const NUMBERS: [(&str, &str, [f64; 2]); 6] = [
    ("engine_coolant_temperature", "°C", [110.0, 98.0]),
    ("battery_voltage", "V", [12.0, 13.0]),
    ("cell", "V", [12.0, 12.5]),
    ("engine_load", "%", [50.0, 30.0]),
    ("odometer", "km", [1_010.0, 1_016.0]),
    ("vehicle_speed", "km/h", [4.0, 0.0]),
];

/// What a pack and its story are about: few things, so that rules and events meet often.
pub(crate) struct Theme {
    /// Places in [`NUMBERS`].
    pub(crate) numbers: Vec<usize>,
    /// Kinds of simple conditions.
    conditions: Vec<usize>,
    /// Kinds of events that bear on them.
    pub(crate) events: Vec<usize>,
}

pub(crate) fn theme(dice: &mut Dice) -> Theme {
    const NUMBER_EVENTS: [usize; 6] = [0, 2, 3, 10, 9, 6];
    let numbers: Vec<usize> = (0..2).map(|_| dice.below(NUMBERS.len())).collect();
    let mut conditions: Vec<usize> = (0..3).map(|_| dice.below(20)).collect();
    conditions.push(0);
    let mut events: Vec<usize> = numbers.iter().flat_map(|number| [NUMBER_EVENTS[*number]; 3]).collect();
    for condition in &conditions {
        events.extend_from_slice(match condition {
            7 | 8 => &[4, 4],
            9 => &[12, 13, 14],
            10..14 => &[7, 7, 7, 8, 8, 4, 4, 13, 11],
            14 => &[0, 4, 7],
            15 => &[11, 7, 11],
            16 => &[14, 14],
            17.. => &[2, 3],
            _ => &[],
        });
    }
    events.extend([4, dice.below(15), dice.below(15)]);
    if dice.once_in(3) {
        // Many drives.
        events.extend([4; 5]);
    }
    Theme { numbers, conditions, events }
}

pub(crate) fn spec(dice: &mut Dice, theme: &Theme) -> Spec {
    let mut max_age = Vec::new();
    for signal in
        ["engine_coolant_temperature", "battery_voltage", "cell", "engine_load", "ignition", "vehicle_speed"]
    {
        if dice.once_in(2) {
            max_age.push((signal, dice.one(&[3, 8, 8, 20]) * SECOND));
        }
    }
    let monotonic = if dice.once_in(2) { vec!["odometer"] } else { Vec::new() };
    let codes = ["P0300..P0312", "P0171", "U*"].map(|pattern| CodeSpec {
        pattern: if pattern == "P0171" {
            dice.one(&["P0171", "P0171", "P017100", "VAG 16555"])
        } else {
            pattern
        },
        status: dice.one(&["any", "confirmed", "confirmed", "pending", "warning"]),
        ecu: if dice.once_in(3) { Some("engine") } else { None },
        clean_drives: dice.one(&[1, 1, 2, 3]),
    });
    let params = theme.numbers.iter().map(|number| param(dice, *number)).collect();
    let profile = [
        ("engine_family", "LS"),
        ("engine_family", "EA"),
        ("market", "DK"),
        ("market", "DE"),
        ("fleet", "one"),
    ];
    let profile = if dice.once_in(2) {
        let market = dice.one(&profile[2..4]);
        vec![dice.one(&[profile[0], profile[1], profile[4]]), market]
    } else {
        Vec::new()
    };
    let mut spec =
        Spec { version: 1, max_age, monotonic, codes: codes.to_vec(), params, rules: Vec::new(), profile };
    let count = 1 + dice.below(5);
    for index in 0..count {
        let rule = rule(dice, theme, &spec, index);
        spec.rules.push(rule);
    }
    if dice.once_in(3) {
        voices::add_table(dice, theme, &mut spec);
    }
    voices::add(dice, theme, &mut spec);
    spec
}

fn param(dice: &mut Dice, number: usize) -> ParamSpec {
    let (_, unit, [one, other]) = NUMBERS[number];
    let mut by = Vec::new();
    for (dimension, is) in [("engine_family", "LS"), ("market", "DK"), ("market", "DE"), ("fleet", "one")] {
        if dice.once_in(2) {
            by.push((dimension, is, dice.one(&[one, other])));
        }
    }
    ParamSpec { unit, default: dice.one(&[one, other]), by }
}

pub(crate) fn rule(dice: &mut Dice, theme: &Theme, spec: &Spec, index: usize) -> RuleSpec {
    let wait = dice.one(&[0, 0, 0, 1, 3, 3, 10]) * SECOND;
    let count = if dice.once_in(3) { Some(count(dice, theme)) } else { None };
    let when = (count.is_none() || dice.once_in(2)).then(|| condition(dice, theme, 2));
    let mut rule = RuleSpec {
        suppressed_by: Vec::new(),
        valid_for: None,
        stages: Vec::new(),
        row: None,
        last: None,
        sequence: None,
        absence: None,
        age: None,
        windows: Vec::new(),
        id: format!("r{index}"),
        when,
        count,
        wait,
        max_gap: None,
        clear: dice.once_in(3).then(|| condition(dice, theme, 1)),
        clear_on_unknown: dice.once_in(3),
        cooldown: dice.one(&[0, 0, 0, 1, 5, 20]) * SECOND,
        group: dice.one(&[None, Some("one"), Some("one"), Some("two")]),
        words: words(dice),
        args: Vec::new(),
    };
    if dice.once_in(2) {
        over_time::add(dice, theme, &mut rule);
    }
    if dice.once_in(3) {
        rule.args = args(dice);
    }
    if spec.smallest_max_age(&rule).is_none() && rule.wait > 0 || dice.once_in(4) {
        rule.max_gap = Some(dice.one(&[1, 3, 10, 60]) * SECOND);
    }
    if rule.wait == 0 {
        rule.max_gap = None;
    }
    rule
}

pub(crate) const URGENCIES: [Urgency; 5] =
    [Urgency::Info, Urgency::Low, Urgency::Medium, Urgency::High, Urgency::Critical];

pub(crate) fn words(dice: &mut Dice) -> Words {
    Words {
        urgency: dice.one(&URGENCIES),
        action: dice.one(&[Action::Book, Action::StopSafely, Action::None]),
        due: dice.one(&[None, Some(0), Some(7 * DAY), Some(3 * SECOND)]),
        message: dice.one(&["m", "n"]),
    }
}

pub(crate) fn args(dice: &mut Dice) -> Args {
    let (signal, unit) = dice.one(&[
        ("battery_voltage", Some(MeasureUnit::Volt)),
        ("engine_coolant_temperature", Some(MeasureUnit::Celsius)),
        ("ignition", None),
        ("mode", None),
    ]);
    vec![("value", Expr::Name(Name::Signal(signal)), unit)]
}

fn count(dice: &mut Dice, theme: &Theme) -> CountSpec {
    let of = match dice.below(3) {
        0 => Counted::Code(dice.below(3)),
        1 => Counted::Event(dice.one(&["can_dtc", "can_dtc_scan", "car_ignition", "car_battery_voltage"])),
        _ => Counted::When(condition(dice, theme, 1)),
    };
    CountSpec { of, at_least: dice.one(&[1, 2, 2, 3]), window: window(dice) }
}

pub(crate) fn window(dice: &mut Dice) -> Window {
    dice.one(&[
        Window::Duration(6 * SECOND, 3),
        Window::Duration(6 * SECOND, 3),
        Window::Duration(64 * MS, 64),
        Window::Duration(40 * SECOND, 4),
        Window::Duration(7 * DAY, 7),
        Window::Drives(1),
        Window::Drives(2),
        Window::Distance(10_000, 5),
        Window::Distance(6_000, 2),
    ])
}

/// A condition, at most so deep.
pub(crate) fn condition(dice: &mut Dice, theme: &Theme, depth: usize) -> Expr {
    if depth == 0 || dice.once_in(2) {
        return simple(dice, theme);
    }
    let inner = |dice: &mut Dice| Box::new(condition(dice, theme, depth - 1));
    match dice.below(7) {
        0 => Expr::Not(inner(dice)),
        1 => Expr::Conditional(inner(dice), inner(dice), inner(dice)),
        2 | 3 => Expr::Infix(inner(dice), "||", inner(dice)),
        _ => Expr::Infix(inner(dice), "&&", inner(dice)),
    }
}

fn simple(dice: &mut Dice, theme: &Theme) -> Expr {
    let name = |name: Name| Expr::Name(name);
    let boxed = |name: Name| Box::new(Expr::Name(name));
    let whole = |value: i64| Box::new(Expr::Literal(Value::Int(value), value.to_string()));
    match dice.one(&theme.conditions) {
        0..7 => number(dice, theme),
        7 | 8 => name(Name::Signal("ignition")),
        9 => name(Name::Signal(dice.one(&["door", "malfunction_indicator"]))),
        10 | 11 => name(Name::Code(dice.below(3), "")),
        12 => {
            let field = dice.one(&["count", "clean_drives"]);
            let operator = dice.one(&[">=", "==", "<"]);
            Expr::Infix(boxed(Name::Code(dice.below(3), field)), operator, whole(dice.one(&[0, 1, 2, 3])))
        }
        13 => {
            let quotient = Expr::Infix(
                boxed(Name::Code(dice.below(3), "count")),
                "/",
                boxed(Name::Code(dice.below(3), "clean_drives")),
            );
            Expr::Infix(Box::new(quotient), ">=", whole(1))
        }
        14 => Expr::Has(dice.one(&[
            Name::Signal("engine_coolant_temperature"),
            Name::Signal("ignition"),
            Name::Code(0, ""),
            Name::Code(1, "since"),
        ])),
        15 => {
            let since = dice.one(&[
                Name::Signal("last_service_date"),
                Name::Code(0, "since"),
                Name::Code(1, "since"),
            ]);
            let age = Expr::Infix(boxed(Name::Today), "-", boxed(since));
            let days = dice.one(&[0, 1, 30]);
            let limit = Expr::Literal(Value::Duration(days * DAY), format!("{days} d"));
            Expr::Infix(Box::new(age), dice.one(&[">", ">=", "<"]), Box::new(limit))
        }
        16 => {
            let text = |text: &str| Expr::Literal(Value::Text(text.into()), format!("'{text}'"));
            if dice.once_in(2) {
                Expr::Infix(boxed(Name::Signal("mode")), dice.one(&["==", "!=", "<"]), Box::new(text("eco")))
            } else {
                Expr::In(boxed(Name::Signal("mode")), vec![text("eco"), text("sport")])
            }
        }
        17 => Expr::Infix(
            boxed(Name::Signal("cell")),
            dice.one(&["<", "==", ">="]),
            boxed(Name::Signal("battery_voltage")),
        ),
        18 => {
            let difference =
                Expr::Infix(boxed(Name::Signal("battery_voltage")), "-", boxed(Name::Signal("cell")));
            let limit = Expr::Literal(Value::Number(0.5), "500 mV".into());
            Expr::Infix(Box::new(difference), dice.one(&["<", ">"]), Box::new(limit))
        }
        _ => {
            let ratio = Expr::Infix(boxed(Name::Signal("battery_voltage")), "/", boxed(Name::Signal("cell")));
            let limit = Expr::Literal(Value::Number(1.0), "1.0".into());
            Expr::Infix(Box::new(ratio), dice.one(&["<=", ">"]), Box::new(limit))
        }
    }
}

/// A number against a threshold; temperatures in degrees Fahrenheit now and then.
fn number(dice: &mut Dice, theme: &Theme) -> Expr {
    let place = dice.below(theme.numbers.len());
    let (signal, unit, thresholds) = NUMBERS[theme.numbers[place]];
    let threshold = dice.one(&thresholds);
    let literal = if dice.once_in(5) {
        Expr::Name(Name::Param(place))
    } else if unit == "°C" && dice.once_in(4) {
        let fahrenheit = if threshold > 100.0 { 230.0 } else { 208.4 };
        let celsius = MeasureUnit::Fahrenheit.convert(fahrenheit, MeasureUnit::Celsius).unwrap();
        Expr::Literal(Value::Number(celsius), format!("{fahrenheit:?} °F"))
    } else {
        Expr::Literal(Value::Number(threshold), format!("{threshold:?} {unit}"))
    };
    let operator = dice.one(&[">", ">", "<", ">=", "<=", "=="]);
    Expr::Infix(Box::new(Expr::Name(Name::Signal(signal))), operator, Box::new(literal))
}
