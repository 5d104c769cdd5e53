//! What a vendor's API can't do is a finding of the plan with its line, and no change.

use permctl::finding::Code;
use permctl::model::catalogue::Catalogue;
use permctl::model::names::Names;
use permctl::model::request::{Request, WriteEffect};
use permctl::model::{Change, Document, Holders, Parsed, ProfileId, WorkspaceId};
use permctl::plan::{Input, workspace};
use permctl::provider::gong::Gong;
use permctl::provider::http::{Answer, ApiError, Reader};
use permctl::provider::{self, Capabilities, Fetch, Provider, Rules as _, VendorError, Workspaces};

use super::state;

/// Gong with an API that writes nothing.
struct ReadOnly;

static CAPABILITIES: Capabilities = Capabilities {
    schemes: &[],
    hosts: &[],
    rate: None,
    daily: None,
    workspaces: Workspaces::ById,
    create: false,
    update: false,
    requests_per_list: 1,
    reads_one_by_one: false,
    reads_by_id: false,
    own_settings: &[],
    names: &[],
};

impl provider::Rules for ReadOnly {
    fn catalogue(&self) -> &'static Catalogue {
        Gong.catalogue()
    }
}

impl provider::Read for ReadOnly {
    fn profiles<'a>(&self, _: &'a Reader<'a>, _: &'a WorkspaceId) -> Fetch<'a, Vec<Answer>> {
        unreachable!("a planner fetches nothing")
    }

    fn parse(&self, answers: &[Answer]) -> Result<Parsed, ApiError> {
        Gong.parse(answers)
    }

    fn holders<'a>(
        &self,
        _: &'a Reader<'a>,
        _: &'a WorkspaceId,
        _: &'a ProfileId,
    ) -> Fetch<'a, Holders> {
        unreachable!("a planner fetches nothing")
    }
}

impl provider::Write for ReadOnly {
    fn requests(
        &self,
        _: &Catalogue,
        _: &WorkspaceId,
        _: &Change,
        _: Option<&Document>,
    ) -> Vec<Request<WriteEffect>> {
        unreachable!("no change is planned")
    }
}

impl provider::Errors for ReadOnly {
    fn error_message(&self, body: &[u8]) -> VendorError {
        Gong.error_message(body)
    }
}

impl Provider for ReadOnly {
    fn id(&self) -> &'static str {
        "read-only"
    }

    fn title(&self) -> &'static str {
        "Read-only"
    }

    fn capabilities(&self) -> &'static Capabilities {
        &CAPABILITIES
    }
}

#[test]
fn what_an_api_can_not_do_is_refused_and_what_is_so_already_is_fine() {
    let live = state::of(["Rep", "Lead"].map(|name| (name.to_owned(), Document::new())));
    let desired = state::loaded([
        (0, "profile: Rep\nsettings: {deals: true}\n".to_owned()),
        (1, "profile: Lead\nsettings: {deals: false}\n".to_owned()),
        (2, "profile: Trainee\nnew: true\n".to_owned()),
    ]);
    let (catalogue, names) = (Gong.catalogue(), &Names::default());
    let plan = workspace(&Input {
        desired: &desired.workspaces[0],
        live: &live,
        names,
        provider: &ReadOnly,
        catalogue,
        bundles: catalogue.bundles(),
        day: state::day(),
        names_unwatched: false,
    });
    let found: Vec<(Code, &str)> =
        plan.findings.iter().map(|it| (it.code, it.message.as_str())).collect();
    assert_eq!(
        found,
        [
            (Code::CannotUpdate, "\"Rep\" can't be changed: the vendor's API updates no profiles"),
            (
                Code::CannotCreate,
                "\"Trainee\" can't be created: the vendor's API creates no profiles"
            ),
        ]
    );
    assert!(plan.changes.is_empty());
    assert_eq!(plan.unchanged, 1);
}
