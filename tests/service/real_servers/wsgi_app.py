"""A WSGI application that says what it takes a request for, as Flask and Django read it."""

from urllib.parse import parse_qs


def application(environ, start_response):
    query = parse_qs(environ.get("QUERY_STRING", ""), keep_blank_values=True)
    method = environ.get("HTTP_X_HTTP_METHOD_OVERRIDE") or query.get("_method", [environ["REQUEST_METHOD"]])[0]
    lines = [
        "path=" + environ["PATH_INFO"],
        "script=" + environ.get("SCRIPT_NAME", ""),
        "method=" + method,
    ]
    lines += [f"{name}={value}" for name, value in sorted(environ.items()) if name.startswith("HTTP_")]
    body = "\n".join(lines).encode()
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))])
    return [body]
