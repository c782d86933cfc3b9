//! The answer that Rust gives to a case.

use cc_core::config::{ConfigArm, Layer, Subject, compile};
use cc_core::json::ObjectWriter;
use cc_core::{Arguments, Recommendation, Timestamp, VehicleRef};
use cc_obd::capture::{CaptureFormat, Decoder};
use cc_obd::service::Framing;
use cc_obd::signals::{SignalSet, SignalSets};
use cc_rules::{Pack, Runner, standard_pack};
use chrono::TimeDelta;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::files::{Batch, Case, Profile};

/// What the case's call gives: `{"lines": …}`, `{"batches": …}` or `{"error": code}`.
///
/// `Err` where the case itself is wrong.
pub fn answer(case: &Case) -> Result<Value, String> {
    let answer = match case.call.as_str() {
        "decode" => decoded(case)?.map(|lines| json!({ "lines": lines })),
        "run" => ran(case)?.map(|batches| json!({ "batches": batches })),
        "config" => compiled(case).map(|lines| json!({ "lines": lines })),
        "words" => said(case)?.map(|lines| json!({ "lines": lines })),
        "merge" => merged(case)?.map(|lines| json!({ "lines": lines })),
        "rollout" => buckets(case).map(|lines| json!({ "lines": lines })),
        call => return Err(format!("no such call: {call}")),
    };
    Ok(answer.unwrap_or_else(|code| json!({ "error": code })))
}

/// The name of an error, the same in every language.
type Code = &'static str;

fn decoded(case: &Case) -> Result<Result<Vec<String>, Code>, String> {
    let input = match (&case.input, &case.input_hex) {
        (Some(text), None) => text.clone().into_bytes(),
        (None, Some(digits)) => unhex(digits)?,
        _ => return Err("expected either input or input_hex".to_owned()),
    };
    let format = match case.format.as_deref() {
        Some("asc") => CaptureFormat::Asc,
        Some("csv") => CaptureFormat::Csv,
        Some("elm327") => CaptureFormat::Elm327,
        Some("candump") => CaptureFormat::Candump,
        Some("pairs") => CaptureFormat::Pairs,
        Some("slcan") => CaptureFormat::Slcan,
        Some("push_v2") => return Ok(Ok(stream_lines(&input))),
        _ => return Err("no such format".to_owned()),
    };
    let options = case.options.clone().unwrap_or_default();
    let mut decoder = Decoder::new(format);
    match options.framing.as_deref() {
        None => {}
        Some("can") => decoder = decoder.with_framing(Framing::Can),
        Some("kline") => decoder = decoder.with_framing(Framing::Kline),
        Some(_) => return Err("no such framing".to_owned()),
    }
    if !options.signal_sets.is_empty() {
        let sets = options.signal_sets.iter().map(|json| SignalSet::from_json(json.as_bytes()));
        match sets.collect::<Result<Vec<_>, _>>() {
            Ok(sets) => decoder = decoder.with_signals(SignalSets::new(sets)),
            Err(_) => return Ok(Err("signal_set_invalid")),
        }
    }
    // Byte by byte: any chunking gives the same items, and the other languages give the whole at once.
    for byte in input {
        decoder.push(&[byte]);
    }
    decoder.finish();
    Ok(Ok(std::iter::from_fn(|| decoder.next_item()).map(|item| item.to_canonical_json()).collect()))
}

fn stream_lines(input: &[u8]) -> Vec<String> {
    let line = |item: cc_core::BatchItem| {
        let mut out = String::new();
        let mut object = ObjectWriter::new(&mut out);
        let line = match item.event {
            Ok(event) => {
                object.key("event").push_str(&event.to_json());
                item.last_line
            }
            Err(error) => {
                object.string("error", &error.to_string());
                item.line
            }
        };
        object.number("line", line as f64);
        object.end();
        out
    };
    cc_core::decode_batch(input).map(line).collect()
}

/// The document, its entity tag, then where each value comes from and what experiments meant.
fn compiled(case: &Case) -> Result<Vec<String>, Code> {
    let subject = match case.vehicle.as_deref().map(str::parse) {
        None => Subject::default(),
        Some(Ok(vehicle)) => Subject::vehicle(vehicle),
        Some(Err(_)) => return Err("option_invalid"),
    };
    let subject = case.attributes.iter().fold(subject, |subject, (name, value)| subject.with(name, value));
    let layers: Result<Vec<Layer>, _> =
        case.layers.iter().map(|layer| Layer::parse(&layer.name, &layer.json)).collect();
    match layers.and_then(|layers| compile(&layers, &subject)) {
        Err(_) => Err("config_invalid"),
        Ok(compiled) => {
            let mut lines = vec![compiled.to_json(), compiled.etag()];
            lines.extend(compiled.values().map(|value| value.origin_json()));
            lines.extend(compiled.arms().iter().map(ConfigArm::to_canonical_json));
            Ok(lines)
        }
    }
}

/// The bucket of each vehicle.
fn buckets(case: &Case) -> Result<Vec<String>, Code> {
    let invalid = "option_invalid";
    let experiment = case.experiment.as_deref().and_then(|name| name.parse().ok()).ok_or(invalid)?;
    let bucket = |vehicle: &String| {
        Ok(cc_core::rollout::bucket(&experiment, &vehicle.parse().map_err(|_| invalid)?).to_string())
    };
    case.vehicles.iter().map(bucket).collect()
}

fn loaded(case: &Case) -> Result<Result<Pack, Code>, String> {
    if let Some(signed) = &case.signed {
        let now: Timestamp = signed.now.parse().map_err(|error| format!("now: {error}"))?;
        let Ok(trusted) = signed.trusted_keys.parse() else { return Ok(Err("option_invalid")) };
        return Ok(Pack::load_signed(signed.file.as_bytes(), &trusted, now)
            .map_err(|error| if error.is_untrusted() { "pack_untrusted" } else { "pack_invalid" }));
    }
    Ok(match &case.pack {
        None => Ok(standard_pack()),
        Some(text) => Pack::load(text.as_bytes()).map_err(|_| "pack_invalid"),
    })
}

/// The languages of the pack, then title and text of each message in each language.
fn said(case: &Case) -> Result<Result<Vec<String>, Code>, String> {
    let mut pack = match loaded(case)? {
        Ok(pack) => pack,
        Err(code) => return Ok(Err(code)),
    };
    for catalogue in &case.catalogues {
        match pack.with_catalogue(&catalogue.language, &catalogue.json) {
            Ok(more) => pack = more,
            Err(_) => return Ok(Err("pack_invalid")),
        }
    }
    let mut lines = vec![pack.languages().collect::<Vec<_>>().join(" ")];
    for language in &case.languages {
        for key in &case.messages {
            match pack.message(language, key, &Arguments::new()) {
                Some(message) => lines.extend([message.title, message.text]),
                None => lines.push("no such message".to_owned()),
            }
        }
    }
    Ok(Ok(lines))
}

/// Each recommendation in its canonical form, then the one that all of them make.
fn merged(case: &Case) -> Result<Result<Vec<String>, Code>, String> {
    let pack = match loaded(case)? {
        Ok(pack) => pack,
        Err(code) => return Ok(Err(code)),
    };
    let mut all = Vec::new();
    for batch in &case.batches {
        let mut side = Runner::new(pack.clone(), lateness(batch)?);
        side.feed(cc_core::decode_batch(batch.events.as_bytes()).filter_map(|item| item.event.ok()));
        side.drain();
        all.extend(side.vehicles().flat_map(|vehicle| vehicle.recommendations(&pack)));
    }
    for text in &case.recommendations {
        match Recommendation::from_json(text) {
            Ok(open) => all.push(open),
            Err(_) => return Ok(Err("recommendation_invalid")),
        }
    }
    let mut lines: Vec<_> = all.iter().map(Recommendation::to_canonical_json).collect();
    // From the last to the first: any order gives the same one, and the other languages begin with the first.
    let Some(mut one) = all.pop() else { return Err("expected something to merge".to_owned()) };
    while let Some(next) = all.pop() {
        match next.merge(one) {
            Ok(merged) => one = merged,
            Err(_) => return Ok(Err("recommendation_mismatch")),
        }
    }
    lines.push(one.to_canonical_json());
    Ok(Ok(lines))
}

fn lateness(batch: &Batch) -> Result<TimeDelta, String> {
    let milliseconds = i64::try_from(batch.lateness_ms.unwrap_or(0)).map_err(|error| error.to_string())?;
    Ok(TimeDelta::milliseconds(milliseconds))
}

fn ran(case: &Case) -> Result<Result<Vec<Value>, Code>, String> {
    let pack = match loaded(case)? {
        Ok(pack) => pack,
        Err(code) => return Ok(Err(code)),
    };
    let mut state = case.state_hex.as_deref().map(unhex).transpose()?;
    let mut answers = Vec::new();
    for batch in &case.batches {
        match ran_batch(&pack, case, batch, state.as_deref())? {
            Ok((answer, after)) => {
                answers.push(answer);
                state = Some(after.into_bytes());
            }
            Err(code) => return Ok(Err(code)),
        }
    }
    Ok(Ok(answers))
}

fn ran_batch(
    pack: &Pack,
    case: &Case,
    batch: &Batch,
    state: Option<&[u8]>,
) -> Result<Result<(Value, String), Code>, String> {
    let lateness = lateness(batch)?;
    let mut runner = match state {
        None => Runner::new(pack.clone(), lateness),
        Some(state) => {
            let Ok(text) = std::str::from_utf8(state) else { return Ok(Err("state_invalid")) };
            match Runner::restore(pack.clone(), lateness, text) {
                Ok((runner, _)) => runner,
                Err(_) => return Ok(Err("state_invalid")),
            }
        }
    };
    for profile in &case.profiles {
        let Some((vehicle, profile)) = core_profile(profile) else { return Ok(Err("option_invalid")) };
        runner.set_profile(vehicle, profile);
    }
    let mut rejected = Vec::new();
    // Event by event: any batches give the same changes, and the other languages feed the whole at once.
    for item in cc_core::decode_batch(batch.events.as_bytes()) {
        match item.event {
            Ok(event) => runner.feed([event]),
            Err(error) => rejected.push(json!({ "line": item.line, "reason": error.to_string() })),
        }
    }
    let changes = match &batch.until {
        Some(until) => {
            runner.advance(until.parse::<Timestamp>().map_err(|error| error.to_string())?);
            runner.take_changes()
        }
        None if batch.keep_waiting == Some(true) => runner.take_changes(),
        None => runner.drain(),
    };
    let lines: Vec<_> = changes.iter().map(cc_core::Change::to_canonical_json).collect();
    let state = runner.save();
    let mut answer = json!({ "changes": lines, "rejected": rejected, "late": runner.stats().late });
    if case.with_state {
        answer["state_sha256"] = hex(&Sha256::digest(without_heading(&state).as_bytes())).into();
    }
    Ok(Ok((answer, state)))
}

/// The vehicles of a state. The heading names the pack's hash, which a comma in a text changes.
fn without_heading(state: &str) -> &str {
    state.split_once('\n').map_or("", |(_, vehicles)| vehicles)
}

fn core_profile(profile: &Profile) -> Option<(VehicleRef, cc_rules::Profile)> {
    let Profile { vehicle, engine_family, model, market, fleet } = profile;
    let given = [("engine_family", engine_family), ("model", model), ("market", market), ("fleet", fleet)];
    let mut profile = cc_rules::Profile::default();
    for (dimension, value) in given {
        if let Some(value) = value {
            profile = profile.with(dimension, value)?;
        }
    }
    Some((vehicle.parse().ok()?, profile))
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a text cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn unhex(digits: &str) -> Result<Vec<u8>, String> {
    let pairs = digits.as_bytes().chunks(2);
    pairs
        .map(|pair| {
            let text = std::str::from_utf8(pair).map_err(|error| error.to_string())?;
            u8::from_str_radix(text, 16).map_err(|error| error.to_string())
        })
        .collect()
}
