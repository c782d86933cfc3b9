//! One whole answer to its items.

use alloc::vec::Vec;

use cc_core::{Dtc, DtcStatus, Number, ScanService, ScannedCode, Value, Vin};

use super::code_report::{self, Report};
use super::decoder::{Decoder, Origin};
use super::reply::CodeList;
use super::{
    CaptureCode, CaptureError, CaptureReading, Item, NoValue, OtherAnswer, PaddingReport, SupportedReport,
};
use crate::frame::CanId;
use crate::pid::PidValue;
use crate::service::{
    AnswerError, CycleReadiness, DtcService, Framing, InfoItem, Layer, NegativeResponse, Parameter,
    Supported, VIN_IDENTIFIER, data_by_identifier, dtcs_by_status, freeze_frames, is_padding,
    live_data_asked, parameter_length, readiness, stored_dtcs, vehicle_info,
};
use crate::signals::{SetReading, SetValue};
use crate::uds;

impl Decoder {
    /// Reads one whole answer, service byte first.
    pub(super) fn answer(&mut self, origin: Origin, answer: &[u8], framing: Framing) {
        let Some(&service) = answer.first() else { return self.error(origin, CaptureError::Unreadable) };
        if !is_answer(service) {
            return self.error(origin, CaptureError::Unreadable);
        }
        if self.buses.reply().is_over(origin.sender, service) {
            self.end_info(origin);
            self.give_lists(origin);
            self.buses.current().reply.next();
        }
        self.buses.current().reply.answered(service);
        self.last_line = origin.line;
        let origin = Origin { answer: self.count_answer(), ..origin };
        let read = match service {
            NegativeResponse::SERVICE => NegativeResponse::parse(answer).map(|negative| {
                self.buses.current().reply.refused(origin.sender, negative);
                self.emit(origin, Item::Negative(negative));
            }),
            0x41 => self.live_data(origin, answer),
            0x42 => self.freeze_frame(origin, answer),
            0x44 | 0x54 => {
                self.cleared(origin, answer);
                Ok(())
            }
            0x43 => self.codes(origin, answer, DtcService::Stored, framing),
            0x47 => self.codes(origin, answer, DtcService::Pending, framing),
            0x4A => self.codes(origin, answer, DtcService::Permanent, framing),
            0x49 => self.vehicle_info(origin, answer, framing),
            0x59 => self.dtc_information(origin, answer),
            0x62 => self.data(origin, answer),
            0x45 | 0x46 | 0x48 | 0x53 | 0x57 | 0x58 | 0x5A => self.older(origin, answer, framing),
            _ => {
                if !self.by_sets(origin, answer, None) {
                    self.other(origin, answer, 0);
                }
                Ok(())
            }
        };
        if let Err(error) = read {
            self.error(origin, CaptureError::Answer(error));
        }
    }

    /// Services that signal sets describe, too.
    fn older(&mut self, origin: Origin, answer: &[u8], framing: Framing) -> Result<(), AnswerError> {
        if self.by_sets(origin, answer, None) {
            return Ok(());
        }
        match answer.first() {
            Some(0x45) => self.oxygen_sensor_test(origin, answer),
            Some(0x46) => self.monitor_tests(origin, answer, framing),
            Some(0x48) => self.control(origin, answer),
            Some(0x5A) => self.kwp_identification(origin, answer),
            _ => self.kwp_codes(origin, answer),
        }
    }

    fn live_data(&mut self, origin: Origin, answer: &[u8]) -> Result<(), AnswerError> {
        // Only the request tells the id of a parameter from bytes that are too many.
        for parameter in live_data_asked(answer, self.buses.reply().parameters())?.iter() {
            self.parameter(origin, parameter, None);
            match (parameter.id, parameter.data) {
                (0x01, &[a, b, c, d]) => self.emit(origin, Item::Readiness(readiness([a, b, c, d]))),
                (0x41, &[a, b, c, d]) => {
                    self.emit(origin, Item::CycleReadiness(CycleReadiness::new([a, b, c, d])));
                }
                _ => self.supported(origin, 0x01, parameter),
            }
        }
        Ok(())
    }

    fn freeze_frame(&mut self, origin: Origin, answer: &[u8]) -> Result<(), AnswerError> {
        for frame in freeze_frames(answer)?.iter() {
            if frame.id != 0x02 {
                let parameter = Parameter { id: frame.id, data: frame.data };
                self.parameter(origin, parameter, Some(frame.frame));
                self.supported(origin, 0x02, parameter);
                continue;
            }
            match frame.dtc() {
                Some(code) => {
                    let code = CaptureCode {
                        service: Some(0x02),
                        freeze_frame: Some(frame.frame),
                        ..CaptureCode::of(code.into())
                    };
                    self.emit(origin, Item::TroubleCode(code));
                }
                None => self.emit(origin, Item::NoFreezeFrame(frame.frame)),
            }
        }
        Ok(())
    }

    /// The readings of one parameter of service 01 or 02, by the sets, or else by the catalogue.
    fn parameter(&mut self, origin: Origin, parameter: Parameter<'_>, freeze_frame: Option<u8>) {
        let by_sets = !self.sets.is_empty() && {
            let mut single = Vec::with_capacity(parameter.data.len() + 2);
            single.extend_from_slice(&[0x41, parameter.id]);
            single.extend_from_slice(parameter.data);
            self.by_sets(origin, &single, freeze_frame)
        };
        if by_sets && !self.catalogue_too {
            return;
        }
        let before = self.items.len();
        for reading in self.table.read(parameter) {
            let value = match reading.value {
                PidValue::Bool(value) => Value::Bool(value),
                PidValue::Number(number) => match Number::from_f64(number) {
                    Some(number) => Value::Number(number),
                    None => continue,
                },
            };
            let unit = reading.signal.signal().map(|row| row.unit);
            let reading = CaptureReading::new(reading.signal.clone(), value, unit, freeze_frame);
            self.items.push_back(origin.item(Item::Reading(reading)));
        }
        let special = matches!(parameter.id, 0x01 | 0x41) || Supported::is_base(parameter.id);
        if self.items.len() == before && !by_sets && !special {
            let identifier = Some(u16::from(parameter.id));
            let service = if freeze_frame.is_some() { 0x02 } else { 0x01 };
            self.emit(
                origin,
                Item::Other(OtherAnswer { service, identifier, length: parameter.data.len() + 2 }),
            );
        }
    }

    fn supported(&mut self, origin: Origin, service: u8, parameter: Parameter<'_>) {
        if let (true, Ok(bytes)) = (Supported::is_base(parameter.id), parameter.data.try_into()) {
            let ids = Supported::new(parameter.id, bytes);
            self.emit(origin, Item::Supported(SupportedReport { service, ids }));
        }
    }

    fn codes(
        &mut self,
        origin: Origin,
        answer: &[u8],
        service: DtcService,
        framing: Framing,
    ) -> Result<(), AnswerError> {
        let codes = stored_dtcs(answer, service, framing)?;
        let found: Vec<_> =
            codes.iter().map(|code| ScannedCode { dtc: Dtc::J2012(code), status: None }).collect();
        let padding = if framing == Framing::Can { codes.padding() } else { 0 };
        self.emit_codes(origin, &found, service.service());
        self.padding(origin, service.service(), padding);
        self.list(
            origin,
            framing,
            service.service(),
            CodeList {
                sender: origin.sender,
                service: scan_service(service),
                mask: None,
                codes: found,
                complete: true,
            },
        );
        Ok(())
    }

    /// Takes a list of codes of one message, as the answer to a service.
    fn list(&mut self, origin: Origin, framing: Framing, service: u8, mut list: CodeList) {
        let waits = self.lists_wait(framing);
        let reply = &mut self.buses.current().reply;
        // A late part of an answer to another request.
        list.complete &= !waits || reply.asked().is_none_or(|asked| asked == service);
        reply.add(list);
        if !waits {
            self.give_lists(origin);
        }
    }

    /// Says that bytes behind a list were passed over as padding.
    fn padding(&mut self, origin: Origin, service: u8, length: usize) {
        if length > 0 {
            self.emit(origin, Item::Padding(PaddingReport { service, length }));
        }
    }

    fn vehicle_info(&mut self, origin: Origin, answer: &[u8], framing: Framing) -> Result<(), AnswerError> {
        let info = vehicle_info(answer, framing)?;
        let items = match framing {
            Framing::Can => Some(info.items()?),
            Framing::Kline => {
                let source = origin.sender.address();
                if let Some(lost) = self.legacy.info(source).interrupted_by(&info) {
                    self.error(origin, CaptureError::Answer(lost));
                }
                self.legacy.info(source).push(&info)?
            }
        };
        for item in items.unwrap_or_default() {
            let item = match item {
                InfoItem::Vin(vin) => Item::Vin(vin),
                InfoItem::Supported(ids) => Item::Supported(SupportedReport { service: 0x09, ids }),
                InfoItem::Other { info_type, .. } => Item::Other(OtherAnswer {
                    service: 0x09,
                    identifier: Some(u16::from(info_type)),
                    length: answer.len(),
                }),
                other => Item::Info(other),
            };
            self.emit(origin, item);
        }
        Ok(())
    }

    fn dtc_information(&mut self, origin: Origin, answer: &[u8]) -> Result<(), AnswerError> {
        match answer {
            [_, 0x02, ..] => {
                let records = dtcs_by_status(answer)?;
                let found: Vec<_> = records
                    .iter()
                    .map(|record| ScannedCode { dtc: record.dtc.into(), status: Some(record.status) })
                    .collect();
                self.emit_codes(origin, &found, 0x19);
                self.padding(origin, 0x19, records.padding());
                // Which codes the list leaves out is known with the mask alone.
                let mask = self.buses.reply().status_mask();
                self.list(
                    origin,
                    Framing::Can,
                    0x19,
                    CodeList {
                        sender: origin.sender,
                        service: ScanService::Uds,
                        mask: mask.map(|mask| DtcStatus(mask & records.availability())),
                        codes: found,
                        complete: mask.is_some(),
                    },
                );
            }
            // The bit asks that there be no answer, and so stands in requests alone.
            [_, report, ..] if report & uds::part::SUPPRESS != 0 => {
                return Err(AnswerError::Truncated { layer: Layer::SubFunction, offset: 1 });
            }
            _ => {
                if !self.by_sets(origin, answer, None) {
                    self.report(origin, answer)?;
                }
            }
        }
        Ok(())
    }

    /// Reads a report that is no scan: none of its codes says that another one is not there.
    fn report(&mut self, origin: Origin, answer: &[u8]) -> Result<(), AnswerError> {
        // What an identifier means is the maker's to say, but for these (ISO 14229-1:2020, annex C.1).
        let lengths = |identifier: u16| match identifier.to_be_bytes() {
            _ if identifier == VIN_IDENTIFIER => Some(VIN_LENGTH),
            [0xF4, parameter] => parameter_length(parameter),
            _ => None,
        };
        let list = match code_report::read(answer, lengths)? {
            None => {
                self.other(origin, answer, 1);
                return Ok(());
            }
            Some(Report::Count(count)) => {
                self.emit(origin, Item::CodeCount(count));
                return Ok(());
            }
            Some(Report::List(list)) => list,
        };
        self.emit(origin, Item::CodeReport(list.head));
        for code in list.codes {
            self.emit(origin, Item::TroubleCode(code));
        }
        for detail in list.details {
            self.emit(origin, Item::CodeDetail(detail));
        }
        self.padding(origin, 0x19, list.padding);
        list.error.map_or(Ok(()), Err)
    }

    fn data(&mut self, origin: Origin, answer: &[u8]) -> Result<(), AnswerError> {
        let record = data_by_identifier(answer)?;
        if self.by_sets(origin, answer, None) {
            return self.further_data(origin, answer);
        }
        if record.identifier != VIN_IDENTIFIER {
            self.other(origin, answer, 2);
            return Ok(());
        }
        if let Some(vin) = vin(record.data) {
            self.emit(origin, Item::Vin(vin));
            return Ok(());
        }
        if let Some((data, further)) = record.data.split_at_checked(VIN_LENGTH)
            && let (Some(vin), [high, low, ..]) = (vin(data), further)
            && self.buses.reply().identifiers().any(|asked| asked.to_be_bytes() == [*high, *low])
        {
            self.emit(origin, Item::Vin(vin));
            // The next record gets the service byte of its own.
            let further = [&answer[..1], further].concat();
            // It cannot be the VIN again, so that this ends.
            if !further.starts_with(&answer[..3]) {
                return self.data(origin, &further);
            }
        }
        // An ECU that was never told its VIN has filler there.
        let data = record.data;
        if data.len() != VIN_LENGTH || is_padding(data) || data.iter().all(|&byte| byte == b' ') {
            self.other(origin, answer, 2);
            return Ok(());
        }
        Err(AnswerError::Truncated { layer: Layer::ParameterData, offset: 3 })
    }

    /// The records behind the first, where several identifiers were asked for at once: only the sets know where one
    /// ends and the next begins.
    fn further_data(&mut self, origin: Origin, answer: &[u8]) -> Result<(), AnswerError> {
        let mut record = answer.to_vec();
        let asked = self.buses.reply().identifiers().len();
        let mut before = 0;
        for _ in 1..asked {
            let Some(end) = self.sets.length(&record, origin.sender.can_id(), self.year) else { break };
            if record.len() <= end {
                break;
            }
            // The next record gets the service byte of its own.
            record.drain(1..end);
            before += end.saturating_sub(1);
            if !self.by_sets(origin, &record, None) {
                data_by_identifier(&record).map_err(|error| error.behind(before))?;
                self.other(origin, &record, 2);
                break;
            }
        }
        Ok(())
    }

    /// The readings of a signal set; `false` where no set describes the answer.
    fn by_sets(&mut self, origin: Origin, answer: &[u8], freeze_frame: Option<u8>) -> bool {
        let sender = origin.sender.can_id();
        if self.sets.is_empty() || !self.sets.describes(answer, sender, self.year) {
            return false;
        }
        let items: Vec<_> = self.set_items(answer, sender, freeze_frame).collect();
        let found = !items.is_empty();
        for item in items {
            self.emit(origin, item);
        }
        if !found {
            // Described, but too short for every signal.
            self.error(origin, CaptureError::Answer(too_short(answer)));
        }
        true
    }

    fn set_items<'a>(
        &'a self,
        answer: &'a [u8],
        sender: Option<CanId>,
        freeze_frame: Option<u8>,
    ) -> impl Iterator<Item = Item> + use<'a> {
        self.sets.read(answer, sender, self.year).map(move |SetReading { id, value, unit }| {
            let signal = id.clone();
            let value = match value {
                SetValue::Number(number) => Number::from_f64(number).map(Value::Number),
                SetValue::Text(text) => Some(Value::from(text)),
                SetValue::Unlisted(raw) => return Item::NoValue(NoValue { signal, unlisted: Some(raw) }),
                SetValue::Null => None,
            };
            match value {
                Some(value) => Item::Reading(CaptureReading::new(signal, value, unit, freeze_frame)),
                None => Item::NoValue(NoValue { signal, unlisted: None }),
            }
        })
    }

    fn emit_codes(&mut self, origin: Origin, codes: &[ScannedCode], service: u8) {
        for &ScannedCode { dtc, status } in codes {
            let code = CaptureCode { status, service: Some(service), ..CaptureCode::of(dtc) };
            self.emit(origin, Item::TroubleCode(code));
        }
    }

    /// A positive answer nobody explains, with `width` bytes of identifier.
    pub(super) fn other(&mut self, origin: Origin, answer: &[u8], width: usize) {
        let identifier = answer.get(1..=width).filter(|_| width > 0);
        let identifier = identifier.map(|bytes| bytes.iter().fold(0, |id, &byte| id << 8 | u16::from(byte)));
        let service = answer[0] & !0x40;
        self.emit(origin, Item::Other(OtherAnswer { service, identifier, length: answer.len() }));
    }
}

/// A VIN has 17 characters (ISO 3779).
const VIN_LENGTH: usize = 17;

fn vin(data: &[u8]) -> Option<Vin> {
    core::str::from_utf8(data).ok()?.trim_matches('\0').parse().ok()
}

/// Answers have bit 6 set; requests and their echo do not.
fn is_answer(service: u8) -> bool {
    service & 0x40 != 0
}

fn scan_service(service: DtcService) -> ScanService {
    match service {
        DtcService::Stored => ScanService::Stored,
        DtcService::Pending => ScanService::Pending,
        DtcService::Permanent => ScanService::Permanent,
    }
}

fn too_short(answer: &[u8]) -> AnswerError {
    AnswerError::Truncated { layer: crate::service::Layer::ParameterData, offset: answer.len() }
}
