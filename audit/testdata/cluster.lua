local A = require("msys.audit_series")

local function is(want, got)
  if want ~= got then
    error(string.format("%s, not %s", tostring(got), tostring(want)), 2)
  end
end

A.define("c", "cidr", 300, 6, { replicate = "cluster" })
A.define("m", "cidr", 300, 6, { replicate = "manager" })
for _, name in ipairs { "c", "m" } do
  A.add(name, { count = 2 })
  other_node_adds(name, "203.0.113.9", 3)
end
is(2, A.count("c"))
advance(1)
is(5, A.count("c"))
is(5, A.count("c", "/25"))
is(2, A.count("m"))
store_fails(true)
is(2, A.count("c"))
A.add("c", { count = 10 })
is(12, A.count("c"))
store_fails(false)
advance(60)
is(15, A.count("c"))
is(true, A.remove_item("c"))
is(0, A.count("c"))
