//! The command line: what an operator does without a browser.

mod healthcheck;
mod output;
mod user;

use std::process::Command;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::support::*;

/// The binary with no setting but the profile.
fn debug(database: &Database) -> Vestibule {
    Vestibule::new(database.folder()).env("ROCKET_PROFILE", "debug")
}

/// The URL of a database in which there is nothing.
async fn empty(database: &Database) -> String {
    if database.backend() == Backend::Sqlite {
        return format!("sqlite://{}/new/vestibule.db", database.folder().display());
    }
    let pool = database.pool();
    for sql in ["DROP SCHEMA public CASCADE", "CREATE SCHEMA public"] {
        sqlx::query(sql).execute(&pool).await.unwrap();
    }
    database.url().to_owned()
}

#[tokio::test]
async fn every_command_explains_itself() {
    let folder = tempfile::tempdir().unwrap();
    let run = async |arguments: &str| {
        let command = Vestibule::new(folder.path()).args(arguments.split(' ').filter(|word| !word.is_empty()));
        command.run().await
    };
    for command in [
        "",
        "serve",
        "migrate",
        "check-config",
        "backup",
        "restore",
        "healthcheck",
        "user",
        "user list",
        "user add",
        "user grant",
        "user revoke",
        "user disable",
        "user enable",
        "user join",
        "user leave",
        "user set-email",
        "user reset-link",
        "user delete",
        "group",
        "group list",
        "group add",
        "group remove",
        "key",
        "key new",
        "key rotate",
        "mail",
        "mail test",
    ] {
        let help = run(&format!("{command} --help")).await;
        let text = &help.succeeds().stdout;
        assert!(text.contains(&format!("Usage: vestibule {command}").trim_end().to_owned()), "{command}: {text}");
        let about = text.lines().next().unwrap();
        assert!(about.len() > 10 && !about.starts_with("Usage"), "{command} does not say what it does: {text}");
    }
    let version = run("--version").await;
    assert_eq!(version.succeeds().stdout, concat!("vestibule ", env!("CARGO_PKG_VERSION"), "\n"));
    for wrong in [
        "nonsense",
        "user",
        "user add",
        "user grant ana@example.org",
        "user reset-link",
        "user join ana@example.org",
        "group add",
        "mail test",
        "serve now",
        "--nonsense",
    ] {
        let ran = run(wrong).await;
        assert_eq!(ran.code, Some(2), "{wrong}: {ran:#?}");
        assert!(ran.stderr.contains("Usage: vestibule"), "{wrong}: {ran:#?}");
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "explaining leaves nothing behind");
}

/// ASVS 11.5.1
#[tokio::test]
async fn a_new_key_is_one_that_the_server_takes() {
    let database = Database::fresh(Backend::Sqlite).await;
    let new = async || {
        let ran = Vestibule::new(database.folder()).args(["key", "new"]).run().await;
        let [key] = ran.succeeds().stdout.lines().collect::<Vec<_>>().try_into().unwrap();
        key.to_owned()
    };
    let (first, second) = (new().await, new().await);
    assert_ne!(first, second);
    for key in [first, second] {
        let command = debug(&database)
            .set("databases.vestibule.url", database.url())
            .set("secret_key", &key);
        command.args(["check-config"]).run().await.succeeds();
    }
}

/// A command that cannot find the database says where it looked, and leaves nothing behind.
#[tokio::test]
async fn commands_make_no_database() {
    let folder = tempfile::tempdir().unwrap();
    for arguments in [
        "user list",
        "user grant ana@example.org admin",
        "user add ana@example.org --password-stdin",
        "key rotate",
        "check-config",
        "mail test ana@example.org",
        "healthcheck",
    ] {
        let command = Vestibule::new(folder.path()).env("ROCKET_PROFILE", "debug").set("port", "1");
        let ran = command.args(arguments.split(' ')).input(PASSWORD).run().await;
        if arguments.starts_with("user") || arguments.starts_with("key") {
            let place = folder.path().canonicalize().unwrap().join("data/vestibule.db");
            ran.fails_with(&format!("there is no database at {}, and this command makes none", place.display()));
        }
        assert_eq!(
            std::fs::read_dir(folder.path()).unwrap().count(),
            1,
            "{arguments} leaves something behind: {ran:#?}"
        );
    }
}

#[tokio::test]
async fn the_help_names_every_role() {
    let folder = tempfile::tempdir().unwrap();
    let help = Vestibule::new(folder.path()).args(["user", "grant", "--help"]).run().await;
    for role in ["user", "admin"] {
        assert!(help.succeeds().stdout.contains(&format!("`{role}`")), "{}", help.stdout);
    }
}

stories! {
    async fn a_new_key_signs_and_an_old_one_still_counts(app) {
        let ana = app.confirmed_user("ana@example.org").await;
        let kid = |browser: &Browser| {
            let token = browser.session_token().unwrap();
            let head = data_encoding::BASE64URL_NOPAD.decode(token.split('.').next().unwrap().as_bytes()).unwrap();
            serde_json::from_slice::<serde_json::Value>(&head).unwrap()["kid"].as_str().unwrap().to_owned()
        };
        let old = kid(&ana);
        let ran = app.vestibule(["key", "rotate"]).await;
        let new = ran.succeeds().stdout.split_whitespace().nth(1).unwrap().to_owned();
        assert_ne!(old, new);
        app.restart().await;
        ana.open("/account").await.is_at("/account");
        assert_eq!(kid(&app.signed_in("ana@example.org").await), new);
    }

    async fn a_database_is_migrated_once(database: Database) {
        let url = empty(&database).await;
        let run = async |command: &str| {
            let run = debug(&database).set("databases.vestibule.url", &url).set("migrate_at_start", "false");
            run.args(command.split(' ')).run().await
        };
        run("user list").await.fails_with("`vestibule migrate`");
        let ran = run("migrate").await;
        assert!(!ran.succeeds().stdout.contains("(0 migrations applied)"), "{}", ran.stdout);
        let ran = run("migrate").await;
        assert_eq!(ran.succeeds().stdout, "The database is up to date (0 migrations applied).\n");
        run("user list").await.succeeds();
    }

    async fn several_migrations_at_once_do_no_harm(database: Database) {
        let url = empty(&database).await;
        let run = || debug(&database).set("databases.vestibule.url", &url).args(["migrate"]).run();
        for ran in futures::future::join_all([run(), run(), run(), run()]).await {
            ran.succeeds();
        }
    }

    async fn a_healthcheck_says_whether_the_server_is_ready(database: Database) {
        let healthcheck = async || {
            let command = debug(&database).set("address", &database.address().to_string()).set("port", "8000");
            command.args(["healthcheck"]).run().await
        };
        let ran = healthcheck().await;
        assert_eq!(ran.code, Some(1));
        ran.fails_with(&format!("no answer from {}:8000: Connection refused", database.address()));
        let server = Server::start(&database, [("site.name", "Corner Shop")]).await;
        healthcheck().await.succeeds();
        drop(server);

        // One that runs and is not ready.
        let listener = TcpListener::bind((database.address(), 8000)).await.unwrap();
        let fake = tokio::spawn(async move {
            let (mut socket, _) = listener.accept().await.unwrap();
            let mut asked = [0; 512];
            let length = socket.read(&mut asked).await.unwrap();
            socket.write_all(b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 21\r\n\r\nthe database is away\n").await.unwrap();
            String::from_utf8_lossy(&asked[..length]).into_owned()
        });
        let ran = healthcheck().await;
        assert_eq!(ran.code, Some(1));
        ran.fails_with("not ready: status 503: the database is away");
        assert!(fake.await.unwrap().starts_with("GET /health/ready HTTP/1.1\r\n"));
    }

    async fn a_test_mail_shows_the_answers_of_the_mail_server(database: Database) {
        let smtp = Smtp::start(Behaviour::Accept);
        let test = async |address: &str| {
            let command = debug(&database).set("mail.url", &smtp.url()).set("site.name", "Corner Shop");
            command.args(["mail", "test", address]).run().await
        };
        test("ana@example.org").await.succeeds();
        let [delivered] = smtp.messages().try_into().unwrap();
        assert_eq!(delivered.recipients, ["ana@example.org"]);
        assert_eq!(delivered.mail.subject, "Corner Shop: test email");
        delivered.mail.says("This is a test email from Corner Shop");
        test("nobody").await.fails_with("nobody is no address");
        test("ana@example.org\r\nBcc: eve@example.org").await.fails_with("is no address");
        smtp.behave(Behaviour::Reject("ana@example.org".to_owned()));
        test("ana@example.org").await.fails_with("no such mailbox");
        smtp.behave(Behaviour::RejectMessages);
        test("ana@example.org").await.fails_with("5.6.0 not this one");
        smtp.behave(Behaviour::Refuse);
        test("ana@example.org").await.fails_with("not now");
        smtp.stop();
        test("ana@example.org").await.fails_with("Connection refused");
        let unset = debug(&database).args(["mail", "test", "ana@example.org"]);
        unset.run().await.fails_with("mail.url (ROCKET_MAIL__URL) is not set");
    }
}

/// The password is asked for twice and shown never.
#[tokio::test(flavor = "multi_thread")]
async fn a_typed_password_is_not_echoed() {
    const TYPIST: &str = r#"
import os, pty, sys, termios
pid, terminal = pty.fork()
if pid == 0:
    os.execv(sys.argv[1], [sys.argv[1], "user", "add", "ana@example.org"])
said, typed = b"", [line.encode() for line in sys.argv[2:]]
while True:
    try:
        part = os.read(terminal, 1024)
    except OSError:
        break
    if not part:
        break
    said += part
    prompts = said.count(b"Password for ana@example.org: ") + said.count(b"Once more: ")
    while typed and len(sys.argv) - 2 - len(typed) < prompts:
        while termios.tcgetattr(terminal)[3] & termios.ECHO:
            pass
        os.write(terminal, typed.pop(0) + b"\n")
sys.stdout.buffer.write(said)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
"#;
    let database = Database::fresh(Backend::Sqlite).await;
    let python = std::env::var("VESTIBULE_TEST_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let type_in = |first: &str, second: &str| {
        let mut command = Command::new(&python);
        command
            .args(["-c", TYPIST, env!("CARGO_BIN_EXE_vestibule"), first, second])
            .current_dir(database.folder())
            .env("ROCKET_PROFILE", "debug")
            .env("ROCKET_DATABASES__VESTIBULE__URL", database.url());
        let ran = command.output().unwrap();
        (ran.status.code(), String::from_utf8_lossy(&ran.stdout).into_owned())
    };
    let (code, said) = type_in(PASSWORD, OTHER_PASSWORD);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("the two differ; nothing was made"), "{said}");
    let (code, said) = type_in(PASSWORD, PASSWORD);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("Once more: ") && said.contains("ana@example.org has an account now."), "{said}");
    assert!(!said.contains(PASSWORD), "{said}");
    let server = Server::start(&database, [("site.name", "Corner Shop")]).await;
    server.browser().sign_in("ana@example.org", PASSWORD).await.is_at("/account");
}

/// The input is a terminal that is not the process's own, as `systemd-run --pipe` hands one through.
#[tokio::test(flavor = "multi_thread")]
async fn a_password_is_typed_unseen_at_a_terminal_of_another_session_too() {
    const TYPIST: &str = r#"
import os, subprocess, sys, termios
ours, theirs = os.openpty()
child = subprocess.Popen(sys.argv[1:], stdin=theirs, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)
said = b""
for prompt in (b"Password for ana@example.org: ", b"Once more: "):
    while not said.endswith(prompt):
        part = os.read(child.stderr.fileno(), 1024)
        if not part:
            break
        said += part
    while termios.tcgetattr(ours)[3] & termios.ECHO and child.poll() is None:
        pass
    os.write(ours, os.environ["TYPED"].encode() + b"\n")
said += child.stdout.read() + child.stderr.read()
code = child.wait()
shown = termios.tcgetattr(ours)[3] & termios.ECHO
os.set_blocking(ours, False)
try:
    said += os.read(ours, 1024)
except BlockingIOError:
    pass
sys.stdout.buffer.write(said)
sys.exit(code if shown else 99)
"#;
    let database = Database::fresh(Backend::Sqlite).await;
    let python = std::env::var("VESTIBULE_TEST_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let mut command = Command::new(&python);
    command
        .args([
            "-c",
            TYPIST,
            env!("CARGO_BIN_EXE_vestibule"),
            "user",
            "add",
            "ana@example.org",
        ])
        .current_dir(database.folder())
        .env("TYPED", PASSWORD)
        .env("ROCKET_PROFILE", "debug")
        .env("ROCKET_DATABASES__VESTIBULE__URL", database.url());
    let ran = command.output().unwrap();
    let said = String::from_utf8_lossy(&ran.stdout).into_owned();
    assert_eq!(ran.status.code(), Some(0), "{said}");
    assert!(said.contains("ana@example.org has an account now.") && !said.contains(PASSWORD), "{said}");
}
