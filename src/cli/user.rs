//! `vestibule user`

use clap::Subcommand;
use figment::Figment;
use jiff::Timestamp;

use super::{CommandError, output, password};
use crate::accounts::admin::users::AdminError;
use crate::accounts::directory::{Column, Direction, From as Start, Sort, Wanted};
use crate::accounts::identity::email_address::EmailAddress;
use crate::accounts::passwords::password::PasswordError;
use crate::accounts::{Accounts, Role};
use crate::config::PublicUrl;

/// What can be done with accounts.
#[derive(Subcommand)]
pub enum UserCommand {
    /// List the accounts: status, role, when they signed up, address, name
    List,
    /// Make an account; its address counts as confirmed
    Add {
        /// Its address
        email: String,
        /// Read the password from standard input, one line, instead of asking for it. Without a terminal this is always done
        #[arg(long)]
        password_stdin: bool,
    },
    /// Give a role in place of the one that the account has
    Grant {
        /// The account's address or id
        email: String,
        /// `admin` or `user`
        role: String,
    },
    /// Take the role of an admin away
    Revoke {
        /// The account's address or id
        email: String,
        /// `admin`
        role: String,
    },
    /// Shut an account out; its sessions end at once
    Disable {
        /// The account's address or id
        email: String,
    },
    /// Let a disabled account in again
    Enable {
        /// The account's address or id
        email: String,
    },
    /// Give an account another address, which counts as confirmed; its sessions end at once
    SetEmail {
        /// The account's address or id
        email: String,
        /// The new address
        new: String,
    },
    /// Print a link by which somebody sets a new password: once, within 30 minutes
    ResetLink {
        /// The account's address
        email: String,
    },
    /// Delete an account for good
    Delete {
        /// The account's address or id
        email: String,
    },
}

/// Looks after accounts.
pub async fn run(figment: &Figment, command: UserCommand) -> Result<(), CommandError> {
    let (config, pool, accounts) = super::accounts(figment).await?;
    let done = match command {
        UserCommand::List => list(&accounts).await,
        UserCommand::Add { email, password_stdin } => add(&accounts, &email, password_stdin).await,
        UserCommand::Grant { email, role } => {
            let role = role_of(&role)?;
            changed(&email, accounts.set_role(&email, role).await, &format!("is {} now", role.as_str()))
        }
        UserCommand::Revoke { email, role } => match role_of(&role)? {
            Role::User => Err(CommandError::new("everybody is a user; disable or delete the account instead")),
            Role::Admin => changed(&email, accounts.set_role(&email, Role::User).await, "is an ordinary user now"),
        },
        UserCommand::Disable { email } => changed(&email, accounts.set_disabled(&email, true).await, "is disabled now"),
        UserCommand::Enable { email } => changed(&email, accounts.set_disabled(&email, false).await, "is enabled now"),
        UserCommand::SetEmail { email, new } => {
            let done = accounts.set_email(&email, &address(&new)?).await;
            changed(&email, done, &format!("has the address {new} now"))
        }
        UserCommand::ResetLink { email } => reset_link(&accounts, &config.public_url, &email).await,
        UserCommand::Delete { email } => changed(&email, accounts.delete(&email).await, "is deleted"),
    };
    pool.close().await;
    done
}

fn address(text: &str) -> Result<EmailAddress, CommandError> {
    EmailAddress::parse(text).map_err(|_| CommandError::new(format!("{text} is no address")))
}

fn role_of(text: &str) -> Result<Role, CommandError> {
    Role::from_word(text).ok_or_else(|| CommandError::new(format!("{text} is no role; there are user and admin")))
}

fn changed(email: &str, outcome: Result<(), AdminError>, what: &str) -> Result<(), CommandError> {
    outcome.map_err(|why| match why {
        AdminError::NoAddress => CommandError::new(format!("{email} is no address, nor the id of an account")),
        why => CommandError::new(format!("{email}: {why}")),
    })?;
    output::done(&format!("{email} {what}."))
}

async fn reset_link(accounts: &Accounts, public_url: &PublicUrl, email: &str) -> Result<(), CommandError> {
    let token = accounts
        .issue_reset_link(&address(email)?)
        .await
        .map_err(|why| CommandError::new(format!("{email}: {why}")))?;
    output::say(&public_url.to(&format!("/reset-password/{token}")))
}

async fn list(accounts: &Accounts) -> Result<(), CommandError> {
    let mut wanted = Wanted {
        sort: Sort {
            column: Column::Created,
            direction: Direction::Ascending,
        },
        ..Wanted::default()
    };
    loop {
        let listing = accounts.list(&wanted).await?;
        let lines = listing.people.iter().map(|person| {
            let joined = Timestamp::from_millisecond(person.created_at)?.strftime("%Y-%m-%d");
            let (status, role) = (person.status.as_str(), person.role.as_str());
            Ok(format!("{status:8} {role:5} {joined} {}\t{}", person.email, person.display_name))
        });
        let lines = lines.collect::<Result<Vec<String>, jiff::Error>>()?;
        if !lines.is_empty() {
            output::say(&lines.join("\n"))?;
        }
        match listing.next {
            Some(place) => wanted.from = Some(Start::After(place)),
            None => return Ok(()),
        }
    }
}

async fn add(accounts: &Accounts, email: &str, from_stdin: bool) -> Result<(), CommandError> {
    let address = address(email)?;
    let typed = password::new(email, from_stdin)?;
    let password = accounts.password_policy().typed(&typed).map_err(|problem| refused(&problem))?;
    match accounts.add(&address, password).await {
        Ok(_) => output::done(&format!("{} has an account now.", address.as_str())),
        Err(AdminError::Password(problem)) => Err(refused(&problem)),
        Err(why) => Err(CommandError::new(format!("{email}: {why}"))),
    }
}

fn refused(problem: &PasswordError) -> CommandError {
    CommandError::new(format!("the password is refused: {problem}"))
}
