//! Messages: texts that are checked against their rules, and languages that are added to a loaded pack.
#![cfg(feature = "source")]
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use cc_core::{Argument, Arguments, MeasureUnit};
use cc_rules::Pack;

const HEAD: &str =
    "pack: {id: t, version: 1.0.0, language: 1, min_engine: 0.2.0}\nsignals: {blend: {kind: text}}";

const RULES: &str = "
codes: {misfire: {match: [P0300..P0312]}}
rules:
- id: r
  when: misfire && ignition
  recommend: {action: book, urgency: low, message: tyres, args: {n: misfire.count, on: ignition, volts: battery_voltage, day: misfire.since, fuel: blend}}
messages:
";

fn with_text(language: &str, text: &str) -> Result<Pack, String> {
    let text = format!("{HEAD}{RULES}  {language}: {{tyres: {{text: \"{text}\"}}}}\n");
    cc_rules::source::compile("t.yaml", &[("t.yaml", &text)])
        .map(|compiled| compiled.pack)
        .map_err(|found| found.to_string())
}

fn args(n: f64) -> Arguments {
    Arguments::from([("n".into(), Argument::Number { value: n, unit: MeasureUnit::One })])
}

#[test]
fn a_text_fits_the_arguments_of_its_rule() {
    for (language, text, expected) in [
        ("en", "{n, plural, one {# tyre} other {# tyres}} {on, select, true {on} false {off}}", None),
        ("en", "{volts, number, .2} {volts:mV} {fuel, select, diesel {d} other {o}} {day}", None),
        (
            "en",
            "{m}",
            Some(
                "the text asks for an argument that its rule `r` does not give [unknown-argument]; did you mean `n`?",
            ),
        ),
        ("en", "{on, plural, other {#}}", Some("the argument is no number [argument-type]")),
        ("en", "{day, number}", Some("the argument is no number [argument-type]")),
        (
            "en",
            "{volts, select, true {x} other {y}}",
            Some("the argument is neither true or false nor a text [argument-type]"),
        ),
        ("en", "{on, select, true {x}}", Some("the select needs a case `other` [argument-type]")),
        ("en", "{fuel, select, true {x} false {y}}", Some("the select needs a case `other` [argument-type]")),
        ("en", "{n, plural, one {{k}} other {x}}", Some("[unknown-argument]")),
        ("en", "{n, plural, one {x}}", Some("a plural has a case `other` [bad-message]; add `other {…}`")),
        (
            "en",
            "{n, plural, few {x} other {y}}",
            Some("the language has no such plural form, so this case is never spoken [unknown-plural]"),
        ),
        ("pl", "{n, plural, one {x} few {y} many {z} other {o}}", None),
        ("haw", "{n, plural, two {x} other {y}}", None),
        (
            "en",
            "{n:laps}",
            Some("the text asks for an argument in a unit that does not exist [unknown-unit]"),
        ),
        ("en", "a { b", Some("[bad-message]")),
    ] {
        match (with_text(language, text), expected) {
            (Ok(_), None) => {}
            (Err(found), Some(expected)) => {
                assert!(found.contains(expected) && found.lines().count() == 1, "{text}\n{found}");
            }
            (result, _) => panic!("{text}\n{result:?}"),
        }
    }
}

#[test]
fn a_bad_text_is_reported_at_its_character() {
    let found = with_text("en", "fine {m}").unwrap_err();
    let column = "  en: {tyres: {text: \"fine {m".chars().count();
    assert!(found.contains(&format!(":{column}: ")), "{found}");
}

#[test]
fn a_language_is_added_to_a_loaded_pack() {
    let pack = with_text("en", "{n, plural, one {# tyre} other {# tyres}}").unwrap();
    let polish = "{n, plural, one {# opona} few {# opony} many {# opon} other {# opony}}";
    let json = format!(r#"{{"messages":{{"pl":{{"tyres":{{"text":"{polish}"}}}}}}}}"#);
    let yaml = format!("messages:\n  pl:\n    tyres: '{polish}'\n");
    for catalogue in [&json, &yaml] {
        let both = pack.with_catalogue("pl", catalogue).unwrap();
        let say = |language: &str, n: f64| both.message(language, "tyres", &args(n)).unwrap().text;
        assert_eq!(
            [say("pl", 1.0), say("pl", 3.0), say("pl", 5.0), say("pl", 0.5), say("pl-PL", 22.0)],
            ["1 opona", "3 opony", "5 opon", "0,5 opony", "22 opony"]
        );
        assert_eq!([say("en", 1.0), say("de", 2.0)], ["1 tyre", "2 tyres"]);
        assert_eq!(both.hash(), pack.hash());
        assert_eq!(both.to_canonical_json(), pack.to_canonical_json());
        assert_eq!(both.languages().collect::<Vec<_>>(), ["en", "pl"]);
        assert_eq!(pack.languages().collect::<Vec<_>>(), ["en"]);
    }
}

#[test]
fn an_added_catalogue_may_be_partial_and_goes_before_the_packs_own() {
    let pack = cc_rules::standard_pack();
    let german =
        r#"{"messages":{"de":{"spark_plugs":{"title":"Zündkerzen","text":"Bitte in die Werkstatt."}}}}"#;
    let added = pack.with_catalogue("de", german).unwrap();
    let title = |language: &str, key: &str| added.message(language, key, &Arguments::new()).unwrap().title;
    assert_eq!(title("de", "spark_plugs"), "Zündkerzen");
    assert_eq!(title("de", "overheat"), title("en", "overheat"));
    let own = r#"{"messages":{"en":{"spark_plugs":{"text":"Plugs."}}}}"#;
    let again = added.with_catalogue("en", own).unwrap();
    assert_eq!(again.message("en-GB", "spark_plugs", &Arguments::new()).unwrap().text, "Plugs.");
    assert_eq!(again.message("de", "spark_plugs", &Arguments::new()).unwrap().title, "Zündkerzen");
}

#[test]
fn a_catalogue_that_does_not_fit_is_refused() {
    let pack = with_text("en", "{n}").unwrap();
    for (language, text, expected) in [
        (
            "de",
            "{\"messages\":{\"de\":{\"tyre\":{\"text\":\"x\"}}}}",
            "messages: no rule speaks this message [unknown-message]; did you mean `tyres`?",
        ),
        (
            "de",
            "{\"messages\":{\"de\":{\"tyres\":{\"text\":\"{m}\"}}}}",
            "messages: the text asks for an argument that its rule `r` does not give [unknown-argument]; did you mean `n`?",
        ),
        (
            "de",
            "{\"messages\":{\"da\":{\"tyres\":{\"text\":\"x\"}}}}",
            "messages: the file has messages in another language than the one that it is added for [unknown-language]",
        ),
        (
            "de",
            "{\"messages\":{\"de\":{\"tyres\":{\"txt\":\"x\"}}}}",
            "messages: not a file of messages, at line 1 column 33 [not-a-catalogue]",
        ),
        (
            "d e",
            "{\"messages\":{}}",
            "messages: not the tag of a language [bad-language]; write a language as `da`, one with a region as `de-AT`",
        ),
        (
            "de",
            "messages:\n  de:\n    tyres: {txt: x}\n",
            ":3:13: unknown key [unknown-key]; did you mean `text`?",
        ),
        ("de", "messages: [", ":1:"),
        ("de", "rules: []", ":1:1: unknown key [unknown-key]"),
    ] {
        let found = pack.with_catalogue(language, text).unwrap_err().to_string();
        assert!(found.starts_with(expected), "{text}\n{found}");
    }
    let huge = " ".repeat(cc_rules::limits::MAX_PACK_BYTES + 1);
    let found = pack.with_catalogue("de", &huge).unwrap_err();
    assert_eq!(found.0[0].code, "too-big");
}

#[test]
fn a_message_without_words_and_a_language_by_another_name_are_findings() {
    for (messages, expected) in [
        ("  en: {tyres: {title: T}}", ":9:8: a message needs a `text` [missing-key]"),
        ("  en: {tyres: {text: \"\"}}", ":9:22: a message needs a `text` [missing-key]"),
        ("  en: {tyres: \" \"}", ":9:15: a message needs a `text` [missing-key]"),
        ("  en: {tyres: {title: \"\", text: T}}", ":9:23: the title is empty [missing-key]"),
        ("  en: {tyres: {text: }}", ":9:20: the value is missing [empty-value]"),
        (
            "  DA: {tyres: T}",
            ":9:3: not how the tag of a language is written [bad-language]; did you mean `da`?",
        ),
        ("  dansk: {tyres: T}", ":9:3: not the tag of a language [bad-language]; did you mean `da`?"),
        ("  dk: {tyres: T}", ":9:3: not the tag of a language [bad-language]; did you mean `da`?"),
        (
            "  da-dk: {tyres: T}",
            ":9:3: not how the tag of a language is written [bad-language]; did you mean `da-DK`?",
        ),
        (
            "  xx: {tyres: T}",
            ":9:3: not the tag of a language [bad-language]; write a language as `da`, one with a region as `de-AT`",
        ),
    ] {
        let text = format!("{HEAD}{RULES}{messages}\n");
        let found = cc_rules::source::compile("t.yaml", &[("t.yaml", &text)]).unwrap_err();
        assert_eq!(found.to_string(), format!("t.yaml{expected}"), "{messages}");
    }
}

#[test]
fn a_language_with_a_region_serves_those_who_ask_for_another_or_none() {
    let text = format!("{HEAD}{RULES}  en: {{tyres: Tyres.}}\n  da-DK: {{tyres: Dæk.}}\n");
    let pack = cc_rules::source::compile("t.yaml", &[("t.yaml", &text)]).unwrap().pack;
    let say = |language: &str| pack.message(language, "tyres", &Arguments::new()).unwrap().text;
    assert_eq!(
        ["da", "da-DK", "da-GL", "de", "en-GB"].map(say),
        ["Dæk.", "Dæk.", "Dæk.", "Tyres.", "Tyres."]
    );
}
