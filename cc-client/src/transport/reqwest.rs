//! Requests over reqwest and rustls.

use std::sync::Mutex;
use std::time::Duration;

use bytes::Bytes;
use reqwest::Client;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use rustls::pki_types::ServerName;
use zeroize::Zeroizing;

use super::trust::tls;
use super::{Boxed, HttpAnswer, HttpBody, Pins, Transport, TransportError};
use crate::engine::{HttpHead, HttpRequest};

/// How connections are made.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ReqwestOptions {
    /// The longest wait for a connection.
    pub connect: Duration,
    /// The longest wait for the head of an answer, and for each piece of its body. A request with a body gets
    /// a second more for each 8 KiB of it, for slow networks. Streams and long-polls have no such limit:
    /// whoever follows them knows how long they may be silent.
    pub answer: Duration,
    /// The value of the header `User-Agent`.
    pub user_agent: String,
    /// Certificates in PEM that are trusted beside those of the system. On Android the system's are those
    /// that came with it. One that its user added or switched off counts only for apps that ask the system
    /// itself, with a transport of their own.
    pub roots: Vec<Vec<u8>>,
    /// Keys of which the platform's chain must have one. Pins do not apply to an `https` proxy named in
    /// `proxy`, unless it has the platform's host name. They do apply to an `https` proxy of the environment,
    /// which mostly fails then: name it in `proxy` instead.
    pub pins: Option<Pins>,
    /// What connections go through.
    pub proxy: Proxy,
}

/// What connections go through.
#[derive(Clone, Default)]
#[non_exhaustive]
pub enum Proxy {
    /// What the environment says: `HTTPS_PROXY`, `HTTP_PROXY` and `ALL_PROXY`, except for the hosts in
    /// `NO_PROXY`.
    #[default]
    Environment,
    /// Nothing, whatever the environment says.
    None,
    /// This one: `http://` or `https://`, a host and a port. If it asks for a password, `user:password@`
    /// stands before the host.
    At(String),
}

impl std::fmt::Debug for Proxy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The address may hold a password.
        f.write_str(match self {
            Self::Environment => "Environment",
            Self::None => "None",
            Self::At(_) => "At(..)",
        })
    }
}

impl Default for ReqwestOptions {
    /// 10 s, 30 s, and the proxy of the environment.
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            answer: Duration::from_secs(30),
            user_agent: concat!("cc-client/", env!("CARGO_PKG_VERSION")).to_owned(),
            roots: Vec::new(),
            pins: None,
            proxy: Proxy::default(),
        }
    }
}

/// Why no transport can be made with these options. It shows none of what they hold.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum OptionsError {
    /// The address is not an `http` or `https` address with a host.
    #[error("the address is no http or https address of a host")]
    Address,
    /// The address has a part that does not belong there. A user and a password, for example, would be shown
    /// and logged.
    #[error("the address has a {part}: it is a scheme, a host, a port and a path")]
    AddressPart {
        /// `user`, `query` or `fragment`.
        part: &'static str,
    },
    /// There are pins, but the address is not `https`: no certificate comes.
    #[error("pins need an https address")]
    PinsWithoutTls,
    /// The proxy's address is not an `http` or `https` address with a host.
    #[error("the proxy is no http or https address of a host")]
    Proxy,
    /// One of the roots is not a certificate in PEM.
    #[error("root {index} is not a certificate in PEM")]
    Root {
        /// Which one, counted from 0.
        index: usize,
    },
    /// TLS could not be set up on this system.
    #[error("TLS could not be set up")]
    Tls,
    /// The user agent cannot be the value of a header.
    #[error("the user agent cannot be sent as a header value")]
    UserAgent,
}

/// Sends requests with reqwest: streams and the rest over connections of their own.
pub struct ReqwestTransport {
    base: String,
    options: ReqwestOptions,
    /// Made once: what changes with the network are connections.
    tls: rustls::ClientConfig,
    clients: Mutex<Clients>,
}

impl std::fmt::Debug for ReqwestTransport {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ReqwestTransport").field("base", &self.base).finish_non_exhaustive()
    }
}

#[derive(Clone)]
struct Clients {
    plain: Client,
    streams: Client,
}

impl ReqwestTransport {
    /// A transport to the platform at `base`, such as `https://platform.example`. If the platform is behind a
    /// path, `base` has that path. The certificates that the system trusts are read here, once, which may
    /// take some milliseconds.
    ///
    /// # Errors
    ///
    /// [`OptionsError`] says which option cannot be used.
    ///
    /// # Examples
    ///
    /// ```
    /// use cc_client::transport::{ReqwestOptions, ReqwestTransport};
    ///
    /// ReqwestTransport::new("https://platform.example/cars", ReqwestOptions::default())?;
    ///
    /// let error = ReqwestTransport::new("https://platform.example/?car=7", ReqwestOptions::default()).unwrap_err();
    /// assert_eq!(error.to_string(), "the address has a query: it is a scheme, a host, a port and a path");
    /// # Ok::<(), cc_client::transport::OptionsError>(())
    /// ```
    pub fn new(base: &str, options: ReqwestOptions) -> Result<Self, OptionsError> {
        let parsed = address(base).ok_or(OptionsError::Address)?;
        let has_user = !parsed.username().is_empty() || parsed.password().is_some();
        for (is_there, part) in [
            (has_user, "user"),
            (parsed.query().is_some(), "query"),
            (parsed.fragment().is_some(), "fragment"),
        ] {
            if is_there {
                return Err(OptionsError::AddressPart { part });
            }
        }
        if options.pins.is_some() && parsed.scheme() != "https" {
            return Err(OptionsError::PinsWithoutTls);
        }
        HeaderValue::try_from(&options.user_agent).map_err(|_| OptionsError::UserAgent)?;
        let tls = tls(&options, proxy_beside(&parsed, &options.proxy))?;
        let clients = Mutex::new(Clients::new(&options, &tls)?);
        Ok(Self { base: parsed.as_str().trim_end_matches('/').to_owned(), options, tls, clients })
    }

    /// The longest wait for the head of an answer; `None` for one that may be silent.
    fn patience(&self, request: &HttpRequest) -> Option<Duration> {
        (!request.is_stream).then(|| self.options.answer.saturating_add(request.slowest_upload()))
    }

    fn client(&self, is_stream: bool) -> Client {
        let clients = self.clients.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if is_stream { clients.streams.clone() } else { clients.plain.clone() }
    }
}

impl Clients {
    fn new(options: &ReqwestOptions, tls: &rustls::ClientConfig) -> Result<Self, OptionsError> {
        let builder = || {
            let builder = match &options.proxy {
                Proxy::Environment => Client::builder(),
                Proxy::None => Client::builder().no_proxy(),
                Proxy::At(url) => Client::builder().proxy(through(url)?),
            };
            let builder = builder
                .connect_timeout(options.connect)
                .user_agent(&options.user_agent)
                .redirect(::reqwest::redirect::Policy::none())
                .tcp_keepalive(Duration::from_secs(30))
                .tcp_nodelay(true)
                // One of its own: which cryptography the rest of the process uses is not a library's to say.
                .tls_backend_preconfigured(tls.clone());
            Ok(builder)
        };
        let plain = builder()?.pool_idle_timeout(Duration::from_secs(50)).pool_max_idle_per_host(8);
        // A stream is as long as it lives; that it is silent for too long is the feed's to say.
        let streams = builder()?.pool_max_idle_per_host(0).no_gzip();
        let build = |builder: ::reqwest::ClientBuilder| builder.build().map_err(|_| OptionsError::Tls);
        Ok(Self { plain: build(plain)?, streams: build(streams)? })
    }
}

/// Reads an `http` or `https` address with a host; `None` if it is not one.
fn address(text: &str) -> Option<::reqwest::Url> {
    let parsed = ::reqwest::Url::parse(text).ok()?;
    (matches!(parsed.scheme(), "http" | "https") && parsed.has_host()).then_some(parsed)
}

/// The name by which TLS knows a proxy that is not where the platform is.
fn proxy_beside(platform: &::reqwest::Url, proxy: &Proxy) -> Option<ServerName<'static>> {
    let Proxy::At(url) = proxy else { return None };
    let proxy = address(url)?;
    let name = |url: &::reqwest::Url| {
        let host = url.host_str()?.trim_matches(['[', ']']);
        ServerName::try_from(host.trim_end_matches('.')).ok().map(|name| name.to_owned())
    };
    let (proxy, platform) = (name(&proxy)?, name(platform)?);
    (proxy != platform).then_some(proxy)
}

fn through(url: &str) -> Result<::reqwest::Proxy, OptionsError> {
    ::reqwest::Proxy::all(address(url).ok_or(OptionsError::Proxy)?).map_err(|_| OptionsError::Proxy)
}

impl Transport for ReqwestTransport {
    fn send(&self, mut request: HttpRequest) -> Boxed<'static, Result<HttpAnswer, TransportError>> {
        let client = self.client(request.is_stream);
        let url = format!("{}{}", self.base, request.target);
        let patience = self.patience(&request);
        let piece = (!request.is_stream).then_some(self.options.answer);
        Box::pin(async move {
            let method = ::reqwest::Method::from_bytes(request.method.as_bytes());
            let mut builder = client.request(method.map_err(|_| TransportError::Unsendable)?, url);
            // Wiped when reqwest lets go of it.
            for (name, value) in std::mem::take(&mut request.headers) {
                let value = Bytes::from_owner(Zeroizing::new(value));
                let mut value =
                    HeaderValue::from_maybe_shared(value).map_err(|_| TransportError::Unsendable)?;
                value.set_sensitive(name == "authorization");
                let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| TransportError::Unsendable)?;
                builder = builder.header(name, value);
            }
            if !request.body.is_empty() || request.method == "POST" {
                let body = Bytes::from_owner(Zeroizing::new(std::mem::take(&mut request.body)));
                builder = builder.body(body);
            }
            let mut answer = within(patience, builder.send()).await?;
            let text = |value: &HeaderValue| value.to_str().ok().map(str::to_owned);
            let headers = answer.headers().iter();
            let headers = headers.filter_map(|(name, value)| Some((name.as_str().to_owned(), text(value)?)));
            let head = HttpHead { status: answer.status().as_u16(), headers: headers.collect() };
            // They lie in the first 8 KiB that were read, and would keep them for as long as a stream lives.
            *answer.headers_mut() = HeaderMap::new();
            Ok(HttpAnswer { head, body: Box::new(Body { answer, piece }) })
        })
    }

    fn network_changed(&self) {
        if let Ok(fresh) = Clients::new(&self.options, &self.tls) {
            *self.clients.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = fresh;
        }
    }
}

struct Body {
    answer: ::reqwest::Response,
    /// The longest wait for a piece.
    piece: Option<Duration>,
}

impl HttpBody for Body {
    fn next(&mut self) -> Boxed<'_, Option<Result<Bytes, TransportError>>> {
        Box::pin(async move { within(self.piece, self.answer.chunk()).await.transpose() })
    }
}

/// What comes of something that may take so long.
async fn within<T>(
    limit: Option<Duration>,
    what: impl Future<Output = ::reqwest::Result<T>>,
) -> Result<T, TransportError> {
    let done = match limit {
        Some(limit) => tokio::time::timeout(limit, what).await.map_err(|_| TransportError::TimedOut)?,
        None => what.await,
    };
    done.map_err(|error| failed(&error))
}

/// What an error of reqwest means; its text may hold an address and is not kept.
fn failed(error: &::reqwest::Error) -> TransportError {
    if error.is_timeout() {
        return TransportError::TimedOut;
    }
    let mut source = std::error::Error::source(error);
    while let Some(inner) = source {
        if is_of_certificate(inner) {
            return TransportError::NotTrusted;
        }
        source = inner.source();
    }
    if error.is_builder() {
        TransportError::Unsendable
    } else if error.is_connect() {
        TransportError::NotConnected
    } else {
        TransportError::Broken
    }
}

/// Whether a certificate was refused; errors of sockets hold others, one in the other, which are none of their sources.
fn is_of_certificate(error: &(dyn std::error::Error + 'static)) -> bool {
    let mut error = error;
    while let Some(inner) = error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref) {
        error = inner;
    }
    matches!(error.downcast_ref(), Some(rustls::Error::InvalidCertificate(_)))
}
