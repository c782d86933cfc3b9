//! A platform's own table.

use alloc::boxed::Box;

use super::{DataKind, Disclosure, KindRule, Policy, Purpose};
use crate::Number;
use crate::config::{ConfigError, ConfigValue, Layer, Origin, Subject, compile};
use crate::event::codec::unescape;

/// Why a word is not one of a policy.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum PolicyError {
    /// There is no such setting.
    #[error("expected a purpose, kind and setting of the table")]
    Setting,
    /// The value is not one that the setting can have.
    #[error("expected {expected}")]
    Word {
        /// What it can be.
        expected: &'static str,
    },
}

/// Why a text is not a policy: where, and what is wrong.
#[non_exhaustive]
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum PolicyReadError {
    /// The text is not a JSON object.
    #[error(transparent)]
    Json(#[from] ConfigError),
    /// A setting is unknown, or has a value that it cannot have.
    #[error("{origin}: {path}: {error}")]
    Setting {
        /// The place in the text.
        origin: Origin,
        /// The setting's JSON Pointer.
        path: Box<str>,
        /// What is wrong.
        error: PolicyError,
    },
}

impl Policy {
    /// Lays a platform's own table over the [default](Self::default) one.
    ///
    /// A JSON object with these members, each of which may be absent: `speed_cap_kph` (1 to 1,000),
    /// `acceleration_from_g` (0 to 10), `purposes`, and in it for each [`Purpose`] `disclosure`
    /// ([`Disclosure`]), `position` ([`PositionPrecision`](super::PositionPrecision)), `time`
    /// ([`TimePrecision`](super::TimePrecision)) and `kinds`, and in that for each [`DataKind`] `keep`
    /// ([`Retention`](super::Retention)) and `latest` (true or false). A member that is null is as good as absent.
    pub fn from_json(json: impl AsRef<[u8]>) -> Result<Self, PolicyReadError> {
        let table = compile(&[Layer::parse("policy", json)?], &Subject::default())?;
        let mut policy = Self::default();
        for value in table.values() {
            if let Err(error) = policy.set(&value) {
                let (origin, path) = (value.origin.clone(), value.path.into());
                return Err(PolicyReadError::Setting { origin, path, error });
            }
        }
        Ok(policy)
    }

    fn set(&mut self, value: &ConfigValue<'_>) -> Result<(), PolicyError> {
        let mut parts = value.path.split('/').skip(1);
        let path: [Option<&str>; 6] = core::array::from_fn(|_| parts.next());
        match path {
            [Some("speed_cap_kph"), None, ..] => {
                self.speed_cap = number(value.json, 1.0, 1_000.0, "a number from 1 to 1000")?;
            }
            [Some("acceleration_from_g"), None, ..] => {
                self.least_acceleration = number(value.json, 0.0, 10.0, "a number from 0 to 10")?;
            }
            // Of an empty object there is nothing to read.
            [Some("purposes"), None, ..] if value.json == "{}" => {}
            [Some("purposes"), Some(purpose), rest @ ..] => {
                let purpose: Purpose = purpose.parse().map_err(|_| PolicyError::Setting)?;
                self.set_purpose(purpose, rest, value.json)?;
            }
            _ => return Err(PolicyError::Setting),
        }
        Ok(())
    }

    fn set_purpose(
        &mut self,
        purpose: Purpose,
        path: [Option<&str>; 4],
        json: &str,
    ) -> Result<(), PolicyError> {
        let rules = &mut self.purposes[purpose as usize];
        match path {
            [None | Some("kinds"), None, ..] if json == "{}" => {}
            [Some("disclosure"), None, ..] => {
                let expected = "pseudonym, vehicle, identifiers or texts";
                rules.disclosure = word::<Disclosure>(json, expected)?;
            }
            [Some("position"), None, ..] => {
                rules.position = word(json, "exact, 10 m to 100000 m, or 0 to 6 decimals")?;
            }
            [Some("time"), None, ..] => rules.time = word(json, "exact, or a duration such as PT1M")?,
            [Some("kinds"), Some(kind), setting, None] => {
                let kind: DataKind = kind.parse().map_err(|_| PolicyError::Setting)?;
                let KindRule { keep, latest } = &mut rules.kinds[kind as usize];
                match (setting, json) {
                    (None, "{}") => {}
                    (Some("keep"), _) => {
                        *keep = word(json, "never, until_deletion, or a duration such as PT1H or P7D")?;
                    }
                    (Some("latest"), "true" | "false") => *latest = json == "true",
                    (Some("latest"), _) => return Err(PolicyError::Word { expected: "true or false" }),
                    _ => return Err(PolicyError::Setting),
                }
            }
            _ => return Err(PolicyError::Setting),
        }
        Ok(())
    }
}

fn number(json: &str, least: f64, most: f64, expected: &'static str) -> Result<Number, PolicyError> {
    let number = json.parse::<Number>().ok().filter(|number| (least..=most).contains(&number.as_f64()));
    number.ok_or(PolicyError::Word { expected })
}

fn word<T: core::str::FromStr>(json: &str, expected: &'static str) -> Result<T, PolicyError> {
    let inner = json.strip_prefix('"').and_then(|json| json.strip_suffix('"')).and_then(unescape);
    inner.and_then(|text| text.parse().ok()).ok_or(PolicyError::Word { expected })
}
