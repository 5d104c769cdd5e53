//! Who has which roles.

use permctl::plan::diff;
use permctl::plan::order::{Phase, phase};

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
        for planned in &plan.users {
            let change = &planned.change;
            let moved = change.gained().chain(change.lost());
            for profile in moved {
                prop_assert!(said.contains(profile.as_str()), "{}", profile);
            }
            let person = live.roster.find(&change.name).expect("the user is there");
            prop_assert_eq!(change.had(), &person.profiles);
            prop_assert!(!diff::profiles(change, change.had()).is_empty());
            prop_assert!(diff::profiles(change, change.will_have()).is_empty());
        }
    }

    #[test]
    fn a_user_has_one_request_with_the_whole_list_and_what_only_takes_comes_first(
        live in account(),
        holders in holders(),
    ) {
        let plan = planned(&files(&live, &holders), &live);
        let users: Vec<&String> =
            plan.users.iter().map(|planned| &planned.change.name).collect();
        prop_assert_eq!(users.iter().collect::<BTreeSet<_>>().len(), users.len());
        let phases: Vec<Phase> =
            plan.users.iter().map(|planned| phase(&planned.change, &[])).collect();
        prop_assert!(phases.is_sorted());
        for planned in &plan.users {
            let sent = planned.preview[0].body.json();
            let after: Vec<&String> = planned.change.will_have().iter().collect();
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
                person.read_only = Some("they have more".to_owned());
            }
            person
        }));
        let desired = files(&live, &holders);
        let before = planned(&desired, &live);
        let plan = planned(&desired, &fixed);
        prop_assert!(plan.users.iter().all(|it| it.change.name != user));
        let moves = before.users.iter().any(|it| it.change.name == user);
        prop_assert_eq!(moves, plan.findings.iter().any(|finding| finding.is_error()));
    }
}
