//! `/reset-password`: a new password by the mailed link.

use std::sync::Arc;

use rocket::http::Status;
use rocket::{FromForm, Route, State, get, post, routes};

use crate::accounts::address::shown;
use crate::accounts::links::Link;
use crate::accounts::reset::{NotReset, RESET_LIFETIME};
use crate::accounts::{Accounts, Visitor};
use crate::time::{MINUTE, SECOND};
use crate::web::cookies::{Jar, Name};
use crate::web::error::Error;
use crate::web::forms::{Form, new_password_problem};
use crate::web::guards::MaybeUser;
use crate::web::link_page::link_page;
use crate::web::next::sign_in_as;
use crate::web::page::{Done, Flash, Page};

pub fn routes() -> Vec<Route> {
    routes![follow, show, set]
}

/// Moves the token out of the address, where histories and proxies keep it, into a cookie (ASVS 14.2.1).
#[get("/reset-password/<token>")]
async fn follow(_user: MaybeUser, jar: Jar<'_>, accounts: &State<Arc<Accounts>>, token: &str) -> Result<Done, Error> {
    if let Link::Unknown = accounts.reset_link(token).await? {
        return Err(Error::NotFound);
    }
    jar.set(Name::Reset, token, Some(RESET_LIFETIME / SECOND));
    Ok(Done::to("/reset-password"))
}

#[get("/reset-password")]
async fn show(_user: MaybeUser, jar: Jar<'_>, accounts: &State<Arc<Accounts>>) -> Result<Page, Error> {
    match jar.get(Name::Reset) {
        Some(token) => page(accounts, token).await,
        None => Ok(lost()),
    }
}

/// Where this browser holds no link: it was opened in another one, too long ago, or this one keeps no cookies.
fn lost() -> Page {
    Page::new("reset_password")
        .with("state", "lost")
        .with("minutes", RESET_LIFETIME / MINUTE)
}

/// Where a link leads.
async fn page(accounts: &Accounts, token: &str) -> Result<Page, Error> {
    let page = link_page("reset_password", accounts.reset_link(token).await?)?;
    Ok(page.with("min_length", accounts.password_policy().min_length))
}

#[derive(FromForm)]
struct New<'r> {
    #[field(default = "")]
    password: &'r str,
    /// Whose password the page said that it sets.
    email: Option<&'r str>,
}

#[post("/reset-password", data = "<form>")]
async fn set(
    _user: MaybeUser,
    visitor: Visitor,
    jar: Jar<'_>,
    accounts: &State<Arc<Accounts>>,
    form: Form<New<'_>>,
) -> Result<Result<Done, Page>, Error> {
    let Some(token) = jar.get(Name::Reset) else {
        return Ok(Err(lost().status(Status::UnprocessableEntity)));
    };
    // Another link was opened in this browser meanwhile: it is said again whose password is set.
    if let (Some(told), Link::Ready { email }) = (form.email, accounts.reset_link(token).await?)
        && told != email
        && told != shown(&email)
    {
        return page(accounts, token).await.map(Err);
    }
    let password = accounts.password_policy().typed(form.password);
    match accounts.reset_password(&visitor, token, password).await {
        Ok(email) => {
            jar.remove(Name::Reset);
            Ok(Ok(Done::to(sign_in_as(&email)).saying(Flash::PasswordSet)))
        }
        Err(NotReset::Link) => page(accounts, token).await.map(Err),
        Err(NotReset::Password(problem)) => {
            let page = page(accounts, token).await?;
            Ok(Err(page.refusing(vec![new_password_problem(problem)])))
        }
        Err(NotReset::Trouble(trouble)) => Err(trouble.into()),
    }
}
