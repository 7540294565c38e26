//! `vestibule healthcheck` while the database is away.

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use crate::support::*;

/// A way to the database that can be cut: then everything that was connected ends, and nobody listens any more.
struct Way {
    url: String,
    cut: watch::Sender<bool>,
}

impl Way {
    async fn to(url: &str) -> Self {
        let mut url = url::Url::parse(url).unwrap();
        let there = format!("{}:{}", url.host_str().unwrap(), url.port().unwrap_or(5432));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        url.set_host(Some("127.0.0.1")).unwrap();
        url.set_port(Some(listener.local_addr().unwrap().port())).unwrap();
        let cut = watch::Sender::new(false);
        let mut ends = cut.subscribe();
        tokio::spawn(async move {
            let connections = async {
                let mut open = tokio::task::JoinSet::new();
                while let Ok((mut near, _)) = listener.accept().await {
                    let there = there.clone();
                    open.spawn(async move {
                        let mut far = TcpStream::connect(there).await.unwrap();
                        let _ = tokio::io::copy_bidirectional(&mut near, &mut far).await;
                    });
                }
            };
            tokio::select! {
                () = connections => {}
                _ = ends.wait_for(|cut| *cut) => {}
            }
        });
        Self { url: url.into(), cut }
    }
}

stories! {
    only Postgres because "a SQLite file does not go away";

    /// The server looks for its database for three seconds before it answers, and must be given longer than that.
    async fn a_healthcheck_reports_an_unavailable_database(database: Database) {
        let way = Way::to(database.url()).await;
        let server = Server::start(&database, [("databases.vestibule.url", &way.url)]).await;
        let healthcheck = async || {
            let command = Vestibule::new(database.folder()).env("ROCKET_PROFILE", "debug");
            let command = command.set("address", &database.address().to_string()).set("port", "8000");
            command.args(["healthcheck"]).run().await
        };
        healthcheck().await.succeeds();
        way.cut.send_replace(true);
        let ran = healthcheck().await;
        assert_eq!(ran.fails_with("not ready: status 503: ").code, Some(1), "{ran:#?}");
        drop(server);
        healthcheck().await.fails_with("no answer from ");
    }
}
