//! `/health/live`: the process runs. `/health/ready`: the database answers, is migrated and can be written.

use std::sync::Arc;

use rocket::http::{ContentType, Status};
use rocket::{Route, State, get, routes};

use crate::accounts::app::App;
use crate::db::{self, Explained};

pub fn routes() -> Vec<Route> {
    routes![live, ready]
}

#[get("/health/live")]
fn live() -> (ContentType, &'static str) {
    (ContentType::Plain, "live\n")
}

#[get("/health/ready")]
async fn ready(app: &State<Arc<App>>) -> (Status, (ContentType, &'static str)) {
    match db::ready(&app.pool, app.clock.now()).await {
        Ok(()) => (Status::Ok, (ContentType::Plain, "ready\n")),
        Err(error) => {
            tracing::warn!(error = %Explained(&error), "not ready");
            let what = match *error {
                sqlx::Error::Database(_) => "the database cannot be used\n",
                _ => "the database is away\n",
            };
            (Status::ServiceUnavailable, (ContentType::Plain, what))
        }
    }
}
