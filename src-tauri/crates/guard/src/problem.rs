//! Problem responses (RFC 9457) with a stable code, a sentence, and a next step.

use std::borrow::Cow;

use bytes::Bytes;
use http::StatusCode;
use http::header::{
    CACHE_CONTROL, CONNECTION, CONTENT_TYPE, HeaderName, HeaderValue, X_CONTENT_TYPE_OPTIONS,
};
use http_body_util::Full;
use miette::Diagnostic;
use serde::Serialize;

use crate::decision_code::{DecisionCode, ProblemCode};

/// The media type of a problem.
const PROBLEM_JSON: &str = "application/problem+json";

/// A response whose body is in memory.
pub type Response = http::Response<Full<Bytes>>;

/// The body of an error response.
#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = Problem))]
pub struct ProblemBody {
    /// Always `about:blank`; `code` identifies the problem.
    r#type: &'static str,
    /// The reason phrase of the status.
    title: &'static str,
    /// The status code.
    #[cfg_attr(feature = "openapi", schema(minimum = 400, maximum = 599))]
    status: u16,
    /// What happened.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    detail: Cow<'static, str>,
    /// The stable code to branch on.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    code: Cow<'static, str>,
    /// What to do next.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    advice: Cow<'static, str>,
}

/// An error response (RFC 9457): status, stable code, what happened, what to do next.
#[derive(Debug)]
pub struct Problem {
    status: StatusCode,
    code: ProblemCode,
    detail: &'static str,
    advice: Cow<'static, str>,
    /// Replaces code and detail. Boxed, because few problems have one and every handler returns a problem by value.
    error: Option<Box<ErrorText>>,
    /// One additional header.
    header: Option<(HeaderName, &'static str)>,
    /// Whether the connection cannot be used for another request.
    closes: bool,
}

/// Code and sentence of an error.
#[derive(Debug)]
struct ErrorText {
    code: String,
    detail: String,
}

/// Creates a response with the headers that every response has.
pub fn response(status: StatusCode, content_type: &'static str, body: Vec<u8>) -> Response {
    let mut response = http::Response::new(Full::new(Bytes::from(body)));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

/// Creates a JSON response with status 200.
pub fn json(body: &impl Serialize) -> Response {
    match serde_json::to_vec(body) {
        Ok(body) => response(StatusCode::OK, "application/json", body),
        // Unreachable for structs of strings and numbers.
        Err(_) => Problem::internal_error().into_response(),
    }
}

impl Problem {
    /// Creates a problem.
    pub(crate) fn new(
        status: StatusCode,
        code: impl Into<ProblemCode>,
        detail: &'static str,
        advice: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self {
            status,
            code: code.into(),
            detail,
            advice: advice.into(),
            error: None,
            header: None,
            closes: false,
        }
    }

    /// Adds a header to the response.
    pub fn with(mut self, name: HeaderName, value: &'static str) -> Self {
        self.header = Some((name, value));
        self
    }

    /// Closes the connection after the response.
    pub fn and_close(mut self) -> Self {
        self.closes = true;
        self
    }

    /// Changes the status to 401. nginx turns every other status than 401 and 403 into 500.
    pub fn into_unauthorized(mut self) -> Self {
        self.status = StatusCode::UNAUTHORIZED;
        self
    }

    /// Replaces code, sentence, and next step by those of an error.
    pub(crate) fn with_diagnostic(self, error: &dyn Diagnostic) -> Self {
        Self {
            advice: error
                .help()
                .map_or(Cow::Borrowed(""), |help| help.to_string().into()),
            error: Some(Box::new(ErrorText {
                code: error
                    .code()
                    .map_or_else(|| self.code().to_owned(), |code| code.to_string()),
                detail: error.to_string(),
            })),
            ..self
        }
    }

    /// Replaces the sentence.
    pub fn with_detail(self, detail: impl Into<String>) -> Self {
        let error = ErrorText {
            code: self.code().to_owned(),
            detail: detail.into(),
        };
        Self {
            error: Some(Box::new(error)),
            ..self
        }
    }

    /// Replaces the next step.
    pub fn with_advice(self, advice: &'static str) -> Self {
        Self {
            advice: advice.into(),
            ..self
        }
    }

    /// Returns the stable code.
    pub fn code(&self) -> &str {
        match &self.error {
            Some(error) => &error.code,
            None => self.code.as_str(),
        }
    }

    /// Returns the code as that of a decision.
    pub fn decision_code(&self) -> DecisionCode {
        match self.code {
            ProblemCode::Decision(code) => code,
            // These problems exist on the service's own paths, where no decision is made.
            ProblemCode::Service(_) => DecisionCode::InternalError,
        }
    }

    /// Returns the status.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// Returns the problem as a response.
    pub fn into_response(self) -> Response {
        let mut response = response(self.status, PROBLEM_JSON, self.body());
        if let Some((name, value)) = self.header {
            response
                .headers_mut()
                .insert(name, HeaderValue::from_static(value));
        }
        if self.closes {
            response
                .headers_mut()
                .insert(CONNECTION, HeaderValue::from_static("close"));
        }
        response
    }

    /// Returns the problem as an HTTP/1.1 message, for a connection on which no request could be parsed.
    pub fn into_bytes(self) -> Vec<u8> {
        let body = self.body();
        let mut bytes = format!(
            "HTTP/1.1 {} {}\r\ncontent-type: {PROBLEM_JSON}\r\ncache-control: no-store\r\n\
             x-content-type-options: nosniff\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
            self.status.as_u16(),
            self.status.canonical_reason().unwrap_or("Error"),
            body.len()
        )
        .into_bytes();
        bytes.extend(body);
        bytes
    }

    fn body(&self) -> Vec<u8> {
        let (code, detail) = match &self.error {
            Some(error) => (error.code.clone().into(), error.detail.clone().into()),
            None => (self.code.as_str().into(), self.detail.into()),
        };
        let body = ProblemBody {
            r#type: "about:blank",
            title: self.status.canonical_reason().unwrap_or("Error"),
            status: self.status.as_u16(),
            detail,
            code,
            advice: self.advice.clone(),
        };
        serde_json::to_vec(&body).unwrap_or_default()
    }
}

#[cfg(feature = "axum")]
impl axum_core::response::IntoResponse for Problem {
    fn into_response(self) -> axum_core::response::Response {
        Self::into_response(self).map(axum_core::body::Body::new)
    }
}
