//! From a table to one rule a row.

use cc_core::SignalId;

use super::cell::{self, Cell, in_parentheses};
use super::column::{self, Part};
use super::{Hit, Input, Otherwise, Row, cover, parts};
use crate::diagnostic::did_you_mean;
use crate::expr::{self, Expected, Ty};
use crate::pack::model::{RawPack, RawRule};
use crate::pack::{Scope, constant};
use crate::source::read::{self, TABLE_FIELDS, fields_of, recommend, rule_path, scalar, text};
use crate::source::yaml::{Node, Place};
use crate::source::{Sources, TableName, stages};

/// Adds the rules of all tables to the pack.
pub(crate) fn expand(tables: &[Node], pack: &mut RawPack, found: &mut Sources<'_>) {
    let mut rules = Vec::new();
    let scope = Scope::new(pack, &mut Vec::new());
    for (number, node) in tables.iter().enumerate() {
        let first = pack.rules.len() + rules.len();
        let mut table = Table { scope: &scope, number, first, found };
        rules.extend(table.rules(node));
    }
    drop(scope);
    pack.rules.extend(rules);
}

struct Table<'t, 'f> {
    scope: &'t Scope<'t>,
    /// Which table of the source it is.
    number: usize,
    /// The number of its first rule.
    first: usize,
    found: &'t mut Sources<'f>,
}

/// An input that was understood.
struct Column {
    name: String,
    text: String,
    ty: Ty,
    range: Option<(f64, f64)>,
}

impl Table<'_, '_> {
    fn rules(&mut self, node: &Node) -> Vec<RawRule> {
        let path = table_path(self.number);
        let shared = read::rule_of(node, TABLE_FIELDS, &path, self.found);
        let Some(table) = super::entry(node, "table") else { return Vec::new() };
        if shared.id.is_empty() {
            self.found.report(node.place, "missing-key", "a table has an `id`", None);
        }
        let before = self.found.findings.len();
        let parts = parts(table, self.found);
        let columns: Vec<Option<Column>> = parts.inputs.iter().map(|input| self.column(input)).collect();
        let when = shared
            .when
            .as_deref()
            .filter(|when| self.checked(&format!("{path}.when"), when, Expected::Bool).is_some());
        let mut rows = Vec::new();
        let mut rules = Vec::new();
        for node in parts.rows {
            let mut rule = shared.clone();
            let row = self.row(node, &parts.inputs, &columns, &mut rule, self.first + rows.len());
            rules.push(rule);
            rows.push(row);
        }
        if let Otherwise::Recommend(node) = &parts.otherwise {
            let mut rule = shared.clone();
            self.otherwise(node, &mut rule, self.first + rows.len());
            rules.push(rule);
        }
        // A table with a mistake in it is not judged as a whole; its rules are, but for their conditions.
        let columns: Option<Vec<Column>> = columns.into_iter().collect();
        let conditions = match (columns, parts.hit) {
            (Some(columns), Some(hit)) if self.found.findings.len() == before => {
                self.conditions(table.place, &columns, hit, &rows, &parts.otherwise)
            }
            _ => vec!["true".to_owned(); rules.len()],
        };
        let when = when.map(in_parentheses);
        for (row, condition) in rows.iter().zip(&conditions) {
            if condition == "true" && when.is_none() && self.found.findings.len() == before {
                let text = "the row asks nothing, so nothing would ever make anyone look at it";
                self.found.report(row.node.place, "bad-table", text, Some("give it a cell".into()));
            }
        }
        for (index, (rule, condition)) in rules.iter_mut().zip(conditions).enumerate() {
            let id = rows.get(index).map_or("otherwise", |row| row.id.as_str());
            rule.id = format!("{}-{id}", shared.id);
            rule.when = Some(when.iter().cloned().chain([condition]).collect::<Vec<_>>().join(" && "));
            if rule.group.is_none() && parts.hit != Some(Hit::Collect) {
                rule.group = Some(shared.id.clone());
            }
        }
        let names = rules.iter().map(|rule| rule.id.clone()).collect();
        let group = rules.first().and_then(|rule| rule.group.clone());
        self.found.table_names.insert(shared.id.clone(), TableName { rules: names, group });
        rules
    }

    /// Compiles a part that stands at a path, and reports what is wrong with it there.
    fn checked(&mut self, path: &str, text: &str, expected: Expected) -> Option<Ty> {
        self.scope.take_missed();
        match expr::compile(text, self.scope, expected) {
            _ if self.scope.take_missed() => None,
            Ok(program) => Some(program.ty()),
            Err(list) => {
                let (place, value) = self.found.places.get(path).cloned().unwrap_or_default();
                let trimmed = (value.len() - value.trim_start().len()) as u32;
                for wrong in list {
                    let (at, code) = (wrong.span.start + trimmed, wrong.code.as_str());
                    self.found.report_in(
                        place,
                        &value,
                        at,
                        code,
                        &wrong.text,
                        wrong.suggestion.map(Into::into),
                    );
                }
                None
            }
        }
    }

    fn column(&mut self, input: &Input) -> Option<Column> {
        let path = format!("{}.table.inputs.{}", table_path(self.number), input.name);
        self.found.place(&path, input.place, &input.text);
        let ty = self.checked(&path, &input.text, Expected::Any)?;
        let signal = input.text.parse::<SignalId>().ok();
        let range = signal.and_then(|id| id.signal()?.range).filter(|_| matches!(ty, Ty::Double(_)));
        Some(Column { name: input.name.clone(), text: input.text.clone(), ty, range })
    }

    fn row<'n>(
        &mut self,
        node: &'n Node,
        inputs: &[Input],
        columns: &[Option<Column>],
        rule: &mut RawRule,
        number: usize,
    ) -> Row<'n> {
        let path = self.place(number, node.place);
        let mut row = Row { node, id: String::new(), cells: vec![None; inputs.len()] };
        for entry in fields_of(
            node,
            &["id", "if", "what", "why", "source", "escalate", "recommend"],
            &path,
            self.found,
        ) {
            let (value, at) = (&entry.value, format!("{path}.{}", entry.key));
            match entry.key.as_str() {
                "id" => row.id = text(value, &at, self.found),
                "if" => {
                    for cell in read::mapping(value, self.found) {
                        let Some(index) = inputs.iter().position(|input| input.name == cell.key) else {
                            let hint =
                                did_you_mean(&cell.key, inputs.iter().map(|input| input.name.as_str()));
                            let text = "the table has no such input";
                            self.found.report(cell.key_place, "unknown-input", text, hint);
                            continue;
                        };
                        if let Some(column) = columns.get(index).and_then(Option::as_ref) {
                            row.cells[index] = self.cell(&cell.value, column);
                        }
                    }
                }
                "what" => rule.what = Some(text(value, &at, self.found)),
                "why" => rule.why = Some(text(value, &at, self.found)),
                "source" => rule.source = read::source(value, &at, self.found),
                "escalate" => rule.escalate = stages::escalate(value, &at, self.found),
                _ => rule.recommend = recommend(value, &at, self.found),
            }
        }
        if row.id.is_empty() {
            self.found.missing(&format!("{path}.id"), node.place, "a row has an `id`");
        }
        row
    }

    /// Where the rule of a row stands.
    fn place(&mut self, number: usize, place: Place) -> String {
        let path = rule_path(number, "");
        self.found.place(&path, place, "");
        self.found.place(&format!("{path}.when"), place, "");
        self.found.table_rules.insert(number, self.number);
        path
    }

    fn otherwise(&mut self, node: &Node, rule: &mut RawRule, number: usize) {
        let path = self.place(number, node.place);
        for entry in fields_of(node, &["what", "why", "source", "escalate", "recommend"], &path, self.found) {
            let (value, at) = (&entry.value, format!("{path}.{}", entry.key));
            match entry.key.as_str() {
                "what" => rule.what = Some(text(value, &at, self.found)),
                "why" => rule.why = Some(text(value, &at, self.found)),
                "source" => rule.source = read::source(value, &at, self.found),
                "escalate" => rule.escalate = stages::escalate(value, &at, self.found),
                _ => rule.recommend = recommend(value, &at, self.found),
            }
        }
    }

    fn cell(&mut self, node: &Node, column: &Column) -> Option<(Cell, Place)> {
        let Some(written) = scalar(node) else {
            self.found.report(node.place, "wrong-kind", "expected a text", None);
            return None;
        };
        let mut cell = match cell::parse(written, column.ty) {
            Ok(cell) => cell?,
            Err(error) => {
                let hint = Some(error.hint.into());
                self.found.report_in(node.place, written, error.at, "bad-cell", error.text, hint);
                return None;
            }
        };
        let before = self.found.findings.len();
        for bound in cell.bounds_mut().into_iter().filter(|bound| !bound.is_param()) {
            let mut problems = Vec::new();
            bound.value =
                constant(&bound.text, "", Expected::Ty(column.ty), &mut problems).map(|(_, value)| value);
            for problem in problems {
                let at = bound.at + problem.offset.unwrap_or(0);
                let (code, text) = (problem.code, &problem.text);
                self.found.report_in(node.place, written, at, code, text, problem.suggestion);
            }
        }
        // What is left is what only the whole comparison shows, such as a parameter of another unit.
        if self.found.findings.len() == before
            && let Err(list) = expr::compile(&cell.condition(&column.text), self.scope, Expected::Bool)
            && !self.scope.take_missed()
        {
            let at = cell.bounds().first().map_or(0, |bound| bound.at);
            for wrong in list {
                let hint = wrong.suggestion.map(Into::into);
                self.found.report_in(node.place, written, at, wrong.code.as_str(), &wrong.text, hint);
            }
        }
        (self.found.findings.len() == before).then_some((cell, node.place))
    }

    /// Judges the table as a whole, and gives the condition of each rule.
    fn conditions(
        &mut self,
        place: Place,
        columns: &[Column],
        hit: Hit,
        rows: &[Row<'_>],
        otherwise: &Otherwise<'_>,
    ) -> Vec<String> {
        let split: Vec<Vec<Part>> = columns
            .iter()
            .enumerate()
            .map(|(index, column)| {
                let cells: Vec<_> =
                    rows.iter().map(|row| row.cells[index].as_ref().map(|(cell, _)| cell)).collect();
                column::parts(&cells, column.ty, column.range)
            })
            .collect();
        self.judge(place, columns, &split, hit, rows, otherwise);
        let own: Vec<String> = rows.iter().map(|row| condition(row, columns)).collect();
        let mut conditions = Vec::new();
        for (index, own_one) in own.iter().enumerate() {
            let mut parts: Vec<String> = (!own_one.is_empty()).then(|| own_one.clone()).into_iter().collect();
            if hit == Hit::First {
                // A row that one input keeps apart from this one cannot hold with it, so it need not be denied.
                let earlier = (0..index).filter(|earlier| !cover::are_apart(&split, *earlier, index));
                parts.extend(earlier.map(|earlier| denied(&own[earlier])));
            }
            conditions.push(if parts.is_empty() { "true".to_owned() } else { parts.join(" && ") });
        }
        if matches!(otherwise, Otherwise::Recommend(_)) {
            conditions.push(own.iter().map(|own| denied(own)).collect::<Vec<_>>().join(" && "));
        }
        conditions
    }

    fn judge(
        &mut self,
        place: Place,
        columns: &[Column],
        split: &[Vec<Part>],
        hit: Hit,
        rows: &[Row<'_>],
        otherwise: &Otherwise<'_>,
    ) {
        let Some(coverage) = cover::check(split, rows.len(), hit) else {
            let text = format!("the inputs combine in more than {} ways", super::MAX_CELLS);
            let advice = "split the table, or let rows share their limits";
            return self.found.report(place, "too-many", &text, Some(advice.into()));
        };
        let example = |at: &[usize]| {
            let parts = columns.iter().zip(split).zip(at);
            let shown = parts
                .filter_map(|((column, parts), part)| Some(show(&column.name, &parts.get(*part)?.example)));
            shown.collect::<Vec<_>>().join(", ")
        };
        for (row, earlier, at) in &coverage.overlaps {
            let text =
                format!("this row and `{}` both hold, for example where {}", rows[*earlier].id, example(at));
            let advice = "change a cell, or write `hit: first` if the earlier row is to win";
            self.found.report(rows[*row].node.place, "table-overlap", &text, Some(advice.into()));
        }
        for (row, shadow) in &coverage.unreachable {
            let text = match shadow {
                Some((earlier, at)) => format!(
                    "the row is never reached: earlier rows hold wherever it does, such as `{}` where {}",
                    rows[*earlier].id,
                    example(at)
                ),
                None => "the row is never reached: nothing fits all its cells".to_owned(),
            };
            self.found.report(rows[*row].node.place, "table-unreachable", &text, None);
        }
        match (otherwise, coverage.gap) {
            (Otherwise::Missing, Some(at)) => {
                let text = format!("no row holds where {}", example(&at));
                let advice = "add a row, or say `otherwise: none`";
                self.found.report(place, "table-incomplete", &text, Some(advice.into()));
            }
            (Otherwise::Recommend(node), None) => {
                let text = "`otherwise` is never reached: some row always holds";
                self.found.report(node.place, "table-unreachable", text, None);
            }
            _ => {}
        }
    }
}

fn table_path(number: usize) -> String {
    format!("tables[{number}]")
}

/// `trim = 15 %`; what is said of a parameter has no sign.
fn show(name: &str, example: &str) -> String {
    let is_word =
        ["below $", "equal to $", "above $", "another text"].iter().any(|word| example.starts_with(word));
    format!("{name} {} {example}", if is_word { "is" } else { "=" })
}

fn condition(row: &Row<'_>, columns: &[Column]) -> String {
    let cells = columns.iter().zip(&row.cells);
    let conditions = cells.filter_map(|(column, cell)| Some(cell.as_ref()?.0.condition(&column.text)));
    conditions.collect::<Vec<_>>().join(" && ")
}

fn denied(condition: &str) -> String {
    if condition.is_empty() { "false".to_owned() } else { format!("!{}", in_parentheses(condition)) }
}
