//! Exact output of commands. Each file under `cases` runs its commands in order in its own folder. `TRYCMD=overwrite`
//! updates the files; review the diff before you commit it.

#[test]
fn commands_print_the_expected_output() {
    let cases = trycmd::TestCases::new();
    cases
        .register_bin(
            "keystile",
            std::path::Path::new(env!("CARGO_BIN_EXE_keystile")),
        )
        // Hides the developer's keychain.
        .env("DBUS_SESSION_BUS_ADDRESS", "")
        .case("../../../tests/cli/cases/*.trycmd");
    cases.run();
}
