//! Facts: what an answer must hold, known without having computed it.

use serde_json::Value;

use crate::files::Case;

/// Compares the facts of a case with its answer: one fact for each line or change, in order; each names members that
/// the line must have. The text `*` stands for any value, and a fact with the member `*` for any line.
pub fn check_facts(case: &Case, answer: &Value) -> Result<(), String> {
    let Some(facts) = &case.facts else { return Ok(()) };
    let mut found = Vec::new();
    for text in texts(answer) {
        let line: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
        if case.rule.as_ref().is_none_or(|rule| line["rule"] == **rule) {
            found.push(line);
        }
    }
    if found.len() != facts.len() {
        let found: Vec<_> = found.iter().map(Value::to_string).collect();
        return Err(format!(
            "{} facts, but {} lines:\n    {}",
            facts.len(),
            found.len(),
            found.join("\n    ")
        ));
    }
    match facts.iter().zip(&found).find(|(fact, line)| !holds(fact, line)) {
        Some((fact, line)) => Err(format!("the fact {fact} does not hold for {line}")),
        None => Ok(()),
    }
}

fn texts(answer: &Value) -> impl Iterator<Item = &str> {
    let lines = answer["lines"].as_array().into_iter().flatten();
    let batches = answer["batches"].as_array().into_iter().flatten();
    let changes = batches.flat_map(|batch| batch["changes"].as_array().into_iter().flatten());
    lines.chain(changes).filter_map(Value::as_str)
}

fn holds(fact: &Value, value: &Value) -> bool {
    match (fact, value) {
        (Value::String(any), _) if any == "*" => true,
        (Value::Object(facts), Value::Object(members)) => facts
            .iter()
            .all(|(key, fact)| key == "*" || members.get(key).is_some_and(|value| holds(fact, value))),
        (Value::Number(fact), Value::Number(value)) => {
            fact == value
                || matches!((fact.as_f64(), value.as_f64()), (Some(a), Some(b)) if fact.is_f64() != value.is_f64() && a == b)
        }
        _ => fact == value,
    }
}
