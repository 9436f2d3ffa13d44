local cidr = require("msys.cidr")

local function fails(text, f, ...)
  local ok, err = pcall(f, ...)
  assert(not ok and string.find(err, text, 1, true), tostring(err))
end
local function is(want, got)
  assert(want == got, string.format("%s, not %s", tostring(got), tostring(want)))
end

-- a file of all kinds of entries, by address and by text
is(true, cidr.define("a", { type = "rbldnsd", source = "mixed", interpolate = true, value = "A" }))
cidr.define("txt", { type = "rbldnsd", source = "mixed", interpolate = true, value = "txt", optimize = true, unknown = {} })
is("127.0.0.9", cidr.query("a", "192.0.2.5"))
is(nil, cidr.query("a", "192.0.2.7"))
is("127.0.0.4", cidr.query("a", "192.0.2.201"))
is(nil, cidr.query("a", "192.0.2.204"))
is("127.0.0.6", cidr.query("a", "198.51.100.8"))
is("127.0.0.2", cidr.query("a", "203.0.113.20"))
is("127.0.0.2", cidr.query("a", "2001:db8:c001::9"))
is(nil, cidr.query("a", "2001:db8:ffff::2"))
is("listed 192.0.2.201", cidr.query("txt", "192.0.2.201"))
is("127.0.0.6", cidr.query("txt", "198.51.100.8"))
is("only text for 203.0.113.5 costs $5 See http://bl.example/why $2", cidr.query("txt", "203.0.113.5"))
is("tight", cidr.query("txt", "203.0.113.10"))
is("six", cidr.query("txt", "2001:db8:ffff::1"))
is(1, select("#", cidr.query("a", "192.0.2.7")))

-- a file that appears later, and one that is damaged
cidr.define("late", { type = "rbldnsd", source = "late", default_value = "127.0.0.0" })
is("127.0.0.0", cidr.query("late", "192.0.2.1"))
local nothing, err = cidr.reload("late")
assert(nothing == nil and string.find(err, "does not exist"))
write("late", "192.0.2.1 :8\n")
is(true, cidr.reload("late"))
is("127.0.0.8", cidr.query("late", "192.0.2.1"))
write("late", "\31\139\8truncated")
nothing, err = cidr.reload("late")
assert(nothing == nil and type(err) == "string")
is("127.0.0.8", cidr.query("late", "192.0.2.1"))

-- tables that scripts fill
is(true, cidr.define("e", "empty"))
is(nil, cidr.query("e", "no ip"))
is(nil, cidr.query("e", ""))
is(true, cidr.update("e", "192.0.2.0/24"))
cidr.update("e", "192.0.2.1", "x")
cidr.update("e", "192.0.2.2", 7)
is(true, cidr.query("e", "192.0.2.9"))
is("x", cidr.query("e", "192.0.2.1"))
is(7, cidr.query("e", "192.0.2.2"))
is(true, cidr.query("e", "192.0.2.128/25"))
is(true, cidr.delete("e", "192.0.2.1"))
is(true, cidr.query("e", "192.0.2.1"))
is(true, cidr.reload("e"))
fails("only tables of type empty", cidr.update, "a", "192.0.2.1")
fails("invalid CIDR", cidr.update, "e", "x")
fails("value of type", cidr.update, "e", "192.0.2.1", {})

-- datasources
local rows = { type = "datasource", cachename = "db", query = "select", default_value = "" }
cidr.define("plain", rows)
rows.value_column = "val"
rows.cidr_column = 1
cidr.define("rows", rows)
is("ok", cidr.query("rows", "10.1.1.1"))
is("", cidr.query("rows", "192.0.2.1"))
is("", cidr.query("rows", "8.8.8.8"))
is(true, cidr.query("plain", "10.1.1.1"))

-- default values of all types
for _, value in ipairs { "", "127.0.0.0", 0, false, true } do
  cidr.define("default", { type = "empty", default_value = value })
  is(value, cidr.query("default", "192.0.2.1"))
end

-- the peer
fails("no current connection", cidr.query, "late")
fails("no current connection", cidr.query, "late", "/24")
peer("192.0.2.1")
is("127.0.0.8", cidr.query("late"))
is("127.0.0.8", cidr.query("late", ac))
is("127.0.0.8", cidr.query("late", ac.remote_addr))
is("127.0.0.8", cidr.query("late", tostring(ac.remote_addr)))
is("127.0.0.8", cidr.query("late", "/32"))
is("127.0.0.0", cidr.query("late", "/24"))
peer("198.51.100.1")
is("127.0.0.0", cidr.query("late"))

fails('option "source" is required', cidr.define, "f", "rbldnsd")
fails('option "type" is required', cidr.define, "f", {})
fails('option "query" is required', cidr.define, "f", { type = "datasource", cachename = "db" })
fails("unknown type", cidr.define, "f", { type = "file" })
fails("default value", cidr.define, "f", { type = "empty", default_value = {} })
fails("option 'refresh'", cidr.define, "f", { type = "empty", refresh = -1 })
fails("bad argument #2 to 'define'", cidr.define, "f")
fails("bad argument #2 to 'define'", cidr.define, "f", { type = {} })
fails('msys.cidr.query: table "nosuch" is not defined', cidr.query, "nosuch")
fails('msys.cidr.reload: table "nosuch" is not defined', cidr.reload, "nosuch")
fails('msys.cidr.delete: table "nosuch" is not defined', cidr.delete, "nosuch", "10.0.0.1")
fails("bad argument #2 to 'query'", cidr.query, "e", {})
