//! Logs of a bus read by a file.

use std::fmt::Write as _;

use cc_obd::capture::{BusLog, CaptureFormat, Decoder, Item};
use cc_obd::signals::dbc::Dbc;
use proptest::prelude::*;

use super::one;

proptest! {
    #[test]
    fn a_log_is_the_same_in_any_chunks_and_by_the_whole_decoder(
        lines in prop::collection::vec(
            r"\(1436509052\.[0-9]{6}\) can0 (123|124|18DAF110)#{1,2}[0-9A-F]{0,17}( R)?|# note||x|can0 123#0[0-9]|\(5\.5\) can1 123#R",
            0..12,
        ),
        ending in "\n|\r\n|\r",
        size in 1_usize..80,
    ) {
        let dbc = Dbc::parse(b"BO_ 291 M: 8 N\n SG_ A : 0|8@1+ (1,0) [0|0] \"\" X\n SG_ B : 12|4@1+ (1,0) [0|0] \"\" X\n").unwrap();
        let text = lines.iter().fold(String::new(), |text, line| text + line + &ending);
        let read = |size: usize| {
            let mut seen = Vec::new();
            let mut log = BusLog::new(&dbc);
            let mut each = |line: cc_obd::capture::BusLine<'_>| match line.frame {
                Ok(frame) => for value in frame.values {
                    seen.push((line.number, frame.micros, format!("{} {}", value.signal.id(), value.scaled)));
                },
                Err(error) => seen.push((line.number, None, error.to_string())),
            };
            for chunk in text.as_bytes().chunks(size) {
                log.push(chunk, &mut each);
            }
            log.finish(&mut each);
            seen
        };
        let whole = read(text.len().max(1));
        prop_assert_eq!(&whole, &read(size));
        let mut decoder = Decoder::new(CaptureFormat::Candump).with_dbc(dbc.clone());
        decoder.push(text.as_bytes());
        let by_decoder: Vec<_> = std::iter::from_fn(|| decoder.next_item())
            .filter_map(|decoded| match decoded.item {
                Item::Reading(reading) => {
                    let micros = decoded.at.map(|at| at.timestamp_micros());
                    Some((decoded.line, micros, format!("{} {}", reading.signal, reading.value.as_f64()?)))
                }
                _ => None,
            })
            .collect();
        let readings: Vec<_> = whole.into_iter().filter(|(_, _, text)| text.starts_with("M.")).collect();
        prop_assert_eq!(readings, by_decoder);
    }
}

#[test]
fn logs_of_any_form_give_the_same_values_in_any_chunks() {
    let dbc = one(2, "0|16@1+ (0.1,0) [0|0] \"\"");
    let frames: Vec<(u32, [u8; 2])> = (0..40).map(|i| (i * 250, [i as u8, (i * 7) as u8])).collect();
    let mut forms = [String::new(), "base hex  timestamps absolute\n".into(), "timestamp;id;data\n".into()];
    for (ms, [a, b]) in &frames {
        let (seconds, rest) = (ms / 1_000, ms % 1_000);
        let _ = writeln!(forms[0], "({seconds}.{rest:03}000) can1 001#{a:02X}{b:02X}");
        let _ = writeln!(forms[1], "   {seconds}.{rest:03}000 1  1  Rx   d 2 {a:02X} {b:02X}");
        let _ = writeln!(forms[2], "{seconds}.{rest:03};1;{a:02X}{b:02X}");
    }
    let wanted: Vec<_> = frames
        .iter()
        .map(|(ms, data)| (Some(i64::from(*ms) * 1_000), f64::from(u16::from_le_bytes(*data)) * 0.1))
        .collect();
    let readers = [BusLog::new(&dbc), BusLog::of_asc(&dbc), BusLog::of_csv(&dbc)];
    for (reader, text) in readers.iter().zip(&forms) {
        for size in [1, 2, 7, 64, text.len()] {
            let (mut log, mut seen) = (reader.clone(), Vec::new());
            let mut each = |line: cc_obd::capture::BusLine<'_>| {
                let frame = line.frame.unwrap();
                let micros = frame.micros;
                seen.extend(frame.values.map(|value| (micros, value.scaled)));
            };
            for chunk in text.as_bytes().chunks(size) {
                log.push(chunk, &mut each);
            }
            log.finish(&mut each);
            assert_eq!(seen, wanted, "{size} bytes of\n{text}");
        }
    }
}
