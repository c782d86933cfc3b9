//! Reports of trouble codes, read by py-uds and by cc-obd.

use cc_obd::uds::DtcReport;

use crate::peer::{Peer, Random, cases, hex};
use crate::uds::{SESSION, Shape, generate, read};

#[test]
fn reports_read_as_py_uds_reads_them() {
    let Some(mut peer) = Peer::start("py_uds_peer.py") else { return };
    let mut random = Random::seeded();
    for case in 0..cases(3000) {
        let report = DtcReport::NAMES[case % DtcReport::NAMES.len()].0;
        let generated = generate(report, Shape::Tail, &mut random);
        let theirs = peer.ask(&serde_json::json!({"answer": hex(&generated.answer)}));
        // It knows the length of one identifier: all other data are the rest, as they are to us.
        let lengths = |identifier| (identifier == SESSION).then_some(1);
        let ours = read(&generated.answer, lengths, |_| None).unwrap();
        assert_eq!(ours, theirs, "case {case}: {}", hex(&generated.answer));
    }
}
