//! Services 04, 05, 06 and 08, and the codes of KWP2000.

use cc_core::{Dtc, Vin};

use super::decoder::{Decoder, Origin};
use super::{CaptureCode, ClearedReport, Item, KwpCodes, SupportedReport};
use crate::j1979::{ControlAnswer, MonitorItem, OxygenSensorTest, OxygenTestData, monitor_tests};
use crate::kwp::{
    DtcNumber, DtcRequestStatus, DtcStatus, IdentificationOption, ReadDtcAnswer, ReadDtcByStatusAnswer,
    ReadEcuIdentificationAnswer, ReadStatusOfDtcAnswer,
};
use crate::service::{AnswerError, Framing, Supported, is_padding};

impl Decoder {
    /// Services 04 and 14 (UDS and KWP2000): what was stored is gone.
    pub(super) fn cleared(&mut self, origin: Origin, answer: &[u8]) {
        let service = answer[0] & !0x40;
        // KWP2000 repeats the group of codes.
        let is_whole = match answer {
            [0x54, _, _] => true,
            [_, rest @ ..] => is_padding(rest),
            [] => false,
        };
        if is_whole {
            self.emit(origin, Item::Cleared(ClearedReport { service }));
        } else {
            self.other(origin, answer, 0);
        }
    }

    pub(super) fn monitor_tests(
        &mut self,
        origin: Origin,
        answer: &[u8],
        framing: Framing,
    ) -> Result<(), AnswerError> {
        for item in monitor_tests(answer, framing)?.iter() {
            let item = match item {
                MonitorItem::Component(test) => Item::ComponentTest(test),
                MonitorItem::Supported(ids) => Item::Supported(SupportedReport { service: 0x06, ids }),
                MonitorItem::Test(test) => Item::MonitorTest(test),
            };
            self.emit(origin, item);
        }
        Ok(())
    }

    pub(super) fn oxygen_sensor_test(&mut self, origin: Origin, answer: &[u8]) -> Result<(), AnswerError> {
        let test = OxygenSensorTest::parse(answer)?;
        let item = match test.data {
            OxygenTestData::Supported(ids) => Item::Supported(SupportedReport { service: 0x05, ids }),
            _ => Item::OxygenSensorTest(test),
        };
        self.emit(origin, item);
        Ok(())
    }

    pub(super) fn control(&mut self, origin: Origin, answer: &[u8]) -> Result<(), AnswerError> {
        let control = ControlAnswer::parse(answer)?;
        if !Supported::is_base(control.test) {
            self.other(origin, answer, 1);
        }
        for ids in control.supported() {
            self.emit(origin, Item::Supported(SupportedReport { service: 0x08, ids }));
        }
        Ok(())
    }

    /// Services 13, 17 and 18: codes. They are no scan: the list is not one of those that rules know.
    pub(super) fn kwp_codes(&mut self, origin: Origin, answer: &[u8]) -> Result<(), AnswerError> {
        match answer.first() {
            Some(0x53) => {
                for dtc in ReadDtcAnswer::parse(answer)?.dtcs.iter() {
                    self.kwp_code(origin, 0x13, dtc, None);
                }
            }
            Some(0x57) => {
                let status = ReadStatusOfDtcAnswer::parse(answer)?;
                self.kwp_code(origin, 0x17, status.dtc, Some(status.status));
            }
            _ => {
                for record in ReadDtcByStatusAnswer::parse(answer)?.dtcs.iter() {
                    self.kwp_code(origin, 0x18, record.dtc, Some(record.status));
                }
            }
        }
        Ok(())
    }

    fn kwp_code(&mut self, origin: Origin, service: u8, dtc: DtcNumber, kwp_status: Option<DtcStatus>) {
        let unknown = Dtc::Kwp(dtc.kwp());
        let dtc = match self.kwp_codes {
            // The request says how the codes are to be written.
            KwpCodes::Unknown if service == 0x18 && asks_for_j2012(self.buses.reply().request()) => {
                dtc.j2012().into()
            }
            KwpCodes::Unknown => unknown,
            KwpCodes::J2012 => dtc.j2012().into(),
            KwpCodes::Vag => dtc.vag().map_or(unknown, Dtc::Vag),
        };
        let code = CaptureCode { kwp_status, service: Some(service), ..CaptureCode::of(dtc) };
        self.emit(origin, Item::TroubleCode(code));
    }

    /// Service 1A: who the ECU is.
    pub(super) fn kwp_identification(&mut self, origin: Origin, answer: &[u8]) -> Result<(), AnswerError> {
        let identification = ReadEcuIdentificationAnswer::parse(answer)?;
        let vin: Option<Vin> = core::str::from_utf8(identification.data.0)
            .ok()
            .filter(|_| identification.option == IdentificationOption::VIN)
            .and_then(|text| text.trim_matches('\0').parse().ok());
        match vin {
            Some(vin) => self.emit(origin, Item::Vin(vin)),
            None => self.other(origin, answer, 1),
        }
        Ok(())
    }
}

/// Whether the request of service 18 is for codes of SAE J2012: their status byte tells.
fn asks_for_j2012(request: &[u8]) -> bool {
    let [0x18, status, ..] = *request else { return false };
    [DtcRequestStatus::STORED, DtcRequestStatus::SUPPORTED].iter().any(|known| known.raw() == status)
}
