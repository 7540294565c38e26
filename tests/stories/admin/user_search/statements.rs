//! The SQL of the user list: a reviewer reads it in a snapshot, and both databases accept all of it.

use std::fmt::Write as _;

use sqlx::AssertSqlSafe;
use strum::VariantArray as _;
use vestibule::accounts::admin::directory::statements::{FactorSubset, GroupSize, Plan, Statement, Subset};
use vestibule::accounts::admin::directory::{Direction, Index, Scope, Sort, SortKey};
use vestibule::db::Backend;

fn sorts() -> Vec<Sort> {
    let of = |key: &SortKey| {
        Direction::VARIANTS
            .iter()
            .map(|&direction| Sort { key: *key, direction })
            .collect::<Vec<_>>()
    };
    SortKey::VARIANTS.iter().flat_map(of).collect()
}

/// Every statement of these orders, without a search and with one.
fn statements(kinds: &[Backend], sorts: &[Sort]) -> Vec<Statement> {
    let scans = Scope::VARIANTS.iter().map(|scope| Plan::Scan(*scope));
    let indexes = kinds
        .iter()
        .flat_map(|kind| Index::VARIANTS.iter().map(|index| Plan::IndexFirst(*kind, *index)));
    let mut statements = vec![Statement::One];
    for &scope in Scope::VARIANTS {
        statements.extend(sorts.iter().map(|sort| Statement::Page(scope, *sort)));
        statements.push(Statement::Total(scope));
    }
    for plan in scans.chain(indexes) {
        for &sort in sorts {
            statements.extend([Statement::SearchPage(plan, sort), Statement::SearchCost(plan, sort)]);
        }
        statements.push(Statement::SearchTotal(plan));
    }
    statements
}

/// The parts of the users, each with its name.
fn subsets() -> Vec<(String, Subset)> {
    let groups = GroupSize::VARIANTS.iter().map(|&size| {
        let subset = Subset {
            group: Some(size),
            ..Subset::default()
        };
        (format!("of a group: {size:?}"), subset)
    });
    let factors = FactorSubset::VARIANTS.iter().map(|&factor| {
        let subset = Subset {
            factor: Some(factor),
            ..Subset::default()
        };
        (format!("by second factors: {factor:?}"), subset)
    });
    groups.chain(factors).collect()
}

/// Each statement with the default order, and one of them with all others.
#[test]
fn the_sql_is_as_reviewed() {
    let orders = sorts().into_iter().filter(|sort| *sort != Sort::default());
    let mut all = statements(&[Backend::Sqlite, Backend::Postgres], &[Sort::default()]);
    all.extend(orders.map(|sort| Statement::Page(Scope::All, sort)));
    let mut text = String::new();
    for statement in all {
        writeln!(text, "-- {statement:?}\n{};\n", statement.sql().as_str()).unwrap();
    }
    let scan = Plan::Scan(Scope::All);
    for (name, subset) in subsets() {
        for statement in [
            Statement::Page(Scope::All, Sort::default()),
            Statement::Total(Scope::All),
            Statement::SearchPage(scan, Sort::default()),
            Statement::SearchTotal(scan),
            Statement::SearchTotal(Plan::IndexFirst(Backend::Postgres, Index::Trigram)),
        ] {
            writeln!(text, "-- {statement:?} {name}\n{};\n", statement.sql_of(subset).as_str()).unwrap();
        }
    }
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/accounts/admin/directory");
    insta::with_settings!({ snapshot_path => folder, prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("statements", text);
    });
}

stories! {
    async fn the_database_accepts_every_statement(app) {
        let explain = match app.database().backend() {
            Backend::Sqlite => "EXPLAIN QUERY PLAN",
            Backend::Postgres => "EXPLAIN",
        };
        let both = Subset { group: Some(GroupSize::Small), factor: Some(FactorSubset::Without) };
        let others = subsets().into_iter().map(|(_, subset)| subset);
        for subset in others.chain([Subset::default(), both]) {
            for statement in statements(&[app.database().backend()], &sorts()) {
                let sql = format!("{explain} {}", statement.sql_of(subset).as_str());
                let mut query = sqlx::query(AssertSqlSafe(sql)).persistent(false);
                for text in ["\"term\"", "%term%", "0", "id", "active", "user"] {
                    query = query.bind(text);
                }
                query = query.bind(1_i64);
                if subset.group.is_some() {
                    query = query.bind("staff");
                }
                let plan = query.fetch_all(app.pool()).await;
                assert!(plan.is_ok_and(|plan| !plan.is_empty()), "{statement:?} of {subset:?}");
            }
        }
    }
}
