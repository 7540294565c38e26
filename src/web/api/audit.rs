//! `/api/v1/audit`: what happened to all accounts, for admins.

use std::sync::Arc;

use jiff::Timestamp;
use rocket::http::Method;
use rocket::serde::json::Json;
use rocket::{Route, State, get, routes};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::body::present;
use super::caller::ApiAdmin;
use super::operation::Operation;
use super::paging::{encoded, start, time};
use super::problem::ApiProblem;
use super::query::Query;
use crate::accounts::admin::audit::{self, AuditEntry, AuditQuery};
use crate::accounts::app::App;

const AUDIT: &str = "/api/v1/audit";

pub fn routes() -> Vec<Route> {
    routes![list]
}

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::new(Method::Get, AUDIT, "list_audit", "What happened to accounts, newest first, 50 at a time")
            .of_admin()
            .query::<AuditParameters>()
            .answers::<AuditList>(200, "A page of the list"),
    ]
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct AuditParameters {
    /// The id of one account.
    #[serde(default, deserialize_with = "present")]
    #[schemars(with = "String")]
    user: Option<String>,
    /// The `next` of a page.
    #[serde(default, deserialize_with = "present")]
    #[schemars(with = "String")]
    after: Option<String>,
    /// The `previous` of a page.
    #[serde(default, deserialize_with = "present")]
    #[schemars(with = "String")]
    before: Option<String>,
}

#[derive(Serialize, JsonSchema)]
struct AuditList {
    entries: Vec<Entry>,
    /// The value of `after` for the next page.
    next: Option<String>,
    /// The value of `before` for the previous page.
    previous: Option<String>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "AuditEntry")]
struct Entry {
    id: String,
    #[schemars(with = "String", extend("format" = "date-time"))]
    at: Timestamp,
    /// What happened, as `signed_in`.
    event: String,
    /// The account; of a deleted one, a pseudonym.
    user_id: String,
    /// Browser and system, if known, as `Firefox/Linux`.
    device: Option<String>,
    /// The client's address without its last part. Without it: by the operator or an admin.
    masked_ip: Option<String>,
}

impl From<AuditEntry> for Entry {
    fn from(entry: AuditEntry) -> Self {
        Self {
            id: entry.id,
            at: time(entry.at),
            event: entry.event,
            user_id: entry.user_id,
            device: entry.device,
            masked_ip: entry.masked_ip,
        }
    }
}

impl AuditParameters {
    fn parse(self) -> Result<AuditQuery, ApiProblem> {
        if self.user.as_ref().is_some_and(|id| id.contains('\0')) {
            // PostgreSQL refuses a text with a NUL.
            return Err(ApiProblem::parameter("user", "is no id of an account"));
        }
        let name = if self.after.is_some() { "after" } else { "before" };
        let query = AuditQuery {
            start: start(self.after.as_deref(), self.before.as_deref())?,
            user_id: self.user,
        };
        if !query.is_sound() {
            return Err(ApiProblem::parameter(name, "must be what an answer gave as `next` or `previous`"));
        }
        Ok(query)
    }
}

#[get("/api/v1/audit")]
async fn list(
    _admin: ApiAdmin,
    app: &State<Arc<App>>,
    query: Query<AuditParameters>,
) -> Result<Json<AuditList>, ApiProblem> {
    let page = audit::page(&app.pool, &query.0.parse()?).await?;
    Ok(Json(AuditList {
        entries: page.entries.into_iter().map(Entry::from).collect(),
        next: encoded(page.next),
        previous: encoded(page.previous),
    }))
}
