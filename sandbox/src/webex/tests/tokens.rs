//! Which tokens the simulator takes, and how it hands them out.

use super::*;

async fn ask(sandbox: &Sandbox, secret: &str, refresh_token: &str) -> (u16, Json) {
    let form = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("grant_type", "refresh_token")
        .append_pair("client_id", CLIENT_ID)
        .append_pair("client_secret", secret)
        .append_pair("refresh_token", refresh_token)
        .finish();
    let request = testing::request(sandbox, Method::POST, "/v1/access_token");
    let request = request.header("content-type", "application/x-www-form-urlencoded").body(form);
    testing::send(request, None).await
}

async fn status(sandbox: &Sandbox, token: &str) -> u16 {
    let request = request(sandbox, Method::GET, "v3/user-profile").bearer_auth(token);
    request.send().await.expect("an answer").status().as_u16()
}

#[tokio::test]
async fn a_refresh_token_gives_an_access_token() {
    let sandbox = sandbox(&[("token-lifetime", "60")]).await;
    sandbox.set_options(|options| options.refuse_writes = true);
    let (code, granted) = ask(&sandbox, CLIENT_SECRET, REFRESH_TOKEN).await;
    assert_eq!((code, &granted["expires_in"]), (200, &json!(60)));
    assert_eq!(granted["refresh_token"], REFRESH_TOKEN);
    assert_eq!(status(&sandbox, granted["access_token"].as_str().expect("a token")).await, 200);
    assert_eq!(status(&sandbox, "something else").await, 401);
    assert_eq!(ask(&sandbox, "wrong", REFRESH_TOKEN).await.1["error"], "invalid_client");
    assert_eq!(ask(&sandbox, CLIENT_SECRET, "wrong").await.1["error"], "invalid_grant");
}

#[tokio::test]
async fn a_rotated_refresh_token_is_good_once() {
    let sandbox = sandbox(&[("refresh-token", "rotated")]).await;
    let (_, granted) = ask(&sandbox, CLIENT_SECRET, REFRESH_TOKEN).await;
    assert_eq!(ask(&sandbox, CLIENT_SECRET, REFRESH_TOKEN).await.0, 400);
    let next = granted["refresh_token"].as_str().expect("a token");
    assert_eq!(ask(&sandbox, CLIENT_SECRET, next).await.0, 200);
}

#[tokio::test]
async fn a_token_ends_after_as_many_requests_as_the_reading_says_or_when_it_is_taken_away() {
    let sandbox = sandbox(&[("token-requests", "2")]).await;
    assert_eq!((status(&sandbox, TOKEN).await, status(&sandbox, TOKEN).await), (200, 200));
    assert_eq!(status(&sandbox, TOKEN).await, 401);
    let (_, granted) = ask(&sandbox, CLIENT_SECRET, REFRESH_TOKEN).await;
    let token = granted["access_token"].as_str().expect("a token");
    assert_eq!(status(&sandbox, token).await, 200);
    sandbox.with_vendor(|vendor| {
        let mut state = vendor.save();
        state["accessTokens"] = json!([]);
        vendor.load(state).expect("a state");
    });
    assert_eq!(status(&sandbox, token).await, 401);
}
