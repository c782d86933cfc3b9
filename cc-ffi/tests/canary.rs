//! A VIN, a position and a token planted in the input appear in no error and no text form.

use cc_ffi::{
    CaptureFormat, ConfigAttribute, ConfigLayer, ConfigSubject, DecodeOptions, RulePack, RunOptions,
    compile_config, decode, merge_recommendations, read_recommendation, rollout_bucket,
};

const VIN: &str = "1HGCM82633A004352";
const PLACE: &str = "55.676123";
const TOKEN: &str = "tok_5ecre7";

fn is_clean(text: &str) -> bool {
    ![VIN, PLACE, TOKEN].iter().any(|secret| text.contains(secret))
}

fn events() -> String {
    let head =
        format!(r#""vin":"{VIN}","organizationKey":"local","vehicleId":0,"time":"2026-05-01T10:00:00Z""#);
    [
        format!(r#"{{"id":1,{head},"type":"can_vin","value":"{VIN}","token":"{TOKEN}"}}"#),
        format!(
            r#"{{"id":2,{head},"type":"gps_position","latitude":{PLACE},"longitude":12.5,"speed":null}}"#
        ),
        format!(r#"{{"id":3,{head},"type":"gps_position","latitude":"{PLACE}","longitude":"{TOKEN}"}}"#),
        format!(r#"{{"id":4,{head},"time":"{TOKEN}","type":"{VIN}"}}"#),
        format!("{VIN} {PLACE} {TOKEN}"),
    ]
    .join("\n")
}

#[test]
fn decoded_items_show_where_they_stand_and_not_what_the_car_said() {
    let answer = VIN.bytes().map(|byte| format!("{byte:02X}")).collect::<Vec<_>>().join(" ");
    let frames = "7E8 10 14 49 02 01 31 48 47\r7E8 21 43 4D 38 32 36 33 33\r7E8 22 41 30 30 34 33 35 32\r\r>";
    for (format, input) in [
        (CaptureFormat::PushV2, events()),
        (CaptureFormat::Pairs, format!("0902>490201{answer}\n22F190>62F190{answer}\n{VIN}>{TOKEN}\n")),
        (CaptureFormat::Elm327, format!("{frames}{VIN} {PLACE} {TOKEN}\r>")),
        (CaptureFormat::Candump, format!("(1.0) {TOKEN} 7E8#{VIN}\n{PLACE}\n")),
    ] {
        let items = decode(input.into_bytes(), format, DecodeOptions::default()).unwrap();
        assert!(!items.is_empty());
        for item in &items {
            assert!(is_clean(&format!("{item:?} {item}")), "{format:?}: {item:?}");
        }
    }
}

#[test]
fn runs_and_errors_show_no_secret() {
    let pack = RulePack::standard().unwrap();
    let options = RunOptions { keep_waiting: true, ..RunOptions::default() };
    let outcome = pack.run(events().into_bytes(), options).unwrap();
    assert!(is_clean(&format!("{outcome:?}")), "{outcome:?}");
    assert!(outcome.rejected.iter().all(|line| is_clean(&line.reason)), "{:?}", outcome.rejected);
    let next = RunOptions { state: Some(outcome.state), ..RunOptions::default() };
    assert!(is_clean(&format!("{next:?}")));

    let damaged = RunOptions { state: Some(events().into_bytes()), ..RunOptions::default() };
    let error = pack.run(Vec::new(), damaged).unwrap_err();
    assert!(is_clean(&format!("{error:?} {error}")), "{error}");
    let sets = DecodeOptions { signal_sets: vec![events().into_bytes()], ..DecodeOptions::default() };
    let error = decode(Vec::new(), CaptureFormat::Pairs, sets).unwrap_err();
    assert!(is_clean(&format!("{error:?} {error}")), "{error}");
}

#[test]
fn settings_and_their_errors_show_no_secret() {
    let layer = |json: String| ConfigLayer { name: "vehicle".to_owned(), json: json.into_bytes() };
    let subject = ConfigSubject {
        vehicle: Some("local/0".to_owned()),
        attributes: vec![ConfigAttribute { name: "owner".to_owned(), value: VIN.to_owned() }],
    };
    let good = layer(format!(r#"{{"owner":"{VIN}","home":[{PLACE}],"token":"{TOKEN}"}}"#));
    let config = compile_config(vec![good.clone()], subject.clone()).unwrap();
    assert!(config.json.contains(VIN));
    let shown = format!("{good:?} {subject:?} {config:?} {:?} {:?}", config.origins, config.arms);
    assert!(is_clean(&shown), "{shown}");
    for json in [
        format!(r#"{{"owner":"{VIN}""#),
        format!(r#"{{"a":"{VIN}","a":"{TOKEN}"}}"#),
        format!(r#"{{"a":{{"$rollout":{{"experiment":"{VIN}","percent":{PLACE},"value":"{TOKEN}"}}}}}}"#),
        format!(r#"{{"a":{{"$rollout":{{"experiment":"x","percent":"{VIN}","value":"{TOKEN}"}}}}}}"#),
    ] {
        let error = compile_config(vec![layer(json)], subject.clone()).unwrap_err();
        assert!(is_clean(&format!("{error:?} {error}")), "{error}");
    }
    let error = rollout_bucket("x".to_owned(), VIN.to_owned()).unwrap_err();
    assert!(is_clean(&format!("{error:?} {error}")), "{error}");
}

#[test]
fn recommendations_and_their_errors_show_no_secret() {
    let good = format!(
        r#"{{"id":"00112233445566778899aabbccddeeff","vehicle":"local/0","group":"g","rule":"r","since":"2026-05-01T10:00:00Z",
        "urgency":"low","action":"book","message":"m","args":{{"a":"{VIN}","b":{PLACE},"c":"{TOKEN}"}}}}"#
    );
    let open = read_recommendation(good.clone()).unwrap();
    assert!(open.json.contains(VIN) && is_clean(&format!("{open:?} {open}")), "{open:?}");
    for (from, to) in [
        ("\"low\"", VIN),
        ("low", VIN),
        ("book", TOKEN),
        ("local/0", TOKEN),
        ("local", TOKEN),
        ("\"g\"", PLACE),
        ("\"g\"", &format!("\"{VIN}\"")),
        ("00112233", TOKEN),
        ("2026-05-01", PLACE),
        ("\"a\":", &format!("\"{VIN}\":null,\"a\":")),
    ] {
        let error = merge_recommendations(good.clone(), good.replace(from, to)).unwrap_err();
        assert!(is_clean(&format!("{error:?} {error}")), "{error}");
    }
}
