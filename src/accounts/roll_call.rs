//! Whose tokens count: asked of the database by one statement for all who come at the same moment (batching).
//!
//! While statements are under way, whoever comes waits, and the next one answers all of them. Nothing is remembered: a
//! statement begins after everybody whom it answers has asked. The busier it is, the less each of them costs.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sqlx::Row as _;
use tokio::sync::oneshot;

use super::last_seen::{live, rested_since};
use crate::db::{AT_HAND, AtHand, Pool, Row};
use crate::time::Clock;
use crate::tokens::jwt::Claims;

/// As many as one statement answers: it names so many whoever comes, and what is left empty costs a little, too. With
/// [`AT_HAND`] that bounds how many are looked up within the time that an answer takes.
const TOGETHER: usize = 8;

/// The session of a token, and whose it is, unless one of them does not count any more. Named are so many tokens, by their
/// own ids and their sessions': whose they say that they are is compared here, or PostgreSQL would rather read all sessions
/// of a user.
macro_rules! look_up {
    ($tokens:literal) => {
        concat!(
            "
            WITH asked (jti, sid) AS (VALUES ",
            $tokens,
            ")
            SELECT asked.jti, u.id, u.email, u.display_name, u.role, u.status, u.deletion_at, u.locale, u.created_at,
                   s.authenticated_at, s.methods, s.remember, s.expires_at, s.last_seen_at, s.login_id
            FROM asked CROSS JOIN sessions s CROSS JOIN users u
            WHERE s.id = asked.sid
              AND u.id = s.user_id
              AND u.status IN ('active', 'deleting')
              AND ",
            live!("$1", "$2", "$3"),
            "
              AND NOT EXISTS (SELECT 1 FROM revoked_tokens r WHERE r.id IN (asked.sid, asked.jti))"
        )
    };
}

/// The statement for one token; it asks for the time, the two times of `rested_since`, and `jti` and `sid`.
pub const ONE: &str = look_up!("($4, $5)");
/// The statement for several, some of which may be empty.
pub const SEVERAL: &str =
    look_up!("($4, $5), ($6, $7), ($8, $9), ($10, $11), ($12, $13), ($14, $15), ($16, $17), ($18, $19)");

/// What a statement found for each of them, or why it did not.
type Answer = Result<Option<Row>, Arc<sqlx::Error>>;

/// A token that waits for its answer.
struct Waiting {
    jti: String,
    sid: String,
    sub: String,
    answer: oneshot::Sender<Answer>,
}

/// A session that counts.
struct Found {
    jti: String,
    user: String,
    row: Row,
}

impl Found {
    fn of(row: Row) -> sqlx::Result<Self> {
        Ok(Self {
            jti: row.try_get("jti")?,
            user: row.try_get("id")?,
            row,
        })
    }
}

#[derive(Default)]
struct Queue {
    waiting: Vec<Waiting>,
    /// Statements under way.
    asking: u32,
}

/// Asks whose tokens count.
#[derive(Clone)]
pub(super) struct RollCall {
    pool: Pool,
    clock: Clock,
    queue: Arc<Mutex<Queue>>,
}

impl RollCall {
    /// Of a database.
    pub(super) fn of(pool: Pool, clock: Clock) -> Self {
        Self {
            pool,
            clock,
            queue: Arc::default(),
        }
    }

    /// The session that a token names and its user; none when it does not count.
    ///
    /// # Errors
    /// When the database is away.
    pub(super) async fn find(&self, token: &Claims) -> sqlx::Result<Option<Row>> {
        let (answer, answered) = oneshot::channel();
        let waiting = Waiting {
            jti: token.jti.clone(),
            sid: token.sid.clone(),
            sub: token.sub.clone(),
            answer,
        };
        if let Some(turn) = self.begins(waiting) {
            tokio::spawn(turn.ask());
        }
        match answered.await {
            Ok(answer) => answer.map_err(|error| sqlx::Error::AnyDriverError(Box::new(error))),
            Err(_) => Err(sqlx::Error::WorkerCrashed),
        }
    }

    /// Lets somebody wait. If not enough others ask, it is to be asked for them.
    fn begins(&self, one: Waiting) -> Option<Turn> {
        let mut queue = self.queue();
        queue.waiting.push(one);
        (queue.asking < AT_HAND).then(|| {
            queue.asking += 1;
            Turn {
                of: self.clone(),
                over: false,
            }
        })
    }

    /// What a statement finds for some; by another connection if the first one turns out to be broken, of which the others
    /// need not know.
    async fn found(&self, asked: &[Waiting]) -> sqlx::Result<Vec<Found>> {
        let found = self.rows(asked, self.pool.at_hand().await?).await;
        if found.is_ok() {
            return found;
        }
        self.rows(asked, self.pool.at_hand_anew().await?).await
    }

    async fn rows(&self, asked: &[Waiting], mut connection: AtHand) -> sqlx::Result<Vec<Found>> {
        let (statement, room) = if asked.len() == 1 {
            (ONE, 1)
        } else {
            (SEVERAL, TOGETHER)
        };
        let now = self.clock.now();
        let (rested, rested_kept) = rested_since(now);
        let mut query = sqlx::query(statement).bind(now).bind(rested).bind(rested_kept);
        for place in 0..room {
            let (jti, sid) = asked.get(place).map_or(("", ""), |one| (&one.jti, &one.sid));
            query = query.bind(jti).bind(sid);
        }
        let rows = query.fetch_all(&mut *connection).await?;
        self.pool.keep(connection);
        rows.into_iter().map(Found::of).collect()
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The turn of one who asks. It ends when nobody waits, and also by a panic: or nobody would ever ask again.
struct Turn {
    of: RollCall,
    over: bool,
}

impl Turn {
    /// Asks until nobody waits.
    async fn ask(mut self) {
        while let Some(asked) = self.next() {
            match self.of.pool.with_timeout(self.of.found(&asked)).await {
                Ok(mut rows) => {
                    for Waiting { jti, sub, answer, .. } in asked {
                        let place = rows.iter().position(|found| found.jti == jti && found.user == sub);
                        let _ = answer.send(Ok(place.map(|place| rows.swap_remove(place).row)));
                    }
                }
                Err(error) => {
                    let error = Arc::new(error);
                    // Those who came meanwhile need not wait as long for the same.
                    let all = asked.into_iter().chain(std::mem::take(&mut self.of.queue().waiting));
                    for one in all {
                        let _ = one.answer.send(Err(Arc::clone(&error)));
                    }
                }
            }
        }
    }

    /// Those who have waited longest.
    fn next(&mut self) -> Option<Vec<Waiting>> {
        let mut queue = self.of.queue();
        if queue.waiting.is_empty() {
            // Not later: who comes now has to know that nobody asks any more.
            queue.asking -= 1;
            self.over = true;
            return None;
        }
        let together = queue.waiting.len().min(TOGETHER);
        Some(queue.waiting.drain(..together).collect())
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        if !self.over {
            let mut queue = self.of.queue();
            queue.asking -= 1;
            if queue.asking == 0 {
                // Nobody would ask for them: they are told so.
                queue.waiting.clear();
            }
        }
    }
}
