//! Lines as they are written, and what is read back from them.

use std::time::Duration;

use super::*;

fn intent(number: u64) -> Event {
    let intent = Intent {
        tenant: "acme".to_owned(),
        address: "emea/Rep".to_owned(),
        action: "create".to_owned(),
        user: None,
        settings: vec!["name".to_owned()],
        part: 1,
        parts: 1,
        method: "POST".to_owned(),
        target: "/v2/permission-profile".to_owned(),
    };
    Event::Intent { number, endpoint: "https://x.example".to_owned(), intent }
}

fn outcome(number: u64, outcome: Reply) -> Event {
    Event::Outcome {
        number,
        outcome: ReplyRecord { outcome, request_id: None, error: None, profile: None },
    }
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + second).expect("a time of this century")
}

#[test]
fn an_intent_is_open_until_anything_is_known_of_it() {
    for came in [Reply::Answered, Reply::Refused, Reply::Lost] {
        let text =
            [intent(1), intent(2), outcome(1, came)].map(|event| write(at(0), event)).concat();
        let opened = open(&text);
        assert_eq!(opened.strange, Vec::<usize>::new());
        assert_eq!(opened.intents.len(), 1);
        assert_eq!(opened.intents[0].at, at(0));
    }
}

#[test]
fn an_open_intent_is_waited_for_as_long_as_an_answer_would_have_been() {
    let text = write(at(0), intent(1));
    let open = &open(&text).intents[0];
    assert_eq!(open.left(at(0)), IN_FLIGHT_WINDOW);
    assert_eq!(open.left(at(59)), Duration::from_secs(1));
    assert_eq!(open.left(at(60)), Duration::ZERO);
    // A clock that was set back, or is another machine's.
    assert_eq!(open.left(at(-3600)), IN_FLIGHT_WINDOW);
}

#[test]
fn what_is_cut_foreign_or_newer_is_counted_and_hides_nothing_else() {
    let run = RunRecord { journal_version: 2, ..RunRecord::default() };
    let newer = write(at(0), Event::Run(Box::new(run)));
    let good = write(at(0), intent(7));
    let cut = &good[..good.len() / 2];
    let opened = open(&format!("\u{0}\u{1}\n{newer}[1]\n{good}{cut}"));
    assert_eq!(opened.strange, [1, 2, 3, 5]);
    assert_eq!(opened.intents.len(), 1);
}

#[test]
fn a_line_says_what_an_auditor_asks_for() {
    assert_eq!(
        write(at(0), intent(1)),
        concat!(
            r#"{"at":"2027-01-15T08:00:00Z","event":"intent","number":1,"endpoint":"https://x.example","#,
            r#""tenant":"acme","address":"emea/Rep","action":"create","settings":["name"],"#,
            r#""part":1,"parts":1,"method":"POST","target":"/v2/permission-profile"}"#,
            "\n"
        )
    );
}

#[test]
fn an_answered_create_is_remembered_until_a_list_has_shown_its_profile() {
    let change = |status: Status, unlisted: Option<&str>| Event::Change {
        address: "emea/Rep".to_owned(),
        action: "create".to_owned(),
        user: None,
        unlisted: unlisted.map(|id| ProfileId(id.to_owned())),
        status,
    };
    let sent = [intent(1), outcome(1, Reply::Answered)].map(|event| write(at(0), event)).concat();
    let remembered = |event: Event| answered(&(sent.clone() + &write(at(1), event))).len();
    assert_eq!(answered(&sent).len(), 1, "its run died");
    assert_eq!(remembered(change(Status::Unknown { error: String::new() }, None)), 1);
    assert_eq!(remembered(change(Status::Done, Some("7"))), 1);
    for seen in [
        Status::Done,
        Status::Doubled { ids: Vec::new() },
        Status::NotPersisted { differences: Vec::new(), hint: None },
    ] {
        assert_eq!(remembered(change(seen, None)), 0);
    }
    let lost = [intent(1), outcome(1, Reply::Lost)].map(|event| write(at(0), event)).concat();
    assert_eq!(answered(&lost), []);
}
