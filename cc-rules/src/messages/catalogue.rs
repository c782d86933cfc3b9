//! Another language for a pack that is loaded already.

use std::sync::Arc;

use serde::Deserialize;

use super::{Catalogues, check, check_language};
use crate::diagnostic::{Diagnostics, did_you_mean};
use crate::pack::limits::{MAX_FINDINGS, MAX_PACK_BYTES};
use crate::pack::{Pack, Problem};

/// A file of messages, as a pack includes them.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    messages: Catalogues,
}

impl Pack {
    /// The same pack with messages in one more language, or with others for some of a language that it has.
    ///
    /// `text` is a file of messages as a pack includes it: in JSON, `{"messages":{"de":{"overheat":{"text":"…"}}}}`, and
    /// with the feature `source` in YAML as well. The catalogue may be partial: for what it lacks, see [`Pack::message`].
    /// Each text is checked against the rules that speak it, as if it stood in the pack. Hash, rules and state of the pack
    /// stay as they are: words decide nothing.
    ///
    /// # Examples
    ///
    /// ```
    /// let pack = cc_rules::standard_pack();
    /// let german = r#"{"messages":{"de":{"spark_plugs":{"title":"Zündkerzen","text":"Bitte in die Werkstatt."}}}}"#;
    /// let with_german = pack.with_catalogue("de", german)?;
    /// let message = with_german.message("de-AT", "spark_plugs", &cc_core::Arguments::new()).unwrap();
    /// assert_eq!(message.title, "Zündkerzen");
    /// assert_eq!(with_german.hash(), pack.hash());
    ///
    /// let wrong = r#"{"messages":{"de":{"spark_plug":{"text":"?"}}}}"#;
    /// let found = pack.with_catalogue("de", wrong).unwrap_err();
    /// assert_eq!(
    ///     found.to_string(),
    ///     "messages: no rule speaks this message [unknown-message]; did you mean `spark_plugs`?"
    /// );
    /// # Ok::<(), cc_rules::Diagnostics>(())
    /// ```
    pub fn with_catalogue(&self, language: &str, text: &str) -> Result<Self, Diagnostics> {
        let fail =
            |code, text: &str| Diagnostics(vec![Problem::new("messages", code, text).into_diagnostic()]);
        if text.len() > MAX_PACK_BYTES {
            return Err(fail("too-big", "the catalogue is larger than a pack may be"));
        }
        let read = if text.trim_start().starts_with('{') {
            let file = serde_json::from_str::<File>(text);
            file.map(|file| file.messages).map_err(|error| {
                let at =
                    format!("not a file of messages, at line {} column {}", error.line(), error.column());
                fail("not-a-catalogue", &at)
            })?
        } else {
            from_yaml(text)?
        };
        let mut found = Vec::new();
        check_language(language, "messages", &mut found);
        for other in read.keys().filter(|other| *other != language) {
            let hint = did_you_mean(other, [language]);
            let text = "the file has messages in another language than the one that it is added for";
            found.push(Problem::new("messages", "unknown-language", text).hint(hint));
        }
        let catalogue = read.get(language).cloned().unwrap_or_default();
        let uses = self.0.uses();
        let known = || {
            let spoken = uses.iter().map(|spoken| spoken.message);
            spoken.chain(self.0.raw.messages.values().flat_map(|texts| texts.keys().map(String::as_str)))
        };
        for key in catalogue.keys().filter(|key| !known().any(|known| known == key.as_str())) {
            let hint = did_you_mean(key, known());
            found.push(Problem::new("messages", "unknown-message", "no rule speaks this message").hint(hint));
        }
        check(language, &catalogue, &uses, &mut found);
        if !found.is_empty() {
            found.truncate(MAX_FINDINGS);
            return Err(Diagnostics(found.into_iter().map(Problem::into_diagnostic).collect()));
        }
        let mut all = (*self.1).clone();
        all.entry(language.to_owned()).or_default().extend(catalogue);
        Ok(Self(Arc::clone(&self.0), Arc::new(all)))
    }
}

#[cfg(feature = "source")]
fn from_yaml(text: &str) -> Result<Catalogues, Diagnostics> {
    crate::source::catalogue(text)
}

#[cfg(not(feature = "source"))]
fn from_yaml(_: &str) -> Result<Catalogues, Diagnostics> {
    let problem = Problem::new("messages", "not-a-catalogue", "not a file of messages in JSON");
    Err(Diagnostics(vec![problem.into_diagnostic()]))
}
