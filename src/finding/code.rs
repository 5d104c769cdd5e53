//! The rules that findings are of, each with its code and how bad it is.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::finding::Severity;

macro_rules! codes {
    ($($(#[doc = $doc:literal])* $variant:ident = $text:literal $severity:ident;)*) => {
        /// The rules. A code never changes its meaning and is never used again for another one.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
        pub enum Code {
            $($(#[doc = $doc])* #[serde(rename = $text)] $variant,)*
        }

        impl Code {
            /// All codes, in the order of their definition.
            pub const ALL: &[Code] = &[$(Code::$variant),*];

            /// Returns the code as users write it.
            pub fn text(self) -> &'static str {
                match self { $(Code::$variant => $text,)* }
            }

            /// Returns what it is about.
            pub fn help(self) -> &'static str {
                match self { $(Code::$variant => concat!($($doc),*),)* }
            }

            /// Returns how bad a finding of this rule is.
            pub fn severity(self) -> Severity {
                match self { $(Code::$variant => Severity::$severity,)* }
            }
        }
    };
}

codes! {
    /// The text is not YAML.
    YamlSyntax = "yaml-syntax" Error;
    /// A file goes beyond a limit on size, depth or number of nodes.
    YamlLimit = "yaml-limit" Error;
    /// A mapping names one key twice.
    DuplicateKey = "duplicate-key" Error;
    /// A YAML feature that is not read: merge keys, tags, keys that are not text.
    YamlFeature = "yaml-feature" Error;
    /// A key that this place does not have.
    UnknownKey = "unknown-key" Error;
    /// A key that must be there is not.
    MissingKey = "missing-key" Error;
    /// A value of the wrong kind.
    WrongKind = "wrong-kind" Error;
    /// A value of the right kind that can't be.
    ImpossibleValue = "impossible-value" Error;
    /// A part of the file language that this version does not build yet.
    NotYet = "not-yet-supported" Error;
    /// A name of a tenant or workspace that breaks the rule for names.
    BadName = "bad-name" Error;
    /// One name for two tenants or workspaces.
    DuplicateName = "duplicate-name" Error;
    /// A folder under `profiles/` that no workspace has.
    UnknownWorkspace = "unknown-workspace" Error;
    /// A setting that the provider does not have.
    UnknownSetting = "unknown-setting" Error;
    /// A member of a bundle without the level that decides it.
    BundleWithoutLevel = "bundle-without-level" Error;
    /// A value that means nothing beside the level of its bundle.
    InertSetting = "inert-setting" Error;
    /// Two documents describe one profile.
    DuplicateProfile = "duplicate-profile" Error;
    /// Two profiles matched one live profile.
    ClaimedTwice = "claimed-twice" Error;
    /// A pin to a profile that is not in the workspace.
    ForeignPin = "foreign-pin" Error;
    /// Several live profiles have the name.
    LiveNameTwice = "live-name-twice" Error;
    /// A rename whose old and new name are both live.
    RenameBothLive = "rename-both-live" Error;
    /// Renames that would exchange names.
    RenameCycle = "rename-cycle" Error;
    /// A profile that is both described and ignored.
    IgnoredAndManaged = "ignored-and-managed" Error;
    /// An `ignore` entry whose last day has passed.
    IgnoreExpired = "ignore-expired" Warning;
    /// A create beside an unmanaged profile that looks like it.
    Twin = "twin" Error;
    /// A name that stands for nothing in the system.
    NameNotFound = "name-not-found" Error;
    /// A name that stands for several things in the system.
    NameAmbiguous = "name-ambiguous" Error;
    /// A user who is deactivated.
    UserDeactivated = "user-deactivated" Warning;
    /// A level with ids whose meaning the vendor leaves open.
    AmbiguousLevel = "ambiguous-level" Error;
    /// A bundle named in part, which drops what live has in the rest.
    BundleDrops = "bundle-drops" Warning;
    /// A member of live documents that no catalogue knows, and that is on.
    UnknownMemberOn = "unknown-member-on" Warning;
    /// A live value that the catalogue does not understand.
    UnknownValue = "unknown-value" Warning;
    /// A reason that must be there is not: of a looser `unlisted`, of a last day, of what is broader than a base.
    ReasonMissing = "reason-missing" Error;
    /// An endpoint that credentials may not be sent to.
    EndpointRefused = "endpoint-refused" Error;
    /// A rename to a name that another live profile keeps.
    NameTaken = "name-taken" Error;
    /// A file or folder that can't be read: not there, not permitted, not text.
    FileUnreadable = "file-unreadable" Error;
    /// An entry of a map whose name the vendor's documentation does not have.
    UnknownEntry = "unknown-entry" Warning;
    /// A change to a profile that belongs to the vendor.
    BuiltIn = "vendors-own" Error;
    /// A described profile whose live one can't be understood.
    NotUnderstood = "not-understood" Error;
    /// A live profile that can't be understood, and is set aside.
    SetAside = "set-aside" Warning;
    /// Something that the vendor would refuse, and that is live already.
    RefusedAndLive = "refused-and-live" Warning;
    /// Users who may do something that none of their profiles gives.
    DirectPermissions = "direct-permissions" Warning;
    /// A rename at a vendor that has none.
    CannotRename = "cannot-rename" Error;
    /// A change of a profile at a vendor whose API updates none.
    CannotUpdate = "cannot-update" Error;
    /// A new profile at a vendor whose API creates none.
    CannotCreate = "cannot-create" Error;
    /// A change of a setting that is set once, at the creation.
    Immutable = "immutable" Error;
    /// A new profile without a setting that the vendor asks for.
    NewIncomplete = "new-incomplete" Error;
    /// An entry that the workspace does not have.
    NotInWorkspace = "not-in-workspace" Error;
    /// Two names that differ in case only, where the vendor may take them for one.
    CaseOnly = "case-only" Error;
    /// Something that the vendor would refuse.
    VendorRefuses = "vendor-refuses" Error;
    /// An exception from a guard or a rule whose last day has passed.
    ExceptionExpired = "exception-expired" Warning;
    /// A user who is listed twice among the holders of a profile.
    DuplicateHolder = "duplicate-holder" Error;
    /// Holders of a profile that the vendor does not let us decide.
    HoldersUnsupported = "holders-unsupported" Error;
    /// A tenant whose users and their profiles can't be read.
    HoldersUnreadable = "holders-unreadable" Error;
    /// A user whose profiles can't be changed here.
    HolderFixed = "holder-fixed" Error;
    /// A protected name that no file and no live profile has.
    UnknownProtected = "unknown-protected" Warning;
    /// A credential whose variable or file is not there, or holds none.
    CredentialMissing = "credential-missing" Error;
    /// A part of the files that has no effect: it fits nothing.
    NoEffect = "no-effect" Warning;
    /// Folders and files that describe no profile.
    NoProfiles = "no-profiles" Warning;
    /// A workspace of which no file describes a profile.
    WorkspaceWithoutFiles = "workspace-without-files" Warning;
    /// A list that `permctl.yaml` does not have.
    UnknownList = "unknown-list" Error;
    /// A base that is not there, or that this folder can't extend.
    UnknownBase = "unknown-base" Error;
    /// A base that extends itself.
    BaseCycle = "base-cycle" Error;
    /// An id of one workspace's profile in the folder of a group.
    PinInGroup = "pin-in-group" Error;
    /// A document in a folder that has none of its kind.
    Misplaced = "misplaced" Error;
    /// A value whose last day is near.
    ExpiresSoon = "expires-soon" Warning;
    /// A value whose last day has passed.
    Expired = "expired" Warning;
    /// A value whose last day passed more than 30 days ago.
    ExpiredLongAgo = "expired-long-ago" Error;
    /// Settings that this version knows and that `catalogue` does not watch yet.
    CatalogueOlder = "catalogue-older" Warning;
    /// A schema for editors that is not what this version writes.
    SchemaOutdated = "schema-outdated" Warning;
    /// A setting that a tenant can't add to its vendor's, or that is otherwise live than the tenant says.
    OwnSetting = "own-setting" Error;
    /// A profile, or a person, that breaks a rule of `rules/`.
    RuleBroken = "rule-broken" Error;
}
