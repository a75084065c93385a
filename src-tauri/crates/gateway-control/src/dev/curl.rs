//! The command with which a developer asks an API with a key, for the clipboard. The key is read without echo, and handed to
//! curl over a pipe: what stands on a command line is seen by every program of the machine and kept in histories. No proxy
//! that the user's settings name gets to see it.

use keystile_policy::KeyLocation;

/// Returns a command for the shell of this system that sends a request with a key at `location`. It holds no key.
///
/// ```
/// use keystile_policy::KeyLocation;
/// let command =
///     keystile_gateway_control::dev::curl_command("http://127.0.0.1:7420/", &KeyLocation::Bearer);
/// assert!(command.contains("Authorization: Bearer ") && command.contains("KEYSTILE_KEY"));
/// ```
pub fn curl_command(url: &str, location: &KeyLocation) -> String {
    // Letters, digits, - and a blank: nothing that a shell or printf would interpret.
    let (name, before_key) = location.client_header();
    // The only character of an address that would end the quotes.
    let url = url.replace('\'', "%27");
    if cfg!(windows) {
        // PowerShell 5 and 7. `curl` alone is another program there.
        format!(
            "$KEYSTILE_KEY = Read-Host 'API key' -AsSecureString\n\
             \"{name}: {before_key}$([Net.NetworkCredential]::new('', $KEYSTILE_KEY).Password)\" | curl.exe -q -i --noproxy '*' -H '@-' '{url}'; Remove-Variable KEYSTILE_KEY\n"
        )
    } else {
        // Joined to one command: a terminal without bracketed paste would take the second line for the key.
        format!(
            "printf 'API key: ' && read -rs KEYSTILE_KEY && echo && \\\n  \
             printf '{name}: {before_key}%s' \"$KEYSTILE_KEY\" | curl -q -i --noproxy '*' -H @- '{url}'; unset KEYSTILE_KEY\n"
        )
    }
}
