//! Any bytes are a state or an error; a state that was read runs on, and its bytes are stable.
#![no_main]

use cc_rules::{Pack, VehicleState};
use std::sync::LazyLock;

static PACK: LazyLock<Pack> = LazyLock::new(cc_rules::standard_pack);

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Ok((mut state, _)) = VehicleState::from_bytes(&PACK, bytes) else { return };
    let again = state.to_bytes(&PACK);
    let (same, _) = VehicleState::from_bytes(&PACK, &again).expect("what is written reads back");
    assert_eq!(same.to_bytes(&PACK), again);
    let _ = cc_rules::next_deadline(&PACK, &state);
    if let Some(reached) = state.reached() {
        if let Some(later) = reached.checked_add_days(chrono::Days::new(40)) {
            let _ = cc_rules::advance(&PACK, &mut state, later);
        }
    }
});

