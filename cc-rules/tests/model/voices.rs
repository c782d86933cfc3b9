//! Tables, stages, suppression and ends by themselves, at random.

use std::collections::BTreeSet;
use std::rc::Rc;

use crate::dice::Dice;
use crate::expr::{Expr, Name, Value};
use crate::groups::names;
use crate::packs::{self, NUMBERS, Theme, URGENCIES, condition};
use crate::spec::{DAY, RuleSpec, SECOND, Spec, StageSpec};
use crate::tables::{Cell, Otherwise, TableSpec};

/// Gives some rules stages, an end and rules that keep them silent.
pub(crate) fn add(dice: &mut Dice, theme: &Theme, spec: &mut Spec) {
    let mut valid = None;
    for rule in &mut spec.rules {
        let is_left = rule.row.as_ref().is_some_and(|(table, row)| *row == table.rows.len());
        if dice.once_in(3) && !is_left {
            stages(dice, theme, rule);
        }
        // The rows of a table end alike.
        if rule.row.is_none() || valid.is_none() {
            valid = Some(dice.once_in(4).then(|| dice.one(&[1, 3, 3, 10, 60]) * SECOND));
        }
        rule.valid_for = valid.flatten();
    }
    end_late_enough(spec);
    for index in 0..spec.rules.len() {
        if !dice.once_in(3) {
            continue;
        }
        let other = spec.rules[dice.below(spec.rules.len())].id.clone();
        let named = match dice.below(3) {
            0 => format!("group:{}", dice.one(&["one", "two"])),
            _ => other,
        };
        let before = spec.clone();
        // A group that no rule is in is none.
        if !spec.rules.iter().any(|rule| names(&named, rule)) {
            continue;
        }
        match spec.rules[index].row.clone() {
            None => spec.rules[index].suppressed_by.push(named),
            Some((table, _)) => {
                rows_of(&table, spec).for_each(|rule| rule.suppressed_by = vec![named.clone()]);
            }
        }
        spec.rules.iter_mut().for_each(|rule| rule.suppressed_by.dedup());
        if is_cyclic(spec) {
            *spec = before;
        }
    }
}

/// An end comes after every stage.
pub(crate) fn end_late_enough(spec: &mut Spec) {
    for index in 0..spec.rules.len() {
        let afters = spec.rules[index].stages.iter().filter_map(|stage| stage.after);
        if spec.rules[index].valid_for.is_some_and(|valid| afters.max().is_some_and(|after| valid <= after)) {
            let longer = Some(3 * DAY);
            match spec.rules[index].row.clone() {
                None => spec.rules[index].valid_for = longer,
                Some((table, _)) => {
                    rows_of(&table, spec).for_each(|rule| rule.valid_for = longer);
                }
            }
        }
    }
}

fn rows_of<'a>(table: &'a Rc<TableSpec>, spec: &'a mut Spec) -> impl Iterator<Item = &'a mut RuleSpec> {
    spec.rules.iter_mut().filter(move |rule| rule.row.as_ref().is_some_and(|(of, _)| Rc::ptr_eq(of, table)))
}

/// Whether a rule keeps itself silent, also through others.
pub(crate) fn is_cyclic(spec: &Spec) -> bool {
    (0..spec.rules.len()).any(|start| {
        let mut reached = BTreeSet::new();
        let mut next = vec![start];
        while let Some(index) = next.pop() {
            for (other, rule) in spec.rules.iter().enumerate() {
                if spec.rules[index].suppressed_by.iter().any(|named| names(named, rule))
                    && reached.insert(other)
                {
                    next.push(other);
                }
            }
        }
        reached.contains(&start)
    })
}

pub(crate) fn stages(dice: &mut Dice, theme: &Theme, rule: &mut RuleSpec) {
    let mut urgency = rule.words.urgency;
    for _ in 0..=dice.below(3) {
        let mut stage = StageSpec::default();
        if dice.once_in(2) {
            stage.after = Some(dice.one(&[1, 2, 3, 8, 20]) * SECOND);
        }
        if stage.after.is_none() || dice.once_in(3) {
            stage.when = Some(if rule.windows.is_empty() || dice.once_in(2) {
                condition(dice, theme, 1)
            } else {
                let count = Expr::Name(Name::Window(0, "count"));
                let limit = Expr::Literal(Value::Int(1), "1".to_owned());
                Expr::Infix(Box::new(count), ">", Box::new(limit))
            });
        }
        if !dice.once_in(3) {
            let higher: Vec<_> = URGENCIES.into_iter().filter(|one| *one >= urgency).collect();
            urgency = dice.one(&higher);
            stage.urgency = Some(urgency);
        }
        let words = packs::words(dice);
        stage.action = dice.once_in(3).then_some(words.action);
        stage.due = words.due.filter(|_| dice.once_in(2));
        stage.message = dice.once_in(3).then_some(words.message);
        if (stage.urgency, stage.action, stage.due, stage.message) == (None, None, None, None) {
            stage.message = Some(words.message);
        }
        stage.args = dice.once_in(4).then(|| packs::args(dice));
        rule.stages.push(stage);
    }
}

/// A table that is a good one, if one comes up.
pub(crate) fn add_table(dice: &mut Dice, theme: &Theme, spec: &mut Spec) {
    let Some(table) = (0..20).map(|_| table(dice, theme)).find(|table| table.faults().is_empty()) else {
        return;
    };
    let table = Rc::new(table);
    let mut common = packs::rule(dice, theme, spec, 0);
    (common.count, common.last, common.sequence, common.absence, common.age) = (None, None, None, None, None);
    (common.windows, common.args) = (Vec::new(), Vec::new());
    common.when = dice.once_in(3).then(|| condition(dice, theme, 1));
    common.clear = dice.once_in(3).then(|| condition(dice, theme, 1));
    if common.group.is_none() && table.hit != "collect" {
        common.group = Some(table.id);
    }
    if common.wait > 0 {
        common.max_gap = Some(dice.one(&[1, 3, 10, 60]) * SECOND);
    }
    let last = table.rows.len() + usize::from(table.otherwise == Otherwise::Recommends);
    for row in 0..last {
        let id = ["a", "b", "c", "d"].get(row).filter(|_| row < table.rows.len()).unwrap_or(&"otherwise");
        spec.rules.push(RuleSpec {
            id: format!("{}-{id}", table.id),
            words: packs::words(dice),
            args: if dice.once_in(3) { packs::args(dice) } else { Vec::new() },
            row: Some((table.clone(), row)),
            ..common.clone()
        });
    }
}

fn table(dice: &mut Dice, theme: &Theme) -> TableSpec {
    let mut inputs: Vec<(Expr, &'static str)> = Vec::new();
    let mut limits: Vec<Option<[f64; 2]>> = Vec::new();
    for _ in 0..=dice.below(3) {
        let (signal, unit, of) = match dice.below(5) {
            0 => ("ignition", "", None),
            1 => ("mode", "", None),
            _ => {
                let (signal, unit, of) = NUMBERS[dice.one(&theme.numbers)];
                (signal, unit, Some(of))
            }
        };
        let input = Expr::Name(Name::Signal(signal));
        if !inputs.iter().any(|(other, _)| *other == input) {
            inputs.push((input, unit));
            limits.push(of);
        }
    }
    let rows = (0..=dice.below(4)).map(|_| {
        let row = inputs.iter().zip(&limits).map(|((input, _), limits)| cell(dice, input, *limits));
        let mut row: Vec<Cell> = row.collect();
        if row.iter().all(|cell| *cell == Cell::Any) {
            row[0] = loop {
                let cell = cell(dice, &inputs[0].0, limits[0]);
                if cell != Cell::Any {
                    break cell;
                }
            };
        }
        row
    });
    let rows = rows.collect();
    let otherwise = dice.one(&[Otherwise::NotWritten, Otherwise::Nothing, Otherwise::Recommends]);
    TableSpec { id: "t", hit: dice.one(&["first", "first", "unique", "collect"]), inputs, rows, otherwise }
}

fn cell(dice: &mut Dice, input: &Expr, limits: Option<[f64; 2]>) -> Cell {
    if dice.once_in(4) {
        return Cell::Any;
    }
    if let Some([one, other]) = limits {
        return match dice.below(4) {
            0 => Cell::Between(dice.once_in(2), one.min(other), one.max(other), dice.once_in(2)),
            1 => Cell::Compare(dice.one(&["==", "!="]), dice.one(&[one, other])),
            _ => Cell::Compare(dice.one(&[">", ">=", "<", "<="]), dice.one(&[one, other])),
        };
    }
    if *input == Expr::Name(Name::Signal("ignition")) {
        return Cell::Is(dice.once_in(2));
    }
    match dice.below(3) {
        0 => Cell::Not("eco"),
        1 => Cell::OneOf(vec!["eco"]),
        _ => Cell::OneOf(vec!["sport", "æ"]),
    }
}

/// What is wrong with a random table by all its situations; the compiler says the same.
pub(crate) fn judge_a_table(dice: &mut Dice) -> Vec<&'static str> {
    let theme = packs::theme(dice);
    let mut spec = packs::spec(dice, &theme);
    let table = Rc::new(table(dice, &theme));
    let mut rule = packs::rule(dice, &theme, &spec, 0);
    (rule.count, rule.last, rule.sequence, rule.absence, rule.age) = (None, None, None, None, None);
    (rule.when, rule.clear, rule.wait, rule.max_gap) = (None, None, 0, None);
    rule.windows = Vec::new();
    spec.rules.clear();
    for row in 0..table.rows.len() + usize::from(table.otherwise == Otherwise::Recommends) {
        let id = format!("t-{}", ["a", "b", "c", "d", "e"][row]);
        spec.rules.push(RuleSpec { id, row: Some((table.clone(), row)), ..rule.clone() });
    }
    let text = spec.yaml();
    let mut faults = table.faults();
    let found: BTreeSet<String> = match cc_rules::source::compile("table.yaml", &[("table.yaml", &text)]) {
        Ok(_) => BTreeSet::new(),
        Err(found) => found.iter().map(|one| one.code.to_string()).collect(),
    };
    let expected: BTreeSet<String> = faults.iter().map(ToString::to_string).collect();
    assert_eq!(found, expected, "{text}");
    if faults.is_empty() {
        faults.insert("none");
    }
    faults.into_iter().collect()
}
