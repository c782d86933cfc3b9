//! A user's table: what is read, what is refused, and what stays ours.

use alloc::string::ToString;
use alloc::vec::Vec;

use proptest::prelude::*;

use super::*;
use crate::{Action, Urgency};

fn csv(table: &str) -> (Overlay, Vec<alloc::string::String>) {
    let (overlay, errors) = Overlay::from_csv(table).unwrap();
    (overlay, errors.iter().map(ToString::to_string).collect())
}

fn words(overlay: &Overlay, code: &str, language: Language) -> alloc::string::String {
    overlay.describe(code.parse().unwrap(), language).to_string()
}

#[test]
fn a_row_goes_before_our_words_and_only_in_its_language() {
    let (overlay, errors) = csv("code,component,failure,location,language,urgency,action\n\
         P1351,Zündmodul,Kabel lose,links,de,critical,stop_safely\n\
         P0301,Own words,,,,,\n");
    assert_eq!(errors, Vec::<alloc::string::String>::new());
    assert_eq!(words(&overlay, "P1351", Language::German), "Zündmodul (links): Kabel lose");
    assert_eq!(
        words(&overlay, "P1351", Language::English),
        "Ignition and misfire: meaning given by the maker"
    );
    assert_eq!(words(&overlay, "P0301", Language::Swedish), "Own words");
    let text = overlay.describe("P1351".parse().unwrap(), Language::German);
    assert_eq!((text.urgency, text.action), (Urgency::Critical, Action::StopSafely));
    assert_eq!(text.what_to_do, "Sobald es sicher ist anhalten und nicht weiterfahren.");
    let text = overlay.describe("P0301".parse().unwrap(), Language::German);
    assert_eq!((text.urgency, text.action, text.origin), (Urgency::High, Action::Book, Origin::User));
}

#[test]
fn a_row_for_two_bytes_holds_for_three_and_for_the_vag_number() {
    let (overlay, _) = csv("code,component\nP1570,Immobiliser\nP157013,Immobiliser cable\n");
    assert_eq!(words(&overlay, "VAG 17978", Language::English), "Immobiliser");
    assert_eq!(words(&overlay, "P157011", Language::English), "Immobiliser – shorted to ground");
    assert_eq!(words(&overlay, "P157013", Language::English), "Immobiliser cable");
    assert_eq!(words(&overlay, "P157000", Language::English), "Immobiliser");
}

#[test]
fn tables_are_read_as_spreadsheets_write_them() {
    for table in [
        "code,component\r\nP1351,\"Pump, \"\"left\"\"\"\r\n",
        "\u{FEFF}Component;Code\n\"Pump, \"\"left\"\"\";P1351\n\n;\n",
        " code , component \n P1351 , \"Pump, \"\"left\"\"\"",
    ] {
        let (overlay, errors) = csv(table);
        if errors.is_empty() {
            assert_eq!(words(&overlay, "P1351", Language::English), "Pump, \"left\"", "{table}");
        } else {
            // A space before a quotation mark makes the mark a part of the field.
            assert_eq!(errors, ["line 2: a quotation mark inside a field, or one that is not closed"]);
        }
    }
}

#[test]
fn bad_rows_say_where_and_why_and_do_not_stop_the_others() {
    let long = "x".repeat(201);
    let table = alloc::format!(
        "code,component,language,urgency,action\n\
         P03,Short code,,,\n\
         ,No code,,,\n\
         P1000,,,,\n\
         P1001,Language,fr,,\n\
         P1002,Urgency,,urgent,\n\
         P1003,Action,,,panic\n\
         P1004,a,b,c,d,e\n\
         P1005,\"open quote,,,\n\
         P1006,{long},,,\n\
         P1007,\"line\nend\",,,\n\
         P1008,Good,,,\n\
         P1008,Again,,,\n\
         P1008,Englisch,en,,\n"
    );
    let (overlay, errors) = csv(&table);
    assert_eq!(
        errors,
        [
            "line 2: code: expected 5 characters, found 3",
            "line 3: code: missing",
            "line 4: component: missing",
            "line 5: language: expected one of da, de, en, es, nb, sv",
            "line 6: urgency: expected info, low, medium, high or critical",
            "line 7: action: expected text_workshop, book, call_assistance, stop_safely, battery_test, \
             check_yourself or none",
            "line 8: expected 5 fields, found 6",
            "line 9: a quotation mark inside a field, or one that is not closed",
            "line 10: component: expected at most 200 characters",
            "line 11: component: a control character",
            "line 14: the code has a row in this language above",
        ]
    );
    assert_eq!(overlay.len(), 2);
    assert_eq!(words(&overlay, "P1008", Language::English), "Englisch");
    assert_eq!(words(&overlay, "P1008", Language::Danish), "Good");
}

#[test]
fn tables_that_are_none_are_refused_whole() {
    let refused = |table: &str| Overlay::from_csv(table).unwrap_err().to_string();
    assert_eq!(refused(""), "the table has no column code");
    assert_eq!(refused("code\nP0301\n"), "the table has no column component");
    assert_eq!(refused("code,component,code\n"), "the table has two columns code");
    assert_eq!(
        refused("code,meaning\n"),
        "column 2 has an unknown name, expected code, component, failure, location, language, urgency or action"
    );
    let refused = |table: &str| Overlay::from_json(table).unwrap_err().to_string();
    assert_eq!(refused("{}"), "not a JSON list, at line 1");
    assert_eq!(refused("[\n{},\n"), "not a JSON list, at line 3");
    let long = " ".repeat(Overlay::LONGEST_TABLE + 1);
    assert_eq!(refused(&long), "expected at most 8388608 bytes, found 8388609");
    let many = alloc::format!("code,component\n{}", "P0,x\n".repeat(Overlay::MOST_ROWS + 1));
    assert_eq!(Overlay::from_csv(&many), Err(TableError::Rows { most: Overlay::MOST_ROWS }));
}

#[test]
fn json_rows_are_those_of_csv() {
    let (json, errors) = Overlay::from_json(
        "[{\"code\": \"P1351\", \"component\": \"P\\u00fcmpe\"},\n 5,\n {\"code\": \"P1\", \"component\": \"x\"},\n\
         {\"code\": \"P1352\", \"component\": \"x\", \"colour\": \"red\"}]",
    )
    .unwrap();
    let (table, _) = csv("code,component\nP1351,Pümpe\n");
    assert_eq!(json, table);
    assert_eq!(
        errors.iter().map(ToString::to_string).collect::<Vec<_>>(),
        [
            "line 2: not an object of texts by the names of columns",
            "line 3: code: expected 5 characters, found 2",
            "line 4: not an object of texts by the names of columns",
        ]
    );
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in "(code,component\n)?[a-zA-Z0-9,;\"\n\r {}\\[\\]:]{0,80}") {
        let _ = Overlay::from_csv(&text);
        let _ = Overlay::from_json(&text);
    }

    #[test]
    fn quoted_fields_come_back_as_they_were_written(
        component in "[a-zæøåÆØÅ\",;][a-z \",;]{0,20}[a-z\",;]",
        raw in 0x1000_u16..0x2000,
    ) {
        let code = crate::J2012Dtc::from_raw(raw);
        let table = alloc::format!("code,component\n{code},\"{}\"\n", component.replace('"', "\"\""));
        let (overlay, errors) = Overlay::from_csv(&table).unwrap();
        prop_assert!(errors.is_empty(), "{:?}", errors);
        prop_assert_eq!(overlay.describe(code.into(), Language::English).to_string(), component);
    }

    #[test]
    fn csv_and_json_of_the_same_rows_are_the_same_table(
        rows in proptest::collection::btree_map(0x1000_u16..0x1400, "[a-z\"\\\\]{1,12}", 0..20),
    ) {
        let mut csv = alloc::string::String::from("code,component\n");
        let mut json = Vec::new();
        for (raw, component) in &rows {
            let code = crate::J2012Dtc::from_raw(*raw);
            let quoted = component.replace('"', "\"\"");
            csv.extend([&code.to_string(), ",\"", &quoted, "\"\n"]);
            json.push(serde_json::json!({"code": code.to_string(), "component": component}));
        }
        let json = serde_json::to_string(&json).unwrap();
        prop_assert_eq!(Overlay::from_csv(&csv), Overlay::from_json(&json));
    }
}
