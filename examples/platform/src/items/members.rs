//! JSON objects member by member, with every value as it was written.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

/// The members of a JSON object, each a JSON text.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Members(pub BTreeMap<String, String>);

impl Members {
    /// Takes a text apart; `None` where it is no object.
    pub fn parse(text: &str) -> Option<Self> {
        let members: BTreeMap<String, &RawValue> = serde_json::from_str(text).ok()?;
        Some(Self(members.into_iter().map(|(name, value)| (name, value.get().to_owned())).collect()))
    }

    /// A member that is a text.
    pub fn text(&self, name: &str) -> Option<String> {
        serde_json::from_str(self.0.get(name)?).ok()
    }

    /// Sets a member to a text.
    pub fn set_text(&mut self, name: &str, value: &str) {
        self.0.insert(name.to_owned(), serde_json::Value::from(value).to_string());
    }

    /// Sets a member to a number.
    pub fn set_number(&mut self, name: &str, value: i64) {
        self.0.insert(name.to_owned(), value.to_string());
    }

    /// The object as one line.
    pub fn to_json(&self) -> String {
        let mut out = String::from("{");
        for (index, (name, value)) in self.0.iter().enumerate() {
            if index > 0 {
                out.push(',');
            }
            out.push_str(&serde_json::Value::from(name.as_str()).to_string());
            out.push(':');
            out.push_str(&crate::feed::frames::minified(value));
        }
        out.push('}');
        out
    }
}
