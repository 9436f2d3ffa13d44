-- Snippets of the reference, which the tests run.

--- connections
local n = msys.audit.connections("300,6") -- of this client, in this window
assert(n == 1)
assert(msys.audit.connections("300,6", { cidr = "198.51.100.0/24", endv = 5 }) == 0)

--- connection
assert(msys.audit.connection("300,6", "/24") == 1) -- of the client's neighbours, too
assert(not pcall(msys.audit.connection, "7,7")) -- no such monitor

--- receptions
if msys.audit.receptions("300,6", { startv = 0, endv = 5 }) > 1000 then
  vctx:set_code(450, "4.7.1 too much mail in half an hour")
end
assert(msys.audit.receptions("300,6") == 0) -- this one is not accepted yet

--- rejections
local rejected = msys.audit.rejections("300,6", { cidr = ac, endv = 5 })
assert(rejected == 0)

--- inbound_session_count
-- in validate_connect(ac, vctx)
if msys.audit.inbound_session_count("/24", "SMTP") > 20 then
  vctx:disconnect(421, "4.7.0 too many connections")
end
assert(msys.audit.inbound_session_count(nil, "SMTP") == 1) -- this one
