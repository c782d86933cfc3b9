//! The speed of the link: service 0x87, `LinkControl` (ISO 14229-1:2020, 10.10).

named! {
    /// A speed of the link (ISO 14229-1:2020, annex B.3).
    LinkControlMode & 0xFF {
        0x01 PC_9600 "PC9600Baud";
        0x02 PC_19200 "PC19200Baud";
        0x03 PC_38400 "PC38400Baud";
        0x04 PC_57600 "PC57600Baud";
        0x05 PC_115200 "PC115200Baud";
        0x10 CAN_125000 "CAN125000Baud";
        0x11 CAN_250000 "CAN250000Baud";
        0x12 CAN_500000 "CAN500000Baud";
        0x13 CAN_1000000 "CAN1000000Baud";
        0x20 PROGRAMMING_SETUP "ProgrammingSetup";
    }
}

tagged! {
    /// A step of changing the speed of the link.
    LinkControl {
        /// may the link change to this speed?
        0x01 VerifyModeTransitionWithFixedParameter "verifyModeTransitionWithFixedParameter" {
            /// The speed.
            mode: LinkControlMode;
        }
        /// may the link change to this speed?
        0x02 VerifyModeTransitionWithSpecificParameter "verifyModeTransitionWithSpecificParameter" {
            /// The speed in bits a second, three bytes.
            link_record: [u8; 3];
        }
        /// change to it.
        0x03 TransitionMode "transitionMode" {}
    }
}

named! {
    /// A step of changing the speed of the link, without its parameters.
    LinkControlType & 0x7F {
        0x01 VERIFY_FIXED "verifyModeTransitionWithFixedParameter";
        0x02 VERIFY_SPECIFIC "verifyModeTransitionWithSpecificParameter";
        0x03 TRANSITION "transitionMode";
    }
}

request! {
    /// A request to change the speed of the link: service 0x87, `LinkControl` (ISO 14229-1:2020, 10.10).
    LinkControlRequest = 0x87 {
        sub
        /// Which step.
        control: LinkControl;
    }
}

answer! {
    /// The answer of service 0x87.
    LinkControlAnswer = 0x87 {
        sub
        /// Which step.
        control_type: LinkControlType;
    }
}
