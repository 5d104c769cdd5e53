//! `permctl why`

use std::path::PathBuf;

use clap::Args;

use crate::app::pipeline::input;
use crate::app::selection::Selection;
use crate::app::{App, Loaded, Wanted, session};
use crate::desired;
use crate::error::{Exit, Stop};
use crate::finding::Finding;
use crate::live::{ReadScope, WorkspaceRead};
use crate::model::SettingPath;
use crate::plan::Input;
use crate::plan::why::{ProfileOrigins, why};
use crate::report::{Report, text};
use crate::text::{did_you_mean, did_you_mean_name, listed, quoted};

/// What asks for the holders of a profile in the place of a setting.
const HOLDERS: &str = "holders";

/// `permctl why`
#[derive(Debug, Args)]
pub struct WhyArgs {
    /// A profile: `WORKSPACE/PROFILE NAME`
    #[arg(value_name = "ADDRESS")]
    pub address: String,
    /// A setting, a group of settings, or `holders` [default: all]
    #[arg(value_name = "SETTING")]
    pub setting: Option<String>,
    /// Compare with a snapshot instead of the API; needs no credentials
    #[arg(long, value_name = "SNAPSHOT")]
    pub live: Option<PathBuf>,
}

/// Says where the values of a profile come from, and what is live.
pub async fn run(app: &App, arguments: &WhyArgs) -> anyhow::Result<Exit> {
    // All files: the same line may decide something of any profile.
    let (loaded, _) = app.load(&[], Wanted::default()).await?;
    let (workspace, profile) = profile(&arguments.address, loaded)?;
    let addresses = [workspace.name.clone()];
    let selection = Selection::new(&addresses, &loaded.desired)?;
    let scope = loaded.scope(&selection);
    let source = session::source(app, loaded, scope, arguments.live.as_deref(), None).await?;
    let turn = |tenant: &desired::Tenant, read: WorkspaceRead<'_>| {
        let WorkspaceRead { desired, fresh, names, .. } = read;
        let ask = |input: &Input<'_>| why(input, &loaded.desired, profile);
        input(scope, tenant, desired, &fresh.live, &names, ask)
    };
    let reads = source.read(&scope.selected(), ReadScope::All, turn).await;
    app.notices(&source);
    let mut found = None;
    for read in reads? {
        if let Some(not_read) = read.not_read.first() {
            app.talk(&text::plan::not_read(&read.not_read));
            let exit = if not_read.files { Exit::Files } else { Exit::Api };
            return Err(Stop::new(exit, "what is live could not be read").into());
        }
        found = read.workspaces.into_iter().find_map(|it| it.value).or(found);
    }
    let mut why = found.expect("the file describes the profile");
    if let Some(setting) = &arguments.setting {
        select(&mut why, setting)?;
    }
    app.show(Report::Why(&why))?;
    Ok(if why.findings.iter().any(Finding::is_error) { Exit::Files } else { Exit::Done })
}

/// Finds the profile of an address.
fn profile<'l>(
    address: &'l str,
    loaded: &'l Loaded,
) -> Result<(&'l desired::Workspace, &'l str), Stop> {
    let usage = |message: String, hint: String| Stop::new(Exit::Usage, message).hint(hint);
    let Some((workspace, name)) = address.split_once('/') else {
        let hint = format!("write `permctl why '{address}/PROFILE NAME'`");
        return Err(usage(format!("`{address}` is not the address of a profile"), hint));
    };
    let desired = &loaded.desired;
    let Some(workspace) = desired.workspace(workspace) else {
        let names = desired.workspaces.iter().map(|it| it.name.as_str());
        let of_tenant = desired.workspaces.iter().filter(|it| it.tenant == workspace);
        let of_tenant: Vec<&str> = of_tenant.map(|it| it.name.as_str()).collect();
        let hint = match of_tenant.is_empty() {
            true => did_you_mean(workspace, names),
            false => Some(format!("it is a tenant; its workspaces are {}", listed(of_tenant))),
        };
        let hint =
            hint.unwrap_or_else(|| "write the name of a workspace of permctl.yaml".to_owned());
        return Err(usage(format!("there is no workspace `{workspace}`"), hint));
    };
    let names = || workspace.profiles.iter().map(|profile| profile.name.as_str());
    if !names().any(|known| known == name) {
        let hint = did_you_mean_name(name, names()).unwrap_or_else(|| {
            format!("`permctl import {}` writes files for what is live", workspace.name)
        });
        let message = format!("no file describes {} of {}", quoted(name), workspace.name);
        return Err(usage(message, hint));
    }
    Ok((workspace, name))
}

/// Leaves the settings that are asked for.
fn select(why: &mut ProfileOrigins, setting: &str) -> Result<(), Stop> {
    let names = why.settings.iter().map(|it| it.setting.to_string());
    let holders = why.holders.as_ref().map(|_| HOLDERS.to_owned());
    let names: Vec<String> = names.chain(why.unwatched.keys().cloned()).chain(holders).collect();
    let is_asked = |name: &str| {
        name == setting
            || name.starts_with(&format!("{setting}."))
            || name.ends_with(&format!(".{setting}"))
    };
    if setting == HOLDERS && why.holders.is_none() {
        let message = format!("the file of {} has no `holders`", quoted(&why.address));
        let hint =
            "permctl does not decide who has the profile; `plan --holders all` says who has it";
        return Err(Stop::new(Exit::Usage, message).hint(hint));
    }
    if !names.iter().any(|name| is_asked(name)) {
        let hint = did_you_mean(setting, names.iter().map(String::as_str));
        let hint =
            hint.unwrap_or_else(|| format!("`permctl explain {setting}` searches the settings"));
        let message = format!("{} has no setting `{setting}`", quoted(&why.address));
        return Err(Stop::new(Exit::Usage, message).hint(hint));
    }
    let named = |path: &SettingPath| is_asked(&path.to_string());
    why.settings.retain(|it| named(&it.setting));
    why.unwatched.retain(|name, _| is_asked(name));
    why.holders.take_if(|_| setting != HOLDERS);
    Ok(())
}
