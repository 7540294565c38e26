//! Programs that wait for a challenge before they send a name and a password.

use super::visit::*;
use crate::support::*;

/// The answer to a program.
async fn program(visit: &Visit, accept: &str) -> Answer {
    let request = visit.asks("/cal/").without("sec-fetch-mode").without("sec-fetch-site");
    let request = request
        .without("sec-fetch-dest")
        .without("sec-fetch-user")
        .header("accept", accept);
    request.send().await
}

stories! {
    async fn a_program_is_challenged_and_a_browser_is_not(app with [&APPS[..], &[("apps.wiki.basic_challenge", "true")]].concat()) {
        let ana = app.confirmed_user("ana@example.org").await;
        let visit = Visit::of(&app, WIKI, &ana);
        for accept in ["*/*", "text/calendar"] {
            let answer = program(&visit, accept).await;
            answer.status(401);
            assert_eq!(answer.header("www-authenticate"), Some("Basic realm=\"wiki\", charset=\"UTF-8\""));
            assert_eq!(answer.location(), None);
            assert_eq!(answer.header("content-length"), Some("0"));
        }
        // A browser that says nothing of itself would show a window.
        program(&visit, "text/html").await.status(303);
        visit.sees("/").await.status(303);
        visit.fetches("/").await.status(401);
        for header in ["sec-fetch-site", "sec-fetch-dest", "sec-fetch-user", "sec-fetch-mode"] {
            let request = visit.asks("/").without("sec-fetch-mode").header(header, "cors").header("accept", "*/*");
            has_no_body(request.send().await.status(401));
        }
        // Where nobody may enter, a password would not help.
        visit.enters().await;
        assert_eq!(program(&visit, "*/*").await.status(200).header("www-authenticate"), None);
        let shop = Visit::of(&app, "shop.example.org", &ana);
        assert_eq!(program(&shop, "*/*").await.status(401).header("www-authenticate"), None);
        app.sql("UPDATE users SET status = 'disabled'").await;
        assert!(program(&visit, "*/*").await.status(401).header("www-authenticate").is_some());
    }

    async fn an_app_made_on_a_page_may_challenge(app with APPS) {
        let root = app.admin("root@home.test").await;
        let visit = Visit::of(&app, "cal.example.org", &root);
        let page = root.open("/apps/new").await;
        page.fill("Id", "cal").fill("Hosts", "cal.example.org").check("Ask programs for a name and a password");
        let page = page.press("Create app").await;
        page.is_at("/apps/cal").shows("Ask programs for a name and a password");
        assert!(program(&visit, "*/*").await.status(401).header("www-authenticate").is_some());
        let page = page.uncheck("Ask programs for a name and a password").press("Save changes").await;
        page.shows("Your changes are saved.");
        assert_eq!(program(&visit, "*/*").await.status(401).header("www-authenticate"), None);
    }
}
