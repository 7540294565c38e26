//! Vestibule, an app and a proxy in front of both.

use super::echo::Echo;
use super::front::{Front, Running};
use super::surfer::{AUTH, Seen, Surfer, WIKI};
use crate::support::*;

pub const ZOE: &str = "zoe@example.org";

pub struct Stage {
    pub front: Front,
    pub app: App,
    pub echo: Echo,
    pub surfer: Surfer,
    /// The id of Zoë's account.
    pub id: String,
    _certificate: Certificate,
    _proxy: Running,
}

impl Stage {
    /// Zoë Weiß has an account, and is in two groups, one of which may enter.
    pub async fn behind(front: Front, database: &Database, trusted: &str) -> Self {
        // The proxy starts first: its port is part of the settings.
        let (certificate, echo) = (Certificate::for_host("*.example.org"), Echo::start().await);
        let vestibule = std::net::SocketAddr::from((database.address(), 8000));
        let proxy = front.run(&vestibule.to_string(), echo.address, &certificate).await;
        let surfer = Surfer::new(proxy.port, &certificate);
        surfer.ready().await;
        let app = App::on(database)
            .at(database.address())
            .release()
            .settings([
                ("public_url", surfer.url(AUTH, "")),
                ("trusted_proxies", trusted.to_owned()),
                ("apps.wiki.name", "Wiki".to_owned()),
                ("apps.wiki.hosts", format!("{WIKI}:{}", proxy.port)),
                ("apps.wiki.groups", "staff".to_owned()),
                ("apps.wiki.public_paths", "[\"/robots.txt\", \"/open/*\"]".to_owned()),
                ("groups.staff.description", String::new()),
                ("groups.board.description", String::new()),
            ])
            .start()
            .await;
        app.confirmed_user(ZOE).await;
        app.sql("UPDATE users SET display_name = 'Zoë Weiß'").await;
        let stage = Self {
            id: app.id_of(ZOE).await,
            front,
            app,
            echo,
            surfer,
            _certificate: certificate,
            _proxy: proxy,
        };
        stage.join("staff").await;
        stage.join("board").await;
        stage
    }

    pub async fn join(&self, group: &str) {
        let sql = format!(
            "INSERT INTO memberships (user_id, group_name, added_at) SELECT id, '{group}', 0 FROM users WHERE email = '{ZOE}'"
        );
        self.app.sql(&sql).await;
    }

    pub async fn leave(&self, group: &str) {
        self.app
            .sql(&format!("DELETE FROM memberships WHERE group_name = '{group}'"))
            .await;
    }

    /// Signs in on the way to a page of the app.
    pub async fn enters(&self, target: &str) -> Seen {
        let login = self.surfer.open(WIKI, target).await;
        self.surfer.sign_in(login.is_sign_in(), ZOE).await
    }

    /// The browser has no session any more, neither at the app nor at Vestibule.
    pub async fn is_out(&self) {
        self.surfer.open(WIKI, "/x").await.is_sign_in();
        let script = self.surfer.ask("GET", WIKI, "/x").header("Sec-Fetch-Mode", "cors").send().await;
        assert_eq!(script.status, 401, "{}", script.text());
    }

    /// How an app behind this proxy sees a path and query that were typed so: most see what was typed.
    pub fn arrives(&self, typed: &str) -> String {
        let at = |odd: &[(&str, &str)]| odd.iter().find(|(from, _)| *from == typed).map(|(_, to)| (*to).to_owned());
        let known = match self.front {
            Front::Traefik => at(&[
                ("//double//slash", "/double/slash"),
                ("/%7Euser?x=1;y=2", "/~user?x=1&y=2"),
                ("/a|b/[c]", "/a%7Cb/%5Bc%5D"),
            ]),
            Front::Caddy | Front::OldCaddy => at(&[("/a|b/[c]", "/a%7Cb/%5Bc%5D")]),
            Front::Apache => at(&[("//double//slash", "/double/slash")]),
            _ => None,
        };
        known.unwrap_or_else(|| typed.to_owned())
    }
}
