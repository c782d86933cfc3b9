//! Escalation and suppression, from the YAML tree to their written form.

use super::Sources;
use super::quantity::{due, duration};
use super::read::{args, fields_of, items, scalar, text};
use super::yaml::Node;
use crate::pack::model::RawStage;

/// A list of stages.
pub(super) fn escalate(node: &Node, path: &str, found: &mut Sources<'_>) -> Vec<RawStage> {
    let mut stages = Vec::new();
    for (number, item) in items(node, found).iter().enumerate() {
        let path = format!("{path}[{number}]");
        found.place(&path, item.place, "");
        let mut stage = RawStage::default();
        let known = ["after", "when", "urgency", "action", "due", "message", "args"];
        for entry in fields_of(item, &known, &path, found) {
            let value = &entry.value;
            let at = format!("{path}.{}", entry.key);
            found.place(&at, value.place, "");
            match entry.key.as_str() {
                "after" => {
                    stage.after = duration(value, found);
                    if stage.after.is_none() {
                        found.explained(at);
                    }
                }
                "when" => stage.when = Some(text(value, &at, found)),
                "urgency" => stage.urgency = Some(text(value, &at, found)),
                "action" => stage.action = Some(text(value, &at, found)),
                "due" => {
                    stage.due = due(value, found);
                    if stage.due.is_none() {
                        found.explained(format!("{path}.urgency"));
                    }
                }
                "message" => stage.message = Some(text(value, &at, found)),
                _ => stage.args = args(value, &at, found),
            }
        }
        stages.push(stage);
    }
    stages
}

/// A list of rules and groups, or one of them.
pub(super) fn suppressed_by(node: &Node, path: &str, found: &mut Sources<'_>) -> Vec<String> {
    if scalar(node).is_some() {
        return vec![text(node, &format!("{path}[0]"), found)];
    }
    let mut list = Vec::new();
    for (number, item) in items(node, found).iter().enumerate() {
        list.push(text(item, &format!("{path}[{number}]"), found));
    }
    list
}
