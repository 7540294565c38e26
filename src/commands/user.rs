//! `vestibule user`

use clap::Subcommand;
use figment::Figment;
use jiff::Timestamp;

use super::{Failure, output, password};
use crate::accounts::address::EmailAddress;
use crate::accounts::admin::directory::{self, Direction, Sort, SortKey, UserQuery};
use crate::accounts::password::PasswordProblem;
use crate::accounts::standing::Unchanged;
use crate::accounts::{Accounts, Role};
use crate::config::PublicUrl;
use crate::db::Start;

/// What can be done with accounts.
#[derive(Subcommand)]
pub enum Command {
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
pub async fn run(figment: &Figment, command: Command) -> Result<(), Failure> {
    let (config, pool, accounts) = super::accounts(figment).await?;
    let done = match command {
        Command::List => list(&accounts).await,
        Command::Add { email, password_stdin } => add(&accounts, &email, password_stdin).await,
        Command::Grant { email, role } => {
            let role = role_of(&role)?;
            changed(&email, accounts.set_role(&email, role).await, &format!("is {} now", role.as_str()))
        }
        Command::Revoke { email, role } => match role_of(&role)? {
            Role::User => Err(Failure::new("everybody is a user; disable or delete the account instead")),
            Role::Admin => changed(&email, accounts.set_role(&email, Role::User).await, "is an ordinary user now"),
        },
        Command::Disable { email } => changed(&email, accounts.set_disabled(&email, true).await, "is disabled now"),
        Command::Enable { email } => changed(&email, accounts.set_disabled(&email, false).await, "is enabled now"),
        Command::SetEmail { email, new } => {
            let done = accounts.set_email(&email, &address(&new)?).await;
            changed(&email, done, &format!("has the address {new} now"))
        }
        Command::ResetLink { email } => reset_link(&accounts, &config.public_url, &email).await,
        Command::Delete { email } => changed(&email, accounts.delete(&email).await, "is deleted"),
    };
    pool.close().await;
    done
}

fn address(text: &str) -> Result<EmailAddress, Failure> {
    EmailAddress::parse(text).map_err(|_| Failure::new(format!("{text} is no address")))
}

fn role_of(text: &str) -> Result<Role, Failure> {
    Role::from_word(text).ok_or_else(|| Failure::new(format!("{text} is no role; there are user and admin")))
}

fn changed(email: &str, outcome: Result<(), Unchanged>, what: &str) -> Result<(), Failure> {
    outcome.map_err(|why| match why {
        Unchanged::NoAddress => Failure::new(format!("{email} is no address, nor the id of an account")),
        why => Failure::new(format!("{email}: {why}")),
    })?;
    output::done(&format!("{email} {what}."))
}

async fn reset_link(accounts: &Accounts, public_url: &PublicUrl, email: &str) -> Result<(), Failure> {
    let token = accounts
        .mint_reset_by_hand(&address(email)?)
        .await
        .map_err(|why| Failure::new(format!("{email}: {why}")))?;
    output::say(&public_url.to(&format!("/reset-password/{token}")))
}

async fn list(accounts: &Accounts) -> Result<(), Failure> {
    let mut query = UserQuery {
        sort: Sort {
            key: SortKey::Created,
            direction: Direction::Ascending,
        },
        ..UserQuery::default()
    };
    loop {
        let page = directory::page(accounts.pool(), &query).await?;
        let lines = page.users.iter().map(|user| {
            let joined = Timestamp::from_millisecond(user.created_at)?.strftime("%Y-%m-%d");
            let (status, role) = (user.status.as_str(), user.role.as_str());
            Ok(format!("{status:8} {role:5} {joined} {}\t{}", user.email, user.display_name))
        });
        let lines = lines.collect::<Result<Vec<String>, jiff::Error>>()?;
        if !lines.is_empty() {
            output::say(&lines.join("\n"))?;
        }
        match page.next {
            Some(cursor) => query.start = Some(Start::After(cursor)),
            None => return Ok(()),
        }
    }
}

async fn add(accounts: &Accounts, email: &str, from_stdin: bool) -> Result<(), Failure> {
    let address = address(email)?;
    let typed = password::new(email, from_stdin)?;
    let password = accounts.password_policy().typed(&typed).map_err(|problem| refused(&problem))?;
    match accounts.add(&address, password).await {
        Ok(_) => output::done(&format!("{} has an account now.", address.as_str())),
        Err(Unchanged::Password(problem)) => Err(refused(&problem)),
        Err(why) => Err(Failure::new(format!("{email}: {why}"))),
    }
}

fn refused(problem: &PasswordProblem) -> Failure {
    Failure::new(format!("the password is refused: {problem}"))
}
