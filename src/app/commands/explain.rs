//! `permctl explain`

use clap::Args;
use clap::builder::PossibleValuesParser;

use crate::app::App;
use crate::error::{Exit, Stop};
use crate::model::catalogue::Explained;
use crate::provider::{SYSTEMS, System};
use crate::report::{ExplainedSettings, Report};
use crate::text::did_you_mean;

/// `permctl explain`
#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// A setting, or a word of its name or meaning: `export`
    #[arg(value_name = "SETTING")]
    pub setting: String,
    /// The vendor [default: all]
    #[arg(long, value_name = "PROVIDER", value_parser = providers())]
    pub provider: Option<String>,
}

fn providers() -> PossibleValuesParser {
    PossibleValuesParser::new(SYSTEMS.iter().map(|system| system.provider.id()))
}

/// Says what settings mean; reads no file and asks no API.
pub fn run(app: &App, arguments: &ExplainArgs) -> anyhow::Result<Exit> {
    let ExplainArgs { setting, provider } = arguments;
    let asked = |system: &&System| provider.as_ref().is_none_or(|id| *id == system.provider.id());
    let systems: Vec<&System> = SYSTEMS.iter().filter(asked).collect();
    let mut found = Vec::new();
    for System { provider, .. } in &systems {
        let settings = Explained::find(provider.catalogue(), setting);
        if !settings.is_empty() {
            let (provider, vendor) = (provider.id().to_owned(), provider.title().to_owned());
            found.push(ExplainedSettings { provider, vendor, settings });
        }
    }
    if found.is_empty() {
        let all = systems.iter().flat_map(|system| Explained::all(system.provider.catalogue()));
        let names: Vec<String> = all.map(|it| it.setting).collect();
        let leaves = names.iter().filter_map(|name| name.rsplit('.').next());
        let meant = did_you_mean(setting, names.iter().map(String::as_str).chain(leaves));
        let message = format!("no setting has `{setting}` in its name or meaning");
        let hint = meant.unwrap_or_else(|| "docs/settings.md lists all settings; those that a tenant adds stand in `permctl.yaml` alone".to_owned());
        return Err(Stop::new(Exit::Usage, message).hint(hint).into());
    }
    app.show(Report::Explained(&found))?;
    Ok(Exit::Done)
}
