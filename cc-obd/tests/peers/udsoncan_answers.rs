//! Answers of other services than 0x19, field by field, read by udsoncan and by cc-obd.

use cc_obd::uds::{self, RoutineControlType};
use cc_obd::uds::{
    Answer, AnsweredFileSizes, AuthenticationResult, AuthenticationReturn, Block, BlockLength,
    DirectoryLength, DynamicDefinitionResult, FileOperationResult, FileSizes, RawData, ResetType,
    SecurityAccessType, SessionTiming, SessionType, SizedNumber, SomeBlock, SomeData,
};
use serde_json::{Value, json};

use crate::peer::{Peer, Random, cases, hex};

fn block(block: Block<'_>) -> String {
    hex(block.bytes())
}

/// What cc-obd reads, in the order in which the script tells it.
fn ours(answer: &[u8], lengths: &[(u16, usize)]) -> Value {
    match Answer::parse(answer).unwrap() {
        Answer::DiagnosticSessionControl(answer) => {
            let timing = answer.timing.unwrap();
            let [p2, p2_star] =
                [timing.p2_server_max(), timing.p2_star_server_max()].map(|time| time.as_millis() as u64);
            json!([answer.session.raw(), p2, p2_star])
        }
        Answer::EcuReset(answer) => json!([answer.reset_type.raw(), answer.power_down_time]),
        Answer::ReadDataByIdentifier(answer) => {
            let length = |identifier| {
                lengths.iter().find(|(known, _)| *known == identifier).map(|(_, length)| *length)
            };
            let row = |record: Result<cc_obd::service::DataRecord<'_>, _>| {
                let record = record.unwrap();
                json!([record.identifier, hex(record.data)])
            };
            answer.iter(length).map(row).collect()
        }
        Answer::SecurityAccess(answer) => {
            json!([answer.access_type.raw(), answer.seed.map(|seed| hex(seed.bytes()))])
        }
        Answer::RoutineControl(answer) => {
            json!([answer.control_type.raw(), answer.routine, hex(answer.status_record.0)])
        }
        Answer::RequestDownload(answer) => json!([answer.block_length.bytes() as u64]),
        Answer::TransferData(answer) => json!([answer.block_sequence_counter, hex(answer.data.0)]),
        Answer::DynamicallyDefineDataIdentifier(answer) => match answer.definition {
            DynamicDefinitionResult::DefineByIdentifier { identifier } => json!([1, identifier]),
            DynamicDefinitionResult::DefineByMemoryAddress { identifier } => json!([2, identifier]),
            // What was cleared it leaves out.
            DynamicDefinitionResult::ClearDynamicallyDefinedDataIdentifier { .. } => json!([3, null]),
        },
        Answer::RequestFileTransfer(answer) => {
            use FileOperationResult as R;
            let operation = answer.operation.sub_function();
            let length = |number: SizedNumber| number.number() as u64;
            match answer.operation {
                R::DeleteFile {} => json!([operation, null, null, null, null, null]),
                R::AddFile { block_length, format } | R::ReplaceFile { block_length, format } => {
                    json!([operation, length(block_length), format, null, null, null])
                }
                R::ReadFile { block_length, format, sizes } => {
                    let sizes = [sizes.0.uncompressed() as u64, sizes.0.compressed() as u64];
                    json!([operation, length(block_length), format, sizes, null, null])
                }
                R::ReadDir { block_length, format, length: listing } => {
                    json!([operation, length(block_length), format, null, length(listing.0), null])
                }
                R::ResumeFile { block_length, format, position } => {
                    json!([operation, length(block_length), format, null, null, position])
                }
            }
        }
        Answer::Authentication(answer) => authentication(answer.result),
        other => panic!("{other:?}"),
    }
}

fn authentication(answer: AuthenticationResult<'_>) -> Value {
    use AuthenticationResult as R;
    let task = answer.sub_function();
    let some = |block: SomeBlock<'_>| hex(block.bytes());
    match answer {
        R::DeAuthenticate { result }
        | R::TransmitCertificate { result }
        | R::AuthenticationConfiguration { result } => {
            json!([task, result.raw(), null, null, null, null, null, null, null])
        }
        R::VerifyCertificateUnidirectional { result, challenge_server, ephemeral_public_key_server } => {
            let key = block(ephemeral_public_key_server);
            json!([task, result.raw(), some(challenge_server), null, null, key, null, null, null])
        }
        R::VerifyCertificateBidirectional {
            result,
            challenge_server,
            certificate_server,
            proof_of_ownership_server,
            ephemeral_public_key_server,
        } => json!([
            task,
            result.raw(),
            some(challenge_server),
            some(certificate_server),
            some(proof_of_ownership_server),
            block(ephemeral_public_key_server),
            null,
            null,
            null
        ]),
        R::ProofOfOwnership { result, session_key_info } => {
            json!([task, result.raw(), null, null, null, null, block(session_key_info), null, null])
        }
        R::RequestChallengeForAuthentication {
            result,
            algorithm_indicator,
            challenge_server,
            needed_additional_parameter,
        } => {
            let (algorithm, needed) = (hex(&algorithm_indicator), block(needed_additional_parameter));
            json!([task, result.raw(), some(challenge_server), null, null, null, null, algorithm, needed])
        }
        R::VerifyProofOfOwnershipUnidirectional { result, algorithm_indicator, session_key_info } => {
            let (algorithm, key) = (hex(&algorithm_indicator), block(session_key_info));
            json!([task, result.raw(), null, null, null, null, key, algorithm, null])
        }
        R::VerifyProofOfOwnershipBidirectional {
            result,
            algorithm_indicator,
            proof_of_ownership_server,
            session_key_info,
        } => {
            let (algorithm, key) = (hex(&algorithm_indicator), block(session_key_info));
            json!([
                task,
                result.raw(),
                null,
                null,
                some(proof_of_ownership_server),
                null,
                key,
                algorithm,
                null
            ])
        }
    }
}

#[test]
fn answers_of_other_services_read_as_udsoncan_reads_them() {
    let Some(mut peer) = Peer::start("udsoncan_peer.py") else { return };
    let mut random = Random::seeded();
    for case in 0..cases(3000) {
        let mut data = || {
            let length = 1 + random.below(12) as usize;
            random.bytes(length)
        };
        let [a, b, c, d] = [data(), data(), data(), data()];
        let [some_a, some_b, some_c] = [&a, &b, &c].map(|bytes| SomeBlock::new(bytes).unwrap());
        let optional = if random.below(2) == 0 { Block::default() } else { Block::new(&d).unwrap() };
        let [small, other] = [random.next() as u8, random.next() as u8];
        let word = random.next() as u16;
        let other_word = word ^ (1 + random.below(0xFFFF) as u16);
        let [large, larger] = [random.next(), random.next()].map(|number| number >> (1 + random.below(63)));
        // It takes no format but 0 for a listing.
        let (block_length, format) = (SizedNumber::new(large), small);
        let algorithm_indicator = random.bytes(16).try_into().unwrap();
        let result = AuthenticationReturn::from_raw(random.pick(&[0x00, 0x02, 0x03, 0x10, 0x11, 0x12, 0x13]));
        let lengths = [(word, a.len()), (other_word, b.len())];
        let both = [&a[..], &other_word.to_be_bytes(), &b].concat();
        let access_type = SecurityAccessType::from_raw(1 + random.below(0x7D) as u8);
        let made = match case % 10 {
            0 => Answer::DiagnosticSessionControl(uds::DiagnosticSessionControlAnswer {
                session: SessionType::from_raw(small),
                timing: Some(SessionTiming { p2_milliseconds: word, p2_star_centiseconds: other_word }),
            }),
            1 => {
                let reset_type = ResetType::from_raw(1 + random.below(5) as u8);
                let is_timed = reset_type == ResetType::ENABLE_RAPID_POWER_SHUT_DOWN;
                Answer::EcuReset(uds::EcuResetAnswer {
                    reset_type,
                    power_down_time: is_timed.then_some(other),
                })
            }
            2 => Answer::ReadDataByIdentifier(uds::ReadDataByIdentifierAnswer {
                identifier: word,
                data: SomeData::new(&both).unwrap(),
            }),
            3 => Answer::SecurityAccess(uds::SecurityAccessAnswer {
                access_type,
                seed: access_type.is_request_seed().then(|| SomeData::new(&a).unwrap()),
            }),
            4 => Answer::RoutineControl(uds::RoutineControlAnswer {
                control_type: RoutineControlType::from_raw(small),
                routine: word,
                status_record: RawData(&a),
            }),
            5 => {
                Answer::RequestDownload(uds::RequestDownloadAnswer { block_length: BlockLength::new(large) })
            }
            6 => Answer::TransferData(uds::TransferDataAnswer {
                block_sequence_counter: small,
                data: RawData(&a),
            }),
            7 => Answer::DynamicallyDefineDataIdentifier(uds::DynamicallyDefineDataIdentifierAnswer {
                definition: match random.below(3) {
                    0 => DynamicDefinitionResult::DefineByIdentifier { identifier: word },
                    1 => DynamicDefinitionResult::DefineByMemoryAddress { identifier: word },
                    _ => DynamicDefinitionResult::ClearDynamicallyDefinedDataIdentifier { identifier: None },
                },
            }),
            8 => Answer::RequestFileTransfer(uds::RequestFileTransferAnswer {
                operation: match random.below(6) {
                    0 => FileOperationResult::AddFile { block_length, format },
                    1 => FileOperationResult::DeleteFile {},
                    2 => FileOperationResult::ReplaceFile { block_length, format },
                    3 => FileOperationResult::ReadFile {
                        block_length,
                        format,
                        sizes: AnsweredFileSizes(FileSizes::new(large, larger)),
                    },
                    4 => FileOperationResult::ReadDir {
                        block_length,
                        format: 0,
                        length: DirectoryLength(SizedNumber::new(larger)),
                    },
                    _ => FileOperationResult::ResumeFile { block_length, format, position: larger },
                },
            }),
            _ => Answer::Authentication(uds::AuthenticationAnswer {
                result: match random.below(9) {
                    0 => AuthenticationResult::DeAuthenticate { result },
                    1 => AuthenticationResult::VerifyCertificateUnidirectional {
                        result,
                        challenge_server: some_a,
                        ephemeral_public_key_server: optional,
                    },
                    2 => AuthenticationResult::VerifyCertificateBidirectional {
                        result,
                        challenge_server: some_a,
                        certificate_server: some_b,
                        proof_of_ownership_server: some_c,
                        ephemeral_public_key_server: optional,
                    },
                    3 => AuthenticationResult::ProofOfOwnership { result, session_key_info: optional },
                    4 => AuthenticationResult::TransmitCertificate { result },
                    5 => AuthenticationResult::RequestChallengeForAuthentication {
                        result,
                        algorithm_indicator,
                        challenge_server: some_a,
                        needed_additional_parameter: optional,
                    },
                    6 => AuthenticationResult::VerifyProofOfOwnershipUnidirectional {
                        result,
                        algorithm_indicator,
                        session_key_info: optional,
                    },
                    7 => AuthenticationResult::VerifyProofOfOwnershipBidirectional {
                        result,
                        algorithm_indicator,
                        proof_of_ownership_server: some_a,
                        session_key_info: optional,
                    },
                    _ => AuthenticationResult::AuthenticationConfiguration { result },
                },
            }),
        };
        let mut answer = Vec::new();
        made.encode(&mut answer);
        let told: serde_json::Map<_, _> =
            lengths.iter().map(|(identifier, length)| (identifier.to_string(), (*length).into())).collect();
        let theirs = peer.ask(&json!({"fields": hex(&answer), "lengths": told}));
        assert_eq!(json!({"fields": ours(&answer, &lengths)}), theirs, "case {case}: {}", hex(&answer));
    }
}
