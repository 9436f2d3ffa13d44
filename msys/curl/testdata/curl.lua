-- url is a server's address, dir a directory for files.
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

check("module", require("curl"), curl)
check("_NAME", curl._NAME, "curl")
check("escape", curl.escape("a b/~"), "a%20b%2F~")
check("unescape", curl.unescape("a%20b%zz"), "a b%zz")
for _, f in ipairs({ curl.escape, curl.unescape }) do
  raises("nil", "string expected, got nil", f)
  raises("table", "string expected, got table", f, {})
  raises("boolean", "string expected, got boolean", f, true)
end
check("numbers", curl.OPT_URL .. " " .. curl.OPT_SOURCE_QUOTE .. " " .. curl.INFO_RESPONSE_CODE, "10002 10133 2097154")
check("codes", curl.OK .. curl.COULDNT_RESOLVE_HOST .. curl.COULDNT_CONNECT .. curl.OPERATION_TIMEOUTED, "06728")

local function fetch(options, ...)
  local c, body = curl.new(), {}
  c:setopt(curl.OPT_WRITEFUNCTION, function(_, chunk) body[#body + 1] = chunk return #chunk end)
  for o, v in pairs(options) do check("setopt", (c:setopt(o, v)), true) end
  local ok, err, code = c:perform()
  return ok, err, code, table.concat(body), c
end

-- a transfer
local ok, err, code, body, c = fetch({ [curl.OPT_URL] = url .. "/text" })
check("perform", ok, true)
check("no error", err, nil)
check("body", body, "0123456789")
check("status", c:getinfo(curl.INFO_RESPONSE_CODE), 200)
check("type", c:getinfo(curl.INFO_CONTENT_TYPE), "text/plain; charset=utf-8")
check("size", c:getinfo(curl.INFO_SIZE_DOWNLOAD), 10)
check("address", c:getinfo(curl.INFO_EFFECTIVE_URL), url .. "/text")
check("connects", c:getinfo(curl.INFO_NUM_CONNECTS), 1)
check("errno", c:getinfo(curl.INFO_OS_ERRNO), 0)
for name, number in pairs(curl) do
  if name:match("^INFO_") and number ~= 0 then check(name, select("#", c:getinfo(number)), 1) end
end
check("engines", #c:getinfo(curl.INFO_SSL_ENGINES), 0)
check("cookies", c:getinfo(curl.INFO_COOKIELIST), nil)
local v, err, code = c:getinfo(1)
check("no info", v, nil)
check("text", err, "unknown CURLINFO type: 1")
check("code", code, curl.BAD_FUNCTION_ARGUMENT)
raises("info is no number", "number expected", c.getinfo, c, "x")

-- without callbacks
c = curl.new()
c:setopt(curl.OPT_URL, url .. "/text")
c:setopt(curl.OPT_HTTP_VERSION, 1.1)
check("dropped body", (c:perform()), true)

-- setopt
raises("no option", "number expected, got nil", c.setopt, c, nil, 1)
raises("text option", "number expected, got string", c.setopt, c, "URL", 1)
raises("no value", "Invalid number of arguments", c.setopt, c, curl.OPT_URL)
raises("nothing", "number expected, got nil", c.setopt, c)
raises("no value, as told", "Invalid number of arguments 2 to `setopt' method", c.setopt, c, curl.OPT_URL)
raises("unknown", "Not supported curl option 4711", c.setopt, c, 4711, 1)
for _, v in ipairs({ 1, 0, "true", {} }) do
  local ok, err = pcall(c.setopt, c, curl.OPT_POST, v)
  check("no boolean", ok == false and tostring(err):match("boolean value expected$"), "boolean value expected")
end
raises("nil boolean", "boolean value expected", c.setopt, c, curl.OPT_POST, nil)
raises("no function", "function expected, got number", c.setopt, c, curl.OPT_WRITEFUNCTION, 1)
raises("number", "number expected, got boolean", c.setopt, c, curl.OPT_TIMEOUT, true)
raises("string", "string expected, got boolean", c.setopt, c, curl.OPT_URL, true)
for _, bad in ipairs({ "X: 1\r\nEvil: 1", "no header", "X Y: 1" }) do
  local ok, err, code = c:setopt(curl.OPT_HTTPHEADER, bad)
  check("bad header", ok, nil)
  check("text", err, "A libcurl function was given a bad argument")
  check("code", code, curl.BAD_FUNCTION_ARGUMENT)
end
check("no effect", (c:setopt(curl.OPT_NOSIGNAL, true)), true)
check("no effect either", (c:setopt(curl.OPT_QUOTE, "a", "b")), true)
for name, number in pairs(curl) do
  if name:match("^OPT_") then check(name, type(number), "number") end
end

-- lists
local function sent(...)
  local c, body = curl.new(), ""
  c:setopt(curl.OPT_URL, url .. "/echo")
  c:setopt(curl.OPT_WRITEFUNCTION, function(_, chunk) body = body .. chunk return #chunk end)
  c:setopt(curl.OPT_HTTPHEADER, ...)
  c:perform()
  return body
end
for _, body in ipairs({ sent("X-A: 1", "X-B: 2"), sent(nil, "X-A: 1", nil, "X-B: 2"), sent({ "X-A: 1", "X-B: 2" }) }) do
  check("list", body:match("X%-A: 1\nX%-B: 2\n"), "X-A: 1\nX-B: 2\n")
end

-- errors of transfers
ok, err, code = fetch({ [curl.OPT_URL] = closed })
check("refused", ok, nil)
check("text", err, "Couldn't connect to server")
check("code", code, curl.COULDNT_CONNECT)
for address, want in pairs({ ["gopher://a.test/"] = curl.UNSUPPORTED_PROTOCOL, [""] = curl.URL_MALFORMAT, ["http://a b/"] = curl.URL_MALFORMAT,
  ["file:///no/such/file"] = curl.FILE_COULDNT_READ_FILE }) do
  local ok, err, code = fetch({ [curl.OPT_URL] = address })
  check(address, ok == nil and code, want)
end
ok, err, code = fetch({ [curl.OPT_URL] = url .. "/loop", [curl.OPT_FOLLOWLOCATION] = true, [curl.OPT_MAXREDIRS] = 3 })
check("loop", code, curl.TOO_MANY_REDIRECTS)
ok, err, code = fetch({ [curl.OPT_URL] = url .. "/status/404", [curl.OPT_FAILONERROR] = true })
check("status", code, curl.HTTP_RETURNED_ERROR)

-- callbacks
local function callback(option, f, more)
  local c = curl.new()
  c:setopt(curl.OPT_URL, url .. "/text")
  c:setopt(option, f)
  for o, v in pairs(more or {}) do c:setopt(o, v) end
  return c:perform()
end
for _, give in ipairs({ function() return 3 end, function() end, function() return "x" end, function() return -1 end, function() return 1e300 end }) do
  ok, err, code = callback(curl.OPT_WRITEFUNCTION, give)
  check("write", ok == nil and code, curl.WRITE_ERROR)
  ok, err, code = callback(curl.OPT_HEADERFUNCTION, give)
  check("header", ok == nil and code, curl.WRITE_ERROR)
end
check("restored", (callback(curl.OPT_WRITEFUNCTION, nil)), true)
local thrown = {}
for _, o in ipairs({ curl.OPT_WRITEFUNCTION, curl.OPT_HEADERFUNCTION }) do
  local ok, err = pcall(callback, o, function() error(thrown) end)
  check("raised", ok, false)
  check("the same value", err, thrown)
end
raises("in read", "boom", callback, curl.OPT_READFUNCTION, function() error("boom") end, { [curl.OPT_PUT] = true })

-- the first argument
local seen
c = curl.new()
c:setopt(curl.OPT_URL, url .. "/text")
c:setopt(curl.OPT_WRITEFUNCTION, function(data, chunk) seen = data return #chunk end)
c:perform()
check("the object", seen, c)
for _, data in ipairs({ "text", 12, thrown, true }) do
  c:setopt(curl.OPT_WRITEDATA, data)
  c:perform()
  check("the data", seen, data)
end
c:setopt(curl.OPT_WRITEDATA, nil)
c:perform()
check("the object again", seen, c)

-- header lines
local lines = {}
callback(curl.OPT_HEADERFUNCTION, function(_, line) lines[#lines + 1] = line return #line end)
check("first", lines[1], "HTTP/1.1 200 OK\r\n")
check("last", lines[#lines], "\r\n")

-- reading
local function upload(parts, more)
  local c, body, i, asked = curl.new(), "", 0, nil
  c:setopt(curl.OPT_URL, url .. "/echo")
  c:setopt(curl.OPT_UPLOAD, true)
  c:setopt(curl.OPT_READFUNCTION, function(data, max) asked = max i = i + 1 return parts[i] end)
  c:setopt(curl.OPT_WRITEFUNCTION, function(_, chunk) body = body .. chunk return #chunk end)
  for o, v in pairs(more or {}) do c:setopt(o, v) end
  local ok, err, code = c:perform()
  return ok, err, code, body:match("\n\n(.*)$"), asked
end
ok, err, code, body, asked = upload({ "some ", "data\0", 12 })
check("upload", ok, true)
check("sent", body, "some data\00012")
check("asked for", asked > 0 and asked <= 16384, true)
ok, err, code, body = upload({ string.rep("x", 100000) })
check("cut", #body < 100000 and #body > 0, true)
ok, err, code = upload({ {} })
check("no string", ok == nil and code, curl.READ_ERROR)
ok, err, code = upload({ curl.READFUNC_ABORT })
check("aborted", ok == nil and code, curl.ABORTED_BY_CALLBACK)
ok, err, code, body = upload({ "abcdef" }, { [curl.OPT_INFILESIZE] = 4 })
check("size", body, "abcd")

-- sent twice
local i = 0
ok, err, code, body = upload({ "data", nil, "data" }, {
  [curl.OPT_URL] = url .. "/to/307?at=/echo", [curl.OPT_FOLLOWLOCATION] = true, [curl.OPT_INFILESIZE] = 4,
  [curl.OPT_READFUNCTION] = function(_, max) i = i + 1 return i ~= 2 and "data" or nil end,
  [curl.OPT_SEEKFUNCTION] = function(data, offset, origin) check("origin", origin, 0) i = offset return 0 end,
})
check("rewound", ok and body, "data")

-- progress
local progress
check("told", (callback(curl.OPT_PROGRESSFUNCTION, function(_, ...) progress = { ... } end, { [curl.OPT_NOPROGRESS] = false })), true)
check("figures", table.concat(progress, " "), "10 10 0 0")
ok, err, code = callback(curl.OPT_PROGRESSFUNCTION, function() return 1 end, { [curl.OPT_NOPROGRESS] = false })
check("stopped", ok == nil and code, curl.ABORTED_BY_CALLBACK)
check("not told", (callback(curl.OPT_PROGRESSFUNCTION, function() return 1 end)), true)

-- a transfer in a callback of another
ok, err, code, body = fetch({ [curl.OPT_URL] = url .. "/text" })
c = curl.new()
c:setopt(curl.OPT_URL, url .. "/text")
c:setopt(curl.OPT_WRITEFUNCTION, function(_, chunk)
  local _, _, code = c:perform()
  check("busy", code, curl.BAD_CALLING_ORDER)
  local ok, _, _, inner = fetch({ [curl.OPT_URL] = url .. "/status/200" })
  body = ok and inner
  return #chunk
end)
check("outer", (c:perform()), true)
check("inner", body, "body of 200")

-- files
local path = dir .. "/doc"
c = curl.new()
c:setopt(curl.OPT_URL, url .. "/status/500")
c:fetch_into_file(path)
ok, err, code = c:perform()
check("not 200", ok, nil)
check("text", err, "CURL_OK, but http status NOT 200")
check("status", code, 500)
c:setopt(curl.OPT_URL, url .. "/text")
check("into file", c:fetch_into_file(path), true)
check("fetched", (c:perform()), true)
ok, err, code, body = fetch({ [curl.OPT_URL] = "file://" .. path })
check("read", body, "0123456789")
raises("no directory", "fetching into /no/such/dir/x", c.fetch_into_file, c, "/no/such/dir/x")
raises("no path", "string expected", c.fetch_into_file, c)

-- reset and close
c:setopt(curl.OPT_WRITEFUNCTION, function() error("not reset") end)
c:reset()
ok, err, code = c:perform()
check("no url", code, curl.URL_MALFORMAT)
check("closed", c:close(), nil)
check("closed again", c:close(), nil)
for _, method in ipairs({ "setopt", "perform", "getinfo", "reset", "fetch_into_file" }) do
  raises(method, "attempt to use closed curl object", c[method], c, 1, 2)
end
c = curl.new()
c:setopt(curl.OPT_URL, url .. "/cookie")
c:setopt(curl.OPT_COOKIEJAR, dir .. "/jar")
c:perform()
check("cookies", #c:getinfo(curl.INFO_COOKIELIST), 4)
c:close()
check("jar", io.open(dir .. "/jar"):read("*a"):match("^# Netscape") ~= nil, true)
