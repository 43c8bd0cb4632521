//! Who a request is counted for.

use std::net::{IpAddr, Ipv6Addr};

use axum::http::HeaderMap;
use uuid::Uuid;

use crate::identity::{Identity, Who, bearer};
use crate::state::AppState;

/// A household or a device has a whole /64 to choose addresses from.
const IPV6_NETWORK_BITS: u32 = 64;

/// Who a request is counted for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Caller {
    /// Shows the administrator's token.
    Admin,
    /// Shows the token of that device.
    Device(Uuid),
    /// Is logged in as that user.
    Person(Uuid),
    /// Shows none that is good.
    Address(IpAddr),
}

impl Caller {
    /// Whoever calls from there.
    pub(crate) fn at(address: IpAddr) -> Self {
        Self::Address(match address.to_canonical() {
            IpAddr::V6(address) => {
                let network = address.to_bits() & (u128::MAX << (128 - IPV6_NETWORK_BITS));
                Ipv6Addr::from_bits(network).into()
            }
            v4 => v4,
        })
    }

    /// Who sent that head from there, or through there, as far as a token tells.
    pub(crate) fn of(state: &AppState, peer: IpAddr, headers: &HeaderMap) -> Self {
        let from = state.options.trusted_proxies.client(peer, headers);
        Self::known(&bearer(state, headers), from)
    }

    /// Who that is, or else whoever calls from there.
    pub(crate) fn known(identity: &Identity, from: IpAddr) -> Self {
        let Identity::Somebody(authority) = identity else {
            return Self::at(from);
        };
        match &authority.who {
            Who::Token => Self::Admin,
            Who::Device { id, .. } => Self::Device(*id),
            Who::Person(person) => Self::Person(person.id),
        }
    }

    /// Whether anybody can call so: there are as many addresses as somebody likes,
    /// and as many tokens as were given out.
    pub(super) fn is_stranger(self) -> bool {
        matches!(self, Self::Address(_))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(address: &str) -> Caller {
        Caller::at(address.parse().expect("an address"))
    }

    #[test]
    fn a_network_of_ipv6_is_one_caller_and_an_address_of_ipv4_another() {
        assert_eq!(at("2001:db8:1:2::1"), at("2001:db8:1:2:ffff::9"));
        assert_ne!(at("2001:db8:1:2::1"), at("2001:db8:1:3::1"));
        assert_ne!(at("192.0.2.1"), at("192.0.2.2"));
        assert_eq!(at("::ffff:192.0.2.1"), at("192.0.2.1"));
    }
}
