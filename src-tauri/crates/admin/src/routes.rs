//! The routes of the admin API, with their OpenAPI description.

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::admin_api::AdminApi;
use crate::{
    confirm_key, create_key, edit_key, get_key, key_state, list_environments, list_keys, rotate_key,
};

impl AdminApi {
    /// Returns the routes, for the service.
    pub fn routes(&self) -> OpenApiRouter {
        router().with_state(self.clone())
    }
}

fn router() -> OpenApiRouter<AdminApi> {
    OpenApiRouter::new()
        .routes(routes!(list_environments::list_environments))
        .routes(routes!(list_keys::list_keys, create_key::create_key))
        .routes(routes!(get_key::get_key, edit_key::edit_key))
        .routes(routes!(key_state::disable_key))
        .routes(routes!(key_state::enable_key))
        .routes(routes!(key_state::revoke_key))
        .routes(routes!(rotate_key::rotate_key))
        .routes(routes!(rotate_key::end_old_secret))
        .routes(routes!(confirm_key::confirm_key, confirm_key::discard_key))
}
