//! The command with which a developer asks an API with a key, for the clipboard. The key is read without echo, and handed to
//! curl over a pipe: what stands on a command line is seen by every program of the machine and kept in histories. No proxy
//! that the user's settings name gets to see it.

/// A command for the shell of this system that asks this address. It holds no key.
///
/// ```
/// let command = keystile_gateway_control::dev::curl_command("http://127.0.0.1:7420/");
/// assert!(command.contains("KEYSTILE_KEY"));
/// ```
pub fn curl_command(url: &str) -> String {
    // The only character of an address that would end the quotes.
    let url = url.replace('\'', "%27");
    if cfg!(windows) {
        // PowerShell 5 and 7. `curl` alone is another program there.
        format!(
            "$KEYSTILE_KEY = Read-Host 'API key' -AsSecureString\n\
             \"X-API-KEY: $([Net.NetworkCredential]::new('', $KEYSTILE_KEY).Password)\" | curl.exe -q -i --noproxy '*' -H '@-' '{url}'; Remove-Variable KEYSTILE_KEY\n"
        )
    } else {
        // Joined to one command: a terminal without bracketed paste would take the second line for the key.
        format!(
            "printf 'API key: ' && read -rs KEYSTILE_KEY && echo && \\\n  \
             printf 'X-API-KEY: %s' \"$KEYSTILE_KEY\" | curl -q -i --noproxy '*' -H @- '{url}'; unset KEYSTILE_KEY\n"
        )
    }
}
