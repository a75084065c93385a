//! Problem responses (RFC 9457) with a stable code, a sentence and a next step.

use std::borrow::Cow;

use bytes::Bytes;
use http::StatusCode;
use http::header::{
    CACHE_CONTROL, CONNECTION, CONTENT_TYPE, HeaderName, HeaderValue, X_CONTENT_TYPE_OPTIONS,
};
use http_body_util::Full;
use serde::Serialize;

use crate::decision_code::{DecisionCode, ProblemCode};

/// An answer that is whole before it is sent.
pub type Response = http::Response<Full<Bytes>>;

/// The body of an error.
#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = Problem))]
pub struct ProblemBody {
    /// Always `about:blank`: the title is that of the status, and `code` tells problems apart.
    r#type: &'static str,
    /// The status in words.
    title: &'static str,
    /// The status of the answer.
    #[cfg_attr(feature = "openapi", schema(minimum = 400, maximum = 599))]
    status: u16,
    /// What happened.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    detail: Cow<'static, str>,
    /// The stable code to branch on.
    code: &'static str,
    /// What to do next.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    advice: Cow<'static, str>,
}

/// Something that stands in the way of an answer: a status, a stable code, a sentence, a next step (RFC 9457).
#[derive(Debug)]
pub struct Problem {
    status: StatusCode,
    code: ProblemCode,
    detail: Cow<'static, str>,
    advice: Cow<'static, str>,
    /// One more header.
    header: Option<(HeaderName, &'static str)>,
    /// The rest of the connection cannot be understood any more.
    closes: bool,
}

/// A head with what every answer has.
pub fn response(status: StatusCode, content_type: &'static str, body: Vec<u8>) -> Response {
    let mut response = http::Response::new(Full::new(Bytes::from(body)));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

/// A JSON answer to what was asked.
pub fn json(body: &impl Serialize) -> Response {
    match serde_json::to_vec(body) {
        Ok(body) => response(StatusCode::OK, "application/json", body),
        // Types of this crate with texts and numbers in them always have a JSON form.
        Err(_) => Problem::internal().into_response(),
    }
}

impl Problem {
    /// Creates a problem.
    pub(crate) fn new(
        status: StatusCode,
        code: impl Into<ProblemCode>,
        detail: &'static str,
        advice: &'static str,
    ) -> Self {
        Self {
            status,
            code: code.into(),
            detail: detail.into(),
            advice: advice.into(),
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

    /// As nginx needs it: what is neither 401 nor 403 would become its own 500.
    pub fn into_unauthorized(mut self) -> Self {
        self.status = StatusCode::UNAUTHORIZED;
        self
    }

    fn body(&self) -> Vec<u8> {
        let body = ProblemBody {
            r#type: "about:blank",
            title: self.status.canonical_reason().unwrap_or("Error"),
            status: self.status.as_u16(),
            detail: self.detail.clone(),
            code: self.code.as_str(),
            advice: self.advice.clone(),
        };
        serde_json::to_vec(&body).unwrap_or_default()
    }

    /// The stable code.
    pub fn code(&self) -> &'static str {
        self.code.as_str()
    }

    /// The code as that of a decision about a request.
    pub fn decision_code(&self) -> DecisionCode {
        match self.code {
            ProblemCode::Decision(code) => code,
            // No request is decided by a problem of the service's own paths.
            ProblemCode::Service(_) => DecisionCode::Internal,
        }
    }

    /// The status.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The answer that tells it.
    pub fn into_response(self) -> Response {
        let mut response = response(self.status, "application/problem+json", self.body());
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

    /// The same as bytes, for a connection on which no request could be read.
    pub fn into_bytes(self) -> Vec<u8> {
        let body = self.body();
        let mut bytes = format!(
            "HTTP/1.1 {} {}\r\ncontent-type: application/problem+json\r\ncache-control: no-store\r\n\
             x-content-type-options: nosniff\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
            self.status.as_u16(),
            self.status.canonical_reason().unwrap_or("Error"),
            body.len()
        )
        .into_bytes();
        bytes.extend(body);
        bytes
    }

    /// The same, in other words.
    pub fn with_message(self, code: &'static str, detail: String, advice: String) -> Self {
        Self {
            code: code.into(),
            detail: detail.into(),
            advice: advice.into(),
            ..self
        }
    }
}

#[cfg(feature = "axum")]
impl axum_core::response::IntoResponse for Problem {
    fn into_response(self) -> axum_core::response::Response {
        Self::into_response(self).map(axum_core::body::Body::new)
    }
}
