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
    ] {
        shows(written, written);
    }
}

#[test]
fn values_of_keys_like_those_of_credentials_are_masked_wherever_they_stand() {
    shows("acessKey: S3CRET # x\n", "acessKey: ****** * *\n");
    shows("API_TOKEN=S3CRET\r\nid: 1", "API_TOKEN=******\r\nid: 1");
    shows("accessKey S3CRET\n", "accessKey ******\n");
    shows("a: {\"token\":\"S3C}RET\", b: é}", "a: {\"token\":\"***}***\", *: **}");
    shows("# accessKey: S3CRET\nname: x\n", "# accessKey: ******\nname: x\n");
    shows("token: ${env:K}S3CRET\n", "token: ${env:K}******\n");
    shows("token: ${S3CRET}\n", "token: *{******}\n");
    shows("accessKey: ${env:A, token: S3CRET}\n", "accessKey: *{***:*, token: ******}\n");
}

#[test]
fn a_long_key_and_a_short_name_of_a_credential_hide_one_too() {
    for key in [
        "webex_contact_center_client_secret",
        "access_key_of_the_production_tenant",
        "creds",
        "jwt",
    ] {
        shows(&format!("{key}: S3CRET\n"), &format!("{key}: ******\n"));
    }
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
fn an_address_is_shown_without_user_password_query_and_fragment() {
    shows("endpoint: \"htps://u:S3@CRET@h.io/v2\"\n", "endpoint: \"htps://*:*******@h.io/v2\"\n");
    shows("a: {endpoint: u:S3CRET@h, b: c}\n", "a: {endpoint: *:******@h, b: c}\n");
    shows("endpoint: https:/S3 CRET@h\n", "endpoint: *****:*** ****@h\n");
    shows("url:\n  u:S3CRET@h\n", "url:\n  *:******@h\n");
    shows("endpoint: https://h/?S3CRET\n", "endpoint: https://h/*******\n");
    shows("endpoint: https://h#S3CRET # x\n", "endpoint: https://h******* * *\n");
}
