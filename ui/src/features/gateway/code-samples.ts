/** Programs that send one request with a key from the environment variable `API_KEY`. */
import type { KeyHeader } from "../../lib/key-header";

export type Language = "curl" | "javascript" | "python" | "go" | "rust";

export const LANGUAGES: readonly Language[] = ["curl", "javascript", "python", "go", "rust"];

interface Sample {
  url: string;
  header: KeyHeader;
}

/** The URL comes from `URL.href` and header names are tokens: neither contains quotes, `\` or `$`. */
const SAMPLES: Readonly<Record<Language, (sample: Sample) => string>> = {
  curl: ({ url, header: { name, prefix } }) => `curl "${url}" \\
  -H "${name}: ${prefix}$API_KEY"
`,

  javascript: ({ url, header: { name, prefix } }) => {
    const value = prefix === "" ? "process.env.API_KEY" : `\`${prefix}\${process.env.API_KEY}\``;
    return `const response = await fetch("${url}", {
  headers: { "${name}": ${value} },
});
console.log(response.status, await response.text());
`;
  },

  python: ({ url, header: { name, prefix } }) => `import os
import urllib.request

request = urllib.request.Request(
    "${url}",
    headers={"${name}": ${prefix === "" ? "" : `"${prefix}" + `}os.environ["API_KEY"]},
)
with urllib.request.urlopen(request) as response:
    print(response.status, response.read().decode())
`,

  go: ({ url, header: { name, prefix } }) => `package main

import (
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
)

func main() {
	request, err := http.NewRequest("GET", "${url}", nil)
	if err != nil {
		log.Fatal(err)
	}
	request.Header.Set("${name}", ${prefix === "" ? "" : `"${prefix}"+`}os.Getenv("API_KEY"))
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		log.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(response.Status, string(body))
}
`,

  rust: ({ url, header: { name, prefix } }) => `// cargo add reqwest --features blocking
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let key = std::env::var("API_KEY")?;
    let response = reqwest::blocking::Client::new()
        .get("${url}")
        .header("${name}", ${prefix === "" ? "key" : `format!("${prefix}{key}")`})
        .send()?;
    println!("{} {}", response.status(), response.text()?);
    Ok(())
}
`,
};

export const codeSample = (language: Language, sample: Sample): string => SAMPLES[language](sample);
