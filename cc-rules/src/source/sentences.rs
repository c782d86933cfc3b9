//! When a rule holds, in words.

use std::fmt::Write as _;

use serde_json::Value;

use crate::expr::{self, About};
use crate::pack::{duration_text, written};

/// When the rule of a canonical pack holds, and until when, as a sentence; none where an expression has no words. `codes` are
/// the trouble codes of the pack.
pub(super) fn of(rule: &Value, codes: &Value) -> Option<String> {
    let about = About {
        is_code: &|name| codes.get(name).is_some(),
        slope_per: &|window| bucket(&rule["windows"][window]["window"]),
    };
    let mut parts = Vec::new();
    if let Some(when) = rule["when"].as_str() {
        parts.push(expr::words(when, about)?);
    }
    if let Some(block) = rule.get("count") {
        parts.push(if block.get("of_last").is_some() {
            of_last(block, about)?
        } else {
            in_window(block, about)?
        });
    }
    if let Some(block) = rule.get("sequence") {
        let steps: Option<Vec<_>> =
            block["steps"].as_array()?.iter().map(|step| occurred(step, about)).collect();
        parts.push(format!(
            "{}, all within {}",
            steps?.join(", then "),
            written("within", &block["within"])?
        ));
    }
    if let Some(block) = rule.get("absence") {
        parts.push(format!(
            "for {} it did not happen that {}",
            written("for", &block["for"])?,
            occurred(&block["of"], about)?
        ));
    }
    if let Some(block) = rule.get("age") {
        let of = block["of"].as_str()?.replace('_', " ");
        parts.push(format!("the last word on {of} is older than {}", written("over", &block["over"])?));
    }
    if parts.is_empty() {
        return None;
    }
    let mut text = format!("It holds when {}", parts.join(", and "));
    if let Some(wait) = rule["for"].as_u64() {
        let _ = write!(text, ", for {}", written("for", &wait.into())?);
    }
    if let Some(clear) = rule["clear"].as_str() {
        let _ = write!(text, ", and ends when {}", expr::words(clear, about)?);
    }
    if let Some(valid) = rule["valid_for"].as_u64() {
        let _ = write!(text, ", and after {} at the latest", written("valid_for", &valid.into())?);
    }
    text.push('.');
    Some(text)
}

fn in_window(count: &Value, about: About<'_>) -> Option<String> {
    let window = written("window", &count["window"])?;
    let window = window.split(" in ").next().unwrap_or_default();
    let times = count["at_least"].as_u64()?;
    let times = format!("at least {times} {} within {window}", if times == 1 { "time" } else { "times" });
    Some(match count["when"].as_str() {
        Some(when) => format!("{times} it became true that {}", expr::words(when, about)?),
        None => format!("{times} {}", occurred(count, about)?),
    })
}

fn of_last(count: &Value, about: About<'_>) -> Option<String> {
    let unit = match (count["per"].as_str()?, count["held"].as_str()) {
        ("sample", _) => "samples it was true that",
        // A drive counts from its first moment on: it is no hit any more once the condition is false in it.
        (_, Some("whole")) => "drives, the one that goes on included, it was true and at no time false that",
        _ => "drives it was true that",
    };
    let when = expr::words(count["when"].as_str()?, about)?;
    Some(format!("on at least {} of the last {} {unit} {when}", count["at_least"], count["of_last"]))
}

/// What one part of a window is, as that over which a slope is measured.
fn bucket(window: &Value) -> Option<String> {
    let (size, buckets) = (window["size"].as_u64()?, window["buckets"].as_u64()?);
    let size = size.checked_div(buckets)?;
    let text = match window["by"].as_str()? {
        "duration" => duration_text(size),
        "distance" => format!("{} km", size as f64 / 1_000.0),
        _ => "1 drive".to_owned(),
    };
    Some(match text.strip_prefix("1 ") {
        Some("d") => "day".to_owned(),
        Some("h") => "hour".to_owned(),
        Some(unit) => unit.to_owned(),
        None => text,
    })
}

/// An occurrence: a condition that became true, or what was heard.
fn occurred(block: &Value, about: About<'_>) -> Option<String> {
    if let Some(when) = block["when"].as_str() {
        return expr::words(when, about);
    }
    let what = ["code", "event", "signal"].into_iter().find_map(|kind| block[kind].as_str())?;
    Some(format!("{} was heard", what.replace('_', " ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_block_has_its_words() {
        for (rule, sentence) in [
            (
                r#"{"when":"a > 5 V","for":60000,"clear":"a < 4 V"}"#,
                "a is above 5 V, for 1 min, and ends when a is below 4 V.",
            ),
            (
                r#"{"count":{"when":"a > 5 V","at_least":3,"of_last":5,"per":"drive"}}"#,
                "on at least 3 of the last 5 drives it was true that a is above 5 V.",
            ),
            (
                r#"{"count":{"when":"a > 5 V","at_least":3,"of_last":3,"per":"drive","held":"whole"}}"#,
                "on at least 3 of the last 3 drives, the one that goes on included, it was true and at no time false \
                 that a is above 5 V.",
            ),
            (
                r#"{"sequence":{"steps":[{"code":"misfire"},{"when":"a > 5 V"}],"within":600000}}"#,
                "misfire was heard, then a is above 5 V, all within 10 min.",
            ),
            (
                r#"{"absence":{"of":{"event":"can_dtc_scan"},"for":86400000},"valid_for":172800000}"#,
                "for 1 d it did not happen that can dtc scan was heard, and after 2 d at the latest.",
            ),
            (
                r#"{"windows":{"week":{"of":"v","window":{"by":"duration","size":604800000,"buckets":7}}},
                    "when":"misfire && week.slope < -0.1 V"}"#,
                "misfire is reported and the slope of week per day is below -0.1 V.",
            ),
            (
                r#"{"windows":{"way":{"of":"v","window":{"by":"distance","size":500000,"buckets":50}}},
                    "when":"way.slope < -0.1 V"}"#,
                "the slope of way per 10 km is below -0.1 V.",
            ),
            (
                r#"{"age":{"of":"battery_voltage","over":86400000}}"#,
                "the last word on battery voltage is older than 1 d.",
            ),
        ] {
            let rule: Value = serde_json::from_str(rule).unwrap();
            let codes = serde_json::json!({"misfire": {}});
            assert_eq!(of(&rule, &codes).as_deref(), Some(&*format!("It holds when {sentence}")));
        }
        assert_eq!(of(&Value::Null, &Value::Null), None);
    }
}
