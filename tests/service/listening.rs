//! Where the service agrees to listen.

use std::net::SocketAddr;

use keystile_service::{Server, Settings};
use keystile_verifier::Verifier;

use crate::caller::call;
use crate::world::{World, local};

const TOKEN: &str = "0123456789abcdef0123456789abcdef";

async fn bind(world: &World, settings: Settings) -> Result<Server, keystile_service::Error> {
    let verifier = Verifier::open(&world.path()).await.expect("a verifier");
    Server::bind(verifier, settings).await
}

#[tokio::test]
async fn beyond_loopback_needs_a_word_and_a_token_and_says_so() {
    let world = World::new().await;
    let anywhere = Settings::new(SocketAddr::from(([0, 0, 0, 0], 0)));
    let error = bind(&world, anywhere.clone())
        .await
        .expect_err("nobody said so");
    assert_eq!(error.code(), "beyond_loopback");
    assert!(!error.advice().is_empty(), "it says what to do");
    let meant = Settings {
        beyond_loopback: true,
        ..anywhere.clone()
    };
    let error = bind(&world, meant.clone()).await.expect_err("no token");
    assert_eq!(error.code(), "admin_token_missing");
    for weak in [
        "short",
        "0123456789abcdef0123456789abcde ",
        "0123456789abcdef0123456789abcdé",
    ] {
        let settings = Settings {
            admin_token: Some(weak.to_owned().into()),
            ..meant.clone()
        };
        let error = bind(&world, settings).await.expect_err("a weak token");
        assert_eq!(error.code(), "admin_token_weak");
    }
    let guarded = Settings {
        admin_token: Some(TOKEN.to_owned().into()),
        ..meant
    };
    let service = bind(&world, guarded).await.expect("both were given");
    let warning = service.warning().expect("a warning");
    assert!(
        warning.contains("other machines"),
        "whoever starts it is told: {warning}"
    );
    assert!(
        !format!("{service:?}").contains(TOKEN),
        "the token is in no log"
    );
    let unmeant = Settings {
        admin_token: Some(TOKEN.to_owned().into()),
        ..anywhere
    };
    let error = bind(&world, unmeant)
        .await
        .expect_err("a token alone means nothing");
    assert_eq!(error.code(), "beyond_loopback");
}

#[tokio::test]
async fn a_taken_port_is_told() {
    let world = World::new().await;
    let error = bind(&world, Settings::new(world.address))
        .await
        .expect_err("taken");
    assert_eq!(error.code(), "listen_failed");
}

#[tokio::test]
async fn an_allowed_host_is_answered_and_a_wrong_one_is_not_taken() {
    let mut settings = local();
    settings.allowed_hosts = vec!["keys.internal".to_owned(), "api.internal:81".to_owned()];
    let world = World::with(settings).await;
    for (host, status) in [
        ("keys.internal", 200),
        ("KEYS.internal:99", 200),
        ("api.internal:81", 200),
        ("api.internal", 421),
        ("api.internal:82", 421),
        ("xkeys.internal", 421),
        ("keys.internal.evil.example", 421),
    ] {
        let request = format!("GET /healthz HTTP/1.1\r\nHost: {host}\r\n\r\n");
        let reply = call(world.address, request).await.expect("an answer");
        assert_eq!(reply.status, status, "{host}");
    }
    for wrong in ["*", "a b", "user@host", "*.internal", ""] {
        let mut settings = local();
        settings.allowed_hosts = vec![wrong.to_owned()];
        let error = bind(&world, settings).await.expect_err("no host name");
        assert_eq!(error.code(), "host_form", "{wrong}");
    }
}

#[tokio::test]
async fn after_stop_the_port_is_free_and_open_connections_have_ended() {
    let mut world = World::new().await;
    let idle = tokio::net::TcpStream::connect(world.address)
        .await
        .expect("a connection");
    assert_eq!(world.ask("GET /healthz").await.status, 200);
    world.stop().await;
    drop(idle);
    assert!(
        tokio::net::TcpStream::connect(world.address).await.is_err(),
        "nobody listens any more"
    );
}
