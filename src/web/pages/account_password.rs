//! `/account/password`, and the well-known address that leads to it (W3C, "A Well-Known URL for Changing Passwords").

use std::sync::Arc;

use rocket::{FromForm, Route, State, get, post, routes};

use crate::accounts::password::Password;
use crate::accounts::password_change::NotChanged;
use crate::accounts::proof::NotProved;
use crate::accounts::{Accounts, Visitor};
use crate::web::cookies::{Jar, Name};
use crate::web::error::Error;
use crate::web::forms::new_password_problem;
use crate::web::guards::CurrentUser;
use crate::web::page::{Done, Flash, Page, Problem};
use crate::web::user_form::UserForm;

pub fn routes() -> Vec<Route> {
    routes![well_known, show, change]
}

#[get("/.well-known/change-password")]
fn well_known() -> Done {
    Done::to("/account/password")
}

#[get("/account/password")]
fn show(_user: CurrentUser, accounts: &State<Arc<Accounts>>) -> Page {
    page(accounts)
}

fn page(accounts: &Accounts) -> Page {
    Page::new("account_password").with("min_length", accounts.password_policy().min_length)
}

#[derive(FromForm)]
struct Change<'r> {
    #[field(default = "")]
    current_password: &'r str,
    #[field(default = "")]
    password: &'r str,
}

#[post("/account/password", data = "<form>")]
async fn change(
    visitor: Visitor,
    jar: Jar<'_>,
    accounts: &State<Arc<Accounts>>,
    form: UserForm<CurrentUser, Change<'_>>,
) -> Result<Result<Done, Page>, Error> {
    let UserForm { user, fields: form } = form;
    let (current, new) = match form.parse(accounts) {
        Ok(passwords) => passwords,
        Err(problems) => return Ok(Err(page(accounts).refusing(problems))),
    };
    let problem = match accounts.change_password(&visitor, &user, current, new).await {
        Ok(ticket) => {
            jar.set_session(ticket);
            return Ok(Ok(Done::to("/account/password").saying(Flash::PasswordChanged)));
        }
        Err(NotChanged::NotProved(NotProved::ShutOut)) => {
            jar.remove(Name::Session);
            return Ok(Ok(Done::to("/login").saying(Flash::SessionOver)));
        }
        Err(NotChanged::NotProved(NotProved::SessionOver)) => {
            return Ok(Ok(Done::to("/login?next=/account/password").saying(Flash::SessionOver)));
        }
        Err(NotChanged::NotProved(NotProved::Trouble(trouble))) => return Err(trouble.into()),
        Err(NotChanged::NotProved(NotProved::Wrong)) => wrong(),
        Err(NotChanged::Same) => Problem::with("password", "problem-password-same"),
        Err(NotChanged::Password(problem)) => new_password_problem(problem),
    };
    Ok(Err(page(accounts).refusing(vec![problem])))
}

fn wrong() -> Problem {
    Problem::with("current_password", "problem-password-wrong")
}

impl Change<'_> {
    /// Both passwords, or everything that is wrong with them without looking any further, in the order of the fields.
    fn parse(&self, accounts: &Accounts) -> Result<(Password, Password), Vec<Problem>> {
        let current = match self.current_password {
            "" => Err(Problem::with("current_password", "problem-current-password-missing")),
            text => Password::typed(text).map_err(|_| wrong()),
        };
        let new = accounts.password_policy().typed(self.password).map_err(new_password_problem);
        match (current, new) {
            (Ok(current), Ok(new)) => Ok((current, new)),
            (current, new) => Err(current.err().into_iter().chain(new.err()).collect()),
        }
    }
}
