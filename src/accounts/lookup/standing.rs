//! What a person may do at this moment: role and groups, without those that demand a second factor while it is missing.

use crate::accounts::identity::user::{Role, UserId};
use crate::accounts::lookup::groups::existing_groups;
use crate::config::{GroupSettings, RequiredFactors};
use crate::db::Pool;
use crate::time::Millis;

/// How many second factors an account `u` has. (For an `EXISTS`, PostgreSQL may read all of them.)
macro_rules! factor_count_sql {
    () => {
        "(SELECT COUNT(*) FROM totp_secrets t WHERE t.user_id = u.id)
                   + (SELECT COUNT(*) FROM passkeys p WHERE p.user_id = u.id)"
    };
}
pub(in crate::accounts) use factor_count_sql;

/// What the look-up of a session or a token needs of the settings.
pub(in crate::accounts) struct StandingRules {
    pub(in crate::accounts) groups: GroupSettings,
    pub(in crate::accounts) required: RequiredFactors,
}

/// Whether a second factor is demanded that is not there.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Demand {
    /// None is demanded, or it was given.
    Met,
    /// Nothing is taken away before this time.
    Until(Millis),
    /// What demands it is taken away.
    Due,
}

/// What was read of an account.
pub(in crate::accounts) struct Account<'a> {
    pub(in crate::accounts) role: Role,
    /// As `group_names_sql` gives them.
    pub(in crate::accounts) group_names: &'a str,
    pub(in crate::accounts) has_factor: bool,
    pub(in crate::accounts) demanded_at: Option<Millis>,
}

#[derive(Clone, Debug)]
pub struct Standing {
    /// The role and the groups that count now; the groups are sorted.
    pub role: Role,
    pub groups: Vec<String>,
    /// The groups that count once a second factor is given.
    pub withheld: Vec<String>,
    pub demand: Demand,
    /// Whether no app is entered before: a second factor is demanded from everybody.
    pub nothing_enters: bool,
    /// Whether the account has a second factor.
    pub has_factor: bool,
    /// Whether it was given at this sign-in (level 2), and the account still has one.
    pub is_proven: bool,
}

impl Standing {
    /// `given`: whether the session is of level 2. A personal token is as good as its account.
    pub(in crate::accounts) fn of(rules: &StandingRules, account: &Account<'_>, given: bool, now: Millis) -> Self {
        let required = &rules.required;
        let groups = existing_groups(account.group_names, &rules.groups);
        let demands = |group: &String| required.groups.contains(group.as_str());
        let demanded =
            required.everybody || (required.admins && account.role == Role::Admin) || groups.iter().any(demands);
        let is_proven = given && account.has_factor;
        // Who has a factor needs no time to set one up.
        let has_grace = !account.has_factor && required.grace > 0;
        let until = account.demanded_at.unwrap_or(now).saturating_add(required.grace);
        let demand = if !demanded || is_proven {
            Demand::Met
        } else if has_grace && until > now {
            Demand::Until(until)
        } else {
            Demand::Due
        };
        let is_due = demand == Demand::Due;
        let (withheld, groups) = groups.into_iter().partition(|group| is_due && demands(group));
        let loses_role = is_due && (required.admins || required.everybody);
        Self {
            role: if loses_role { Role::User } else { account.role },
            groups,
            withheld,
            demand,
            nothing_enters: is_due && required.everybody,
            has_factor: account.has_factor,
            is_proven,
        }
    }

    /// Whether it still holds at this time: the days of grace may be over.
    pub(in crate::accounts) fn holds(&self, now: Millis) -> bool {
        !matches!(self.demand, Demand::Until(until) if until <= now)
    }

    /// Stores when the days of grace began, unless that is known.
    pub(in crate::accounts) async fn begin_grace(
        &self,
        pool: &Pool,
        user: &UserId,
        demanded_at: Option<Millis>,
        now: Millis,
    ) -> sqlx::Result<()> {
        const BEGIN: &str = "
            UPDATE users
            SET factor_demanded_at = $2
            WHERE id = $1
              AND factor_demanded_at IS NULL";
        if matches!(self.demand, Demand::Until(_)) && demanded_at.is_none() {
            sqlx::query(BEGIN).bind(user.as_str()).bind(now).execute(pool.writing()).await?;
        }
        Ok(())
    }
}

/// Whether methods of an authentication (RFC 8176) are of level 2: a password and a second factor, or a passkey that verified
/// its user.
pub(in crate::accounts) fn is_multi_factor(methods: &str) -> bool {
    methods.split(' ').any(|method| method == "mfa")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::GroupName;

    const NOW: Millis = 1_000;

    fn rules(everybody: bool, admins: bool, groups: &[&str], grace: Millis) -> StandingRules {
        StandingRules {
            groups: GroupSettings::new(),
            required: RequiredFactors {
                everybody,
                admins,
                groups: groups.iter().map(|name| GroupName::parse(name).unwrap()).collect(),
                grace,
            },
        }
    }

    fn account(role: Role, has_factor: bool, demanded_at: Option<Millis>) -> Account<'static> {
        Account {
            role,
            group_names: "staff,crew",
            has_factor,
            demanded_at,
        }
    }

    #[test]
    fn what_demands_a_factor_is_taken_away_without_one() {
        use Role::{Admin, User};
        for (rules, role, has_factor, given, role_left, groups_left, due) in [
            (rules(false, false, &[], 0), Admin, false, false, Admin, 2, false),
            (rules(false, true, &[], 0), User, false, false, User, 2, false),
            (rules(false, true, &[], 0), Admin, false, false, User, 2, true),
            // A factor that was given, and removed later.
            (rules(false, true, &[], 0), Admin, false, true, User, 2, true),
            // A session from before the factor.
            (rules(false, true, &[], 9), Admin, true, false, User, 2, true),
            (rules(false, true, &[], 0), Admin, true, true, Admin, 2, false),
            (rules(false, false, &["staff"], 0), Admin, false, false, Admin, 1, true),
            (rules(false, false, &["other"], 0), User, false, false, User, 2, false),
            (rules(true, false, &[], 0), Admin, false, false, User, 2, true),
        ] {
            let standing = Standing::of(&rules, &account(role, has_factor, None), given, NOW);
            assert_eq!(standing.role, role_left);
            assert_eq!((standing.groups.len(), standing.demand == Demand::Due), (groups_left, due));
            assert_eq!(standing.groups.len() + standing.withheld.len(), 2);
            assert!(standing.holds(Millis::MAX));
        }
    }

    #[test]
    fn with_grace_nothing_is_taken_away_before() {
        let rules = rules(false, true, &["staff"], 10);
        for (demanded_at, demand) in [
            (None, Demand::Until(NOW + 10)),
            (Some(NOW - 9), Demand::Until(NOW + 1)),
            (Some(NOW - 10), Demand::Due),
        ] {
            let standing = Standing::of(&rules, &account(Role::Admin, false, demanded_at), false, NOW);
            assert_eq!(standing.demand, demand);
            assert_eq!(standing.role == Role::Admin, demand != Demand::Due);
            assert_eq!(standing.withheld.is_empty(), demand != Demand::Due);
            assert!(standing.holds(NOW));
            assert_eq!(standing.holds(NOW + 10), demand == Demand::Due);
        }
    }
}
