//! `/api/v1/registration`: signing up, and confirming the address by the mailed code.

use std::sync::Arc;

use rocket::http::{Method, Status};
use rocket::serde::json::Json;
use rocket::{Route, State, post, routes};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::body::{Body, present};
use super::client::ApiClient;
use super::operation::Operation;
use super::problem::{ApiProblem, ProblemType, email_problem, name_problem, password_problem};
use crate::accounts::app::App;
use crate::accounts::error::Failure;
use crate::accounts::identity::display_name::DisplayName;
use crate::accounts::identity::email_address::EmailAddress;
use crate::accounts::passwords::password::Password;
use crate::accounts::sign_up::{self, SignUpError, confirm};

const REGISTRATION: &str = "/api/v1/registration";
const CONFIRM: &str = "/api/v1/registration/confirm";

pub fn routes() -> Vec<Route> {
    routes![register, confirm_by_code]
}

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::new(Method::Post, REGISTRATION, "register", "Sign up; a mail brings a code")
            .body::<RegistrationBody>()
            .answers::<Registered>(202, "The same answer, whether or not the address has an account")
            .fails(&[ProblemType::SignUpClosed, ProblemType::TooManyRequests]),
        Operation::new(Method::Post, CONFIRM, "confirm_registration", "Confirm the address by the mailed code")
            .body::<Confirmation>()
            .fails(&[ProblemType::CodeRefused, ProblemType::TooManyRequests]),
    ]
}

/// A sign-up. The same one again asks for another mail.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Registration")]
struct RegistrationBody {
    email: String,
    password: String,
    #[serde(default, deserialize_with = "present")]
    #[schemars(with = "String")]
    display_name: Option<String>,
}

#[derive(Serialize, JsonSchema)]
struct Registered {
    /// The address that the mail goes to.
    email: String,
}

impl RegistrationBody {
    fn parse(&self, app: &App) -> Result<sign_up::Registration, ApiProblem> {
        let name = DisplayName::parse(self.display_name.as_deref().unwrap_or_default());
        let email = EmailAddress::parse(&self.email);
        let password = app.password_policy.typed(&self.password);
        match (name, email, password) {
            (Ok(display_name), Ok(email), Ok(password)) => Ok(sign_up::Registration {
                secret: Some(sign_up::program_secret(app, &email, &password)),
                email,
                display_name,
                password,
                next: None,
                form: None,
            }),
            (name, email, password) => Err(ApiProblem::members(
                [
                    email.err().map(email_problem),
                    password.err().as_ref().map(password_problem),
                    name.err().map(name_problem),
                ]
                .into_iter()
                .flatten()
                .collect(),
            )),
        }
    }
}

#[post("/api/v1/registration", data = "<body>")]
async fn register(
    client: ApiClient,
    app: &State<Arc<App>>,
    body: Body<RegistrationBody>,
) -> Result<(Status, Json<Registered>), ApiProblem> {
    if !app.signup_is_open {
        return Err(ApiProblem::of(ProblemType::SignUpClosed));
    }
    let registration = body.0.parse(app)?;
    let email = registration.email.as_str().to_owned();
    match sign_up::sign_up(app, &client.0, registration).await {
        Ok(_) => Ok((Status::Accepted, Json(Registered { email }))),
        Err(Failure::Refused(SignUpError::Closed)) => Err(ApiProblem::of(ProblemType::SignUpClosed)),
        Err(Failure::Refused(SignUpError::Password(why))) => Err(ApiProblem::members(vec![password_problem(&why)])),
        Err(Failure::Service(error)) => Err(error.into()),
    }
}

/// The code of the newest mail, with address and password of the sign-up: so a code that a stranger's sign-up has caused
/// confirms nothing.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Confirmation {
    email: String,
    password: String,
    code: String,
}

#[post("/api/v1/registration/confirm", data = "<body>")]
async fn confirm_by_code(
    client: ApiClient,
    app: &State<Arc<App>>,
    body: Body<Confirmation>,
) -> Result<Status, ApiProblem> {
    let Confirmation { email, password, code } = body.0;
    // An address or a password that no sign-up has is refused like a wrong code.
    let secret = match (EmailAddress::parse(&email), Password::typed(&password)) {
        (Ok(email), Ok(password)) => sign_up::program_secret(app, &email, &password),
        _ => String::new(),
    };
    match confirm::confirm_by_program(app, &client.0, &code, &secret).await {
        Ok(()) => Ok(Status::NoContent),
        Err(Failure::Refused(_)) => Err(ApiProblem::of(ProblemType::CodeRefused)),
        Err(Failure::Service(error)) => Err(error.into()),
    }
}
