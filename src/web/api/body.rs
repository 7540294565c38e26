//! JSON bodies. Each member has one name and one type; what does not fit is named.

use rocket::data::{Data, FromData, Outcome, ToByteUnit};
use rocket::outcome::Outcome::Success;
use rocket::{Request, http::Status};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use serde_json::error::Category;

use super::problem::{ApiProblem, ProblemType, refuse};

/// How many characters of a name that was sent are told back.
const MAX_TOLD: usize = 100;

const OBJECT: &str = "the body must be an object with the right members";

/// The body of a request.
pub(super) struct Body<T>(pub T);

#[rocket::async_trait]
impl<'r, T: DeserializeOwned> FromData<'r> for Body<T> {
    type Error = ();

    async fn from_data(request: &'r Request<'_>, data: Data<'r>) -> Outcome<'r, Self> {
        match read(request, data).await {
            Ok(body) => Success(Self(body)),
            Err(problem) => refuse(request, problem),
        }
    }
}

/// Reads a body.
pub(super) async fn read<T: DeserializeOwned>(request: &Request<'_>, data: Data<'_>) -> Result<T, ApiProblem> {
    if !request.content_type().is_some_and(|kind| kind.is_json()) {
        return Err(ApiProblem::of(ProblemType::UnsupportedMediaType));
    }
    let limit = request.limits().get("json").unwrap_or(32.kibibytes());
    let body = data.open(limit).into_bytes().await;
    let body = body.map_err(|_| ApiProblem::of_status(Status::BadRequest))?;
    if !body.is_complete() {
        return Err(ApiProblem::of(ProblemType::BodyTooLarge));
    }
    parse(&body)
}

fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, ApiProblem> {
    let is_json = || serde_json::from_slice::<Value>(body).is_ok();
    let otherwise = |problem: ApiProblem| {
        if is_json() {
            problem
        } else {
            ApiProblem::of(ProblemType::InvalidJson)
        }
    };
    // `serde` would take the values of an array for members, in their order.
    if body.trim_ascii_start().starts_with(b"[") {
        return Err(otherwise(ApiProblem::member("", OBJECT)));
    }
    let mut json = serde_json::Deserializer::from_slice(body);
    let parsed: T = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let problem = problem(&error);
        // It calls a value that is none of an enum a syntax error.
        if error.inner().classify() == Category::Data {
            problem
        } else {
            otherwise(problem)
        }
    })?;
    json.end().map_err(|_| ApiProblem::of(ProblemType::InvalidJson))?;
    Ok(parsed)
}

fn problem(error: &serde_path_to_error::Error<serde_json::Error>) -> ApiProblem {
    let (name, detail) = told(&error.path().to_string(), &error.inner().to_string());
    ApiProblem::member(name, detail)
}

/// The name of the member, and what does not fit. An unknown, missing or doubled one is named by the text of the error only.
pub(super) fn told(path: &str, text: &str) -> (String, String) {
    // The position is that in the text, which a program does not look at.
    let detail = text.rsplit_once(" at line ").map_or(text, |(text, _)| text);
    let quoted = ["unknown field `", "missing field `", "duplicate field `"]
        .iter()
        .find_map(|begin| detail.strip_prefix(begin)?.split('`').next());
    match (quoted, path) {
        (Some(name), _) => {
            let what = detail.split(" field").next().unwrap_or_default();
            let what = if what == "duplicate" {
                "stands there twice"
            } else {
                what
            };
            let what = match what {
                "missing" => "is missing",
                "unknown" => "is not known here",
                other => other,
            };
            (name.chars().take(MAX_TOLD).collect(), what.to_owned())
        }
        (None, "." | "") => (String::new(), OBJECT.to_owned()),
        (None, path) => {
            let expected = match detail.rsplit_once("expected ") {
                None | Some((_, "value")) => "one of the documented values",
                Some((_, expected)) => expected,
            };
            (path.chars().take(MAX_TOLD).collect(), format!("must be {expected}"))
        }
    }
}

/// A member that may be absent, but if it is there has a value of its type: `null` is one only if the type says so.
pub(super) fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(from: D) -> Result<Option<T>, D::Error> {
    T::deserialize(from).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Example {
        #[expect(dead_code, reason = "it is only parsed")]
        email: String,
        #[serde(default, deserialize_with = "present")]
        #[expect(dead_code, reason = "it is only parsed")]
        name: Option<String>,
        #[serde(default)]
        #[expect(dead_code, reason = "it is only parsed")]
        role: Option<Word>,
    }

    #[derive(Debug, Deserialize)]
    enum Word {
        A,
    }

    #[test]
    fn what_does_not_fit_is_named() {
        let told = |body: &str| {
            let problem = parse::<Example>(body.as_bytes()).err().map(|problem| format!("{problem:?}"));
            problem.unwrap_or_else(|| "fits".to_owned())
        };
        assert_eq!(told(r#"{"email": "a"}"#), "fits");
        assert_eq!(told(r#"{"email": "a", "name": "b"}"#), "fits");
        for (body, name, detail) in [
            ("{}", "email", "is missing"),
            (r#"{"email": 1}"#, "email", "must be a string"),
            (r#"{"email": null}"#, "email", "must be a string"),
            (r#"{"email": ["a"]}"#, "email", "must be a string"),
            (r#"{"email": "a", "name": null}"#, "name", "must be a string"),
            (r#"{"email": "a", "email": "b"}"#, "email", "stands there twice"),
            (r#"{"email": "a", "admin": true}"#, "admin", "is not known here"),
            (r#"{"email": "a", "role": "B"}"#, "role", "must be `A`"),
            (r#"{"email": "a", "role": 1}"#, "role", "must be one of the documented values"),
            (r#"{"email": "a", "role": {}}"#, "role", "must be one of the documented values"),
            ("[]", "", "the body must be an object with the right members"),
            ("[\"a\"]", "", "the body must be an object with the right members"),
            ("\"a\"", "", "the body must be an object with the right members"),
        ] {
            let told = told(body);
            assert!(told.contains("InvalidMembers"), "{body}: {told}");
            assert!(told.contains(&format!("name: {name:?}, detail: {detail:?}")), "{body}: {told}");
        }
        for body in [
            "",
            "{",
            "nul",
            "{\"email\": \"a\"} x",
            "{\"email\": \"\u{1}\"}",
            "\u{feff}{}",
            "{\"email\": \"\\ud800\"}",
        ] {
            assert!(told(body).contains("InvalidJson"), "{body}: {}", told(body));
        }
        assert!(parse::<Example>(b"{\"email\": \"\xff\"}").is_err());
    }
}
