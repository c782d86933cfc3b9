//! The files of cases: how they are read and written.

#![expect(clippy::disallowed_methods, reason = "the cases are files")]

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// One file of cases.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct CaseFile {
    /// What its cases show.
    pub about: String,
    /// The cases.
    pub cases: Vec<Case>,
}

/// One case: a call, and its answer.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// What it shows, as a sentence; unique within its file.
    pub name: String,
    /// `config`, `decode`, `merge`, `rollout`, `run` or `words`.
    pub call: String,
    /// Config: the layers, the most general first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub layers: Vec<NamedLayer>,
    /// Config: the vehicle the document is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vehicle: Option<String>,
    /// Config: what else is known of the subject.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub attributes: BTreeMap<String, String>,
    /// Rollout: the experiment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub experiment: Option<String>,
    /// Rollout: the vehicles.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub vehicles: Vec<String>,
    /// Decode: `elm327`, `candump`, `asc`, `csv`, `pairs`, `slcan` or `push_v2`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
    /// Decode: what else is asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub options: Option<Options>,
    /// Decode: the bytes, as text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input: Option<String>,
    /// Decode: the bytes, in hexadecimal, where they are no text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input_hex: Option<String>,
    /// Merge, run, words: the pack in its canonical form; the standard pack where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pack: Option<String>,
    /// Merge, run, words: instead of `pack`, a signed one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed: Option<Signed>,
    /// Words: catalogues that are added to the pack, one after the other.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub catalogues: Vec<Catalogue>,
    /// Words: the languages that are asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub languages: Vec<String>,
    /// Words: the keys that are asked for in each language, without arguments.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub messages: Vec<String>,
    /// Run: what vehicles are.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub profiles: Vec<Profile>,
    /// Run: the state before the first batch, in hexadecimal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state_hex: Option<String>,
    /// Run: whether the answer has the state after each batch. The states of the standard pack change whenever a rule is
    /// added, so only the cases about states have them.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub with_state: bool,
    /// Run: batches of events; each goes on from the state of the one before. Merge: each is a side of its own, and what it
    /// leaves open is merged.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub batches: Vec<Batch>,
    /// Merge: recommendations as JSON texts, which follow what the batches leave open.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub recommendations: Vec<String>,
    /// Run: the only rule that the facts are about, if they are not about all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// What must be in the answer, written by hand or taken from the pack's own tests: never from the answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub facts: Option<Vec<Value>>,
    /// The answer, to the byte.
    #[serde(default)]
    pub expect: Value,
}

/// A signed pack, and who may have signed it.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Signed {
    /// The file.
    pub file: String,
    /// The trusted keys, one a line.
    pub trusted_keys: String,
    /// The instant at which it is loaded.
    pub now: String,
}

/// Messages in one more language.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Catalogue {
    /// The language.
    pub language: String,
    /// The file of messages, as text.
    pub json: String,
}

/// A layer of settings.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct NamedLayer {
    /// Its name.
    pub name: String,
    /// Its JSON, as text.
    pub json: String,
}

/// What else a decode is asked for.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Options {
    /// `can` or `kline`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub framing: Option<String>,
    /// OBDb signal sets, as JSON texts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub signal_sets: Vec<String>,
}

/// What one vehicle is.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// The vehicle, such as `local/0`.
    pub vehicle: String,
    /// The engine family.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub engine_family: Option<String>,
    /// The model.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// The market.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub market: Option<String>,
    /// The fleet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fleet: Option<String>,
}

/// One batch of events.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Batch {
    /// push-v2 JSON, an array or one event a line.
    pub events: String,
    /// The lateness, in milliseconds; zero where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lateness_ms: Option<u64>,
    /// Runs up to this instant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
    /// Keeps events waiting.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keep_waiting: Option<bool>,
}

/// Where the cases are.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("cases")
}

/// All files of cases, sorted by path.
pub fn load() -> io::Result<Vec<(PathBuf, CaseFile)>> {
    let mut paths = Vec::new();
    for group in fs::read_dir(folder())? {
        for file in fs::read_dir(group?.path())? {
            paths.push(file?.path());
        }
    }
    paths.sort();
    paths
        .into_iter()
        .map(|path| {
            let text = fs::read_to_string(&path)?;
            let file = serde_json::from_str(&text)
                .map_err(|error| io::Error::other(format!("{}: {error}", path.display())))?;
            Ok((path, file))
        })
        .collect()
}

/// Writes a file of cases anew.
pub fn save(path: &Path, file: &CaseFile) -> io::Result<()> {
    let mut text = serde_json::to_string_pretty(file)?;
    text.push('\n');
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(path, text)
}

/// How many cases the manifest says there are.
pub fn manifest() -> io::Result<Option<u64>> {
    let value: Value = serde_json::from_str(&fs::read_to_string(folder().with_file_name("manifest.json"))?)?;
    Ok(value["cases"].as_u64())
}

/// Writes how many cases there are, for the languages to compare with.
pub fn save_manifest(cases: usize) -> io::Result<()> {
    fs::write(folder().with_file_name("manifest.json"), format!("{{\"cases\": {cases}}}\n"))
}
