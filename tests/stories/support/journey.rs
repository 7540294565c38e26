//! All routes with real values in their paths, and all rows of the database: for stories about rules that hold
//! everywhere.

use std::collections::HashMap;

use super::Backend;
use super::app::App;
use super::browser::Browser;
use super::{Mail, Method};

/// A route with real values in its path.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Stop {
    pub method: Method,
    pub path: String,
}

/// All routes, and the browsers that request them.
pub struct Journey {
    pub stops: Vec<Stop>,
    /// A signed-in user, `user@example.org`.
    pub user: Browser,
    /// A signed-in admin, `admin@example.org`.
    pub admin: Browser,
}

impl Journey {
    /// The routes that may change something.
    pub fn unsafe_stops(&self) -> Vec<Stop> {
        let found: Vec<Stop> = self.stops.iter().filter(|stop| !is_safe(&stop.method)).cloned().collect();
        assert!(found.len() >= 8, "the routes are not found: {found:?}");
        found
    }

    /// Those that take a form. Our own scripts post JSON to the others (`passkeys/`).
    pub fn form_stops(&self) -> Vec<Stop> {
        let mut found = self.unsafe_stops();
        found.retain(|stop| !stop.path.starts_with("/login/passkey"));
        found
    }

    /// Every path once.
    pub fn paths(&self) -> Vec<String> {
        let mut paths: Vec<String> = self.stops.iter().map(|stop| stop.path.clone()).collect();
        paths.sort();
        paths.dedup();
        assert!(paths.len() >= 15, "the routes are not found: {paths:?}");
        paths
    }
}

fn is_safe(method: &Method) -> bool {
    [Method::GET, Method::HEAD, Method::OPTIONS].contains(method)
}

impl App {
    /// Lists the mounted routes, except the one for refused requests. There is a user, an admin and a user who is not
    /// confirmed. No mail is queued.
    pub async fn journey(&self) -> Journey {
        let admin = self.admin("admin@example.org").await;
        let user = self.confirmed_user("user@example.org").await;
        self.browser().sign_up("waiting@example.org").await.status(200);
        let mail = self.mail_to("waiting@example.org").await;
        let id = self
            .texts("SELECT id FROM users WHERE email = 'user@example.org'")
            .await
            .remove(0);
        // Links and a session of another user, so that the users of the journey keep their addresses and sessions.
        self.confirmed_user("mover@example.org").await;
        let mut places: HashMap<String, String> = [
            ("/users/<id>", format!("/users/{id}")),
            ("/confirm-email/<token>", mail.link()),
            ("/static/<name>", "/static/app.css".to_owned()),
            ("/.vestibule/static/<name>", "/.vestibule/static/app.css".to_owned()),
            ("/dev/mailbox/<id>", self.kept_mail().await),
            ("/<_..>", "/nothing-here".to_owned()),
        ]
        .map(|(route, path)| (route.to_owned(), path))
        .into();
        let mut stops = Vec::new();
        for route in self.rocket().routes() {
            let written = route.uri.to_string();
            let path = written.split('?').next().unwrap();
            // Where proxies ask there is no page (`apps/forward_auth.rs`), nor where programs call (`api.rs`).
            let is_page = path != "/forward-auth" && !path.starts_with("/api/");
            if (route.method, path) == (rocket::http::Method::Trace, "/<_..>") || !is_page {
                continue;
            }
            if !places.contains_key(path) {
                let filled = self.path_of(path, "mover@example.org").await;
                places.insert(path.to_owned(), filled.unwrap_or_else(|| path.to_owned()));
            }
            let path = &places[path];
            assert!(!path.contains('<'), "say in journey.rs what stands in the place of {path}");
            stops.push(Stop {
                method: route.method.as_str().parse().unwrap(),
                path: path.clone(),
            });
        }
        self.mails_are_sent().await;
        Journey { stops, user, admin }
    }

    /// The URL of a mail in the development mailbox, if there is one.
    async fn kept_mail(&self) -> String {
        let list = self.request(Method::GET, "/dev/mailbox").send().await.text();
        let begin = list.find("/dev/mailbox/");
        begin.map_or_else(|| "/dev/mailbox/1".to_owned(), |begin| list[begin..].split('"').next().unwrap().to_owned())
    }

    /// Every row of every table as text, except when sessions were last used.
    pub async fn everything_stored(&self) -> Vec<String> {
        let sqlite = self.database().backend() == Backend::Sqlite;
        let tables = if sqlite {
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name <> 'write_probe'"
        } else {
            "SELECT CAST(tablename AS TEXT) FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'write_probe'"
        };
        let mut rows = Vec::new();
        for table in self.texts(tables).await {
            let row = if sqlite {
                let columns = format!("SELECT name FROM pragma_table_info('{table}') WHERE name <> 'last_seen_at'");
                let columns = self.texts(&columns).await;
                let quoted: Vec<String> = columns.iter().map(|name| format!("'{name}=' || quote({name})")).collect();
                quoted.join(" || ' ' || ")
            } else {
                "CAST(to_jsonb(t) - 'last_seen_at' AS TEXT)".to_owned()
            };
            let all = self.texts(&format!("SELECT {row} FROM {table} t ORDER BY 1")).await;
            rows.extend(all.into_iter().map(|row| format!("{table}: {row}")));
        }
        assert!(rows.len() > 3, "the tables are not found");
        rows
    }
}

impl Mail {
    /// The token at the end of the link.
    #[track_caller]
    pub fn token(&self) -> String {
        self.link().rsplit('/').next().unwrap().to_owned()
    }
}
