//! Conversations over ISO-TP: two ends under every option, flow control to the letter, and nothing allocated per frame.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::time::Duration;

use cc_obd::frame::{CanFrame, CanId};
use cc_obd::isotp::{Address, Channel, FrameSize, IsoTpError, Options, SeparationTime};
use proptest::prelude::*;

const MS: Duration = Duration::from_millis(1);

fn id(raw: u16) -> CanId {
    CanId::base(raw).unwrap()
}

/// Both ends of a conversation, by a kind of addressing.
fn ends(kind: u8) -> (Address, Address) {
    match kind {
        0 => (Address::normal(id(0x7E0), id(0x7E8)), Address::normal(id(0x7E8), id(0x7E0))),
        1 => (Address::normal_fixed(0xF1, 0x10), Address::normal_fixed(0x10, 0xF1)),
        2 => (
            Address::extended(id(0x6F1), id(0x612), 0xF1, 0x12),
            Address::extended(id(0x612), id(0x6F1), 0x12, 0xF1),
        ),
        3 => (Address::mixed(id(0x700), id(0x701), 0xAB), Address::mixed(id(0x701), id(0x700), 0xAB)),
        _ => (Address::mixed_fixed(0xF1, 0x10, 0x55), Address::mixed_fixed(0x10, 0xF1, 0x55)),
    }
}

/// What arrived, when each data frame was sent, and when all was over.
type Carried = (Option<Vec<u8>>, Vec<Duration>, Duration);

/// Moves time and frames until nothing is left to do: what the second end received, and when each data frame came.
fn carry(from: &mut Channel, to: &mut Channel, mut now: Duration) -> Result<Carried, IsoTpError> {
    let (mut received, mut times) = (None, Vec::new());
    loop {
        while let Some(frame) = from.poll(now)? {
            times.push(now);
            if let Some(message) = to.handle(now, &frame)? {
                received = Some(message.to_vec());
            }
        }
        while let Some(frame) = to.poll(now)? {
            assert_eq!(from.handle(now, &frame)?, None);
        }
        match [from.next_deadline(), to.next_deadline()].into_iter().flatten().min() {
            Some(next) => now = now.max(next),
            None => return Ok((received, times, now)),
        }
    }
}

fn new_pair(kind: u8, sender: Options, receiver: Options) -> (Channel, Channel) {
    let (a, b) = ends(kind);
    (Channel::new(a, sender), Channel::new(b, receiver))
}

#[test]
fn the_receiver_sets_block_and_pace() {
    let asked = Options { block_size: 2, separation: SeparationTime(5), ..Options::default() };
    let (mut tester, mut engine) = new_pair(0, Options::default(), asked);
    tester.send(&[0x5A; 6 + 7 * 5]).unwrap();
    let (received, times, _) = carry(&mut tester, &mut engine, Duration::ZERO).unwrap();
    assert_eq!(received, Some(vec![0x5A; 41]));
    // A block's first frame follows its flow control at once; the pause is between the frames of a block.
    assert_eq!(times, [0, 0, 5, 5, 10, 10].map(|ms| MS * ms));
}

#[test]
fn frames_are_the_bytes_of_the_standard() {
    let sent = |kind: u8, options: Options, message: &[u8]| {
        let (mut tester, _) = new_pair(kind, options, options);
        tester.send(message).unwrap();
        let frame = tester.poll(Duration::ZERO).unwrap().unwrap();
        (frame.id().to_string(), frame.data().to_vec())
    };
    let fd = Options { frame_size: FrameSize::fd(64).unwrap(), ..Options::default() };
    let bare = Options { padding: None, ..Options::default() };
    let bare_fd = Options { padding: None, ..fd };
    let long = vec![7; 5000];
    for (kind, options, message, id, head) in [
        (0, Options::default(), &[0x09, 0x02][..], "7E0", &[2, 9, 2, 0xCC, 0xCC, 0xCC, 0xCC, 0xCC][..]),
        (0, bare, &[0x09, 0x02], "7E0", &[2, 9, 2]),
        (1, bare, &[0x3E, 0x00], "18DA10F1", &[2, 0x3E, 0]),
        (2, bare, &[0x3E, 0x00], "6F1", &[0x12, 2, 0x3E, 0]),
        (3, bare, &[0x3E, 0x00], "700", &[0xAB, 2, 0x3E, 0]),
        (4, bare, &[0x3E, 0x00], "18CE10F1", &[0x55, 2, 0x3E, 0]),
        (2, bare, &[1, 2, 3, 4, 5, 6, 7], "6F1", &[0x12, 0x10, 7, 1, 2, 3, 4, 5]),
        (0, bare, &[1, 2, 3, 4, 5, 6, 7, 8], "7E0", &[0x10, 8, 1, 2, 3, 4, 5, 6]),
        (0, bare_fd, &[1, 2, 3, 4, 5, 6, 7], "7E0", &[7, 1, 2, 3, 4, 5, 6, 7]),
        (0, bare_fd, &[1, 2, 3, 4, 5, 6, 7, 8], "7E0", &[0, 8, 1, 2, 3, 4, 5, 6, 7, 8, 0xCC, 0xCC]),
        (0, bare, &long, "7E0", &[0x10, 0, 0, 0, 0x13, 0x88, 7, 7]),
        (0, bare, &long[..4095], "7E0", &[0x1F, 0xFF, 7, 7, 7, 7, 7, 7]),
    ] {
        assert_eq!(sent(kind, options, message), (id.to_owned(), head.to_vec()), "{kind} {}", message.len());
    }
    let (_, data) = sent(0, fd, &[1; 100]);
    assert_eq!((data.len(), &data[..2]), (64, &[0x10, 100][..]));
}

#[test]
fn silence_waits_and_refusals_end_a_message_with_a_reason() {
    let first = |options: Options| {
        let (mut tester, _) = new_pair(0, options, options);
        tester.send(&[1; 20]).unwrap();
        assert_eq!(tester.send(&[1]), Err(IsoTpError::Busy));
        tester.poll(Duration::ZERO).unwrap().unwrap();
        tester
    };
    let flow = |data: &[u8]| CanFrame::new(id(0x7E8), data).unwrap();
    let options = Options { waits: 2, ..Options::default() };

    let mut tester = first(options);
    assert_eq!(tester.next_deadline(), Some(MS * 1000));
    assert_eq!(tester.poll(MS * 999), Ok(None));
    assert_eq!(tester.poll(MS * 1000), Err(IsoTpError::FlowTimeout { sent: 6, length: 20 }));
    assert!(!tester.is_sending());

    let mut tester = first(options);
    for ms in [900, 1800] {
        assert_eq!(tester.handle(MS * ms, &flow(&[0x31, 0, 0])), Ok(None));
        assert_eq!(tester.poll(MS * (ms + 99)), Ok(None));
    }
    let error = tester.handle(MS * 2700, &flow(&[0x31, 0, 0])).unwrap_err();
    assert_eq!(
        (error, error.to_string().as_str()),
        (IsoTpError::TooManyWaits { limit: 2 }, "more than 2 times wait")
    );

    for (status, error) in [(0x32, IsoTpError::Refused { length: 20 }), (0x33, IsoTpError::ReservedFlow(3))] {
        let mut tester = first(options);
        assert_eq!(tester.handle(MS, &flow(&[status, 0, 0])), Err(error));
        assert!(!tester.is_sending());
        // Flow control that nobody waits for is passed over.
        assert_eq!(tester.handle(MS, &flow(&[status, 0, 0])), Ok(None));
    }
}

#[test]
fn a_receiver_says_overflow_wait_and_gives_up_on_silence() {
    let frame = |data: &[u8]| CanFrame::new(id(0x7E0), data).unwrap();
    let (_, address) = ends(0);
    let options = Options { limit: 100, waits: 2, padding: None, ..Options::default() };
    let said =
        |channel: &mut Channel, now| channel.poll(now).map(|frame| frame.map(|frame| frame.data().to_vec()));

    let mut engine = Channel::new(address, options);
    assert_eq!(
        engine.handle(MS, &frame(&[0x10, 101, 1, 2, 3, 4, 5, 6])),
        Err(IsoTpError::OverLimit { length: 101, limit: 100 })
    );
    assert_eq!(said(&mut engine, MS), Ok(Some(vec![0x32, 0, 0])));
    assert_eq!(said(&mut engine, MS), Ok(None));

    assert_eq!(engine.handle(MS, &frame(&[0x10, 20, 1, 2, 3, 4, 5, 6])), Ok(None));
    assert_eq!(said(&mut engine, MS), Ok(Some(vec![0x30, 0, 0])));
    assert_eq!(engine.handle(MS * 900, &frame(&[0x21, 1, 2, 3, 4, 5, 6, 7])), Ok(None));
    assert_eq!(engine.next_deadline(), Some(MS * 1900));
    assert_eq!(said(&mut engine, MS * 1900), Err(IsoTpError::FrameTimeout { have: 13, length: 20 }));
    assert_eq!(engine.handle(MS * 1901, &frame(&[0x22, 1, 2, 3, 4, 5, 6, 7])), Err(IsoTpError::Stray));

    // A frame that comes too late is not taken even if nobody looked at the clock in between.
    assert_eq!(engine.handle(MS, &frame(&[0x10, 20, 1, 2, 3, 4, 5, 6])), Ok(None));
    assert_eq!(said(&mut engine, MS), Ok(Some(vec![0x30, 0, 0])));
    assert_eq!(
        engine.handle(MS * 1001, &frame(&[0x21, 1, 2, 3, 4, 5, 6, 7])),
        Err(IsoTpError::FrameTimeout { have: 6, length: 20 })
    );

    engine.pause(true);
    assert_eq!(engine.handle(MS, &frame(&[0x10, 20, 1, 2, 3, 4, 5, 6])), Ok(None));
    assert_eq!(said(&mut engine, MS), Ok(Some(vec![0x31, 0, 0])));
    assert_eq!(engine.next_deadline(), Some(MS * 501));
    assert_eq!(said(&mut engine, MS * 501), Ok(Some(vec![0x31, 0, 0])));
    engine.pause(false);
    assert_eq!(said(&mut engine, MS * 502), Ok(Some(vec![0x30, 0, 0])));
    engine.pause(true);
    assert_eq!(engine.handle(MS * 503, &frame(&[0x10, 20, 1, 2, 3, 4, 5, 6])).map(|_| ()), {
        Err(IsoTpError::Interrupted { have: 6, length: 20 })
    });
    for ms in [503, 1003] {
        assert_eq!(said(&mut engine, MS * ms), Ok(Some(vec![0x31, 0, 0])));
    }
    assert_eq!(said(&mut engine, MS * 1503), Err(IsoTpError::TooManyWaits { limit: 2 }));
    assert!(!engine.is_receiving());
}

#[test]
fn a_message_in_the_middle_of_another_ends_it_and_arrives() {
    let frame = |data: &[u8]| CanFrame::new(id(0x7E0), data).unwrap();
    let (_, address) = ends(0);
    let mut engine = Channel::new(address, Options { padding: None, ..Options::default() });
    assert_eq!(engine.handle(MS, &frame(&[0x10, 20, 1, 2, 3, 4, 5, 6])), Ok(None));
    assert!(engine.poll(MS).unwrap().is_some());
    assert_eq!(engine.handle(MS, &frame(&[0x21, 1, 2, 3, 4, 5, 6, 7])), Ok(None));
    assert_eq!(engine.handle(MS, &frame(&[0x02, 0x3E, 0x00])), Ok(Some(&[0x3E, 0x00][..])));
    assert!(!engine.is_receiving());
    assert_eq!(engine.next_deadline(), Some(Duration::ZERO));
    assert_eq!(engine.poll(MS), Err(IsoTpError::Interrupted { have: 13, length: 20 }));
    // Nothing is left of it: no flow control, no timeout, and the rest is of no message.
    assert_eq!((engine.poll(MS * 5000), engine.next_deadline()), (Ok(None), None));
    assert_eq!(engine.handle(MS, &frame(&[0x22, 1, 2, 3, 4, 5, 6, 7])), Err(IsoTpError::Stray));
}

#[test]
fn a_request_to_all_fits_one_frame() {
    let all = Address::normal(id(0x7E0), id(0x7E8)).functional(id(0x7DF));
    let mut tester = Channel::new(all, Options::default());
    assert_eq!(tester.send(&[1; 8]), Err(IsoTpError::OverLimit { length: 8, limit: 7 }));
    assert_eq!(tester.send(&[]), Err(IsoTpError::EmptyMessage));
    tester.send(&[0x01, 0x00]).unwrap();
    assert_eq!(tester.poll(Duration::ZERO).unwrap().unwrap().id(), id(0x7DF));
    assert!(!tester.is_sending());
}

#[test]
fn both_directions_at_once_and_frames_of_others_between() {
    let (mut a, mut b) = new_pair(0, Options::default(), Options { block_size: 3, ..Options::default() });
    let (to_b, to_a) = (vec![1; 300], vec![2; 200]);
    a.send(&to_b).unwrap();
    b.send(&to_a).unwrap();
    let other = CanFrame::new(id(0x123), &[0x10, 0xFF, 1, 2, 3, 4, 5, 6]).unwrap();
    let (mut at_a, mut at_b) = (None, None);
    for step in 0..200_u32 {
        let now = MS * step;
        assert_eq!(a.handle(now, &other), Ok(None));
        if let Some(frame) = a.poll(now).unwrap() {
            at_b = b.handle(now, &frame).unwrap().map(<[u8]>::to_vec).or(at_b);
        }
        if let Some(frame) = b.poll(now).unwrap() {
            at_a = a.handle(now, &frame).unwrap().map(<[u8]>::to_vec).or(at_a);
        }
    }
    assert_eq!((at_a, at_b), (Some(to_a), Some(to_b)));
    assert_eq!((a.next_deadline(), b.next_deadline()), (None, None));
}

#[test]
fn separation_times_are_those_of_the_table() {
    for raw in 0..=u8::MAX {
        let pause = SeparationTime(raw).pause();
        let expected = match raw {
            0..=0x7F => Duration::from_millis(raw.into()),
            0xF1..=0xF9 => Duration::from_micros(100 * u64::from(raw & 0x0F)),
            _ => Duration::from_millis(127),
        };
        assert_eq!(pause, expected, "{raw:02x}");
        if raw <= 0x7F || (0xF1..=0xF9).contains(&raw) {
            assert_eq!(SeparationTime::at_least(pause), SeparationTime(raw));
        }
    }
    assert_eq!(SeparationTime::at_least(Duration::from_secs(9)).pause(), Duration::from_millis(127));
    assert_eq!(SeparationTime::at_least(Duration::from_micros(901)).pause(), MS);
}

prop_compose! {
    fn options()(
        size in prop::sample::select(vec![0_u8, 8, 12, 16, 20, 24, 32, 48, 64]),
        padding in prop::option::of(any::<u8>()),
        block_size in prop_oneof![Just(0_u8), 1_u8..20, Just(255)],
        separation in any::<u8>(),
    ) -> Options {
        let frame_size = if size == 0 { FrameSize::CLASSIC } else { FrameSize::fd(size).unwrap() };
        Options { frame_size, padding, block_size, separation: SeparationTime(separation), ..Options::default() }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn every_message_arrives_whole_under_every_option(
        kind in 0_u8..5,
        length in prop_oneof![1_usize..80, 80_usize..5000],
        mine in options(),
        theirs in options(),
        seed in any::<u8>(),
    ) {
        let (mut tester, mut engine) = new_pair(kind, mine, theirs);
        let message: Vec<u8> = (0..length).map(|i| (i as u8).wrapping_mul(31).wrapping_add(seed)).collect();
        let mut now = Duration::ZERO;
        for _ in 0..2 {
            tester.send(&message).unwrap();
            let (received, times, end) = carry(&mut tester, &mut engine, now).unwrap();
            prop_assert_eq!(received.as_deref(), Some(&message[..]));
            // Between the frames of a block lies the pause that was asked for.
            let pause = theirs.separation.pause();
            for (i, pair) in times.windows(2).enumerate().skip(1) {
                let block = usize::from(theirs.block_size);
                if block == 0 || i % block != 0 {
                    prop_assert!(pair[1] >= pair[0] + pause);
                }
            }
            now = end + MS;
        }
    }

    #[test]
    fn no_frame_makes_a_channel_panic_or_hang(
        frames in prop::collection::vec((prop::collection::vec(any::<u8>(), 0..9), 0_u32..700), 0..40),
        options in options(),
        pause in any::<bool>(),
    ) {
        let (address, _) = ends(0);
        let mut channel = Channel::new(address, options);
        channel.send(&[1; 40]).unwrap();
        channel.pause(pause);
        let mut now = Duration::ZERO;
        for (bytes, wait) in &frames {
            now += MS * *wait;
            let _ = channel.handle(now, &CanFrame::new(address.receive(), bytes).unwrap());
            for _ in 0..300 {
                if !matches!(channel.poll(now), Ok(Some(_))) { break }
            }
        }
        // Silence ends everything.
        let mut steps = 0;
        channel.pause(false);
        while let Some(next) = channel.next_deadline() {
            now = now.max(next);
            let _ = channel.poll(now);
            steps += 1;
            prop_assert!(steps < 1000);
        }
        prop_assert!(!channel.is_sending() && !channel.is_receiving());
    }
}
