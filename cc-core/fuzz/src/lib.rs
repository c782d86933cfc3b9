//! The target functions. Each takes any bytes and must neither panic nor break its law.
//!
//! `cc-core/tests/fuzz_corpus.rs` includes this file and runs every function over the committed seeds, on stable Rust.

use cc_core::Language;
use cc_core::config::{Layer, Subject, compile};
use cc_core::dashboard::{Cursor, Dashboard, HealthPolicy, PageQuery};
use cc_core::dedup::{Dedup, DedupLimits, EventMark};
use cc_core::dtc_text::Overlay;
use cc_core::geography::{
    Fence, NearestIndex, PolylinePrecision, decode_polyline, encode_polyline, simplify_track, track_length,
};
use cc_core::platform;
use cc_core::privacy::{Policy, PseudonymKey, Purpose, minimise};
use cc_core::protobuf::{ProtobufDecoder, decode_delimited, decode_message};
use cc_core::rollout::{ExperimentName, Percent};
use cc_core::stream::{EventStream, StreamLimits, StreamPart};
use cc_core::trips::{Finding, Segmenter, TripOptions, segment};
use cc_core::{
    Dtc, DtcStatus, Event, EventDecodeError, MeasureUnit, Number, Recommendation, SignalId, VehicleRef, Vin,
    decode_batch,
};

/// Layers of settings, one a line: what compiles is a layer that compiles to itself.
pub fn config(input: &[u8]) {
    let lines = input.split(|byte| *byte == b'\n').take(8);
    let layers: Vec<Layer> =
        lines.enumerate().filter_map(|(i, line)| Layer::parse(&format!("line {i}"), line).ok()).collect();
    let subject = Subject::vehicle("local/0".parse().expect("a vehicle")).with("market", "dk");
    let compiled = compile(&layers, &subject).expect("few layers with names of their own");
    for value in compiled.values() {
        assert_eq!(compiled.get(&value.path).as_deref(), Some(value.json));
        assert!(value.origin.layer().starts_with("line"));
    }
    if let Ok(again) = Layer::parse("again", compiled.to_json()) {
        let again = compile(&[again], &subject).expect("one layer");
        assert_eq!(again.to_json(), compiled.to_json());
        assert!(compiled.changes(&again).is_empty());
    }
}

/// Restoring a memory of events refuses damage; what it takes it writes again, and remembers in any order.
pub fn dedup(input: &[u8]) {
    let limits = DedupLimits { capacity: 50, horizon: None };
    if let Ok(seen) = Dedup::restore(limits, input) {
        assert!(seen.len() <= limits.capacity);
        let bytes = seen.to_bytes();
        let again = Dedup::restore(limits, &bytes).expect("what is written can be read");
        assert_eq!(again.to_bytes(), bytes);
    }
    // The same bytes as marks.
    let (marks, _) = input.as_chunks::<{ EventMark::LENGTH }>();
    let marks: Vec<_> = marks.iter().map(|mark| EventMark::from_bytes(*mark)).collect();
    let (mut seen, mut backwards) = (Dedup::new(limits), Dedup::new(limits));
    for mark in &marks {
        assert!(seen.insert_mark(*mark) || marks.contains(mark));
    }
    for mark in marks.iter().rev() {
        backwards.insert_mark(*mark);
    }
    assert_eq!(seen.to_bytes(), backwards.to_bytes());
}

/// Batches of events: what is written reads back as the same event in the same words.
pub fn events(input: &[u8]) {
    let mut dashboard = Dashboard::default();
    let mut line = 0;
    for item in decode_batch(input) {
        assert!(item.line >= line && item.last_line >= item.line && item.offset <= input.len() as u64);
        line = item.line;
        match item.event {
            Ok(event) => {
                let json = event.to_json();
                let again = Event::from_json(&json).expect("what is written can be read");
                assert!(again.same_as(&event));
                assert_eq!(again.to_json(), json);
                dashboard.add(&event);
                let _ = format!("{event:?}");
            }
            Err(error) => assert!(error.offset() <= input.len() as u64),
        }
    }
    let page = dashboard.page(&PageQuery { limit: 1, ..PageQuery::default() });
    if let Some(next) = page.next {
        assert_eq!(next.to_string().parse::<Cursor>().as_ref(), Ok(&next));
    }
    assert_eq!(dashboard.rows().len(), page.total);
    let _ = dashboard.summary(&HealthPolicy::default(), cc_core::Timestamp::default());
}

/// Entities of the platform: what is written reads back the same, and in the same words.
pub fn platform_entities(input: &[u8]) {
    macro_rules! comes_back {
        ($($entity:ident),*) => {$(
            match platform::$entity::from_json(input) {
                Ok(entity) => {
                    let json = entity.to_json();
                    let again = platform::$entity::from_json(&json).expect("what is written can be read");
                    assert_eq!(again.to_json(), json);
                    let _ = format!("{entity:?}");
                }
                Err(error) => assert!(error.offset() <= input.len() as u64),
            }
        )*};
    }
    comes_back!(Trip, Place, Share, Conversation, Booking, Workshop, Fleet, Consent, ServiceReminder);
    if let Ok(hours) = platform::OpeningHours::from_json(input) {
        let epoch = cc_core::Timestamp::UNIX_EPOCH;
        let opening = hours.next_opening(epoch);
        assert!(opening.is_none_or(|opening| hours.is_open(opening)));
        let _ = hours.closes_at(opening.unwrap_or(epoch));
    }
    let Ok(text) = std::str::from_utf8(input) else { return };
    if let Ok(rule) = text.parse::<platform::ZoneRule>() {
        assert_eq!(rule.to_string(), text);
        let _ = rule.offset_at(cc_core::Timestamp::UNIX_EPOCH);
    }
}

/// Polylines: what is read is written the same again, and what can be drawn can be measured, thinned and fenced in.
pub fn polylines(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    for precision in [PolylinePrecision::Five, PolylinePrecision::Six] {
        let Ok(track) = decode_polyline(text, precision) else { continue };
        assert!(track.len() <= text.len() / 2);
        assert_eq!(encode_polyline(&track, precision).as_deref(), Ok(text));
        let length = track_length(&track).expect("what is read is on the Earth");
        let kept = simplify_track(&track, 25.0).expect("what is read is on the Earth");
        let drawn: Vec<_> = kept.iter().map(|index| track[*index]).collect();
        assert!(track_length(&drawn).expect("it is part of the track") <= length * 1.000_001 + 0.001);
        let index =
            NearestIndex::bulk_load(track.iter().copied().enumerate()).expect("what is read is on the Earth");
        for place in track.iter().take(8) {
            assert_eq!(index.nearest(*place, 1).first().map(|(_, metres)| *metres), Some(0.0));
        }
        if let Ok(fence) =
            Fence::polygon(&geo_types::Polygon::new(track.iter().copied().collect(), Vec::new()))
        {
            for corner in &track {
                assert!(fence.contains(*corner) && fence.metres_outside(*corner) == 0.0);
            }
        }
    }
}

/// A policy, then events: what is minimised stays as it is when it is minimised again.
pub fn privacy(input: &[u8]) {
    let mut parts = input.splitn(2, |byte| *byte == b'\n');
    let policy = parts.next().and_then(|json| Policy::from_json(json).ok()).unwrap_or_default();
    assert_eq!(Policy::from_json(policy.to_canonical_json()).as_ref(), Ok(&policy));
    let key = PseudonymKey::new(&[7; 32]).expect("a key of 32 bytes");
    let now = "2026-05-01T12:00:00Z".parse().expect("an instant");
    let events: Vec<Event> =
        decode_batch(parts.next().unwrap_or_default()).filter_map(|item| item.event.ok()).collect();
    for purpose in Purpose::ALL {
        let once = minimise(&policy, *purpose, Some(&key), now, events.clone()).expect("there is a key");
        let twice =
            minimise(&policy, *purpose, Some(&key), now, once.events.clone()).expect("there is a key");
        assert_eq!(twice.events, once.events);
        let _ = once.report.to_canonical_json();
    }
}

/// A stream gives the items of the whole in any pieces. The first byte chooses them, the second the longest item.
pub fn stream(input: &[u8]) {
    let [size, longest, body @ ..] = input else { return };
    let limits = StreamLimits { longest_item: usize::from(*longest) * 4 };
    let parts = |size: usize| {
        let mut stream = EventStream::new(limits);
        let mut parts = Vec::new();
        for piece in body.chunks(size.max(1)) {
            stream.push(piece);
            parts.extend(std::iter::from_fn(|| stream.next_part()));
        }
        stream.finish();
        parts.extend(std::iter::from_fn(|| stream.next_part()));
        parts
    };
    let whole = parts(body.len());
    assert_eq!(parts(usize::from(*size)), whole);
    let mut open = false;
    for part in &whole {
        match part {
            StreamPart::ArrayStart => assert!(!std::mem::replace(&mut open, true)),
            StreamPart::ArrayEnd => assert!(std::mem::replace(&mut open, false)),
            StreamPart::Item(item) => {
                assert!(item.line <= item.last_line && item.offset <= body.len() as u64);
            }
        }
    }
    assert!(!open);
    // Without a short limit it is a batch.
    let mut stream = EventStream::default();
    stream.push(body);
    stream.finish();
    assert!(decode_batch(body).eq(std::iter::from_fn(|| stream.next_item())));
}

/// Users' tables of trouble codes: errors come in the order of the lines, and every code has words.
pub fn tables(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    for read in [Overlay::from_csv(text), Overlay::from_json(text)] {
        let Ok((overlay, errors)) = read else { continue };
        assert!(errors.is_sorted_by_key(|error| error.line));
        assert!(errors.iter().all(|error| error.line >= 1 && error.line <= text.lines().count().max(1)));
        for word in text.split([',', ';', '"', '\n']) {
            if let Ok(dtc) = word.trim().parse::<Dtc>() {
                for language in Language::ALL {
                    let words = overlay.describe(dtc, *language);
                    assert!(!words.component.is_empty() && !words.to_string().contains('\n'));
                }
            }
        }
    }
}

/// Streams of protobuf: what is written reads back as the same event, in JSON too, and any pieces give the same items.
pub fn protobuf(input: &[u8]) {
    let items: Vec<_> = decode_delimited(input).collect();
    let mut decoder = ProtobufDecoder::new().with_limit(input.len());
    let mut pieces = Vec::new();
    for piece in input.chunks(3) {
        decoder.push(piece);
        pieces.extend(std::iter::from_fn(|| decoder.next_item()));
    }
    decoder.finish();
    pieces.extend(std::iter::from_fn(|| decoder.next_item()));
    if !pieces.iter().any(|item| matches!(item.event, Err(EventDecodeError::Size { .. }))) {
        assert_eq!(pieces, items);
    }
    let one = Event::from_protobuf(input);
    for event in items.into_iter().map(|item| item.event).chain([one]) {
        let _ = format!("{event:?}");
        let Ok(event) = event else { continue };
        let again = Event::from_protobuf(event.to_protobuf()).expect("what is written can be read");
        assert!(again.same_as(&event));
        let (message, bytes) = event.to_protobuf_message();
        let alone = decode_message(message, &bytes).expect("what is written can be read");
        assert!(alone.same_as(&event));
        let json = Event::from_json(event.to_json()).expect("what is written can be read");
        assert!(json.same_as(&event));
    }
}

/// Recommendations, one a line: what is written reads back the same, and it does not matter in which order they become one.
pub fn recommendations(input: &[u8]) {
    let lines = input.split(|byte| *byte == b'\n').take(3);
    let read = lines.map(Recommendation::from_json).filter_map(Result::ok);
    let texts: Vec<String> = read.map(|open| open.to_canonical_json()).collect();
    let merge = |a: &str, b: &str| Recommendation::merge_json(a, b).ok().map(|one| one.to_canonical_json());
    for text in &texts {
        let again = Recommendation::from_json(text).expect("what is written can be read");
        assert_eq!(again.to_canonical_json(), *text);
        assert_eq!(merge(text, text).as_ref(), Some(text));
        let _ = format!("{again:?}");
    }
    if let [a, b, rest @ ..] = &texts[..] {
        let both = merge(a, b);
        assert_eq!(merge(b, a), both);
        if let ([c], Some(both)) = (rest, &both) {
            let other = merge(b, c).and_then(|other| merge(a, &other));
            assert_eq!(merge(both, c), other);
        }
    }
}

/// Every text the vocabulary reads: what parses prints back the same up to case.
pub fn texts(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    if let Ok(dtc) = text.parse::<Dtc>() {
        assert_eq!(dtc.to_string(), text.to_ascii_uppercase());
    }
    if let Ok(vin) = text.parse::<Vin>() {
        assert_eq!(vin.as_str(), text.to_ascii_uppercase());
        let _ = (vin.check_digit(), vin.country(), vin.manufacturer(), vin.model_years());
    }
    if let Ok(number) = text.parse::<Number>() {
        assert_eq!(number.to_string(), text);
    }
    let _ = text.parse::<MeasureUnit>();
    let _ = text.parse::<SignalId>();
    let _ = text.parse::<VehicleRef>();
    let _ = text.parse::<DtcStatus>();
    if let Ok(percent) = text.parse::<Percent>() {
        assert!(percent <= Percent::ALL);
    }
    if let Ok(name) = text.parse::<ExperimentName>() {
        assert_eq!(name.as_str(), text);
    }
}

/// Trips: the same from events in any order, live and afterwards, and after a restart between any two events.
pub fn trips(input: &[u8]) {
    let options = TripOptions::default();
    if let Ok(segmenter) = Segmenter::from_bytes(input, &options) {
        assert_eq!(segmenter.to_bytes(), input);
    }
    let events: Vec<Event> = decode_batch(input).filter_map(|item| item.event.ok()).collect();
    let cars = segment(&events, &options).expect("these are the default options");
    assert!(segment(events.iter().rev(), &options).as_ref() == Ok(&cars));
    for car in cars {
        let mut segmenter = Segmenter::new(car.vehicle, &options).expect("these are the default options");
        let mut sorted: Vec<&Event> = events.iter().collect();
        sorted.sort_by(|a, b| a.canonical_cmp(b));
        for event in sorted {
            segmenter.add(event);
            let bytes = segmenter.to_bytes();
            segmenter = Segmenter::from_bytes(&bytes, &options).expect("what is written can be read");
        }
        segmenter.drain();
        let trips = segmenter.finished().into_iter().filter_map(|finding| match finding {
            Finding::Trip(trip) => Some(*trip),
            _ => None,
        });
        assert!(trips.chain(segmenter.open()).eq(car.trips));
    }
}
