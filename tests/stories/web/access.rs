//! `docs/access.md` says which route is for whom. Here each of its rows is tried.

use std::collections::BTreeSet;

use figment::Figment;
use figment::providers::Serialized;
use vestibule::time::Clock;

use crate::support::*;

/// The columns of the table.
const VISITORS: [&str; 8] = [
    "nobody",
    "half",
    "unconfirmed",
    "disabled",
    "leaving",
    "lacking",
    "user",
    "admin",
];
/// Those who are signed in.
const SIGNED_IN: [(&str, &str); 4] = [
    ("leaving", "leo@example.org"),
    ("lacking", "lara@example.org"),
    ("user", "ana@example.org"),
    ("admin", "root@example.org"),
];

/// With a group that demands a second factor.
const SETTINGS: [(&str, &str); 5] = [
    ("signup", "open"),
    ("public_url", "http://localhost:8000"),
    ("groups.vault.description", ""),
    ("factors.required", "group:vault"),
    ("signin.email_code", "true"),
];

/// A row of the table: the route, and what each visitor gets.
struct Row {
    method: Method,
    path: String,
    answers: [String; 8],
}

fn table() -> Vec<Row> {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/access.md")).unwrap();
    let rows = text
        .lines()
        .filter(|line| line.starts_with("| `GET ") || line.starts_with("| `POST "))
        .filter(|line| !line.contains(" /api/"));
    rows.map(|line| {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let (method, path) = cells[0].trim_matches('`').split_once(' ').unwrap();
        Row {
            method: method.parse().unwrap(),
            path: path.to_owned(),
            answers: std::array::from_fn(|visitor| cells[visitor + 1].to_owned()),
        }
    })
    .collect()
}

/// A row of the table of the API: the route, and what nobody, a user and an admin get.
pub struct ApiRow {
    pub route: String,
    pub answers: [String; 3],
}

pub fn api_table() -> Vec<ApiRow> {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/access.md")).unwrap();
    let rows = text.lines().filter(|line| line.starts_with("| `") && line.contains(" /api/"));
    rows.map(|line| {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        ApiRow {
            route: cells[0].trim_matches('`').to_owned(),
            answers: std::array::from_fn(|visitor| cells[visitor + 1].to_owned()),
        }
    })
    .collect()
}

/// What an answer means, in the words of the table.
fn meaning(answer: &Answer) -> &'static str {
    let to = answer.location().unwrap_or_default();
    // Whoever is sent on because something was done is told so, or loses a cookie; whoever is sent elsewhere is not.
    let done = !answer.set_cookies().is_empty();
    match answer.status {
        303 if done => "yes",
        303 if to.starts_with("/login/confirm") => "confirm",
        303 if to.starts_with("/login") => "sign in",
        303 if to == "/account/delete" => "keep",
        303 if to.starts_with("/account/security") => "set up",
        303 if to == "/account" => "onward",
        200 | 303 | 410 | 422 => "yes",
        403 => "no",
        _ => "nothing",
    }
}

/// Who tries the routes.
struct Cast {
    app: App,
    /// A browser that signed up.
    unconfirmed: Browser,
    /// A browser that was signed in.
    disabled: Browser,
    /// Whose account has a second factor.
    half: &'static str,
    /// What sets right what a try has done to an account.
    repairs: Vec<String>,
    places: Vec<(&'static str, String)>,
}

impl Cast {
    async fn of(app: App) -> Self {
        for (_, email) in SIGNED_IN {
            app.confirmed_user(email).await;
        }
        app.vestibule(["user", "grant", "root@example.org", "admin"]).await.succeeds();
        app.vestibule(["user", "join", "lara@example.org", "vault"]).await.succeeds();
        // So that an admin may go.
        app.admin("second@example.org").await;
        let goes_at = app.clock().now() + 14 * 24 * 60 * 60 * 1000;
        let mut repairs = vec!["DELETE FROM email_changes".to_owned()];
        for (who, email) in SIGNED_IN {
            let id = app.id_of(email).await;
            let hash = app
                .texts(&format!("SELECT password_hash FROM users WHERE id = '{id}'"))
                .await
                .remove(0);
            let standing = if who == "leaving" {
                format!("status = 'deleting', deletion_at = {goes_at}")
            } else {
                "status = 'active', deletion_at = NULL".to_owned()
            };
            repairs.push(format!(
                "UPDATE users SET email = '{email}', password_hash = '{hash}', {standing} WHERE id = '{id}'"
            ));
        }
        // A row of an earlier try: with it a password alone signs nobody in.
        repairs.push("DELETE FROM passkeys".to_owned());
        let disabled = app.confirmed_user("dora@example.org").await;
        app.vestibule(["user", "disable", "dora@example.org"]).await.succeeds();
        let half = "hal@example.org";
        crate::factors::sets_up(&app, &app.confirmed_user(half).await).await;
        let unconfirmed = app.browser();
        unconfirmed.sign_up("una@example.org").await.status(200);
        app.browser().sign_up("waiting@example.org").await.status(200);
        let places = vec![
            ("/confirm-email/<token>", app.mail_to("waiting@example.org").await.link()),
            ("/users/<id>", format!("/users/{}", app.id_of("ana@example.org").await)),
            ("/static/<name>", "/static/app.css".to_owned()),
            ("/.vestibule/static/<name>", "/.vestibule/static/app.css".to_owned()),
        ];
        Self {
            app,
            unconfirmed,
            disabled,
            half,
            repairs,
            places,
        }
    }

    /// A browser of its own for each try: some end its session.
    async fn browser(&self, who: &str) -> Browser {
        const ANYWHERE: [u8; 4] = [127, 9, 9, 9];
        match who {
            "nobody" => self.app.browser(),
            "unconfirmed" => self.unconfirmed.stolen_by(ANYWHERE),
            "disabled" => self.disabled.stolen_by(ANYWHERE),
            "half" => {
                let browser = self.app.browser();
                let form = [("email", self.half), ("password", PASSWORD)];
                browser.request(Method::POST, "/login").form(&form).send().await.status(303);
                browser
            }
            _ => {
                let browser = self.app.browser();
                let form = [("email", email_of(who)), ("password", PASSWORD)];
                let answer = browser.request(Method::POST, "/login").form(&form).send().await;
                answer.status(303);
                browser
            }
        }
    }

    /// The path of a row with something real in its place, that of whoever is signed in or else somebody's.
    async fn path(&self, row: &Row, who: &str) -> String {
        if let Some((_, path)) = self.places.iter().find(|(route, _)| *route == row.path) {
            return path.clone();
        }
        if row.path == "/dev/mailbox/<id>" {
            // The newest: older ones make room for the notices of all these sign-ins.
            let mailbox = self.app.browser().open("/dev/mailbox").await.html;
            let mail = mailbox.split('"').find(|part| part.starts_with("/dev/mailbox/"));
            return mail.expect("there is no mail").to_owned();
        }
        let filled = self.app.path_of(&row.path, email_of(who)).await;
        let path = filled.unwrap_or_else(|| row.path.clone());
        assert!(!path.contains('<'), "say in support/places.rs what stands in the place of {path}");
        path
    }

    /// What somebody gets, who proved just now who they are, or ten minutes ago.
    async fn tries(&self, row: &Row, who: &str, fresh: bool) -> &'static str {
        for repair in &self.repairs {
            self.app.sql(repair).await;
        }
        let browser = self.browser(who).await;
        let path = self.path(row, who).await;
        if !fresh {
            self.app
                .sql("UPDATE sessions SET authenticated_at = authenticated_at - 600000")
                .await;
        }
        let request = browser.request(row.method.clone(), &path);
        let answer = match (&row.method, &*path) {
            (&Method::GET, _) => request.send().await,
            (_, "/language") => request.form(&[("locale", "en")]).send().await,
            (_, path) if path.starts_with("/login/passkey") => {
                request.json(&serde_json::json!({ "credential": {} })).send().await
            }
            _ => request.form(&[("nothing", "")]).send().await,
        };
        meaning(&answer)
    }
}

fn email_of(who: &str) -> &'static str {
    let found = SIGNED_IN.iter().find(|(name, _)| *name == who);
    found.map_or("ana@example.org", |(_, email)| email)
}

stories! {
    /// The routes of the table are those that there are.
    ///
    /// ASVS 8.1.1
    async fn every_route_is_in_the_table(database: Database) {
        let figment = Figment::from(rocket::Config::debug_default())
            .merge(Serialized::global("secret_key", "xJ4sUq0y8mRk2VtLw7Zb9fHc3NpEd6Ga1QoTi5YvKs8="))
            .merge(Serialized::global("databases.vestibule.url", database.url()))
            .select("debug");
        let rocket = vestibule::rocket(figment, Clock::system()).unwrap();
        let there: BTreeSet<String> = rocket
            .routes()
            .map(|route| format!("{} {}", route.method, route.uri.to_string().split('?').next().unwrap()))
            // What is refused ends at the first, what does not exist at the second.
            .filter(|route| !route.ends_with("<_..>"))
            .collect();
        let pages = table();
        let pages = pages.iter().map(|row| format!("{} {}", row.method, row.path));
        let told: BTreeSet<String> = pages.chain(api_table().into_iter().map(|row| row.route)).collect();
        assert_eq!(there, told, "docs/access.md and the program differ");
    }
}

stories! {
    slow because "every route is tried by everybody";

    /// ASVS 7.5.3, 8.2.1, 8.3.1
    async fn every_route_admits_the_roles_of_the_table(app with SETTINGS) {
        let cast = Cast::of(app).await;
        let rows = table();
        assert!(rows.len() > 20);
        for row in &rows {
            for (who, told) in VISITORS.iter().zip(&row.answers) {
                let (expected, stale) = match told.as_str() {
                    "yes, fresh" => ("yes", "confirm"),
                    other => (other, other),
                };
                assert_eq!(cast.tries(row, who, true).await, expected, "{} {} as {who}", row.method, row.path);
                // Who is not signed in has no proof to become old.
                if SIGNED_IN.iter().any(|(name, _)| name == who) {
                    let answer = cast.tries(row, who, false).await;
                    assert_eq!(answer, stale, "{} {} as {who}, ten minutes later", row.method, row.path);
                }
            }
        }
    }
}

stories! {
    /// Who is not (or no longer) in use is nobody, also with a token that was good a moment ago.
    async fn a_disabled_user_is_treated_as_signed_out(app) {
        let ana = app.confirmed_user("ana@example.org").await;
        for status in ["pending", "disabled"] {
            app.sql(&format!("UPDATE users SET status = '{status}'")).await;
            ana.open("/account").await.is_at("/login?next=/account");
            ana.open("/users").await.is_at("/login?next=/users");
            app.browser().sign_in("ana@example.org", PASSWORD).await.status(422);
        }
        app.sql("UPDATE users SET status = 'active'").await;
        ana.open("/account").await.is_at("/account");
    }

    /// Nothing but keeping the account is left to who is about to leave, be it an admin.
    async fn an_account_pending_deletion_is_redirected_to_its_page(app) {
        app.admin("second@example.org").await;
        let ana = app.admin("ana@example.org").await;
        app.sql("UPDATE users SET status = 'deleting' WHERE email = 'ana@example.org'").await;
        for path in ["/", "/login", "/signup", "/account", "/users", "/login?next=%2Fusers"] {
            let page = ana.open(path).await;
            page.status(200).is_at("/account/delete");
            assert!(page.has_button("Keep my account"), "{path}");
            page.does_not_show("second@example.org");
        }
        assert!(ana.open("/nothing").await.status(404).has_button("Sign out"));
        let page = app.browser().sign_in("ana@example.org", PASSWORD).await;
        page.is_at("/account/delete").shows("Your account is going to be deleted");
    }
}
