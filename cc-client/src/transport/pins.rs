//! Pinned keys: a client that trusts only certificates with a key it knows, whatever authorities the system trusts.

use std::fmt;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cc_core::Timestamp;
use ring::digest::{SHA256, digest};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, DigitallySignedStruct, SignatureScheme};

/// Pinned keys: the platform's chain of certificates must have one of them. A pin is the SHA-256 of a key as
/// it stands in a certificate (`SubjectPublicKeyInfo`), as RFC 7469 writes it.
///
/// The key may be that of the platform's own certificate, or of one that has signed it. Such a signer must be
/// sent by the platform or be among [`ReqwestOptions::roots`](super::ReqwestOptions::roots). A certificate
/// that is sent and has signed nothing does not count. Authorities of the system that the platform does not
/// send are not looked at.
///
/// Give two keys at least: the one in use, and one in the safe to replace it. After their end pins hold no
/// more, so that an app that nobody updates is not cut off for ever.
///
/// # Examples
///
/// ```
/// use cc_client::transport::Pins;
///
/// let used = "sha256/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
/// let safe = "sha256/AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";
/// let pins = Pins::new(&[used, safe], "2027-06-01T00:00:00Z".parse()?)?;
///
/// let error = Pins::new(&[used, used], "2027-06-01T00:00:00Z".parse()?).unwrap_err();
/// assert_eq!(error.to_string(), "fewer than two different pins: add one of a key in the safe");
/// let error = Pins::new(&["sha1/AAAA", safe], "2027-06-01T00:00:00Z".parse()?).unwrap_err();
/// assert_eq!(error.to_string(), "pin 0 is not `sha256/` and the base64 of 32 bytes");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Pins {
    keys: Vec<[u8; 32]>,
    end: Timestamp,
    report_only: bool,
    report: Option<Arc<dyn Fn(PinReport) + Send + Sync>>,
}

/// The platform's keys match none of the pins.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct PinReport {
    /// Whether the connection was refused; with [`Pins::report_only`] it was not.
    pub is_refused: bool,
}

/// Why pins could not be made.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum PinsError {
    /// A text is not a pin.
    #[error("pin {index} is not `sha256/` and the base64 of 32 bytes")]
    Malformed {
        /// Which one, counted from 0.
        index: usize,
    },
    /// Fewer than two different keys: none could replace the one in use.
    #[error("fewer than two different pins: add one of a key in the safe")]
    TooFew,
}

impl Pins {
    /// Pins that hold until `end`.
    ///
    /// # Errors
    ///
    /// [`PinsError::Malformed`] names the first text that is not a pin; [`PinsError::TooFew`] if there are
    /// fewer than two different keys.
    pub fn new(pins: &[&str], end: Timestamp) -> Result<Self, PinsError> {
        let mut keys = Vec::new();
        for (index, pin) in pins.iter().enumerate() {
            let key = pin.strip_prefix("sha256/").and_then(|pin| STANDARD.decode(pin).ok());
            let key = key.and_then(|key| key.try_into().ok()).ok_or(PinsError::Malformed { index })?;
            if !keys.contains(&key) {
                keys.push(key);
            }
        }
        if keys.len() < 2 {
            return Err(PinsError::TooFew);
        }
        Ok(Self { keys, end, report_only: false, report: None })
    }

    /// Refuses no connection: for trying pins out.
    pub fn report_only(mut self) -> Self {
        self.report_only = true;
        self
    }

    /// Calls `report` when the platform's keys match none of these. It is called during the handshake and
    /// must not wait.
    pub fn on_mismatch(mut self, report: impl Fn(PinReport) + Send + Sync + 'static) -> Self {
        self.report = Some(Arc::new(report));
        self
    }

    fn knows(&self, certificate: &CertificateDer<'_>) -> bool {
        let Ok(certificate) = webpki::EndEntityCert::try_from(certificate) else { return false };
        let key = digest(&SHA256, &certificate.subject_public_key_info());
        self.keys.iter().any(|known| known == key.as_ref())
    }
}

impl fmt::Debug for Pins {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pins")
            .field("keys", &self.keys.len())
            .field("end", &self.end)
            .field("report_only", &self.report_only)
            .finish_non_exhaustive()
    }
}

/// Verifies as the system does, and then looks for a pinned key.
pub(super) struct Pinned {
    pub(super) inner: Arc<dyn ServerCertVerifier>,
    /// Certificates that are trusted beside those of the system.
    pub(super) roots: Vec<CertificateDer<'static>>,
    pub(super) pins: Pins,
    /// Who is no platform and has no pins.
    pub(super) proxy: Option<ServerName<'static>>,
}

impl fmt::Debug for Pinned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pinned").field("pins", &self.pins).finish_non_exhaustive()
    }
}

impl Pinned {
    /// Whether a certificate with a pinned key has signed the platform's, itself or by way of others. That it was sent says nothing:
    /// certificates are public, and whoever has another may send it beside their own. A root need not be sent.
    fn is_signed_by_a_known_key(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        now: UnixTime,
    ) -> bool {
        let signers = intermediates.iter().chain(&self.roots).filter(|signer| self.pins.knows(signer));
        let anchors: Vec<_> =
            signers.filter_map(|signer| webpki::anchor_from_trusted_cert(signer).ok()).collect();
        let Ok(end_entity) = webpki::EndEntityCert::try_from(end_entity) else { return false };
        let algorithms = rustls::crypto::ring::default_provider().signature_verification_algorithms.all;
        let usage = webpki::KeyUsage::server_auth();
        end_entity.verify_for_usage(algorithms, &anchors, intermediates, now, usage, None, None).is_ok()
    }
}

impl ServerCertVerifier for Pinned {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let verified =
            self.inner.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)?;
        if self.proxy.as_ref() == Some(server_name) {
            return Ok(verified);
        }
        let is_over = i64::try_from(now.as_secs()).is_ok_and(|now| now >= self.pins.end.timestamp());
        if is_over
            || self.pins.knows(end_entity)
            || self.is_signed_by_a_known_key(end_entity, intermediates, now)
        {
            return Ok(verified);
        }
        let is_refused = !self.pins.report_only;
        tracing::warn!(is_refused, "the platform's keys are none of the pinned ones");
        if let Some(report) = &self.pins.report {
            report(PinReport { is_refused });
        }
        if is_refused {
            return Err(CertificateError::ApplicationVerificationFailure.into());
        }
        Ok(verified)
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.inner.verify_tls12_signature(message, certificate, signed)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.inner.verify_tls13_signature(message, certificate, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.inner.supported_verify_schemes()
    }
}
