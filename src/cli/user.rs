//! `vestibule user`: manages accounts.

use clap::Subcommand;
use figment::Figment;
use jiff::Timestamp;

use super::command_error::CommandError;
use super::database::open_app;
use super::group::group_name;
use super::{output, password};
use crate::accounts::admin::directory::{self, Direction, Sort, SortKey, UserQuery};
use crate::accounts::admin::user_change::{UserChange, change_user};
use crate::accounts::admin::users::{self, AdminError, NewUser};
use crate::accounts::app::App;
use crate::accounts::apps::groups::GroupError;
use crate::accounts::apps::memberships;
use crate::accounts::error::Failure;
use crate::accounts::identity::display_name::DisplayName;
use crate::accounts::identity::email_address::EmailAddress;
use crate::accounts::identity::user::Role;
use crate::accounts::identity::user_name::{MAX_USER_NAME, UserName};
use crate::accounts::passwords::password::PasswordError;
use crate::accounts::recovery::{factor_reset, password_reset};
use crate::config::{GroupName, PublicUrl};
use crate::db::Start;

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
    /// Make an account a member of a group
    Join {
        /// The account's address or id
        email: String,
        /// The group's name
        group: String,
    },
    /// Take an account out of a group
    Leave {
        /// The account's address or id
        email: String,
        /// The group's name
        group: String,
    },
    /// Give an account another address, which counts as confirmed; its sessions end at once
    SetEmail {
        /// The account's address or id
        email: String,
        /// The new address
        new: String,
    },
    /// Give an account another user name, by which apps may know it; the old one stays reserved for it
    Rename {
        /// The account's address or id
        email: String,
        /// The new user name
        user_name: String,
    },
    /// Print a link to a new password: it works once, and as long as `lifetimes.reset_link` says
    ResetLink {
        /// The account's address
        email: String,
    },
    /// Remove the second factors of an account whose owner has lost them, after the time that `lifetimes.factor_reset` says; its
    /// owner gets a mail that can stop it
    ResetFactors {
        /// The account's address or id
        email: String,
    },
    /// Delete an account for good
    Delete {
        /// The account's address or id
        email: String,
    },
}

pub async fn run(figment: &Figment, command: UserCommand) -> Result<(), CommandError> {
    let (config, pool, app) = open_app(figment).await?;
    let done = match command {
        UserCommand::List => list(&app).await,
        UserCommand::Add { email, password_stdin } => add(&app, &email, password_stdin).await,
        UserCommand::Grant { email, role } => {
            let role = role_of(&role)?;
            changed(&email, set(&app, &email, role_change(role)).await, &format!("is {} now", role.as_str()))
        }
        UserCommand::Revoke { email, role } => match role_of(&role)? {
            Role::User => Err(CommandError::new("everybody is a user; disable or delete the account instead")),
            Role::Admin => changed(&email, set(&app, &email, role_change(Role::User)).await, "is an ordinary user now"),
        },
        UserCommand::Disable { email } => changed(&email, set(&app, &email, disabling(true)).await, "is disabled now"),
        UserCommand::Enable { email } => changed(&email, set(&app, &email, disabling(false)).await, "is enabled now"),
        UserCommand::Join { email, group } => {
            let group = group_name(&group)?;
            let done = memberships::join(&app, None, &email, &group).await;
            changed_membership(&email, &group, done, "is in")
        }
        UserCommand::Leave { email, group } => {
            let group = group_name(&group)?;
            let done = memberships::leave(&app, None, &email, &group).await;
            changed_membership(&email, &group, done, "is not in")
        }
        UserCommand::SetEmail { email, new } => {
            let change = UserChange {
                email: Some(address(&new)?),
                ..UserChange::default()
            };
            changed(&email, set(&app, &email, change).await, &format!("has the address {new} now"))
        }
        UserCommand::Rename { email, user_name } => {
            let done = users::rename(&app, None, &email, &user_name_of(&user_name)?).await;
            changed(&email, done, &format!("has the user name {user_name} now"))
        }
        UserCommand::ResetLink { email } => reset_link(&app, &config.public_url, &email).await,
        UserCommand::ResetFactors { email } => reset_factors(&app, &email).await,
        UserCommand::Delete { email } => changed(&email, users::delete(&app, None, &email).await, "is deleted"),
    };
    pool.close().await;
    done
}

fn address(text: &str) -> Result<EmailAddress, CommandError> {
    EmailAddress::parse(text).map_err(|_| CommandError::new(format!("{text} is no address")))
}

fn role_of(text: &str) -> Result<Role, CommandError> {
    Role::parse(text).ok_or_else(|| CommandError::new(format!("{text} is no role; there are user and admin")))
}

fn user_name_of(text: &str) -> Result<UserName, CommandError> {
    UserName::parse(text).ok_or_else(|| {
        CommandError::new(format!(
            "{text} is no user name, which has at most {MAX_USER_NAME} letters from a to z, digits, '.', '_' and '-', with \
             at least one letter or digit"
        ))
    })
}

fn role_change(role: Role) -> UserChange {
    UserChange {
        role: Some(role),
        ..UserChange::default()
    }
}

fn disabling(disabled: bool) -> UserChange {
    UserChange {
        disabled: Some(disabled),
        ..UserChange::default()
    }
}

async fn set(app: &App, email: &str, change: UserChange) -> Result<(), Failure<AdminError>> {
    change_user(app, None, email, &change).await
}

fn changed(email: &str, outcome: Result<(), Failure<AdminError>>, what: &str) -> Result<(), CommandError> {
    outcome.map_err(|why| match why {
        Failure::Refused(AdminError::NoAddress) => {
            CommandError::new(format!("{email} is no address, nor the id of an account"))
        }
        why => CommandError::new(format!("{email}: {why}")),
    })?;
    output::done(&format!("{email} {what}."))
}

fn changed_membership(
    email: &str,
    group: &GroupName,
    outcome: Result<(), Failure<GroupError>>,
    what: &str,
) -> Result<(), CommandError> {
    outcome.map_err(|why| match why {
        Failure::Refused(GroupError::Unknown) => {
            CommandError::new(format!("{group}: there is no such group; `vestibule group add` makes one"))
        }
        Failure::Refused(GroupError::NoAddress) => {
            CommandError::new(format!("{email} is no address, nor the id of an account"))
        }
        why => CommandError::new(format!("{email}: {why}")),
    })?;
    output::done(&format!("{email} {what} the group {group} now."))
}

async fn reset_link(app: &App, public_url: &PublicUrl, email: &str) -> Result<(), CommandError> {
    let token = password_reset::issue_reset_link(app, &address(email)?)
        .await
        .map_err(|why| CommandError::new(format!("{email}: {why}")))?;
    output::say(&public_url.to(&format!("/reset-password/{token}")))
}

async fn reset_factors(app: &App, email: &str) -> Result<(), CommandError> {
    let due_at = factor_reset::request(app, email)
        .await
        .map_err(|why| CommandError::new(format!("{email}: {why}")))?;
    let due_at = Timestamp::from_millisecond(due_at).map_err(|_| CommandError::new("the time is out of range"))?;
    output::done(&format!(
        "{email} gets a mail now. If nobody stops it, the second factors are removed after {}, by the running server.",
        due_at.strftime("%Y-%m-%d %H:%M UTC")
    ))
}

async fn list(app: &App) -> Result<(), CommandError> {
    let mut query = UserQuery {
        sort: Sort {
            key: SortKey::Created,
            direction: Direction::Ascending,
        },
        ..UserQuery::default()
    };
    loop {
        let page = directory::page(&app.pool, &query).await?;
        let lines = page.users.iter().map(|user| {
            let joined = Timestamp::from_millisecond(user.created_at)?.strftime("%Y-%m-%d");
            let (status, role) = (user.status.as_str(), user.role.as_str());
            Ok(format!("{status:8} {role:5} {joined} {}\t{}", user.email, user.profile.display_name.as_str()))
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

async fn add(app: &App, email: &str, from_stdin: bool) -> Result<(), CommandError> {
    let address = address(email)?;
    let typed = password::new(email, from_stdin)?;
    let password = app.password_policy.typed(&typed).map_err(|problem| password_error(&problem))?;
    let new = NewUser {
        email: address.clone(),
        display_name: DisplayName::default(),
        password,
    };
    match users::add(app, None, new).await {
        Ok(_) => output::done(&format!("{} has an account now.", address.as_str())),
        Err(Failure::Refused(AdminError::Password(problem))) => Err(password_error(&problem)),
        Err(why) => Err(CommandError::new(format!("{email}: {why}"))),
    }
}

fn password_error(problem: &PasswordError) -> CommandError {
    CommandError::new(format!("the password is refused: {problem}"))
}
