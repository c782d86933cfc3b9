//! Reading `$rollout`.

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use super::layer::Reader;
use super::tree::{Member, Rollout, Trial, push_key};
use super::{ConfigError, ConfigProblem};
use crate::event::codec::unescape;
use crate::rollout::{Arm, Experiment, Percent};

/// Reads what stands under the key `$rollout`, the value at `start`.
pub(super) fn read_rollout(
    reader: &Reader<'_>,
    start: usize,
    depth: usize,
    path: &mut String,
) -> Result<Rollout, ConfigError> {
    let length = path.len();
    push_key(path, "$rollout");
    let fields =
        Fields::read(reader, start, path, &["experiment", "percent", "value", "arms", "otherwise", "only"])?;
    let experiment = fields.text("experiment", path)?;
    let percent = fields.percent("percent", path)?;
    let name =
        experiment.parse().map_err(|error| fields.fail("experiment", path, ConfigProblem::Rollout(error)))?;
    let (experiment, values) = match (fields.find("value"), fields.find("arms")) {
        (Some(value), None) => {
            let value = fields.node(value, "value", depth, path)?;
            (Experiment::switch(name, percent), Vec::from([Some(value)]))
        }
        (None, Some(at)) => {
            let (arms, values) = read_arms(reader, at, depth + 1, path)?;
            let made = Experiment::new(name, percent, arms);
            (made.map_err(|error| fields.fail("arms", path, ConfigProblem::Rollout(error)))?, values)
        }
        _ => return Err(reader.error(path, start, expected("either value or arms"))),
    };
    let otherwise = match fields.find("otherwise") {
        Some(at) => Some(fields.node(at, "otherwise", depth, path)?),
        None => None,
    };
    let only = match fields.find("only") {
        Some(at) => read_only(reader, at, path)?,
        None => BTreeMap::new(),
    };
    path.truncate(length);
    Ok(Rollout { trial: Trial { experiment, only }, values, otherwise })
}

fn expected(expected: &'static str) -> ConfigProblem {
    ConfigProblem::Expected { expected }
}

/// The arms, and the value of each that has one.
type Arms = (Vec<Arm>, Vec<Option<Member>>);

fn read_arms(
    reader: &Reader<'_>,
    start: usize,
    depth: usize,
    path: &mut String,
) -> Result<Arms, ConfigError> {
    let length = path.len();
    push_key(path, "arms");
    if reader.text.as_bytes().get(start) != Some(&b'[') {
        return Err(reader.error(path, start, expected("an array of arms")));
    }
    let (mut arms, mut values) = (Vec::new(), Vec::new());
    for (i, (item, _)) in reader.items(start)?.into_iter().enumerate() {
        let length = path.len();
        push_key(path, &alloc::format!("{i}"));
        let fields = Fields::read(reader, item, path, &["name", "percent", "value"])?;
        let (name, percent) = (fields.text("name", path)?, fields.percent("percent", path)?);
        let arm = Arm::new(&name, percent);
        arms.push(arm.map_err(|error| fields.fail("name", path, ConfigProblem::Rollout(error)))?);
        values.push(match fields.find("value") {
            Some(at) => Some(fields.node(at, "value", depth + 1, path)?),
            None => None,
        });
        path.truncate(length);
    }
    path.truncate(length);
    Ok((arms, values))
}

fn read_only(
    reader: &Reader<'_>,
    start: usize,
    path: &mut String,
) -> Result<BTreeMap<Box<str>, Vec<Box<str>>>, ConfigError> {
    let length = path.len();
    push_key(path, "only");
    if reader.text.as_bytes().get(start) != Some(&b'{') {
        return Err(reader.error(path, start, expected("an object of attributes")));
    }
    let mut only = BTreeMap::new();
    for (attribute, _, value) in reader.members(start, path)? {
        let length = path.len();
        push_key(path, &attribute);
        if reader.text.as_bytes().get(value) != Some(&b'[') {
            return Err(reader.error(path, value, expected("an array of texts")));
        }
        let mut values: Vec<Box<str>> = Vec::new();
        for (item, _) in reader.items(value)? {
            values.push(text(reader, item, path)?.into());
        }
        values.sort_unstable();
        only.insert(attribute.into(), values);
        path.truncate(length);
    }
    path.truncate(length);
    Ok(only)
}

fn text(reader: &Reader<'_>, start: usize, path: &str) -> Result<String, ConfigError> {
    let json = reader.json(start)?;
    let inner = json.strip_prefix('"').and_then(|json| json.strip_suffix('"')).and_then(unescape);
    match inner {
        Some(text) => Ok(text.into_owned()),
        None => Err(reader.error(path, start, expected("a text"))),
    }
}

/// The members of an object of which each has a meaning.
struct Fields<'a, 'b> {
    reader: &'b Reader<'a>,
    start: usize,
    members: Vec<(String, usize, usize)>,
}

impl<'a, 'b> Fields<'a, 'b> {
    fn read(reader: &'b Reader<'a>, start: usize, path: &str, names: &[&str]) -> Result<Self, ConfigError> {
        if reader.text.as_bytes().get(start) != Some(&b'{') {
            return Err(reader.error(path, start, expected("an object")));
        }
        let members = reader.members(start, path)?;
        if let Some((key, at, _)) = members.iter().find(|(key, ..)| !names.contains(&key.as_str())) {
            let mut path = String::from(path);
            push_key(&mut path, key);
            return Err(reader.error(&path, *at, expected("no other member than a rollout has")));
        }
        Ok(Self { reader, start, members })
    }

    fn find(&self, name: &str) -> Option<usize> {
        self.members.iter().find(|(key, ..)| key == name).map(|(.., value)| *value)
    }

    fn fail(&self, name: &str, path: &str, problem: ConfigProblem) -> ConfigError {
        let mut path = String::from(path);
        push_key(&mut path, name);
        self.reader.error(&path, self.find(name).unwrap_or(self.start), problem)
    }

    fn required(&self, name: &str, path: &str) -> Result<usize, ConfigError> {
        self.find(name).ok_or_else(|| self.fail(name, path, expected("a value")))
    }

    fn text(&self, name: &str, path: &str) -> Result<String, ConfigError> {
        let at = self.required(name, path)?;
        text(self.reader, at, path).map_err(|error| self.fail(name, path, error.problem))
    }

    fn percent(&self, name: &str, path: &str) -> Result<Percent, ConfigError> {
        let at = self.required(name, path)?;
        let json = self.reader.json(at)?;
        json.parse().map_err(|error| self.fail(name, path, ConfigProblem::Rollout(error)))
    }

    fn node(&self, at: usize, name: &str, depth: usize, path: &mut String) -> Result<Member, ConfigError> {
        let length = path.len();
        push_key(path, name);
        let member = self.reader.node(at, depth + 1, path)?;
        path.truncate(length);
        Ok(member)
    }
}
