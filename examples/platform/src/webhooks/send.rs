//! One request to a partner's server.

use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;
use sha2::{Digest as _, Sha256};
use tokio::sync::Mutex;

use super::Hook;
use super::standing::Standing;
use crate::node::Node;
use crate::problem::Problem;
use crate::{clock, random};

/// The addresses a webhook may go to.
pub(super) fn allowed(url: &str, anywhere: bool) -> Result<reqwest::Url, Problem> {
    let invalid = |why: &str| Problem::invalid_entity().because(why);
    // Others are read as another address than they say.
    let is_odd = |letter: char| letter.is_whitespace() || letter.is_control() || letter == '\\';
    if !url.contains("://") || url.contains(is_odd) {
        return Err(invalid("url: an address"));
    }
    let parsed = reqwest::Url::parse(url).map_err(|_| invalid("url: an address"))?;
    // As it is sent: a letter may take several bytes there.
    if parsed.as_str().len() > LONGEST_URL {
        return Err(invalid("url: an address of at most 2048 bytes, as it is sent"));
    }
    if !parsed.username().is_empty() || parsed.password().is_some() || parsed.fragment().is_some() {
        return Err(invalid("url: without names and fragments"));
    }
    let host = parsed.host_str().unwrap_or_default();
    if host.len() > LONGEST_NAME || parsed.port() == Some(0) {
        return Err(invalid("url: a name of at most 253 bytes, and a port"));
    }
    if !matches!(parsed.scheme(), "http" | "https") {
        return Err(invalid("url: http or https"));
    }
    if !anywhere {
        if parsed.scheme() != "https" {
            return Err(invalid("url: https only"));
        }
        // A name may end with a dot that changes nothing.
        let host = host.trim_matches(['[', ']']).trim_end_matches('.');
        if host.parse().is_ok_and(is_private) || !host.contains(['.', ':']) {
            return Err(invalid("url: no private address"));
        }
        let is_reserved =
            |end: &&str| host.strip_suffix(end).is_some_and(|name| name.is_empty() || name.ends_with('.'));
        if RESERVED.iter().any(is_reserved) {
            return Err(invalid("url: no name that is kept for networks of one's own"));
        }
    }
    Ok(parsed)
}

/// The longest address; few servers take a longer one.
const LONGEST_URL: usize = 2048;
/// No name of a host is longer (RFC 1035 §2.3.4).
const LONGEST_NAME: usize = 253;
/// Names that lead nowhere outside (RFC 6761, RFC 6762, RFC 8375, and `internal` by the decision of ICANN's board of 2024-07-29).
const RESERVED: [&str; 6] = ["home.arpa", "internal", "invalid", "local", "localhost", "test"];

/// Whether something may be sent where a name leads: none of the addresses is private.
fn is_fine(addresses: &[SocketAddr], anywhere: bool) -> bool {
    !addresses.is_empty() && (anywhere || !addresses.iter().any(|to| is_private(to.ip())))
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
                // What 6to4 had for its relays (RFC 7526).
                || (a, b, c) == (192, 88, 99)
        }
        IpAddr::V6(six) => {
            if let Some(four) = six.to_ipv4() {
                return is_private(four.into());
            }
            // 6to4 carries an address of four bytes (RFC 3056).
            if let [0x2002, high, low, ..] = six.segments() {
                return is_private(std::net::Ipv4Addr::from(u32::from(high) << 16 | u32::from(low)).into());
            }
            // Only 2000::/3 is global unicast (RFC 4291 §2.4). In it 2001::/23 is kept for protocols, as Teredo, which carries an address
            // of four bytes, too (RFC 2928, RFC 4380), and two networks for documentation (RFC 3849, RFC 9637).
            let [first, second, ..] = six.segments();
            first & 0xE000 != 0x2000
                || first == 0x2001 && (second < 0x0200 || second == 0x0DB8)
                || first == 0x3FFF && second < 0x1000
        }
    }
}

/// Sends to one address, over connections that stay.
#[derive(Default)]
pub(super) struct Sender {
    known: Mutex<Option<Known>>,
    standing: Standing,
}

/// Where to send.
pub(super) struct To {
    clients: Arc<Clients>,
    url: reqwest::Url,
}

/// Where a name led when it was looked up last.
struct Known {
    until: Instant,
    /// `None` where nothing is sent there.
    clients: Option<Arc<Clients>>,
}

/// Connections to where a name led, which stay on the line on which they were made.
struct Clients {
    host: String,
    addresses: Vec<SocketAddr>,
    sound: OnceLock<Option<reqwest::Client>>,
    others: OnceLock<Option<reqwest::Client>>,
}

impl Clients {
    fn new(host: &str, addresses: Vec<SocketAddr>) -> Self {
        Self { host: host.to_owned(), addresses, sound: OnceLock::new(), others: OnceLock::new() }
    }

    fn by(&self, is_sound: bool) -> Option<reqwest::Client> {
        let line = if is_sound { &self.sound } else { &self.others };
        line.get_or_init(|| client(&self.host, &self.addresses)).clone()
    }
}

/// How long a name is not looked up again.
const FRESH: Duration = Duration::from_secs(10);

impl Sender {
    /// Where the name leads at present, with the address: it may lead somewhere else than it did.
    pub(super) async fn to(&self, node: &Node, hook: &Hook) -> Option<To> {
        let url = allowed(&hook.url, node.config.webhooks_anywhere).ok()?;
        let clients = self.clients(node, hook, &url).await?;
        Some(To { clients, url })
    }

    async fn clients(&self, node: &Node, hook: &Hook, url: &reqwest::Url) -> Option<Arc<Clients>> {
        let (host, port) = (url.host_str()?, url.port_or_known_default()?);
        let mut known = self.known.lock().await;
        if let Some(known) = known.as_ref().filter(|known| known.until > clock::instant()) {
            return known.clients.clone();
        }
        let found = node.posts.lookups.find(&hook.who, host.trim_matches(['[', ']']), port).await;
        let mut addresses = found.unwrap_or_default();
        addresses.sort_unstable();
        let clients = match known.take().and_then(|known| known.clients) {
            _ if !is_fine(&addresses, node.config.webhooks_anywhere) => None,
            Some(old) if old.addresses == addresses => Some(old),
            _ => Some(Arc::new(Clients::new(host, addresses))),
        };
        *known = Some(Known { until: clock::instant() + FRESH, clients: clients.clone() });
        clients
    }

    /// Whether the receiver is known to answer.
    pub(super) fn is_sound(&self) -> bool {
        self.standing.is_sound(clock::instant())
    }

    /// Sends a body; true where it was taken.
    pub(super) async fn send(&self, node: &Node, to: To, body: String) -> Option<bool> {
        let id = random::text::<12>();
        let now = node.config.clock.unix();
        let key = node.keys().signing(now)?;
        let digest = STANDARD.encode(Sha256::digest(body.as_bytes()));
        let signature = key.signing.sign(Some(&key.kid), &json!({"rid": id, "sub": digest, "iat": now}));
        let under_way = self.standing.begin(clock::instant());
        let is_sound = under_way.is_sound();
        let request = to
            .clients
            .by(is_sound)?
            .post(to.url)
            .header("content-type", "application/json")
            .header("x-request-id", id)
            .header("x-request-signature", signature)
            .body(body);
        let answer = node.posts.lines.run(is_sound, request.send()).await?;
        under_way.ended(answer.is_ok(), clock::instant());
        Some(answer.ok()?.status().as_u16() == 200)
    }
}

/// A client of one receiver, without the proxies that the environment names: behind one, the addresses that were looked at are not those
/// that are spoken to.
fn client(host: &str, addresses: &[SocketAddr]) -> Option<reqwest::Client> {
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .timeout(Duration::from_secs(10))
        .resolve_to_addrs(host, addresses)
        .build()
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The environment is that of a whole process, so the test runs again in one that has a proxy.
    #[tokio::test]
    async fn a_receiver_is_spoken_to_without_the_proxies_of_the_environment() {
        const NAME: &str =
            "webhooks::send::tests::a_receiver_is_spoken_to_without_the_proxies_of_the_environment";
        if std::env::var_os("HTTP_PROXY").is_none() {
            let mut again = std::process::Command::new(std::env::current_exe().unwrap());
            again.args(["--exact", NAME]).env("HTTP_PROXY", "http://127.0.0.1:1").env_remove("NO_PROXY");
            let again = again.env_remove("no_proxy").output().unwrap();
            let said = String::from_utf8_lossy(&again.stdout);
            assert!(again.status.success() && said.contains("1 passed"), "{said}");
            return;
        }
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let url = format!("http://receiver.example:{}/", address.port());
        let client = client("receiver.example", &[address]).unwrap();
        let answer = tokio::spawn(async move { client.post(url).send().await.map(|answer| answer.status()) });
        let (mut stream, _) = tokio::select! {
            came = listener.accept() => came.unwrap(),
            () = tokio::time::sleep(Duration::from_secs(5)) => panic!("it was not spoken to"),
        };
        let answered = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
        tokio::io::AsyncWriteExt::write_all(&mut stream, answered).await.unwrap();
        assert_eq!(answer.await.unwrap().unwrap(), 200);
    }

    #[tokio::test]
    async fn a_receiver_that_does_not_answer_goes_by_the_line_of_such() {
        use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
        let folder = tempfile::tempdir().unwrap();
        let config = crate::node::NodeConfig { webhooks_anywhere: true, ..Default::default() };
        let node = Node::open(folder.path(), config).await.unwrap();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let hook = Hook {
            who: crate::auth::Who::new("demo", "service/1"),
            id: "hook".to_owned(),
            url: format!("http://{}/hook", listener.local_addr().unwrap()),
            types: Vec::new(),
            next: 0,
            made: String::new(),
        };
        let server = tokio::spawn(async move {
            // It answers, goes away without a word, and answers again.
            for answers in [true, false, true] {
                let (mut stream, _) = listener.accept().await.unwrap();
                assert!(stream.read(&mut [0; 4096]).await.unwrap() > 0);
                if answers {
                    let answer = b"HTTP/1.1 500 No\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
                    stream.write_all(answer).await.unwrap();
                }
            }
        });
        let (sender, mut lines) = (Sender::default(), Vec::new());
        for taken in [Some(false), None, Some(false)] {
            let to = sender.to(&node, &hook).await.unwrap();
            lines.push(sender.standing.begin(clock::instant()).is_sound());
            assert_eq!(sender.send(&node, to, "{}".to_owned()).await, taken);
        }
        assert_eq!(lines, [false, true, false]);
        server.await.unwrap();
    }

    #[test]
    fn webhooks_leave_the_house_over_https_only() {
        let long = format!("https://partner.example/{}", "x".repeat(2_024));
        let too_long = format!("{long}x");
        let grows = format!("https://partner.example/{}", "ä".repeat(900));
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
            ("https://2130706433/hook", false),
            ("https://0x7f.1/hook", false),
            ("https://127.0.0.1./hook", false),
            ("https://１２７.0.0.1/hook", false),
            ("https://[fe80::1%25eth0]/hook", false),
            ("https://partner.local/hook", false),
            ("https://partner.LOCAL./hook", false),
            ("https://metadata.google.internal/hook", false),
            ("https://a.localhost/hook", false),
            ("https://partner.test/hook", false),
            ("https://partner.invalid/hook", false),
            ("https://local.partner.example:8443/hook", true),
            ("https://localhost/hook", false),
            ("https://localhost./hook", false),
            ("https://intranet/hook", false),
            ("https://a:b@partner.example/", false),
            ("ftp://partner.example/", false),
            ("https://partner.example:0/", false),
            ("https://192.88.99.1/", false),
            ("https://home.arpa/", false),
            ("https://router.home.arpa./", false),
            ("https://home.arpa.example/", true),
            ("x", false),
            ("https:partner.example", false),
            ("https:\\\\partner.example/", false),
            (" https://partner.example/", false),
            ("https://partner.example/\r\nX: y", false),
            (long.as_str(), true),
            (too_long.as_str(), false),
            (grows.as_str(), false),
        ] {
            assert_eq!(allowed(url, false).is_ok(), fine, "{url}");
        }
        // Not even in tests is anything else spoken.
        for (url, fine) in [("http://127.0.0.1:8080/hook", true), ("ftp://partner.example/", false)] {
            assert_eq!(allowed(url, true).is_ok(), fine, "{url}");
        }
    }

    #[test]
    fn nothing_is_sent_where_one_of_the_addresses_of_a_name_is_private() {
        for (addresses, fine) in [
            ("", false),
            ("1.1.1.1:443", true),
            ("1.1.1.1:443 [2606:4700::1]:443", true),
            ("1.1.1.1:443 10.0.0.1:443", false),
            ("0.0.0.0:443", false),
            ("0.1.2.3:443", false),
            ("10.0.0.1:443", false),
            ("100.63.255.255:443", true),
            ("100.64.0.1:443", false),
            ("100.127.255.255:443", false),
            ("100.128.0.1:443", true),
            ("127.8.0.1:443", false),
            ("169.254.169.254:443", false),
            ("172.16.0.1:443", false),
            ("172.32.0.1:443", true),
            ("192.0.2.1:443", false),
            ("192.168.1.1:443", false),
            ("198.19.0.1:443", false),
            ("224.0.0.1:443", false),
            ("255.255.255.255:443", false),
            ("[::]:443", false),
            ("[::1]:443", false),
            ("[::127.0.0.1]:443", false),
            ("[::ffff:127.0.0.1]:443", false),
            ("[::ffff:1.1.1.1]:443", true),
            ("[::ffff:0:127.0.0.1]:443", false),
            ("[64:ff9b::127.0.0.1]:443", false),
            ("[64:ff9b:1::10.0.0.1]:443", false),
            ("[100::1]:443", false),
            ("[2001::7f00:1]:443", false),
            ("[2001:db8::1]:443", false),
            ("[2001:200::1]:443", true),
            ("[2002:0a00:1::]:443", false),
            ("[2002:101:101::]:443", true),
            ("[3fff:800::1]:443", false),
            ("[5f00::1]:443", false),
            ("[fd00::1]:443", false),
            ("[fe80::1%3]:443", false),
            ("[febf::1]:443", false),
            ("[ff02::1]:443", false),
        ] {
            let found: Vec<SocketAddr> =
                addresses.split_whitespace().map(|one| one.parse().unwrap()).collect();
            assert_eq!(is_fine(&found, false), fine, "{addresses}");
            assert_eq!(is_fine(&found, true), !found.is_empty(), "{addresses}");
        }
    }

    #[tokio::test]
    async fn who_is_sent_elsewhere_does_not_go_there() {
        use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
        let bind = || tokio::net::TcpListener::bind("127.0.0.1:0");
        let (here, elsewhere) = (bind().await.unwrap(), bind().await.unwrap());
        let address = here.local_addr().unwrap();
        let to = elsewhere.local_addr().unwrap();
        let answer = format!("HTTP/1.1 307 Elsewhere\r\nlocation: http://{to}/\r\ncontent-length: 0\r\n\r\n");
        let server = tokio::spawn(async move {
            let (mut stream, _) = here.accept().await.unwrap();
            assert!(stream.read(&mut [0; 4096]).await.unwrap() > 0);
            stream.write_all(answer.as_bytes()).await.unwrap();
        });
        // What was looked up is where it goes, whatever the name leads to.
        let client = client("partner.example", &[address]).unwrap();
        let url = format!("http://partner.example:{}/hook", address.port());
        let answer = client.post(url).body("{}").send().await.unwrap();
        assert_eq!(answer.status().as_u16(), 307);
        server.await.unwrap();
        let asked = tokio::time::timeout(Duration::from_millis(200), elsewhere.accept());
        assert!(asked.await.is_err());
    }
}
