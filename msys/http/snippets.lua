-- Snippets of the reference, which the tests run.

--- client:set_header
local client = require("msys.http.client").new()
client:set_header("X-Key: secret")
client:do_request("GET", "http://api.example.org/echo")
local headers = client:parse_headers(client:get_headers())
assert(headers["x-key"] == "secret") -- this server sends it back
client:set_header() -- none from here on

--- client:set_timeout
local client = require("msys.http.client").new()
client:set_timeout(2.5)
assert(client:do_request("GET", "http://api.example.org/hello"))

--- client:do_request
local client = require("msys.http.client").new()
client:set_header("Content-Type: text/plain")
assert(client:do_request("POST", "http://api.example.org/echo", "hello"))
assert(client:get_status() == 200 and client:get_body() == "hello")
local ok, err = client:do_request("GET", "no url")
assert(not ok and err == "malformed URL")

--- client:get_status
local client = require("msys.http.client").new()
client:do_request("GET", "http://api.example.org/none")
local code, reason = client:get_status()
assert(code == 404 and reason == "Not Found")

--- client:get_body
local client = require("msys.http.client").new()
client:do_request("GET", "http://api.example.org/hello")
assert(client:get_body() == "hello")

--- client:get_headers
local client = require("msys.http.client").new()
client:do_request("GET", "http://api.example.org/hello")
assert(client:get_headers()[1]:match("^HTTP/1.1 200"))
