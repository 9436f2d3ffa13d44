-- Each set is refused, with an error that says where and why, and leaves the
-- rules as they were.
local a = require("msys.adaptive")

local ok = { code = "^450", trigger = "1", action = { "suspend", "1 hours" } }
local function with(field, value)
  local r = {}
  for k, v in pairs(ok) do r[k] = v end
  r[field] = value
  return { ["harry.com"] = { responses = { ok, r } } }
end

local faults = {
  { with("trigger", "5/"), 'registerRules: harry.com: response 2: trigger "5/": expected "1" or "events/seconds"' },
  { with("trigger", "x"), 'trigger "x": expected "1" or "events/seconds"' },
  { with("trigger", 2), 'trigger "2": expected "1" or "events/seconds"' },
  { with("code", "("), 'harry.com: response 2: code "("' },
  { with("code", ""), "harry.com: response 2: code: no pattern" },
  { with("action", { "explode" }), 'harry.com: response 2: unknown action "explode"' },
  { with("action", { "explode", "now" }), 'unknown action "explode"' },
  { with("action", {}), "harry.com: response 2: action: none given" },
  { with("action", "suspend"), "harry.com: response 2: action: table expected, got string" },
  { with("action", { { "suspend" } }), 'action "suspend": parameter missing' },
  { with("action", { "suspend", {} }), "harry.com: response 2: action 1: table expected, got string" },
  { with("action", { { "suspend", {} } }), "action 1: names and parameters expected" },
  { with("action", { "suspend", "4 parsecs" }), 'action "suspend": "4 parsecs": a time such as "4 hours" expected' },
  { { ["a.com"] = "b.com", ["b.com"] = "c.com" }, "registerRules: a.com: alias of b.com, which is an alias itself" },
  { { ["a.com"] = "" }, "a.com: an empty alias" },
  { { ["a.com"] = 1 }, "a.com: a table or the name of a domain expected, got number" },
  { { { responses = {} } }, "rules: domain names expected for keys" },
  { { ["a.com"] = { responses = "x" } }, "a.com: responses: table expected, got string" },
  { { ["a.com"] = { responses = { "x" } } }, "a.com: response 1: table expected, got string" },
  { { ["a.com"] = { configuration = 1 } }, "a.com: configuration: table expected, got number" },
  { { ["a.com"] = { configuration = { 1 } } }, "configuration: names of options expected for keys" },
  { { ["a.com"] = { configuration = { max_retries = 1.5 } } }, "a.com: configuration max_retries: a whole number, {lo, hi} or a function expected" },
  { { ["a.com"] = { configuration = { max_retries = { 2, 1 } } } }, "a.com: configuration max_retries: 2 to 1: out of range" },
  { { ["a.com"] = { configuration = { max_retries = { 2 } } } }, "a whole number, {lo, hi} or a function expected" },
  { { ["a.com"] = { configuration = { max_retries = true } } }, "a whole number, {lo, hi} or a function expected" },
}

a.registerRules({ ["kept.com"] = { responses = { ok } } })
for i, f in ipairs(faults) do
  local done, err = pcall(a.registerRules, f[1], "replace")
  assert(not done, "set " .. i .. " was taken: " .. f[2])
  assert(tostring(err):find(f[2], 1, true), "set " .. i .. ": " .. tostring(err))
end
for _, call in ipairs { function() a.registerRules() end, function() a.registerRules("x") end, function() a.registerRules({}, "extend") end } do
  local done, err = pcall(call)
  assert(not done and tostring(err):find("bad argument", 1, true), tostring(err))
end
assert(select("#", a.registerRules({})) == 0)
