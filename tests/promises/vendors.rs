//! One run over tenants of every vendor: one plan, one apply, and one vendor down leaves its tenant
//! not read, the others reported, and nothing applied to it.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use permctl::provider::{System, Workspaces, systems};
use permctl_sandbox::{Fault, Received};
use serde_json::Value as Json;

use super::{refusal, says};
use crate::harness::{Ran, World};
use crate::vendors::{self, VendorFacts};

/// Every vendor, the made-up one among them.
static SYSTEMS: LazyLock<Vec<&'static System>> = LazyLock::new(|| systems().collect());

/// A user with a tenant of each vendor, named as its provider; workspaces are `PROVIDER-one`.
struct Everywhere {
    vendors: Vec<(&'static VendorFacts, World)>,
}

/// How a vendor is down.
#[derive(Debug, Clone, Copy)]
enum Down {
    /// Nothing listens.
    Gone,
    /// Every request gets 503.
    Broken,
}

impl Everywhere {
    fn new() -> Self {
        let vendors = SYSTEMS.iter().map(|system| {
            let id = system.provider.id();
            (vendors::facts(id), World::of(id, None, &[]))
        });
        let everywhere = Self { vendors: vendors.collect() };
        for (facts, _) in &everywhere.vendors {
            let file = format!("profiles/{}-one/one.yaml", facts.provider);
            everywhere.user().write(&file, &facts.change.file);
        }
        everywhere.configure(None);
        everywhere
    }

    /// The world whose folder is the user's.
    fn user(&self) -> &World {
        &self.vendors[0].1
    }

    /// Writes the configuration; at the endpoint of this provider nothing listens.
    fn configure(&self, gone: Option<&str>) {
        let mut config = "version: 1\ntenants:\n".to_owned();
        for ((facts, world), system) in self.vendors.iter().zip(&*SYSTEMS) {
            let VendorFacts { provider, workspaces, .. } = facts;
            let (_, workspace) = &workspaces[0];
            let workspace = match system.provider.capabilities().workspaces {
                Workspaces::Only => String::new(),
                Workspaces::ById | Workspaces::ByIdOrName => format!("id: \"{workspace}\""),
            };
            let endpoint = match gone {
                // Nothing listens on port 1 of this machine.
                Some(gone) if gone == *provider => "http://127.0.0.1:1",
                _ => world.sandbox().endpoint(),
            };
            let keys = system.sandbox_credentials.iter();
            let keys =
                keys.map(|(key, _)| format!("{key}: \"${{env:{}}}\"", variable(provider, key)));
            let keys = keys.collect::<Vec<_>>().join(", ");
            config.push_str(&format!(
                "  {provider}:\n    provider: {provider}\n    endpoint: {endpoint}\n    \
                 credentials: {{{keys}}}\n    limits: {{perSecond: 1000, share: 100%}}\n    \
                 workspaces:\n      {provider}-one: {{{workspace}}}\n"
            ));
        }
        self.user().write("permctl.yaml", &config);
    }

    fn down(&self, provider: &str, how: Down) {
        match how {
            Down::Gone => self.configure(Some(provider)),
            Down::Broken => self
                .world(provider)
                .sandbox()
                .script(Box::new(|_: &Received| Fault::Reply(refusal(503)))),
        }
    }

    fn world(&self, provider: &str) -> &World {
        let found = self.vendors.iter().find(|(facts, _)| facts.provider == provider);
        &found.expect("every provider is there").1
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        let given = SYSTEMS.iter().flat_map(|system| {
            let id = system.provider.id();
            system.sandbox_credentials.iter().map(move |(key, value)| (variable(id, key), *value))
        });
        let given: Vec<(String, &str)> = given.collect();
        let given: Vec<(&str, &str)> = given.iter().map(|(name, it)| (&**name, *it)).collect();
        self.user().run_with(arguments, &given)
    }

    fn states(&self) -> Vec<Json> {
        self.vendors.iter().map(|(_, world)| world.sandbox().state()).collect()
    }

    /// Runs a check for each vendor down in each way, each time from fresh tenants. Most of it is
    /// waiting before a repeat, so all run side by side.
    fn each_down(check: impl Fn(&Self, &'static str) + Sync) {
        std::thread::scope(|scope| {
            for (how, system) in [Down::Gone, Down::Broken]
                .into_iter()
                .flat_map(|how| SYSTEMS.iter().map(move |system| (how, system)))
            {
                let check = &check;
                scope.spawn(move || {
                    let everywhere = Self::new();
                    everywhere.down(system.provider.id(), how);
                    check(&everywhere, system.provider.id());
                });
            }
        });
    }

    /// Asserts that a text is about every vendor's change but one's.
    #[track_caller]
    fn is_about_the_others(&self, text: &str, down: &str, before: &str) {
        for (facts, _) in &self.vendors {
            let line = format!("{before}{}", facts.change.profile);
            assert_eq!(text.contains(&line), facts.provider != down, "{line:?} in\n{text}");
        }
    }
}

/// The variable that holds a credential: `GONG_OPENAPI_accessKey`.
fn variable(provider: &str, key: &str) -> String {
    format!("{}_{key}", provider.to_uppercase().replace('-', "_"))
}

#[test]
fn one_plan_spans_vendors_is_applied_to_each_and_is_empty_afterwards() {
    let everywhere = Everywhere::new();
    let fresh = everywhere.states();
    let ran = everywhere.run(&["plan", "--out", "plan.json"]).exits(0);
    everywhere.is_about_the_others(&ran.stdout, "nobody", "~ update ");
    says(&ran, &format!("Plan: 0 to create, {} to update", SYSTEMS.len()));
    assert_eq!(everywhere.states(), fresh, "the plan wrote");
    let ran = everywhere.run(&["apply", "plan.json"]).exits(0);
    everywhere.is_about_the_others(&ran.stdout, "nobody", "updated ");
    let again = everywhere.run(&["plan", "--detailed-exitcode"]).exits(0);
    says(&again, &format!("Nothing to do, {} unchanged", SYSTEMS.len()));
}

#[test]
fn promise_10_no_vendor_gets_the_credentials_of_another() {
    let everywhere = Everywhere::new();
    let _ = everywhere.run(&["apply", "--auto-approve"]).exits(0);
    let mut seen: BTreeSet<String> = BTreeSet::new();
    for (facts, world) in &everywhere.vendors {
        let exchanges = world.sandbox().exchanges();
        let sent: BTreeSet<String> =
            exchanges.iter().filter_map(|it| it.request.authorization.clone()).collect();
        assert!(!sent.is_empty(), "{}", facts.provider);
        for authorization in sent {
            assert!(seen.insert(authorization.clone()), "{authorization} went to two vendors");
        }
    }
}

#[test]
fn promise_6_a_vendor_down_is_said_first_and_the_others_are_planned_and_compared() {
    Everywhere::each_down(|everywhere, down| {
        let fresh = everywhere.states();
        let not_read = format!("NOT READ: {down}, workspace \"{down}-one\"");
        let ran = everywhere.run(&["plan"]).exits(4);
        assert!(ran.stdout.starts_with(&not_read), "{}", ran.stdout);
        everywhere.is_about_the_others(&ran.stdout, down, "~ update ");
        says(&ran, &format!("Plan: 0 to create, {} to update", SYSTEMS.len() - 1));
        let ran = everywhere.run(&["drift"]).exits(4);
        assert!(ran.stdout.starts_with(&not_read), "{}", ran.stdout);
        everywhere.is_about_the_others(&ran.stdout, down, "changed ");
        assert_eq!(everywhere.states(), fresh, "something was written");
    });
}

#[test]
fn promise_6_nothing_is_applied_to_the_vendor_that_is_down_and_all_to_the_others() {
    Everywhere::each_down(|everywhere, down| {
        let fresh = everywhere.states();
        let ran = everywhere.run(&["apply", "--auto-approve"]).exits(7);
        everywhere.is_about_the_others(&ran.stdout, down, "updated ");
        for ((facts, world), was) in everywhere.vendors.iter().zip(fresh) {
            let moved = world.sandbox().state() != was;
            assert_eq!(moved, facts.provider != down, "{}", facts.provider);
        }
    });
}

#[test]
fn promise_4_a_reviewed_plan_over_vendors_is_finished_when_the_vendor_is_back() {
    let check = |down: &'static str| {
        let everywhere = Everywhere::new();
        let _ = everywhere.run(&["plan", "--out", "plan.json"]).exits(0);
        everywhere.down(down, Down::Broken);
        let ran = everywhere.run(&["apply", "plan.json"]).exits(7);
        everywhere.is_about_the_others(&ran.stdout, down, "updated ");
        says(&ran, "it could not be read");
        everywhere.world(down).sandbox().script(Box::new(|_: &Received| Fault::None));
        let ran = everywhere.run(&["apply", "plan.json"]).exits(0);
        let updated = ran.stdout.lines().filter(|line| line.trim().starts_with("updated "));
        assert_eq!(updated.count(), 1, "{}", ran.stdout);
        let again = everywhere.run(&["plan", "--detailed-exitcode"]).exits(0);
        says(&again, "Nothing to do");
    };
    std::thread::scope(|scope| {
        for system in &*SYSTEMS {
            scope.spawn(move || check(system.provider.id()));
        }
    });
}

#[test]
fn promise_8_after_an_import_from_any_vendor_the_plan_is_empty_and_an_edit_is_drift() {
    let check = |provider: &'static str| {
        let (facts, world) = (vendors::facts(provider), World::of(provider, None, &[]));
        let _ = world.run(&["import"]).exits(0);
        says(&world.run(&["plan", "--detailed-exitcode"]).exits(0), "Nothing to do");
        says(&world.run(&["drift"]).exits(0), "No drift");
        let (setting, value) = &facts.edit;
        let (_, workspace) = &facts.workspaces[0];
        world.edit(workspace, &facts.change.profile, setting, value.clone());
        let drift = world.run(&["drift"]).exits(2);
        says(&drift, &format!("changed {}", facts.change.profile));
        says(&drift, setting);
        assert_eq!(world.writes(), [], "{provider}");
    };
    std::thread::scope(|scope| {
        for system in &*SYSTEMS {
            scope.spawn(move || check(system.provider.id()));
        }
    });
}

#[test]
fn selecting_a_vendor_leaves_the_others_alone_even_when_they_are_down() {
    let everywhere = Everywhere::new();
    for system in &SYSTEMS[1..] {
        everywhere.down(system.provider.id(), Down::Broken);
    }
    let first = SYSTEMS[0].provider.id();
    let _ = everywhere.run(&["apply", "--auto-approve", first]).exits(0);
    for (facts, world) in &everywhere.vendors {
        let asked = !world.sandbox().exchanges().is_empty();
        assert_eq!(asked, facts.provider == first, "{}", facts.provider);
    }
}

#[test]
fn promise_6_a_vendor_that_does_not_say_who_has_a_profile_does_not_silence_the_others() {
    for saved in [false, true] {
        let everywhere = Everywhere::new();
        // Taking administration away makes it needed to know who has it.
        everywhere.user().write(
            "profiles/gong-one/one.yaml",
            "profile: Collaborator\nsettings: {manageGeneralBusinessSettings: true}\n---\n\
             profile: Business Admin\nsettings: {manageGeneralBusinessSettings: false}\n",
        );
        let _ = everywhere.run(&["plan", "--out", "plan.json"]);
        everywhere.world("gong").sandbox().script(Box::new(|request: &Received| {
            let holders = request.path == "/v2/permission-profile/users";
            if holders { Fault::Reply(refusal(403)) } else { Fault::None }
        }));
        let ran = everywhere.run(&["plan"]).exits(4);
        assert!(ran.stdout.starts_with("NOT READ: gong, workspace \"gong-one\""), "{}", ran.stdout);
        everywhere.is_about_the_others(&ran.stdout, "gong", "~ update ");
        let before = everywhere.world("gong").sandbox().state();
        let what = if saved { "plan.json" } else { "--auto-approve" };
        let ran = everywhere.run(&["apply", what]).exits(7);
        everywhere.is_about_the_others(&ran.stdout, "gong", "updated ");
        assert_eq!(everywhere.world("gong").sandbox().state(), before);
    }
}

#[test]
fn a_token_that_reaches_one_workspace_takes_one_without_an_id() {
    let world = World::fresh();
    world.write(
        "permctl.yaml",
        "version: 1\ntenants:\n  support:\n    provider: helpdesk\n    endpoint: sandbox\n    \
         workspaces: {desk: {id: \"12\"}, other: {}}\n",
    );
    let ran = world.run(&["validate"]).exits(3);
    says(&ran, "workspace `desk` has no key `id`");
    says(&ran, "`desk` and `other` are the same workspace at the vendor");
}
