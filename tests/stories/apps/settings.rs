//! The settings of apps: what is refused, and in which words.

use crate::support::*;

stories! {
    only Sqlite because "settings are the same for both";

    async fn unsound_apps_are_refused_by_name(database: Database) {
        for (settings, words) in [
            (&[("apps.Wiki.hosts", "wiki.example.org")][..], "apps.Wiki (ROCKET_APPS__WIKI) is no id of an app"),
            (&[("apps.new.hosts", "wiki.example.org")], "apps.new (ROCKET_APPS__NEW) is no id of an app: /apps/new is a page"),
            (&[("apps.wiki.host", "wiki.example.org"), ("apps.wiki.url", "https://wiki.example.org")], "apps.wiki.host (ROCKET_APPS__WIKI__HOST)"),
            (&[("apps.wiki.hosts", "a b")], "apps.wiki.hosts (ROCKET_APPS__WIKI__HOSTS) must be hosts, as wiki.example.org"),
            (&[("apps.wiki.hosts", "wiki.example.org/x")], "must be hosts"),
            (&[("apps.wiki.hosts", "http://wiki.example.org")], "must be reached by https in release"),
            (&[("apps.wiki.hosts", "accounts.example.org")], "names accounts.example.org, the host of public_url"),
            (&[("apps.wiki.hosts", "Accounts.example.org.:8443")], "names accounts.example.org:8443, the host of public_url"),
            (
                &[("apps.shop.hosts", "one.example.org"), ("apps.wiki.hosts", "ONE.example.org.")],
                "apps.wiki.hosts (ROCKET_APPS__WIKI__HOSTS) names one.example.org, and apps.shop has one.example.org: two apps need two host names",
            ),
            (&[("apps.shop.hosts", "one.example.org"), ("apps.wiki.hosts", "one.example.org:8443")], "names one.example.org:8443, and apps.shop has one.example.org"),
            (&[("apps.wiki.hosts", "a.example.org,A.example.org:443")], "names a.example.org twice"),
            (&[("apps.wiki.name", "Wiki")], "apps.wiki.url (ROCKET_APPS__WIKI__URL) is not set, and neither are the app's hosts"),
            (&[("apps.wiki.url", "http://wiki.example.org")], "must be an https URL"),
            (&[("apps.wiki.url", "javascript:alert(1)")], "must be an https URL"),
            (&[("apps.wiki.hosts", "wiki.example.org"), ("apps.wiki.groups", "Staff")], "apps.wiki.groups (ROCKET_APPS__WIKI__GROUPS) must be names of groups, not \"Staff\""),
            (&[("apps.wiki.hosts", "wiki.example.org"), ("apps.wiki.groups", "staff"), ("apps.wiki.access", "everyone")], "apps.wiki.access (ROCKET_APPS__WIKI__ACCESS) lets everyone in"),
            (&[("apps.wiki.hosts", "wiki.example.org"), ("apps.wiki.logo", "/no/logo.svg")], "apps.wiki.logo (ROCKET_APPS__WIKI__LOGO) is no SVG or PNG file"),
            (&[("apps.wiki.hosts", "wiki.example.org"), ("apps.wiki.access", "nobody")], "apps.wiki.access"),
            (&[("apps.wiki.hosts", "wiki.example.org"), ("apps.wiki.public_paths", "public")], "apps.wiki.public_paths (ROCKET_APPS__WIKI__PUBLIC_PATHS) must be paths that can be read in one way"),
            (&[("apps.wiki.hosts", "wiki.example.org"), ("apps.wiki.public_paths", "/a/../*")], "must be paths"),
            (&[("apps.wiki.hosts", "wiki.example.org"), ("apps.wiki.open_networks", "nowhere")], "must be networks or addresses"),
            (&[("apps.wiki.hosts", "wiki.example.org"), ("apps.wiki.remote_user", "username")], "apps.wiki.remote_user"),
            (&[("apps.wiki.hosts", "wiki.example.org"), ("apps.wiki.name", "a name that has many more letters than fit on a tile of the front page")], "apps.wiki.name"),
            (&[("forward_auth.headers", "forwarded")], "forward_auth.headers (ROCKET_FORWARD_AUTH__HEADERS)"),
            (&[("forward_auth.header", "x-forwarded")], "forward_auth.header (ROCKET_FORWARD_AUTH__HEADER)"),
        ] {
            let said = App::on(&database).release().settings(settings.iter().copied()).refuses().await;
            assert!(said.contains(words), "{settings:?}: {said}");
            assert_eq!(said.lines().count(), 1, "{settings:?}: {said}");
        }
    }

    async fn a_check_warns_of_what_is_strange(database: Database) {
        let app = App::on(&database)
            .settings([("apps.wiki.hosts", "wiki.example.org"), ("apps.wiki.groups", "staff,crew"), ("groups.crew.description", "")])
            .start()
            .await;
        let ran = app.vestibule(["check-config"]).await;
        ran.succeeds();
        assert!(ran.stderr.contains("warning: apps.wiki.groups: no setting makes the group staff"), "{}", ran.stderr);
        assert!(!ran.stderr.contains("crew"), "{}", ran.stderr);
        assert!(ran.stderr.contains("warning: trusted_proxies: no proxy is trusted"), "{}", ran.stderr);
    }
}
