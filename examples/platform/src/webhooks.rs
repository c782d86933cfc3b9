//! Events to partners' servers: signed, tried again for three days, in no promised order.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use cc_core::Event;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use tokio::task::JoinSet;

use crate::auth::Who;
use crate::node::Node;
use crate::problem::Problem;
use crate::storage::{Edit, Scan, StorageError, View, all, from_json, get_json, key, put_json};
use crate::{clock, events, feed, random};

/// A webhook as it is kept.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct Hook {
    /// Whose it is.
    pub who: Who,
    /// Its name among theirs.
    pub id: String,
    /// Where to send.
    pub url: String,
    /// Which types of events; none: all.
    pub types: Vec<String>,
    /// How far the log was read.
    next: u64,
    /// Another for each time it is set anew.
    made: String,
}

/// An event that was not delivered yet.
#[derive(Clone, Deserialize, Serialize)]
struct Waiting {
    pointer: String,
    tries: u32,
    since: i64,
}

fn place(who: &Who, id: &str) -> String {
    key(&["hook", &who.org, &who.sub, id])
}

/// The addresses a webhook may go to.
fn allowed(url: &str, anywhere: bool) -> Result<reqwest::Url, Problem> {
    let invalid = |why: &str| Problem::invalid_entity().because(why);
    let parsed = reqwest::Url::parse(url).map_err(|_| invalid("url: an address"))?;
    if !parsed.username().is_empty() || parsed.password().is_some() || parsed.fragment().is_some() {
        return Err(invalid("url: without names and fragments"));
    }
    if !anywhere {
        if parsed.scheme() != "https" {
            return Err(invalid("url: https only"));
        }
        let host = parsed.host_str().unwrap_or_default().trim_matches(['[', ']']);
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
            let [a, b, ..] = four.octets();
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
        }
        IpAddr::V6(six) => {
            if let Some(four) = six.to_ipv4() {
                return is_private(four.into());
            }
            six.is_loopback()
                || six.is_unspecified()
                || six.is_multicast()
                || (six.segments()[0] & 0xFE00) == 0xFC00
                || (six.segments()[0] & 0xFFC0) == 0xFE80
                || six.segments()[0] == 0x0064
        }
    }
}

/// Sets a webhook.
pub(crate) fn set(
    edit: &mut dyn Edit,
    who: &Who,
    id: &str,
    url: &str,
    types: Vec<String>,
    anywhere: bool,
) -> Result<bool, Problem> {
    let url = allowed(url, anywhere)?.to_string();
    let old: Option<Hook> = get_json(edit, &place(who, id))?;
    let next = match &old {
        Some(old) => old.next,
        None => edit.tail(&events::log_of_all(&who.org))?.next,
    };
    let hook = Hook { who: who.clone(), id: id.to_owned(), url, types, next, made: random::text::<6>() };
    put_json(edit, &place(who, id), &hook)?;
    edit.wake("hooks");
    Ok(old.is_none())
}

/// A webhook of someone.
pub(crate) fn find(view: &dyn View, who: &Who, id: &str) -> Result<Hook, Problem> {
    get_json(view, &place(who, id))?.ok_or_else(Problem::not_found)
}

/// Takes a webhook away, with what waits for it.
pub(crate) fn remove(edit: &mut dyn Edit, who: &Who, id: &str) -> Result<(), Problem> {
    find(edit, who, id)?;
    edit.delete(&place(who, id))?;
    for kind in ["hook waits", "hook failed"] {
        edit.delete_all(&key(&[kind, &who.org, &who.sub, id]))?;
    }
    edit.wake("hooks");
    Ok(())
}

/// What was given up.
pub(crate) fn failures(view: &dyn View, who: &Who, id: &str) -> Result<Vec<Value>, Problem> {
    find(view, who, id)?;
    let prefix = key(&["hook failed", &who.org, &who.sub, id]);
    let found = view.scan(Scan { prefix: &prefix, after: None, limit: 1000, backwards: true })?;
    Ok(found.iter().map(|(_, value)| from_json(value)).collect::<Result<_, StorageError>>()?)
}

/// One task a webhook, as they appear.
pub(crate) async fn run(node: Arc<Node>) {
    let (mut news, mut draining) = (node.bus.listen("hooks"), node.draining());
    let mut running: BTreeMap<String, String> = BTreeMap::new();
    let mut tasks = JoinSet::new();
    loop {
        if let Ok(hooks) = node.look(|view| Ok(all(view, "hook")?)).await {
            for (name, hook) in hooks {
                let Ok(hook) = from_json::<Hook>(&hook) else { continue };
                if running.insert(name, hook.made.clone()).as_ref() != Some(&hook.made) {
                    tasks.spawn(follow(node.clone(), hook));
                }
            }
        }
        tokio::select! {
            _ = news.recv() => {}
            _ = draining.changed() => break,
        }
    }
    while tasks.join_next().await.is_some() {}
}

/// How much is sent between two commits, bytes of pointers.
const PAGE: usize = 4 << 10;
/// How long what was not delivered is tried, milliseconds.
const LONGEST: i64 = 3 * 86_400_000;

async fn follow(node: Arc<Node>, hook: Hook) {
    let (mut news, mut draining) = (node.bus.listen(&events::log_of_all(&hook.who.org)), node.draining());
    while !*draining.borrow() {
        match round(&node, &hook).await {
            Ok(Round::Over) => return,
            Ok(Round::More) => {}
            Ok(Round::Wait) => tokio::select! {
                _ = news.recv() => {}
                () = tokio::time::sleep(Duration::from_secs(1)) => {}
                _ = draining.changed() => {}
            },
            Err(problem) => {
                tracing::warn!(code = problem.code, "a webhook pauses");
                tokio::select! {
                    () = tokio::time::sleep(Duration::from_secs(5)) => {}
                    _ = draining.changed() => {}
                }
            }
        }
    }
}

enum Round {
    /// The webhook was taken away, or set anew.
    Over,
    More,
    Wait,
}

/// Sends what is new and what is due again.
async fn round(node: &Arc<Node>, hook: &Hook) -> Result<Round, Problem> {
    let (who, id) = (hook.who.clone(), hook.id.clone());
    let looked = node
        .look(move |view| {
            let Ok(hook) = find(view, &who, &id) else { return Ok(None) };
            let find: feed::Finder =
                Arc::new(move |view| events::lens::organization_source(view, &who, &who.org));
            let source = find(view)?;
            let tail = view.tail(&source.log)?;
            let from = hook.next.max(tail.first);
            let pointers = view.read(&source.log, from, PAGE)?;
            let mut new = Vec::new();
            for pointer in &pointers {
                let text = String::from_utf8_lossy(pointer).into_owned();
                new.extend(
                    feed::seen(view, &source, vec![pointer.clone()])?
                        .into_iter()
                        .map(|event| (text.clone(), event)),
                );
            }
            let mut due = Vec::new();
            let waits = key(&["hook waits", &hook.who.org, &hook.who.sub, &hook.id]);
            let now = clock::text(clock::now());
            for (name, waiting) in
                view.scan(Scan { prefix: &waits, after: None, limit: 50, backwards: false })?
            {
                if name.split(crate::storage::JOINT).nth(4).is_none_or(|at| at > now.as_str()) {
                    break;
                }
                let waiting: Waiting = from_json(&waiting)?;
                let event = feed::seen(view, &source, vec![Bytes::from(waiting.pointer.clone())])?.pop();
                due.push((name, waiting, event));
            }
            let next = from + pointers.len() as u64;
            Ok(Some((hook, new, due, next, next < tail.next)))
        })
        .await?;
    let Some((current, new, due, next, more)) = looked else { return Ok(Round::Over) };
    if current.made != hook.made {
        return Ok(Round::Over);
    }
    let mut undone = Vec::new();
    for (pointer, event) in new {
        if !deliver(node, hook, &event).await {
            undone.push(Waiting { pointer, tries: 1, since: clock::now().timestamp_millis() });
        }
    }
    let mut done = Vec::new();
    for (name, waiting, event) in due {
        let delivered = match event {
            // What is no longer kept, or no longer to be seen, is not sent.
            None => true,
            Some(event) => deliver(node, hook, &event).await,
        };
        if !delivered {
            undone.push(Waiting { tries: waiting.tries + 1, ..waiting });
        }
        done.push(name);
    }
    let moved = next != current.next;
    if moved || !done.is_empty() || !undone.is_empty() {
        let hook = hook.clone();
        node.commit(move |edit| {
            let Ok(known) = find(edit, &hook.who, &hook.id) else { return Ok(()) };
            put_json(edit, &place(&hook.who, &hook.id), &Hook { next, ..known })?;
            for name in done {
                edit.delete(&name)?;
            }
            for waiting in undone {
                again(edit, &hook, &waiting)?;
            }
            Ok(())
        })
        .await?;
    }
    Ok(if more { Round::More } else { Round::Wait })
}

/// Three times 20 s apart, then from 2 minutes on twice as long each time, for three days.
fn wait(tries: u32) -> i64 {
    match tries {
        0..=3 => 20_000,
        tries => 120_000_i64 << (tries - 4).min(10),
    }
}

fn again(edit: &mut dyn Edit, hook: &Hook, waiting: &Waiting) -> Result<(), StorageError> {
    let at = edit.at() + wait(waiting.tries);
    let given_up = at - waiting.since > LONGEST;
    let kind = if given_up { "hook failed" } else { "hook waits" };
    let at = clock::text(cc_core::Timestamp::from_timestamp_millis(at).unwrap_or_default());
    let place = key(&[kind, &hook.who.org, &hook.who.sub, &hook.id, &at, &random::text::<6>()]);
    if given_up {
        put_json(
            edit,
            &place,
            &json!({"at": at, "tries": waiting.tries, "event": waiting.pointer.split(' ').next()}),
        )
    } else {
        put_json(edit, &place, waiting)
    }
}

/// Sends one event; true where the receiver has it, or does not want it.
async fn deliver(node: &Node, hook: &Hook, event: &[u8]) -> bool {
    let Ok(event) = Event::from_json(event) else { return true };
    let type_name = event.type_name().to_owned();
    if !hook.types.is_empty() && !hook.types.contains(&type_name) {
        return true;
    }
    let body = format!(
        r#"{{"id":"{}","type":{},"time":"{}","data":{}}}"#,
        event.id,
        Value::from(type_name.as_str()),
        clock::text(event.at),
        event.to_json()
    );
    let sent = send(node, hook, body).await.unwrap_or(false);
    if sent {
        node.metrics.webhooks.fetch_add(1, Relaxed);
    }
    sent
}

async fn send(node: &Node, hook: &Hook, body: String) -> Option<bool> {
    let url = allowed(&hook.url, node.config.webhooks_anywhere).ok()?;
    let (host, port) = (url.host_str()?.to_owned(), url.port_or_known_default()?);
    let addresses: Vec<SocketAddr> =
        tokio::net::lookup_host((host.trim_matches(['[', ']']), port)).await.ok()?.collect();
    // The name may lead somewhere else than it did.
    if !node.config.webhooks_anywhere && addresses.iter().any(|address| is_private(address.ip())) {
        return None;
    }
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .timeout(Duration::from_secs(10))
        .resolve_to_addrs(&host, &addresses)
        .build()
        .ok()?;
    let id = random::text::<12>();
    let now = clock::unix();
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
            ("https://localhost/hook", false),
            ("https://intranet/hook", false),
            ("https://a:b@partner.example/", false),
            ("ftp://partner.example/", false),
            ("x", false),
        ] {
            assert_eq!(allowed(url, false).is_ok(), fine, "{url}");
        }
    }

    #[test]
    fn what_was_not_delivered_waits_longer_each_time() {
        assert_eq!((wait(1), wait(3), wait(4), wait(5)), (20_000, 20_000, 120_000, 240_000));
    }
}
