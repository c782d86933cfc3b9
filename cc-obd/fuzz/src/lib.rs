//! The target functions. Each takes any bytes and must neither panic nor break its law.
//!
//! `cc-obd/tests/fuzz_corpus.rs` includes this file and runs every function over the committed seeds, on stable Rust.

use cc_core::Timestamp;
use cc_obd::adapter::AdapterAddress;
use cc_obd::capture::{BusLog, CaptureFormat, Decoded, Decoder, EventClock};
use cc_obd::elm::{AdapterFault, Scanner};
use cc_obd::frame::{
    AscLog, CanFrame, CanId, CandumpLine, CsvLog, ElmLine, HeaderStyle, LegacyFrame, SlcanLine,
};
use cc_obd::isotp::{Address, Addressing, Channel, FrameSize, Network, Options, Pci};
use cc_obd::j1939;
use cc_obd::j1939::spn::{self, SpnTable, groups};
use cc_obd::j1939::transport::{Control, LONGEST, Receiver, Sender};
use cc_obd::j1939::{
    Acknowledgement, CodeCounts, CodeList, DistanceAndTime, FreezeFrames, Id, Lamps, Name, PerformanceRatios,
    Pgn, Readiness, SpnConversion, SupportedSpns, TripReadiness,
};
use cc_obd::pid::PidTable;
use cc_obd::service::{
    DtcService, Framing, NegativeResponse, VehicleInfoAssembler, data_by_identifier, dtc_count,
    dtcs_by_status, freeze_frame, live_data, stored_dtcs, vehicle_info,
};
use cc_obd::session::{BusProtocol, Input, Job, Output, Session, SessionOptions};
use cc_obd::signals::dbc::{Dbc, DbcMessage};
use cc_obd::signals::{SignalSet, SignalSets};
use cc_obd::sim::{CanCar, Elm327, Scenario, SimFault, SimOutput};
use cc_obd::uds::{
    Answer, DtcReport, MemoryRanges, PeriodicData, Records, Request, ScalingRecords, WwhObdRecord,
};
use cc_obd::{j1979, kwp};
use chrono::TimeDelta;

/// A capture: the first byte chooses the format, the second the size of the chunks. Chunks must not matter.
pub fn capture(input: &[u8]) {
    let [choice, size, input @ ..] = input else { return };
    let format = match choice % 8 {
        0 | 4 => CaptureFormat::Elm327,
        1 => CaptureFormat::Candump,
        2 => CaptureFormat::Pairs,
        3 => CaptureFormat::Slcan,
        5 => CaptureFormat::Asc,
        6 => CaptureFormat::Csv,
        _ => CaptureFormat::detect(input).unwrap_or(CaptureFormat::Candump),
    };
    let decoder = || {
        let decoder = Decoder::new(format);
        if choice & 0x80 == 0 { decoder } else { decoder.with_framing(Framing::Kline) }
    };
    let take = |mut decoder: Decoder, chunk: usize| -> Vec<Decoded> {
        for chunk in input.chunks(chunk) {
            decoder.push(chunk);
        }
        decoder.finish();
        std::iter::from_fn(|| decoder.next_item()).collect()
    };
    let whole = take(decoder(), input.len().max(1));
    assert_eq!(whole, take(decoder(), usize::from(*size).max(1)));
    let Ok(vehicle) = "local/0".parse() else { return };
    let mut clock = EventClock::new(vehicle, Timestamp::UNIX_EPOCH, TimeDelta::seconds(1));
    for decoded in &whole {
        for event in clock.events(decoded) {
            let _ = event.canonical_encoding();
        }
    }
}

/// What comes back to a session: the first byte chooses adapter or bus, the second the size of the chunks and the pause
/// between them. There is always a next step, and what is delivered is no error of silence.
pub fn session(input: &[u8]) {
    let [choice, size, input @ ..] = input else { return };
    let options = || SessionOptions { transcript: true, ..SessionOptions::default() };
    let is_bus = choice & 1 == 1;
    let mut session = if is_bus { Session::with_can(options()) } else { Session::with_adapter(options()) };
    session.watch_all(core::time::Duration::from_secs(1));
    for job in [Job::Codes, Job::FreezeFrames, Job::Info, Job::Voltage] {
        session.start(job);
    }
    let mut now = core::time::Duration::ZERO;
    session.handle(now, Input::Connected);
    for chunk in input.chunks(usize::from(size & 0x0F) + 1) {
        now += core::time::Duration::from_millis(u64::from(size >> 4) * 100);
        if is_bus {
            let id = 0x7E8 + u16::from(chunk[0] & 7);
            let Ok(id) = CanId::base(id) else { continue };
            if let Ok(frame) = CanFrame::new(id, &chunk[..chunk.len().min(8)]) {
                session.handle(now, Input::Frame(&frame));
            }
        } else {
            session.handle(now, Input::Received(chunk));
        }
        session.handle(now, Input::Tick);
        while let Some(output) = session.poll() {
            if output == Output::Hangup {
                session.handle(now, Input::Connected);
            }
        }
    }
    assert!(session.next_deadline().is_some());
}

/// What a client sends to the simulated adapter, which answers each line; and frames for the simulated bus.
pub fn sim_adapter(input: &[u8]) {
    let [protocol, input @ ..] = input else { return };
    let mut scenario = Scenario::standard();
    scenario.protocol = protocol % 9 + 1;
    let mut adapter = Elm327::new(scenario.clone());
    let mut now = core::time::Duration::ZERO;
    for line in input.split_inclusive(|&byte| byte == b'\r') {
        adapter.handle(now, line);
        let mut said = Vec::new();
        while let Some(due) = adapter.next_deadline() {
            now = now.max(due);
            if let Some(SimOutput::Bytes(bytes)) = adapter.poll(now) {
                said.extend(bytes);
            }
        }
        assert!(!line.ends_with(b"\r") || said.ends_with(b">"));
    }
    let mut car = CanCar::new(scenario);
    for chunk in input.chunks(9) {
        let id =
            if chunk[0] & 8 == 0 { CanId::base(0x7DF) } else { CanId::base(0x7E0 + u16::from(chunk[0] & 7)) };
        if let Ok(frame) = id.and_then(|id| CanFrame::new(id, &chunk[1..])) {
            car.handle(now, &frame);
        }
        for _ in 0..64 {
            let Some(due) = car.next_deadline() else { break };
            now = now.max(due);
            car.poll(now);
        }
    }
}

/// The text of a scenario. One that is read can be played.
pub fn sim_scenario(input: &[u8]) {
    let Ok(scenario) = Scenario::from_json(input) else { return };
    let mut adapter = Elm327::new(scenario);
    for line in [&b"0100\r"[..], b"010C0D05\r", b"03\r", b"0902\r", b"020200\r", b"1902FF\r"] {
        let now = adapter.next_deadline().unwrap_or_default();
        adapter.handle(now, line);
        while let Some(due) = adapter.next_deadline() {
            adapter.poll(due);
        }
    }
}

/// A log of a whole bus, with a DBC file before its first zero byte; the byte behind that is the size of the chunks, which
/// must not matter.
pub fn bus_log(input: &[u8]) {
    let split = input.iter().position(|&byte| byte == 0).unwrap_or(input.len());
    let (file, log) = input.split_at(split);
    let (Ok(dbc), [_, size, log @ ..]) = (Dbc::parse(file), log) else { return };
    let read = |reader: &BusLog<'_>, size: usize| {
        let mut seen = Vec::new();
        let mut reader = reader.clone();
        for chunk in log.chunks(size.max(1)) {
            reader.push(chunk, |line| seen.push(format!("{line:?}")));
        }
        reader.finish(|line| seen.push(format!("{line:?}")));
        seen
    };
    for reader in [BusLog::new(&dbc), BusLog::of_asc(&dbc), BusLog::of_csv(&dbc)] {
        assert_eq!(read(&reader, usize::from(*size)), read(&reader, log.len()));
    }
}

/// A DBC file; what follows its first zero byte is the data of a frame, read as every message.
pub fn dbc(input: &[u8]) {
    let split = input.iter().position(|&byte| byte == 0).unwrap_or(input.len());
    let (file, data) = input.split_at(split);
    let Ok(dbc) = Dbc::parse(file) else { return };
    let data = data.get(1..).unwrap_or_default();
    for message in dbc.messages() {
        let found = dbc.message(message.id()).map(DbcMessage::name);
        assert_eq!(found, Some(message.name()));
        for value in dbc.decode(message.id(), data) {
            let _ = value.text();
        }
    }
}

/// A log of Vector's tools.
pub fn asc_log(input: &[u8]) {
    let mut log = AscLog::default();
    for line in input.split(|&byte| byte == b'\n') {
        if let Ok(Some(heard)) = log.read(line) {
            assert!(heard.frame.is_fd() || heard.frame.data().len() <= 8);
        }
    }
}

/// A table of frames.
pub fn csv_log(input: &[u8]) {
    let mut log = CsvLog::default();
    for line in input.split(|&byte| byte == b'\n') {
        if let Ok(Some(heard)) = log.read(line) {
            assert!(heard.frame.is_fd() || heard.frame.data().len() <= 8);
        }
    }
}

/// A line of candump.
pub fn candump_line(input: &[u8]) {
    let _ = CandumpLine::parse(input);
}

/// A line of SLCAN.
pub fn slcan_line(input: &[u8]) {
    let _ = SlcanLine::parse(input);
}

/// A line of an adapter's data, in every header style.
pub fn elm_line(input: &[u8]) {
    for style in [HeaderStyle::Auto, HeaderStyle::Can, HeaderStyle::Off] {
        let _ = ElmLine::parse(input, style);
    }
}

/// An adapter's text: any chunks, the same events.
pub fn elm_scanner(input: &[u8]) {
    let [size, input @ ..] = input else { return };
    let events = |size: usize| {
        let mut scanner = Scanner::new();
        let mut seen = Vec::new();
        for chunk in input.chunks(size.max(1)) {
            scanner.feed(chunk, |event| seen.push(format!("{event:?}")));
        }
        scanner.finish(|event| seen.push(format!("{event:?}")));
        seen
    };
    assert_eq!(events(usize::from(*size)), events(input.len()));
}

/// Frames: each is a length byte and its data; its top bits choose sender and addressing.
pub fn isotp(mut input: &[u8]) {
    let mut network = Network::with_limit(4096);
    while let [head, rest @ ..] = input {
        let length = usize::from(head & 0x0F).min(8).min(rest.len());
        let (data, next) = rest.split_at(length);
        input = next;
        let addressing = if head & 0x80 == 0 { Addressing::Normal } else { Addressing::Extended };
        let Ok(id) = CanId::base(0x7E8 + u16::from(head >> 4 & 0x07)) else { continue };
        let Ok(frame) = CanFrame::new(id, data) else { continue };
        if let Ok(Some(message)) = network.push(&frame, addressing) {
            assert!(!message.data.is_empty() && message.data.len() <= 4096);
        }
    }
    network.finish(|_, _| {});
}

/// Two ends of a conversation and a stranger: a byte of end, pause and size, then the data of a frame that this end hears;
/// CAN FD where the size says so. What is begun ends, and nothing hangs.
pub fn isotp_channel(input: &[u8]) {
    let [choice, rest @ ..] = input else { return };
    let mut input = rest;
    let (Ok(a), Ok(b)) = (CanId::base(0x7E0), CanId::base(0x7E8)) else { return };
    let (here, there) = match choice & 3 {
        0 => (Address::normal(a, b), Address::normal(b, a)),
        1 => (Address::normal_fixed(0xF1, 0x10), Address::normal_fixed(0x10, 0xF1)),
        2 => (Address::extended(a, b, 0xF1, 0x10), Address::extended(b, a, 0x10, 0xF1)),
        _ => (Address::mixed(a, b, 7), Address::mixed(b, a, 7)),
    };
    let mut options = Options { limit: 300, block_size: choice >> 4 & 3, ..Options::default() };
    if choice & 4 != 0 {
        let Ok(size) = FrameSize::fd(64) else { return };
        options.frame_size = size;
    }
    let mut ends = [Channel::new(here, options), Channel::new(there, options)];
    ends[1].pause(choice & 8 != 0);
    let mut now = std::time::Duration::ZERO;
    while let [head, rest @ ..] = input {
        now += std::time::Duration::from_millis(u64::from(head >> 1 & 3) * 600);
        let length = usize::from(head >> 3);
        let (data, next) = rest.split_at(length.min(rest.len()));
        input = next;
        let _ = Pci::parse(data).map(|pci| format!("{pci:?}"));
        let hears = usize::from(head & 1);
        let id = [here, there][1 - hears].transmit();
        let frame = if data.len() > 8 { CanFrame::new_fd(id, data) } else { CanFrame::new(id, data) };
        let _ = ends[1 - hears].send(data);
        for frame in frame.ok().into_iter().chain(ends[1 - hears].poll(now).ok().flatten()) {
            if let Ok(Some(message)) = ends[hears].handle(now, &frame) {
                assert!(!message.is_empty() && message.len() <= 300);
            }
        }
    }
    for end in &mut ends {
        end.pause(false);
        for _ in 0..1000 {
            let Some(due) = end.next_deadline() else { break };
            now = now.max(due);
            let _ = end.poll(now);
        }
        assert!(end.next_deadline().is_none() && !end.is_receiving() && !end.is_sending());
    }
}

/// A truck's bus, heard by a node that takes part and sends: a byte of identifier and time, then the data of a frame.
pub fn j1939_bus(mut input: &[u8]) {
    let (mut receiver, mut sender) = (Receiver::node(1).with_limit(3), Sender::new(1));
    let (mut now, mut arrived) = (std::time::Duration::ZERO, 0);
    while let [head, rest @ ..] = input {
        let (data, next) = rest.split_at(rest.len().min(8));
        input = next;
        let group = [0x1CEC_0100, 0x1CEB_0100, 0x1CEC_FF00, 0x1CEB_FF00][usize::from(head & 3)];
        let Ok(id) = CanId::extended(group | u32::from(head >> 2 & 3)) else { continue };
        let Ok(frame) = CanFrame::new(id, data) else { continue };
        now += std::time::Duration::from_millis(u64::from(head >> 4) * 100);
        if let Ok(Some(message)) = receiver.handle(now, &frame) {
            assert!((9..=LONGEST).contains(&message.data.len()));
            arrived += 1;
        }
        assert!(receiver.transfers() <= 3);
        let _ = receiver.poll(now);
        if let Ok(pgn) = Pgn::new(61_184) {
            let _ = sender.start(6, pgn, head >> 2 & 3, &[0; 30]);
        }
        let _ = (sender.handle(now, &frame), sender.poll(now));
    }
    receiver.finish(|_| arrived += 1);
}

/// The data of a truck's message, read as each kind there is.
pub fn j1939_message(input: &[u8]) {
    let _ = Acknowledgement::parse(input).map(|answer| answer.frame(0));
    let _ = j1939::Request::parse(input).map(|request| request.frame(0, 1));
    let _ = Name::parse(input).map(|name| (name.claim(0), name.function()));
    let _ = Control::parse(input)
        .map(|(control, pgn)| assert_eq!(Control::parse(&control.to_bytes(pgn)), Ok((control, pgn))));
    let _ = (CodeCounts::parse(input), DistanceAndTime::parse(input), Lamps::parse(input));
    let _ = FreezeFrames::parse(input)
        .map(|frames| frames.iter().filter_map(|frame| frame.engine_speed()).count());
    let _ = Readiness::parse(input).map(|state| state.monitors().count());
    let _ = TripReadiness::parse(input).map(|state| state.monitors().count());
    let _ = SupportedSpns::parse(input).map(|supported| supported.iter().count());
    let _ = PerformanceRatios::parse(input).map(|ratios| ratios.iter().count());
    if let Ok(list) = CodeList::parse(input) {
        for code in list.iter() {
            assert!(code.dtc(Some(SpnConversion::Version1)).is_some());
        }
    }
    let _ =
        (spn::vin(input), spn::component_identification(input), spn::software_identification(input).count());
    let table = SpnTable::standard();
    for pgn in groups().iter().filter_map(|group| Pgn::new(group.pgn).ok()) {
        assert!(table.read(pgn, input).count() <= 32);
    }
    if let Some(raw) = input.first_chunk::<4>() {
        let raw = u32::from_le_bytes(*raw);
        if let Ok(id) = CanId::extended(raw & 0x1FFF_FFFF) {
            assert_eq!(Id::of(id).map(Id::can_id), Some(id));
        }
    }
}

/// The message that says which vehicle it is: a VIN that is read stands before the first delimiter, and where there is none
/// stands filler alone.
pub fn read_vin(input: &[u8]) {
    let read = spn::read_vin(input);
    assert_eq!(spn::vin(input), read.ok().flatten());
    let field = input.split(|&byte| byte == b'*').next().unwrap_or_default();
    let is_filler = field.iter().all(|byte| matches!(byte, 0 | b' ' | 0xFF));
    match read {
        Ok(Some(vin)) => {
            let text = vin.as_str().as_bytes();
            assert!(field.windows(text.len()).any(|part| part.eq_ignore_ascii_case(text)));
        }
        Ok(None) => assert!(is_filler),
        Err(error) => assert!(!is_filler && !error.to_string().is_empty()),
    }
}

/// A frame of a K-line or J1850 bus.
pub fn legacy_frame(input: &[u8]) {
    let _ = LegacyFrame::looks_like(input);
    if let Ok(frame) = LegacyFrame::new(input) {
        assert!(!frame.data().is_empty());
    }
}

/// The shortcut from a line to a reading.
pub fn pid_line(input: &[u8]) {
    let _ = PidTable::standard().read_line(input);
}

/// A word: of a setting, an adapter, or the head of a capture. An identifier prints as what reads the same.
pub fn words(input: &[u8]) {
    let _ = (AdapterFault::from_text(input), CaptureFormat::detect(input));
    let _ = input.first().map(|&number| BusProtocol::from_number(number));
    let Ok(text) = std::str::from_utf8(input) else { return };
    if let Ok(id) = text.parse::<CanId>() {
        assert_eq!(id.to_string().parse(), Ok(id));
    }
    if let Ok(address) = text.parse::<AdapterAddress>() {
        let _ = address.to_string();
    }
    if let Ok(fault) = text.parse::<SimFault>() {
        let _ = format!("{fault:?}");
    }
}

/// An answer, read by every service.
pub fn services(input: &[u8]) {
    let _ = live_data(input).map(|data| data.iter().count());
    let _ = freeze_frame(input).map(|frame| frame.dtc());
    for framing in [Framing::Can, Framing::Kline] {
        for service in [DtcService::Stored, DtcService::Pending, DtcService::Permanent] {
            let _ = stored_dtcs(input, service, framing).map(|codes| codes.iter().count());
        }
        if let Ok(info) = vehicle_info(input, framing) {
            let _ = info.items();
            let mut joined = VehicleInfoAssembler::default();
            let _ = (joined.push(&info), joined.finish());
            assert!(!joined.is_receiving());
        }
    }
    let _ = dtcs_by_status(input).map(|records| records.iter().count());
    let _ = dtc_count(input);
    let _ = data_by_identifier(input);
    let _ = NegativeResponse::parse(input);
}

/// A request of any service: what is read writes itself again.
pub fn uds_request(input: &[u8]) {
    if let Ok(request) = Request::parse(input) {
        let mut out = Vec::new();
        request.encode(&mut out);
        assert_eq!(out, input);
        let _ = format!("{request:?}");
    }
}

/// An answer of any service, its lengths chosen by the first byte: what is read writes itself again, but for padding.
pub fn uds_answer(input: &[u8]) {
    let [choice, input @ ..] = input else { return };
    let length = |seed: u8| (choice % 4 < 3).then_some(usize::from((choice ^ seed) % 8));
    let _ = PeriodicData::parse(input);
    let _ = Records::<WwhObdRecord>::new(input).map(|records| records.iter().count());
    let _ = ScalingRecords::new(input).map(|records| records.iter().count());
    let _ = MemoryRanges::new(input).map(|ranges| ranges.iter().count());
    let Ok(answer) = Answer::parse(input) else { return };
    let mut out = Vec::new();
    answer.encode(&mut out);
    // On a K-line, a refusal repeats the request.
    let is_refused = matches!(answer, Answer::Negative(_) | Answer::Pending { .. });
    assert!(is_refused || input.starts_with(&out));
    assert!(Answer::parse(&out).is_ok());
    let _ = format!("{answer:?}");
    match answer {
        Answer::ReadDataByIdentifier(answer) => {
            let _ = answer.iter(|identifier| length(identifier as u8)).count();
        }
        Answer::ReadDtcInformation(answer) => match answer.report {
            DtcReport::DtcSnapshotRecordByDtcNumber { snapshots }
            | DtcReport::UserDefMemoryDtcSnapshotRecordByDtcNumber { snapshots, .. } => {
                let _ = snapshots.iter(|identifier| length(identifier as u8)).count();
            }
            DtcReport::DtcStoredDataByRecordNumber { stored_data } => {
                let _ = stored_data.iter(|identifier| length(identifier as u8)).count();
            }
            DtcReport::DtcExtDataRecordByDtcNumber { extended_data }
            | DtcReport::MirrorMemoryDtcExtDataRecordByDtcNumber { extended_data }
            | DtcReport::UserDefMemoryDtcExtDataRecordByDtcNumber { extended_data, .. } => {
                let _ = extended_data.iter(length).count();
            }
            DtcReport::DtcExtDataRecordByRecordNumber { extended_data } => {
                let _ = extended_data.iter(|dtc| length(dtc.failure_type())).count();
            }
            _ => {}
        },
        _ => {}
    }
}

/// A signal set; what follows its first zero byte is an answer to read by it.
pub fn signal_set(input: &[u8]) {
    let split = input.iter().position(|&byte| byte == 0).unwrap_or(input.len());
    let (json, answer) = input.split_at(split);
    if let Ok(set) = SignalSet::from_json(json) {
        let sets = SignalSets::new([set]);
        let answer = answer.get(1..).unwrap_or_default();
        let _ = sets.read(answer, None, Some(2020)).count();
    }
}

/// A request of SAE J1979 or KWP2000: what is read writes itself again.
pub fn obd_request(input: &[u8]) {
    let mut out = Vec::new();
    if let Ok(request) = j1979::Request::parse(input) {
        request.encode(&mut out);
        assert_eq!(out, input);
        let _ = format!("{request:?} {}", request.name());
    }
    out.clear();
    if let Ok(request) = kwp::Request::parse(input) {
        request.encode(&mut out);
        assert_eq!(out, input);
        let _ = format!("{request:?} {}", request.name());
    }
}

/// An answer of SAE J1979 on both kinds of bus: what is read writes itself again, but for padding.
pub fn j1979_answer(input: &[u8]) {
    for framing in [Framing::Can, Framing::Kline] {
        let Ok(answer) = j1979::Answer::parse(input, framing) else { continue };
        let mut out = Vec::new();
        answer.encode(framing, &mut out);
        // On a K-line, a refusal repeats the request.
        let is_refused = matches!(answer, j1979::Answer::Negative(_) | j1979::Answer::Pending { .. });
        assert!(is_refused || input.starts_with(&out));
        assert!(j1979::Answer::parse(&out, framing).is_ok());
        let _ = format!("{answer:?}");
        match answer {
            j1979::Answer::Control(control) => {
                let _ = control.supported().count();
            }
            j1979::Answer::FreezeFrame(frames) => assert!(frames.iter().count() > 0),
            j1979::Answer::MonitorTests(tests) => {
                let mut again = vec![0x46];
                for item in tests.iter() {
                    item.encode(framing, &mut again);
                    if let j1979::MonitorItem::Test(test) = item {
                        let _ = (test.outcome(), test.name(), test.monitor.name(), test.scaled(test.value));
                    }
                }
                assert_eq!(again.len(), out.len());
            }
            j1979::Answer::OxygenSensorTest(test) => {
                let _ = (test.passed(), test.name(), test.sensor.in_two_banks(), test.sensor.in_four_banks());
            }
            j1979::Answer::VehicleInfo(info) => {
                let _ = info.items();
                let _ = VehicleInfoAssembler::default().push(&info);
            }
            _ => {}
        }
    }
}

/// An answer of KWP2000: what is read writes itself again, but for padding.
pub fn kwp_answer(input: &[u8]) {
    let Ok(answer) = kwp::Answer::parse(input) else { return };
    let mut out = Vec::new();
    answer.encode(&mut out);
    let is_refused = matches!(answer, kwp::Answer::Negative(_) | kwp::Answer::Pending { .. });
    assert!(is_refused || input.starts_with(&out));
    assert!(kwp::Answer::parse(&out).is_ok());
    let _ = format!("{answer:?}");
    match answer {
        kwp::Answer::ReadDtcByStatus(answer) => {
            let states = answer.dtcs.iter().map(|record| (record.vag(), record.status.storage().name()));
            assert_eq!(states.count(), answer.dtcs.len());
        }
        kwp::Answer::ReadDataByLocalIdentifier(answer) => {
            if let Some(block) = kwp::MeasuringBlock::of(&answer) {
                assert!(block.iter().filter_map(|value| value.scaled()).all(|(value, _)| value.is_finite()));
            }
        }
        _ => {}
    }
}
