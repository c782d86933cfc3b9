//! Secrets and ids from the system's entropy.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// Bytes that nobody can guess.
///
/// Errors: none; a system without entropy ends the process, since no secret of it could be trusted.
pub fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    if getrandom::fill(&mut bytes).is_err() {
        tracing::error!("the system has no entropy");
        std::process::abort();
    }
    bytes
}

/// A text of letters, digits, `-` and `_` made of `N` such bytes.
pub fn text<const N: usize>() -> String {
    URL_SAFE_NO_PAD.encode(bytes::<N>())
}
