-- ac, v, mc: a session of 192.0.2.7 in a transaction with one recipient;
-- ended: the context of a session that is over; web: an HTTP connection.
require("msys.core")
local C, M = msys.core.VCTX_CONN, msys.core.VCTX_MESS

local function raises(text, f, ...)
  local ok, err = pcall(f, ...)
  assert(not ok, "no error, expected: " .. text)
  assert(string.find(tostring(err), text, 1, true), tostring(err) .. " does not contain: " .. text)
end

-- variables
assert(v:get(M, "nope") == "" and v:exists(M, "nope") == 0)
v:set(M, "nope", false)
assert(v:get(M, "nope") == "false" and v:exists(M, "nope") == 1)
v:set(C, "n", 50000)
assert(tonumber(v:get(C, "n")) + 1 == 50001)
v:set(C, "x", nil)
v:set(C, nil, "x")
assert(v:exists(C, "x") == 0)
assert(v:get(M, nil) == "")
raises("invalid context type", v.get, v, 7, "k")
raises("string expected, got table", v.set, v, C, {}, "x")
assert(VCTX_CONN == C and VCTX_MESS == M)
assert(select("#", v:set(C, "y", "1")) == 0)
do
  local found, value = v:exists_and_get(C, "y")
  assert(found == 1 and value == "1")
  v:delete(C, "y")
  found, value = v:exists_and_get(C, "y")
  assert(found == 0 and value == nil)
end
assert(v:get(M, msys.core.STANDARD_KEY_MAILFROM_DOMAIN) == "y.org")
assert(v:get(M, "mailfrom_string") == "MAIL FROM:<s@y.org>")
assert(v:get(C, "connection_rcpt_count") == "1")

-- the reply
v:set_code("550", "5.7.1 a\nb")
assert(v.code == 550 and v.note == "5.7.1 a\nb")
v.code = 554
assert(v.code == 554 and v.note == "5.7.1 a\nb")
v.note = "x"
v.disconnect = 1
assert(type(v.disconnect) == "function" and v.note == "x")
v.disconnect = 0
v:disconnect(nil, nil)
assert(v.code == 554 and v.note == "4.7.0 connection closed by policy")
for _, code in ipairs { 0, 199, 600, "abc", {} } do
  assert(not pcall(v.set_code, v, code, "x"))
end
assert(v:pbp_action(550, "no") == 1 and v.code == 550)
assert(v:pbp_disconnect(421, "bye") == 1 and v.code == 421)
v:tarpit(1.5)
v:tarpit(0.5)
raises("interval must not be negative", v.tarpit, v, -1)
v.transparency = true
v.body_has_changed = 1
assert(v.transparency == 1 and v.needs_auth_results == 0)
assert(v.nosuch == nil)
assert(not pcall(function() v.nosuch = 1 end))

-- recipients
v:add_recipient { "B@x.org", "b@x.org", "B@X.org" }
local t = v:recipient_list()
assert(#t == 3 and t[1] == "a@x.org" and t[3] == "b@x.org")
local all = ""
for i = 0, #t do all = all .. t[i] .. " " end
assert(all == " a@x.org B@x.org b@x.org ")
raises("invalid envelope address", v.add_recipient, v, "not an address")
v:remove_recipient("<B@x.org>")
assert(#v:recipient_list { "c@x.org", "d@x.org" } == 2)
assert(v:add_rcpt("c@x.org", 1) == -1 and v:add_rcpt("e@x.org", 1) == 2)
assert(v:remove_rcpt("d@x.org") == 1 and v:remove_rcpt("d@x.org") == -1)
local pos, addr, seen = 0, nil, {}
while true do
  pos, addr = v:iterate_rcpt(pos)
  if pos < 0 then break end
  seen[#seen + 1] = addr
end
assert(table.concat(seen, ",") == "c@x.org,e@x.org")
assert(v:can_modify_rcpts() == 1 and v:remove_all_rcpts() == 1 and #v:recipient_list() == 0)
raises("no longer valid", ended.get, ended, C, "k")
raises("no longer valid", function() return ended.code end)
raises("recipient list is final", final.add_recipient, final, "z@x.org")
raises("recipient list is final", final.remove_recipient, final, "z@x.org")
assert(final:can_modify_rcpts() == 0)

-- the connection
ac:esmtp_capability_add("SIZE 1000")
ac:esmtp_capability_add("size 2000")
ac:esmtp_capability_remove("8bitmime")
raises("invalid ESMTP capability", ac.esmtp_capability_add, ac, "A\r\nB")
raises("session is not attached to an SMTP listener", web.esmtp_capability_add, web, "SIZE")
assert(tostring(ac.remote_addr) == "192.0.2.7:4321")
assert(msys.core.ec_sockaddr_family(ac.remote_addr) == msys.core.AF_INET)
assert(tostring(web.remote_addr) == "2001:db8::1.25")
assert(msys.core.ec_sockaddr_family(web.remote_addr) == msys.core.AF_INET6)
assert(msys.core.sockaddr_to_string(web.remote_addr) == "2001:db8::1.25")
assert(msys.core.sockaddr_to_string_opt(web.remote_addr, msys.core.EC_SA2S_NO_PORT) == "2001:db8::1")
assert(msys.core.AF_INET == 2 and msys.core.AF_INET6 == 10 and msys.core.AF_UNIX == 1)
assert(not pcall(msys.core.ec_sockaddr_family, "192.0.2.7"))
assert(ac.conn_id == "18/00-07149-D7E16B94" and ac.protocol == 2)
assert(tostring(ac) == "accept_construct: 18/00-07149-D7E16B94")
assert(tostring(v) == "validate_context: 18/00-07149-D7E16B94")
assert(tostring(mc) == "message_construct: 18/00-07149-D7E16B94")

assert(tostring(ac.local_addr) == "192.0.2.1:25" and ac.inst.address == "192.0.2.1:25")
assert(ac:inbound_session_count() == 6 and ac:inbound_session_count("/24") == 9)
assert(ac:inbound_session_count(nil, "Control") == 9)
assert(ac:pbp_inbound_session_count_service("SMTP", "/0") == 8)
assert(web:inbound_session_count() == 1)
raises("invalid CIDR 'nonsense/99'", ac.inbound_session_count, ac, "nonsense/99")

-- the transaction
assert(mc.message_rcpt_count == 1 and mc.connection_message_count == 1)
mc.relayable = 1
assert(mc.relayable == 1 and v:get(C, "can_relay") == "true")
mc.relayable = 0
assert(v:exists(C, "can_relay") == 0)
mc.idle_timeout = 1.5
mc.max_message_size = 5000000000
mc.banner_hostname = "banner.example"
assert(mc.idle_timeout == 1.5 and mc.max_message_size == 5000000000 and mc.received_hostname == "host.example")
assert(mc.peer_address == "192.0.2.7" and mc.state == 6 and mc.nosuch == nil and mc.message == nil)
assert(mc.ctx == v and mc.ac == ac)

-- dictionaries
local it, n = msys.core.dict_iter2(dict), 0
while true do
  local more, key, value = msys.core.dict_next(dict, it)
  if more == 0 then break end
  n = n + 1
  assert(key .. value == "a1" or key .. value == "b2")
  msys.core.dict_key_delete(dict, key)
end
assert(n == 2 and msys.core.dict_next(dict, it) == 0)
msys.core.dict_iter2_free(dict, it)
msys.core.dict_add_key_value(dict, "k", 7)
assert(msys.core.dict_key_exists(dict, "k") == 1 and msys.core.dict_key_exists(dict, "a") == 0)
assert(select(2, msys.core.dict_key_exists_and_fetch(dict, "k")) == "7")
