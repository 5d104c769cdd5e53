//! The exit code of an apply, from what became of its changes.

use super::*;

/// One profile for each status, in one workspace.
fn applied(statuses: &[Status]) -> Applied {
    let profiles = statuses.iter().map(|status| Outcome {
        target: Target::Profile { profile: "A".to_owned() },
        action: "update".to_owned(),
        status: status.clone(),
        preserved: Vec::new(),
        unlisted: None,
        notes: BTreeMap::new(),
    });
    let workspace = WorkspaceOutcome {
        workspace: "emea".to_owned(),
        tenant: "acme".to_owned(),
        profiles: profiles.collect(),
        users: Vec::new(),
    };
    Applied { workspaces: vec![workspace], ..Applied::default() }
}

fn failed(partly: bool) -> Status {
    Status::Failed { error: String::new(), hint: String::new(), partly }
}

fn unsent() -> [Status; 5] {
    let why = String::new;
    [
        Status::AlreadyDone,
        Status::Stale { differences: Vec::new() },
        Status::Dropped { why: why() },
        failed(false),
        Status::skipped(why()),
    ]
}

fn sent_in_vain() -> [Status; 4] {
    [
        Status::Unknown { error: String::new() },
        Status::NotPersisted { differences: Vec::new(), hint: None },
        Status::Doubled { ids: Vec::new() },
        failed(true),
    ]
}

#[test]
fn something_sent_and_anything_not_done_is_7_whatever_else_there_is() {
    for others in [Exit::Done, Exit::Files, Exit::Api, Exit::Interrupted] {
        for vain in sent_in_vain() {
            for rest in unsent().into_iter().chain([Status::Done]) {
                assert_eq!(applied(&[rest, vain.clone()]).exit(others), Exit::Partial);
            }
        }
        let skipped = Status::skipped("");
        for left in [failed(false), skipped, Status::HeldBack] {
            assert_eq!(applied(&[Status::Done, left.clone()]).exit(others), Exit::Partial);
            let [_, stale, ..] = unsent();
            assert_eq!(applied(&[Status::Done, stale, left]).exit(others), Exit::Partial);
        }
    }
}

#[test]
fn something_sent_and_the_rest_stale_is_5_and_all_done_is_0() {
    let [already, stale, dropped, ..] = unsent();
    for moved in [stale, dropped] {
        let applied = applied(&[Status::Done, already.clone(), moved]);
        assert_eq!(applied.exit(Exit::Done), Exit::Stale);
    }
    assert_eq!(applied(&[Status::Done, already.clone()]).exit(Exit::Done), Exit::Done);
    assert_eq!(applied(&[already]).exit(Exit::Done), Exit::Done);
}

#[test]
fn something_sent_while_something_else_could_not_be_planned_is_7() {
    for others in [Exit::Files, Exit::Api] {
        assert_eq!(applied(&[Status::Done]).exit(others), Exit::Partial);
    }
}

#[test]
fn with_nothing_sent_the_order_of_the_table_decides() {
    let [already, stale, dropped, refused, skipped] = unsent();
    for (statuses, others, exit) in [
        (vec![stale.clone()], Exit::Done, Exit::Stale),
        (vec![dropped, already.clone()], Exit::Done, Exit::Stale),
        (vec![refused.clone()], Exit::Done, Exit::Api),
        (vec![skipped.clone(), already.clone()], Exit::Done, Exit::Api),
        (vec![stale.clone(), refused.clone()], Exit::Done, Exit::Api),
        (vec![stale.clone()], Exit::Api, Exit::Api),
        (vec![stale], Exit::Files, Exit::Files),
        (vec![refused], Exit::Files, Exit::Files),
        (vec![already], Exit::Files, Exit::Files),
    ] {
        let applied = applied(&statuses);
        assert_eq!(applied.exit(others), exit, "{statuses:?} and {others:?}");
    }
    let interrupted = Applied { interrupted: true, ..applied(std::slice::from_ref(&skipped)) };
    assert_eq!(interrupted.exit(Exit::Done), Exit::Interrupted);
    let interrupted = Applied { interrupted: true, ..applied(&[Status::Done, skipped]) };
    assert_eq!(interrupted.exit(Exit::Done), Exit::Partial);
}
