//! What a plan is bound to: tenants with their endpoints and catalogues.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::desired;
use crate::model::catalogue::{OwnSettings, OwnTiers, flaw_of};
use crate::provider::tailored::{self, tailored};
use crate::provider::{self, Provider};

/// What a tenant was when it was planned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Binding {
    /// The provider.
    pub provider: String,
    /// The endpoint, or `sandbox`.
    pub endpoint: String,
    /// The fingerprint of the provider's catalogue.
    pub catalogue: String,
    /// The generation that the catalogue ends with, where the provider has a later one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub generation: Option<u32>,
    /// The settings that the tenant's files add to the provider's.
    #[serde(default, skip_serializing_if = "OwnSettings::is_empty")]
    pub settings: OwnSettings,
    /// The tiers that the tenant's files give to settings.
    #[serde(default, skip_serializing_if = "OwnTiers::is_empty")]
    pub tiers: OwnTiers,
}

impl Binding {
    /// Says what a tenant is.
    pub fn of(tenant: &desired::Tenant) -> Self {
        let catalogue = tenant.provider.catalogue();
        let generation = catalogue.generation();
        let newest = provider::find(tenant.provider.id())
            .map(|system| system.provider.catalogue().generation());
        Self {
            provider: tenant.provider.id().to_owned(),
            endpoint: tenant.endpoint.to_string(),
            catalogue: catalogue.fingerprint(),
            generation: (newest > Some(generation)).then_some(generation),
            settings: tenant.settings.clone(),
            tiers: tenant.tiers.clone(),
        }
    }

    /// Returns the provider with the catalogue of the plan.
    ///
    /// # Errors
    /// When this version has no such provider, or permctl adds no such settings to it; says which.
    pub fn provider(&self) -> Result<&'static dyn Provider, String> {
        let Self { provider: id, generation, settings, tiers, .. } = self;
        let system =
            provider::find(id).ok_or_else(|| format!("this version knows no provider `{id}`"))?;
        let generation = generation.unwrap_or_else(tailored::newest);
        let provider = tailored(system.provider, generation, &OwnSettings::new(), &OwnTiers::new());
        match flaw_of(settings, provider.catalogue()) {
            Some(flaw) => Err(flaw),
            None => Ok(tailored(system.provider, generation, settings, tiers)),
        }
    }
}
