//! Which addresses a fetch may connect to.
//!
//! A message can name any host, and a host any address: what a message causes connects to
//! public addresses only, lest a stranger talks through this machine to those beside it.
//! The addresses are checked where they are found, and no others are connected to.

use crate::{Access, Cause, StoreError};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;
use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::NextTimeout;

/// Finds addresses, and refuses those that may not be connected to.
#[derive(Debug)]
pub(super) struct CheckedResolver {
    pub access: Arc<Access>,
    pub inner: DefaultResolver,
}

impl Resolver for CheckedResolver {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let found = self.inner.resolve(uri, config, timeout)?;
        let host = uri.host().unwrap_or_default();
        let is_free = match self.access.cause {
            Cause::User => true,
            Cause::Message => self.access.rules.may_be_private(host),
        };
        let private = found.iter().find(|found| !is_public(found.ip()));
        let Some(private) = private.filter(|_| !is_free) else {
            return Ok(found);
        };
        self.access.fail(StoreError::Forbidden {
            address: host.to_owned(),
            why: format!(
                "it lies at {}, which is no public address, and a message causes it (`private` \
                 of `[messages]` in rules.toml may allow it)",
                private.ip()
            ),
        });
        Err(ureq::Error::HostNotFound)
    }
}

/// Whether an address is one of the internet at large.
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

/// The special-purpose blocks are those of the IANA registry (RFC 6890).
fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let is_shared = a == 100 && (64..128).contains(&b);
    let is_protocol = a == 192 && b == 0 && c == 0;
    let is_relay = a == 192 && b == 88 && c == 99;
    let is_benchmark = a == 198 && (b == 18 || b == 19);
    let is_special = is_shared || is_protocol || is_relay || is_benchmark;
    !(a == 0
        || a >= 224
        || address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_documentation()
        || is_special)
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let segments = address.segments();
    // Addresses that carry one of the older kind are as public as that one.
    let carried = |high: u16, low: u16| {
        let [a, b] = high.to_be_bytes();
        let [c, d] = low.to_be_bytes();
        Ipv4Addr::new(a, b, c, d)
    };
    if let Some(old) = address.to_ipv4_mapped() {
        return is_public_v4(old);
    }
    match segments {
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] => is_public_v4(carried(high, low)),
        [0x2002, high, low, ..] => is_public_v4(carried(high, low)),
        // Teredo, and the rest of the block of protocol assignments.
        [0x2001, second, ..] if second < 0x200 => false,
        [0x2001, 0xdb8, ..] | [0x3fff, ..] => false,
        // Only this block is handed out at all (RFC 4291).
        [first, ..] => (0x2000..0x4000).contains(&first),
    }
}

#[cfg(test)]
mod tests {
    use super::is_public;

    #[test]
    fn only_the_internet_at_large_is_public() {
        let private = [
            "127.0.0.1",
            "127.9.9.9",
            "10.0.0.1",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "169.254.169.254",
            "0.0.0.0",
            "100.64.0.1",
            "192.0.0.1",
            "198.18.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "192.0.2.1",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "fe80::1",
            "fc00::1",
            "fd12::1",
            "ff02::1",
            "64:ff9b::7f00:1",
            "2002:7f00:1::",
            "2001::1",
            "2001:db8::1",
            "fec0::1",
            "::127.0.0.1",
        ];
        for address in private {
            assert!(!is_public(address.parse().unwrap()), "{address}");
        }
        let public = [
            "140.82.121.4",
            "8.8.8.8",
            "172.32.0.1",
            "100.128.0.1",
            "2606:50c0:8000::153",
            "::ffff:8.8.8.8",
            "64:ff9b::808:808",
            "2001:4860:4860::8888",
        ];
        for address in public {
            assert!(is_public(address.parse().unwrap()), "{address}");
        }
    }
}
