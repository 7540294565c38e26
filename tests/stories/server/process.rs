//! What the server's process holds: files, connections, memory.

use std::collections::BTreeSet;

use crate::support::*;

/// What the descriptors of a process lead to.
fn open_files(pid: u32) -> Vec<String> {
    let descriptors = std::fs::read_dir(format!("/proc/{pid}/fd")).unwrap();
    // One that is closed meanwhile leads nowhere any more.
    let targets = descriptors.filter_map(|entry| std::fs::read_link(entry.ok()?.path()).ok());
    targets.map(|target| target.display().to_string()).collect()
}

/// Resident memory, in KiB.
fn memory(pid: u32) -> i64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

/// Signs in, looks around and signs out, so many times.
async fn visits(server: &Server, times: usize) {
    for _ in 0..times {
        let browser = server.browser();
        browser.sign_in("ana@example.org", PASSWORD).await.status(200);
        browser.open("/account/sessions").await.status(200);
        browser.sign_out().await.status(200);
    }
}

async fn with_ana(database: &Database) -> Server {
    let server = Server::start(database, [("signup", "open")]).await;
    let added = Vestibule::new(database.folder())
        .env("ROCKET_PROFILE", "debug")
        .set("databases.vestibule.url", database.url())
        .set("argon2.memory_kib", "64")
        .set("argon2.iterations", "1")
        .args(["user", "add", "ana@example.org", "--password-stdin"])
        .input(PASSWORD);
    added.run().await.succeeds();
    server
}

stories! {
    /// ASVS 1.4.3
    async fn connections_and_memory_are_released(database: Database) {
        let server = with_ana(&database).await;
        visits(&server, 20).await;
        let (files, before) = (open_files(server.pid()).len(), memory(server.pid()));
        visits(&server, 60).await;
        // Connections that browsers have left are closed by keep_alive, within seconds.
        let files_again = until("connections are closed", async || {
            Some(open_files(server.pid()).len()).filter(|again| *again <= files + 4)
        })
        .await;
        assert!(files_again <= files + 4, "{files} descriptors, then {files_again}");
        let after = memory(server.pid());
        assert!(after < before + before / 10 + 4_096, "{before} KiB, then {after}");
    }

    /// The log goes to standard output; the only files that the server holds open or makes are those of its database and,
    /// in development, its secret.
    ///
    /// ASVS 16.2.3
    async fn the_log_goes_to_standard_output_and_nowhere_else(database: Database) {
        let server = with_ana(&database).await;
        visits(&server, 3).await;
        server.browser().request(Method::GET, "/nowhere").send().await.status(404);
        server.browser().request(Method::POST, "/login").forged_by("https://evil.example").form(&[]).send().await.status(403);
        let here = database.folder().display().to_string();
        // What the test itself was started with, it hands on.
        let inherited = open_files(std::process::id());
        for file in open_files(server.pid()).into_iter().filter(|file| !inherited.contains(file)) {
            let nothing = ["pipe:", "socket:", "anon_inode:", "/dev/null", "/dev/urandom"].iter().any(|kind| file.starts_with(kind));
            let of_the_database = file.starts_with(&format!("{here}/vestibule.db"));
            assert!(nothing || of_the_database || file == here, "{file} is open");
        }
        let made: BTreeSet<String> =
            std::fs::read_dir(database.folder()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        for name in &made {
            let known = ["no-settings.toml", "data", "secret.key"].contains(&name.as_str()) || name.starts_with("vestibule.db");
            assert!(known, "{name} was made: {made:?}");
        }
        assert!(server.logs().contains("cross_site_refused"), "{}", server.logs());
        server.kill_9();
    }
}
