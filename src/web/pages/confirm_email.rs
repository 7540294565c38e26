//! `/confirm-email`: by the mailed link, by the typed code, and asking for another mail.

use std::sync::Arc;

use rocket::http::Status;
use rocket::{FromForm, Route, State, get, post, routes};

use crate::accounts::address::{EmailAddress, shown};
use crate::accounts::confirm::{Confirmed, Link, NotConfirmed};
use crate::accounts::{Accounts, Visitor};
use crate::web::cookies::{Jar, Name};
use crate::web::error::Error;
use crate::web::forms::{Form, email_problem, password_problem, typed};
use crate::web::guards::MaybeUser;
use crate::web::inbox;
use crate::web::next::{Next, onward, sign_in_as};
use crate::web::page::{Done, Flash, Frame, Page, Problem};

pub fn routes() -> Vec<Route> {
    routes![show, by_link, by_code, resend]
}

/// Shows where a link leads, and changes nothing: mail scanners open links (ASVS 3.5.3).
#[get("/confirm-email/<token>")]
async fn show(_user: MaybeUser, jar: Jar<'_>, accounts: &State<Arc<Accounts>>, token: &str) -> Result<Page, Error> {
    let link = accounts.confirmation_link(token, jar.get(Name::Signup)).await?;
    page(accounts, link)
}

fn page(accounts: &Accounts, link: Link) -> Result<Page, Error> {
    let page = Page::new("confirm_email").with("min_length", accounts.password_policy().min_length);
    match link {
        Link::Unknown => Err(Error::NotFound),
        Link::Already => Ok(page.with("state", "already")),
        Link::Expired { email } => Ok(page.with("state", "expired").with("email", shown(&email)).status(Status::Gone)),
        Link::Ready { email, asks_password } => Ok(page
            .with("state", "ready")
            .with("email", shown(&email))
            .with("asks_password", asks_password)),
    }
}

#[derive(FromForm)]
struct Confirm<'r> {
    #[field(default = "")]
    password: &'r str,
}

#[post("/confirm-email/<token>", data = "<form>")]
async fn by_link(
    user: MaybeUser,
    visitor: Visitor,
    jar: Jar<'_>,
    accounts: &State<Arc<Accounts>>,
    frame: &State<Frame>,
    token: &str,
    form: Form<Confirm<'_>>,
) -> Result<Result<Done, Page>, Error> {
    let secret = jar.get(Name::Signup);
    let password = accounts.password_policy().typed(form.password);
    match accounts
        .confirm_by_link(&visitor, token, secret, password, user.present())
        .await
    {
        Ok(confirmed) => Ok(Ok(done(jar, frame, confirmed))),
        Err(NotConfirmed::Trouble(trouble)) => Err(trouble.into()),
        Err(refused) => {
            let link = accounts.confirmation_link(token, secret).await?;
            let page = page(accounts, link)?;
            Ok(Err(match refused {
                NotConfirmed::Password(problem) => page.refusing(vec![password_problem(problem)]),
                _ => page,
            }))
        }
    }
}

#[derive(FromForm)]
struct Code<'r> {
    #[field(default = "")]
    code: &'r str,
}

#[post("/confirm-email", data = "<form>")]
async fn by_code(
    user: MaybeUser,
    visitor: Visitor,
    jar: Jar<'_>,
    accounts: &State<Arc<Accounts>>,
    frame: &State<Frame>,
    form: Form<Code<'_>>,
) -> Result<Result<Done, Page>, Error> {
    let refused = |key| async move {
        let page = inbox::page(accounts, jar).await?;
        Ok(Err(page.refusing(vec![Problem::with("code", key)])))
    };
    if form.code.trim().is_empty() {
        return refused("problem-code-missing").await;
    }
    match accounts
        .confirm_by_code(&visitor, form.code, jar.get(Name::Signup), user.present())
        .await
    {
        Ok(confirmed) => Ok(Ok(done(jar, frame, confirmed))),
        Err(NotConfirmed::Trouble(trouble)) => Err(trouble.into()),
        // A second press of the button, after the first has confirmed.
        Err(_) if user.present().is_some() && jar.get(Name::Signup).is_none() => Ok(Ok(Done::to(onward(None, frame)))),
        Err(_) => refused("problem-code-wrong").await,
    }
}

/// In the browser that signed up: signed in, and on to where it wanted to go. Elsewhere: to the sign-in page.
fn done(jar: Jar<'_>, frame: &Frame, confirmed: Confirmed) -> Done {
    match confirmed {
        Confirmed::SignedIn { ticket, next } => {
            jar.remove(Name::Signup);
            jar.set_session(ticket);
            let next = next.as_deref().and_then(Next::parse);
            Done::to(onward(next.as_ref(), frame)).saying(Flash::Welcome)
        }
        Confirmed::Elsewhere { email } => Done::to(sign_in_as(&email)).saying(Flash::Confirmed),
    }
}

#[derive(FromForm)]
struct Resend<'r> {
    #[field(default = "")]
    email: &'r str,
}

#[post("/confirm-email/resend", data = "<form>")]
async fn resend(
    visitor: Visitor,
    jar: Jar<'_>,
    accounts: &State<Arc<Accounts>>,
    form: Form<Resend<'_>>,
) -> Result<Result<Done, Page>, Error> {
    let email = match EmailAddress::parse(form.email) {
        Ok(email) => email,
        Err(problem) => {
            let page = inbox::page(accounts, jar).await?;
            let values = serde_json::json!({ "email": typed(form.email) });
            return Ok(Err(page.with("values", values).refusing(vec![email_problem(problem)])));
        }
    };
    accounts.resend_confirmation(&visitor, &email, jar.get(Name::Signup)).await?;
    Ok(Ok(Done::to("/signup/sent").saying(Flash::MailSent)))
}
