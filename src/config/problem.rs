//! Problems of the settings, one sentence for each key.

use std::fmt;

use super::key::variable;

/// A sentence for the operator.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Problem(pub(super) String);

/// All problems of the settings.
#[derive(Debug, thiserror::Error)]
pub struct Problems(pub(super) Vec<Problem>);

impl Problems {
    /// A problem that does not belong to a single key.
    #[must_use]
    pub fn one(text: impl Into<String>) -> Self {
        Self(vec![Problem(text.into())])
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (nth, problem) in self.0.iter().enumerate() {
            if nth > 0 {
                writeln!(f)?;
            }
            f.write_str(&problem.0)?;
        }
        Ok(())
    }
}

/// Collects problems: after a problem the remaining settings are still checked.
pub(super) struct Check {
    pub(super) problems: Vec<Problem>,
}

impl Check {
    pub(super) fn problem(&mut self, key: &str, text: impl fmt::Display) {
        let name = format!("{key} ({})", variable(key));
        // An unreadable value was replaced by its default, so a second problem of the same key is no news.
        if !self.problems.iter().any(|Problem(told)| told.starts_with(&name)) {
            self.problems.push(Problem(format!("{name} {text}.")));
        }
    }

    /// Checks that a number is in a range.
    pub(super) fn number<N: Copy + PartialOrd + fmt::Display>(&mut self, key: &str, number: N, min: N, max: N) {
        if number < min || number > max {
            self.problem(key, format_args!("must be a whole number from {min} to {max}, not {number}"));
        }
    }
}
