//! Every text the vocabulary reads: never a panic, and what parses prints back the same up to case.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(dtc) = text.parse::<cc_core::Dtc>() {
        assert_eq!(dtc.to_string(), text.to_ascii_uppercase());
    }
    if let Ok(vin) = text.parse::<cc_core::Vin>() {
        assert_eq!(vin.as_str(), text.to_ascii_uppercase());
        let _ = (vin.check_digit(), vin.country(), vin.manufacturer(), vin.model_years());
    }
    if let Ok(number) = text.parse::<cc_core::Number>() {
        assert_eq!(number.to_string(), text);
    }
    let _ = text.parse::<cc_core::MeasureUnit>();
    let _ = text.parse::<cc_core::SignalId>();
    let _ = text.parse::<cc_core::VehicleRef>();
    let _ = text.parse::<cc_core::DtcStatus>();
});
