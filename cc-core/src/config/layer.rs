//! One layer, read from a text or from many keys.

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

use super::experiment::read_rollout;
use super::tree::{Key, Member, Node, Trial, keys, push_key};
use super::{ConfigError, ConfigProblem, DEEPEST, LARGEST_LAYER, LONGEST_KEY, LONGEST_NAME, Place};
use crate::event::codec::{Cursor, SyntaxError, unescape, write_canonical};
use crate::rollout::Experiment;

/// One layer of settings: a name and a JSON object.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Layer {
    pub(super) name: Arc<str>,
    pub(super) root: BTreeMap<Key, Member>,
}

impl Layer {
    /// Reads a layer: one JSON object, with white space or a byte order mark around it allowed.
    ///
    /// # Examples
    ///
    /// ```
    /// use cc_core::config::Layer;
    ///
    /// let layer = Layer::parse("global", r#"{"upload": {"every_seconds": 300}}"#)?;
    /// assert_eq!(layer.name(), "global");
    ///
    /// let error = Layer::parse("global", "{\n  \"upload\": 300,\n}").unwrap_err();
    /// assert_eq!(error.to_string(), "global:3:1: expected a key");
    /// # Ok::<(), cc_core::config::ConfigError>(())
    /// ```
    pub fn parse(name: &str, json: impl AsRef<[u8]>) -> Result<Self, ConfigError> {
        let bytes = json.as_ref();
        let name = checked_name(name)?;
        let reader = Reader::new(&name, bytes)?;
        let start = reader.only_value(bytes)?;
        let mut path = String::new();
        match reader.node(start, 1, &mut path)?.node {
            Node::Object(mut root) => {
                // It is for the editor of the layer.
                root.remove(&Key("$schema".into()));
                let layer = Self { name, root };
                layer.check_experiments()?;
                Ok(layer)
            }
            _ => Err(reader.error(&path, start, ConfigProblem::Expected { expected: "an object" })),
        }
    }

    /// Makes a layer of many keys: pairs of a JSON Pointer (RFC 6901) and a JSON value. Such values have no place.
    ///
    /// # Examples
    ///
    /// ```
    /// use cc_core::config::{Layer, Subject, compile};
    ///
    /// let layer = Layer::from_keys("settings", [("/map/zoom", "12.0"), ("/map/style", r#""dark""#)])?;
    /// assert_eq!(compile(&[layer], &Subject::default())?.to_json(), r#"{"map":{"style":"dark","zoom":12.0}}"#);
    ///
    /// let error = Layer::from_keys("settings", [("/map", "12"), ("/map/zoom", "12")]).unwrap_err();
    /// assert_eq!(error.to_string(), "settings: /map/zoom: expected an object at every key before the last");
    /// # Ok::<(), cc_core::config::ConfigError>(())
    /// ```
    pub fn from_keys<'a>(
        name: &str,
        values: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Self, ConfigError> {
        let name = checked_name(name)?;
        let mut layer = Self { name: name.clone(), root: BTreeMap::new() };
        let mut size = 0;
        for (pointer, json) in values {
            let fail =
                |problem| ConfigError { layer: (&*name).into(), path: pointer.into(), place: None, problem };
            size += pointer.len() + json.len();
            if size > LARGEST_LAYER {
                return Err(fail(ConfigProblem::Size { found: size }));
            }
            let pointer_keys = keys(pointer).filter(|keys| !keys.is_empty()).ok_or_else(|| {
                fail(ConfigProblem::Expected { expected: "a JSON Pointer (RFC 6901), such as /map/zoom" })
            })?;
            if pointer_keys.len() >= DEEPEST {
                return Err(fail(ConfigProblem::Depth));
            }
            for (depth, key) in pointer_keys.iter().enumerate() {
                check_key(key, depth == 0).map_err(fail)?;
            }
            // The places within a value mean nothing to anybody: only the pointer was given.
            let no_place = |error: ConfigError| ConfigError {
                path: [pointer, &error.path].concat().into(),
                place: None,
                ..error
            };
            let reader = Reader::new(&name, json.as_bytes()).map_err(no_place)?.without_places();
            let start = reader.only_value(json.as_bytes()).map_err(no_place)?;
            let mut path = String::new();
            let member = reader.node(start, pointer_keys.len() + 1, &mut path).map_err(no_place)?;
            layer.insert(&pointer_keys, member).map_err(fail)?;
        }
        layer.check_experiments()?;
        Ok(layer)
    }

    /// The layer's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The experiments that its values use, each once, sorted by name.
    ///
    /// ```
    /// use cc_core::config::Layer;
    ///
    /// let json = r#"{"map": {"$rollout": {"experiment": "new_map", "percent": 10, "value": 1}}}"#;
    /// let layer = Layer::parse("global", json)?;
    /// assert_eq!(layer.experiments()[0].name().as_str(), "new_map");
    /// # Ok::<(), cc_core::config::ConfigError>(())
    /// ```
    pub fn experiments(&self) -> Vec<&Experiment> {
        let mut seen = BTreeMap::new();
        // It was checked when the layer was made.
        let _ = self.check_members(&self.root, &mut String::new(), &mut seen);
        seen.into_values().map(|trial| &trial.experiment).collect()
    }

    fn insert(&mut self, path: &[String], member: Member) -> Result<(), ConfigProblem> {
        let Some((last, before)) = path.split_last() else { return Ok(()) };
        let mut object = &mut self.root;
        for key in before {
            let next = object
                .entry(Key(key.as_str().into()))
                .or_insert_with(|| Member { node: Node::Object(BTreeMap::new()), place: None });
            let Node::Object(inner) = &mut next.node else {
                return Err(ConfigProblem::Expected { expected: "an object at every key before the last" });
            };
            object = inner;
        }
        match object.insert(Key(last.as_str().into()), member) {
            None => Ok(()),
            Some(_) => Err(ConfigProblem::KeyTwice),
        }
    }

    /// One layer says one thing about an experiment.
    fn check_experiments(&self) -> Result<(), ConfigError> {
        let mut seen: BTreeMap<&str, &Trial> = BTreeMap::new();
        let mut path = String::new();
        self.check_members(&self.root, &mut path, &mut seen)
    }

    fn check_members<'a>(
        &'a self,
        members: &'a BTreeMap<Key, Member>,
        path: &mut String,
        seen: &mut BTreeMap<&'a str, &'a Trial>,
    ) -> Result<(), ConfigError> {
        for (key, member) in members {
            let length = path.len();
            push_key(path, &key.0);
            self.check_member(member, path, seen)?;
            path.truncate(length);
        }
        Ok(())
    }

    fn check_member<'a>(
        &'a self,
        member: &'a Member,
        path: &mut String,
        seen: &mut BTreeMap<&'a str, &'a Trial>,
    ) -> Result<(), ConfigError> {
        match &member.node {
            Node::Leaf(_) => Ok(()),
            Node::Object(members) => self.check_members(members, path, seen),
            Node::Rollout(rollout) => {
                let name = rollout.trial.experiment.name().as_str();
                let first: &Trial = seen.entry(name).or_insert(&rollout.trial);
                if *first != rollout.trial {
                    return Err(ConfigError {
                        layer: (&*self.name).into(),
                        path: path.as_str().into(),
                        place: member.place,
                        problem: ConfigProblem::ExperimentDiffers { experiment: name.into() },
                    });
                }
                for value in rollout.values.iter().flatten().chain(&rollout.otherwise) {
                    self.check_member(value, path, seen)?;
                }
                Ok(())
            }
        }
    }
}

fn checked_name(name: &str) -> Result<Arc<str>, ConfigError> {
    if name.is_empty() || name.len() > LONGEST_NAME || name.chars().any(char::is_control) {
        // A name that is no name is not shown.
        let problem = ConfigProblem::LayerName;
        return Err(ConfigError { layer: "layer".into(), path: "".into(), place: None, problem });
    }
    Ok(name.into())
}

fn check_key(key: &str, in_document: bool) -> Result<(), ConfigProblem> {
    if key.len() > LONGEST_KEY {
        return Err(ConfigProblem::KeyLength { found: key.len() });
    }
    // A rollout is met before its key is checked.
    let reserved = key.starts_with('$') && !(in_document && key == "$schema");
    if reserved { Err(ConfigProblem::ReservedKey) } else { Ok(()) }
}

/// Reads the values of one text.
pub(super) struct Reader<'a> {
    layer: &'a str,
    pub(super) text: &'a str,
    /// Where the lines begin.
    lines: Vec<usize>,
    with_places: bool,
}

impl<'a> Reader<'a> {
    fn new(layer: &'a str, bytes: &'a [u8]) -> Result<Self, ConfigError> {
        let breaks = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(at, _)| at + 1);
        let lines = core::iter::once(0).chain(breaks.take(LARGEST_LAYER)).collect();
        let mut reader = Self { layer, text: "", lines, with_places: true };
        if bytes.len() > LARGEST_LAYER {
            return Err(reader.error("", 0, ConfigProblem::Size { found: bytes.len() }));
        }
        match core::str::from_utf8(bytes) {
            Ok(text) => reader.text = text,
            Err(error) => return Err(reader.error("", error.valid_up_to(), ConfigProblem::Encoding)),
        }
        Ok(reader)
    }

    fn without_places(self) -> Self {
        Self { with_places: false, ..self }
    }

    fn place(&self, offset: usize) -> Place {
        let line = self.lines.partition_point(|start| *start <= offset).max(1);
        let start = self.lines.get(line - 1).copied().unwrap_or_default();
        // A layer has at most 2²⁰ bytes.
        Place { line: line as u32, column: (offset.saturating_sub(start) + 1) as u32 }
    }

    pub(super) fn error(&self, path: &str, offset: usize, problem: ConfigProblem) -> ConfigError {
        ConfigError { layer: self.layer.into(), path: path.into(), place: Some(self.place(offset)), problem }
    }

    fn syntax(&self, error: SyntaxError) -> ConfigError {
        match error {
            SyntaxError::Depth(offset) => self.error("", offset, ConfigProblem::Depth),
            SyntaxError::Expected(expected, offset) => {
                self.error("", offset, ConfigProblem::Expected { expected })
            }
        }
    }

    /// Checks that the text is one JSON value, and gives where it begins.
    fn only_value(&self, bytes: &[u8]) -> Result<usize, ConfigError> {
        let mut cursor = Cursor::new(bytes, if bytes.starts_with(b"\xEF\xBB\xBF") { 3 } else { 0 });
        cursor.space();
        let start = cursor.at;
        cursor.value(0).map_err(|error| self.syntax(error))?;
        cursor.space();
        if cursor.at < bytes.len() {
            return Err(self.error("", cursor.at, ConfigProblem::Expected { expected: "nothing more" }));
        }
        Ok(start)
    }

    /// The members of the object at an offset of the checked text, each with its key and where key and value begin.
    pub(super) fn members(
        &self,
        start: usize,
        path: &str,
    ) -> Result<Vec<(String, usize, usize)>, ConfigError> {
        let mut spans = Vec::new();
        let read = Cursor::new(self.text.as_bytes(), start).members(&mut spans);
        read.map_err(|error| self.syntax(error))?;
        let mut members: Vec<(String, usize, usize)> = Vec::with_capacity(spans.len());
        for span in spans {
            let inner = self.text.get(span.key.0..span.key.1).and_then(unescape);
            let Some(key) = inner else {
                let problem = ConfigProblem::Expected { expected: "a key without half a surrogate pair" };
                return Err(self.error(path, span.key.0 - 1, problem));
            };
            members.push((key.into_owned(), span.key.0 - 1, span.value.0));
        }
        let mut order: Vec<usize> = (0..members.len()).collect();
        order.sort_by(|a, b| members[*a].0.cmp(&members[*b].0).then(a.cmp(b)));
        if let Some(pair) = order.windows(2).find(|pair| members[pair[0]].0 == members[pair[1]].0) {
            let (key, at, _) = &members[pair[1]];
            let mut path = String::from(path);
            push_key(&mut path, key);
            return Err(self.error(&path, *at, ConfigProblem::KeyTwice));
        }
        Ok(members)
    }

    /// Where the items of the array at an offset of the checked text stand.
    pub(super) fn items(&self, start: usize) -> Result<Vec<(usize, usize)>, ConfigError> {
        let mut items = Vec::new();
        let read = Cursor::new(self.text.as_bytes(), start).items(&mut items);
        read.map_err(|error| self.syntax(error))?;
        Ok(items)
    }

    /// The text of the value at an offset of the checked text.
    pub(super) fn json(&self, start: usize) -> Result<&'a str, ConfigError> {
        let mut cursor = Cursor::new(self.text.as_bytes(), start);
        cursor.value(0).map_err(|error| self.syntax(error))?;
        Ok(self.text.get(start..cursor.at).unwrap_or_default())
    }

    /// Reads the value at an offset of the checked text; `depth` counts it.
    pub(super) fn node(&self, start: usize, depth: usize, path: &mut String) -> Result<Member, ConfigError> {
        let place = self.with_places.then(|| self.place(start));
        let node = if self.text.as_bytes().get(start) == Some(&b'{') {
            self.object(start, depth, path)?
        } else {
            self.check_leaf(start, depth, path)?;
            let mut canonical = String::new();
            write_canonical(self.json(start)?, &mut canonical);
            Node::Leaf(canonical.into())
        };
        Ok(Member { node, place })
    }

    fn object(&self, start: usize, depth: usize, path: &mut String) -> Result<Node, ConfigError> {
        self.check_depth(start, depth, path)?;
        let members = self.members(start, path)?;
        if let [(key, _, value)] = &members[..]
            && key == "$rollout"
            && depth > 1
        {
            return read_rollout(self, *value, depth + 1, path)
                .map(|rollout| Node::Rollout(Box::new(rollout)));
        }
        let mut object = BTreeMap::new();
        for (key, at, value) in members {
            let length = path.len();
            push_key(path, &key);
            check_key(&key, depth == 1).map_err(|problem| self.error(path, at, problem))?;
            object.insert(Key(key.into()), self.node(value, depth + 1, path)?);
            path.truncate(length);
        }
        Ok(Node::Object(object))
    }

    /// Checks what stands within a value that is kept whole.
    fn check_leaf(&self, start: usize, depth: usize, path: &mut String) -> Result<(), ConfigError> {
        match self.text.as_bytes().get(start) {
            Some(b'"') => {
                let inner = self.json(start)?;
                if inner.get(1..inner.len() - 1).and_then(unescape).is_none() {
                    let problem =
                        ConfigProblem::Expected { expected: "a text without half a surrogate pair" };
                    return Err(self.error(path, start, problem));
                }
            }
            Some(b'[') => {
                self.check_depth(start, depth, path)?;
                for (i, (item, _)) in self.items(start)?.into_iter().enumerate() {
                    self.check_part(&alloc::format!("{i}"), item, depth, path)?;
                }
            }
            Some(b'{') => {
                self.check_depth(start, depth, path)?;
                for (key, at, value) in self.members(start, path)? {
                    check_key(&key, false).map_err(|problem| {
                        let mut path = path.clone();
                        push_key(&mut path, &key);
                        self.error(&path, at, problem)
                    })?;
                    self.check_part(&key, value, depth, path)?;
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn check_part(
        &self,
        key: &str,
        start: usize,
        depth: usize,
        path: &mut String,
    ) -> Result<(), ConfigError> {
        let length = path.len();
        push_key(path, key);
        self.check_leaf(start, depth + 1, path)?;
        path.truncate(length);
        Ok(())
    }

    fn check_depth(&self, start: usize, depth: usize, path: &str) -> Result<(), ConfigError> {
        if depth > DEEPEST { Err(self.error(path, start, ConfigProblem::Depth)) } else { Ok(()) }
    }
}
