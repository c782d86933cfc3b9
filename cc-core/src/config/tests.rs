//! The laws of layers.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec;
use alloc::vec::Vec;

use proptest::prelude::*;
use serde_json::Value as Json;

use super::*;

fn layer(name: &str, json: &str) -> Layer {
    Layer::parse(name, json).unwrap()
}

fn compiled(layers: &[&str]) -> Compiled {
    let layers: Vec<Layer> =
        layers.iter().enumerate().map(|(i, json)| layer(&format!("l{i}"), json)).collect();
    compile(&layers, &Subject::default()).unwrap()
}

/// The examples of RFC 7396, appendix A, whose documents are objects.
#[test]
fn layers_merge_as_rfc_7396_says() {
    for (below, above, result) in [
        (r#"{"a":"b"}"#, r#"{"a":"c"}"#, r#"{"a":"c"}"#),
        (r#"{"a":"b"}"#, r#"{"b":"c"}"#, r#"{"a":"b","b":"c"}"#),
        (r#"{"a":"b"}"#, r#"{"a":null}"#, r"{}"),
        (r#"{"a":"b","b":"c"}"#, r#"{"a":null}"#, r#"{"b":"c"}"#),
        (r#"{"a":["b"]}"#, r#"{"a":"c"}"#, r#"{"a":"c"}"#),
        (r#"{"a":"c"}"#, r#"{"a":["b"]}"#, r#"{"a":["b"]}"#),
        (r#"{"a":{"b":"c"}}"#, r#"{"a":{"b":"d","c":null}}"#, r#"{"a":{"b":"d"}}"#),
        (r#"{"a":[{"b":"c"}]}"#, r#"{"a":[1]}"#, r#"{"a":[1]}"#),
        (r"{}", r#"{"a":{"bb":{"ccc":null}}}"#, r#"{"a":{"bb":{}}}"#),
        (r#"{"a":1}"#, r#"{"a":[null]}"#, r#"{"a":[null]}"#),
    ] {
        assert_eq!(compiled(&[below, above]).to_json(), result, "{below} {above}");
    }
}

#[test]
fn the_document_is_canonical_and_numbers_keep_their_text() {
    let json = "\u{feff} {\"z\": [1, {\"b\": 1E+3, \"a\": 12.50}], \"\u{e000}\": -0, \"\u{1f600}\": \"\\u00e6\\/\", \"n\": 9007199254740993.10 }\n";
    // U+1F600 is D83D DE00 in UTF-16, and comes before U+E000.
    assert_eq!(
        compiled(&[json]).to_json(),
        "{\"n\":9007199254740993.10,\"z\":[1,{\"a\":12.50,\"b\":1E+3}],\"\u{1f600}\":\"æ/\",\"\u{e000}\":-0}"
    );
}

#[test]
fn a_schema_named_for_the_editor_is_not_a_value() {
    assert_eq!(compiled(&[r#"{"$schema": "settings.schema.json", "a": 1}"#]).to_json(), r#"{"a":1}"#);
}

#[test]
fn every_mistake_says_layer_place_and_path() {
    let deep = format!("{}1{}", "{\"a\":".repeat(33), "}".repeat(33));
    let deep_array = format!("{{\"a\":{}{}}}", "[".repeat(32), "]".repeat(32));
    let long = format!("{{\"{}\":1}}", "k".repeat(129));
    let rollout = |inner: &str| format!("{{\"a\":{{\"$rollout\":{{{inner}}}}}}}");
    for (json, error) in [
        ("", "l:1:1: expected a value"),
        ("[]", "l:1:1: expected an object"),
        ("{} {}", "l:1:4: expected nothing more"),
        ("{\"a\":\n01}", "l:2:2: expected ',' or '}'"),
        ("{\"a\":{\"b\":1,\n\"b\":1}}", "l:2:1: /a/b: expected every key once"),
        ("{\"a\":[{\"b\":1,\"b\":1}]}", "l:1:14: /a/0/b: expected every key once"),
        (
            "{\"a/~\":{\"$x\":1}}",
            "l:1:9: /a~1~0/$x: expected no key with '$' here but $rollout, alone in its object, and $schema, in the document itself",
        ),
        (
            "{\"a\":[{\"$rollout\":1}]}",
            "l:1:8: /a/0/$rollout: expected no key with '$' here but $rollout, alone in its object, and $schema, in the document itself",
        ),
        (
            "{\"$rollout\":{}}",
            "l:1:2: /$rollout: expected no key with '$' here but $rollout, alone in its object, and $schema, in the document itself",
        ),
        (
            "{\"a\":{\"$rollout\":{},\"b\":1}}",
            "l:1:7: /a/$rollout: expected no key with '$' here but $rollout, alone in its object, and $schema, in the document itself",
        ),
        ("{\"a\":\"\\ud800\"}", "l:1:6: /a: expected a text without half a surrogate pair"),
        ("{\"\\ud800\":1}", "l:1:2: expected a key without half a surrogate pair"),
        (
            &deep,
            "l:1:161: /a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a: expected at most 32 levels of nesting",
        ),
        (
            &deep_array,
            "l:1:37: /a/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0: expected at most 32 levels of nesting",
        ),
        (&long, &format!("l:1:2: /{}: expected a key of at most 128 bytes, found 129", "k".repeat(129))),
        (&rollout(""), "l:1:18: /a/$rollout/experiment: expected a value"),
        (
            &rollout("\"experiment\":\"A\",\"percent\":1,\"value\":1"),
            "l:1:32: /a/$rollout/experiment: $rollout: expected a name of a-z, 0-9, '.', '_' and '-', found 'A'",
        ),
        (
            &rollout("\"experiment\":\"a\",\"percent\":\"1\",\"value\":1"),
            "l:1:46: /a/$rollout/percent: $rollout: expected a percentage from 0 to 100 with at most two decimals",
        ),
        (
            &rollout("\"experiment\":\"a\",\"percent\":1"),
            "l:1:18: /a/$rollout: expected either value or arms",
        ),
        (
            &rollout("\"experiment\":\"a\",\"percent\":1,\"value\":1,\"oops\":1"),
            "l:1:58: /a/$rollout/oops: expected no other member than a rollout has",
        ),
        (
            &rollout("\"experiment\":\"a\",\"percent\":1,\"arms\":{}"),
            "l:1:55: /a/$rollout/arms: expected an array of arms",
        ),
        (
            &rollout("\"experiment\":\"a\",\"percent\":1,\"arms\":[]"),
            "l:1:55: /a/$rollout/arms: $rollout: arms: expected 1 to 32, found 0",
        ),
        (
            &rollout("\"experiment\":\"a\",\"percent\":1,\"value\":1,\"only\":{\"m\":\"dk\"}"),
            "l:1:70: /a/$rollout/only/m: expected an array of texts",
        ),
    ] {
        assert_eq!(Layer::parse("l", json).unwrap_err().to_string(), error, "{json}");
    }
    assert_eq!(Layer::parse("l", b"{\"\xff\":1}").unwrap_err().to_string(), "l:1:3: expected UTF-8");
    assert_eq!(
        Layer::parse("l", vec![b' '; LARGEST_LAYER + 1]).unwrap_err().to_string(),
        "l:1:1: expected at most 1048576 bytes, found 1048577"
    );
    assert_eq!(
        Layer::parse("l\n", "{}").unwrap_err().to_string(),
        "layer: expected a layer's name of 1 to 128 bytes without control characters"
    );
    let two = r#"{"a":{"$rollout":{"experiment":"x","percent":1,"value":1}},
        "b":{"$rollout":{"experiment":"x","percent":2,"value":1}}}"#;
    assert_eq!(
        Layer::parse("l", two).unwrap_err().to_string(),
        "l:2:13: /b: expected the percentage, arms and targets that x has elsewhere in the layer"
    );
    let many: Vec<Layer> = (0..65).map(|i| layer(&i.to_string(), "{}")).collect();
    assert_eq!(
        compile(&many, &Subject::default()).unwrap_err().to_string(),
        "64: expected at most 64 layers"
    );
}

#[test]
fn every_value_says_where_it_comes_from() {
    let layers = [
        layer("global", "{\"a\": {\"x\": 1, \"y\": 2},\n \"e\": {}}"),
        layer("brand", "{\"a\": {\"y\": {\"z\": []}},\n\n \"b~/\": \"ü\"}"),
    ];
    let document = compile(&layers, &Subject::default()).unwrap();
    let origins: Vec<String> = document.values().map(|value| value.origin_json()).collect();
    assert_eq!(
        origins,
        [
            r#"{"column":13,"layer":"global","line":1,"path":"/a/x"}"#,
            r#"{"column":19,"layer":"brand","line":1,"path":"/a/y/z"}"#,
            r#"{"column":9,"layer":"brand","line":3,"path":"/b~0~1"}"#,
            r#"{"column":7,"layer":"global","line":2,"path":"/e"}"#,
        ]
    );
    assert_eq!(document.origin("/a").unwrap().to_string(), "global:1:7");
    assert_eq!(document.get("/b~0~1"), Some("\"ü\"".to_string()));
    for absent in ["/a/x/y", "/c", "a", "/b~2"] {
        assert_eq!(document.get(absent), None, "{absent}");
    }
}

/// semler/7 is in bucket 2,784 of `new_map` and local/0 in 672.
#[test]
fn rollouts_are_resolved_before_layers_merge() {
    let set = |share: &str, rest: &str| {
        format!(r#"{{"map":{{"$rollout":{{"experiment":"new_map","percent":{share},{rest}}}}}}}"#)
    };
    let below = r#"{"map":{"style":"plain","zoom":3}}"#;
    let of = |json: &str, subject: Subject| {
        compile(&[layer("below", below), layer("above", json)], &subject).unwrap().to_json()
    };
    let car = |id: &str| Subject::vehicle(id.parse().unwrap());
    let (yes, no) = (r#"{"map":{"style":"new","zoom":3}}"#, below);
    let value = r#""value":{"style":"new"}"#;
    assert_eq!(of(&set("27.85", value), car("semler/7")), yes);
    assert_eq!(of(&set("27.84", value), car("semler/7")), no);
    assert_eq!(of(&set("100", value), Subject::default()), no);
    assert_eq!(of(&set("10", &format!("{value},\"otherwise\":null")), car("semler/7")), "{}");
    assert_eq!(of(&set("100", r#""value":null"#), car("semler/7")), "{}");
    let only = format!("{value},\"only\":{{\"market\":[\"se\",\"dk\"]}}");
    assert_eq!(of(&set("100", &only), car("semler/7")), no);
    assert_eq!(of(&set("100", &only), car("semler/7").with("market", "no")), no);
    assert_eq!(of(&set("100", &only), car("semler/7").with("market", "dk")), yes);
    let only = format!("{value},\"only\":{{\"vehicle\":[\"semler/7\"]}}");
    assert_eq!(of(&set("100", &only), car("semler/7")), yes);
    let forced = |arm| Subject::default().in_arm("new_map".parse().unwrap(), arm);
    assert_eq!(of(&set("0", value), forced("on")), yes);
    assert_eq!(of(&set("100", &only), forced("on")), yes);
    assert_eq!(of(&set("100", value), forced("off")), no);
    assert_eq!(of(&set("100", value), car("semler/7").in_arm("new_map".parse().unwrap(), "off")), no);

    // Arm buckets: semler/7 713, local/0 5,500. An arm without a value is one whose vehicles keep what is below.
    let arms = r#""arms":[{"name":"control","percent":50},{"name":"new","percent":50,"value":1}]"#;
    assert_eq!(of(&set("100", arms), car("semler/7")), no);
    assert_eq!(of(&set("100", arms), car("local/0")), r#"{"map":1}"#);
    let json = set("100", arms);
    let document = compile(&[layer("above", &json)], &car("local/0")).unwrap();
    let arms: Vec<String> = document.arms().iter().map(ConfigArm::to_canonical_json).collect();
    assert_eq!(arms, [r#"{"arm":"new","experiment":"new_map","layer":"above","path":"/map"}"#]);
}

#[test]
fn debug_shows_no_value() {
    let document = compiled(&[r#"{"owner":"WVWZZZ1KZAM000001"}"#]);
    let car = Subject::vehicle("local/0".parse().unwrap()).with("owner", "WVWZZZ1KZAM000001");
    let text = format!("{document:?} {car:?}");
    assert!(!text.contains("WVW"), "{text}");
}

/// JSON Merge Patch as RFC 7396 §2 defines it, written for this test.
fn merge_patch(target: &mut Json, patch: &Json) {
    let Json::Object(patch) = patch else {
        *target = patch.clone();
        return;
    };
    if !target.is_object() {
        *target = Json::Object(serde_json::Map::new());
    }
    let members = target.as_object_mut().unwrap();
    for (key, value) in patch {
        if value.is_null() {
            members.remove(key);
        } else {
            merge_patch(members.entry(key.clone()).or_insert(Json::Null), value);
        }
    }
}

fn json_value() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        any::<i32>().prop_map(Json::from),
        "[a-c\"\\\\ü]{0,3}".prop_map(Json::from),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![prop::collection::vec(inner.clone(), 0..3).prop_map(Json::from), object(inner),]
    })
}

fn object(inner: impl Strategy<Value = Json>) -> impl Strategy<Value = Json> {
    prop::collection::btree_map("[a-d~/]{1,2}", inner, 0..4)
        .prop_map(|map| Json::Object(map.into_iter().collect()))
}

proptest! {
    #[test]
    fn any_layers_merge_as_the_reference_does(layers in prop::collection::vec(object(json_value()), 0..4)) {
        let mut expected = Json::Object(serde_json::Map::new());
        for layer in &layers {
            merge_patch(&mut expected, layer);
        }
        let texts: Vec<String> = layers.iter().map(Json::to_string).collect();
        let document = compiled(&texts.iter().map(String::as_str).collect::<Vec<_>>());
        prop_assert_eq!(serde_json::from_str::<Json>(&document.to_json()).unwrap(), expected.clone());
        // Every value is found by its path, and all values make the document again.
        let mut again = Vec::new();
        for value in document.values() {
            prop_assert_eq!(document.get(&value.path), Some(value.json.to_string()));
            prop_assert_eq!(expected.pointer(&value.path).map(Json::to_string), Some(value.json.to_string()));
            again.push((value.path.clone(), value.json.to_string()));
        }
        let again = Layer::from_keys("again", again.iter().map(|(path, json)| (path.as_str(), json.as_str()))).unwrap();
        let again = compile(&[again], &Subject::default()).unwrap();
        prop_assert_eq!(again.to_json(), document.to_json());
        prop_assert_eq!(again.etag(), document.etag());
        prop_assert!(document.changes(&again).is_empty());
        // What was compiled is a layer that compiles to itself.
        prop_assert_eq!(compiled(&[&document.to_json()]).to_json(), document.to_json());
    }

    #[test]
    fn any_text_is_a_layer_or_an_error(text in "\\PC{0,24}|[\\[\\]{}\",:0-9ae.$\\\\ ]{0,32}") {
        if let Ok(layer) = Layer::parse("l", &text) {
            let document = compile(&[layer], &Subject::default()).unwrap();
            prop_assert!(Layer::parse("l", document.to_json()).is_ok());
        }
    }
}
