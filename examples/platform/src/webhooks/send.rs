//! One request to a partner's server.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;
use sha2::{Digest as _, Sha256};

use crate::node::Node;
use crate::problem::Problem;
use crate::random;

/// The addresses a webhook may go to.
pub(super) fn allowed(url: &str, anywhere: bool) -> Result<reqwest::Url, Problem> {
    let invalid = |why: &str| Problem::invalid_entity().because(why);
    let parsed = reqwest::Url::parse(url).map_err(|_| invalid("url: an address"))?;
    if !parsed.username().is_empty() || parsed.password().is_some() || parsed.fragment().is_some() {
        return Err(invalid("url: without names and fragments"));
    }
    if !anywhere {
        if parsed.scheme() != "https" {
            return Err(invalid("url: https only"));
        }
        // A name may end with a dot that changes nothing.
        let host = parsed.host_str().unwrap_or_default().trim_matches(['[', ']']).trim_end_matches('.');
        if host.parse().is_ok_and(is_private)
            || host.eq_ignore_ascii_case("localhost")
            || !host.contains(['.', ':'])
        {
            return Err(invalid("url: no private address"));
        }
    }
    Ok(parsed)
}

/// Addresses that belong to a network of ours, or to none.
fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(four) => {
            let [a, b, c, _] = four.octets();
            four.is_private()
                || four.is_loopback()
                || four.is_link_local()
                || four.is_unspecified()
                || four.is_multicast()
                || four.is_broadcast()
                || four.is_documentation()
                || a == 0
                || a >= 240
                || (a, b & 0xC0) == (100, 64)
                || (a, b & 0xFE) == (198, 18)
                || (a, b, c) == (192, 0, 0)
        }
        IpAddr::V6(six) => {
            if let Some(four) = six.to_ipv4() {
                return is_private(four.into());
            }
            // 6to4 carries an address of four bytes (RFC 3056).
            if let [0x2002, high, low, ..] = six.segments() {
                return is_private(std::net::Ipv4Addr::from(u32::from(high) << 16 | u32::from(low)).into());
            }
            six.is_loopback()
                || six.is_unspecified()
                || six.is_multicast()
                || (six.segments()[0] & 0xFE00) == 0xFC00
                || (six.segments()[0] & 0xFF80) == 0xFE80
                || six.segments()[0] == 0x0064
        }
    }
}

/// Sends to one address, over connections that stay.
#[derive(Default)]
pub(super) struct Sender {
    client: Option<(Vec<SocketAddr>, reqwest::Client)>,
}

impl Sender {
    /// Sends a body; true where it was taken.
    pub(super) async fn send(&mut self, node: &Node, url: &str, body: String) -> bool {
        self.attempt(node, url, body).await.unwrap_or(false)
    }

    async fn attempt(&mut self, node: &Node, url: &str, body: String) -> Option<bool> {
        let url = allowed(url, node.config.webhooks_anywhere).ok()?;
        let (host, port) = (url.host_str()?.to_owned(), url.port_or_known_default()?);
        let mut addresses: Vec<SocketAddr> =
            tokio::net::lookup_host((host.trim_matches(['[', ']']), port)).await.ok()?.collect();
        // The name may lead somewhere else than it did.
        if !node.config.webhooks_anywhere && addresses.iter().any(|address| is_private(address.ip())) {
            return None;
        }
        addresses.sort_unstable();
        let client = match &self.client {
            Some((known, client)) if *known == addresses => client.clone(),
            _ => {
                let client = client(&host, &addresses)?;
                self.client = Some((addresses, client.clone()));
                client
            }
        };
        let id = random::text::<12>();
        let now = node.config.clock.unix();
        let key = node.keys().signing(now)?;
        let digest = STANDARD.encode(Sha256::digest(body.as_bytes()));
        let signature = key.signing.sign(Some(&key.kid), &json!({"rid": id, "sub": digest, "iat": now}));
        let request = client
            .post(url)
            .header("content-type", "application/json")
            .header("x-request-id", id)
            .header("x-request-signature", signature)
            .body(body);
        Some(request.send().await.ok()?.status().as_u16() == 200)
    }
}

fn client(host: &str, addresses: &[SocketAddr]) -> Option<reqwest::Client> {
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .timeout(Duration::from_secs(10))
        .resolve_to_addrs(host, addresses)
        .build()
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn webhooks_leave_the_house_over_https_only() {
        for (url, fine) in [
            ("https://partner.example/hook", true),
            ("http://partner.example/hook", false),
            ("https://127.0.0.1/hook", false),
            ("https://10.1.2.3/hook", false),
            ("https://169.254.169.254/latest", false),
            ("https://[::1]/hook", false),
            ("https://[::ffff:10.0.0.1]/hook", false),
            ("https://[fd00::1]/hook", false),
            ("https://[fec0::1]/hook", false),
            ("https://[2002:7f00:1::]/hook", false),
            ("https://[2002:c001:203::]/hook", true),
            ("https://198.18.0.1/hook", false),
            ("https://192.0.0.1/hook", false),
            ("https://localhost/hook", false),
            ("https://localhost./hook", false),
            ("https://intranet/hook", false),
            ("https://a:b@partner.example/", false),
            ("ftp://partner.example/", false),
            ("x", false),
        ] {
            assert_eq!(allowed(url, false).is_ok(), fine, "{url}");
        }
    }
}
