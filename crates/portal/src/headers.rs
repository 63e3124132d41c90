//! Headers of every answer, and who may ask.

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HOST, HeaderName, HeaderValue, ORIGIN, REFERRER_POLICY,
    X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// What a page may do.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Permitted {
    policy: &'static str,
    referrer: &'static str,
}

/// No script, nothing from elsewhere, no frame, no form.
pub(crate) const READING: Permitted = Permitted {
    policy: "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; base-uri 'none'; \
             form-action 'none'; frame-ancestors 'none'",
    referrer: "no-referrer",
};

/// The same with forms that go nowhere but back. With no referrer at all, browsers would hide the origin of a form too.
pub(crate) const ANSWERING: Permitted = Permitted {
    policy: "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    referrer: "same-origin",
};

/// Refuses requests that were addressed to another host name or come from another site, then adds the headers.
///
/// A page of another site can make a browser ask `localhost` under the site's own name (DNS rebinding); the name in `Host`
/// gives that away. It can also send a form here; `Origin` and `Sec-Fetch-Site` give that away.
pub(crate) async fn guard(State(permitted): State<Permitted>, request: Request, next: Next) -> Response {
    let mut response =
        if is_ours(&request) { next.run(request).await } else { StatusCode::FORBIDDEN.into_response() };
    let headers = response.headers_mut();
    for (name, value) in [
        (CONTENT_SECURITY_POLICY, permitted.policy),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (REFERRER_POLICY, permitted.referrer),
        (CACHE_CONTROL, "no-store"),
        (X_FRAME_OPTIONS, "DENY"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

fn is_ours(request: &Request) -> bool {
    let header = |name: &HeaderName| request.headers().get(name).map(|h| h.to_str().unwrap_or("?"));
    let Some(host) = header(&HOST).filter(|host| is_local(host)) else { return false };
    let from_here = || {
        header(&ORIGIN).is_none_or(|origin| origin.strip_prefix("http://") == Some(host))
            && header(&HeaderName::from_static("sec-fetch-site")).is_none_or(|site| site == "same-origin")
    };
    request.method().is_safe() || from_here()
}

fn is_local(host: &str) -> bool {
    let is_port = |port: &str| !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit());
    ["localhost", "127.0.0.1", "[::1]"].iter().any(|name| {
        host.strip_prefix(name)
            .is_some_and(|rest| rest.is_empty() || rest.strip_prefix(':').is_some_and(is_port))
    })
}

/// The media type of a file, by its name; text is UTF-8 (packages are written so).
pub(crate) fn media_type(path: &str) -> &'static str {
    match path.rsplit_once('.').map(|(_, extension)| extension) {
        Some("html") => "text/html; charset=utf-8",
        Some("json") => "application/json; charset=utf-8",
        Some("csv") => "text/csv; charset=utf-8",
        Some("md" | "toml" | "txt") => "text/plain; charset=utf-8",
        Some("parquet") => "application/vnd.apache.parquet",
        _ if path.ends_with("SHA256SUMS") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_this_machine_are_answered() {
        for good in ["localhost", "localhost:8080", "127.0.0.1:1", "[::1]:9"] {
            assert!(is_local(good), "{good}");
        }
        for bad in [
            "",
            "evil.example",
            "localhost.evil.example",
            "localhost:80.evil",
            "127.0.0.1.evil:80",
            "localhost:",
        ] {
            assert!(!is_local(bad), "{bad}");
        }
    }
}
