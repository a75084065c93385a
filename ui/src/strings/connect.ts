/** How to connect to the API. Only parts that are loaded later need it, so it is not in `index.ts`. */

export const connect = {
  title: "Connect",
  ways: { code: "Code", proxy: "Your proxy" },
  way: "Way to connect",
  language: "Language",
  languages: { curl: "curl", javascript: "JavaScript", python: "Python", go: "Go", rust: "Rust" },
  codeAbout: "Sends a request to {url} with the key in the environment variable {variable}.",
  noAddress: "Start the gateway or set an endpoint to get its URL here.",
  exampleUrl: "https://api.example.com/",
  variable: "API_KEY",
  code: "Code",
  proxyAbout: "Guard the API with your own proxy instead of the gateway: it calls Keystile's HTTP service to check each key. Start the service here, or run {command} on a server.",
  command: "keystile serve",
  proxy: "Proxy",
  proxies: { nginx: "nginx", caddy: "Caddy", traefik: "Traefik", envoy: "Envoy" },
  configuration: "Configuration",
};
