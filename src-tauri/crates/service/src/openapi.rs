//! The OpenAPI document: made from the routes, and from what they do not say, such as how clients authenticate.

use std::sync::LazyLock;

use hyper::StatusCode;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi};

use crate::{forward_auth, routes};
use keystile_guard::Response;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Keystile",
        description = "May a request that carries this API key pass?",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0"),
    ),
    paths(forward_auth::authorize_request),
    modifiers(&Schemes, &Names),
)]
pub(crate) struct Document;

struct Schemes;

impl Modify for Schemes {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let bearer = |text: &str| {
            let scheme = HttpBuilder::new()
                .scheme(HttpAuthScheme::Bearer)
                .description(Some(text))
                .build();
            SecurityScheme::Http(scheme)
        };
        let components = document.components.get_or_insert_default();
        components.add_security_scheme(
            "admin",
            bearer("The admin token, if the service was started with one."),
        );
        components.add_security_scheme("bearer", bearer("The presenter's API key."));
        let key = ApiKeyValue::with_description("X-API-KEY", "The presenter's API key.");
        components.add_security_scheme("key", SecurityScheme::ApiKey(ApiKey::Header(key)));
    }
}

/// Gives the question of a proxy a name for each method: one function answers all of them, and a name may stand once.
struct Names;

impl Modify for Names {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        for item in document.paths.paths.values_mut() {
            let methods = [
                ("post", &mut item.post),
                ("put", &mut item.put),
                ("patch", &mut item.patch),
                ("delete", &mut item.delete),
                ("head", &mut item.head),
                ("options", &mut item.options),
            ];
            for (method, operation) in methods {
                if let Some(operation) = operation
                    && operation.operation_id.as_deref() == Some("auth")
                {
                    operation.operation_id = Some(format!("auth_{method}"));
                }
            }
        }
    }
}

/// Returns the OpenAPI 3.1 document of the service, as `/openapi.json` does.
pub fn openapi() -> serde_json::Value {
    serde_json::to_value(routes::router().into_openapi()).unwrap_or_default()
}

/// This document.
#[utoipa::path(
    get,
    path = "/openapi.json",
    operation_id = "openapi",
    responses((status = 200, description = "This document", body = Object)),
)]
pub(crate) async fn document() -> Response {
    static DOCUMENT: LazyLock<String> = LazyLock::new(|| openapi().to_string());
    keystile_guard::response(
        StatusCode::OK,
        "application/json",
        DOCUMENT.as_bytes().to_vec(),
    )
}
