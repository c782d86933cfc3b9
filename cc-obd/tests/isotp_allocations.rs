//! A conversation allocates while its buffers grow, and never again: counted by an allocator that counts.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::time::Duration;

use cc_obd::frame::CanId;
use cc_obd::isotp::{Address, Addressing, Channel, Network, Options};

#[test]
fn nothing_is_allocated_per_frame() {
    let (request, answer) = (CanId::base(0x7E0).unwrap(), CanId::base(0x7E8).unwrap());
    let mut tester = Channel::new(Address::normal(request, answer), Options::default());
    let mut engine = Channel::new(Address::normal(answer, request), Options::default());
    let mut network = Network::default();
    let message = [0x5A; 4000];
    let mut carry = || {
        let (mut frames, mut whole) = (0, 0);
        tester.send(&message).unwrap();
        while tester.is_sending() {
            while let Some(frame) = tester.poll(Duration::ZERO).unwrap() {
                frames += 1;
                whole += usize::from(engine.handle(Duration::ZERO, &frame).unwrap().is_some());
                whole += usize::from(network.push(&frame, Addressing::Normal).unwrap().is_some());
            }
            while let Some(flow) = engine.poll(Duration::ZERO).unwrap() {
                tester.handle(Duration::ZERO, &flow).unwrap();
            }
        }
        (frames, whole)
    };
    assert_eq!(carry(), (572, 2));
    let counted = allocation_counter::measure(|| {
        for _ in 0..10 {
            assert_eq!(carry(), (572, 2));
        }
    });
    assert_eq!(counted.count_total, 0);
}
