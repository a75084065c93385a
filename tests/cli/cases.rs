//! What the terminal says, word for word: each file under `cases` is what a person would see, one command after the other
//! in a folder of its own. With `TRYCMD=overwrite` the files are written anew, to be read before they are committed.

#[test]
fn the_terminal_says_what_the_cases_show() {
    let cases = trycmd::TestCases::new();
    cases
        .register_bin(
            "keystile",
            std::path::Path::new(env!("CARGO_BIN_EXE_keystile")),
        )
        // No keychain of whoever runs the tests.
        .env("DBUS_SESSION_BUS_ADDRESS", "")
        .case("../../../tests/cli/cases/*.trycmd");
    cases.run();
}
