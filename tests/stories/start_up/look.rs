//! The operator's name, links, colours, logo and templates.

use crate::support::*;

const LOGO: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 1 1\"><path d=\"M0 0h1v1z\"/></svg>";

stories! {
    async fn a_name_may_look_like_a_number(database: Database) {
        for name in ["42", "true", "1e3", "3.5"] {
            let server = Server::start(&database, [("site.name", name)]).await;
            // What figment takes for a number is written as a number is.
            let shown = if name == "1e3" { "1000" } else { name };
            let title = server.browser().open("/login").await.title();
            assert!(title.ends_with(&format!("· {shown}")) || title.ends_with(&format!("· {name}")), "{name}: {title}");
            drop(server);
        }
    }

    async fn the_operators_name_links_and_home_show(database: Database) {
        let logo = database.folder().join("logo.svg");
        std::fs::write(&logo, LOGO).unwrap();
        let app = App::on(&database)
            .settings([
                ("site.name", "Corner <Shop>"),
                ("site.links.privacy", "https://example.org/privacy"),
                ("site.links.imprint", "/login"),
                ("site.links.contact", "mailto:help@example.org"),
                ("site.home_url", "/account?from=home"),
                ("site.accent", "#123456"),
                ("site.accent_dark", "#abcdef"),
                ("site.logo", &logo.display().to_string()),
                ("site.timezone", "Asia/Kathmandu"),
            ])
            .start()
            .await;
        let page = app.browser().open("/login").await;
        page.shows("Corner <Shop>");
        for (words, target) in [
            ("Privacy", "https://example.org/privacy"),
            ("Imprint", "/login"),
            ("Contact", "mailto:help@example.org"),
        ] {
            assert_eq!(page.link(words).as_deref(), Some(target), "{words}");
        }
        let attribute = |begin: &str| {
            let (_, rest) = page.html.split_once(begin).unwrap_or_else(|| panic!("no {begin} in\n{}", page.html));
            rest.split('"').next().unwrap().to_owned()
        };
        let style = app.request(Method::GET, &attribute("<link rel=\"stylesheet\" href=\"")).send().await;
        assert!(style.status(200).text().contains("--accent:light-dark(#123456,#abcdef)"));
        let picture = app.request(Method::GET, &attribute("<img src=\"")).send().await;
        assert_eq!(picture.status(200).text(), LOGO);
        assert_eq!(picture.header("content-type"), Some("image/svg+xml"));

        app.confirmed_user("ana@example.org").await;
        let ana = app.browser();
        ana.sign_in("ana@example.org", PASSWORD).await.is_at("/account?from=home");
        // The zone is five hours and three quarters ahead of UTC.
        assert!(ana.open("/account").await.html.contains("\u{a0}+0545\""), "{}", ana.open("/account").await.html);
        let mail = app.mail_to("ana@example.org").await;
        assert!(mail.subject.starts_with("Corner <Shop>: "), "{}", mail.subject);
        assert!(mail.html.contains("border:solid #123456") && mail.html.contains("color: #abcdef"), "{}", mail.html);
        assert!(mail.html.contains("Corner &lt;Shop&gt;") && !mail.html.contains("<Shop>"), "{}", mail.html);
    }

    async fn the_operators_stylesheet_is_added_and_a_change_shows_at_the_next_page(database: Database) {
        let own = database.folder().join("own.css");
        std::fs::write(&own, ":root { --radius: 0 }\n").unwrap();
        let stylesheet = own.display().to_string();
        let app = App::on(&database)
            .settings([("site.stylesheet", stylesheet.as_str()), ("site.accent", "#123456")])
            .start()
            .await;
        let style = async || {
            let page = app.browser().open("/login").await;
            let (_, rest) = page.html.split_once("<link rel=\"stylesheet\" href=\"").unwrap();
            let url = rest.split('"').next().unwrap().to_owned();
            let served = app.request(Method::GET, &url).send().await;
            assert!(served.header("cache-control").is_some_and(|told| told.contains("immutable")));
            (url, served.status(200).text())
        };
        let (url, text) = style().await;
        assert!(text.contains("--accent:light-dark(#123456") && text.ends_with(":root { --radius: 0 }\n"));
        std::fs::write(&own, ":root { --radius: 9px }\n").unwrap();
        let (other_url, text) = style().await;
        assert!(text.ends_with(":root { --radius: 9px }\n"));
        assert_ne!(url, other_url, "browsers keep it for a year");
    }

    async fn the_operators_template_overrides_the_built_in_one(database: Database) {
        let folder = database.folder().join("templates");
        for part in ["pages", "mails"] {
            std::fs::create_dir_all(folder.join(part)).unwrap();
        }
        let ours = concat!(env!("CARGO_MANIFEST_DIR"), "/templates/pages/login.html");
        let theirs = std::fs::read_to_string(ours).unwrap().replace("{% block main -%}", "{% block main %}<p>Hello from the shop</p>");
        std::fs::write(folder.join("pages/login.html"), theirs).unwrap();
        std::fs::write(folder.join("mails/confirm_email.txt"), "Click {{ link }}\n{{ code }}\n").unwrap();
        let app = App::on(&database).settings([("templates_dir", folder.display().to_string())]).start().await;
        app.browser().open("/login").await.status(200).shows("Hello from the shop");
        app.browser().open("/signup").await.status(200).does_not_show("Hello from the shop");
        app.confirmed_user("ana@example.org").await;
        let mail = app.mail_to("ana@example.org").await;
        assert!(mail.text.starts_with("Click http"), "{}", mail.text);
        assert!(mail.html.contains("Somebody signed up"), "{}", mail.html);
    }

    async fn a_broken_template_is_reported_at_the_start(database: Database) {
        let folder = database.folder().join("templates");
        for part in ["pages", "mails"] {
            std::fs::create_dir_all(folder.join(part)).unwrap();
        }
        for name in ["pages/login.html", "mails/confirm_email.html"] {
            std::fs::write(folder.join(name), "{% block main %}").unwrap();
            let ran = Server::command(&database, [("templates_dir", folder.display().to_string())]).run().await;
            assert_eq!(ran.code, Some(1), "{ran:#?}");
            let said = ran.stdout + &ran.stderr;
            assert!(said.contains(name), "{said}");
            std::fs::remove_file(folder.join(name)).unwrap();
        }
    }
}
