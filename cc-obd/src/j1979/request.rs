//! What a tester asks.

use super::ids::{FrameIds, Ids};
use super::oxygen::SensorLocation;
use crate::service::DtcService;
use crate::uds::RawData;

request! {
    /// Asks for current data: service 01.
    CurrentDataRequest = 0x01 {
        /// The parameters.
        ids: Ids;
    }
}

request! {
    /// Asks for data frozen when a code was stored: service 02. Parameter 02 of a frame is that code.
    FreezeFrameRequest = 0x02 {
        /// The parameters and the numbers of their frames.
        ids: FrameIds;
    }
}

request! {
    /// Asks for the confirmed codes: service 03.
    StoredDtcsRequest = 0x03 {}
}

request! {
    /// Tells every ECU to forget its emission-related codes, freeze frames, test results and the state of its
    /// monitors: service 04. The car is then not ready for an inspection, and the cause of a fault is lost.
    ClearDtcsRequest = 0x04 {}
}

request! {
    /// Asks for a result of the tests of an oxygen sensor: service 05. Not on CAN, where service 06 has them.
    OxygenSensorTestRequest = 0x05 {
        /// The test; `00`, `20` … list the others.
        test: u8;
        /// The sensor.
        sensor: SensorLocation;
    }
}

request! {
    /// Asks for the results of the tests that the ECU makes of the car: service 06.
    MonitorTestsRequest = 0x06 {
        /// On CAN the monitors; on K-line and J1850 one test.
        ids: Ids;
    }
}

request! {
    /// Asks for the codes found in this or the last driving cycle: service 07.
    PendingDtcsRequest = 0x07 {}
}

request! {
    /// Asks for control of a system, a component or a test: service 08. On CAN, several ids may be asked for where all
    /// of them list others; then the further ones are the data.
    ControlRequest<'a> = 0x08 {
        /// What to control; 01 closes the vents for a leak test.
        test: u8;
        /// What belongs to it, at most five bytes.
        data: RawData<'a>;
    }
}

request! {
    /// Asks for the vehicle's identification, calibrations and counters: service 09.
    VehicleInfoRequest = 0x09 {
        /// The info types.
        ids: Ids;
    }
}

request! {
    /// Asks for the codes that only the car itself can clear: service 0A.
    PermanentDtcsRequest = 0x0A {}
}

/// One service: a line of the table of services.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Service {
    /// The service byte of a request; a positive answer has 0x40 added.
    pub service: u8,
    /// What it does, in the words of SAE J1979.
    pub name: &'static str,
    /// The type of its request.
    pub request: &'static str,
}

macro_rules! services {
    ($($service:literal $name:literal $variant:ident $request:ident $(<$life:lifetime>)?;)*) => {
        request_enum! {
            /// A request of any service of SAE J1979, service byte first.
            ///
            /// # Examples
            ///
            /// ```
            /// use cc_obd::j1979::{CurrentDataRequest, Ids, Request};
            /// use cc_obd::service::AnswerError;
            ///
            /// let request = Request::CurrentData(CurrentDataRequest { ids: Ids::new(&[0x0C, 0x0D]).unwrap() });
            /// let mut bytes = Vec::new();
            /// request.encode(&mut bytes);
            /// assert_eq!(bytes, [0x01, 0x0C, 0x0D]);
            /// assert_eq!(Request::parse(&bytes)?, request);
            ///
            /// let error = Request::parse(&[0x03, 0x00]).unwrap_err();
            /// assert_eq!(error.to_string(), "bytes left over behind the parameter data at offset 1");
            /// # Ok::<(), AnswerError>(())
            /// ```
            "What the service does, in the words of SAE J1979."
            $($service $name $variant $request $(<$life>)?;)*
        }

        /// Every service, by its byte.
        pub const SERVICES: &[Service] =
            &[$(Service { service: $service, name: $name, request: stringify!($request) }),*];
    };
}

services! {
    0x01 "current powertrain diagnostic data" CurrentData CurrentDataRequest;
    0x02 "powertrain freeze frame data" FreezeFrame FreezeFrameRequest;
    0x03 "emission-related diagnostic trouble codes" StoredDtcs StoredDtcsRequest;
    0x04 "clear emission-related diagnostic information" ClearDtcs ClearDtcsRequest;
    0x05 "oxygen sensor monitoring test results" OxygenSensorTest OxygenSensorTestRequest;
    0x06 "on-board monitoring test results" MonitorTests MonitorTestsRequest;
    0x07 "codes detected during current or last completed driving cycle" PendingDtcs PendingDtcsRequest;
    0x08 "control of on-board system, test or component" Control ControlRequest<'a>;
    0x09 "vehicle information" VehicleInfo VehicleInfoRequest;
    0x0A "codes with permanent status" PermanentDtcs PermanentDtcsRequest;
}

impl Request<'_> {
    /// Asks for parameters of service 01.
    pub fn current_data(ids: impl Into<Ids>) -> Self {
        Self::CurrentData(CurrentDataRequest { ids: ids.into() })
    }

    /// Asks for one parameter of one freeze frame.
    pub const fn freeze_frame(id: u8, frame: u8) -> Self {
        Self::FreezeFrame(FreezeFrameRequest { ids: FrameIds::one(id, frame) })
    }

    /// Asks for a list of codes.
    pub const fn dtcs(list: DtcService) -> Self {
        match list {
            DtcService::Stored => Self::StoredDtcs(StoredDtcsRequest {}),
            DtcService::Pending => Self::PendingDtcs(PendingDtcsRequest {}),
            DtcService::Permanent => Self::PermanentDtcs(PermanentDtcsRequest {}),
        }
    }

    /// Asks for the results of monitors (CAN), or of one test (K-line, J1850).
    pub fn monitor_tests(ids: impl Into<Ids>) -> Self {
        Self::MonitorTests(MonitorTestsRequest { ids: ids.into() })
    }

    /// Asks for info types of service 09.
    pub fn vehicle_info(ids: impl Into<Ids>) -> Self {
        Self::VehicleInfo(VehicleInfoRequest { ids: ids.into() })
    }
}
