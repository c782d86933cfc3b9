//! Packs as people write them: YAML files, checked and compiled to the canonical form (feature `source`).
//!
//! A pack is one main file and the files that it and they include, given as `(name, text)` pairs; nothing here reads
//! a file. [`includes`] says which files a text asks for. [`compile`] gives a [`Compiled`] pack, or every finding of
//! the run with file, line and column.

mod blocks;
mod format;
mod quantity;
mod read;
mod reference;
mod schema;
mod sentences;
mod stages;
mod table;
mod tests_section;
mod warnings;
pub(crate) mod yaml;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::messages::Catalogues;
use crate::pack::limits::{MAX_FILES, MAX_FINDINGS, MAX_PACK_BYTES};
use crate::pack::model::RawPack;
use crate::pack::{Pack, Problem};
use crate::testing::PackTest;
pub use format::format;
pub(crate) use quantity::parse_duration;
pub use reference::reference;
pub use schema::json_schema;
use yaml::{Content, Node, Place};

/// The keys of a rule in the order in which they are written best: what it is, when it holds, when it ends, what follows.
pub(crate) const RULE_KEYS: &[&str] = &[
    "id",
    "what",
    "why",
    "source",
    "windows",
    "table",
    "when",
    "count",
    "sequence",
    "absence",
    "age",
    "for",
    "max_gap",
    "clear",
    "on_unknown",
    "cooldown",
    "valid_for",
    "group",
    "suppressed_by",
    "recommend",
    "escalate",
];

/// A pack from source: the pack as the runtime takes it, and its tests.
#[derive(Clone, Debug)]
pub struct Compiled {
    /// The pack.
    pub pack: Pack,
    /// The tests written beside the rules, in the order of the files.
    pub tests: Vec<PackTest>,
    /// What is allowed and hardly ever meant, such as a condition that is never true (`never-true`) or a parameter that no
    /// rule reads (`unused-param`). All codes stand in `docs/reference/rules.md`, section 13.
    pub warnings: Diagnostics,
}

/// Compiles the file `main` of `files`, a list of names and texts, with all it includes.
///
/// # Examples
///
/// ```
/// let text = "
/// pack: {id: demo, version: 1.0.0, language: 1, min_engine: 0.1.0}
/// signals:
///   engine_coolant_temperature: {max_age: 10 min}
/// rules:
/// - id: overheat
///   when: engine_coolant_temperature > 115 °C
///   for: 10 s
///   recommend: {action: stop_safely, urgency: critical, due: now, message: overheat}
/// ";
/// let compiled = cc_rules::source::compile("pack.yaml", &[("pack.yaml", text)])?;
/// assert_eq!(compiled.pack.rule_ids().collect::<Vec<_>>(), ["overheat"]);
///
/// let wrong = text.replace("115 °C", "115 km");
/// let found = cc_rules::source::compile("pack.yaml", &[("pack.yaml", &wrong)]).unwrap_err();
/// assert_eq!((found.0[0].line, found.0[0].column, found.0[0].code), (7, 9, "unit-mismatch"));
/// # Ok::<(), cc_rules::Diagnostics>(())
/// ```
pub fn compile(main: &str, files: &[(&str, &str)]) -> Result<Compiled, Diagnostics> {
    let mut sources = Sources::new(files);
    let Some((raw, test_nodes)) = sources.read_all(main) else { return Err(sources.into_diagnostics()) };
    let raw = sources.with_tables(raw);
    let raw = sources.sorted(raw);
    let mut tests = Vec::new();
    for node in &test_nodes {
        tests.extend(tests_section::test(node, &mut sources));
    }
    let linked = Pack::link(raw);
    let mut problems = Vec::new();
    match linked {
        Ok(pack) if sources.findings.is_empty() => {
            tests_section::check(&tests, &pack, &mut sources);
            if sources.findings.is_empty() {
                sources.take_problems(&warnings::warnings(&pack));
                tests_section::warnings(&tests, &mut sources);
                let tests = tests.into_iter().map(|test| test.test).collect();
                return Ok(Compiled { pack, tests, warnings: sources.into_diagnostics() });
            }
        }
        Ok(_) => {}
        Err(found) => problems = found,
    }
    sources.take_problems(&problems);
    Err(sources.into_diagnostics())
}

/// Reads a file of messages for [`Pack::with_catalogue`].
pub(crate) fn catalogue(text: &str) -> Result<Catalogues, Diagnostics> {
    let files = [("", text)];
    let mut sources = Sources::new(&files);
    let mut pack = RawPack::default();
    match yaml::parse(0, text) {
        Ok(Some(root)) => read::catalogue(&root, &mut pack.messages, &mut sources),
        Ok(None) => {}
        Err(error) => sources.report(error.place, error.code, &error.text, error.hint.map(Into::into)),
    }
    if sources.findings.is_empty() { Ok(pack.messages) } else { Err(sources.into_diagnostics()) }
}

/// The names of the files that `text`, the file `name`, includes, in the order written.
///
/// A name is relative to the folder of the including file; `..` and absolute names are left out, and [`compile`]
/// reports them.
pub fn includes(name: &str, text: &str) -> Vec<String> {
    let Ok(Some(root)) = yaml::parse(0, text) else { return Vec::new() };
    include_nodes(&root).iter().filter_map(|node| resolve(name, read::scalar(node)?)).collect()
}

fn include_nodes(root: &Node) -> &[Node] {
    let Content::Mapping(entries) = &root.content else { return &[] };
    match entries.iter().find(|entry| entry.key == "include").map(|entry| &entry.value.content) {
        Some(Content::Sequence(items)) => items,
        _ => &[],
    }
}

/// `a/b.yaml` + `c.yaml` = `a/c.yaml`.
fn resolve(from: &str, name: &str) -> Option<String> {
    let outside = |part: &str| part.is_empty() || part == "." || part == "..";
    if name.contains('\\') || name.split('/').any(outside) {
        return None;
    }
    Some(match from.rsplit_once('/') {
        Some((folder, _)) => format!("{folder}/{name}"),
        None => name.to_owned(),
    })
}

/// One finding before its place is turned into line and column.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    place: Place,
    code: &'static str,
    text: Box<str>,
    suggestion: Option<Box<str>>,
}

/// What the rules of a decision table are called.
struct TableName {
    rules: Vec<String>,
    /// The group of all of them.
    group: Option<String>,
}

/// So many rules of a table are named.
const NAMED: usize = 4;

/// The files of a run, where each part of the pack stands in them, and what was found.
pub(crate) struct Sources<'f> {
    files: &'f [(&'f str, &'f str)],
    /// Path in the pack, then the place and the value as written.
    places: BTreeMap<String, (Place, String)>,
    /// For each rule of the pack, which one of the source it is.
    rules: Vec<usize>,
    /// Decision tables, to be turned into rules once all files are read.
    tables: Vec<Node>,
    /// Decision tables by their ids.
    table_names: BTreeMap<String, TableName>,
    /// For a rule that is a row of a table, the table.
    table_rules: BTreeMap<usize, usize>,
    /// Parts of the pack whose absence has its reason in the source, and was reported there.
    explained: BTreeSet<String>,
    /// Parts of the pack that are no text, as was reported: nothing else is wrong with them.
    unreadable: BTreeSet<String>,
    pub(crate) findings: Vec<Found>,
}

impl<'f> Sources<'f> {
    fn new(files: &'f [(&'f str, &'f str)]) -> Self {
        Self {
            files,
            places: BTreeMap::new(),
            rules: Vec::new(),
            tables: Vec::new(),
            table_names: BTreeMap::new(),
            table_rules: BTreeMap::new(),
            explained: BTreeSet::new(),
            unreadable: BTreeSet::new(),
            findings: Vec::new(),
        }
    }

    /// Remembers where a part of the pack stands; the first place of a path stays.
    pub(crate) fn place(&mut self, path: &str, place: Place, value: &str) {
        let entry = self.places.entry(path.to_owned()).or_insert_with(|| (place, String::new()));
        if entry.1.is_empty() && !value.is_empty() {
            *entry = (place, value.to_owned());
        }
    }

    /// Why this part is missing has been said.
    pub(crate) fn explained(&mut self, path: String) {
        self.explained.insert(path);
    }

    /// This part is missing, and no text, and that has been said.
    fn unreadable(&mut self, path: &str) {
        self.explained(path.to_owned());
        if !path.is_empty() {
            self.unreadable.insert(path.to_owned());
        }
    }

    fn is_explained(&self, path: &str) -> bool {
        self.explained.contains(path)
    }

    /// Adds the rules that the tables stand for.
    fn with_tables(&mut self, mut raw: RawPack) -> RawPack {
        let tables = std::mem::take(&mut self.tables);
        table::expand(&tables, &mut raw, self);
        raw
    }

    /// Whether a part belongs to a window that was not understood.
    fn is_in_explained_window(&self, path: &str) -> bool {
        let Some((rule, rest)) = path.split_once(".windows.") else { return false };
        let name = rest.split_once('.').map_or(rest, |(name, _)| name);
        self.is_explained(&format!("{rule}.windows.{name}"))
    }

    /// Rules by id: the order of files and of rules in them decides nothing.
    fn sorted(&mut self, mut raw: RawPack) -> RawPack {
        let mut rules: Vec<_> = std::mem::take(&mut raw.rules).into_iter().enumerate().collect();
        rules.sort_by(|(_, a), (_, b)| a.id.cmp(&b.id));
        self.rules = rules.iter().map(|(number, _)| *number).collect();
        raw.rules = rules.into_iter().map(|(_, rule)| rule).collect();
        raw
    }

    /// A path in the sorted pack as a path in the source, where rules are numbered as they are written.
    fn as_written<'p>(&self, path: &'p str) -> Cow<'p, str> {
        let parts = path.strip_prefix("rules[").and_then(|rest| rest.split_once(']'));
        let written = parts.and_then(|(number, rest)| {
            let number = self.rules.get(number.parse::<usize>().ok()?)?;
            let own = read::rule_path(*number, rest);
            let table = self.table_rules.get(number).filter(|_| !self.places.contains_key(&own));
            let shared = table.map(|table| format!("tables[{table}]{rest}"));
            Some(shared.filter(|shared| self.places.contains_key(shared)).unwrap_or(own))
        });
        written.map_or(Cow::Borrowed(path), Cow::Owned)
    }

    fn place_of(&self, path: &str) -> Place {
        let mut path = path;
        loop {
            if let Some((place, _)) = self.places.get(path) {
                return *place;
            }
            match path.rfind(['.', '[']) {
                Some(cut) => path = &path[..cut],
                None => return Place::default(),
            }
        }
    }

    fn read_all(&mut self, main: &str) -> Option<(RawPack, Vec<Node>)> {
        let size: usize = self.files.iter().map(|(_, text)| text.len()).sum();
        if size > MAX_PACK_BYTES || self.files.len() > MAX_FILES {
            self.report(Place::default(), "too-big", "the source is larger than a pack may be", None);
            return None;
        }
        let mut raw = RawPack::default();
        let mut tests = Vec::new();
        let mut queue = VecDeque::from([(main.to_owned(), Place::default())]);
        let mut seen = BTreeSet::new();
        let mut readable = true;
        while let Some((name, asked_at)) = queue.pop_front() {
            if !seen.insert(name.clone()) {
                continue;
            }
            let Some(index) = self.files.iter().position(|(file, _)| **file == *name) else {
                self.report(
                    asked_at,
                    "missing-file",
                    "the included file cannot be opened, or was not given",
                    None,
                );
                continue;
            };
            let text = self.files[index].1;
            let mut root = match yaml::parse(index as u16, text) {
                Ok(Some(root)) => root,
                Ok(None) => continue,
                Err(error) => {
                    self.report(error.place, error.code, &error.text, error.hint.map(Into::into));
                    readable = false;
                    continue;
                }
            };
            root.mend_decimal_commas(&mut |place, number| {
                let hint = Some(format!("write `{number}`").into());
                self.report(place, "bad-number", "a decimal number has a point", hint);
            });
            for node in include_nodes(&root) {
                match read::scalar(node).and_then(|written| resolve(&name, written)) {
                    Some(file) => queue.push_back((file, node.place)),
                    None => {
                        self.report(node.place, "bad-include", "not the name of a file below this one", None);
                    }
                }
            }
            tests.extend(read::file(&root, name == main, &mut raw, self));
        }
        // What a file that cannot be read lacks is not worth reporting.
        readable.then_some((raw, tests))
    }

    /// Findings of the checks that know paths only, put in their places.
    fn take_problems(&mut self, problems: &[Problem]) {
        for problem in problems {
            let path = self.as_written(&problem.path);
            let about_absence = ["max-gap-missing", "missing-key", "without-for"].contains(&problem.code);
            let explained = about_absence && self.is_explained(&path);
            if explained || self.unreadable.contains(&*path) || self.is_in_explained_window(&path) {
                continue;
            }
            let mut place = self.place_of(&path);
            if let (Some(at), Some((whole, value))) = (problem.offset, self.places.get(&*path))
                && !value.is_empty()
                && let Some((_, source)) = self.files.get(usize::from(whole.file))
            {
                let trimmed = (value.len() - value.trim_start().len()) as u32;
                let start = yaml::offset_in_source(source, *whole, value, at + trimmed);
                place = Place { file: whole.file, start, end: start };
            }
            let suggestion = problem.suggestion.clone().or_else(|| self.same_id(problem));
            let (mut text, mut suggestion) = (problem.text.clone(), suggestion);
            if problem.code == "unknown-rule"
                && let Some((_, written)) = self.places.get(&*path)
                && let Some((what, instead)) = self.about_table(written)
            {
                (text, suggestion) = (what.into(), Some(instead));
            }
            self.findings.push(Found { place, code: problem.code, text, suggestion });
        }
    }

    /// What to say where the id of a decision table stands in the place of a rule's.
    pub(crate) fn about_table(&self, id: &str) -> Option<(&'static str, Box<str>)> {
        let table = self.table_names.get(id.trim())?;
        let rows =
            table.rules.iter().take(NAMED).map(|rule| format!("`{rule}`")).collect::<Vec<_>>().join(", ");
        let more = if table.rules.len() > NAMED { ", …" } else { "" };
        let all = table
            .group
            .as_ref()
            .map_or_else(String::new, |group| format!("; `group:{group}` names all of them"));
        Some((
            "this is a decision table, and each of its rows is a rule",
            format!("its rules are {rows}{more}{all}").into(),
        ))
    }

    /// Where the rule stands whose id another one has too: rules of one id are neighbours.
    fn same_id(&self, problem: &Problem) -> Option<Box<str>> {
        if problem.code != "duplicate-rule" {
            return None;
        }
        let number = problem.path.strip_prefix("rules[")?.split_once(']')?.0.parse::<usize>().ok()?;
        let place = self.place_of(&self.as_written(&format!("rules[{}].id", number.checked_sub(1)?)));
        let (file, text) = *self.files.get(usize::from(place.file))?;
        let (line, _) = yaml::line_and_column(text, place.start);
        Some(format!("the other one stands in {file} at line {line}").into())
    }

    fn into_diagnostics(mut self) -> Diagnostics {
        self.findings.sort_by_key(|found| (found.place.file, found.place.start));
        // What the rules of a table share is wrong once.
        self.findings.dedup_by(|a, b| (a.place, a.code, &a.text) == (b.place, b.code, &b.text));
        self.findings.truncate(MAX_FINDINGS);
        let list = self.findings.iter().map(|found| {
            let (file, text) = self.files.get(usize::from(found.place.file)).copied().unwrap_or(("", ""));
            let (line, column) = yaml::line_and_column(text, found.place.start);
            Diagnostic {
                file: file.into(),
                line,
                column,
                path: "".into(),
                code: found.code,
                text: found.text.clone(),
                suggestion: found.suggestion.clone(),
            }
        });
        Diagnostics(list.collect())
    }
}
