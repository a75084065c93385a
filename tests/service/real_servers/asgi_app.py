"""An ASGI application that says what it takes a request for, as Django reads it behind daphne."""


async def application(scope, receive, send):
    if scope["type"] != "http":
        return
    root = scope.get("root_path", "")
    path = scope["path"]
    if root and path.startswith(root):
        path = path[len(root) :]
    lines = ["path=" + path, "script=" + root, "method=" + scope["method"]]
    for name, value in scope["headers"]:
        read = name.decode("latin1").upper().replace("-", "_")
        lines.append(f"HTTP_{read}={value.decode('latin1')}")
    body = "\n".join(lines).encode()
    headers = [(b"content-type", b"text/plain"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})
