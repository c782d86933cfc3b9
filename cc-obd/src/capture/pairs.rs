//! Pairs of a request and its answer, as workshops and test benches note them.

use alloc::vec::Vec;

use super::CaptureError;
use super::decoder::{Decoder, Origin, Sender};
use crate::frame::{FrameError, LegacyFrame};
use crate::hex;
use crate::service::{Framing, NegativeResponse};

impl Decoder {
    /// A line `REQUEST>RESPONSE`.
    pub(super) fn pair(&mut self, origin: Origin, text: &[u8]) {
        if hex::trim(text).is_empty() {
            return;
        }
        let Some(split) = text.iter().position(|&byte| byte == b'>') else {
            return self.error(origin, CaptureError::Unreadable);
        };
        let response = hex_bytes(&text[split + 1..]).map_err(|error| error.behind(split + 1));
        let (request, response) = match (hex_bytes(&text[..split]), response) {
            (Ok(request), Ok(response)) if !request.is_empty() && !response.is_empty() => (request, response),
            (Err(error), _) | (_, Err(error)) => return self.error(origin, CaptureError::Frame(error)),
            _ => return self.error(origin, CaptureError::Unreadable),
        };
        let framing = self.framing.unwrap_or(Framing::Can);
        if framing != Framing::Kline || request != self.pair_request {
            self.end_reply(origin);
            self.buses.current().reply.begin(&request);
        }
        if framing == Framing::Kline {
            self.kline_pair(origin, &request, &response);
            self.pair_request = request;
        } else if answers(&request, &response) {
            self.answer(origin, &response, framing);
        } else {
            self.error(origin, CaptureError::WrongRequest);
        }
    }

    /// An answer on a K-line, with or without header and sum.
    fn kline_pair(&mut self, origin: Origin, request: &[u8], response: &[u8]) {
        if answers(request, response) {
            return self.answer(origin, response, Framing::Kline);
        }
        match LegacyFrame::new(response) {
            Ok(frame) if answers(request, frame.data()) => {
                let origin = Origin { sender: Sender::Kline(frame.source()), ..origin };
                self.answer(origin, frame.data(), Framing::Kline);
            }
            Err(error) if LegacyFrame::looks_like(response) => {
                self.error(origin, CaptureError::Frame(error));
            }
            _ => self.error(origin, CaptureError::WrongRequest),
        }
    }
}

/// Whether the first byte says that this answers the request, and the parameter is the same.
pub(super) fn answers(request: &[u8], response: &[u8]) -> bool {
    let Some(&service) = request.first() else { return false };
    let parameters = match service {
        0x01 | 0x02 | 0x09 | 0x19 => 1,
        0x22 => 2,
        _ => 0,
    };
    if response.first() == Some(&NegativeResponse::SERVICE) {
        return response.get(1) == Some(&service);
    }
    if response.first() != Some(&(service | 0x40)) {
        return false;
    }
    // An answer may skip parameters of the request that the ECU does not know; the first it gives must be among them.
    match (parameters, response.get(1..), request.get(1..)) {
        (1, Some([first, ..]), Some(asked)) if !asked.is_empty() => {
            match service {
                0x01 => asked.contains(first),
                // Each parameter has the number of a frame behind it.
                0x02 => asked.iter().step_by(2).any(|parameter| parameter == first),
                _ => asked[0] == *first,
            }
        }
        (2, Some([a, b, ..]), Some(asked)) if asked.len() >= 2 => {
            asked.chunks(2).any(|pair| pair == [*a, *b])
        }
        _ => true,
    }
}

fn hex_bytes(text: &[u8]) -> Result<Vec<u8>, FrameError> {
    let mut bytes = alloc::vec![0; text.len() / 2];
    match hex::read_bytes(text, &mut bytes) {
        Ok(length) => {
            bytes.truncate(length);
            Ok(bytes)
        }
        Err(hex::HexFault::HalfByte | hex::HexFault::TooLong) => Err(FrameError::HalfByte),
        Err(hex::HexFault::NotHex { offset }) => Err(FrameError::NotHex { offset }),
    }
}
