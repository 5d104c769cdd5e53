//! What a branch changes: a plan of its files, without what the files before it ask for as well. Pure.
//!
//! Both are planned from one read of what is live, so a difference that both ask for is not the branch's.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::desired::{self, Profile, Unlisted};
use crate::finding::{Finding, Place, Severity, Span};
use crate::model::{Change, SettingPath, Settings};
use crate::plan::{Context, Planned, WorkspacePlan, membership};

/// Changes that nothing is planned for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Aside {
    /// Those of profiles.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<Planned>,
    /// Those of users.
    #[serde(rename = "memberships", with = "membership")]
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(with = "Vec<membership::Membership>")]
    pub users: Vec<Planned>,
}

impl Aside {
    /// Tells whether there is none.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty() && self.users.is_empty()
    }
}

/// What the files before a branch are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BranchBase {
    /// As the user named it: a branch, or a folder.
    pub named: String,
    /// The commit that it comes to: the last one that both sides have; `None` for a folder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// How many workspaces the branch may change something of.
    pub touched: usize,
    /// How many there are.
    pub workspaces: usize,
    /// Workspaces that the files before have and those of the branch do not, each with its number of profiles.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub dropped: BTreeMap<String, usize>,
    /// What of `permctl.yaml` the branch makes less strict, in words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<String>,
}

/// Something that the files decided before a branch, and decide no more: from now on it may be changed by hand, and
/// nothing notices.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Released {
    /// The profile.
    pub profile: String,
    /// What of it.
    pub what: ReleasedWhat,
    /// Where the files before the branch decide it.
    pub place: Place,
}

/// What the files decide no more.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum ReleasedWhat {
    /// All of it: no file describes it.
    Profile,
    /// These settings.
    Settings(Vec<SettingPath>),
    /// What it does not list: `unlisted: deny` became `keep`.
    Unlisted,
    /// Who has it.
    Holders,
    /// All of it: `ignore` leaves it out of sight.
    Ignored,
    /// That it grants nothing: `retired` was taken out.
    Retired,
}

impl Released {
    /// Says that a whole profile is not decided any more.
    pub fn whole(profile: &Profile) -> Self {
        let (name, place) = (profile.name.clone(), profile.span.place());
        Self { profile: name, what: ReleasedWhat::Profile, place }
    }
}

/// Lists what the files of a workspace decided before and decide no more.
pub fn released(before: &desired::Workspace, after: &desired::Workspace) -> Vec<Released> {
    let mut all = Vec::new();
    let released = |profile: &Profile, what, span: &Span| Released {
        profile: profile.name.clone(),
        what,
        place: span.place(),
    };
    // The names and pins by which a profile of the branch may be one of those before.
    let mut now: HashMap<&str, &Profile> = HashMap::new();
    for profile in &after.profiles {
        let former = profile.formerly.iter().map(|(name, _)| name.as_str());
        let pin = profile.pin.iter().map(|(id, _)| id.0.as_str());
        for name in [profile.name.as_str()].into_iter().chain(former).chain(pin) {
            now.entry(name).or_insert(profile);
        }
    }
    let ignored: BTreeSet<&str> = after.ignore.iter().map(|it| it.profile.as_str()).collect();
    for was in &before.profiles {
        let pin = was.pin.iter().map(|(id, _)| id.0.as_str());
        let is = pin.chain([was.name.as_str()]).find_map(|name| now.get(name));
        let Some(is) = is else {
            let what = match ignored.contains(was.name.as_str()) {
                true => ReleasedWhat::Ignored,
                false => ReleasedWhat::Profile,
            };
            all.push(released(was, what, &was.span));
            continue;
        };
        if was.unlisted.0 == Unlisted::Deny && is.unlisted.0 == Unlisted::Keep {
            all.push(released(was, ReleasedWhat::Unlisted, &was.unlisted.1));
        }
        if was.holders.is_some() && is.holders.is_none() {
            all.push(released(was, ReleasedWhat::Holders, &was.span));
        }
        if let (Some(was_retired), None, Unlisted::Keep) =
            (&was.retired, &is.retired, is.unlisted.0)
        {
            all.push(released(was, ReleasedWhat::Retired, &was_retired.span));
        }
        if is.unlisted.0 == Unlisted::Keep && is.retired.is_none() {
            let is_whole = |path: &SettingPath| is.whole_maps.iter().any(|(map, _)| map == path);
            for (map, span) in was.whole_maps.iter().filter(|(map, _)| !is_whole(map)) {
                let what = ReleasedWhat::Settings(vec![map.clone()]);
                all.push(released(was, what, span));
            }
            let stated: BTreeSet<&SettingPath> = is.bundles.iter().map(|it| it.path).collect();
            let lost = was.bundles.iter().filter(|bundle| !stated.contains(bundle.path));
            let mut place = None;
            let mut settings = Vec::new();
            for bundle in lost {
                let span = bundle.members.first().map(|(_, member)| &member.span);
                place = place.or(span);
                settings.push(bundle.path.clone());
            }
            let settings = ReleasedWhat::Settings(settings);
            all.extend(place.map(|place| released(was, settings, place)));
        }
    }
    all
}

impl WorkspacePlan {
    /// Takes out what the files before a branch ask for as well: it is kept as what was so already. What was wrong
    /// before is a warning, of profiles whose files are unchanged.
    pub fn keep_since(
        &mut self,
        before: &Self,
        context: Context<'_>,
        unchanged: &dyn Fn(&str) -> bool,
    ) {
        let mut asked: HashMap<&str, &Planned> = HashMap::new();
        asked.extend(before.changes.iter().map(|planned| (target(&planned.change), planned)));
        self.accept(before);
        for planned in std::mem::take(&mut self.changes) {
            match asked.get(target(&planned.change)) {
                Some(before) => self.split(planned, before),
                None => self.changes.push(planned),
            }
        }
        let users: HashMap<&str, &Planned> =
            before.users.iter().map(|planned| (planned.change.name.as_str(), planned)).collect();
        for planned in std::mem::take(&mut self.users) {
            match users.get(planned.change.name.as_str()) {
                Some(before) => self.split_user(&planned, &before.change),
                None => self.users.push(planned),
            }
        }
        // What a blocked profile asks for is not planned, so its file must be as before to the letter.
        let is_unchanged = |finding: &Finding| {
            let address = finding.address.as_deref().and_then(|it| it.split_once('/'));
            let of_blocked = address.filter(|(_, name)| self.blocked.iter().any(|it| it == name));
            of_blocked.is_none_or(|(_, name)| unchanged(name))
        };
        let downgraded = |finding: &Finding| {
            is_unchanged(finding) && before.findings.iter().any(|it| is_same(it, finding))
        };
        let downgraded: Vec<bool> =
            self.findings.iter().map(|it| it.is_error() && downgraded(it)).collect();
        for (finding, is_downgraded) in self.findings.iter_mut().zip(downgraded) {
            if is_downgraded {
                finding.severity = Severity::Warning;
                let hint = finding.hint.take().unwrap_or_default();
                finding.hint = Some(format!("it was so before this change; {hint}"));
            }
        }
        // Without the rest others may administer.
        self.keep(context, |_| true);
    }

    /// Keeps what is live and the files before would take back, where the branch does not: from now on it is allowed.
    fn accept(&mut self, before: &Self) {
        let ours: HashMap<&str, &Planned> =
            self.changes.iter().map(|planned| (target(&planned.change), planned)).collect();
        let mut accepted = Aside::default();
        for was in before.changes.iter().filter(|was| !was.change.creates()) {
            // Of a profile that is not planned nothing is known.
            if self.blocked.contains(&was.change.name) {
                continue;
            }
            let asked = ours.get(target(&was.change)).map(|it| &it.change.transitions);
            let mut part = was.clone();
            part.only(|transition| {
                let is_asked =
                    asked.is_some_and(|ours| ours.iter().any(|it| it.bundle == transition.bundle));
                transition.direction.reversed().may_broaden() && !is_asked
            });
            part.preview.clear();
            accepted.changes.extend((!part.change.transitions.is_empty()).then_some(part));
        }
        for was in &before.users {
            let mut users = self.users.iter();
            let ours = users.find(|it| it.change.name == was.change.name);
            let is_lost = |profile: &String| {
                ours.is_some_and(|ours| ours.change.lost().any(|lost| lost == profile))
            };
            let is_blocked = |profile: &String| self.blocked.contains(profile);
            let kept =
                |profile: &String, gains: bool| !gains && !is_lost(profile) && !is_blocked(profile);
            accepted.users.extend(was.user_part(kept));
        }
        let labels = before.labels.iter().map(|(id, name)| (id.clone(), name.clone()));
        self.labels.extend(labels);
        self.accepted = accepted;
    }

    /// Takes the transitions of a change apart that the files before ask for as well.
    fn split(&mut self, planned: Planned, before: &Planned) {
        let same = |bundle: &SettingPath, after: &Settings| {
            let mut of_bundle = before.change.transitions.iter().filter(|it| it.bundle == *bundle);
            of_bundle.any(|it| it.after == *after)
        };
        // A create is one request, so it is the branch's where anything of it is.
        if planned.change.creates() {
            let all = before.change.transitions.len() == planned.change.transitions.len()
                && planned.change.transitions.iter().all(|it| same(&it.bundle, &it.after));
            let list = if all { &mut self.already.changes } else { &mut self.changes };
            return list.push(planned);
        }
        let mut already = planned.clone();
        already.only(|it| same(&it.bundle, &it.after));
        already.preview.clear();
        let mut rest = planned;
        rest.only(|it| !same(&it.bundle, &it.after));
        self.already.changes.extend((!already.change.transitions.is_empty()).then_some(already));
        self.changes.extend((!rest.change.transitions.is_empty()).then_some(rest));
    }

    /// Takes apart which profiles a user gets and loses by the files before as well.
    fn split_user(&mut self, planned: &Planned, before: &Change) {
        let moved = |change: &Change| -> BTreeSet<(String, bool)> {
            let gained = change.gained().map(|profile| (profile.clone(), true));
            gained.chain(change.lost().map(|profile| (profile.clone(), false))).collect()
        };
        let before = moved(before);
        let of = |profile: &String, gains: bool| before.contains(&(profile.clone(), gains));
        self.already.users.extend(planned.user_part(of));
        self.users.extend(planned.user_part(|profile, gains| !of(profile, gains)));
    }
}

/// Returns what a change is of: the vendor's id, or the name of what is made.
fn target(change: &Change) -> &str {
    change.updates().map_or(change.name.as_str(), |(id, _)| &id.0)
}

/// Tells whether two findings are about one mistake; lines move.
fn is_same(one: &Finding, other: &Finding) -> bool {
    (one.code, &one.message, &one.address) == (other.code, &other.message, &other.address)
}
