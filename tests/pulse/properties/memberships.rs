//! Who has which roles.

use permctl::plan::membership::{Phase, shortfall};

use super::*;

/// Says of each role who should have it, if its file says so.
type Holders = Vec<Option<BTreeSet<&'static str>>>;

fn holders() -> impl Strategy<Value = Holders> {
    let users = btree_set(select(&USERS[..]), 0..=USERS.len());
    vec(proptest::option::weighted(0.7, users), 6)
}

fn files(live: &LiveWorkspace, holders: &Holders) -> Desired {
    let kept = Decided::Map(BTreeMap::new());
    let texts = live
        .profiles
        .iter()
        .zip(holders)
        .map(|(profile, holders)| text(&profile.name, &kept, holders.as_ref()));
    let new = text("Brand new", &kept, holders.last().and_then(Option::as_ref));
    loaded(texts.chain([new]))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn every_list_is_complete_afterwards_and_the_second_plan_is_empty(
        live in account(),
        holders in holders(),
    ) {
        let desired = files(&live, &holders);
        let plan = planned(&desired, &live);
        let after = applied(&live, &plan);
        prop_assert!(!planned(&desired, &after).has_work());
        for (profile, wanted) in live.profiles.iter().zip(&holders) {
            let Some(wanted) = wanted else { continue };
            let now: BTreeSet<&str> =
                after.roster.holders(&profile.name).map(|it| it.user.as_str()).collect();
            prop_assert_eq!(&now, wanted);
        }
    }

    #[test]
    fn no_role_is_given_or_taken_whose_file_does_not_say_who_has_it(
        live in account(),
        holders in holders(),
    ) {
        let plan = planned(&files(&live, &holders), &live);
        let mut said: BTreeSet<&str> = live
            .profiles
            .iter()
            .zip(&holders)
            .filter_map(|(profile, holders)| holders.as_ref().map(|_| profile.name.as_str()))
            .collect();
        if holders[5].is_some() {
            said.insert("Brand new");
        }
        for planned in &plan.memberships {
            let membership = &planned.membership;
            let moved = membership.gained().chain(membership.lost());
            for profile in moved {
                prop_assert!(said.contains(profile.as_str()), "{}", profile);
            }
            let person = live.roster.find(&membership.user).expect("the user is there");
            prop_assert_eq!(&membership.before, &person.profiles);
            prop_assert!(!shortfall(membership, &membership.before).is_empty());
            prop_assert!(shortfall(membership, &membership.after).is_empty());
        }
    }

    #[test]
    fn a_user_has_one_request_with_the_whole_list_and_what_only_takes_comes_first(
        live in account(),
        holders in holders(),
    ) {
        let plan = planned(&files(&live, &holders), &live);
        let users: Vec<&String> =
            plan.memberships.iter().map(|planned| &planned.membership.user).collect();
        prop_assert_eq!(users.iter().collect::<BTreeSet<_>>().len(), users.len());
        let phases: Vec<Phase> =
            plan.memberships.iter().map(|planned| planned.membership.phase(&[])).collect();
        prop_assert!(phases.is_sorted());
        for planned in &plan.memberships {
            let sent = planned.preview.body.json();
            let after: Vec<&String> = planned.membership.after.iter().collect();
            prop_assert_eq!(sent, json!({"flatRolesList": after}));
        }
    }

    #[test]
    fn nothing_is_planned_for_a_user_whose_roles_may_not_all_be_in_sight(
        live in account(),
        holders in holders(),
        user in select(&USERS[..]),
    ) {
        let mut fixed = live.clone();
        fixed.roster = Roster::of(live.roster.people().cloned().map(|mut person| {
            if person.user == user {
                person.fixed = Some("they have more".to_owned());
            }
            person
        }));
        let desired = files(&live, &holders);
        let before = planned(&desired, &live);
        let plan = planned(&desired, &fixed);
        prop_assert!(plan.memberships.iter().all(|it| it.membership.user != user));
        let moves = before.memberships.iter().any(|it| it.membership.user == user);
        prop_assert_eq!(moves, plan.findings.iter().any(|finding| finding.is_error()));
    }
}
