-- Snippets of the reference, which the tests run.

--- define
-- in init()
assert(msys.cidr.define("partners", "empty"))
assert(msys.cidr.define("blocked", { type = "rbldnsd", source = "/etc/rbl.txt", value = "txt", refresh = 600 }))
assert(not pcall(msys.cidr.define, "wrong", { type = "rbldnsd" })) -- source is required

--- query
-- "partners" is defined in init(), as "empty"
msys.cidr.update("partners", "192.0.2.0/24", "gold")
assert(msys.cidr.query("partners") == "gold") -- the client
assert(msys.cidr.query("partners", "203.0.113.1") == nil)

--- reload
-- "partners" is defined in init(), as "empty"
local ok, why = msys.cidr.reload("partners")
assert(ok and not why)

--- update
-- "partners" is defined in init(), as "empty"
msys.cidr.update("partners", "192.0.2.0/24", "gold")
msys.cidr.update("partners", "192.0.2.7", "platinum")
assert(msys.cidr.query("partners", "192.0.2.7") == "platinum")
assert(msys.cidr.query("partners", "192.0.2.8") == "gold")

--- delete
-- "partners" is defined in init(), as "empty"
msys.cidr.update("partners", "192.0.2.0/24")
assert(msys.cidr.query("partners") == true)
msys.cidr.delete("partners", "192.0.2.0/24")
assert(msys.cidr.query("partners") == nil)
