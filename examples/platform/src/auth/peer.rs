//! From where someone asks: the peer of the connection, or, behind a proxy that is trusted, who it says that it speaks for.
//!
//! Proxies add the address they were asked from at the end of `X-Forwarded-For`, or of `Forwarded` (RFC 7239). What stands before it
//! came with the request, and anybody may have written it.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use axum::http::{HeaderMap, header};

/// Who asks: the last address that is no proxy of ours.
///
/// Only a trusted peer is believed. Where both headers came and they differ, one of them did not come from the proxy, and neither is
/// believed; an address that cannot be read ends the search, too. The last that is known to be right is taken then.
pub(crate) fn client(peer: IpAddr, headers: &HeaderMap, trusted: &[IpAddr]) -> IpAddr {
    let peer = peer.to_canonical();
    let is_trusted = |address: &IpAddr| trusted.iter().any(|one| one.to_canonical() == *address);
    if !is_trusted(&peer) {
        return peer;
    }
    let found = |way: Vec<Option<IpAddr>>| {
        let mut last = peer;
        for address in way.into_iter().rev() {
            let Some(address) = address else { return last };
            last = address;
            if !is_trusted(&address) {
                return last;
            }
        }
        last
    };
    let lines = |name| headers.get_all(name).iter().map(|line| line.to_str().unwrap_or("?"));
    let by_list: Vec<_> = lines(X_FORWARDED_FOR).flat_map(|line| line.split(',')).map(address).collect();
    let by_pairs: Vec<_> = lines(header::FORWARDED.as_str()).flat_map(of_line).collect();
    match (by_list.is_empty(), by_pairs.is_empty()) {
        (true, true) => peer,
        (false, true) => found(by_list),
        (true, false) => found(by_pairs),
        (false, false) => Some(found(by_list)).filter(|one| *one == found(by_pairs)).unwrap_or(peer),
    }
}

const X_FORWARDED_FOR: &str = "x-forwarded-for";

/// The name that attempts from an address are counted under: of IPv6 its network, in which one house has every address.
pub(crate) fn name(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => format!("peer {address}"),
        IpAddr::V6(address) => {
            let network = Ipv6Addr::from_bits(address.to_bits() >> 64 << 64);
            format!("peer {network}/64")
        }
    }
}

/// An address with or without a port.
fn address(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let bare = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    let found = bare.parse().ok().or_else(|| text.parse::<SocketAddr>().ok().map(|socket| socket.ip()));
    found.map(|address: IpAddr| address.to_canonical())
}

/// The addresses of a line of `Forwarded`; commas within quotes part nothing. What a proxy adds has quotes in pairs: where one is left open, a
/// stranger's part would swallow the proxy's, and nothing of the line is known.
fn of_line(line: &str) -> Vec<Option<IpAddr>> {
    if line.matches('"').count() % 2 == 1 {
        return vec![None];
    }
    parts(line, ',').into_iter().map(of_element).collect()
}

/// The `for` of an element.
fn of_element(element: &str) -> Option<IpAddr> {
    let pair = parts(element, ';').into_iter().find_map(|pair| {
        let (name, value) = pair.split_once('=')?;
        name.trim().eq_ignore_ascii_case("for").then(|| value.trim())
    })?;
    address(pair.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(pair))
}

fn parts(text: &str, at: char) -> Vec<&str> {
    let mut quoted = false;
    text.split(|letter| {
        quoted ^= letter == '"';
        letter == at && !quoted
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_a_trusted_proxy_added_is_believed() {
        let trusted: Vec<IpAddr> = ["127.0.0.1", "10.0.0.2"].map(|text| text.parse().unwrap()).to_vec();
        let (list, pairs) = ("x-forwarded-for", "forwarded");
        for (peer, lines, expected) in [
            ("127.0.0.1", &[][..], "127.0.0.1"),
            ("127.0.0.1", &[(list, "198.51.100.7")], "198.51.100.7"),
            ("::ffff:127.0.0.1", &[(list, "198.51.100.7")], "198.51.100.7"),
            // A peer that is not trusted says what it likes.
            ("203.0.113.5", &[(list, "198.51.100.7")], "203.0.113.5"),
            ("203.0.113.5", &[(pairs, "for=198.51.100.7")], "203.0.113.5"),
            // What stood there before the proxy added its part.
            ("127.0.0.1", &[(list, "192.0.2.1, 198.51.100.7")], "198.51.100.7"),
            ("127.0.0.1", &[(list, "192.0.2.1"), (list, "198.51.100.7")], "198.51.100.7"),
            ("127.0.0.1", &[(list, "192.0.2.1, 198.51.100.7, 10.0.0.2")], "198.51.100.7"),
            ("127.0.0.1", &[(list, "192.0.2.1, nobody, 10.0.0.2")], "10.0.0.2"),
            ("127.0.0.1", &[(list, "nobody")], "127.0.0.1"),
            ("127.0.0.1", &[(list, "")], "127.0.0.1"),
            ("127.0.0.1", &[(list, "10.0.0.2")], "10.0.0.2"),
            ("127.0.0.1", &[(list, "198.51.100.7:4711")], "198.51.100.7"),
            ("127.0.0.1", &[(list, "[2001:db8::1]:4711")], "2001:db8::1"),
            ("127.0.0.1", &[(list, "[2001:db8::1]")], "2001:db8::1"),
            ("127.0.0.1", &[(list, "2001:db8::1")], "2001:db8::1"),
            ("127.0.0.1", &[(pairs, "for=192.0.2.1;proto=https, For=198.51.100.7")], "198.51.100.7"),
            ("127.0.0.1", &[(pairs, "proto=https;for=\"[2001:db8::1]:4711\"")], "2001:db8::1"),
            ("127.0.0.1", &[(pairs, "for=198.51.100.7;by=\"a, for=192.0.2.1\"")], "198.51.100.7"),
            ("127.0.0.1", &[(pairs, "for=192.0.2.1;x=\", for=198.51.100.7")], "127.0.0.1"),
            ("127.0.0.1", &[(pairs, "for=192.0.2.1;x=\", for=\"[2001:db8::1]\"")], "127.0.0.1"),
            ("127.0.0.1", &[(pairs, "for=192.0.2.1;x=\""), (pairs, "for=198.51.100.7")], "198.51.100.7"),
            ("127.0.0.1", &[(pairs, "for=_hidden")], "127.0.0.1"),
            ("127.0.0.1", &[(pairs, "proto=https")], "127.0.0.1"),
            ("127.0.0.1", &[(pairs, "for=198.51.100.7"), (list, "198.51.100.7")], "198.51.100.7"),
            ("127.0.0.1", &[(pairs, "for=192.0.2.1"), (list, "198.51.100.7")], "127.0.0.1"),
        ] {
            let mut headers = HeaderMap::new();
            for (name, line) in lines {
                headers.append(*name, line.parse().unwrap());
            }
            let found = client(peer.parse().unwrap(), &headers, &trusted);
            assert_eq!(found.to_string(), expected, "{peer} {lines:?}");
        }
    }

    #[test]
    fn a_network_of_ipv6_counts_as_one() {
        for (address, expected) in [
            ("198.51.100.7", "peer 198.51.100.7"),
            ("::ffff:198.51.100.7", "peer 198.51.100.7"),
            ("2001:db8:0:1:a:b:c:d", "peer 2001:db8:0:1::/64"),
        ] {
            assert_eq!(name(address.parse().unwrap()), expected);
        }
    }
}
