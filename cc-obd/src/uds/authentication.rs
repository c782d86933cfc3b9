//! Who is there: service 0x29, with certificates or with a challenge.

use super::part::{Block, SomeBlock};

named! {
    /// How far an authentication got.
    AuthenticationReturn & 0xFF {
        0x00 REQUEST_ACCEPTED "RequestAccepted";
        0x01 GENERAL_REJECT "GeneralReject";
        0x02 CONFIGURATION_APCE "AuthenticationConfiguration APCE";
        0x03 CONFIGURATION_ACR_ASYMMETRIC "AuthenticationConfiguration ACR with asymmetric cryptography";
        0x04 CONFIGURATION_ACR_SYMMETRIC "AuthenticationConfiguration ACR with symmetric cryptography";
        0x10 DEAUTHENTICATED "DeAuthentication successful";
        0x11 CERTIFICATE_VERIFIED_OWNERSHIP_NECESSARY "CertificateVerified, OwnershipVerificationNecessary";
        0x12 OWNERSHIP_VERIFIED "OwnershipVerified, AuthenticationComplete";
        0x13 CERTIFICATE_VERIFIED "CertificateVerified";
    }
}

tagged! {
    /// A step of an authentication, as a tester asks for it.
    AuthenticationTask<'a> {
        /// end it.
        0x00 DeAuthenticate "deAuthenticate" {}
        /// here is the tester's certificate.
        0x01 VerifyCertificateUnidirectional "verifyCertificateUnidirectional" {
            /// How the two will talk, by the maker's numbers; 0 for nothing special.
            communication_configuration: u8;
            /// The tester's certificate.
            certificate_client: SomeBlock<'a>;
            /// A challenge for the ECU.
            challenge_client: Block<'a>;
        }
        /// here is the tester's certificate; the ECU's is wanted.
        0x02 VerifyCertificateBidirectional "verifyCertificateBidirectional" {
            /// How the two will talk, by the maker's numbers; 0 for nothing special.
            communication_configuration: u8;
            /// The tester's certificate.
            certificate_client: SomeBlock<'a>;
            /// A challenge for the ECU.
            challenge_client: SomeBlock<'a>;
        }
        /// the certificate is the tester's own.
        0x03 ProofOfOwnership "proofOfOwnership" {
            /// The proof.
            proof_of_ownership_client: SomeBlock<'a>;
            /// The tester's half of a session key.
            ephemeral_public_key_client: Block<'a>;
        }
        /// a certificate for another purpose.
        0x04 TransmitCertificate "transmitCertificate" {
            /// What it is for, by the maker's numbers.
            certificate_evaluation: u16;
            /// The certificate.
            certificate_data: SomeBlock<'a>;
        }
        /// give a challenge.
        0x05 RequestChallengeForAuthentication "requestChallengeForAuthentication" {
            /// How the two will talk, by the maker's numbers; 0 for nothing special.
            communication_configuration: u8;
            /// The algorithm: an object identifier, zeros behind it.
            algorithm_indicator: [u8; 16];
        }
        /// the answer to the challenge.
        0x06 VerifyProofOfOwnershipUnidirectional "verifyProofOfOwnershipUnidirectional" {
            /// The algorithm: an object identifier, zeros behind it.
            algorithm_indicator: [u8; 16];
            /// The answer.
            proof_of_ownership_client: SomeBlock<'a>;
            /// A challenge for the ECU.
            challenge_client: Block<'a>;
            /// What the ECU asked for beside it.
            additional_parameter: Block<'a>;
        }
        /// the answer to the challenge; the ECU's answer is wanted.
        0x07 VerifyProofOfOwnershipBidirectional "verifyProofOfOwnershipBidirectional" {
            /// The algorithm: an object identifier, zeros behind it.
            algorithm_indicator: [u8; 16];
            /// The answer.
            proof_of_ownership_client: SomeBlock<'a>;
            /// A challenge for the ECU.
            challenge_client: SomeBlock<'a>;
            /// What the ECU asked for beside it.
            additional_parameter: Block<'a>;
        }
        /// how does the ECU authenticate?
        0x08 AuthenticationConfiguration "authenticationConfiguration" {}
    }
}

tagged! {
    /// What an ECU answers to an [`AuthenticationTask`].
    AuthenticationResult<'a> {
        /// ended.
        0x00 DeAuthenticate "deAuthenticate" {
            /// How far it got.
            result: AuthenticationReturn;
        }
        /// a challenge.
        0x01 VerifyCertificateUnidirectional "verifyCertificateUnidirectional" {
            /// How far it got.
            result: AuthenticationReturn;
            /// The challenge.
            challenge_server: SomeBlock<'a>;
            /// The ECU's half of a session key.
            ephemeral_public_key_server: Block<'a>;
        }
        /// a challenge, and the ECU's certificate.
        0x02 VerifyCertificateBidirectional "verifyCertificateBidirectional" {
            /// How far it got.
            result: AuthenticationReturn;
            /// The challenge.
            challenge_server: SomeBlock<'a>;
            /// The ECU's certificate.
            certificate_server: SomeBlock<'a>;
            /// The proof that it is the ECU's own.
            proof_of_ownership_server: SomeBlock<'a>;
            /// The ECU's half of a session key.
            ephemeral_public_key_server: Block<'a>;
        }
        /// done.
        0x03 ProofOfOwnership "proofOfOwnership" {
            /// How far it got.
            result: AuthenticationReturn;
            /// About the session key.
            session_key_info: Block<'a>;
        }
        /// taken.
        0x04 TransmitCertificate "transmitCertificate" {
            /// How far it got.
            result: AuthenticationReturn;
        }
        /// a challenge.
        0x05 RequestChallengeForAuthentication "requestChallengeForAuthentication" {
            /// How far it got.
            result: AuthenticationReturn;
            /// The algorithm: an object identifier, zeros behind it.
            algorithm_indicator: [u8; 16];
            /// The challenge.
            challenge_server: SomeBlock<'a>;
            /// What the ECU wants beside the answer.
            needed_additional_parameter: Block<'a>;
        }
        /// done.
        0x06 VerifyProofOfOwnershipUnidirectional "verifyProofOfOwnershipUnidirectional" {
            /// How far it got.
            result: AuthenticationReturn;
            /// The algorithm: an object identifier, zeros behind it.
            algorithm_indicator: [u8; 16];
            /// About the session key.
            session_key_info: Block<'a>;
        }
        /// done, and the ECU's answer to the tester's challenge.
        0x07 VerifyProofOfOwnershipBidirectional "verifyProofOfOwnershipBidirectional" {
            /// How far it got.
            result: AuthenticationReturn;
            /// The algorithm: an object identifier, zeros behind it.
            algorithm_indicator: [u8; 16];
            /// The answer.
            proof_of_ownership_server: SomeBlock<'a>;
            /// About the session key.
            session_key_info: Block<'a>;
        }
        /// how the ECU authenticates.
        0x08 AuthenticationConfiguration "authenticationConfiguration" {
            /// The way.
            result: AuthenticationReturn;
        }
    }
}

request! {
    /// A step of an authentication: service 0x29, `Authentication` (ISO 14229-1:2020, 10.6).
    ///
    /// # Examples
    ///
    /// ```
    /// use cc_obd::uds::{AuthenticationRequest, AuthenticationTask};
    ///
    /// let request = AuthenticationRequest::parse(&[0x29, 0x04, 0x00, 0x07, 0x00, 0x02, 0xCA, 0xFE])?;
    /// let AuthenticationTask::TransmitCertificate { certificate_evaluation, certificate_data } = request.task else {
    ///     panic!("task 04");
    /// };
    /// assert_eq!((certificate_evaluation, certificate_data.bytes()), (7, &[0xCA, 0xFE][..]));
    ///
    /// let cut = AuthenticationRequest::parse(&[0x29, 0x04, 0x00, 0x07, 0x00, 0x02, 0xCA]).unwrap_err();
    /// assert_eq!(cut.to_string(), "certificate data cut short or invalid at offset 6");
    /// # Ok::<(), cc_obd::service::AnswerError>(())
    /// ```
    AuthenticationRequest<'a> = 0x29 {
        sub
        /// Which step.
        task: AuthenticationTask<'a>;
    }
}

answer! {
    /// The answer of service 0x29.
    AuthenticationAnswer<'a> = 0x29 {
        sub
        /// What came of the step.
        result: AuthenticationResult<'a>;
    }
}
