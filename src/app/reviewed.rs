//! A saved plan, made ready for `apply`: it must fit the files and the tenants that are here.

use std::collections::BTreeMap;

use futures_util::future::join_all;

use crate::app::planning::{Held, Planned};
use crate::app::select::Selection;
use crate::app::session::{self, Session};
use crate::app::{App, Loaded, guarding, read};
use crate::error::{Exit, Stop};
use crate::plan::{Binding, NotRead, Plan};
use crate::text::visible;
use crate::{desired, report};

/// Makes a saved plan ready: it must fit the files and tenants that are here. Guards are not asked.
///
/// A tenant that can't be read now joins those that the plan does not cover: nothing is applied to it.
pub async fn reviewed(app: &mut App, loaded: &Loaded, mut plan: Plan) -> anyhow::Result<Planned> {
    let stale = |message: String| {
        Stop::new(Exit::Stale, message)
            .hint("nothing was sent; make a new plan with these files and review it")
    };
    if let Some(not_read) = plan.not_read.first() {
        app.talk(&format!(
            "the plan does not cover workspace {}: it could not be read when the plan was made\n",
            visible(&not_read.workspace)
        ));
    }
    let mut used: Vec<&desired::Tenant> = Vec::new();
    for (name, Binding { provider, endpoint, catalogue }) in &plan.tenants {
        let Some(tenant) = loaded.desired.tenants.iter().find(|tenant| tenant.name == *name) else {
            return Err(stale(format!(
                "the plan is for tenant {name}, which the files do not have"
            ))
            .into());
        };
        let now = tenant.endpoint.to_string();
        if tenant.provider.id() != provider || now != *endpoint {
            return Err(stale(format!(
                "the plan is for tenant {name} at {endpoint}, and the files say {now}"
            ))
            .into());
        }
        if tenant.provider.catalogue().fingerprint() != *catalogue {
            return Err(stale(format!(
                "the plan was made by permctl {}, which knows other settings of {}",
                plan.permctl,
                tenant.provider.title()
            ))
            .into());
        }
        let touched = plan.workspaces.iter().any(|it| it.tenant == *name && it.has_work());
        if touched {
            used.push(tenant);
        }
    }
    for workspace in plan.workspaces.iter().filter(|workspace| workspace.has_work()) {
        let known =
            loaded.desired.workspaces.iter().find(|known| known.name == workspace.workspace);
        if known.is_none_or(|known| known.tenant != workspace.tenant) {
            return Err(stale(format!(
                "the plan is for workspace {} of tenant {}, which the files do not have",
                workspace.workspace, workspace.tenant
            ))
            .into());
        }
    }
    let session = session::open(app, loaded, used).await?;
    let (held, not_read) = reread(app, loaded, &plan, &session).await?;
    plan.not_read.extend(not_read);
    guarding::judge(loaded, &mut plan, &held, &session);
    Ok(Planned { plan, held, session: Some(session) })
}

/// Reads the workspaces of a saved plan anew; each must be the one that was planned. Returns also
/// those that an API did not give.
async fn reread(
    app: &App,
    loaded: &Loaded,
    plan: &Plan,
    session: &Session,
) -> anyhow::Result<(BTreeMap<String, Held>, Vec<NotRead>)> {
    let touched = |name: &str| {
        plan.workspaces.iter().any(|workspace| workspace.workspace == name && workspace.has_work())
    };
    let reads = session.tenants.values().map(|connected| {
        let mut workspaces = read::selected(loaded, &Selection::default(), &connected.config.name);
        workspaces.retain(|workspace| touched(&workspace.name));
        read::tenant(connected, workspaces, read::Wanted::Used, |read| {
            (read.desired.name.clone(), Held { fresh: read.fresh, names: read.names })
        })
    });
    let (mut held, mut not_read) = (BTreeMap::new(), Vec::new());
    for read in join_all(reads).await {
        held.extend(read.workspaces);
        not_read.extend(read.not_read);
    }
    app.talk(&report::plan::not_read(&not_read));
    if not_read.iter().any(|not_read| not_read.files) {
        let message = "nothing was sent: not everything could be found";
        return Err(Stop::new(Exit::Files, message).into());
    }
    for workspace in &plan.workspaces {
        if let Some(now) = held.get(&workspace.workspace)
            && now.fresh.live.id != workspace.id
        {
            return Err(Stop::new(
                Exit::Stale,
                format!(
                    "workspace {} was {} when it was planned and is {} now",
                    workspace.workspace, workspace.id, now.fresh.live.id
                ),
            )
            .hint("nothing was sent; make a new plan and review it")
            .into());
        }
    }
    Ok((held, not_read))
}
