//! Guards at a command: what refuses the plan at hand, and what somebody at a terminal lets pass.

use std::collections::{BTreeMap, BTreeSet};
use std::io::IsTerminal as _;

use crate::app::planning::{self, Held};
use crate::app::select::Selection;
use crate::app::session::{Connected, Session};
use crate::app::{App, Loaded, holders, read};
use crate::desired::guards::Rule;
use crate::desired::{self, Desired};
use crate::error::{Exit, Stop};
use crate::model::catalogue::Catalogue;
use crate::model::names::Names;
use crate::model::{Existence, LiveWorkspace, ProfileId};
use crate::plan::guard::{Asked, Refused, guard};
use crate::plan::{self, Plan, Planned, WorkspacePlan};
use crate::provider::Provider;
use crate::text::{closest, quoted};

/// Lists what the guards of the files refuse about a plan.
pub fn refused(loaded: &Loaded, plan: &Plan) -> Vec<Refused> {
    let described = loaded.desired.workspaces.iter().flat_map(|workspace| {
        workspace.profiles.iter().map(move |profile| {
            let names = profile.formerly.iter().map(|(name, _)| name.clone()).collect();
            ((workspace.name.clone(), profile.name.clone()), names)
        })
    });
    let formerly: BTreeMap<_, Vec<String>> = described.collect();
    guard(plan, &asked(loaded, &formerly))
}

fn asked<'a>(
    loaded: &'a Loaded,
    formerly: &'a BTreeMap<(String, String), Vec<String>>,
) -> Asked<'a> {
    let Desired { guards, exceptions, .. } = &loaded.desired;
    Asked { guards, exceptions, formerly, day: loaded.day }
}

/// Warns of protected names that nothing has: a guard with a typing error in it guards nothing.
pub fn unprotected(app: &App, loaded: &Loaded, live: &BTreeSet<String>) {
    let described = loaded.desired.workspaces.iter().flat_map(|workspace| &workspace.profiles);
    let described = described.flat_map(|profile| {
        [&profile.name].into_iter().chain(profile.formerly.iter().map(|(name, _)| name))
    });
    let known: BTreeSet<&str> = described.chain(live).map(String::as_str).collect();
    for name in &loaded.desired.guards.protected {
        if known.contains(name.as_str()) {
            continue;
        }
        let hint = match closest(name, known.iter().copied()) {
            Some(near) => format!("did you mean {}?", quoted(near)),
            None => "names are compared byte for byte, blanks at the end too".to_owned(),
        };
        app.talk(&format!(
            "warning: `protected` names {}, and no live profile and no file has that name; {hint}\n",
            quoted(name)
        ));
    }
}

/// Lists the workspaces in which an exception or a flag lifts the rule against locking everybody out:
/// apply minds it in each step.
pub fn lifted(loaded: &Loaded, plan: &Plan, by_flag: &[Rule]) -> BTreeSet<String> {
    let formerly = BTreeMap::new();
    let asked = asked(loaded, &formerly);
    let names = plan.workspaces.iter().map(|workspace| &workspace.workspace);
    let flagged = by_flag.contains(&Rule::LockOut);
    names.filter(|name| flagged || asked.lifts(Rule::LockOut, name)).cloned().collect()
}

/// Works out anew what a saved plan says about its changes, from their transitions and from what is
/// live now: what it says itself decides nothing.
pub fn judge(loaded: &Loaded, plan: &mut Plan, held: &BTreeMap<String, Held>, session: &Session) {
    let whole = Selection::default();
    for At { workspace, connected, desired, live, names, table } in
        each(loaded, plan, held, session)
    {
        for planned in &mut workspace.changes {
            plan::access::judge(table, planned);
            let now = plan::live_of(live, &planned.change);
            planned.holders = now.and_then(|profile| connected.provider.holders_in(profile));
        }
        workspace.administrators.clear();
        let now = planning::plan_one(&connected.config, loaded, &whole, desired, live, names);
        let updates = |plan: &WorkspacePlan| {
            let of = |planned: &&Planned| planned.change.existence != Existence::Create;
            plan.changes.iter().filter(of).count() + plan.handed_over().len()
        };
        let unchanged = (updates(&now) + now.unchanged).saturating_sub(updates(workspace));
        workspace.unchanged = workspace.unchanged.min(unchanged);
        // Each once.
        let mut unmanaged: BTreeSet<&ProfileId> = now.unmanaged.iter().map(|it| &it.id).collect();
        workspace.unmanaged.retain(|it| unmanaged.remove(&it.id));
    }
}

/// Asks the guards again about the changes that a run is left with. A workspace whose holders can't
/// be had joins those that were not read.
pub async fn again(
    app: &App,
    loaded: &Loaded,
    plan: &mut Plan,
    held: &BTreeMap<String, Held>,
    session: &Session,
) {
    let wanted = app.holders(loaded);
    let mut not_read = Vec::new();
    let mut now = plan.clone();
    for At { workspace, connected, live, .. } in each(loaded, &mut now, held, session) {
        let provider = connected.provider;
        workspace.changes.iter_mut().for_each(|planned| as_live(planned, provider, live));
        let known = std::mem::take(&mut workspace.administrators);
        workspace.administrators =
            plan::administrators(provider, live, &workspace.changes, &workspace.memberships);
        for administrator in &mut workspace.administrators {
            let looked_up = known.iter().find(|it| it.id == administrator.id);
            let looked_up = looked_up.and_then(|it| it.holders);
            administrator.holders = administrator.holders.or(looked_up);
        }
        let unheld = wanted.unheld(workspace, live);
        if let Err(error) = holders::look_up(connected, workspace, &unheld).await {
            not_read.push(read::failed(&workspace.tenant, &workspace.workspace, &error));
        }
    }
    app.talk(&crate::report::plan::not_read(&not_read));
    plan.refused = refused(loaded, &now);
    plan.not_read.extend(not_read);
    for (workspace, now) in plan.workspaces.iter_mut().zip(now.workspaces) {
        workspace.administrators = now.administrators;
    }
}

/// Makes a create of what is there already, by an earlier run or by somebody else, the update that
/// it comes to: it may have holders.
fn as_live(planned: &mut Planned, provider: &dyn Provider, live: &LiveWorkspace) {
    let there = live.profiles.iter().find(|live| live.name == planned.change.profile);
    if let (Existence::Create, Some(there)) = (&planned.change.existence, there) {
        let (id, live_name) = (there.id.clone(), there.name.clone());
        planned.change.existence = Existence::Update { id, live_name };
        planned.holders = provider.holders_in(there);
    }
}

/// One workspace with work, and what it is judged by.
struct At<'a> {
    workspace: &'a mut WorkspacePlan,
    connected: &'a Connected,
    desired: &'a desired::Workspace,
    live: &'a LiveWorkspace,
    names: &'a Names,
    table: &'static Catalogue,
}

/// Lists the workspaces of a plan that have work and were read.
fn each<'a>(
    loaded: &'a Loaded,
    plan: &'a mut Plan,
    held: &'a BTreeMap<String, Held>,
    session: &'a Session,
) -> Vec<At<'a>> {
    let with_work = plan.workspaces.iter_mut().filter(|it| it.has_work());
    let at = |workspace: &'a mut WorkspacePlan| {
        let Held { fresh, names } = held.get(&workspace.workspace)?;
        let connected = &session.tenants[&workspace.tenant];
        let known = loaded.desired.workspaces.iter().find(|it| it.name == workspace.workspace);
        let desired = known.expect("a plan is of workspaces of the files");
        let live = &fresh.live;
        let table = connected.provider.catalogue();
        Some(At { workspace, connected, desired, live, names, table })
    };
    with_work.filter_map(at).collect()
}

/// Ends the run when a guard refuses, all of them named, unless somebody lifts each at a terminal.
///
/// `shown` says that the plan was shown with its refusals just before.
pub fn stop(app: &App, plan: &Plan, lifted: &[Rule], shown: bool) -> Result<(), Stop> {
    if !lifted.is_empty() && !std::io::stdin().is_terminal() {
        return Err(Stop::new(Exit::Usage, "a guard can be lifted at a terminal only")
            .hint("nothing was sent; an exception in permctl.yaml, with a reason and a last day, is reviewed like everything else"));
    }
    let left: Vec<&Refused> =
        plan.refused.iter().filter(|refused| !lifted.contains(&refused.rule)).collect();
    if left.is_empty() {
        return Ok(());
    }
    if !shown {
        app.talk(&crate::report::plan::refused(&plan.refused));
    }
    let rules: Vec<&str> = left.iter().map(|refused| refused.rule.word()).collect();
    Err(Stop::new(Exit::Guard, format!("nothing was sent: refused by {}", rules.join(", "))))
}
