//! Promise 5, new profiles: an answered create is never sent again, and a second profile of the same name
//! is noticed.

use permctl_sandbox::{Fault, Received, Vendor, once};

use super::says;
use crate::harness::{Folder, World};
use crate::vendors;

/// A user whose files describe one new profile. `lag` is what happens to the request that makes it.
fn new_profile(provider: &'static str, readings: &[(&str, &str)], lag: Fault) -> World {
    let folder = Folder::of(provider, "cases", "create");
    let world = folder.world(vendors::state(provider), readings);
    world.sandbox().script(once(creates, lag));
    world
}

fn creates(request: &Received) -> bool {
    request.method == "POST" && request.path != "/auth/login"
}

fn posts(world: &World) -> usize {
    world.writes().iter().filter(|write| creates(&write.request)).count()
}

#[test]
fn promise_5_a_new_profile_that_no_list_shows_yet_is_read_by_its_id_and_not_made_again() {
    for (provider, workspace) in [("gong", "emea"), ("gong-openapi", "emea"), ("webex", "center")] {
        let world = new_profile(provider, &[], Fault::StaleLists(1_000));
        let ran = world.run(&["apply", workspace, "--auto-approve"]).exits(0);
        let sent = posts(&world);
        says(&ran, "  created ");
        says(&ran, "the vendor's list does not show it yet");
        let again = world.run(&["apply", workspace, "--auto-approve"]).exits(0);
        says(&again, "already as planned, nothing sent");
        says(&again, "the vendor's list does not show it yet");
        assert_eq!(posts(&world), sent, "{provider}: it was made twice");
        world.sandbox().calm();
        let _ = world.run(&["plan", workspace, "--detailed-exitcode"]).exits(0);
    }
}

#[test]
fn promise_5_a_new_role_that_no_list_shows_yet_is_not_made_again_where_no_id_helps() {
    let world = new_profile("pulse", &[], Fault::StaleLists(1_000));
    let ran = world.run(&["apply", "--auto-approve"]).exits(7);
    says(
        &ran,
        "the vendor answered that the profile is created, and its list does not show the profile",
    );
    let sent = posts(&world);
    let again = world.run(&["apply", "--auto-approve"]).exits(4);
    says(&again, "  skipped ");
    says(&again, "an earlier run created it at ");
    assert_eq!(posts(&world), sent, "it was made twice");
    world.sandbox().calm();
    let _ = world.run(&["apply", "--auto-approve"]).exits(0);
    assert_eq!(posts(&world), sent, "it was made twice");
    let _ = world.run(&["plan", "--detailed-exitcode"]).exits(0);
}

#[test]
fn promise_5_a_profile_that_was_deleted_by_hand_is_made_again_at_once() {
    let world = new_profile("gong", &[], Fault::StaleLists(1_000));
    let _ = world.run(&["apply", "emea", "--auto-approve"]).exits(0);
    world.sandbox().calm();
    let mut state = world.sandbox().state();
    let profiles = state["profiles"]["1100000000000000001"].as_array_mut().expect("a list");
    profiles.retain(|profile| profile["name"] != "Sales Representative");
    world.sandbox().with_vendor(|vendor| vendor.load(state)).expect("it is a state");
    let ran = world.run(&["apply", "emea", "--auto-approve"]).exits(0);
    says(&ran, "created Sales Representative");
    assert_eq!(posts(&world), 2);
}

#[test]
fn promise_5_a_second_profile_of_the_name_that_another_person_made_meanwhile_is_named() {
    for (provider, workspace) in [("gong", "emea"), ("gong-openapi", "emea"), ("webex", "center")] {
        let world = new_profile(provider, &[("duplicate-name", "accepted")], Fault::None);
        // Another client sends the same request a moment before.
        world.sandbox().script(Box::new(|request: &Received| match creates(request) {
            true => {
                let request = request.clone();
                Fault::Edit(Box::new(move |vendor: &mut dyn Vendor| drop(vendor.answer(&request))))
            }
            false => Fault::None,
        }));
        let ran = world.run(&["apply", workspace, "--auto-approve"]).exits(7);
        says(&ran, "  doubled ");
        says(&ran, "another person made a profile of this name at the same time: ");
        says(&ran, "Applied: 0 created, 0 updated, 1 doubled.");
        let _ = world.run(&["plan", workspace]).exits(3);
    }
}
