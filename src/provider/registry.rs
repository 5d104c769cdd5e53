//! The registry: which systems permctl supports.
//!
//! It is the one place that pairs a provider with the simulator of its API. Other stages get a
//! provider from here and name no vendor.

use permctl_sandbox::{self as sandbox, Vendor};
use url::Url;

use crate::provider::http::Credentials;
use crate::secret::Secret;

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

impl System {
    const fn new(
        provider: &'static dyn Provider,
        sandbox: fn() -> Box<dyn Vendor>,
        sandbox_credentials: &'static [(&'static str, &'static str)],
    ) -> Self {
        Self { provider, sandbox, sandbox_credentials }
    }

    /// Makes the credentials that the simulator at this address takes.
    pub fn credentials(&self, base: &Url) -> Credentials {
        let keys: Vec<&str> = self.sandbox_credentials.iter().map(|(key, _)| *key).collect();
        let schemes = self.provider.capabilities().schemes;
        let scheme = schemes.iter().find(|scheme| scheme.keys() == keys);
        let scheme = scheme.expect("the simulator takes what its provider sends");
        let secrets = self.sandbox_credentials.iter().map(|(_, value)| Secret::new(*value));
        Credentials::new(*scheme, &secrets.collect::<Vec<_>>(), base)
    }
}

/// All of them: a new provider adds its line here.
pub static SYSTEMS: &[System] = &[
    System::new(&gong::Gong, sandbox::gong::fresh, sandbox::gong::CREDENTIALS),
    System::new(
        &gong_openapi::GongOpenapi,
        sandbox::gong_openapi::fresh,
        sandbox::gong_openapi::CREDENTIALS,
    ),
    System::new(&webex::Webex, sandbox::webex::fresh, sandbox::webex::CREDENTIALS),
    System::new(&pulse::Pulse, sandbox::pulse::fresh, sandbox::pulse::CREDENTIALS),
];

/// Systems that exist in tests only.
static MADE_UP: &[System] = &[
    #[cfg(feature = "made-up-vendor")]
    System::new(
        &super::helpdesk::Helpdesk,
        sandbox::helpdesk::fresh,
        sandbox::helpdesk::CREDENTIALS,
    ),
];

/// The word of the provider that `permctl sandbox` simulates unless it is told another.
pub const DEFAULT: &str = "gong";

/// Returns all systems that this program can manage; those of a release are [`SYSTEMS`].
pub fn systems() -> impl Iterator<Item = &'static System> {
    SYSTEMS.iter().chain(MADE_UP)
}

/// Finds a provider by its word in `permctl.yaml`.
pub fn find(id: &str) -> Option<&'static System> {
    systems().find(|system| system.provider.id() == id)
}
