//! Whether the texts of a catalogue fit the rules that speak them.

use std::collections::BTreeMap;

use super::plural;
use super::template::{self, Argument, Case, Form};
use crate::diagnostic::did_you_mean;
use crate::expr::Ty;
use crate::pack::Problem;
use crate::pack::model::RawMessage;

/// A rule, or a stage of it, that speaks a message.
pub(crate) struct Use<'a> {
    /// Where the message is named.
    pub(crate) path: String,
    pub(crate) message: &'a str,
    pub(crate) rule: &'a str,
    /// Names of the arguments, with their types where they were understood.
    pub(crate) args: BTreeMap<&'a str, Option<Ty>>,
    /// Whether an argument has a finding: by its name it may be any that the text asks for.
    pub(crate) misspelt: bool,
}

/// Checks each text by itself, and against each rule that speaks it.
pub(crate) fn check(
    language: &str,
    catalogue: &BTreeMap<String, RawMessage>,
    uses: &[Use<'_>],
    found: &mut Vec<Problem>,
) {
    for (key, message) in catalogue {
        for (part, text) in [("text", Some(&message.text)), ("title", message.title.as_ref())] {
            let Some(text) = text else { continue };
            let path = format!("messages.{language}.{key}.{part}");
            if text.trim().is_empty() {
                let what = if part == "text" { "a message needs a `text`" } else { "the title is empty" };
                found.push(Problem::new(path, "missing-key", what));
                continue;
            }
            let pieces = match template::parse(text) {
                Ok(pieces) => pieces,
                Err(error) => {
                    found.push(Problem::new(path, error.code, error.text).at(error.at).hint(error.hint));
                    continue;
                }
            };
            let mut arguments = Vec::new();
            template::arguments(&pieces, &mut arguments);
            for argument in &arguments {
                let before = found.len();
                forms(argument, language, &path, found);
                for spoken in uses.iter().filter(|spoken| spoken.message == key) {
                    if found.len() == before {
                        fits(argument, spoken, &path, found);
                    }
                }
            }
        }
    }
}

/// Whether the language has the forms that a plural speaks of.
fn forms(argument: &Argument, language: &str, path: &str, found: &mut Vec<Problem>) {
    let Form::Plural(cases) = &argument.form else { return };
    for (case, _) in cases {
        if let Case::Category(category) = case
            && !plural::uses(language, *category)
        {
            let text = "the language has no such plural form, so this case is never spoken";
            found.push(Problem::new(path, "unknown-plural", text).at(argument.at));
        }
    }
}

fn fits(argument: &Argument, spoken: &Use<'_>, path: &str, found: &mut Vec<Problem>) {
    let Some(ty) = spoken.args.get(argument.name.as_str()) else {
        if spoken.misspelt {
            return;
        }
        let text = format!("the text asks for an argument that its rule `{}` does not give", spoken.rule);
        let hint = did_you_mean(&argument.name, spoken.args.keys().copied());
        let given = || {
            let names: Vec<_> = spoken.args.keys().map(|name| format!("`{name}`")).collect();
            if names.is_empty() {
                return "it gives none: add `args` to its `recommend`".to_owned();
            }
            format!("it gives {}", names.join(", "))
        };
        let hint = hint.or_else(|| Some(given().into()));
        found.push(Problem::new(path, "unknown-argument", text).at(argument.at).hint(hint));
        return;
    };
    let Some(ty) = ty else { return };
    let is_number = matches!(ty, Ty::Int | Ty::Double(_) | Ty::Duration);
    let text = match &argument.form {
        Form::Number { .. } | Form::Plural(_) if !is_number => "the argument is no number",
        Form::Select(_) if !matches!(ty, Ty::Bool | Ty::String) => {
            "the argument is neither true or false nor a text"
        }
        Form::Select(cases) => {
            let has = |wanted: &str| cases.iter().any(|(word, _)| word == wanted);
            let is_whole = has("other") || (*ty == Ty::Bool && has("true") && has("false"));
            if is_whole {
                return;
            }
            "the select needs a case `other`"
        }
        _ => return,
    };
    found.push(Problem::new(path, "argument-type", text).at(argument.at));
}
