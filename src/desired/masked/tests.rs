use super::text;

fn shows(written: &str, shown: &str) {
    assert_eq!(text(written), shown);
}

#[test]
fn references_and_everything_else_stay_readable() {
    for written in [
        "credentials: {accessKey: \"${env:KEY}\", accessKeySecret: '${file:/run/secret}'}\n",
        "endpoint: https://api.gong.io/v2 # ours\ntokenEndpoint: https://webexapis.com\n",
        "tenants:\n  keystone:\n    workspaces: {emea: {name: EMEA Sales}}\n",
        "reason: ask ada@acme.example, who keeps the keys\n",
        "lists:\n  leads: [ada@acme.example]\n  more:\n    - a@b.example\ngroups: {all: [emea]}\n",
    ] {
        shows(written, written);
    }
}

#[test]
fn values_of_keys_like_those_of_credentials_are_masked_wherever_they_stand() {
    shows("acessKey: S3CRET # x\n", "acessKey: ****** * *\n");
    shows("API_TOKEN=S3CRET\r\nid: 1", "****************\r\nid: 1");
    shows("accessKey S3CRET\n", "accessKey ******\n");
    shows("a: {\"token\":\"S3C}RET\", b: é}", "a: {\"token\":\"***}***\", *: **}");
    shows("# accessKey: S3CRET\nname: x\n", "# accessKey: ******\nname: x\n");
    shows("token: ${env:K}S3CRET\n", "token: ${env:K}******\n");
    shows("token: ${S3CRET}\n", "token: *{******}\n");
    shows("token: ${env:KEY:-S3CRET}\n", "token: *{***:***:*******}\n");
    shows("accessKey: ${env:A, token: S3CRET}\n", "accessKey: *{***:*, token: ******}\n");
}

#[test]
fn the_value_of_a_key_that_is_not_known_is_masked() {
    for key in [
        "webex_contact_center_client_secret",
        "access_key_of_the_production_tenant",
        "creds",
        "whatever",
        "jwt",
    ] {
        shows(&format!("{key}: S3CRET\n"), &format!("{key}: ******\n"));
    }
}

#[test]
fn a_credential_is_masked_among_lists_too() {
    shows("lists:\n  accessKey: [S3CRET]\n", "lists:\n  accessKey: [******]\n");
    shows("lists: {x: [a], token: S3CRET}\n", "lists: {x: [a], token: ******}\n");
    shows("lists:\n  acessKey: [S3CRET]\n", "lists:\n  acessKey: [******]\n");
    shows("a: # lists: x\n  whatever: S3CRET\n", "a: * lists: *\n  whatever: ******\n");
    shows("# lists: x\n  whatever: S3CRET\n", "# lists: x\n  whatever: ******\n");
    shows("lists:\n  x: [https://h/?k=S3]\n", "lists:\n  x: [*****:*********]\n");
    shows("lists:\n  x: [a]\nwhatever: S3CRET\n", "lists:\n  x: [a]\nwhatever: ******\n");
}

#[test]
fn everything_below_credentials_is_masked() {
    shows(
        "  credentials:\n    - S3CRET\n    S3CRET: x\n  - S3CRET: S3CRET\nS3CRET\n  limits: {}\n",
        "  credentials:\n    - ******\n    ******: *\n  - ******: ******\n******\n  limits: {}\n",
    );
    shows(
        "  credentails: {\n  S3CRET, workspaces: S3CRET }\n  name: x\n",
        "  credentails: {\n  ******, workspaces: ****** }\n  name: x\n",
    );
    shows("accessKey: |\n   S3C\n  RET\nid: x\n", "accessKey: *\n   ***\n  ***\nid: x\n");
}

#[test]
fn items_of_a_list_are_shown_below_a_known_key_only() {
    let written = "protected:\n  - Business Admin\n  - Integration User\n";
    shows(written, written);
    shows("bearers:\n  - S3CRET\n", "bearers:\n  - ******\n");
    shows("a: {S3CRET, name: x}\n", "a: {******, name: *}\n");
}

#[test]
fn a_tenant_whose_name_is_like_a_key_is_shown() {
    let written = "tenants:\n  clients:\n    provider: gong\n    limits: {perDay: 1}\n";
    shows(written, written);
}

#[test]
fn a_line_of_any_length_is_gone_through_once() {
    for part in
        ["a:@ ", "u:@", "endpoint: u@?", "://@", " ", "- ", "a: ", "${env:", "#:", "{\"", "="]
    {
        let line = format!("{}token", part.repeat(30_000));
        for line in [line.clone(), format!("credentials:\n {line}: a: b: c")] {
            assert_eq!(text(&line).len(), line.len());
        }
    }
}

#[test]
fn an_address_with_user_password_query_or_fragment_is_masked() {
    shows("endpoint: \"htps://u:S3@CRET@h.io/v2\"\n", "endpoint: \"****:***:***************\"\n");
    shows("a: {endpoint: u:S3CRET@h, b: c}\n", "a: {endpoint: *:********, *: *}\n");
    shows("endpoint: https:/S3 CRET@h\n", "endpoint: *****:*** ******\n");
    shows("url:\n  u:S3CRET@h\n", "url:\n  *:********\n");
    shows("endpoint: https://h/?S3CRET\n", "endpoint: *****:***********\n");
    shows("endpoint: https://h#S3CRET # x\n", "endpoint: *****:********** * *\n");
}
