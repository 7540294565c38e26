//! The stylesheet, the icon, the scripts.

use std::io::Read as _;

use flate2::read::GzDecoder;
use scraper::{Html, Selector};

use crate::support::*;

/// What a page refers to.
fn referred(page: &str) -> Vec<String> {
    let page = Html::parse_document(page);
    let wanted = Selector::parse("link[href], script[src], img[src]").unwrap();
    let found = page.select(&wanted);
    found
        .filter_map(|element| element.attr("href").or(element.attr("src")).map(str::to_owned))
        .collect()
}

stories! {
    async fn static_files_are_cached_for_a_year(app) {
        let mut files = referred(&app.browser().open("/login").await.answer().text());
        files.sort();
        assert_eq!(files.len(), 3, "{files:?}");
        for file in files {
            assert!(file.starts_with("/static/") && file.contains("?v="), "{file}");
            let answer = app.request(Method::GET, &file).send().await;
            assert_eq!(answer.status(200).header("cache-control"), Some("public, max-age=31536000, immutable"));
            assert!(!answer.body.is_empty());
            let kind = answer.header("content-type").unwrap().to_owned();
            let ending = file.split('?').next().unwrap().rsplit('.').next().unwrap();
            let expected = match ending {
                "css" => "text/css; charset=utf-8",
                "svg" => "image/svg+xml",
                _ => "text/javascript",
            };
            assert!(kind.starts_with(expected), "{file}: {kind}");
        }
    }

    async fn gzip_is_served_to_browsers_that_accept_it(app) {
        let ask = async |accepted: &str| {
            let request = app.request(Method::GET, "/static/app.css").header("accept-encoding", accepted);
            let answer = request.send().await;
            assert_eq!(answer.status(200).header("vary"), Some("Accept-Encoding"));
            answer
        };
        let plain = ask("").await;
        for refusing in ["identity", "br", "gzip;q=0", "gzip; q=0.000, deflate", "gzipped"] {
            let answer = ask(refusing).await;
            assert_eq!((answer.header("content-encoding"), &answer.body), (None, &plain.body), "{refusing}");
        }
        for accepting in ["gzip", "deflate, GZIP;q=0.5, br", "gzip, deflate, br, zstd"] {
            let answer = ask(accepting).await;
            assert_eq!(answer.header("content-encoding"), Some("gzip"), "{accepting}");
            assert!(answer.body.len() * 3 < plain.body.len(), "{}", answer.body.len());
            let mut unpacked = Vec::new();
            GzDecoder::new(&*answer.body).read_to_end(&mut unpacked).unwrap();
            assert!(unpacked == plain.body, "what is unpacked is something else");
            let tag = answer.header("etag").unwrap();
            assert_ne!(Some(tag), plain.header("etag"));
            // Caddy takes this ending for its own and cuts it off.
            assert!(!tag.ends_with("-gzip\""), "{tag}");
            let again = app.request(Method::GET, "/static/app.css").header("accept-encoding", accepting);
            again.header("if-none-match", tag).send().await.status(304);
        }
    }

    /// An old page may name a hash that is not this file's any more: what it gets must not stay.
    async fn a_file_with_another_hash_is_revalidated(app) {
        let hashes = ["", "?v=", "?v=0000000000000000", "?x=1", "?v=%00", "?v=../../x"];
        for query in hashes {
            let path = format!("/static/app.css{query}");
            let answer = app.request(Method::GET, &path).send().await;
            assert_eq!(answer.status(200).header("cache-control"), Some("public, no-cache"), "{path}");
            let tag = answer.header("etag").unwrap();
            assert!(tag.starts_with('"') && tag.ends_with('"') && tag.len() > 10, "{tag}");
            for sent in [tag.to_owned(), format!("W/{tag}"), format!("\"other\", {tag}")] {
                let known = app.request(Method::GET, &path).header("if-none-match", &sent).send().await;
                assert!(known.status(304).body.is_empty());
                assert_eq!(known.header("etag"), Some(tag), "{sent}");
            }
            let changed = app.request(Method::GET, &path).header("if-none-match", "\"other\"").send().await;
            assert_eq!(changed.status(200).body, answer.body);
        }
    }

    /// ASVS 3.5.7
    async fn static_files_are_the_same_for_every_visitor(app) {
        let journey = app.journey().await;
        for file in ["/static/app.css", "/static/favicon.svg", "/static/show-password.js", "/favicon.ico", "/robots.txt"] {
            let mut bodies = Vec::new();
            for browser in [&app.browser(), &journey.user, &journey.admin] {
                let answer = browser.request(Method::GET, file).send().await;
                assert!(answer.status(200).set_cookies().is_empty(), "{file}");
                bodies.push(answer.body);
            }
            bodies.dedup();
            assert_eq!(bodies.len(), 1, "{file}");
        }
    }

    /// ASVS 3.6.1, 14.2.3
    async fn no_page_refers_to_another_site(app) {
        let journey = app.journey().await;
        for path in journey.paths() {
            for browser in [&app.browser(), &journey.user, &journey.admin] {
                let answer = browser.request(Method::GET, &path).send().await;
                if !answer.header("content-type").is_some_and(|kind| kind.starts_with("text/html")) {
                    continue;
                }
                let files = referred(&answer.text());
                assert!(!files.is_empty(), "{path}");
                for file in files {
                    // The picture of a QR code is part of the page.
                    let is_own = file.starts_with("/static/") || file.starts_with("data:image/svg+xml,");
                    assert!(is_own, "{path} refers to {file}");
                }
            }
        }
    }

    async fn robots_txt_and_icon_are_served(app) {
        let robots = app.request(Method::GET, "/robots.txt").send().await;
        assert_eq!(robots.status(200).text(), "User-agent: *\nDisallow: /\n");
        let icon = app.request(Method::GET, "/favicon.ico").send().await;
        assert_eq!(icon.status(200).header("content-type"), Some("image/svg+xml"));
        assert!(icon.text().contains("<svg"));
    }

    async fn the_operators_colours_and_logo_are_served(database: Database) {
        let logo = database.folder().join("our logo.svg");
        std::fs::write(&logo, "<svg xmlns=\"http://www.w3.org/2000/svg\"/>").unwrap();
        let settings = [("site.accent", "#123456"), ("site.logo", logo.to_str().unwrap())];
        let app = App::on(&database).settings(settings).start().await;
        let files = referred(&app.browser().open("/").await.answer().text());
        let logo = files.iter().find(|file| file.contains("/logo.svg")).unwrap();
        let logo = app.request(Method::GET, logo).send().await;
        assert_eq!(logo.status(200).header("content-type"), Some("image/svg+xml"));
        let style = files.iter().find(|file| file.contains("/app.css")).unwrap();
        let style = app.request(Method::GET, style).send().await;
        assert!(style.status(200).text().contains("--accent:light-dark(#123456,"), "the light one as named");
        assert!(!style.text().contains("--accent:light-dark(#123456,#123456)"), "and a lighter one of the same hue");
        assert_eq!(style.header("cache-control"), Some("public, max-age=31536000, immutable"));
    }

    /// With a logo of the operator's nothing is left of our sign, and the name is said once.
    async fn the_operators_logo_replaces_ours(database: Database) {
        let [logo, icon] = ["our logo.svg", "our icon.png"].map(|name| database.folder().join(name));
        std::fs::write(&logo, "<svg xmlns=\"http://www.w3.org/2000/svg\"/>").unwrap();
        std::fs::write(&icon, [0x89, b'P', b'N', b'G']).unwrap();
        let [logo, icon] = [&logo, &icon].map(|file| file.to_str().unwrap().to_owned());
        let app = App::on(&database).settings([("site.logo", &logo)]).start().await;
        let written = |page: &Page| page.html.replace("&#x2F;", "/");
        let page = written(&app.browser().open("/").await);
        assert!(page.contains("rel=\"icon\" href=\"/static/logo.svg?v="), "the tab bears the logo");
        assert!(!page.contains("class=\"arches\""), "the arch is ours");
        assert!(page.contains("alt=\"\"><span>Vestibule</span>"), "{page}");
        let favicon = app.request(Method::GET, "/favicon.ico").send().await;
        assert_eq!(favicon.status(200).text(), "<svg xmlns=\"http://www.w3.org/2000/svg\"/>");
        app.stop().await;

        let settings = [("site.logo", logo.as_str()), ("site.icon", &icon), ("site.logo_has_name", "true")];
        let app = App::on(&database).settings(settings).start().await;
        let page = written(&app.browser().open("/login").await);
        assert!(page.contains("alt=\"Vestibule\"></a>"), "a screen reader says the name once: {page}");
        assert!(page.contains("rel=\"icon\" href=\"/static/icon.png?v="), "{page}");
        let favicon = app.request(Method::GET, "/favicon.ico").send().await;
        assert_eq!(favicon.status(200).header("content-type"), Some("image/png"));
    }
}
