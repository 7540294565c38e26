//! Origins of other sites.

use url::Url;

use super::problem::Check;
use super::run_mode::RunMode;

/// Checks that each text is an origin as browsers write it: scheme, host, and the port if it is not the scheme's own.
pub(super) fn origins(check: &mut Check, key: &str, texts: &[String], mode: RunMode) -> Vec<String> {
    for text in texts {
        let origin = Url::parse(text).ok().map(|url| url.origin().ascii_serialization());
        let one = !text.contains('*');
        let secure = text.starts_with("https://") || (mode == RunMode::Development && text.starts_with("http://"));
        if origin.as_ref() != Some(text) || !secure || !one {
            let must = "must be origins as browsers write them, as https://app.example.org: https, no path, no slash at the end";
            check.problem(key, format_args!("{must}, not {text:?}"));
        }
    }
    texts.to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_has_one_spelling() {
        let problems = |text: &str, mode| {
            let mut check = Check { problems: Vec::new() };
            origins(&mut check, "api.cors_origins", &[text.to_owned()], mode);
            check.problems.len()
        };
        for good in [
            "https://app.example.org",
            "https://app.example.org:8443",
            "https://xn--4ca.example",
        ] {
            assert_eq!(problems(good, RunMode::Production), 0, "{good}");
        }
        assert_eq!(problems("http://localhost:3000", RunMode::Development), 0);
        for bad in [
            "*",
            "null",
            "",
            "app.example.org",
            "https://app.example.org/",
            "https://app.example.org:443",
            "https://APP.example.org",
            "https://*.example.org",
            "http://app.example.org",
            "https://\u{e4}.example",
            "https://u@app.example.org",
            "file:///x",
        ] {
            assert_eq!(problems(bad, RunMode::Production), 1, "{bad}");
        }
    }
}
