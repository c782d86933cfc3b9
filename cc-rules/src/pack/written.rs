//! Values of the canonical form as a person would write them in a source.

use serde_json::Value;

/// Fields that hold milliseconds.
const DURATIONS: &[&str] =
    &["after", "cooldown", "due", "for", "max_age", "max_gap", "over", "valid_for", "within"];

/// A value as a person writes it; `None` where it has parts of its own that are worth telling apart.
pub(crate) fn written(key: &str, value: &Value) -> Option<String> {
    Some(match value {
        Value::String(text) => one_line(text),
        Value::Bool(value) => value.to_string(),
        Value::Number(_) if key == "due" && value.as_u64() == Some(0) => "now".to_owned(),
        Value::Number(number) => match number.as_u64() {
            Some(ms) if DURATIONS.contains(&key) => duration_text(ms),
            _ => number.to_string(),
        },
        Value::Array(items) => {
            items.iter().map(|item| written("", item)).collect::<Option<Vec<_>>>()?.join(", ")
        }
        Value::Object(_) if key == "window" => window(value)?,
        Value::Object(entries) if entries.is_empty() => String::new(),
        Value::Object(_) => return None,
        Value::Null => "null".to_owned(),
    })
}

/// `7 d`, `500 km`, `5 drives`; with the number of buckets where that is not the usual one.
pub(crate) fn window(value: &Value) -> Option<String> {
    let (size, buckets) = (value.get("size")?.as_u64()?, value.get("buckets")?.as_u64()?);
    let (text, usual) = match value.get("by")?.as_str()? {
        "duration" => (duration_text(size), 60),
        "distance" => (distance_text(size), 50),
        "drives" => (format!("{size} {}", if size == 1 { "drive" } else { "drives" }), size),
        _ => return None,
    };
    Some(if buckets == usual { text } else { format!("{text} in {buckets} buckets") })
}

fn distance_text(metres: u64) -> String {
    if metres.is_multiple_of(1_000) { format!("{} km", metres / 1_000) } else { format!("{metres} m") }
}

/// In the largest unit that divides it.
pub(crate) fn duration_text(ms: u64) -> String {
    let units = [(86_400_000, "d"), (3_600_000, "h"), (60_000, "min"), (1_000, "s")];
    match units.iter().find(|(size, _)| ms >= *size && ms.is_multiple_of(*size)) {
        Some((size, unit)) => format!("{} {unit}", ms / size),
        None => format!("{ms} ms"),
    }
}

/// Without line ends and indentation.
pub(crate) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_read_as_a_person_writes_them() {
        for (key, value, expected) in [
            ("for", json!(10_000), Some("10 s")),
            ("for", json!(90_000), Some("90 s")),
            ("cooldown", json!(172_800_000), Some("2 d")),
            ("due", json!(0), Some("now")),
            ("at_least", json!(3), Some("3")),
            ("match", json!(["P0300..P0312", "P0313"]), Some("P0300..P0312, P0313")),
            (
                "window",
                json!({"by": "duration", "size": 604_800_000, "buckets": 7}),
                Some("7 d in 7 buckets"),
            ),
            ("window", json!({"by": "distance", "size": 500_000, "buckets": 50}), Some("500 km")),
            ("window", json!({"by": "drives", "size": 5, "buckets": 5}), Some("5 drives")),
            ("when", json!("a >\n  b"), Some("a > b")),
            ("recommend", json!({"due": 0}), None),
        ] {
            assert_eq!(written(key, &value).as_deref(), expected, "{key} {value}");
        }
    }
}
