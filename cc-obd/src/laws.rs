//! The laws of requests and answers, the same for every protocol: what is built is read back, what is read writes itself
//! again, but for padding.

use alloc::vec::Vec;

use proptest::prelude::*;

use crate::service::{AnswerError, Framing, is_padding};
use crate::uds::sample::{Entropy, Sample};

/// Bytes that may be a message: small numbers are more often sub-functions, counts and lengths.
fn message() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(prop_oneof![0_u8..16, any::<u8>()], 0..24)
}

/// The laws of one protocol, and how its answers are read and written on a bus.
macro_rules! laws {
    ($set:ident, $parse:expr, $encode:expr) => {
        mod $set {
            use super::*;
            use crate::$set::{Answer, Request, SERVICES};

            fn parse(bytes: &[u8], framing: Framing) -> Result<Answer<'_>, AnswerError> {
                $parse(bytes, framing)
            }

            fn written(answer: &Answer<'_>, framing: Framing) -> Vec<u8> {
                let mut out = Vec::new();
                $encode(answer, framing, &mut out);
                out
            }

            proptest! {
                #![proptest_config(ProptestConfig::with_cases(4096))]

                #[test]
                fn a_request_that_is_built_is_read_back(
                    bytes in prop::collection::vec(any::<u8>(), 0..64),
                ) {
                    let request = Request::sample(&mut Entropy(&bytes));
                    let mut out = Vec::new();
                    request.encode(&mut out);
                    prop_assert_eq!(Request::parse(&out), Ok(request));
                }

                #[test]
                fn what_is_read_writes_itself_again(
                    service in prop::sample::select(SERVICES),
                    mut message in message(),
                    kline in any::<bool>(),
                ) {
                    let framing = if kline { Framing::Kline } else { Framing::Can };
                    message.insert(0, service.service);
                    if let Ok(request) = Request::parse(&message) {
                        let mut out = Vec::new();
                        request.encode(&mut out);
                        prop_assert_eq!(&out, &message);
                    }
                    message[0] |= 0x40;
                    if let Ok(answer) = parse(&message, framing) {
                        let out = written(&answer, framing);
                        // Padding is not written again.
                        let is_padded = message.starts_with(&out) && is_padding(&message[out.len()..]);
                        prop_assert!(is_padded, "{:02X?} {:02X?}", message, out);
                    }
                }
            }

            #[test]
            fn the_table_is_sorted_and_names_nothing_twice() {
                assert!(SERVICES.is_sorted_by(|a, b| a.service < b.service));
            }
        }
    };
    (answers $set:ident) => {
        proptest! {
            #![proptest_config(ProptestConfig::with_cases(4096))]

            #[test]
            fn $set(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
                let answer = crate::$set::Answer::sample(&mut Entropy(&bytes));
                let mut out = Vec::new();
                answer.encode(&mut out);
                prop_assert_eq!(crate::$set::Answer::parse(&out), Ok(answer));
            }
        }
    };
}

laws!(j1979, Answer::parse, Answer::encode);
laws!(kwp, |bytes, _| Answer::parse(bytes), |answer: &Answer<'_>, _, out| answer.encode(out));
laws!(uds, |bytes, _| Answer::parse(bytes), |answer: &Answer<'_>, _, out| answer.encode(out));

mod an_answer_that_is_built_is_read_back {
    use super::*;

    laws!(answers kwp);
    laws!(answers uds);
}
