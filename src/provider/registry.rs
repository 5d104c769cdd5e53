//! The registry: which systems permctl supports.
//!
//! It is the one place that pairs a provider with the simulator of its API. Other stages get a
//! provider from here and name no vendor.

use permctl_sandbox::{self as sandbox, Vendor};

use super::{Provider, gong, gong_openapi, pulse, webex};

/// One supported system: the provider and the simulator of its API.
pub struct System {
    /// The client side.
    pub provider: &'static dyn Provider,
    /// Makes the simulated vendor with what a fresh tenant has.
    pub sandbox: fn() -> Box<dyn Vendor>,
    /// The credentials that the simulator takes, by their keys under `credentials`. No secrets.
    pub sandbox_credentials: &'static [(&'static str, &'static str)],
}

/// All of them: a new provider adds its entry here.
pub static SYSTEMS: &[System] = &[
    System {
        provider: &gong::Gong,
        sandbox: sandbox::gong::fresh,
        sandbox_credentials: sandbox::gong::CREDENTIALS,
    },
    System {
        provider: &gong_openapi::GongOpenapi,
        sandbox: sandbox::gong_openapi::fresh,
        sandbox_credentials: sandbox::gong_openapi::CREDENTIALS,
    },
    System {
        provider: &webex::Webex,
        sandbox: sandbox::webex::fresh,
        sandbox_credentials: sandbox::webex::CREDENTIALS,
    },
    System {
        provider: &pulse::Pulse,
        sandbox: sandbox::pulse::fresh,
        sandbox_credentials: sandbox::pulse::CREDENTIALS,
    },
];

/// The word of the provider that `permctl sandbox` simulates unless it is told another.
pub const DEFAULT: &str = "gong";

/// Finds a provider by its word in `permctl.yaml`.
pub fn find(id: &str) -> Option<&'static System> {
    SYSTEMS.iter().find(|system| system.provider.id() == id)
}
