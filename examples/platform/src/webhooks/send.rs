//! One request to a partner's server.

use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;
use sha2::{Digest as _, Sha256};
use tokio::sync::Mutex;

use super::Hook;
use crate::node::Node;
use crate::problem::Problem;
use crate::{clock, random};

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
    known: Mutex<Option<Known>>,
}

/// Where a name led when it was looked up last.
struct Known {
    until: Instant,
    addresses: Vec<SocketAddr>,
    /// `None` where nothing is sent there.
    client: Option<reqwest::Client>,
}

/// How long a name is not looked up again.
const FRESH: Duration = Duration::from_secs(10);

impl Sender {
    /// What sends to where the name leads at present, with the address: it may lead somewhere else than it did.
    pub(super) async fn client(&self, node: &Node, hook: &Hook) -> Option<(reqwest::Client, reqwest::Url)> {
        let url = allowed(&hook.url, node.config.webhooks_anywhere).ok()?;
        let client = self.known_client(node, hook, &url).await?;
        Some((client, url))
    }

    async fn known_client(&self, node: &Node, hook: &Hook, url: &reqwest::Url) -> Option<reqwest::Client> {
        let (host, port) = (url.host_str()?, url.port_or_known_default()?);
        let mut known = self.known.lock().await;
        if let Some(known) = known.as_ref().filter(|known| known.until > clock::instant()) {
            return known.client.clone();
        }
        let found = node.posts.lookups.find(&hook.who, host.trim_matches(['[', ']']), port).await;
        let mut addresses = found.unwrap_or_default();
        addresses.sort_unstable();
        let is_fine = node.config.webhooks_anywhere || !addresses.iter().any(|to| is_private(to.ip()));
        let client = match known.take() {
            _ if addresses.is_empty() || !is_fine => None,
            Some(old) if old.addresses == addresses && old.client.is_some() => old.client,
            _ => client(host, &addresses),
        };
        let until = clock::instant() + FRESH;
        *known = Some(Known { until, addresses, client: client.clone() });
        client
    }
}

/// Sends a body; true where it was taken.
pub(super) async fn send(
    node: &Node,
    client: reqwest::Client,
    url: reqwest::Url,
    body: String,
) -> Option<bool> {
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
