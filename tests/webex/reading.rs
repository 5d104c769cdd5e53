//! Reading Webex: whole or not at all, by the pages that the first one announces.

use permctl_sandbox::webex::ORGANIZATION;
use permctl_sandbox::{Fault, Received};
use serde_json::{Value as Json, json};

use super::{asked, live, reply, world};
use crate::harness::World;

const KEPT: &str = "profile: Flow Designer\nsettings: {viewableFolderIds: []}\n";

fn is_list(request: &Received) -> bool {
    request.path.ends_with("/v3/user-profile")
}

/// Lets the first list be followed by something; says what the plan then did.
fn planned(world: &World) -> (i32, String) {
    world.write("profiles/center/a.yaml", KEPT);
    let ran = world.run(&["plan"]);
    (ran.code, format!("{}{}", ran.stdout, ran.stderr))
}

#[test]
fn every_profile_is_read_by_itself_whatever_the_page() {
    for (size, pages) in [("100", 1), ("3", 3), ("1", 8)] {
        let world = world(&[("page-size", size)]);
        let (code, said) = planned(&world);
        assert_eq!(code, 0, "{said}");
        assert!(said.contains("unmanaged: \"EMEA Supervisor\""), "{said}");
        assert!(said.contains("Nothing to do, 1 unchanged"), "{said}");
        let asked = asked(&world);
        let of = |target: &str| asked.iter().filter(|it| *it == target).count();
        assert_eq!((of("GET v3/user-profile"), of("GET v3/user-profile/ID")), (pages, 8));
        assert_eq!(asked.len(), pages + 8, "{asked:?}");
        assert!(said.contains(&format!("acme: {} API calls to plan", pages + 8)), "{said}");
    }
}

#[test]
fn the_link_to_the_next_page_is_not_followed() {
    let world = world(&[("page-size", "3")]);
    planned(&world);
    let next = world.sandbox().exchanges()[0].reply.body["meta"]["links"]["next"].clone();
    let next = next.as_str().expect("there is a next page").to_owned();
    let path = next.split('?').next().expect("a path").to_owned();
    assert!(!path.contains("v3"), "the trap is set");
    assert!(world.sandbox().exchanges().iter().all(|it| it.request.path != path));
}

#[test]
fn a_count_that_does_not_add_up_is_an_error() {
    let world = world(&[("page-size", "3")]);
    let first = std::sync::Mutex::new(None::<Json>);
    world.sandbox().script(Box::new(move |request| {
        // The second page repeats the first: its profiles moved while the pages were read.
        let mut first = first.lock().expect("no test panics in here");
        let moved = json!({
            "meta": {"page": 1, "pageSize": 3, "totalPages": 2, "totalRecords": 6},
            "data": [{"id": "a"}, {"id": "b"}, {"id": "c"}],
        });
        if is_list(request) {
            return Fault::Reply(reply(200, first.get_or_insert(moved).clone()));
        }
        Fault::None
    }));
    let (code, said) = planned(&world);
    assert_eq!(code, 4, "{said}");
    assert!(said.contains("3 of 6 entries and no further page"), "{said}");
}

#[test]
fn a_page_without_its_counts_is_an_error() {
    let world = world(&[]);
    world.sandbox().script(Box::new(|request| {
        if is_list(request) {
            return Fault::Reply(reply(200, json!({"data": [], "meta": {"totalPages": 1}})));
        }
        Fault::None
    }));
    let (code, said) = planned(&world);
    assert_eq!(code, 4, "{said}");
    assert!(said.contains("a page without the number `totalRecords`"), "{said}");
}

/// Takes a profile away as soon as the first list was served.
fn vanishing(world: &World, also_from_the_list: bool) {
    let gone = live(world, "EMEA Supervisor")["id"].as_str().expect("an id").to_owned();
    world.sandbox().script(Box::new(move |request| {
        if !request.path.ends_with(&gone) {
            return Fault::None;
        }
        if also_from_the_list {
            let gone = gone.clone();
            return Fault::Edit(Box::new(move |vendor| {
                let mut state = vendor.save();
                let profiles = &mut state["organizations"][ORGANIZATION]["profiles"];
                let profiles = profiles.as_array_mut().expect("a list");
                profiles.retain(|profile| profile["id"] != *gone);
                vendor.load(state).expect("a state");
            }));
        }
        Fault::Reply(reply(404, json!({"error": {"key": "404", "reason": "Not there"}})))
    }));
}

#[test]
fn a_profile_that_goes_while_it_is_read_is_looked_for_in_a_second_list() {
    let world = world(&[]);
    vanishing(&world, true);
    let (code, said) = planned(&world);
    assert_eq!(code, 0, "{said}");
    assert!(!said.contains("EMEA Supervisor"), "{said}");
    let lists = asked(&world).iter().filter(|it| *it == "GET v3/user-profile").count();
    assert_eq!(lists, 2);
}

#[test]
fn a_profile_that_is_listed_and_can_not_be_had_is_an_error() {
    let world = world(&[]);
    vanishing(&world, false);
    let (code, said) = planned(&world);
    assert_eq!(code, 4, "{said}");
    assert!(said.contains("NOT READ") && said.contains("404: Not there"), "{said}");
}

#[test]
fn collections_are_listed_only_where_a_file_names_one() {
    let world = world(&[]);
    world.write(
        "profiles/center/a.yaml",
        "profile: EMEA Supervisor\nsettings: {resourceAccessLevel: SPECIFIC, resourceCollections: [EMEA]}\n",
    );
    let _ = world.run(&["plan", "--detailed-exitcode"]).exits(0);
    let asked = asked(&world);
    assert_eq!(asked.iter().filter(|it| *it == "GET v2/resource-collection").count(), 1);
    assert_eq!(asked.len(), 10);
}

#[test]
fn holders_are_users_only_and_come_from_the_one_route_without_a_version() {
    let world = world(&[("page-size", "100")]);
    let id = live(&world, "EMEA Supervisor")["id"].clone();
    world.sandbox().with_vendor(|vendor| {
        let mut state = vendor.save();
        let referrers = &mut state["organizations"][ORGANIZATION]["referrers"];
        referrers.as_array_mut().expect("a list").push(
            json!({"entity": "agent-desktop", "id": "1", "name": "No person", "userProfileId": id}),
        );
        vendor.load(state).expect("a state");
    });
    world.write(
        "profiles/center/a.yaml",
        "profile: EMEA Supervisor\nsettings: {viewableFolderIds: []}\n",
    );
    let ran = world.run(&["plan", "--holders", "all", "--holder-names"]).exits(0);
    assert!(ran.stdout.contains("held by 4 people"), "{}", ran.stdout);
    assert!(ran.stdout.contains("held by 1 person: Aoife Brennan"), "{}", ran.stdout);
    let asked = asked(&world);
    assert!(asked.contains(&"GET user-profile/ID/incoming-references".to_owned()), "{asked:?}");
}

#[test]
fn what_the_vendor_made_is_named_as_such_and_never_as_unmanaged() {
    let (_, said) = planned(&world(&[]));
    let vendors = said.lines().find(|line| line.contains("the vendor's own")).expect("a line");
    assert_eq!(vendors.split(", ").count(), 6, "{said}");
    assert!(said.contains("1 unmanaged"), "{said}");
}

#[test]
fn promise_6_another_profile_than_asked_for_is_not_read_and_grants_that_are_not_understood_are_no_grants()
 {
    type Bend = fn(&mut Json);
    let bends: [(&str, i32, Bend); 6] = [
        ("without the list `permissions`", 3, |it| it["permissions"] = Json::Null),
        ("with a permission that has no name", 3, |it| it["permissions"] = json!([{"x": 1}])),
        ("with the permission `queue` twice", 3, |it| {
            it["permissions"] = json!([{"name": "queue", "access": "VIEW"}, {"name": "queue"}]);
        }),
        ("was asked for", 4, |it| it["id"] = json!("another")),
        ("of another organization", 4, |it| it["organizationId"] = json!("another")),
        ("`systemDefault` that is not true or false", 3, |it| it["systemDefault"] = json!("true")),
    ];
    for (words, exit, bend) in bends {
        let world = world(&[]);
        let mut document = live(&world, "Flow Designer");
        let id = document["id"].as_str().expect("an id").to_owned();
        bend(&mut document);
        world.sandbox().script(Box::new(move |request: &Received| {
            if request.method == "GET" && request.path.ends_with(&format!("/user-profile/{id}")) {
                return Fault::Reply(reply(200, document.clone()));
            }
            Fault::None
        }));
        world.write("profiles/center/a.yaml", "profile: Flow Designer\nunlisted: deny\n");
        let (code, said) = planned(&world);
        assert_eq!(code, exit, "{said}");
        assert!(said.contains(words), "no {words:?} in {said}");
        assert_eq!(said.contains("NOT READ"), exit == 4, "{said}");
        let _ = world.run(&["apply", "--auto-approve"]).exits(exit);
        assert_eq!(world.writes(), []);
    }
}
