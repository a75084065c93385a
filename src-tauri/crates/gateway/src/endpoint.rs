//! The address of the API behind the gateway, and where a request goes there. It opens no connection.

use hyper::Uri;
use hyper::http::uri::{Authority, PathAndQuery, Scheme};

use crate::error::Error;

/// An API that is reached by plain HTTP.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    authority: Authority,
    /// Without a slash at its end; empty for an API at the root.
    base: String,
}

impl Endpoint {
    /// Reads an address as an environment holds it.
    ///
    /// # Errors
    /// `Endpoint`: it is none, or not `http`. Deliberately absent: TLS to the API.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let wrong = || Error::Endpoint(text.to_owned());
        let uri: Uri = text.parse().map_err(|_| wrong())?;
        let authority = uri.authority().ok_or_else(wrong)?;
        let is_plain = uri.scheme() == Some(&Scheme::HTTP)
            && uri.query().is_none()
            && !authority.as_str().contains('@');
        if !is_plain {
            return Err(wrong());
        }
        Ok(Self {
            authority: authority.clone(),
            base: uri.path().trim_end_matches('/').to_owned(),
        })
    }

    /// Host and port, as `Host` writes them.
    pub(crate) fn host(&self) -> &str {
        self.authority.as_str()
    }

    /// Where a request for this path goes; `None` when the two do not make an address.
    pub(crate) fn uri(&self, asked: &Uri) -> Option<Uri> {
        let asked = asked.path_and_query().map_or("/", PathAndQuery::as_str);
        Uri::builder()
            .scheme(Scheme::HTTP)
            .authority(self.authority.clone())
            .path_and_query(format!("{}{asked}", self.base))
            .build()
            .ok()
    }
}
