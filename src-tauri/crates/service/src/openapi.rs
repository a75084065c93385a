//! The parts of the OpenAPI document that the routes do not define: general information and authentication.

use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi};

use crate::forward_auth;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Keystile",
        description = "Verifies API keys: for servers (verify, introspect) and for reverse proxies (forward-auth). With the admin API, it manages them too.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0"),
    ),
    paths(forward_auth::authorize_request),
    modifiers(&SecuritySchemes, &UniqueOperationIds),
)]
pub(crate) struct ApiDoc;

struct SecuritySchemes;

impl Modify for SecuritySchemes {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let bearer_scheme = |text: &str| {
            let scheme = HttpBuilder::new()
                .scheme(HttpAuthScheme::Bearer)
                .description(Some(text))
                .build();
            SecurityScheme::Http(scheme)
        };
        let components = document.components.get_or_insert_default();
        components.add_security_scheme(
            "admin",
            bearer_scheme("The admin token, if the service has one."),
        );
        components.add_security_scheme("bearer", bearer_scheme("The API key."));
        let key = ApiKeyValue::with_description("X-API-KEY", "The API key.");
        components.add_security_scheme("key", SecurityScheme::ApiKey(ApiKey::Header(key)));
    }
}

/// Gives each method of the forward-auth operation its own operation id; one handler serves all methods.
struct UniqueOperationIds;

impl Modify for UniqueOperationIds {
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
