//! The JSON of a signal set, as it stands in the file. Fields that only matter to people or to a poller (name, path,
//! freq, fcm1) are not read.

use alloc::borrow::Cow;
use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use serde::Deserialize;

#[derive(Deserialize)]
pub(super) struct SetSource<'a> {
    #[serde(borrow)]
    pub(super) commands: Vec<CommandSource<'a>>,
}

#[derive(Deserialize)]
pub(super) struct CommandSource<'a> {
    #[serde(borrow, default)]
    pub(super) hdr: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    pub(super) rax: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    pub(super) eax: Option<Cow<'a, str>>,
    /// Service and parameter, both hexadecimal: `{"22": "1164"}`.
    #[serde(borrow)]
    pub(super) cmd: BTreeMap<Cow<'a, str>, Cow<'a, str>>,
    #[serde(default)]
    pub(super) filter: Option<YearFilter>,
    #[serde(borrow)]
    pub(super) signals: Vec<SignalSource<'a>>,
}

/// The model years a command is for: at or before `to`, at or after `from`, or one of `years`.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct YearFilter {
    #[serde(default)]
    pub(super) from: Option<i32>,
    #[serde(default)]
    pub(super) to: Option<i32>,
    #[serde(default)]
    pub(super) years: Vec<i32>,
}

#[derive(Deserialize)]
pub(super) struct SignalSource<'a> {
    #[serde(borrow)]
    pub(super) id: Cow<'a, str>,
    #[serde(borrow)]
    pub(super) fmt: FormatSource<'a>,
}

#[derive(Deserialize)]
pub(super) struct FormatSource<'a> {
    #[serde(default)]
    pub(super) bix: u32,
    pub(super) len: u32,
    #[serde(default)]
    pub(super) blsb: bool,
    #[serde(default)]
    pub(super) sign: bool,
    #[serde(default)]
    pub(super) mul: Option<f64>,
    #[serde(default)]
    pub(super) div: Option<f64>,
    #[serde(default)]
    pub(super) add: Option<f64>,
    #[serde(default)]
    pub(super) min: Option<f64>,
    #[serde(default)]
    pub(super) max: Option<f64>,
    #[serde(default)]
    pub(super) nullmin: Option<f64>,
    #[serde(default)]
    pub(super) nullmax: Option<f64>,
    #[serde(borrow, default)]
    pub(super) unit: Option<Cow<'a, str>>,
    #[serde(default)]
    pub(super) map: Option<BTreeMap<String, MapSource>>,
}

/// One row of an enumeration; the set also describes it, for people.
#[derive(Deserialize)]
pub(super) struct MapSource {
    pub(super) value: MapValue,
}

#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum MapValue {
    Text(String),
    Number(f64),
    Bool(bool),
}
