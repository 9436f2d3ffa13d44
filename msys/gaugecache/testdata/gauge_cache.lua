local gauge = require("msys.gauge_cache")

local function fails(text, f, ...)
  local ok, err = pcall(f, ...)
  assert(not ok and string.find(err, text, 1, true), tostring(err))
end

assert(gauge.define("g", 3, 10) == true)
for _, key in ipairs { "a", "b", "c", "a", "d", "e" } do
  assert(gauge.inc("g", key) >= 1)
end
assert(gauge.get("g", "a") == 2)
assert(gauge.get("g", "b") == 0)
assert(gauge.get("g", "c") == 0)
assert(gauge.get("g", "d") == 1)
assert(gauge.dec("g", "n") == -1)

assert(gauge.inc("g", "x") == 1)
advance(5)
assert(gauge.get("g", "x") == 1)
advance(4.9)
assert(gauge.get("g", "x") == 1)
advance(0.1)
assert(gauge.get("g", "x") == 0)

for _, key in ipairs { "", "u@h", "\0\255", 7 } do
  assert(gauge.inc("g", key) == 1)
  assert(gauge.remove_item("g", key) == true)
  assert(gauge.remove_item("g", key) == false)
end
assert(gauge.inc("g", 7) == 1 and gauge.get("g", "7") == 1)

gauge.define("g", 2, 0)
assert(gauge.get("g", "7") == 1)
advance(1e6)
assert(gauge.get("g", "7") == 1)

-- replicated by Lua truth, except for the number 0
gauge.define("r", 10, 60, true)
gauge.define("z", 10, 60, 0)
gauge.define("o", 10, 60, 1)
for _, name in ipairs { "r", "z", "o" } do
  other_node_adds(name, "k", 100)
end
assert(gauge.inc("r", "k") == 101 and gauge.get("r", "k") == 101)
assert(gauge.inc("o", "k") == 101)
assert(gauge.inc("z", "k") == 1)
assert(gauge.remove_item("r", "k") == true and gauge.get("r", "k") == 0)

fails('msys.gauge_cache.inc: cache "none" is not defined', gauge.inc, "none", "k")
fails('msys.gauge_cache.get: cache "none" is not defined', gauge.get, "none", "k")
fails('msys.gauge_cache.remove_item: cache "none" is not defined', gauge.remove_item, "none", "k")
fails("bad argument #2 to 'inc'", gauge.inc, "g", nil)
fails("bad argument #1 to 'inc'", gauge.inc)
fails("at least 1", gauge.define, "bad", 0, 10)
fails("negative", gauge.define, "bad", 1, -1)
fails("bad argument #3 to 'define'", gauge.define, "bad", 1)
fails("bad argument #3 to 'define'", gauge.define, "bad", 1, 0/0)
fails("bad argument #2 to 'define'", gauge.define, "bad", 1/0, 1)
