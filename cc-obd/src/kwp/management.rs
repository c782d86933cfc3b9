//! Sessions, identification, data and routines of KWP2000.

use crate::uds::{RawData, SomeData};

named! {
    /// Which functions an ECU offers (ISO 14230-3 and makers of its time).
    SessionMode & 0xFF {
        0x81 STANDARD "standard session";
        0x84 END_OF_LINE "end of line session";
        0x85 PROGRAMMING "programming session";
        0x86 DEVELOPMENT "development session";
        0x87 ADJUSTMENT "adjustment session";
        0x89 VAG_DIAGNOSTIC "diagnostic session of the Volkswagen group";
    }
}

request! {
    /// Asks for a session: service 10.
    StartDiagnosticSessionRequest<'a> = 0x10 {
        /// Which one.
        mode: SessionMode;
        /// A bit rate or whatever else the maker adds.
        data: RawData<'a>;
    }
}

answer! {
    /// A session begins: service 10.
    StartDiagnosticSessionAnswer<'a> = 0x10 {
        /// Which one.
        mode: SessionMode;
        /// What the maker adds.
        data: RawData<'a>;
    }
}

named! {
    /// How an ECU starts anew.
    ResetMode & 0xFF {
        0x01 POWER_ON "power on";
        0x82 NONVOLATILE_MEMORY "non-volatile memory";
    }
}

request! {
    /// Tells an ECU to start anew: service 11.
    EcuResetRequest = 0x11 {
        /// How.
        mode: ResetMode;
    }
}

answer! {
    /// An ECU starts anew: service 11.
    EcuResetAnswer<'a> = 0x11 {
        /// The mode and whatever the maker adds; many ECUs say nothing.
        data: RawData<'a>;
    }
}

named! {
    /// What an ECU is asked to say of itself. From 86 on they are the low bytes of the identifiers F186 … of UDS.
    IdentificationOption & 0xFF {
        0x80 DATA_TABLE "table of all that follows";
        0x81 SCALING_TABLE "scaling of the table";
        0x87 SPARE_PART_NUMBER "vehicle manufacturer spare part number";
        0x88 SOFTWARE_NUMBER "vehicle manufacturer ECU software number";
        0x89 SOFTWARE_VERSION_NUMBER "vehicle manufacturer ECU software version number";
        0x8A SYSTEM_SUPPLIER "system supplier";
        0x8B MANUFACTURING_DATE "ECU manufacturing date";
        0x8C SERIAL_NUMBER "ECU serial number";
        0x90 VIN "vehicle identification number";
        0x91 HARDWARE_NUMBER "vehicle manufacturer ECU hardware number";
        0x92 SUPPLIER_HARDWARE_NUMBER "system supplier ECU hardware number";
        0x93 SUPPLIER_HARDWARE_VERSION "system supplier ECU hardware version number";
        0x94 SUPPLIER_SOFTWARE_NUMBER "system supplier ECU software number";
        0x95 SUPPLIER_SOFTWARE_VERSION "system supplier ECU software version number";
        0x96 EXHAUST_REGULATION "exhaust regulation or type approval number";
        0x97 SYSTEM_NAME "system name or engine type";
        0x98 REPAIR_SHOP "repair shop code or tester serial number";
        0x99 PROGRAMMING_DATE "programming date";
        0x9A CALIBRATION_SHOP "calibration repair shop code";
        0x9B CALIBRATION_DATE "calibration date; ECU and coding in the Volkswagen group";
        0x9C CALIBRATION_SOFTWARE "calibration equipment software number";
        0x9D INSTALLATION_DATE "ECU installation date";
    }
}

request! {
    /// Asks an ECU who it is: service 1A.
    ReadEcuIdentificationRequest = 0x1A {
        /// What it shall say.
        option: IdentificationOption;
    }
}

answer! {
    /// What an ECU says of itself: service 1A.
    ReadEcuIdentificationAnswer<'a> = 0x1A {
        /// What it says.
        option: IdentificationOption;
        /// The text or bytes.
        data: RawData<'a>;
    }
}

request! {
    /// Asks for the standard session again: service 20.
    StopDiagnosticSessionRequest = 0x20 {}
}

answer! {
    /// The standard session is back: service 20.
    StopDiagnosticSessionAnswer = 0x20 {}
}

request! {
    /// Asks for data by a number of the maker's: service 21. In the Volkswagen group, a
    /// [measuring block](super::MeasuringBlock).
    ReadDataByLocalIdentifierRequest<'a> = 0x21 {
        /// The number.
        identifier: u8;
        /// How the data shall be sent, where the maker has it.
        data: RawData<'a>;
    }
}

answer! {
    /// Data by a number of the maker's: service 21.
    ReadDataByLocalIdentifierAnswer<'a> = 0x21 {
        /// The number.
        identifier: u8;
        /// The data.
        data: RawData<'a>;
    }
}

request! {
    /// Asks for a seed (odd mode) or gives a key (even mode): service 27.
    SecurityAccessRequest<'a> = 0x27 {
        /// The level: odd asks for a seed, the next even one gives the key.
        mode: u8;
        /// The key.
        key: RawData<'a>;
    }
}

answer! {
    /// A seed, or whether a key fits: service 27.
    SecurityAccessAnswer<'a> = 0x27 {
        /// The level.
        mode: u8;
        /// The seed, or the word that access is allowed.
        data: RawData<'a>;
    }
}

request! {
    /// Takes control of an input or output: service 30.
    InputOutputControlRequest<'a> = 0x30 {
        /// The input or output, by the maker's number.
        identifier: u8;
        /// What to do, and with which state.
        control: SomeData<'a>;
    }
}

answer! {
    /// An input or output is controlled: service 30.
    InputOutputControlAnswer<'a> = 0x30 {
        /// The input or output.
        identifier: u8;
        /// What was done, and the state.
        control: RawData<'a>;
    }
}

request! {
    /// Starts a routine: service 31.
    StartRoutineRequest<'a> = 0x31 {
        /// The routine, by the maker's number.
        identifier: u8;
        /// What it starts with.
        data: RawData<'a>;
    }
}

answer! {
    /// A routine has started: service 31.
    StartRoutineAnswer<'a> = 0x31 {
        /// The routine.
        identifier: u8;
        /// What it says.
        data: RawData<'a>;
    }
}

request! {
    /// Stops a routine: service 32.
    StopRoutineRequest<'a> = 0x32 {
        /// The routine.
        identifier: u8;
        /// What it stops with.
        data: RawData<'a>;
    }
}

answer! {
    /// A routine has stopped: service 32.
    StopRoutineAnswer<'a> = 0x32 {
        /// The routine.
        identifier: u8;
        /// What it says.
        data: RawData<'a>;
    }
}

request! {
    /// Asks for the results of a routine: service 33.
    RequestRoutineResultsRequest = 0x33 {
        /// The routine.
        identifier: u8;
    }
}

answer! {
    /// The results of a routine: service 33.
    RequestRoutineResultsAnswer<'a> = 0x33 {
        /// The routine.
        identifier: u8;
        /// The results.
        data: RawData<'a>;
    }
}

named! {
    /// Whether an answer is wanted.
    ResponseRequired & 0xFF {
        0x01 YES "answer wanted";
        0x02 NO "no answer wanted";
    }
}

request! {
    /// Keeps a session alive: service 3E.
    TesterPresentRequest = 0x3E {
        /// Whether an answer is wanted; without it, one is.
        response_required: Option<ResponseRequired>;
    }
}

answer! {
    /// The session stays alive: service 3E.
    TesterPresentAnswer = 0x3E {}
}

request! {
    /// Starts to talk: service 81.
    StartCommunicationRequest = 0x81 {}
}

answer! {
    /// The ECU talks: service 81.
    StartCommunicationAnswer = 0x81 {
        /// The key bytes: what headers and timing the ECU knows. The usual ones of this protocol are `EF 8F`.
        key_bytes: [u8; 2];
    }
}

request! {
    /// Ends the talk: service 82.
    StopCommunicationRequest = 0x82 {}
}

answer! {
    /// The talk has ended: service 82.
    StopCommunicationAnswer = 0x82 {}
}
