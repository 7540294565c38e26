//! Several servers on one host: browsers do not keep their ports apart.

use crate::support::*;

/// The names of all cookies that a browser was ever given here.
async fn names(app: &App) -> Vec<String> {
    let ana = app.confirmed_user("ana@example.org").await;
    ana.post("/language", &[("locale", "de"), ("next", "/account")])
        .await
        .status(200);
    app.browser()
        .post("/forgot-password", &[("email", "ana@example.org")])
        .await
        .status(200);
    let reset = until("a link", async || {
        let mails = app.mails_to("ana@example.org").await;
        mails
            .iter()
            .flat_map(Mail::links)
            .find(|link| link.starts_with("/reset-password/"))
    })
    .await;
    ana.open(&reset).await.is_at("/reset-password").status(200);
    let names = ["session", "device", "signup", "reset", "flash", "language"];
    let line = |name: &str| ana.set_cookie_line(&format!("vestibule_{name}"));
    names
        .iter()
        .map(|name| line(name).unwrap_or_else(|| panic!("{name} was never set")))
        .map(|line| line.split('=').next().unwrap().to_owned())
        .collect()
}

fn all(begin: &str, end: &str) -> Vec<String> {
    let names = ["session", "device", "signup", "reset", "flash", "language"];
    names.iter().map(|name| format!("{begin}vestibule_{name}{end}")).collect()
}

stories! {
    async fn a_port_is_part_of_every_cookie_name(database: Database) {
        let app = App::on(&database).settings([("public_url", "http://localhost:8001")]).start().await;
        assert_eq!(names(&app).await, all("", "_8001"));
    }

    async fn the_default_port_is_not_part_of_cookie_names(database: Database) {
        let app = App::on(&database).settings([("public_url", "http://localhost:80")]).start().await;
        assert_eq!(names(&app).await, all("", ""));
    }

    async fn a_port_is_part_of_every_cookie_name_in_release(database: Database) {
        let app = App::on(&database).release().settings([("public_url", "https://accounts.example.org:8443")]).start().await;
        assert_eq!(names(&app).await, all("__Host-", "_8443"));
    }

    async fn the_default_port_is_not_part_of_cookie_names_in_release(database: Database) {
        let app = App::on(&database).release().start().await;
        assert_eq!(names(&app).await, all("__Host-", ""));
    }

    /// The browser sends each server the cookies of both.
    async fn two_servers_on_one_host_do_not_sign_each_other_out(database: Database) {
        let first = App::on(&database).settings([("public_url", "http://localhost:8000")]).start().await;
        let secret = first.setting("secret_key").to_owned();
        let settings = [("public_url", "http://localhost:8001"), ("secret_key", &*secret)];
        let second = App::on(&database).settings(settings).start().await;
        let there = first.confirmed_user("ana@example.org").await;
        let here = second.browser();
        for (name, value) in there.cookies() {
            here.set_cookie_named(&name, &value);
        }
        here.open("/account").await.is_at("/login");
        here.sign_in("ana@example.org", PASSWORD).await.is_at("/account");
        here.sign_out().await.is_at("/login");
        for (name, value) in here.cookies() {
            there.set_cookie_named(&name, &value);
        }
        there.open("/account").await.is_at("/account").status(200);
    }

    /// Its three names are one origin to the check of where a form comes from, whichever of them is set.
    async fn this_machine_has_three_names_in_development(database: Database) {
        for set in ["localhost", "127.0.0.1", "[::1]"] {
            let app = App::on(&database).settings([("public_url", format!("http://{set}:8000"))]).start().await;
            for other in ["localhost", "127.0.0.1", "[::1]"] {
                let form = app.browser().request(Method::POST, "/language").form(&[("locale", "de")]);
                let form = form.header("origin", format!("http://{other}:8000")).header("host", format!("{other}:8000"));
                let answer = form.without("sec-fetch-site").send().await;
                assert_eq!(answer.status, 303, "{set} {other}");
                assert!(answer.set_cookies().iter().any(|line| line.starts_with("vestibule_language_8000=")), "{set} {other}");
            }
        }
    }
}
