//! People and their browsers.

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::support::answer::Answer;
use crate::support::server::{ADMIN, Server, send};

/// Everybody's password in these stories.
pub(crate) const PASSWORD: &str = "first sash over the bridge";

/// Somebody's browser: keeps a cookie, and says that a page of the server asks.
pub(crate) struct Browser {
    pub(crate) cookie: String,
}

impl Server {
    /// Creates a user; `role` has what else there is to say.
    pub(crate) async fn create_user(&self, name: &str, role: &Value) -> Answer {
        let mut user = role.clone();
        user["name"] = json!(name);
        user["password"] = json!(PASSWORD);
        self.post(ADMIN, "/api/users", &user).await
    }

    /// Creates an administrator; gives the id.
    pub(crate) async fn appoint(&self, name: &str) -> String {
        let created = self.create_user(name, &json!({"role": "admin"})).await;
        created.ok(201)["id"].as_str().expect("an id").to_owned()
    }

    /// Asks to log in.
    pub(crate) async fn try_to_log_in(&self, name: &str, password: &str) -> Answer {
        let login = json!({"name": name, "password": password});
        send(self.request(Method::POST, "/api/login").json(&login)).await
    }

    pub(crate) async fn log_in(&self, name: &str) -> Browser {
        let answer = self.try_to_log_in(name, PASSWORD).await;
        answer.ok(200);
        let cookie = answer.header("set-cookie").split(';').next();
        let cookie = cookie.unwrap_or_default().to_owned();
        assert!(cookie.contains('='), "no cookie: {cookie}");
        Browser { cookie }
    }

    /// A request of a page that somebody looks at who is logged in.
    pub(crate) fn from(&self, browser: &Browser, method: Method, path: &str) -> RequestBuilder {
        self.request(method, path)
            .header("Cookie", &browser.cookie)
            .header("Sec-Fetch-Site", "same-origin")
    }

    pub(crate) async fn get_from(&self, browser: &Browser, path: &str) -> Answer {
        send(self.from(browser, Method::GET, path)).await
    }

    /// What the server takes whoever is at that browser for.
    pub(crate) async fn session_of(&self, browser: &Browser) -> Answer {
        self.get_from(browser, "/api/session").await
    }

    /// Changes a user.
    pub(crate) async fn change_user(&self, id: &str, change: &Value) -> Answer {
        let request = self.request(Method::PATCH, &format!("/api/users/{id}"));
        send(request.bearer_auth(ADMIN).json(change)).await
    }

    /// The kinds of what was done lately, the newest first, with who did it.
    pub(crate) async fn deeds(&self) -> Vec<String> {
        let done = self.operations("").await;
        let done = done["operations"].as_array().expect("operations").clone();
        let text =
            |deed: &Value, member: &str| deed[member].as_str().unwrap_or_default().to_owned();
        let deeds = done.iter();
        let deeds = deeds.map(|deed| format!("{} by {}", text(deed, "kind"), text(deed, "by")));
        deeds.collect()
    }
}
