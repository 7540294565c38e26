//! What stands in `deploy/`: the unit, and the command line beside it.
//!
//! systemd does not run where tests run. What it would do is done by a script in its place: it reads what the real
//! `systemctl cat` would print, and starts what it is told with the environment and the credentials it is told.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use crate::support::*;

/// Prints the unit of the test.
const SYSTEMCTL: &str = r#"#!/bin/sh
[ "$1" = cat ] && [ "$2" = "${EXPECTED_UNIT:-vestibule.service}" ] || { echo "No files found for $2." >&2; exit 1; }
exec cat "$UNIT_FILES"/*
"#;

/// Does what `systemd-run` does with a property, as far as it matters here.
const SYSTEMD_RUN: &str = r##"
import os, re, shlex, sys, tempfile
arguments = sys.argv[1:]
end = arguments.index("--")
options, command = arguments[:end], arguments[end + 1:]
open(os.environ["OPTIONS"], "w").write("\n".join(options))
environment, files, credentials = {}, {}, tempfile.mkdtemp()
for option in options:
    if not option.startswith("--property="):
        continue
    name, value = option[len("--property="):].split("=", 1)
    if name == "Environment":
        environment.update(word.split("=", 1) for word in shlex.split(value))
    elif name == "EnvironmentFile":
        path = value.lstrip("-")
        if os.path.exists(path):
            files.update(line.strip().split("=", 1) for line in open(path) if "=" in line and line[0] not in "#;")
    elif name == "LoadCredential":
        identity, path = value.split(":", 1)
        open(os.path.join(credentials, identity), "w").write(open(path).read())
environment.update(files)
environment["CREDENTIALS_DIRECTORY"] = credentials
environment["PATH"] = "/usr/bin:/bin"
def replaced(word):
    if re.fullmatch(r"\$[A-Za-z_]\w*", word):
        return environment.get(word[1:], "")
    return re.sub(r"\$\$|\$\{(\w+)\}", lambda found: "$" if found[0] == "$$" else environment.get(found[1], ""), word)
command = [replaced(word) for word in command]
os.chdir(os.environ["FOLDER"])
os.execve(command[0], command, environment)
"##;

/// A machine with the unit installed.
struct Machine {
    folder: PathBuf,
}

fn in_repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

impl Machine {
    /// The unit as it stands in `deploy/`, but for where things are; and drop-ins.
    fn new(database: &Database, drop_ins: &[&str]) -> Self {
        let machine = Self {
            folder: database.folder().to_owned(),
        };
        for folder in ["bin", "units", "etc"] {
            fs::create_dir_all(machine.folder.join(folder)).unwrap();
        }
        let unit = fs::read_to_string(in_repository("deploy/vestibule.service")).unwrap();
        let unit = machine.moved(&unit);
        for (nth, text) in [unit.as_str()].iter().chain(drop_ins).enumerate() {
            fs::write(machine.folder.join(format!("units/{nth}.conf")), machine.moved(text)).unwrap();
        }
        let python = std::env::var("VESTIBULE_TEST_PYTHON").unwrap_or_else(|_| "/usr/bin/python3".to_owned());
        machine.script("systemctl", SYSTEMCTL);
        machine.script("systemd-run", &format!("#!{python}\n{SYSTEMD_RUN}"));
        let secret = vestibule::config::MasterSecret::generate().unwrap();
        machine.write("etc/secret_key", &secret);
        machine.write("etc/mail_url", "smtp://127.0.0.1:9");
        machine.write("etc/database_url", database.url());
        let environment = "ROCKET_PUBLIC_URL=https://accounts.example.org\nROCKET_MAIL__FROM=accounts@example.org\n";
        machine.write("etc/vestibule.env", environment);
        machine
    }

    fn moved(&self, unit: &str) -> String {
        let folder = self.folder.display();
        unit.replace("/usr/local/bin/vestibule", env!("CARGO_BIN_EXE_vestibule"))
            .replace("/etc/vestibule/", &format!("{folder}/etc/"))
            .replace("/var/lib/vestibule/vestibule.db", &format!("{folder}/vestibule.db"))
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.folder.join(name), text).unwrap();
    }

    fn script(&self, name: &str, text: &str) {
        let path = self.folder.join("bin").join(name);
        fs::write(&path, text).unwrap();
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
    }

    fn cli(&self, arguments: &[&str], input: &str) -> Output {
        let mut child = Command::new("/bin/sh")
            .arg(in_repository("deploy/vestibule-cli"))
            .args(arguments)
            .env_clear()
            .env("PATH", format!("{}:/usr/bin:/bin", self.folder.join("bin").display()))
            .env("UNIT_FILES", self.folder.join("units"))
            .env("OPTIONS", self.folder.join("options"))
            .env("FOLDER", &self.folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        std::io::Write::write_all(&mut child.stdin.take().unwrap(), input.as_bytes()).unwrap();
        child.wait_with_output().unwrap()
    }

    /// What a command says that succeeds.
    #[track_caller]
    fn says(&self, arguments: &[&str], input: &str) -> String {
        let ran = self.cli(arguments, input);
        assert!(ran.status.success(), "{arguments:?}: {ran:?}");
        String::from_utf8(ran.stdout).unwrap()
    }
}

/// What the unit's head tells an operator to do for PostgreSQL.
const POSTGRES: &str = "
# drop-in
[Service]
LoadCredential=database_url:/etc/vestibule/database_url
Environment=ROCKET_DATABASES__VESTIBULE__URL_FILE=%d/database_url \\
  \"ROCKET_SITE__NAME=Corner 100%% Shop\"
[Install]
Environment=ROCKET_SITE__NAME=Wrong
";

stories! {
    /// The command line works on the service's database, whichever that is.
    async fn the_command_line_has_the_settings_of_the_unit(database: Database) {
        let drop_ins: &[&str] = if database.backend() == Backend::Postgres { &[POSTGRES] } else { &[] };
        let machine = Machine::new(&database, drop_ins);
        let sound = machine.says(&["check-config"], "");
        assert!(sound.contains("The settings of the profile release are sound"), "{sound}");
        // There is no terminal, so the password is what comes by standard input.
        let added = machine.says(&["user", "add", "ana@example.org"], &format!("{PASSWORD}\n"));
        assert_eq!(added, "ana@example.org has an account now.\n");
        let count: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM users").fetch_one(&database.pool()).await.unwrap();
        assert_eq!(count, 1, "it is in the service's own database");
        assert!(machine.says(&["user", "list"], "").contains(" ana@example.org\t"));
        // What is asked for arrives as it was written, and so does how it ended.
        for odd in ["it's \"eve\" $HOME ${HOME} $$", "$HOME", "%d/x", "-"] {
            let ran = machine.cli(&["user", "grant", odd, "admin"], "");
            assert_eq!(ran.status.code(), Some(1));
            let told = String::from_utf8_lossy(&ran.stderr).into_owned();
            assert!(told.contains(&format!("{odd} is no address")), "{told}");
        }

        let options = fs::read_to_string(machine.folder.join("options")).unwrap();
        for option in ["--pipe", "--wait", "--property=DynamicUser=yes", "--property=User=vestibule", "--property=StateDirectory=vestibule"] {
            assert!(options.lines().any(|line| line == option), "{option}: {options}");
        }
        assert_eq!(options.contains("ROCKET_SITE__NAME=Corner 100% Shop"), database.backend() == Backend::Postgres, "{options}");
        assert!(!options.contains("Wrong") && !options.contains("ExecStart"), "{options}");
    }

    async fn a_missing_unit_is_reported(database: Database) {
        let machine = Machine::new(&database, &[]);
        let ran = Command::new("/bin/sh")
            .arg(in_repository("deploy/vestibule-cli"))
            .args(["user", "list"])
            .env("PATH", format!("{}:/usr/bin:/bin", machine.folder.join("bin").display()))
            .env("VESTIBULE_UNIT", "other.service")
            .output()
            .unwrap();
        assert_eq!(ran.status.code(), Some(1));
        let told = String::from_utf8_lossy(&ran.stderr).into_owned();
        assert!(told.contains("vestibule-cli: the unit other.service cannot be read"), "{told}");
    }
}
