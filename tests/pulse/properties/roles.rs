//! Roles and their permissions.

use super::*;
use permctl::provider::pulse::catalogue::catalogue;

/// Returns the permissions of a role, as the vendor lists them.
fn listed(profile: &LiveProfile) -> Vec<String> {
    let list = profile.document["permissions"].as_array().expect("a list");
    list.iter().map(|name| name.as_str().expect("a name").to_owned()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn promise_8_the_second_plan_is_empty(
        live in account(),
        decided in vec(proptest::option::weighted(0.8, decided()), 7),
    ) {
        let texts = decided.iter().enumerate().filter_map(|(at, decided)| {
            let name = live.profiles.get(at).map_or(format!("New {at}"), |it| it.name.clone());
            Some(text(&name, decided.as_ref()?, None))
        });
        let desired = loaded(texts);
        let plan = planned(&desired, &live);
        prop_assert!(plan.findings.iter().all(|finding| !finding.is_error()), "{:#?}", plan.findings);
        let after = applied(&live, &plan);
        let again = planned(&desired, &after);
        prop_assert_eq!(again.changes, Vec::new());
        for (at, decided) in decided.iter().enumerate() {
            let name = live.profiles.get(at).map_or(format!("New {at}"), |it| it.name.clone());
            let role = after.profiles.iter().find(|profile| profile.name == name);
            match (decided, role) {
                (Some(Decided::List(names)), Some(role)) => {
                    let now: BTreeSet<String> = listed(role).into_iter().collect();
                    prop_assert_eq!(now, names.iter().map(|it| (*it).to_owned()).collect());
                }
                (Some(Decided::Map(flags)), Some(role)) => {
                    for (name, on) in flags {
                        prop_assert_eq!(listed(role).iter().any(|it| it == name), *on, "{}", name);
                    }
                }
                _ => {}
            }
        }
    }

    #[test]
    fn a_role_that_no_file_names_and_members_that_nobody_knows_stay_to_the_byte(
        live in account(),
        decided in decided(),
    ) {
        prop_assume!(!live.profiles.is_empty());
        let desired = loaded([text(&live.profiles[0].name, &decided, None)]);
        let after = applied(&live, &planned(&desired, &live));
        for (before, after) in live.profiles.iter().zip(&after.profiles) {
            let (mut before, mut after) = (before.clone(), after.clone());
            if before.name == live.profiles[0].name {
                before.document.shift_remove("permissions");
                after.document.shift_remove("permissions");
            }
            prop_assert_eq!(
                Json::Object(before.document).to_string(),
                Json::Object(after.document).to_string()
            );
        }
    }

    #[test]
    fn a_request_has_the_whole_list_in_the_order_that_was_read(live in account(), decided in decided()) {
        prop_assume!(!live.profiles.is_empty());
        let desired = loaded([text(&live.profiles[0].name, &decided, None)]);
        for planned in planned(&desired, &live).changes {
            let body = planned.preview[0].body.json();
            let sent: Vec<&str> = body["flatPermissionsList"]
                .as_array()
                .expect("a list")
                .iter()
                .map(|name| name.as_str().expect("a name"))
                .collect();
            let before = listed(&live.profiles[0]);
            let stayed: Vec<&String> = before.iter().filter(|name| sent.contains(&name.as_str())).collect();
            prop_assert_eq!(&sent[..stayed.len()], &stayed[..]);
            prop_assert_eq!(sent.iter().collect::<BTreeSet<_>>().len(), sent.len());
        }
    }

    #[test]
    fn promise_8_an_import_plans_empty_and_any_one_permission_changed_is_drift(
        live in account(),
        role in any::<prop::sample::Index>(),
        permission in select(&VOCABULARY[..]),
    ) {
        let import = |live: &LiveWorkspace| {
            let texts = live.profiles.iter().map(|profile| {
                let described = Described {
                    name: &profile.name,
                    pin: None,
                    settings: &document::settings(catalogue(), &profile.document),
                    holders: Some(live.roster.holders(&profile.name).map(|it| it.user.clone()).collect()),
                };
                file(&described, catalogue(), &Names::default())
            });
            loaded(texts)
        };
        let desired = import(&live);
        let plan = planned(&desired, &live);
        prop_assert!(!plan.has_work(), "{:#?}", plan);
        prop_assert_eq!(plan.unchanged, live.profiles.len());
        if !live.profiles.is_empty() {
            let mut moved = live.clone();
            let role = role.index(moved.profiles.len());
            let role = &mut moved.profiles[role].document;
            let list = role["permissions"].as_array_mut().expect("a list");
            match list.iter().position(|name| name == permission) {
                Some(at) => drop(list.remove(at)),
                None => list.push(permission.into()),
            }
            prop_assert_eq!(planned(&desired, &moved).changes.len(), 1);
        }
    }
}
