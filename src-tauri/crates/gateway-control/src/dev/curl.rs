//! A curl command with an API key, for the clipboard. It reads the key without echo and passes it to curl over a pipe,
//! because other programs and the shell history see command lines. The user's proxy settings are ignored.

use keystile_policy::KeyLocation;

/// Returns a command for this system's shell that sends a request with a key at `location`. It contains no key.
///
/// ```
/// use keystile_policy::KeyLocation;
/// let command =
///     keystile_gateway_control::dev::curl_command("http://127.0.0.1:7420/", &KeyLocation::Bearer);
/// assert!(command.contains("Authorization: Bearer ") && command.contains("KEYSTILE_KEY"));
/// ```
pub fn curl_command(url: &str, location: &KeyLocation) -> String {
    // Letters, digits, `-`, and a space: no shell or printf syntax.
    let (name, before_key) = location.client_header();
    // The only character of a URL that would end the quotes.
    let url = url.replace('\'', "%27");
    if cfg!(windows) {
        // PowerShell 5 and 7, where `curl` is another program.
        format!(
            "$KEYSTILE_KEY = Read-Host 'API key' -AsSecureString\n\
             \"{name}: {before_key}$([Net.NetworkCredential]::new('', $KEYSTILE_KEY).Password)\" | curl.exe -q -i --noproxy '*' -H '@-' '{url}'; Remove-Variable KEYSTILE_KEY\n"
        )
    } else {
        // One command: a terminal without bracketed paste would read a second line as the key.
        format!(
            "printf 'API key: ' && read -rs KEYSTILE_KEY && echo && \\\n  \
             printf '{name}: {before_key}%s' \"$KEYSTILE_KEY\" | curl -q -i --noproxy '*' -H @- '{url}'; unset KEYSTILE_KEY\n"
        )
    }
}
