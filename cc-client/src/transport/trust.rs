//! Whom a connection trusts: the authorities of the system, those that the app names beside them, and of these only pinned keys where there
//! are any.

use std::sync::Arc;

use rustls::client::danger::ServerCertVerifier;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};

use super::pins::Pinned;
use super::{OptionsError, ReqwestOptions};

/// TLS by these options, which asks all but `proxy` for pins. It may read many files.
pub(super) fn tls(
    options: &ReqwestOptions,
    proxy: Option<ServerName<'static>>,
) -> Result<rustls::ClientConfig, OptionsError> {
    let roots = named(options)?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut verifier = system::verifier(roots.clone(), provider.clone())?;
    if let Some(pins) = &options.pins {
        verifier = Arc::new(Pinned { inner: verifier, roots, pins: pins.clone(), proxy });
    }
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|_| OptionsError::Tls)?
        .dangerous()
        .with_custom_certificate_verifier(verifier)
        .with_no_client_auth();
    Ok(config)
}

/// The certificates that are trusted beside those of the system.
fn named(options: &ReqwestOptions) -> Result<Vec<CertificateDer<'static>>, OptionsError> {
    let root = |(index, pem): (usize, &Vec<u8>)| {
        let root = CertificateDer::from_pem_slice(pem).map_err(|_| OptionsError::Root { index })?;
        webpki::anchor_from_trusted_cert(&root).map_err(|_| OptionsError::Root { index })?;
        Ok(root)
    };
    options.roots.iter().enumerate().map(root).collect()
}

#[cfg(not(target_os = "android"))]
mod system {
    use rustls_platform_verifier::Verifier;

    use super::{Arc, CertificateDer, CryptoProvider, OptionsError, ServerCertVerifier};

    /// The system itself says whom it trusts.
    pub(super) fn verifier(
        roots: Vec<CertificateDer<'static>>,
        provider: Arc<CryptoProvider>,
    ) -> Result<Arc<dyn ServerCertVerifier>, OptionsError> {
        let verifier = Verifier::new_with_extra_roots(roots, provider).map_err(|_| OptionsError::Tls)?;
        Ok(Arc::new(verifier))
    }
}

/// Android says whom it trusts only to Java, and to an app that has handed its context over before; what it trusts stands in files.
#[cfg(any(target_os = "android", test))]
mod files {
    use std::path::Path;

    use rustls::RootCertStore;
    use rustls::client::WebPkiServerVerifier;

    use super::{Arc, CertificateDer, CryptoProvider, OptionsError, PemObject, ServerCertVerifier};

    /// Trusts what stands in the first of these folders that has a certificate.
    pub(super) fn verifier(
        folders: &[&Path],
        roots: Vec<CertificateDer<'static>>,
        provider: Arc<CryptoProvider>,
    ) -> Result<Arc<dyn ServerCertVerifier>, OptionsError> {
        let mut trusted = RootCertStore::empty();
        for folder in folders {
            trusted.add_parsable_certificates(certificates(folder));
            if !trusted.is_empty() {
                break;
            }
        }
        trusted.add_parsable_certificates(roots);
        let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(trusted), provider).build();
        let verifier: Arc<dyn ServerCertVerifier> = verifier.map_err(|_| OptionsError::Tls)?;
        Ok(verifier)
    }

    /// A file that is not a certificate, or cannot be read, is left out.
    fn certificates(folder: &Path) -> Vec<CertificateDer<'static>> {
        let files = std::fs::read_dir(folder).into_iter().flatten().flatten();
        files.filter_map(|file| CertificateDer::from_pem_file(file.path()).ok()).collect()
    }
}

#[cfg(target_os = "android")]
mod system {
    use std::path::Path;

    use super::{Arc, CertificateDer, CryptoProvider, OptionsError, ServerCertVerifier};

    /// Where they stand since Android 14, with updates of their own, and where they stood before.
    const FOLDERS: [&str; 2] = ["/apex/com.android.conscrypt/cacerts", "/system/etc/security/cacerts"];

    pub(super) fn verifier(
        roots: Vec<CertificateDer<'static>>,
        provider: Arc<CryptoProvider>,
    ) -> Result<Arc<dyn ServerCertVerifier>, OptionsError> {
        super::files::verifier(&FOLDERS.map(Path::new), roots, provider)
    }
}

#[cfg(test)]
#[allow(clippy::disallowed_methods, clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::path::Path;

    use rustls::pki_types::UnixTime;

    use super::*;

    const AUTHORITY: &[u8] = include_bytes!("../../tests/data/tls-authority.pem");
    const SERVER: &[u8] = include_bytes!("../../tests/data/tls-server.pem");

    fn trusts(folders: &[&Path], roots: &[&[u8]]) -> Result<bool, OptionsError> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let roots = roots.iter().map(|pem| CertificateDer::from_pem_slice(pem).unwrap()).collect();
        let verifier = files::verifier(folders, roots, provider)?;
        let server = CertificateDer::from_pem_slice(SERVER).unwrap();
        let name = ServerName::try_from("localhost").unwrap();
        Ok(verifier.verify_server_cert(&server, &[], &name, &[], UnixTime::now()).is_ok())
    }

    #[test]
    fn who_stands_in_the_folders_of_the_system_is_trusted() {
        let folder = tempfile::tempdir().unwrap();
        let (new, old) = (folder.path().join("new"), folder.path().join("old"));
        std::fs::create_dir(&new).unwrap();
        std::fs::create_dir(&old).unwrap();
        // Android writes the certificate as a text for people behind it.
        let authority = [AUTHORITY, b"Certificate:\n    Data:\n        Version: 3\n"].concat();
        std::fs::write(old.join("5ed36f99.0"), &authority).unwrap();
        let missing = folder.path().join("missing");
        let folders = [missing.as_path(), &new, &old];
        assert_eq!(trusts(&folders, &[]), Ok(true));
        // The first that has a certificate says all; one that is none says nothing.
        std::fs::write(new.join("00000000.0"), "no certificate").unwrap();
        assert_eq!(trusts(&folders, &[]), Ok(true));
        std::fs::write(new.join("11111111.0"), include_bytes!("../../tests/data/tls-chain-root.pem"))
            .unwrap();
        assert_eq!(trusts(&folders, &[]), Ok(false));
        assert_eq!(trusts(&folders, &[AUTHORITY]), Ok(true));
    }

    #[test]
    fn a_system_that_trusts_nobody_gives_no_connection() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(trusts(&[folder.path()], &[]), Err(OptionsError::Tls));
        assert_eq!(trusts(&[folder.path()], &[AUTHORITY]), Ok(true));
    }
}
