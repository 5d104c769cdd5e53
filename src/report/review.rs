//! What a person who approves is told first, as data: the same in a plan and in drift.

use schemars::JsonSchema;
use serde::{Serialize, Serializer};

use crate::finding::Place;
use crate::model::catalogue::Tier;
use crate::model::{Direction, DriftCause, SettingPath, Value};
use crate::plan::Plan;
use crate::plan::drift::Drift;
use crate::plan::gate::Gate;
use crate::plan::review::{Aspect, Difference, Review, Sentence};
use crate::text::quoted;

/// A plan, and what a person who approves it is told first.
#[derive(Serialize, JsonSchema)]
pub struct ReviewedPlan<'a> {
    #[serde(flatten)]
    plan: &'a Plan,
    /// What a person who approves it is told first. The file of a saved plan does not have it: it follows from the
    /// rest.
    #[serde(skip_serializing_if = "Option::is_none")]
    review: Option<ReviewReport<'a>>,
}

/// Drift, and what is to be said of it first.
#[derive(Serialize)]
pub struct ReviewedDrift<'a> {
    #[serde(flatten)]
    drift: &'a Drift,
    /// What rules say of what is live.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    gates: &'a [Gate],
    review: ReviewReport<'a>,
}

/// Who gets what, the most dangerous first.
#[derive(Serialize, JsonSchema)]
struct ReviewReport<'a> {
    /// All of it in one line; empty where nothing differs.
    verdict: String,
    /// How many people get or may get more access.
    people: usize,
    /// Counts of profiles.
    profiles: Profiles,
    /// Who can do what, the most dangerous first.
    sentences: Vec<SentenceReport>,
    /// Every setting that differs, and every user who gets or loses a profile.
    #[serde(serialize_with = "differences")]
    #[schemars(with = "Vec<DifferenceReport>")]
    differences: &'a [Difference<'a>],
}

/// Counts of profiles.
#[derive(Serialize, JsonSchema)]
struct Profiles {
    /// Those that give or may give more.
    broader: usize,
    /// Of these, those that the plan makes.
    new: usize,
    /// Of these, those whose holders were not counted.
    not_counted: usize,
    /// Those that give something critical that they did not give.
    critical: usize,
    /// Those that give less, and nothing more.
    narrower: usize,
    /// Those that differ in nothing that gives access.
    neutral: usize,
}

/// What some people get.
#[derive(Serialize, JsonSchema)]
struct SentenceReport {
    /// How bad it can be.
    tier: Tier,
    /// The sentence.
    sentence: String,
    /// What they can do: the words after "can".
    can: Vec<String>,
    /// Whether they get it for certain; else the vendor leaves it open.
    certain: bool,
    /// How many people are counted.
    people: usize,
    /// The addresses of the profiles by which they get it.
    profiles: Vec<String>,
    /// The ids of the differences that give it.
    differences: Vec<String>,
}

/// A setting of a profile that differs, or a profile that a user gets or loses.
#[derive(Serialize, JsonSchema)]
struct DifferenceReport<'a> {
    /// Its name, which stays while it does: the same in plans and drift.
    id: String,
    /// The workspace.
    workspace: &'a str,
    /// The profile.
    profile: &'a str,
    /// What of the profile differs.
    kind: DifferenceKind,
    /// The user who gets or loses it; only of `holder`.
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<&'a str>,
    /// The setting; only of `setting`.
    #[serde(skip_serializing_if = "Option::is_none")]
    setting: Option<&'a SettingPath>,
    /// The value that is live; `null` for nothing.
    before: Option<&'a Value>,
    /// The value that the files ask for; `null` for nothing.
    after: Option<&'a Value>,
    /// What it does to access: in a plan what the change does, in drift what live grants beside the files.
    direction: Direction,
    /// Which side moved, in drift with `--baseline`.
    #[serde(skip_serializing_if = "Option::is_none")]
    cause: Option<DriftCause>,
    /// How bad it can be; not there where people get nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    tier: Option<Tier>,
    /// What people can do by it: the words after "can".
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(default)]
    can: Vec<String>,
    /// How many people have the profile, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    people: Option<usize>,
    /// The line that asks for it, or else describes the profile; none of an unmanaged one.
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<&'a Place>,
}

/// What of a profile differs.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum DifferenceKind {
    /// A setting.
    Setting,
    /// Whether a user has it.
    Holder,
    /// It is not there.
    Missing,
    /// No file describes it; only in drift.
    Unmanaged,
}

impl<'a> ReviewedPlan<'a> {
    /// Puts a plan and its review together.
    pub fn new(plan: &'a Plan, review: &'a Review<'a>) -> Self {
        Self { plan, review: Some(ReviewReport::new(review)) }
    }
}

impl<'a> ReviewedDrift<'a> {
    /// Puts drift and its review together.
    pub fn new(drift: &'a Drift, gates: &'a [Gate], review: &'a Review<'a>) -> Self {
        Self { drift, gates, review: ReviewReport::new(review) }
    }
}

impl<'a> ReviewReport<'a> {
    fn new(review: &'a Review<'a>) -> Self {
        let Review { differences, verdict, sentences } = review;
        let sentences = sentences.iter().map(|it| SentenceReport::new(it, differences)).collect();
        let profiles = Profiles {
            broader: verdict.broader,
            new: verdict.new,
            not_counted: verdict.uncounted,
            critical: verdict.critical,
            narrower: verdict.narrower,
            neutral: verdict.neutral,
        };
        let (people, verdict) = (verdict.people, verdict.text());
        Self { verdict, people, profiles, sentences, differences }
    }
}

impl SentenceReport {
    fn new(sentence: &Sentence<'_>, differences: &[Difference<'_>]) -> Self {
        let address = |(workspace, profile): &(&str, &str)| format!("{workspace}/{profile}");
        Self {
            tier: sentence.tier,
            sentence: sentence.text(false, quoted),
            can: sentence.abilities.iter().map(|it| it.words(quoted)).collect(),
            certain: sentence.is_certain,
            people: sentence.people.count(),
            profiles: sentence.profiles.iter().map(address).collect(),
            differences: sentence.differences.iter().map(|at| differences[*at].id()).collect(),
        }
    }
}

/// Writes differences one by one: all at once they take more memory than the plan.
fn differences<S: Serializer>(all: &[Difference<'_>], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(all.iter().map(|it| DifferenceReport {
        id: it.id(),
        workspace: it.workspace,
        profile: it.profile,
        kind: match it.aspect {
            Aspect::Setting(_) => DifferenceKind::Setting,
            Aspect::Holder(_) => DifferenceKind::Holder,
            Aspect::Missing => DifferenceKind::Missing,
            Aspect::Unmanaged => DifferenceKind::Unmanaged,
        },
        user: it.user(),
        setting: match it.aspect {
            Aspect::Setting(setting) => Some(setting),
            _ => None,
        },
        before: it.before,
        after: it.after,
        direction: it.direction,
        cause: it.cause,
        tier: it.tier(),
        can: it.abilities.iter().map(|ability| ability.words(quoted)).collect(),
        people: it.holders.map(|holders| holders.count),
        place: it.place,
    }))
}
