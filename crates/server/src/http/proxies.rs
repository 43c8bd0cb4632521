//! From where a request comes: the other end of its connection, unless that is a
//! proxy that is trusted to say who was at its other end.
//!
//! What stands in `Forwarded` (RFC 7239) and `X-Forwarded-For` was put there by
//! anybody, but for what trusted proxies have added at the right: so the list is
//! read from there, as far as they go, and who stands before them is the client.

use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;
use std::sync::Once;

use axum::http::header::FORWARDED;
use axum::http::{HeaderMap, HeaderName};
use ipnet::IpNet;

/// How they are written.
const WANTED: &str = "write addresses or networks such as 10.0.0.0/8, with commas between";
const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

const X_FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// The other end of a connection.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Peer(pub(crate) IpAddr);

/// The proxies that are trusted. As text: addresses and networks such as
/// `10.0.0.0/8`, with commas between.
#[derive(Clone, Debug, Default)]
pub struct Proxies(Vec<IpNet>);

impl Proxies {
    pub(crate) fn contain(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.iter().any(|network| network.contains(&address))
    }

    /// Whose request it is that came from `peer` with these headers.
    pub(crate) fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let peer = peer.to_canonical();
        if !self.contain(peer) {
            warn_of_untrusted(peer, headers);
            return peer;
        }
        let lists = [
            hops(headers, &FORWARDED).map(forwarded_for).collect(),
            hops(headers, &X_FORWARDED_FOR).map(address).collect(),
        ];
        let [one, other] = lists.map(|hops: Vec<_>| self.before_us(peer, &hops));
        match (one, other) {
            (Some(one), Some(other)) if one == other => one,
            // A proxy writes one of them, and passes the other on as somebody wrote it.
            // Which, only its operator knows.
            (Some(_), Some(_)) | (None, None) => peer,
            (Some(client), None) | (None, Some(client)) => client,
        }
    }

    /// Whether trusted proxies say that the client has asked them over TLS. What the
    /// client wrote itself may be among what they say: it deceives nobody else.
    pub(crate) fn came_by_tls(&self, peer: IpAddr, headers: &HeaderMap) -> bool {
        let forwarded = hops(headers, &FORWARDED).next().map(forwarded_proto);
        let x_forwarded = hops(headers, &X_FORWARDED_PROTO).next();
        let proto = forwarded.flatten().or(x_forwarded);
        self.contain(peer) && proto.is_some_and(|proto| proto.eq_ignore_ascii_case("https"))
    }

    /// Who stands before the trusted proxies at the right of a list. Beyond one
    /// that does not say who called it, all its callers are one.
    fn before_us(&self, peer: IpAddr, hops: &[Option<IpAddr>]) -> Option<IpAddr> {
        if hops.is_empty() {
            return None;
        }
        let mut client = peer;
        for hop in hops.iter().rev() {
            let Some(hop) = hop else { break };
            client = *hop;
            if !self.contain(client) {
                break;
            }
        }
        Some(client)
    }
}

/// Somebody's proxy is not named, and all who come through it count as one. Said
/// once: every request would say it again.
fn warn_of_untrusted(peer: IpAddr, headers: &HeaderMap) {
    static SAID: Once = Once::new();
    if headers.contains_key(X_FORWARDED_FOR) || headers.contains_key(FORWARDED) {
        SAID.call_once(|| {
            tracing::warn!(
                client.address = %peer,
                "requests say for whom they are forwarded, and are not believed; if a proxy \
                 of yours sends them, name it with --trusted-proxies: until then all who come \
                 through it share one caller's limits"
            );
        });
    }
}

/// The parts of all headers of that name, in order.
fn hops<'h>(headers: &'h HeaderMap, name: &HeaderName) -> impl Iterator<Item = &'h str> {
    let values = headers.get_all(name).iter();
    // Of what is no text something is there, and nobody knows what.
    let values = values.map(|value| value.to_str().unwrap_or("?"));
    values.flat_map(|value| value.split(',')).map(str::trim)
}

/// Whom a part of `Forwarded` names, such as `for="[2001:db8::1]:4711";proto=http`.
fn forwarded_for(hop: &str) -> Option<IpAddr> {
    let mut pairs = hop.split(';').filter_map(|pair| pair.split_once('='));
    let (_, value) = pairs.find(|(name, _)| name.trim().eq_ignore_ascii_case("for"))?;
    address(value.trim().trim_matches('"'))
}

/// How the client of a part of `Forwarded` has asked.
fn forwarded_proto(hop: &str) -> Option<&str> {
    let mut pairs = hop.split(';').filter_map(|pair| pair.split_once('='));
    let (_, value) = pairs.find(|(name, _)| name.trim().eq_ignore_ascii_case("proto"))?;
    Some(value.trim().trim_matches('"'))
}

/// An address, perhaps with a port; none where it is hidden or unknown.
fn address(text: &str) -> Option<IpAddr> {
    let bare = text.strip_prefix('[').and_then(|it| it.strip_suffix(']'));
    let plain = bare.unwrap_or(text).parse();
    let address: IpAddr = plain
        .or_else(|_| text.parse().map(|at: SocketAddr| at.ip()))
        .ok()?;
    Some(address.to_canonical())
}

impl FromStr for Proxies {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let network = |part: &str| {
            let part = part.trim();
            let network = part.parse().ok();
            let network = network.or_else(|| part.parse().map(|it: IpAddr| it.into()).ok());
            network.ok_or_else(|| format!("`{part}` is none, {WANTED}"))
        };
        text.split(',')
            .map(network)
            .collect::<Result<_, _>>()
            .map(Self)
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn only_a_trusted_proxy_says_that_the_client_came_by_tls() {
        let trusted: Proxies = "10.0.0.0/8".parse().expect("networks");
        let came = |peer: &str, name: &HeaderName, value: &'static str| {
            let mut headers = HeaderMap::new();
            headers.append(name, HeaderValue::from_static(value));
            trusted.came_by_tls(peer.parse().expect("an address"), &headers)
        };
        assert!(came("10.0.0.1", &X_FORWARDED_PROTO, "https"));
        assert!(came("10.0.0.1", &X_FORWARDED_PROTO, "HTTPS, http"));
        assert!(came(
            "10.0.0.1",
            &FORWARDED,
            "for=192.0.2.1;proto=https;by=10.0.0.2"
        ));
        assert!(!came("10.0.0.1", &X_FORWARDED_PROTO, "http"));
        assert!(!came("10.0.0.1", &FORWARDED, "for=192.0.2.1"));
        assert!(!came("192.0.2.1", &X_FORWARDED_PROTO, "https"));
    }

    /// Whose request it is that comes from 10.0.0.1, where 10/8 and 2001:db8:1::/48
    /// are trusted.
    fn client(headers: &[(&HeaderName, &'static str)]) -> String {
        client_through("10.0.0.1", headers)
    }

    fn client_through(peer: &str, headers: &[(&HeaderName, &'static str)]) -> String {
        let trusted: Proxies = "10.0.0.0/8, 2001:db8:1::/48".parse().expect("networks");
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, HeaderValue::from_static(value));
        }
        let peer = peer.parse().expect("an address");
        trusted.client(peer, &map).to_string()
    }

    #[test]
    fn nobody_is_believed_who_is_not_trusted() {
        let claims = [
            (&X_FORWARDED_FOR, "192.0.2.1"),
            (&FORWARDED, "for=192.0.2.1"),
        ];
        assert_eq!(client_through("198.51.100.9", &claims), "198.51.100.9");
        let nobody = Proxies::default();
        assert!(!nobody.contain("127.0.0.1".parse().expect("an address")));
    }

    #[test]
    fn the_client_is_the_right_most_that_is_not_trusted() {
        for (list, wanted) in [
            ("192.0.2.1", "192.0.2.1"),
            ("192.0.2.1, 10.9.9.9", "192.0.2.1"),
            // Written by the client, to look like another.
            ("203.0.113.5, 192.0.2.1", "192.0.2.1"),
            ("203.0.113.5, 192.0.2.1, 10.1.1.1, 10.2.2.2", "192.0.2.1"),
            ("192.0.2.1:4711", "192.0.2.1"),
            ("[2001:db8::1]:4711", "2001:db8::1"),
            ("2001:db8::1", "2001:db8::1"),
            ("::ffff:192.0.2.1", "192.0.2.1"),
            // All of one house.
            ("10.3.3.3", "10.3.3.3"),
            // A proxy that does not say is itself the client.
            ("203.0.113.5, unknown", "10.0.0.1"),
            ("203.0.113.5, unknown, 10.2.2.2", "10.2.2.2"),
            ("", "10.0.0.1"),
            ("nonsense", "10.0.0.1"),
        ] {
            assert_eq!(client(&[(&X_FORWARDED_FOR, list)]), wanted, "{list}");
        }
        let lines = [
            (&X_FORWARDED_FOR, "203.0.113.5"),
            (&X_FORWARDED_FOR, "192.0.2.1, 10.1.1.1"),
        ];
        assert_eq!(client(&lines), "192.0.2.1");
        assert_eq!(client(&[]), "10.0.0.1");
        let through_v6 = [(&X_FORWARDED_FOR, "192.0.2.1")];
        assert_eq!(client_through("2001:db8:1::7", &through_v6), "192.0.2.1");
        assert_eq!(client_through("::ffff:10.1.1.1", &through_v6), "192.0.2.1");
    }

    #[test]
    fn forwarded_is_read_as_it_is_written() {
        for (list, wanted) in [
            ("for=192.0.2.1", "192.0.2.1"),
            ("For=192.0.2.1;proto=https;by=10.0.0.1", "192.0.2.1"),
            ("proto=https; for=\"192.0.2.1:47\"", "192.0.2.1"),
            ("for=\"[2001:db8::1]:47\"", "2001:db8::1"),
            ("for=203.0.113.5, for=192.0.2.1, for=10.1.1.1", "192.0.2.1"),
            ("for=_hidden", "10.0.0.1"),
            ("for=203.0.113.5, for=unknown", "10.0.0.1"),
            ("proto=https", "10.0.0.1"),
        ] {
            assert_eq!(client(&[(&FORWARDED, list)]), wanted, "{list}");
        }
    }

    #[test]
    fn two_headers_that_disagree_are_not_believed() {
        let agree = [
            (&X_FORWARDED_FOR, "192.0.2.1"),
            (&FORWARDED, "for=192.0.2.1"),
        ];
        assert_eq!(client(&agree), "192.0.2.1");
        let forged = [
            (&X_FORWARDED_FOR, "192.0.2.1"),
            (&FORWARDED, "for=203.0.113.5"),
        ];
        assert_eq!(client(&forged), "10.0.0.1");
    }

    #[test]
    fn what_is_no_network_is_refused_by_name() {
        for (text, named) in [
            ("", "``"),
            ("localhost", "`localhost`"),
            ("10.0.0.1,,10.0.0.2", "``"),
            ("10.0.0.0/33", "`10.0.0.0/33`"),
            ("10.0.0.1 10.0.0.2", "`10.0.0.1 10.0.0.2`"),
        ] {
            let error = text.parse::<Proxies>().expect_err(text);
            assert!(error.contains(named), "{error}");
        }
    }
}
