//! A body that is far larger than the memory it takes. `CC_STREAM_MB=1000` makes it a gigabyte.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(clippy::disallowed_methods, reason = "the test asks the system how much memory it holds")]

use std::fmt::Write as _;

use cc_core::stream::EventStream;

/// The most memory this process has held so far, in kB.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    peak.trim().trim_end_matches(" kB").parse().unwrap()
}

#[test]
fn a_gigabyte_is_read_in_under_sixteen_megabytes() {
    let megabytes: u64 = std::env::var("CC_STREAM_MB").ok().and_then(|text| text.parse().ok()).unwrap_or(64);
    let piece_length = 64 * 1024;
    let before = peak();
    let mut stream = EventStream::default();
    stream.push(b"[");
    let mut piece = String::new();
    let (mut written, mut broken, mut sent, mut good, mut bad) = (0_u64, 0_u64, 0_u64, 0_u64, 0_u64);
    while sent < megabytes * 1_000_000 {
        while piece.len() < piece_length {
            let comma = if written == 0 { "" } else { ",\n" };
            match written % 50_000 {
                // Now and then an event as long as any may be, one that is longer, and one that is broken.
                49_997 => {
                    let event = "{\"id\":1,\"time\":\"2026-05-01T10:00:00Z\",\"type\":\"x\",\"long\":\"\"}";
                    let (head, tail) = event.split_at(event.len() - 2);
                    write!(piece, "{comma}{head}{}{tail}", "x".repeat(1_048_576 - event.len()))
                }
                49_998 => write!(piece, "{comma}{{\"id\":1,\"long\":\"{}\"}}", "x".repeat(3_000_000)),
                49_999 => write!(piece, "{comma}{{\"id\":1,\"broken\":[1,{{}}"),
                _ => write!(
                    piece,
                    "{comma}{{\"id\":{written},\"vehicleId\":7,\"organizationKey\":\"demo\",\"time\":\
                     \"2026-05-01T10:00:00Z\",\"type\":\"can_odometer_km\",\"value\":{}}}",
                    written / 2
                ),
            }
            .unwrap();
            broken += u64::from(written % 50_000 > 49_997);
            written += 1;
        }
        for bytes in piece.as_bytes().chunks(piece_length) {
            stream.push(bytes);
            sent += bytes.len() as u64;
            while let Some(item) = stream.next_item() {
                assert_eq!(item.index, good + bad);
                if item.event.is_ok() { good += 1 } else { bad += 1 }
            }
        }
        piece.clear();
    }
    stream.push(b"]");
    stream.finish();
    assert_eq!(stream.next_item(), None);
    // Every event is given but the broken ones. The test's own text is part of the memory.
    assert_eq!(good + bad, written);
    assert_eq!(bad, broken);
    let held = peak() - before;
    println!("{megabytes} MB, {good} events: {held} kB");
    assert!(held < 16_000, "{held} kB");
}
