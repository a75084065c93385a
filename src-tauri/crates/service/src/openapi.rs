//! The OpenAPI document: made from the routes, and from what they do not say, such as how clients authenticate.

use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi};

use crate::forward_auth;

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
