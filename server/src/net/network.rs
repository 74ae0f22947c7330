//! An address or a network of addresses.

use ipnet::IpNet;
use std::net::IpAddr;
use std::str::FromStr;

/// `10.0.0.0/8`, or one address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network(IpNet);

/// A text that is neither an address nor a network.
#[derive(Debug, thiserror::Error)]
#[error("'{0}' is neither an address (10.0.0.5) nor a network (10.0.0.0/8)")]
pub struct BadNetwork(String);

impl FromStr for Network {
    type Err = BadNetwork;

    fn from_str(text: &str) -> Result<Self, BadNetwork> {
        let text = text.trim();
        text.parse::<IpAddr>()
            .map(IpNet::from)
            .or_else(|_| text.parse::<IpNet>())
            .map(Self)
            .map_err(|_| BadNetwork(text.to_owned()))
    }
}

impl Network {
    pub fn contains(&self, address: IpAddr) -> bool {
        self.0.contains(&address)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_a_network_of_one() {
        let holds = |network: &str, address: &str| {
            let network: Network = network.parse().expect(network);
            network.contains(address.parse().expect(address))
        };
        assert!(holds("10.0.0.5", "10.0.0.5"));
        assert!(!holds("10.0.0.5", "10.0.0.6"));
        assert!(holds("10.0.0.0/8", "10.255.0.1"));
        assert!(!holds("10.0.0.0/8", "11.0.0.1"));
        assert!(holds("fd00::/8", "fd12::1"));
        assert!(!holds("::1", "127.0.0.1"));
        for bad in ["", "proxy.example", "10.0.0.0/33", "10.0.0"] {
            assert!(bad.parse::<Network>().is_err(), "{bad}");
        }
    }
}
