import { expect, test } from "vitest";
import { requestPath, withScheme } from "./url";

test.each([
  ["api.acme.example", "https://api.acme.example"],
  [" api.acme.example:8443/v1 ", "https://api.acme.example:8443/v1"],
  ["localhost:18000", "http://localhost:18000"],
  ["app.localhost", "http://app.localhost"],
  ["127.0.0.1:8000", "http://127.0.0.1:8000"],
  ["[::1]:8000", "http://[::1]:8000"],
  ["localhost.example.com", "https://localhost.example.com"],
  ["//api.acme.example", "https://api.acme.example"],
  ["http://api.acme.example", "http://api.acme.example"],
  ["ftp://api.acme.example", "ftp://api.acme.example"],
  ["", ""],
])("missing scheme is added: %s", (text, url) => expect(withScheme(text)).toBe(url));

test.each([
  ["/products", "/products"],
  ["products", "/products"],
  ["", "/"],
  ["/desk lamp?color=grün", "/desk%20lamp?color=gr%C3%BCn"],
  ["/a%20b", "/a%20b"],
  ["http://127.0.0.1:7420/products?page=2", "/products?page=2"],
  ["http://127.0.0.1:7420", "/"],
])("path is completed and encoded: %s", (text, path) => expect(requestPath(text, "http://127.0.0.1:7420")).toBe(path));
