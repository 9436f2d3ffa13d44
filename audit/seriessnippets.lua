-- Snippets of the reference, which the tests run.

--- define
-- in init()
assert(msys.audit_series.define("limits", "cidr", 300, 6)) -- half an hour, by address
assert(msys.audit_series.define("senders", "string", 3600, 24, { persist = true })) -- a day, by text

--- add
-- "limits" and "senders" are defined in init()
assert(msys.audit_series.add("limits")) -- the client
assert(msys.audit_series.add("senders", { key = msg:mailfrom(), count = 2 }))
assert(msys.audit_series.count("senders", msg:mailfrom()) == 2)

--- count
-- "limits" and "senders" are defined in init()
msys.audit_series.add("limits", { count = 3 })
assert(msys.audit_series.count("limits") == 3)
assert(msys.audit_series.count("limits", { key = "/24", startv = 0, endv = 5 }) == 3)
assert(msys.audit_series.count("senders", "eve") == 0)

--- remove_item
-- "senders" is defined in init()
msys.audit_series.add("senders", "eve")
assert(msys.audit_series.remove_item("senders", "eve"))
assert(not msys.audit_series.remove_item("senders", "eve"))
