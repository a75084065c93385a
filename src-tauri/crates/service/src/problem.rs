//! Every answer that is not the one asked for: RFC 9457 with a stable code. The kinds stand in
//! `kinds`. It knows how problems are written, and no request.

use std::borrow::Cow;

use bytes::Bytes;
use http_body_util::Full;
use hyper::header::{
    CACHE_CONTROL, CONNECTION, CONTENT_TYPE, HeaderName, HeaderValue, X_CONTENT_TYPE_OPTIONS,
};
use hyper::{Response, StatusCode};
use serde::Serialize;
use utoipa::ToSchema;

/// An answer that is whole before it is sent.
pub type Answer = Response<Full<Bytes>>;

/// The body of an error.
#[derive(Serialize, ToSchema)]
#[schema(as = Problem)]
pub(crate) struct Written {
    /// Always `about:blank`: the title is that of the status, and `code` tells problems apart.
    r#type: &'static str,
    /// The status in words.
    title: &'static str,
    /// The status of the answer.
    #[schema(minimum = 400, maximum = 599)]
    status: u16,
    /// What happened.
    #[schema(value_type = String)]
    detail: Cow<'static, str>,
    /// The stable code to branch on.
    code: &'static str,
    /// What to do next.
    #[schema(value_type = String)]
    advice: Cow<'static, str>,
}

/// Something that stands in the way of an answer: a status, a stable code, a sentence, a next step (RFC 9457).
#[derive(Debug)]
pub struct Problem {
    status: StatusCode,
    code: &'static str,
    detail: Cow<'static, str>,
    advice: Cow<'static, str>,
    /// One more header.
    header: Option<(HeaderName, &'static str)>,
    /// The rest of the connection cannot be understood any more.
    closes: bool,
}

/// A head with what every answer has.
pub(crate) fn answer(status: StatusCode, kind: &'static str, body: Vec<u8>) -> Answer {
    let mut answer = Response::new(Full::new(Bytes::from(body)));
    *answer.status_mut() = status;
    let headers = answer.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    answer
}

/// A JSON answer to what was asked.
pub(crate) fn json(body: &impl Serialize) -> Answer {
    match serde_json::to_vec(body) {
        Ok(body) => answer(StatusCode::OK, "application/json", body),
        // Types of this crate with texts and numbers in them always have a JSON form.
        Err(_) => Problem::internal().into_answer(),
    }
}

impl Problem {
    pub(crate) fn new(
        status: StatusCode,
        code: &'static str,
        detail: &'static str,
        advice: &'static str,
    ) -> Self {
        Self {
            status,
            code,
            detail: detail.into(),
            advice: advice.into(),
            header: None,
            closes: false,
        }
    }

    pub(crate) fn with(mut self, name: HeaderName, value: &'static str) -> Self {
        self.header = Some((name, value));
        self
    }

    pub(crate) fn and_close(mut self) -> Self {
        self.closes = true;
        self
    }

    /// As nginx needs it: what is neither 401 nor 403 would become its own 500.
    pub(crate) fn into_unauthorized(mut self) -> Self {
        self.status = StatusCode::UNAUTHORIZED;
        self
    }

    fn body(&self) -> Vec<u8> {
        let written = Written {
            r#type: "about:blank",
            title: self.status.canonical_reason().unwrap_or("Error"),
            status: self.status.as_u16(),
            detail: self.detail.clone(),
            code: self.code,
            advice: self.advice.clone(),
        };
        serde_json::to_vec(&written).unwrap_or_default()
    }

    /// The stable code.
    pub fn code(&self) -> &'static str {
        self.code
    }

    /// The status.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The answer that tells it.
    pub fn into_answer(self) -> Answer {
        let mut answer = answer(self.status, "application/problem+json", self.body());
        if let Some((name, value)) = self.header {
            answer
                .headers_mut()
                .insert(name, HeaderValue::from_static(value));
        }
        if self.closes {
            answer
                .headers_mut()
                .insert(CONNECTION, HeaderValue::from_static("close"));
        }
        answer
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
    pub(crate) fn worded(self, code: &'static str, detail: String, advice: String) -> Self {
        Self {
            code,
            detail: detail.into(),
            advice: advice.into(),
            ..self
        }
    }
}
