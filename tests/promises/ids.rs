//! Ids are text from end to end: more digits than any machine number holds survive everything.

use serde_json::json;

use super::{EMEA, live, says};
use crate::harness::World;

const WORKSPACE: &str = "98765432109876543219";
const PROFILE: &str = "18446744073709551617";

#[test]
fn ids_of_twenty_digits_survive_plan_apply_and_import() {
    let mut state = World::fresh().sandbox().state();
    let mut text = state.to_string().replace(EMEA, WORKSPACE);
    let id = live(&World::fresh(), EMEA, "Collaborator", "id");
    text = text.replace(id.as_str().unwrap(), PROFILE);
    state = serde_json::from_str(&text).unwrap();
    let world = World::new(Some(state), &[]);
    world.write("permctl.yaml", &super::BY_ID.replace(EMEA, WORKSPACE));
    let _ = world.run(&["import"]).exits(0);
    says(&world.run(&["plan"]).exits(0), "Nothing to do");
    // Pinned by the id, quoted and as it is; a name of its own shows that the pin found it.
    for (pin, name) in [(format!("\"{PROFILE}\""), "Guest"), (PROFILE.to_owned(), "Visitor")] {
        world.write(
            "profiles/emea/collaborator.yaml",
            &format!("profile: {name}\nid: {pin}\nsettings: {{aiBuilder: true}}\n"),
        );
        let ran = world.run(&["plan", "--out", "plan.json", "--format", "json"]).exits(0);
        let plan: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
        let emea = &plan["workspaces"][1];
        assert_eq!((&emea["id"], &emea["changes"][0]["id"]), (&json!(WORKSPACE), &json!(PROFILE)));
        world.sandbox().clear_exchanges();
        let _ = world.run(&["apply", "plan.json"]).exits(0);
        let write = &world.writes()[0].request;
        assert_eq!(write.parameter("profileId"), Some(PROFILE));
        assert_eq!(live(&world, WORKSPACE, name, "id"), json!(PROFILE));
    }
}
