-- url and closed are addresses of a server and of nobody.
local function check(name, got, want)
  if got ~= want then
    error(name .. ": " .. tostring(got) .. ", want " .. tostring(want), 2)
  end
end
local function raises(name, text, f, ...)
  local ok, err = pcall(f, ...)
  if ok or not tostring(err):find(text, 1, true) then
    error(name .. ": " .. tostring(err) .. ", want " .. text, 2)
  end
end

require("msys.http.client")
local c = msys.http.client.new()
check("same module", require("msys.http.client"), msys.http.client)
check("type", tostring(c):match("^msys.http:_client: ") ~= nil, true)

-- before any request
check("code", (c:get_status()), 0)
check("body", c:get_body(), "")
check("headers", #c:get_headers(), 0)

-- one after the other
check("put", c:do_request("PUT", url .. "/method", "a=1"), true)
local ok, err = c:do_request("post", url .. "/method", "a=1")
check("post", ok, true)
check("no error", err, nil)
check("body", c:get_body(), "POST")
local code, reason = c:get_status()
check("code", code, 200)
check("reason", reason, "OK")

-- headers
c:set_header("X-Ab: 1")
c:set_header("X-Ab: 2")
check("request", c:do_request("GET", url .. "/echo"), true)
check("sent", c:get_body():find("X-Ab: 1|2\n", 1, true) ~= nil, true)
c:set_header()
c:do_request("GET", url .. "/echo")
check("cleared", c:get_body():find("X-Ab", 1, true), nil)
c:set_header("X-Ab: 1")
c:set_header(nil)
c:do_request("GET", url .. "/echo")
check("cleared by nil", c:get_body():find("X-Ab", 1, true), nil)
for _, bad in ipairs({ "X", "X: 1\r\nEvil: 1", "X: 1\nEvil: 1", "" }) do
  raises("bad header", "invalid header", c.set_header, c, bad)
end
raises("no string", "bad argument #1 to 'set_header' (string expected, got table)", c.set_header, c, {})

-- what comes back
c:do_request("GET", url .. "/headers")
check("teapot", (c:get_status()), 418)
local list = c:get_headers()
check("status line", list[1], "HTTP/1.1 418 I'm a teapot")
local h = c:parse_headers(list)
check("as spelled", h["X-Ab"], "1")
check("lower", h["x-ab"], "1")
check("other", h.nope, nil)
check("number key", h[1], nil)
check("joined", h.vary, "x, y")
check("cookies", h["set-cookie"], "a=1\nb=2")
local n = 0
for k, v in pairs(h) do n = n + 1 end
check("each once", n, 4)
local text = c:parse_headers("A: 1\r\nB: 2\r\n 3\r\n")
check("from text", text.a .. text.b, "12 3")
raises("parse nothing", "table expected, got nil", c.parse_headers, c)
raises("parse numbers of tables", "array of strings expected", c.parse_headers, c, { {} })

-- failures
local ok, err = c:do_request("GET", closed)
check("refused", ok, nil)
check("reason", err, "connection refused")
local code, reason = c:get_status()
check("code", code, 0)
check("reason", reason, "connection refused")
check("body", c:get_body(), "")
check("headers", #c:get_headers(), 0)
for _, bad in ipairs({ "", "nowhere", "ftp://a.test/", "http://a.test/\r\nX: 1" }) do
  local ok, err = c:do_request("GET", bad)
  check(bad, ok == nil and err, "malformed URL")
end
local ok, err = c:do_request("BREW", url)
check("method", err, "unsupported request type 'BREW'")
raises("no type", "bad argument #1 to 'do_request' (string expected, got nil)", c.do_request, c)
raises("no url", "bad argument #2 to 'do_request' (string expected, got nil)", c.do_request, c, "GET")
raises("bad data", "bad argument #3 to 'do_request' (string expected, got table)", c.do_request, c, "POST", url, {})

-- time
c:set_timeout(0.02)
local ok, err = c:do_request("GET", url .. "/slow")
check("timeout", err, "timeout")
c:set_timeout()
check("no limit", c:do_request("GET", url .. "/method"), true)
c:set_timeout(-1)
c:set_timeout(0)
c:set_timeout(nil)
raises("bad timeout", "number expected, got table", c.set_timeout, c, {})

-- data that is no string
c:do_request("POST", url .. "/echo", require("json").decode('{"a":1}'))
check("json", c:get_body():match("\n\n(.*)$"), '{ "a": 1 }')
c:do_request("POST", url .. "/echo", 12)
check("number", c:get_body():match("\n\n(.*)$"), "12")
c:do_request("POST", url .. "/echo", "a\0b")
check("bytes", c:get_body():match("\n\n(.*)$"), "a\0b")
