//! User names: each account has one, and nobody gets that of another, not even of one that is gone.

use futures::future::join_all;

use crate::apps::visit::*;
use crate::support::*;

const ANA: &str = "ana@example.org";

async fn user_name(app: &App, email: &str) -> String {
    let email = email.replace('\'', "''");
    let name = format!("SELECT COALESCE(user_name, '') FROM users WHERE email = '{email}' AND status <> 'pending'");
    app.texts(&name).await.remove(0)
}

async fn all_names(app: &App) -> Vec<String> {
    app.texts("SELECT COALESCE(user_name, '') FROM users WHERE status <> 'pending' ORDER BY 1")
        .await
}

/// An account that the operator makes.
async fn added(app: &App, email: &str) {
    let command = app.command().args(["user", "add", email, "--password-stdin"]);
    command.input(format!("{PASSWORD}\n")).run().await.succeeds();
    app.notices();
}

/// The page of a user.
async fn page_of(app: &App, email: &str) -> String {
    format!("/users/{}", app.id_of(email).await)
}

/// A form post that is not followed.
async fn renames(browser: &Browser, page: &str, name: &str) -> Answer {
    let post = browser.request(Method::POST, &format!("{page}/user-name"));
    post.form(&[("user_name", name)]).send().await
}

stories! {
    async fn a_confirmed_account_has_the_name_of_its_address(app) {
        let ana = app.confirmed_user(ANA).await;
        ana.open("/account").await.shows("User name ana");
        for (email, name) in [
            ("ana@example.net", "ana2"),
            ("ana+shop@example.net", "ana3"),
            ("o'brien.jr@example.org", "obrien.jr"),
            // Nobody signs up to be the admin of an app.
            ("admin@example.org", "admin2"),
            ("root@example.org", "root2"),
        ] {
            app.confirmed_user(email).await;
            assert_eq!(user_name(&app, email).await, name, "{email}");
        }
        // A sign-up has none.
        app.browser().sign_up("waiting@example.org").await;
        assert_eq!(app.count("SELECT COUNT(*) FROM users WHERE status = 'pending' AND user_name IS NULL").await, 1);
        assert_eq!(app.count("SELECT COUNT(*) FROM user_names").await, 6);
    }

    async fn each_way_to_an_account_gives_a_name(app) {
        added(&app, ANA).await;
        assert_eq!(user_name(&app, ANA).await, "ana");
        // A sign-up that becomes an account by a link to a new password.
        app.browser().sign_up("bo@example.org").await;
        let link = crate::recovery::forgot_password::asks_for_a_link(&app, "bo@example.org").await;
        app.browser().open(&link).await.fill("New password", OTHER_PASSWORD).press("Set password").await.status(200);
        assert_eq!(user_name(&app, "bo@example.org").await, "bo");
        // In another browser, with another password.
        app.browser().sign_up("cy@example.org").await;
        let link = app.mail_to("cy@example.org").await.link();
        app.browser().post(&link, &[("password", OTHER_PASSWORD)]).await.status(200);
        assert_eq!(user_name(&app, "cy@example.org").await, "cy");
        // By a typed code.
        let di = app.browser();
        di.sign_up("di@example.org").await;
        let code = app.mail_to("di@example.org").await.code();
        di.open("/signup/sent").await.fill_name("code", &code).submit("/confirm-email").await.is_at("/account");
        assert_eq!(user_name(&app, "di@example.org").await, "di");
    }

    async fn a_name_is_never_given_again(app) {
        added(&app, ANA).await;
        app.vestibule(["user", "rename", ANA, "anita"]).await.succeeds();
        app.vestibule(["user", "delete", ANA]).await.succeeds();
        assert_eq!(app.count("SELECT COUNT(*) FROM user_names WHERE user_id IS NULL").await, 2);
        for row in app.everything_stored().await {
            assert!(!row.contains("anita"), "{row}");
        }
        app.confirmed_user(ANA).await;
        assert_eq!(user_name(&app, ANA).await, "ana2");
        for name in ["ana", "anita"] {
            let ran = app.vestibule(["user", "rename", ANA, name]).await;
            ran.fails_with("this user name belongs or belonged to another account");
        }
        // An earlier name of one's own is another matter.
        app.vestibule(["user", "rename", ANA, "lim"]).await.succeeds();
        added(&app, "bo@example.org").await;
        app.vestibule(["user", "rename", "bo@example.org", "ana2"]).await.fails_with("belongs or belonged to another");
        app.vestibule(["user", "rename", ANA, "ana2"]).await.succeeds();
        assert_eq!(user_name(&app, ANA).await, "ana2");
    }

    async fn accounts_from_before_get_a_name_once(app) {
        const MANY: &str = "
            INSERT INTO users
                (id, email, display_name, sort_name, role, status, created_at, confirmed_at, last_seen_at)
            WITH RECURSIVE numbers (n) AS (SELECT 100 UNION ALL SELECT n + 1 FROM numbers WHERE n < 549)
            SELECT 'id' || n, 'ana@' || n || '.example.org', '', 'ana', 'user',
                   CASE n % 3 WHEN 0 THEN 'active' WHEN 1 THEN 'disabled' ELSE 'deleting' END, 0, 0, 0
            FROM numbers";
        app.stop().await;
        assert_eq!(app.sql(MANY).await, 450);
        // Two nodes start at once. (Of one SQLite file there is one server.)
        if app.database().backend() == Backend::Postgres {
            let ((), other) = futures::join!(app.restart(), app.second_node().start());
            drop(other);
        } else {
            app.restart().await;
        }
        let mut names = all_names(&app).await;
        names.sort();
        names.dedup();
        assert_eq!(names.len(), 450);
        assert!(names.contains(&"ana".to_owned()) && !names.contains(&String::new()), "{names:?}");
        assert_eq!(app.count("SELECT COUNT(*) FROM user_names").await, 450, "no name is claimed in vain");
        // One that a node of an earlier version makes meanwhile.
        app.sql("INSERT INTO users (id, email, display_name, sort_name, role, status, created_at, confirmed_at, last_seen_at) \
                 VALUES ('x', 'bo@example.org', '', 'bo', 'user', 'active', 0, 0, 0)").await;
        app.advance(std::time::Duration::from_hours(2));
        app.tidied().await;
        assert_eq!(user_name(&app, "bo@example.org").await, "bo");
        app.restart().await;
        assert_eq!(app.count("SELECT COUNT(*) FROM user_names").await, 451);
    }

    async fn twenty_at_once_get_twenty_names(app) {
        let links = join_all((0..20).map(async |n| {
            let email = format!("ana@{n}.example.org");
            let browser = app.browser();
            browser.sign_up(&email).await;
            (browser, app.mail_to(&email).await.link())
        }))
        .await;
        join_all(links.iter().map(|(browser, link)| browser.post(link, &[]))).await;
        let mut names = all_names(&app).await;
        names.dedup();
        assert_eq!(names.len(), 20);
        assert!(names.iter().all(|name| name.starts_with("ana")), "{names:?}");
        assert_eq!(app.count("SELECT COUNT(*) FROM user_names").await, 20);
    }

    async fn an_admin_gives_another_name(app) {
        let root = app.admin("chief@home.test").await;
        let ana = app.confirmed_user(ANA).await;
        let path = page_of(&app, ANA).await;
        let page = root.open(&path).await;
        assert_eq!(page.value("User name"), "ana");
        page.fill("User name", " lim ").press("Save user name").await.is_at(&path).shows("Your changes are saved.").shows("User name lim");
        ana.open("/account").await.shows("User name lim");
        ana.open("/account/activity").await.shows("User name changed").shows("By the operator");
        // The same again is no change.
        renames(&root, &path, "lim").await.status(303);
        assert_eq!(app.count("SELECT COUNT(*) FROM activity WHERE event = 'user_name_changed'").await, 1);
        for name in ["chief", "Lim", "", ".", "..", "a b", "a/b", "a,b", "ä", "a\0", "<b>", &"a".repeat(33)] {
            let page = root.open(&path).await.fill("User name", name).press("Save user name").await;
            assert!(page.status(422).field_error("User name").is_some(), "{name}");
        }
        for id in ["nobody", "%00", "'"] {
            renames(&root, &format!("/users/{id}"), "free").await.status(404);
        }
        assert_eq!(user_name(&app, ANA).await, "lim");
    }

    /// ASVS 7.5.3
    async fn a_stale_proof_is_renewed_before_a_rename(app) {
        let root = app.admin("chief@home.test").await;
        app.confirmed_user(ANA).await;
        let path = page_of(&app, ANA).await;
        let page = root.open(&path).await;
        app.advance(std::time::Duration::from_mins(10));
        let page = page.fill("User name", "lim").press("Save user name").await;
        let page = page.fill("Password", PASSWORD).press("Confirm").await;
        page.is_at(&path).shows("not saved yet").shows("User name ana");
        assert_eq!(page.value("User name"), "lim");
        page.press("Save user name").await.shows("User name lim");
    }

    /// ASVS 8.2.1
    async fn only_admins_give_names(app) {
        let root = app.admin("chief@home.test").await;
        let ana = app.confirmed_user(ANA).await;
        let path = page_of(&app, ANA).await;
        renames(&ana, &path, "king").await.status(403);
        renames(&app.browser(), &path, "king").await.status(303);
        let post = || root.request(Method::POST, &format!("{path}/user-name")).form(&[("user_name", "king")]);
        post().forged_by("https://evil.example").send().await.status(403);
        post().without_token().send().await.status(409);
        ana.post("/account", &[("user_name", "king"), ("display_name", "")]).await.status(200);
        assert_eq!(user_name(&app, ANA).await, "ana");
        assert_eq!(app.count("SELECT COUNT(*) FROM user_names").await, 2);
    }

    /// ASVS 15.4.2
    async fn of_twenty_accounts_one_gets_the_name(app) {
        let root = app.admin("chief@home.test").await;
        for n in 0..20 {
            added(&app, &format!("u{n}@example.org")).await;
        }
        let pages = join_all((0..20).map(async |n| page_of(&app, &format!("u{n}@example.org")).await)).await;
        let answers = join_all(pages.iter().map(async |page| renames(&root, page, "king").await.status)).await;
        assert_eq!(answers.iter().filter(|status| **status == 303).count(), 1, "{answers:?}");
        assert_eq!(answers.iter().filter(|status| **status == 422).count(), 19, "{answers:?}");
        assert_eq!(app.count("SELECT COUNT(*) FROM users WHERE user_name = 'king'").await, 1);
    }

    async fn the_operator_gives_another_name(app) {
        added(&app, ANA).await;
        let ran = app.vestibule(["user", "rename", ANA, "root"]).await;
        assert_eq!(ran.succeeds().stdout, "ana@example.org has the user name root now.\n");
        assert_eq!(user_name(&app, ANA).await, "root");
        for name in ["Ana", "", "..", "a b"] {
            app.vestibule(["user", "rename", ANA, name]).await.fails_with("is no user name");
        }
        app.vestibule(["user", "rename", "eve@example.org", "eve"]).await.fails_with("no account has this address");
        app.vestibule(["user", "rename", "eve", "eve"]).await.fails_with("eve is no address");
    }

    async fn an_app_may_know_people_by_user_name(app with [
        APPS[0], APPS[1], APPS[2], APPS[3], APPS[4], APPS[5], ("apps.shop.access", "everyone"), ("apps.wiki.remote_user", "user_name"),
    ]) {
        let ana = app.confirmed_user(ANA).await;
        let id = app.id_of(ANA).await;
        let wiki = Visit::of(&app, WIKI, &ana);
        let shop = Visit::of(&app, "shop.example.org", &ana);
        wiki.enters().await;
        shop.enters().await;
        assert_eq!(identity(&wiki.sees("/").await)[0], "ana");
        assert_eq!(identity(&shop.sees("/").await)[0], id);
        app.vestibule(["user", "rename", ANA, "lim"]).await.succeeds();
        assert_eq!(identity(&wiki.sees("/").await)[0], "lim");
        // Never nobody, if an account has no name yet.
        app.sql("UPDATE users SET user_name = NULL").await;
        wiki.sees("/").await.status(503);
        assert_eq!(identity(&shop.sees("/").await)[0], id);
    }
}
