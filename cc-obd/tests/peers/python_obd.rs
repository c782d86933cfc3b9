//! Units and scalings of service 06, beside python-OBD.

use cc_obd::j1979::ScalingId;
use serde_json::json;

use super::peer::{Peer, Random, cases, hex};

#[test]
fn python_obd_scales_results_of_tests_alike() {
    let Some(mut peer) = Peer::start("python_obd.py") else { return };
    let mut random = Random::seeded();
    let mut known = 0;
    for id in 0..=u8::MAX {
        let scaling = ScalingId(id);
        let ends = [0x0000, 0x0001, 0x7FFF, 0x8000, 0xFFFF];
        let others = (0..cases(20)).map(|_| random.next() as u16);
        for raw in ends.into_iter().chain(others.collect::<Vec<_>>()) {
            let theirs = peer.ask(&json!({ "id": id, "hex": hex(&raw.to_be_bytes()) }));
            let Some(row) = scaling.row() else {
                assert!(theirs.is_null(), "{id:02X} is known to them alone: {theirs}");
                continue;
            };
            known += 1;
            let (ours, value) = (row.scaled(raw), theirs["value"].as_f64().unwrap());
            // What is true or false stays a number here.
            if id == 0x2E {
                assert_eq!(value != 0.0, ours != 0.0, "{id:02X} of {raw:04X}");
                continue;
            }
            // They multiply by a rounded factor; of 3E, they have 0.00006103516 for 1/16384.
            let near = if id == 0x3E { 1e-7 } else { 1e-12 };
            assert!(
                (ours - value).abs() <= near * ours.abs().max(1.0),
                "{id:02X} of {raw:04X}: {ours}, {value}"
            );
            let unit = theirs["unit"].as_str().unwrap();
            assert_eq!(unit, theirs_for(row.symbol, row.quantity), "{id:02X}");
        }
    }
    assert!(known > 92 * 5, "{known} numbers compared");
}

/// Their word for a unit of the standard.
fn theirs_for<'a>(symbol: &'a str, quantity: &str) -> &'a str {
    match (symbol, quantity) {
        ("", "ratio" | "air to fuel ratio") | ("λ", _) => "ratio",
        ("", _) => "count",
        ("km/h", _) => "kph",
        ("°", _) => "deg",
        ("mV/ms", _) => "mV / ms",
        ("mV/s", _) => "mV / s",
        ("g/s", _) => "GPS",
        ("Pa/s", _) => "Pa / s",
        ("kg/h", _) => "kg / h",
        // They leave out what the mass is for.
        ("g/cyl", _) => "g",
        ("mg/stroke", _) => "mg",
        ("L", _) => "l",
        ("mm²", _) => "mm ** 2",
        ("ppm", _) => "PPM",
        _ => symbol,
    }
}
