//! Who gains what, against counting by hand.

use super::*;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn a_person_gains_what_no_role_of_theirs_gave(
        live in account(),
        permissions in vec(decided(), 5),
    ) {
        let texts = live.profiles.iter().zip(&permissions);
        let desired = loaded(texts.map(|(profile, it)| text(&profile.name, it, None)));
        let plan = planned(&desired, &live);
        // What each person can do now.
        let allowed = |role: &str| -> BTreeSet<String> {
            let role = live.profiles.iter().find(|profile| profile.name == role);
            let names = role.expect("it is live").document["permissions"].as_array().cloned();
            names.unwrap_or_default().iter().map(|it| it.as_str().unwrap_or("?").to_owned()).collect()
        };
        let mut can: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
        for person in live.roster.people() {
            let all = person.profiles.iter().flat_map(|role| allowed(role)).collect();
            can.insert(&person.user, all);
        }
        for planned in &plan.changes {
            let name = &planned.change.name;
            let holders: Vec<&str> = live.roster.holders(name).map(|it| it.user.as_str()).collect();
            let gives = planned.change.transitions.iter().flat_map(|it| &it.after);
            let gives = gives.filter(|(path, value)| {
                path.segments().len() == 2
                    && **value == permctl::model::Value::Flag(true)
                    && !allowed(name).contains(path.leaf())
            });
            for (path, _) in gives {
                let has = |user: &&&str| can[**user].contains(path.leaf());
                let have = holders.iter().filter(has).count();
                let mut gain: Vec<&str> =
                    holders.iter().filter(|user| !has(user)).copied().collect();
                gain.sort_unstable();
                let said = planned.gains.iter().find(|it| it.setting == *path);
                let said = said.expect("it gets broader, and every role names its users");
                let names: Vec<&str> = said.holders.names.iter().map(String::as_str).collect();
                prop_assert_eq!((names, said.elsewhere), (gain, have), "{} of {}", path, name);
            }
        }
    }

    #[test]
    fn what_a_user_gets_with_a_role_is_new_where_no_role_of_theirs_gave_it(
        live in account(),
        given in vec(btree_set(select(&USERS[..]), 0..=USERS.len()), 5),
    ) {
        let kept = Decided::Map(BTreeMap::new());
        let texts = live.profiles.iter().zip(&given);
        let desired = loaded(texts.map(|(role, users)| text(&role.name, &kept, Some(users))));
        let plan = planned(&desired, &live);
        let allowed = |role: &str, permission: &str| {
            let role = live.profiles.iter().find(|profile| profile.name == role);
            let names = &role.expect("it is live").document["permissions"];
            names.as_array().is_some_and(|names| names.iter().any(|it| it == permission))
        };
        for planned in &plan.users {
            for (role, grants) in planned.change.grants() {
                for path in grants.keys() {
                    let had = planned.change.had().iter().any(|role| allowed(role, path.leaf()));
                    let covered = planned.covered.get(role).is_some_and(|it| it.contains(path));
                    prop_assert_eq!(covered, had, "{} of {} for {}", path, role, planned.change.name);
                }
            }
        }
    }
}
