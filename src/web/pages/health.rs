//! `/health/live`: the process runs. `/health/ready`: it can serve, for the database answers and is migrated.

use std::sync::Arc;

use rocket::http::{ContentType, Status};
use rocket::{Route, State, get, routes};

use crate::accounts::Accounts;

pub fn routes() -> Vec<Route> {
    routes![live, ready]
}

#[get("/health/live")]
fn live() -> (ContentType, &'static str) {
    (ContentType::Plain, "live\n")
}

#[get("/health/ready")]
async fn ready(accounts: &State<Arc<Accounts>>) -> (Status, (ContentType, &'static str)) {
    match accounts.answers().await {
        Ok(()) => (Status::Ok, (ContentType::Plain, "ready\n")),
        Err(trouble) => {
            tracing::warn!(%trouble, "not ready");
            (Status::ServiceUnavailable, (ContentType::Plain, "the database is away\n"))
        }
    }
}
