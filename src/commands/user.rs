//! `vestibule user`

use std::io::{BufRead, IsTerminal};

use clap::Subcommand;
use figment::Figment;
use jiff::Timestamp;
use zeroize::Zeroizing;

use super::Failure;
use crate::accounts::address::EmailAddress;
use crate::accounts::directory::{Column, Direction, From as Start, Sort, Wanted};
use crate::accounts::password::PasswordProblem;
use crate::accounts::standing::Unchanged;
use crate::accounts::{Accounts, Role};
use crate::config::PublicUrl;

/// What can be done with accounts.
#[derive(Subcommand)]
pub enum Command {
    /// List the accounts: status, role, when they signed up, address, name
    List,
    /// Make an account; its address counts as confirmed
    Add {
        /// Its address
        email: String,
        /// Read the password from standard input instead of asking for it
        #[arg(long)]
        password_stdin: bool,
    },
    /// Give a role
    Grant {
        /// The account's address
        email: String,
        /// `admin`
        role: String,
    },
    /// Take a role away
    Revoke {
        /// The account's address
        email: String,
        /// `admin`
        role: String,
    },
    /// Shut an account out; its sessions end at once
    Disable {
        /// The account's address
        email: String,
    },
    /// Let a disabled account in again
    Enable {
        /// The account's address
        email: String,
    },
    /// Print a link by which somebody sets a new password: once, within 30 minutes
    ResetLink {
        /// The account's address
        email: String,
    },
    /// Delete an account for good
    Delete {
        /// The account's address
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
            changed(&email, accounts.set_role(&address(&email)?, role).await, &format!("is {} now", role.as_str()))
        }
        Command::Revoke { email, role } => match role_of(&role)? {
            Role::User => Err(Failure::new("everybody is a user; disable or delete the account instead")),
            Role::Admin => {
                changed(&email, accounts.set_role(&address(&email)?, Role::User).await, "is an ordinary user now")
            }
        },
        Command::Disable { email } => {
            changed(&email, accounts.set_disabled(&address(&email)?, true).await, "is disabled now")
        }
        Command::Enable { email } => {
            changed(&email, accounts.set_disabled(&address(&email)?, false).await, "is enabled now")
        }
        Command::ResetLink { email } => reset_link(&accounts, &config.public_url, &email).await,
        Command::Delete { email } => changed(&email, accounts.delete(&address(&email)?).await, "is deleted"),
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
    outcome.map_err(|why| Failure::new(format!("{email}: {why}")))?;
    println!("{email} {what}.");
    Ok(())
}

async fn reset_link(accounts: &Accounts, public_url: &PublicUrl, email: &str) -> Result<(), Failure> {
    let token = accounts
        .mint_reset_by_hand(&address(email)?)
        .await
        .map_err(|why| Failure::new(format!("{email}: {why}")))?;
    println!("{}", public_url.to(&format!("/reset-password/{token}")));
    Ok(())
}

async fn list(accounts: &Accounts) -> Result<(), Failure> {
    let mut wanted = Wanted {
        sort: Sort {
            column: Column::Created,
            direction: Direction::Ascending,
        },
        ..Wanted::default()
    };
    loop {
        let listing = accounts.list(&wanted).await?;
        for person in &listing.people {
            let joined = Timestamp::from_millisecond(person.created_at)?.strftime("%Y-%m-%d");
            println!(
                "{:8} {:5} {joined} {}\t{}",
                person.status.as_str(),
                person.role.as_str(),
                person.email,
                person.display_name
            );
        }
        match listing.next {
            Some(place) => wanted.from = Some(Start::After(place)),
            None => return Ok(()),
        }
    }
}

async fn add(accounts: &Accounts, email: &str, from_stdin: bool) -> Result<(), Failure> {
    let address = address(email)?;
    let typed = if from_stdin {
        let mut line = Zeroizing::new(String::new());
        std::io::stdin().lock().read_line(&mut line)?;
        Zeroizing::new(line.trim_end_matches(['\r', '\n']).to_owned())
    } else if std::io::stdin().is_terminal() {
        let typed = Zeroizing::new(rpassword::prompt_password(format!("Password for {email}: "))?);
        let again = Zeroizing::new(rpassword::prompt_password("Once more: ")?);
        if typed != again {
            return Err(Failure::new("the two differ; nothing was made"));
        }
        typed
    } else {
        return Err(Failure::new("there is nobody to ask for a password; use --password-stdin"));
    };
    let password = accounts.password_policy().typed(&typed).map_err(|problem| refused(&problem))?;
    match accounts.add(&address, password).await {
        Ok(_) => {
            println!("{} has an account now.", address.as_str());
            Ok(())
        }
        Err(Unchanged::Password(problem)) => Err(refused(&problem)),
        Err(why) => Err(Failure::new(format!("{email}: {why}"))),
    }
}

fn refused(problem: &PasswordProblem) -> Failure {
    Failure::new(format!("the password is refused: {problem}"))
}
