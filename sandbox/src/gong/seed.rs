//! What a fresh simulated Gong company has: always the same people, folders and profiles.
//!
//! The profiles show what live tenants hold: the shipped ones, a name that ends in a space, leads
//! beside the level `none`, members newer than the public description. Nothing here is random.

use serde_json::{Value as Json, json};

use super::document::{
    FOLDERS, FORECAST, LEADS, LEVEL, LIBRARY, LIBRARY_SWITCHES, NULL_SWITCH, SWITCHES, defaults,
};
use super::{Folder, Gong, State, Workspace};
use crate::Vendor;
use crate::members::Document;

mod people;

const EMEA: &str = "7273476131570014205";
const AMER: &str = "861402275930418857";

/// What Business Admin leaves off besides [`NULL_SWITCH`].
const ADMIN_OFF: &str = "overrideScore downloadCallMedia privateCalls trimCalls \
    engageManageCompanyTemplates engageManageCompanySequences";

/// What Standard Team Member leaves off besides that.
const MEMBER_OFF: &str = "deleteCalls deleteEmails usage forecastManage \
    engageCreateAndManageRulesets manageGeneralBusinessSettings manageScorecards \
    exportCallsAndCoachingDataToCSV manageRevenueAnalytics engageReassignFlowToDosToOthers aiBuilder";

const REPRESENTATIVE_ON: &str = "downloadCallMedia shareCallsWithCustomers \
    manuallyScheduleAndUploadCalls privateCalls callsAndSearch library deals dealsInlineEditing \
    account coaching activity forecast engageSnoozeFlowToDosForOthers crmDataInlineEditing";

const MANAGER_ON: &str = "scoreCalls overrideScore shareCallsWithCustomers \
    manuallyScheduleAndUploadCalls listenInCalls callsAndSearch library deals \
    createEditAndDeleteDealsBoards dealsInlineEditing account coaching usage teamStats initiatives \
    activity forecast forecastManage viewEngageAnalyticsActivity viewEngageAnalyticsPerformance \
    manageScorecards crmDataInlineEditing viewRevenueAnalytics dealsDataExport";

/// Makes the company that a sandbox starts with.
pub fn fresh() -> Box<dyn Vendor> {
    let mut fresh = Fresh::default();
    for (id, name, description) in [
        (EMEA, "EMEA Sales", "Sales teams in Europe, the Middle East and Africa"),
        (AMER, "AMER Sales", "Sales teams in the Americas"),
    ] {
        let description = Some(description.to_owned());
        fresh.state.workspaces.push(Workspace {
            id: id.to_owned(),
            name: name.to_owned(),
            description,
        });
    }
    fresh.people();
    let emea_onboarding = fresh.library(EMEA, "EMEA");
    fresh.library(AMER, "AMER");
    fresh.stock_profiles(EMEA, 0);
    fresh.stock_profiles(AMER, 60);
    fresh.emea_profiles(&emea_onboarding);
    fresh.amer_profiles();
    Box::new(Gong::new(fresh.state))
}

/// The company while it is being made.
#[derive(Default)]
struct Fresh {
    state: State,
}

impl Fresh {
    fn next_id(&mut self) -> String {
        self.state.sequence += 1;
        profile_id(self.state.sequence)
    }

    fn people(&mut self) {
        for person in people::all() {
            self.state.sequence += 1;
            self.state.users.push(person.user(&user_id(self.state.sequence)));
        }
    }

    /// Returns the ids of some users by their place in the list.
    fn users(&self, places: impl IntoIterator<Item = usize>) -> Vec<String> {
        let id = |place: usize| self.state.users.get(place)?.get("id")?.as_str().map(str::to_owned);
        places.into_iter().filter_map(id).collect()
    }

    /// Makes a workspace's public folders and returns the id of `Onboarding`.
    fn library(&mut self, workspace: &str, region: &str) -> String {
        let root = self.folder(workspace, None, "Public Folders");
        let regional = self.folder(workspace, Some(&root), region);
        self.folder(workspace, Some(&regional), "Best Calls");
        let onboarding = self.folder(workspace, Some(&root), "Onboarding");
        self.folder(workspace, Some(&onboarding), "Best Calls");
        let objections = self.folder(workspace, Some(&root), "Objection Handling");
        self.folder(workspace, Some(&objections), "Pricing");
        self.folder(workspace, Some(&root), "Demos 2023");
        if let Some(archived) = self.state.folders.last_mut() {
            archived.archived = true;
        }
        onboarding
    }

    fn folder(&mut self, workspace: &str, parent: Option<&str>, name: &str) -> String {
        let id = self.next_id();
        self.state.folders.push(Folder {
            id: id.clone(),
            name: name.to_owned(),
            parent_folder_id: parent.map(str::to_owned),
            workspace_id: workspace.to_owned(),
            archived: false,
        });
        id
    }

    fn stock_profiles(&mut self, workspace: &str, first_holder: usize) {
        let admin = self
            .profile("Business Admin", "Manages Gong for the company")
            .scopes("calls deals coaching insights usage emails", "all")
            .forecast(["all"; 3])
            .library("all", &LIBRARY_SWITCHES, &[])
            .all_but(ADMIN_OFF);
        self.add(workspace, admin, first_holder..first_holder + 2);
        let member = self
            .profile("Standard Team Member", "What a team member needs every day")
            .scopes("calls deals coaching insights emails", "all")
            .forecast(["own"; 3])
            .library("all", &[], &[])
            .all_but(&format!("{ADMIN_OFF} {MEMBER_OFF}"));
        self.add(workspace, member, first_holder + 2..first_holder + 12);
        let collaborator = self
            .profile("Collaborator", "Sees what others share")
            .on("callsAndSearch library account");
        self.add(workspace, collaborator, 0..0);
    }

    fn emea_profiles(&mut self, onboarding: &str) {
        let (leads, many) = (self.users([1, 60]), self.users([0, 1, 110]));
        let representative = self
            .profile("Sales Representative", "Account executives and their trainees")
            .scopes("calls", "managers-team")
            .leads("callsAccess", &leads)
            .scopes("deals coaching emails", "own")
            .forecast(["own", "own", "none"])
            .library("specific-folders", &[], &[onboarding])
            .on(REPRESENTATIVE_ON)
            // Split out of another permission by the vendor, and not in its description yet.
            .member("recordCallsOnMobile", json!(true));
        self.add(EMEA, representative, (14..50).chain([120]));
        let manager = self
            .profile("Sales Manager", "Leads a team of representatives")
            .scopes("calls deals coaching insights usage emails", "report-to-them")
            .forecast(["report-to-them"; 3])
            .library("all", &["manageFolderCalls", "shareFoldersAndStreams"], &[])
            .on(MANAGER_ON)
            .member("assistantAccess", json!({LEVEL: "report-to-them", "askAnything": true}));
        self.add(EMEA, manager, 50..56);
        let integration = self
            .profile("Integration User ", "Used by the data warehouse")
            .scopes("calls deals", "all")
            .library("all", &[], &[])
            .on("downloadCallMedia callsAndSearch deals exportCallsAndCoachingDataToCSV \
                crmDataImport dealsDataExport");
        self.add(EMEA, integration, 129..130);
        let desk = self
            .profile("Deal Desk", "Approves terms and discounts")
            .leads("callsAccess", &many)
            .scopes("deals", "all")
            .forecast(["all", "none", "none"])
            .on("deals createEditAndDeleteDealsBoards dealsInlineEditing account forecast \
                crmDataInlineEditing viewRevenueAnalytics dealsDataExport");
        self.add(EMEA, desk, 56..59);
    }

    fn amer_profiles(&mut self) {
        let representative = self
            .profile("Sales Representative", "Account executives")
            .scopes("calls", "report-to-them")
            .scopes("deals coaching emails", "own")
            .forecast(["own", "own", "none"])
            .library("all", &[], &[])
            .on(REPRESENTATIVE_ON);
        self.add(AMER, representative, 72..105);
        let success = self
            .profile("Customer Success", "Looks after customers once they have signed")
            .scopes("calls emails", "managers-team")
            .scopes("deals coaching", "own")
            .library("all", &["manageFolderCalls"], &[])
            .on(
                "scoreCalls shareCallsWithCustomers manuallyScheduleAndUploadCalls callsAndSearch \
                library deals account coaching activity",
            );
        self.add(AMER, success, 105..119);
    }

    fn profile(&mut self, name: &str, description: &str) -> Draft {
        let mut document = defaults(&self.next_id());
        document.insert("name".to_owned(), json!(name));
        document.insert("description".to_owned(), json!(description));
        Draft(document)
    }

    fn add(&mut self, workspace: &str, draft: Draft, holders: impl IntoIterator<Item = usize>) {
        let Draft(document) = draft;
        let holders = self.users(holders);
        if let Some(id) = document.get("id").and_then(Json::as_str)
            && !holders.is_empty()
        {
            self.state.holders.insert(id.to_owned(), holders);
        }
        self.state.profiles.entry(workspace.to_owned()).or_default().push(document);
    }
}

/// A profile that begins with everything off.
struct Draft(Document);

impl Draft {
    /// Sets scopes, named without their ending `Access`, to a level.
    fn scopes(mut self, scopes: &str, level: &str) -> Self {
        for scope in scopes.split_whitespace() {
            self.0[&format!("{scope}Access")][LEVEL] = json!(level);
        }
        self
    }

    fn leads(mut self, scope: &str, leads: &[String]) -> Self {
        self.0[scope][LEADS] = json!(leads);
        self
    }

    /// Sets the levels of viewing, submissions and targets.
    fn forecast(mut self, levels: [&str; 3]) -> Self {
        for (scope, level) in super::document::FORECAST_SCOPES.into_iter().zip(levels) {
            self.0[FORECAST][scope][LEVEL] = json!(level);
        }
        self
    }

    fn library(mut self, level: &str, on: &[&str], folders: &[&str]) -> Self {
        let library = &mut self.0[LIBRARY];
        library[LEVEL] = json!(level);
        for switch in on {
            library[*switch] = json!(true);
        }
        if !folders.is_empty() {
            library[FOLDERS] = json!(folders);
        }
        self
    }

    fn on(mut self, switches: &str) -> Self {
        for switch in switches.split_whitespace() {
            self.0[switch] = json!(true);
        }
        self
    }

    fn all_but(self, off: &str) -> Self {
        let off: Vec<&str> = off.split_whitespace().chain([NULL_SWITCH]).collect();
        let on: Vec<&str> = SWITCHES.into_iter().filter(|switch| !off.contains(switch)).collect();
        self.on(&on.join(" "))
    }

    fn member(mut self, name: &str, value: Json) -> Self {
        self.0.insert(name.to_owned(), value);
        self
    }
}

/// Returns the nth id of a profile or folder: 18 or 19 digits, below the largest signed number.
pub fn profile_id(sequence: u64) -> String {
    let bits = scramble(sequence);
    identifier(bits, 18 + (bits >> 60) % 2)
}

/// Returns the nth id of a user: 17 to 19 digits.
fn user_id(sequence: u64) -> String {
    let bits = scramble(sequence);
    identifier(bits, 17 + (bits >> 60) % 3)
}

fn identifier(bits: u64, digits: u64) -> String {
    let smallest: u64 = if digits == 17 {
        10_000_000_000_000_000
    } else if digits == 18 {
        100_000_000_000_000_000
    } else {
        1_000_000_000_000_000_000
    };
    // Eight times the smallest more has as many digits, and nine quintillion fit 63 bits.
    (smallest + bits % (8 * smallest)).to_string()
}

/// Spreads consecutive numbers over all 64 bits (the finishing steps of SplitMix64), so that equal
/// inputs give equal ids on every machine and neighbours look unrelated.
fn scramble(sequence: u64) -> u64 {
    let mut bits = sequence.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    bits ^ (bits >> 31)
}
