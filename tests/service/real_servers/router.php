<?php
// Says what it takes a request for, as WordPress and PHP frameworks read it.
$method = $_SERVER['HTTP_X_HTTP_METHOD_OVERRIDE'] ?? $_GET['_method'] ?? $_SERVER['REQUEST_METHOD'];
$path = rawurldecode(parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH) ?: '/');
$lines = ["path=$path", "script=", 'method=' . (is_array($method) ? 'ARRAY' : $method)];
foreach ($_SERVER as $name => $value) {
    if (str_starts_with($name, 'HTTP_')) {
        $lines[] = "$name=$value";
    }
}
header('Content-Type: text/plain');
echo implode("\n", $lines);
