//! Promises 3 and 6 for names: a profile that somebody renamed, and a name that is still taken.

use permctl_sandbox::Fault;
use serde_json::json;

use super::{EMEA, live, says, three_changes};
use crate::harness::World;

#[test]
fn promise_3_a_profile_that_somebody_renamed_since_the_plan_is_left_alone() {
    for pin in [false, true] {
        let world = three_changes();
        let id = live(&world, EMEA, "Deal Desk", "id");
        let pin = if pin { format!("id: {id}\n") } else { String::new() };
        world.write(
            "profiles/emea/deal-desk.yaml",
            &format!("profile: Deal Desk\n{pin}settings: {{forecast: false}}\n"),
        );
        let _ = world.run(&["plan", "--out", "plan.json"]).exits(0);
        world.edit("EMEA Sales", "Deal Desk", "name", json!("Deal Bureau"));
        let ran = world.run(&["apply", "plan.json"]).exits(5);
        says(&ran, "name: planned from \"Deal Desk\", live it is \"Deal Bureau\"");
        assert_eq!(live(&world, EMEA, "Deal Bureau", "forecast"), json!(true));
    }
}

#[test]
fn promise_6_a_rename_waits_for_its_name_where_the_one_that_has_it_keeps_it() {
    let world = World::fresh();
    world.write("permctl.yaml", super::BY_ID);
    world.write(
        "profiles/emea/a.yaml",
        "profile: Deal Board\nformerly: [Deal Desk]\n---\nprofile: Deal Desk\nformerly: [Collaborator]\n",
    );
    let _ = world.run(&["plan", "--out", "plan.json"]).exits(0);
    world.sandbox().script(Box::new(|request| {
        let first = request.body.as_ref().is_some_and(|body| body["name"] == "Deal Board");
        if first { Fault::Status(400) } else { Fault::None }
    }));
    let ran = world.run(&["apply", "plan.json"]);
    says(&ran, "failed Deal Board");
    says(&ran, "dropped Deal Desk: its new name is still that of profile");
    assert_eq!(world.writes().len(), 1);
    world.sandbox().script(Box::new(|_| Fault::None));
    let _ = world.run(&["apply", "plan.json"]).exits(0);
    says(&world.run(&["plan"]), "Nothing to do, 2 unchanged");
}
