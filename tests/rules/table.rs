//! Each case: a rule, the profiles, and what the rule says of them. In a profile `keep` begins a profile that leaves open
//! what it does not list.

use permctl::finding::Code;
use permctl::plan::rules::files::{RuleOutcome, check};

use super::{TERMS, load};

/// A rule, profiles by address with their settings, and what is broken and open.
type Case = (&'static str, &'static [(&'static str, &'static str)], &'static str);

/// Rules of one profile over one setting.
const ONE: &[Case] = &[
    // A ceiling, at it, below it and above it.
    (
        "ceiling: c\nprovider: gong\nprofiles: [emea]\nsettings: {deleteCalls: false}",
        &[("emea/A", "{}")],
        "",
    ),
    (
        "ceiling: c\nprovider: gong\nprofiles: [emea]\nsettings: {deleteCalls: false}",
        &[("emea/A", "{deleteCalls: true}")],
        "\"A\" has `deleteCalls` on, above the ceiling off",
    ),
    (
        "ceiling: c\nprovider: gong\nprofiles: [emea]\nsettings: {deleteCalls: true}",
        &[("emea/A", "{deleteCalls: true}")],
        "",
    ),
    (
        "ceiling: c\nprovider: gong\nprofiles: [emea]\nsettings: {callsAccess: {permissionLevel: own}}",
        &[("emea/A", "{callsAccess: {permissionLevel: own}}")],
        "",
    ),
    (
        "ceiling: c\nprovider: gong\nprofiles: [emea]\nsettings: {callsAccess: {permissionLevel: own}}",
        &[("emea/A", "{callsAccess: {permissionLevel: none}}")],
        "",
    ),
    (
        "ceiling: c\nprovider: gong\nprofiles: [emea]\nsettings: {callsAccess: {permissionLevel: own}}",
        &[("emea/A", "{callsAccess: {permissionLevel: report-to-them}}")],
        "\"A\" has `callsAccess.permissionLevel` `report-to-them`, above the ceiling `own`",
    ),
    (
        "ceiling: c\nprovider: gong\nprofiles: [emea]\nsettings: {callsAccess: {permissionLevel: own}}",
        &[("emea/A", "{callsAccess: {permissionLevel: all}}")],
        "\"A\" has `callsAccess.permissionLevel` `all`, above the ceiling `own`",
    ),
    // A list can only be empty.
    (
        "ceiling: c\nprovider: gong\nprofiles: [emea]\nsettings: {callsAccess: {permissionLevel: managers-team, teamLeadIds: []}}",
        &[("emea/A", "{callsAccess: {permissionLevel: managers-team, teamLeadIds: ['1']}}")],
        "\"A\" has `callsAccess.teamLeadIds` a list of 1, above the ceiling `[]`",
    ),
    (
        "ceiling: c\nprovider: gong\nprofiles: [emea]\nsettings: {callsAccess: {permissionLevel: managers-team, teamLeadIds: []}}",
        &[("emea/A", "{callsAccess: {permissionLevel: managers-team}}")],
        "",
    ),
    // What it does not list.
    (
        "ceiling: c\nprovider: gong\nprofiles: [emea]\nsettings: {deleteCalls: false}",
        &[("emea/A", "{deleteEmails: true}")],
        "",
    ),
    (
        "ceiling: c\nprovider: gong\nprofiles: [emea]\nsettings: {deleteCalls: true}\nunlisted: any",
        &[("emea/A", "{deleteEmails: true}")],
        "",
    ),
    (
        "ceiling: c\nprovider: gong\nprofiles: [emea]\nsettings: {deleteCalls: true}\nunlisted: floor",
        &[("emea/A", "{deleteCalls: true}")],
        "",
    ),
    (
        "ceiling: c\nprovider: gong\nprofiles: [emea]\nsettings: {deleteCalls: true}\nunlisted: floor",
        &[("emea/A", "{deleteEmails: true}")],
        "\"A\" has `deleteEmails` on, which the ceiling does not list",
    ),
    // Which profiles it is about.
    (
        "ceiling: c\nprovider: gong\nprofiles: [emea/A]\nsettings: {deleteCalls: false}",
        &[("emea/A", "{}"), ("emea/B", "{deleteCalls: true}")],
        "",
    ),
    (
        "ceiling: c\nprovider: gong\nprofiles: ['*/A*']\nsettings: {deleteCalls: false}",
        &[("emea/B", "{}"), ("amer/AB", "{deleteCalls: true}")],
        "\"AB\" has `deleteCalls` on, above the ceiling off",
    ),
    (
        "ceiling: c\nprovider: gong\nprofiles: [gong]\nsettings: {deleteCalls: false}",
        &[("amer/B", "{deleteCalls: true}")],
        "\"B\" has `deleteCalls` on, above the ceiling off",
    ),
    (
        "ceiling: c\nprovider: gong\nprofiles: ['*']\nsettings: {deleteCalls: false}",
        &[("revenue/B", "{permissions: {viewAllCalls: true}}")],
        "",
    ),
    // The other vendors.
    (
        "ceiling: c\nprovider: gong-openapi\nprofiles: [revenue]\nsettings: {permissions: {downloadRecordings: false}}",
        &[("revenue/A", "{permissions: {downloadRecordings: true}}")],
        "\"A\" has `permissions.downloadRecordings` on, above the ceiling off",
    ),
    (
        "ceiling: c\nprovider: webex\nprofiles: [contact]\nsettings: {permissions: {queue: VIEW}}",
        &[("contact/A", "{permissionAccessLevel: SPECIFIC, permissions: {queue: EDIT}}")],
        "\"A\" has `permissions.queue` `EDIT`, above the ceiling `VIEW`",
    ),
    (
        "ceiling: c\nprovider: webex\nprofiles: [contact]\nsettings: {permissions: {queue: VIEW}}",
        &[("contact/A", "{permissionAccessLevel: SPECIFIC, permissions: {queue: VIEW}}")],
        "",
    ),
    (
        "ceiling: c\nprovider: webex\nprofiles: [contact]\nsettings: {permissionAccessLevel: SPECIFIC}",
        &[("contact/A", "{permissionAccessLevel: ALL}")],
        "\"A\" has `permissionAccessLevel` `ALL`, above the ceiling `SPECIFIC`",
    ),
    (
        "ceiling: c\nprovider: pulse\nprofiles: [crm]\nsettings: {permissions: {exportCRM: false}}",
        &[("crm/a", "{permissions: {exportCRM: true}}")],
        "\"a\" has `permissions.exportCRM` on, above the ceiling off",
    ),
    // Where files leave it open.
    (
        "ceiling: c\nprovider: gong\nprofiles: [emea]\nsettings: {deleteCalls: false}",
        &[("emea/A", "keep {deleteEmails: true}")],
        "open: emea/A: deleteCalls",
    ),
    (
        "ceiling: c\nprovider: gong\nprofiles: [emea]\nsettings: {deleteCalls: false}",
        &[("emea/A", "keep {deleteCalls: false}")],
        "",
    ),
    (
        "ceiling: c\nprovider: gong\nprofiles: [emea]\nsettings: {deleteCalls: true}\nunlisted: floor",
        &[("emea/A", "keep {deleteCalls: true}")],
        "open: emea/A: what it does not list",
    ),
    // A test of profiles.
    ("expect: e\nprofiles: [emea]\ncan: [deleteCalls]", &[("emea/A", "{deleteCalls: true}")], ""),
    (
        "expect: e\nprofiles: [emea]\ncan: [deleteCalls]",
        &[("emea/A", "{}")],
        "\"A\" does not have `deleteCalls`",
    ),
    (
        "expect: e\nprofiles: [emea]\ncan: [deleteCalls]",
        &[("emea/A", "keep {}")],
        "open: emea/A: deleteCalls",
    ),
    (
        "expect: e\nprofiles: [emea]\ncannot: [deleteCalls]",
        &[("emea/A", "{deleteCalls: true}")],
        "\"A\" has `deleteCalls`",
    ),
    (
        "expect: e\nprofiles: [emea]\ncannot: [deleteCalls]",
        &[("emea/A", "{deleteCalls: false}")],
        "",
    ),
    (
        "expect: e\nprofiles: [emea]\ncannot: [deleteCalls]",
        &[("emea/A", "keep {}")],
        "open: emea/A: deleteCalls",
    ),
    (
        "expect: e\nprofiles: [emea]\ncan: ['callsAccess>=managers-team']",
        &[("emea/A", "{callsAccess: {permissionLevel: all}}")],
        "",
    ),
    (
        "expect: e\nprofiles: [emea]\ncan: ['callsAccess>=managers-team']",
        &[("emea/A", "{callsAccess: {permissionLevel: own}}")],
        "\"A\" does not have `callsAccess>=managers-team`",
    ),
    (
        "expect: e\nprofiles: [emea]\ncannot: ['callsAccess>=managers-team']",
        &[("emea/A", "{callsAccess: {permissionLevel: managers-team}}")],
        "\"A\" has `callsAccess>=managers-team`: it is `managers-team`",
    ),
    (
        "expect: e\nprofiles: [emea]\ncannot: ['callsAccess>=managers-team']",
        &[("emea/A", "{callsAccess: {permissionLevel: report-to-them}}")],
        "",
    ),
    (
        "expect: e\nprofiles: [emea]\ncannot: [callsAccess]",
        &[("emea/A", "{callsAccess: {permissionLevel: own}}")],
        "\"A\" has `callsAccess`",
    ),
    (
        "expect: e\nprofiles: [emea]\ncannot: [callsAccess]",
        &[("emea/A", "{callsAccess: {permissionLevel: none}}")],
        "",
    ),
    (
        "expect: e\nprofiles: ['*']\ncannot: [permissions.exportCRM]",
        &[("crm/a", "{permissions: {exportCRM: true}}")],
        "\"a\" has `permissions.exportCRM`",
    ),
    (
        "expect: e\nprofiles: ['*']\ncannot: ['pulse:permissions.exportCRM']",
        &[("crm/a", "{permissions: {exportCRM: true}}")],
        "\"a\" has `pulse:permissions.exportCRM`",
    ),
    (
        "expect: e\nprofiles: ['*']\ncannot: ['gong:deleteCalls']",
        &[("emea/A", "{deleteCalls: true}")],
        "\"A\" has `gong:deleteCalls`",
    ),
    (
        "expect: e\nprofiles: ['*']\ncannot: ['permissions.queue>=EDIT']",
        &[("contact/A", "{permissionAccessLevel: SPECIFIC, permissions: {queue: VIEW}}")],
        "",
    ),
    (
        "expect: e\nprofiles: ['*']\ncannot: ['permissions.queue>=VIEW']",
        &[("contact/A", "{permissionAccessLevel: SPECIFIC, permissions: {queue: EDIT}}")],
        "\"A\" has `permissions.queue>=VIEW`: it is `EDIT`",
    ),
    (
        "expect: e\nprofiles: [emea]\ncannot: ['risk:critical']",
        &[("emea/A", "{deleteCalls: true, downloadCallMedia: true}")],
        "\"A\" has `risk:critical`: `downloadCallMedia` is on\n\"A\" has `risk:critical`: `deleteCalls` is on",
    ),
    (
        "expect: e\nprofiles: [emea]\ncannot: ['risk:critical']",
        &[("emea/A", "{library: true}")],
        "",
    ),
    (
        "expect: e\nprofiles: [emea]\ncannot: ['risk:sensitive']",
        &[("emea/A", "{deleteCalls: true}")],
        "\"A\" has `risk:sensitive`: `deleteCalls` is on",
    ),
    // Settings that are kept apart, in one profile.
    (
        "apart: a\nsettings: [deleteCalls, deleteEmails]",
        &[("emea/A", "{deleteCalls: true, deleteEmails: true}")],
        "\"A\" has `deleteCalls` and `deleteEmails`",
    ),
    (
        "apart: a\nsettings: [deleteCalls, deleteEmails]",
        &[("emea/A", "{deleteCalls: true}"), ("emea/B", "{deleteEmails: true}")],
        "open: emea/A: who has it, emea/B: who has it",
    ),
    (
        "apart: a\nsettings: [[deleteCalls, deleteEmails], library]",
        &[("emea/A", "{deleteCalls: true, deleteEmails: true}")],
        "open: emea/A: who has it",
    ),
    (
        "apart: a\nsettings: [[deleteCalls, deleteEmails], library]",
        &[("emea/A", "{deleteEmails: true, library: true}")],
        "\"A\" has `deleteEmails` and `library`",
    ),
    (
        "apart: a\nsettings: [deleteCalls, deleteEmails, library]",
        &[("emea/A", "{deleteCalls: true, deleteEmails: true, library: true}")],
        "\"A\" has `deleteCalls` and `deleteEmails`\n\"A\" has `deleteCalls` and `library`\n\"A\" has `deleteEmails` and `library`",
    ),
    // And people over several.
    (
        "apart: a\nsettings: [permissions.exportCRM, writeApiKeys]",
        &[
            ("crm/a", "{permissions: {exportCRM: true}} ada@acme.example"),
            ("crm/b", "{permissions: {writeApiKeys: true}} bob@acme.example"),
        ],
        "",
    ),
    (
        "apart: a\nsettings: [permissions.exportCRM, writeApiKeys]",
        &[
            ("crm/a", "{permissions: {exportCRM: true}} ada@acme.example"),
            ("crm/b", "{permissions: {writeApiKeys: true}} ADA@acme.example"),
        ],
        "`permissions.exportCRM` through crm/a and `writeApiKeys` through crm/b: 1 person",
    ),
    (
        "expect: e\nperson: ada@acme.example\ncannot: [permissions.exportCRM]",
        &[("crm/a", "{permissions: {exportCRM: true}} Ada@acme.example")],
        "ada@acme.example has `permissions.exportCRM` through crm/a",
    ),
    (
        "expect: e\nperson: ada@acme.example\ncannot: [permissions.exportCRM]",
        &[("crm/a", "{permissions: {exportCRM: true}} bob@acme.example")],
        "",
    ),
    (
        "expect: e\nperson: ada@acme.example\ncan: [permissions.exportCRM]",
        &[("crm/a", "{permissions: {exportCRM: true}} bob@acme.example")],
        "ada@acme.example does not have `permissions.exportCRM`",
    ),
    (
        "expect: e\nperson: ada@acme.example\ncan: [permissions.exportCRM]",
        &[("crm/a", "{permissions: {exportCRM: true}}")],
        "open: crm/a: who has it",
    ),
    // Who may have a setting.
    (
        "who: w\nsettings: [deleteCalls]\nprofiles: [emea/A]",
        &[("emea/A", "{deleteCalls: true}")],
        "",
    ),
    (
        "who: w\nsettings: [deleteCalls]\nprofiles: [emea/A]",
        &[("emea/A", "{}"), ("amer/A", "{deleteCalls: true}")],
        "\"A\" has `deleteCalls`, and is none of the profiles that may",
    ),
    (
        "who: w\nsettings: [deleteCalls, deleteEmails]\nprofiles: []",
        &[("emea/A", "{deleteEmails: true}")],
        "\"A\" has `deleteEmails`, and is none of the profiles that may",
    ),
    (
        "who: w\nsettings: [permissions.exportCRM]\npeople: 1",
        &[
            ("crm/a", "{permissions: {exportCRM: true}} ada@acme.example"),
            ("crm/b", "{permissions: {exportCRM: true}} ADA@acme.example"),
        ],
        "",
    ),
    (
        "who: w\nsettings: [permissions.exportCRM]\npeople: 1",
        &[
            ("crm/a", "{permissions: {exportCRM: true}} ada@acme.example"),
            ("crm/b", "{permissions: {exportCRM: true}} bob@acme.example"),
        ],
        "2 people have it; 1 may",
    ),
    (
        "who: w\nsettings: [permissions.exportCRM]\npeople: 0",
        &[("crm/a", "{permissions: {exportCRM: true}}")],
        "open: crm/a: who has it",
    ),
    // Where it does not hold.
    (
        "expect: e\nprofiles: [emea]\ncannot: [deleteCalls]\nexceptions: [{workspace: emea, reason: pilot, until: 2026-11-28}]",
        &[("emea/A", "{deleteCalls: true}")],
        "",
    ),
    (
        "expect: e\nprofiles: [emea]\ncannot: [deleteCalls]\nexceptions: [{workspace: emea, profile: B, reason: pilot, until: 2027-11-28}]",
        &[("emea/A", "{deleteCalls: true}"), ("emea/B", "{deleteCalls: true}")],
        "\"A\" has `deleteCalls`",
    ),
    (
        "expect: e\nprofiles: [emea]\ncannot: [deleteCalls]\nexceptions: [{workspace: amer, reason: pilot, until: 2027-11-28}]",
        &[("emea/A", "{deleteCalls: true}"), ("amer/A", "{}")],
        "\"A\" has `deleteCalls`",
    ),
];

/// Writes a profile of the table as a file.
fn file((address, given): &(&str, &str)) -> (&'static str, String) {
    let (workspace, name) = address.split_once('/').expect("an address");
    let workspaces = ["emea", "amer", "revenue", "contact", "crm"];
    let workspace = workspaces.into_iter().find(|it| *it == workspace).expect("one of these");
    let (unlisted, given) = match given.strip_prefix("keep ") {
        Some(given) => ("unlisted: {value: keep, reason: it is so}\n", given),
        None => ("", *given),
    };
    let (settings, holders) = match given.rsplit_once("} ") {
        Some((settings, holder)) => (format!("{settings}}}"), format!("holders: [{holder}]\n")),
        None => (given.to_owned(), String::new()),
    };
    (workspace, format!("profile: {name}\n{unlisted}settings: {settings}\n{holders}"))
}

#[test]
fn a_rule_says_of_profiles_what_the_table_has() {
    assert!(ONE.len() >= 60, "the table has {} cases", ONE.len());
    let mut wrong = Vec::new();
    for (rule, profiles, expected) in ONE {
        let files: Vec<_> = profiles.iter().map(file).collect();
        let desired = load(&format!("{rule}{TERMS}"), &files);
        let is_meant = |it: &&permctl::finding::Finding| it.code != Code::WorkspaceWithoutFiles;
        let mistakes: Vec<_> = desired.findings.iter().filter(is_meant).collect();
        assert!(mistakes.is_empty(), "{rule}\n{files:?}\n{mistakes:#?}");
        let tested = check(&desired, jiff::civil::date(2026, 11, 28));
        let [tested] = tested.as_slice() else { panic!("one rule: {tested:?}") };
        let messages = tested.findings.iter();
        let name = format!("; rule \"{}\"", tested.rule);
        let messages: Vec<String> = messages
            .map(|it| it.message.strip_suffix(&name).expect("it names the rule").to_owned())
            .collect();
        let said = match tested.outcome {
            RuleOutcome::Open => format!("open: {}", tested.open.join(", ")),
            _ => messages.join("\n"),
        };
        if said != *expected {
            wrong.push(format!(
                "{rule}\n{profiles:?}\n  says     {said:?}\n  expected {expected:?}"
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}
