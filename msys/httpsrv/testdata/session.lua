require("msys.core")
require("msys.httpsrv")
require("msys.timer")

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
-- on registers a function whose first failure is the response.
local function on(path, f)
  msys.httpsrv.register(nil, path, function(s)
    local ok, result = pcall(f, s)
    if not ok then
      s:response_status_set_std(500, "")
      s:response_string(tostring(result))
      return
    end
    return result
  end)
end

on("/url", function(s)
  local u = s:request_url_get()
  local params = {}
  if u.attrs ~= nil then
    local iter = msys.core.dict_iter2(u.attrs)
    repeat
      local rc, k, v = msys.core.dict_next(u.attrs, iter)
      if rc ~= 0 then params[#params + 1] = k .. "=" .. v end
    until rc == 0
    msys.core.dict_iter2_free(u.attrs, iter)
  end
  check("tostring", tostring(u), u.url)
  check("unknown", u.nope, nil)
  raises("assigned", "cannot be assigned", function() u.url = "x" end)
  s:response_append(table.concat({ u.url, u.scheme, u.host, tostring(u.port ~= 0), u.path, tostring(u.raw_query), tostring(u.query), tostring(u.fragment),
    tostring(u.userinfo.user), tostring(u.userinfo.pass), tostring(u.attrs and #u.attrs), table.concat(params, ";") }, " "))
end)

on("/port", function(s) s:response_append(s:request_url_get().host .. " " .. s:request_url_get().port) end)

on("/request", function(s)
  check("method", s:request_method_get(), "POST")
  local rc, v = s:request_header_get("x-list")
  check("rc", rc, 0)
  check("joined", v, "a, b")
  rc, v = s:request_header_get("X-None")
  check("missing", rc, 2)
  check("nil", v, nil)
  rc, v = s:request_header_get("Host")
  check("host", rc == 0 and v, "policy.test:8080")
  raises("no name", "bad argument #1 to 'request_header_get' (string expected, got nil)", s.request_header_get, s)
  local kind, charset
  rc, kind, charset = s:request_content_type_get()
  check("type", rc .. kind .. charset, "0text/xmliso-8859-1")
  check("user", s:request_username_get(), nil)
  check("certificate", s:request_subject_cn_get(), nil)
  check("peer", tostring(s:request_peer_address()):match("^127%.0%.0%.1:%d+$") ~= nil, true)
  check("local", tostring(s:request_local_address()):match("^127%.0%.0%.1:%d+$") ~= nil, true)
  check("family", msys.core.ec_sockaddr_family(s:request_peer_address()), msys.core.AF_INET)
  local ac = s:request_accept_construct_get()
  check("connection", tostring(ac.remote_addr), tostring(s:request_peer_address()))
  check("protocol", ac.protocol, msys.core.P_HTTP)
  check("the same", ac == s:request_accept_construct_get(), true)
  check("type", tostring(s):match("^msys.core:_ec_httpsrv_session: ") ~= nil, true)
  s:response_append("fine")
end)

on("/type", function(s)
  local rc, kind, charset = s:request_content_type_get()
  s:response_append(rc .. " " .. tostring(kind) .. " " .. tostring(charset))
end)

on("/data", function(s)
  local rc, io = s:request_data_get()
  check("rc", rc, 0)
  check("class", tostring(io):match("^msys.core:_io_object") ~= nil, true)
  check("part", io:read(2), "he")
  check("rest", io:read("*a"), "llo\0\nworld")
  io:close()
  local again
  rc, again = s:request_data_get_string()
  check("again", again, "hello\0\nworld")
  s:response_string("fine")
end)

on("/big", function(s)
  for _, method in ipairs({ "request_data_get_string", "request_data_get", "request_data_get_json", "request_data_get_xml" }) do
    local rc, v = s[method](s)
    check(method, rc, 27)
    check(method, v, nil)
  end
  s:response_string("too big")
end)

on("/json", function(s)
  local rc, o = s:request_data_get_json()
  check("rc", rc, 0)
  if not o then
    s:response_string("none")
    return
  end
  o.seen = true
  check("rc", s:response_json(o), 0)
end)

on("/xml", function(s)
  local rc, doc = s:request_data_get_xml()
  check("rc", rc, 0)
  if not doc then
    s:response_string("none")
    return
  end
  doc:root():attribute("seen", "1")
  s:response_header_set("Content-Type", "application/soap+xml")
  check("rc", s:response_xml(doc), 0)
end)

on("/status/std", function(s)
  check("set", s:response_status_set_std(403, "no", "text/html"), 0)
  for _, bad in ipairs({ 0, 99, 600, 1e10, -1, "200", {}, true }) do
    check("bad code " .. tostring(bad), s:response_status_set_std(bad, "x"), 22)
    check("bad code " .. tostring(bad), s:response_status_set(bad, "x"), 22)
  end
  check("nil code", s:response_status_set_std(nil, "x"), 22)
end)
on("/status/body", function(s)
  s:response_append("the body")
  s:response_status_set_std(202, "not this", "text/x-a")
end)
on("/status/early", function(s)
  s:response_status_set_std(202, "not this")
  s:response_append("the body")
end)
on("/status/set", function(s) check("set", s:response_status_set(418, "whatever"), 0) end)
on("/status/ok", function(s) s:response_status_ok("text/x-ok") s:response_append("x") end)
on("/status/denied", function(s) s:response_status_denied("text/x-denied") end)
on("/status/not_found", function(s) s:response_status_not_found() end)
on("/status/error", function(s) s:response_status_error("text/x-error") end)
on("/status/nocontent", function(s) s:response_status_set_std(204, "not allowed") end)

on("/headers", function(s)
  check("set", s:response_header_set("X-A", "1"), 0)
  check("replaced", s:response_header_set("x-a", 2), 0)
  for _, bad in ipairs({ { "X B", "1" }, { "X", "1\r\nEvil: 1" }, { "X\r\nEvil", "1" }, { "", "1" }, { "X", "1\n" } }) do
    check("bad header", s:response_header_set(bad[1], bad[2]), 22)
  end
  check("ours", s:response_header_set("Content-Length", "1"), 0)
  check("bad type", s:response_status_ok("text/plain\r\nEvil: 1"), 22)
  check("bad type", s:response_status_set_std(200, "x", "text/plain\r\nEvil: 1"), 22)
  check("append", s:response_append("abcdef", 3), 0)
  check("too long", s:response_append("d", 99), 0)
  check("negative", s:response_append("zzz", -1), 0)
  check("printf", s:response_printf(" %d%%%s", 50, " done"), 0)
  raises("bad format", "number expected", s.response_printf, s, "%d", "x")
  raises("no format", "string expected", s.response_printf, s)
end)

on("/string", function(s)
  s:response_append("old")
  local str = msys.core.string_new()
  str:write("new ")
  s:response_string(str)
  s:response_append("and more")
  raises("no json", "libjson:json_object* expected", s.response_json, s, {})
  raises("no xml", "libxml:xmlDoc* expected", s.response_xml, s, "<a/>")
  raises("no io", "msys.core:_io_object expected", s.response_io, s, "x")
end)

on("/io", function(s)
  local rc, io = s:request_data_get()
  check("set", s:response_io(io, 0), 0)
  io:close()
end)
on("/io-now", function(s)
  local rc, io = s:request_data_get()
  s:response_append("before ")
  check("now", s:response_io(io, 1), 0)
  s:response_append(" after")
end)
on("/io-replaced", function(s)
  local rc, io = s:request_data_get()
  s:response_io(io, 0)
  s:response_string("instead")
end)
on("/io-flush", function(s)
  local rc, io = s:request_data_get()
  s:response_io(io)
  s:response_flush(0)
  s:response_append("!")
end)

on("/large", function(s)
  local block = string.rep("x", 1000)
  local rc, n = 0, 0
  while rc == 0 do
    rc = s:response_append(block)
    n = n + 1
  end
  check("no memory", rc, 12)
  s:response_string(n)
end)

on("/flush", function(s)
  s:response_status_set(201, "")
  s:response_header_set("X-A", "1")
  s:response_append("one ")
  check("flush", s:response_flush(0), 0)
  check("status", s:response_status_set_std(500, "x"), 9)
  check("header", s:response_header_set("X-A", "2"), 9)
  check("append", s:response_append("two"), 0)
  check("flush", s:response_flush(1), 0)
end)

-- suspended requests
on("/async", function(s)
  local state = s:ctx_get()
  if state == nil then
    check("suspend", s:session_suspend(), 0)
    check("suspended", s:session_suspend(), 9)
    s:ctx_set({ calls = 1 })
    msys.timer.after(0, function()
      check("resume", s:session_resume(0), 0)
      check("resumed", s:session_resume(0), 9)
    end)
    return msys.httpsrv.ASYNC
  end
  state.calls = state.calls + 1
  if state.calls < 3 then
    s:session_suspend()
    s:session_resume(0)
    return msys.httpsrv.ASYNC
  end
  s:response_printf("call %d", state.calls)
end)
on("/finished", function(s)
  s:session_suspend()
  msys.timer.after(0, function()
    s:response_append("by the timer")
    s:session_resume(1)
  end)
  return msys.httpsrv.ASYNC
end)
on("/never", function(s)
  check("not suspended", s:session_resume(1), 9)
  s:session_suspend()
  s:response_append("sent at once")
  return msys.httpsrv.DONE
end)

-- a session that is over
on("/keep", function(s) kept = s s:ctx_set("x") s:response_append("kept") end)
on("/kept", function(s)
  check("append", kept:response_append("x"), 9)
  check("status", kept:response_status_set_std(200, "x"), 9)
  check("flush", kept:response_flush(0), 9)
  check("suspend", kept:session_suspend(), 9)
  check("resume", kept:session_resume(1), 9)
  check("data", (kept:request_data_get_string()), 9)
  check("ctx", kept:ctx_get(), nil)
  kept:ctx_set("y")
  check("method", kept:request_method_get(), "GET")
  s:response_append("over")
end)
