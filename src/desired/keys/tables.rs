//! The tables. What a key means stands here and nowhere else.

use super::{Key, Need, Object, Optional, Required, Shape, check, object};
use crate::finding::Finding;
use crate::yaml::Node;

/// The key that makes a document a base.
pub const IS_BASE: &str = "base";

/// The keys of the long form of a setting's value.
pub const LONG_FORM: &[&str] = &["value", "until", "then", "reason"];

/// The keys of a set that is given against that of a base.
pub const SET_CHANGE: &[&str] = &["add", "remove"];

const MEMBERS_SHAPE: Shape = Shape::List(&Shape::Either(&[Shape::Text, Shape::Object(&MEMBER)]));

const EXTENDS_SHAPE: Shape = Shape::Either(&[Shape::Text, Shape::List(&Shape::Text)]);

const UNLISTED_SHAPE: Shape =
    Shape::Either(&[Shape::Word(&["keep", "deny"]), Shape::Object(&UNLISTED)]);

object! {
    /// `permctl.yaml`.
    CONFIG ConfigFields: "the configuration", later [];
    version "version" Required Shape::Word(&["1"]), "the version of the file language";
    catalogue "catalogue" Optional Shape::Number, "the generation of settings that the files were written for; 1 by default. Settings that a later generation of permctl knows are left as they are live, named, and revoked by nothing until this number is raised";
    requires "requires" Optional Shape::Text, "the oldest version of permctl that may use the files: `>=0.3`";
    tenants "tenants" Required Shape::Names(&TENANT), "the vendor accounts, each under a name of your own: a-z, 0-9 and `-`";
    groups "groups" Optional Shape::Lists(&Shape::Text), "workspaces that share profiles: the files in `profiles/<group>/` hold for each of them; see [Groups](#groups)";
    lists "lists" Optional Shape::Lists(&Shape::Either(&[Shape::Text, Shape::Object(&MEMBER)])), "people, folders and other things under one name: `list:NAME` stands for all of them; see [Lists](#lists)";
    guards "guards" Optional Shape::Object(&GUARDS), "what can refuse a plan";
    exceptions "exceptions" Optional Shape::List(&Shape::Object(&EXCEPTION)), "where a guard does not refuse for a while";
    approvals "approvals" Optional Shape::List(&Shape::Object(&APPROVAL)), "which changes need the approval of whom; see [Approvals](#approvals)";
    freeze "freeze" Optional Shape::Object(&FREEZE), "days on which nothing is applied but what narrows";
}

object! {
    /// One tenant of `permctl.yaml`.
    TENANT TenantFields: "a tenant", later [];
    provider "provider" Required Shape::Provider, "the vendor's API; [providers.md](providers.md) says what each can do";
    endpoint "endpoint" Required Shape::Either(&[Shape::Word(&["sandbox"]), Shape::Address]), "where the API is: `https://` and a host of the vendor, without a query or fragment; `http://` for this machine only; `sandbox` for the built-in simulator. Credentials go to no other host unless the person or job that runs permctl allows it with `--allow-host` or `PERMCTL_ALLOW_HOSTS`";
    credentials "credentials" Optional Shape::Credentials, "how to log in, by reference: `${env:NAME}` or `${file:PATH}`, never the secret itself; a secret has 6 characters to 16 kB, on one line, from a file or a pipe. Required unless the endpoint is `sandbox`";
    token_endpoint "tokenEndpoint" Optional Shape::Address, "where a refresh token is exchanged, if not at the vendor's usual host";
    limits "limits" Optional Shape::Object(&LIMITS), "how fast permctl may call the API";
    unlisted "unlisted" Optional UNLISTED_SHAPE, "what profiles do with grants that they do not list; `keep` by default";
    settings "settings" Optional Shape::Members(&OWN_SETTING), "settings of the vendor that this version of permctl does not know yet: `settings: {newSwitch: {kind: flag, access: grants}}`; see [Settings that permctl does not know](#settings-that-permctl-does-not-know)";
    risk "risk" Optional Shape::Members(&OWN_TIER), "what your company makes of a setting, instead of what [risk.md](risk.md) says: `risk: {shareCallsWithCustomers: {tier: ordinary, reason: it is what sales does}}`";
    workspaces "workspaces" Required Shape::Names(&WORKSPACE), "the containers of profiles (a Gong workspace, a Webex organization, a Pulse account), each under a name of your own";
}

object! {
    /// A setting that a tenant adds.
    OWN_SETTING OwnSettingFields: "a setting that a tenant adds", later [];
    kind "kind" Required Shape::Word(&["flag", "level"]), "`flag`: `true` or `false`. `level`: one of `levels`";
    access "access" Required Shape::Word(&["grants", "restricts", "neutral"]), "what `true` or a later level does: lets holders do more, lets them do less, or neither";
    levels "levels" Optional Shape::List(&Shape::Text), "all levels, from the one that does least to the one that does most; required of a level";
}

object! {
    /// The tier that a tenant gives a setting.
    OWN_TIER OwnTierFields: "the risk of a setting", later [];
    tier "tier" Required Shape::Word(&["critical", "sensitive", "ordinary"]), "`critical`: people can take data out, destroy what can't be restored, or hand out access. `sensitive`: they see what others said or did in confidence, or change what others work with. `ordinary`: the rest";
    reason "reason" Required Shape::Text, "why";
}

object! {
    /// `limits` of a tenant.
    LIMITS LimitsFields: "`limits`", later [];
    per_second "perSecond" Optional Shape::Calls, "the calls a second that the vendor allows the whole account; what the vendor publishes by default";
    per_minute "perMinute" Optional Shape::Calls, "the same as calls a minute; instead of `perSecond`";
    per_day "perDay" Optional Shape::Calls, "the calls a day that the vendor allows the whole account; what the vendor publishes by default. permctl sends no more than its `share` of them";
    share "share" Optional Shape::Percent, "the share of these limits that permctl may use; `80%` by default";
}

object! {
    /// The long form of `unlisted`.
    UNLISTED UnlistedFields: "`unlisted`", later [];
    value "value" Required Shape::Word(&["keep", "deny"]), "`deny`: grants that are not listed go to their narrowest value. `keep`: they stay as they are. The nearest place wins: profile, workspace, tenant";
    reason "reason" Optional Shape::Text, "why; required where `keep` loosens the `deny` of an outer place";
}

object! {
    /// One workspace of a tenant.
    WORKSPACE WorkspaceFields: "a workspace", later [];
    name "name" Optional Shape::Text, "the vendor's name for it, letter by letter, where the vendor lists names (Gong)";
    id "id" Optional Shape::Id, "the vendor's id, in quotes; one of `id` and `name` is required";
    ignore "ignore" Optional Shape::List(&Shape::Object(&IGNORE)), "live profiles that permctl leaves alone and does not report";
    unlisted "unlisted" Optional UNLISTED_SHAPE, "what profiles of this workspace do with grants that they do not list";
}

object! {
    /// An entry of `ignore`.
    IGNORE IgnoreFields: "an `ignore` entry", later [];
    profile "profile" Required Shape::Text, "the name of the live profile, letter by letter";
    reason "reason" Required Shape::Text, "why it is ignored";
    until "until" Optional Shape::Day, "the last day on which it is ignored, UTC";
}

object! {
    /// `guards` of `permctl.yaml`.
    GUARDS GuardsFields: "`guards`", later [];
    max_changed "maxChanged" Optional Shape::Either(&[Shape::Percent, Shape::Number, Shape::Object(&MAX_CHANGED)]), "how much may change: `30%` of a workspace, or a number of profiles over the whole plan";
    protected "protected" Optional Shape::List(&Shape::Text), "profiles that no plan may change, by live, new or former name";
    max_broadened "maxBroadened" Optional Shape::Object(&MAX_BROADENED), "how much access may grow; a change whose direction is mixed or unclear counts too";
}

object! {
    /// The long form of `maxChanged`.
    MAX_CHANGED MaxChangedFields: "`maxChanged`", later [];
    share "share" Optional Shape::Percent, "the share of a workspace's described live profiles (of all live ones while fewer than 5 are described) that may change; holds from 5 profiles on";
    profiles "profiles" Optional Shape::Number, "the number of profiles that may change over the whole plan";
}

object! {
    /// `maxBroadened`.
    MAX_BROADENED MaxBroadenedFields: "`maxBroadened`", later [];
    profiles "profiles" Optional Shape::Number, "the number of profiles that may get broader";
    holders "holders" Optional Shape::Number, "the number of people that have these profiles";
}

object! {
    /// An entry of `exceptions`.
    EXCEPTION ExceptionFields: "an exception", later [];
    rule "rule" Required Shape::Word(&["maxChanged", "protected", "maxBroadened", "lockOut"]), "the guard that does not refuse";
    workspace "workspace" Required Shape::Text, "the workspace in which it does not";
    reason "reason" Required Shape::Text, "why";
    until "until" Required Shape::Day, "the last day of the exception, UTC";
}

object! {
    /// An entry of `approvals`.
    APPROVAL ApprovalFields: "an approval", later [];
    name "name" Required Shape::Text, "the name of the approval, for reports";
    direction "direction" Optional Shape::Word(&["broader", "narrower"]), "only changes that let people do more, or may; or only those that let them do less";
    tier "tier" Optional Shape::Word(&["critical", "sensitive", "ordinary"]), "only changes that let people do something of this [tier](#risk) or a worse one";
    profiles "profiles" Optional GRANTS_SHAPE, "only changes of these profiles, each an address";
    settings "settings" Optional GRANTS_SHAPE, "only changes of these [settings](#settings-in-rules)";
    people "people" Optional Shape::Number, "only where at least so many people have the profiles, or it is not known how many";
    owners "owners" Required GRANTS_SHAPE, "who can approve, by their names at the host of the repository";
    count "count" Optional Shape::Calls, "how many of them have to; 1 by default. The author of the change is never one of them";
}

object! {
    /// `freeze` of `permctl.yaml`.
    FREEZE FreezeFields: "`freeze`", later [];
    from "from" Required Shape::Day, "the first day, UTC";
    to "to" Required Shape::Day, "the last day, UTC";
    reason "reason" Required Shape::Text, "why";
}

object! {
    /// One document of a profile file.
    PROFILE ProfileFields: "a profile", later [];
    profile "profile" Required Shape::Text, "the name within the workspace, letter by letter; it identifies the profile unless `id` is given";
    description "description" Optional Shape::Text, "the vendor's description; left alone when not given";
    extends "extends" Optional EXTENDS_SHAPE, "the base, or bases, that it begins with; see [Bases](#bases)";
    owner "owner" Optional Shape::Text, "who answers for the profile: a team or a person. Plans and reports show it; no vendor gets it";
    ticket "ticket" Optional Shape::Text, "where the profile was asked for; as `owner`";
    reason "reason" Optional Shape::Text, "why the profile is as it is; as `owner`. It is no reason for a single setting";
    labels "labels" Optional Shape::Texts, "more such notes, under names of your own: `labels: {review: 2027-Q1}`";
    allow "allow" Optional Shape::Reasons, "warnings that the profile takes as they are, each with the reason: `allow: {user-deactivated: no new lead yet}`; see [Warnings that are meant](#warnings-that-are-meant)";
    settings "settings" Optional Shape::Settings, "the vendor's own names, nested as in its API: [settings.md](settings.md)";
    id "id" Optional Shape::Id, "the vendor's id of the live profile, which may have another name. Needed when two live profiles have one name";
    formerly "formerly" Optional Shape::List(&Shape::Text), "names that the profile had before: `formerly: [Old Name]` renames it in place, and its holders stay";
    new "new" Optional Shape::Flag, "`true`: create the profile although an unmanaged one looks like it";
    unlisted "unlisted" Optional UNLISTED_SHAPE, "what to do with grants that the profile does not list";
    retired "retired" Optional Shape::Object(&RETIRED), "from a day on the profile grants nothing: all settings with a narrowest value go to it, since a profile can't be deleted";
    holders "holders" Optional Shape::List(&Shape::Either(&[Shape::Email, Shape::Object(&HOLDER)])), "everyone who has the profile; see [Who has a profile](#who-has-a-profile)";
}

object! {
    /// One document of a profile file that is a base.
    BASE BaseFields: "a base", later [];
    base "base" Required Shape::Text, "the name by which profiles and other bases extend it: a-z, 0-9 and `-`";
    provider "provider" Optional Shape::Provider, "the vendor's API; required in `profiles/bases/`, where no workspace says it";
    extends "extends" Optional EXTENDS_SHAPE, "the base, or bases, that it begins with";
    description "description" Optional Shape::Text, "the vendor's description of the profiles that extend the base and give none";
    allow "allow" Optional Shape::Reasons, "warnings that the base takes as they are, each with the reason: `allow: {expires-soon: the pilot ends}`; see [Warnings that are meant](#warnings-that-are-meant)";
    settings "settings" Required Shape::Settings, "the vendor's own names, nested as in its API: [settings.md](settings.md)";
}

object! {
    /// The long form of a value.
    VALUE ValueFields: "a value in the long form", later [];
    value "value" Required Shape::Value, "the value, as in the short form";
    until "until" Optional Shape::Day, "the last day of the value, UTC. Afterwards it is `then`; without `then`, it is as if these lines were not there, and a setting that nothing else names goes to its narrowest value";
    then "then" Optional Shape::Value, "the value after that day; required where a setting has no narrowest value";
    reason "reason" Optional Shape::Text, "why; required with `until`, and where a value is broader than that of a base";
}

object! {
    /// A set that is given against that of a base.
    SET SetFields: "a set that changes that of a base", later ["then"];
    add "add" Optional MEMBERS_SHAPE, "the members that the base's set does not have";
    remove "remove" Optional MEMBERS_SHAPE, "the members that the base's set has too many";
    until "until" Optional Shape::Day, "the last day of this change, UTC; afterwards the set is the base's";
    reason "reason" Optional Shape::Text, "why; required with `until`, and where it adds members";
}

object! {
    /// A member of a set or a list in the long form.
    MEMBER MemberFields: "a member in the long form", later [];
    value "value" Required Shape::Text, "the member, as in the short form";
    until "until" Optional Shape::Day, "the last day on which it is a member, UTC";
    reason "reason" Optional Shape::Text, "why; required with `until`";
}

object! {
    /// A line of `holders` in the long form.
    HOLDER HolderFields: "a holder in the long form", later [];
    user "user" Required Shape::Email, "the user's e-mail address";
    until "until" Optional Shape::Day, "the last day on which the user has the profile, UTC";
    reason "reason" Optional Shape::Text, "why; required with `until`";
}

object! {
    /// `retired` of a profile.
    RETIRED RetiredFields: "`retired`", later [];
    since "since" Required Shape::Day, "the first day on which the profile grants nothing, UTC";
    reason "reason" Required Shape::Text, "why";
}

/// The keys that say what kind of rule a document is, in the order of the documentation.
pub const RULE_KINDS: [&str; 4] = ["ceiling", "expect", "apart", "who"];

const ENFORCE_SHAPE: Shape = Shape::Word(&["refuse", "warn"]);

const GRANTS_SHAPE: Shape = Shape::List(&Shape::Text);

const RULE_EXCEPTIONS: Shape = Shape::List(&Shape::Object(&RULE_EXCEPTION));

const ENFORCE: &str = "`refuse` (by default): a plan that breaks the rule is refused. `warn`: the plan says that it would have been";

const OWNER: &str = "who may lift the rule: a team or a person";

const REASON: &str = "why the rule is there";

const EXCEPTIONS: &str = "where the rule does not hold for a while";

object! {
    /// A document of `rules/` that says what profiles may not exceed.
    CEILING CeilingFields: "a ceiling", later [];
    ceiling "ceiling" Required Shape::Text, "the name of the rule";
    provider "provider" Required Shape::Provider, "the vendor's API, whose settings it has";
    profiles "profiles" Required GRANTS_SHAPE, "the profiles that may not exceed it, each an address: `[emea/Support*, apac]`; `*` stands for anything";
    settings "settings" Required Shape::Settings, "the most that each setting may be. Of a list it can say only `[]`";
    unlisted "unlisted" Optional Shape::Word(&["any", "floor"]), "settings that it does not list: `any` (by default) leaves them free, `floor` has them at their narrowest value";
    enforce "enforce" Optional ENFORCE_SHAPE, ENFORCE;
    owner "owner" Required Shape::Text, OWNER;
    reason "reason" Required Shape::Text, REASON;
    exceptions "exceptions" Optional RULE_EXCEPTIONS, EXCEPTIONS;
}

object! {
    /// A document of `rules/` that tests what profiles, or a person, can do.
    EXPECT ExpectFields: "a test", later [];
    expect "expect" Required Shape::Text, "the name of the rule";
    profiles "profiles" Optional GRANTS_SHAPE, "the profiles that it tests, each an address";
    person "person" Optional Shape::Email, "the person that it tests, over all profiles; instead of `profiles`";
    can "can" Optional GRANTS_SHAPE, "what each of them can do: [settings](#settings-in-rules)";
    cannot "cannot" Optional GRANTS_SHAPE, "what none of them can do";
    enforce "enforce" Optional ENFORCE_SHAPE, ENFORCE;
    owner "owner" Required Shape::Text, OWNER;
    reason "reason" Required Shape::Text, REASON;
    exceptions "exceptions" Optional RULE_EXCEPTIONS, EXCEPTIONS;
}

object! {
    /// A document of `rules/` with settings that are kept apart.
    APART ApartFields: "a separation", later [];
    apart "apart" Required Shape::Text, "the name of the rule";
    settings "settings" Required Shape::List(&Shape::Either(&[Shape::Text, GRANTS_SHAPE])), "no profile may have two of these, and no person, over all profiles, workspaces and vendors: each a [setting](#settings-in-rules), or a list of which any counts";
    enforce "enforce" Optional ENFORCE_SHAPE, ENFORCE;
    owner "owner" Required Shape::Text, OWNER;
    reason "reason" Required Shape::Text, REASON;
    exceptions "exceptions" Optional RULE_EXCEPTIONS, EXCEPTIONS;
}

object! {
    /// A document of `rules/` that says who may have settings.
    WHO WhoFields: "a restriction", later [];
    who "who" Required Shape::Text, "the name of the rule";
    settings "settings" Required GRANTS_SHAPE, "the [settings](#settings-in-rules), of which any counts";
    profiles "profiles" Optional GRANTS_SHAPE, "the only profiles that may have them, each an address; `[]` for none";
    people "people" Optional Shape::Number, "the most people who may have them, over all profiles, workspaces and vendors";
    enforce "enforce" Optional ENFORCE_SHAPE, ENFORCE;
    owner "owner" Required Shape::Text, OWNER;
    reason "reason" Required Shape::Text, REASON;
    exceptions "exceptions" Optional RULE_EXCEPTIONS, EXCEPTIONS;
}

object! {
    /// An entry of `exceptions` of a rule.
    RULE_EXCEPTION RuleExceptionFields: "an exception from a rule", later [];
    workspace "workspace" Required Shape::Text, "the workspace whose profiles the rule does not count";
    profile "profile" Optional Shape::Text, "the profile, letter by letter, where it is for one only";
    reason "reason" Required Shape::Text, "why";
    until "until" Required Shape::Day, "the last day of the exception, UTC";
}
