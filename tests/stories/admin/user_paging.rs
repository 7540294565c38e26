//! The user list page by page: everybody once, in every order, whatever happens meanwhile.

use std::collections::BTreeSet;

use crate::admin::user_list::listed;
use crate::support::*;

/// The orders of the list, and the same as SQL.
const ORDERS: [(&str, &str); 8] = [
    ("created", "created_at, id"),
    ("-created", "created_at DESC, id DESC"),
    ("email", "email, id"),
    ("-email", "email DESC, id DESC"),
    ("name", "sort_name, id"),
    ("-name", "sort_name DESC, id DESC"),
    ("seen", "last_seen_at, id"),
    ("-seen", "last_seen_at DESC, id DESC"),
];

/// Adds so many people, who are alike in groups: whatever they are sorted by, their ids must decide.
pub async fn crowd(app: &App, name: &str, count: u32, created_at: i64) {
    app.sql(&format!(
        "INSERT INTO users (id, email, display_name, sort_name, role, status, created_at, last_seen_at)
         WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count})
         SELECT '{name}' || i, 'mail' || (i % 40) || '@example.org', '', 'kim ' || (i % 9), 'user', 'pending',
                {created_at} + (i % 7) * 1000, (i % 5) * 1000
         FROM n"
    ))
    .await;
}

/// From this page on to the last one, or back to the first: the ids of each page, and where it ended.
async fn walk(page: Page, words: &str) -> (Vec<Vec<String>>, Page) {
    let mut page = page;
    let mut pages = vec![listed(&page)];
    while page.link(words).is_some() {
        assert!(pages.len() < 10, "it never ends");
        page = page.click(words).await;
        page.status(200);
        pages.push(listed(&page));
    }
    (pages, page)
}

stories! {
    async fn paging_shows_every_user_once_in_every_order(app) {
        let root = app.admin("root@home.test").await;
        crowd(&app, "person", 136, 1_700_000_000_000).await;
        for (word, order) in ORDERS {
            let first = root.open(&format!("/users?sort={word}")).await;
            first.shows("137 users");
            assert_eq!(first.link("← Previous"), None);
            let (there, last) = walk(first, "Next →").await;
            assert_eq!(there.concat(), app.texts(&format!("SELECT id FROM users ORDER BY {order}")).await, "{word}");
            assert_eq!(there.iter().map(Vec::len).collect::<Vec<_>>(), [50, 50, 37], "{word}");
            let (mut back, _) = walk(last, "← Previous").await;
            back.reverse();
            assert_eq!(back, there, "{word}, back");
        }
    }

    async fn pages_keep_search_filter_and_order(app) {
        let root = app.admin("root@home.test").await;
        crowd(&app, "person", 80, 1_700_000_000_000).await;
        let second = root.open("/users?q=mail&status=pending&role=user&sort=name").await.click("Next →").await;
        second.shows("80 users, by name from A to Z");
        assert_eq!(listed(&second).len(), 30);
        let cursor = second.url.query_pairs().find(|(name, _)| name == "after").unwrap().1.into_owned();
        second.is_at(&format!("/users?q=mail&status=pending&role=user&sort=name&after={cursor}"));
        // Another order or filter begins at its own first page.
        for link in ["Email address", "Active", "Any role"] {
            let link = second.link(link).unwrap();
            assert!(!link.contains("after=") && link.contains("q=mail"), "{link}");
        }
    }

    async fn new_users_do_not_move_the_pages(app) {
        let root = app.admin("root@home.test").await;
        crowd(&app, "person", 136, 1_700_000_000_000).await;
        let before: BTreeSet<String> = app.texts("SELECT id FROM users").await.into_iter().collect();
        let first = root.open("/users").await;
        let seen_first = listed(&first);
        crowd(&app, "newer", 60, 4_000_000_000_000).await;
        crowd(&app, "older", 30, 1_600_000_000_000).await;
        let second = first.click("Next →").await;
        let back = second.click("← Previous").await;
        assert_eq!(listed(&back), seen_first);
        let newcomers = back.click("← Previous").await;
        assert!(listed(&newcomers).iter().all(|id| id.starts_with("newer")));
        let (pages, _) = walk(second, "Next →").await;
        let walked: Vec<String> = [seen_first].into_iter().chain(pages).flatten().collect();
        let once: BTreeSet<String> = walked.iter().cloned().collect();
        assert_eq!(once.len(), walked.len(), "somebody came twice");
        assert!(before.is_subset(&once), "missing: {:?}", before.difference(&once));
    }

    async fn a_cursor_outlives_its_user(app) {
        let root = app.admin("root@home.test").await;
        crowd(&app, "person", 136, 1_700_000_000_000).await;
        let first = root.open("/users?sort=email").await;
        let second = listed(&first.click("Next →").await);
        let last = listed(&first).pop().unwrap();
        app.sql(&format!("DELETE FROM users WHERE id = '{last}'")).await;
        assert_eq!(listed(&first.click("Next →").await), second);
        // Nobody is left beyond it: not an empty page, but the beginning.
        let kept: Vec<String> = listed(&first).iter().map(|id| format!("'{id}'")).collect();
        app.sql(&format!("DELETE FROM users WHERE role = 'user' AND id NOT IN ({})", kept.join(","))).await;
        app.sql("UPDATE users SET email = 'a@home.test' WHERE role = 'admin'").await;
        let beginning = first.click("Next →").await;
        assert_eq!(listed(&beginning).len(), 50);
        beginning.shows("50 users");
    }

    /// A cursor of another order, or of nobody, is no error: at worst it is not followed.
    async fn a_foreign_cursor_harms_nothing(app) {
        let root = app.admin("root@home.test").await;
        crowd(&app, "person", 60, 1_700_000_000_000).await;
        for (from, _) in ORDERS {
            let link = root.open(&format!("/users?sort={from}")).await.link("Next →").unwrap();
            let (_, cursor) = link.split_once("after=").unwrap();
            for (to, _) in ORDERS {
                for way in ["after", "before"] {
                    let page = root.open(&format!("/users?sort={to}&{way}={cursor}")).await;
                    assert!(!listed(page.status(200)).is_empty(), "{from} {to} {way}");
                }
            }
        }
        // Where it cannot be a place of that order, this is the first page, also backwards.
        let link = root.open("/users?sort=email").await.link("Next →").unwrap();
        let cursor = link.split_once("after=").unwrap().1;
        let first = listed(&root.open("/users?sort=created").await);
        assert_eq!(listed(&root.open(&format!("/users?sort=created&before={cursor}")).await), first);
    }
}
