//! A real Postfix for one story, with its own port, configuration and queue. It accepts mail to `@example.org` and
//! discards it.

use std::process::Command;

use tempfile::TempDir;

/// The server. It stops when it is dropped.
pub struct Postfix {
    folder: TempDir,
    port: u16,
}

impl Postfix {
    /// Starts it. Its master process needs root: CI runs as root, other machines use `sudo`.
    pub fn start() -> Self {
        // Postfix runs as users of its own, who must be able to read the folder.
        let folder = tempfile::Builder::new()
            .prefix("vestibule-postfix")
            .tempdir_in("/var/tmp")
            .unwrap();
        let at = folder.path().to_str().unwrap();
        let port = super::free_port();
        let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
        std::fs::create_dir(folder.path().join("etc")).unwrap();
        write(
            "etc/main.cf",
            &format!(
                "compatibility_level = 3.6\nqueue_directory = {at}/queue\ndata_directory = {at}/data\n\
                 maillog_file = {at}/log\nmaillog_file_prefixes = {at}\ninet_interfaces = 127.0.0.1\n\
                 inet_protocols = ipv4\nmyhostname = mail.example.org\nmydestination = example.org\nmynetworks =\n\
                 local_transport = discard:\ndefault_transport = discard:\nalias_maps =\nalias_database =\n\
                 local_recipient_maps = texthash:{at}/recipients\n\
                 smtpd_sender_restrictions = check_sender_access texthash:{at}/senders\n\
                 smtpd_recipient_restrictions = check_recipient_access texthash:{at}/access, reject_unauth_destination\n"
            ),
        );
        // One process for each connection, so that changed tables are read.
        write(
            "etc/master.cf",
            &format!(
                "127.0.0.1:{port} inet n - n - - smtpd -o max_use=1\ncleanup unix n - n - 0 cleanup\n\
                 qmgr unix n - n 300 1 qmgr\nrewrite unix - - n - - trivial-rewrite\nbounce unix - - n - 0 bounce\n\
                 defer unix - - n - 0 bounce\ntrace unix - - n - 0 bounce\ndiscard unix - - n - - discard\n\
                 error unix - - n - - error\nproxymap unix - - n - - proxymap\nanvil unix - - n - 1 anvil\n\
                 postlog unix-dgram n - n - 1 postlogd\n"
            ),
        );
        for table in ["recipients", "senders", "access"] {
            write(table, "");
        }
        as_root(&format!(
            "chmod 755 {at} && mkdir {at}/queue {at}/data && chown postfix {at}/data && postfix -c {at}/etc start"
        ));
        Self { folder, port }
    }

    /// The value of the setting `mail.url`.
    pub fn url(&self) -> String {
        format!("smtp://127.0.0.1:{}", self.port)
    }

    /// Replaces one of its tables: `recipients`, `senders` or `access`.
    pub fn table(&self, name: &str, text: &str) {
        std::fs::write(self.folder.path().join(name), text).unwrap();
    }

    pub fn log(&self) -> String {
        as_root(&format!("cat {}", self.folder.path().join("log").display()))
    }
}

impl Drop for Postfix {
    fn drop(&mut self) {
        let at = self.folder.path().display();
        as_root(&format!("postfix -c {at}/etc stop; rm -rf {at}/queue {at}/data {at}/log"));
    }
}

fn as_root(script: &str) -> String {
    let is_root = rustix::process::geteuid().is_root();
    let mut command = Command::new(if is_root { "sh" } else { "sudo" });
    if !is_root {
        command.args(["--non-interactive", "sh"]);
    }
    let path = std::env::var("PATH").unwrap_or_default() + ":/usr/sbin:/sbin";
    let done = command.arg("-c").arg(script).env("PATH", path).output().unwrap();
    let said = String::from_utf8_lossy(&done.stdout).into_owned();
    assert!(
        done.status.success() || std::thread::panicking(),
        "a private Postfix needs Debian's package `postfix`, which bin/test installs, and root or sudo: {script}\n{said}{}",
        String::from_utf8_lossy(&done.stderr)
    );
    said
}
