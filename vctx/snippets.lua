-- Snippets of the reference, which the tests run.

--- ec_sockaddr_family
assert(msys.core.ec_sockaddr_family(ac.remote_addr) == msys.core.AF_INET)

--- sockaddr_to_string
assert(msys.core.sockaddr_to_string(ac.remote_addr) == "192.0.2.7:4321")

--- sockaddr_to_string_opt
local ip = msys.core.sockaddr_to_string_opt(ac.remote_addr, msys.core.EC_SA2S_NO_PORT)
assert(ip == "192.0.2.7")

--- vctx:get
vctx:set(msys.core.VCTX_CONN, "score", 5)
assert(vctx:get(msys.core.VCTX_CONN, "score") == "5")
assert(vctx:get(msys.core.VCTX_CONN, "none") == "")

--- vctx:set
vctx:set(msys.core.VCTX_MESS, "class", "bulk") -- ends with the message
vctx:set(msys.core.VCTX_CONN, "seen", true)    -- ends with the connection
assert(vctx:get(msys.core.VCTX_CONN, "seen") == "true")

--- vctx:exists
vctx:set(msys.core.VCTX_CONN, "flag", "")
assert(vctx:exists(msys.core.VCTX_CONN, "flag") == 1)
assert(vctx:exists(msys.core.VCTX_CONN, "none") == 0)

--- vctx:exists_and_get
vctx:set(msys.core.VCTX_CONN, "flag", "up")
local found, value = vctx:exists_and_get(msys.core.VCTX_CONN, "flag")
assert(found == 1 and value == "up")
assert(select(2, vctx:exists_and_get(msys.core.VCTX_CONN, "none")) == nil)

--- vctx:delete
vctx:set(msys.core.VCTX_CONN, "flag", "up")
vctx:delete(msys.core.VCTX_CONN, "flag")
assert(vctx:exists(msys.core.VCTX_CONN, "flag") == 0)

--- vctx:set_code
-- in validate_rcptto(msg, str, ac, vctx)
vctx:set_code(550, "5.1.1 nobody lives here")
assert(vctx.code == 550 and vctx.note == "5.1.1 nobody lives here")

--- vctx:disconnect
-- in validate_connect(ac, vctx)
vctx:disconnect(554, "5.7.1 we know you")
assert(vctx.code == 554)

--- vctx:pbp_action
-- in validate_mailfrom(str, ac, vctx)
local result = vctx:pbp_action(450, "4.7.1 try later")
assert(result == msys.core.VALIDATE_DONE and vctx.code == 450) -- return result

--- vctx:pbp_disconnect
-- in validate_connect(ac, vctx)
local result = vctx:pbp_disconnect(421, "4.7.0 too many connections")
assert(result == msys.core.VALIDATE_DONE and vctx.code == 421) -- return result

--- vctx:tarpit
-- in validate_connect(ac, vctx)
vctx:tarpit(1.5)
vctx:tarpit(0.5) -- the banner comes 2 s later

--- vctx:add_recipient
-- in validate_data_spool(msg, ac, vctx)
vctx:add_recipient({ "archive@example.com", "bob@example.com" })
assert(#vctx:recipient_list() == 2) -- Bob was there

--- vctx:remove_recipient
-- in validate_data_spool(msg, ac, vctx)
vctx:add_recipient("archive@example.com")
vctx:remove_recipient("bob@example.com")
assert(vctx:recipient_list()[1] == "archive@example.com")

--- vctx:recipient_list
-- in validate_data_spool(msg, ac, vctx)
assert(vctx:recipient_list()[1] == "bob@example.com")
local list = vctx:recipient_list({ "eve@example.com", "mallory@example.com" })
assert(#list == 2 and list[1] == "eve@example.com")

--- vctx:add_rcpt
-- in validate_data_spool(msg, ac, vctx)
assert(vctx:add_rcpt("archive@example.com") == 1) -- behind bob, who is 0
assert(#vctx:recipient_list() == 2)

--- vctx:remove_rcpt
-- in validate_data_spool(msg, ac, vctx)
assert(vctx:remove_rcpt("nobody@example.com") == -1)
assert(vctx:remove_rcpt("bob@example.com") == 0 and #vctx:recipient_list() == 0)

--- vctx:remove_all_rcpts
-- in validate_data_spool(msg, ac, vctx)
assert(vctx:remove_all_rcpts() == 1)
vctx:add_recipient("quarantine@example.com")
assert(#vctx:recipient_list() == 1)

--- vctx:iterate_rcpt
-- in validate_data_spool(msg, ac, vctx)
local pos, address, list = 0, nil, {}
while pos >= 0 do
  pos, address = vctx:iterate_rcpt(pos)
  list[#list + 1] = address
end
assert(#list == 1 and list[1] == "bob@example.com")

--- vctx:can_modify_rcpts
-- in validate_data_spool(msg, ac, vctx)
assert(vctx:can_modify_rcpts() == 1)

--- ac:esmtp_capability_add
-- in validate_connect(ac, vctx)
ac:esmtp_capability_add("SIZE 1000000") -- in place of the other SIZE
ac:esmtp_capability_add("X-POLICY")

--- ac:esmtp_capability_remove
-- in validate_connect(ac, vctx)
ac:esmtp_capability_remove("PIPELINING") -- clients must wait for each reply

--- ac:inbound_session_count
-- in validate_connect(ac, vctx)
if ac:inbound_session_count("/24") > 20 then
  vctx:pbp_disconnect(421, "4.7.0 too many connections")
end
assert(ac:inbound_session_count() == 1) -- this one

--- ac:pbp_inbound_session_count_service
-- in validate_connect(ac, vctx)
assert(ac:pbp_inbound_session_count_service("SMTP", "/24") == 1)
assert(ac:pbp_inbound_session_count_service("Control") == 0)
