local core = msys.core
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
local function all(d)
  local out, it = {}, core.dict_iter2(d)
  while true do
    local rc, k, v = core.dict_next(d, it)
    if rc == 0 then
      check("still at the end", core.dict_next(d, it), 0)
      core.dict_iter2_free(d, it)
      return table.concat(out, " ")
    end
    out[#out + 1] = k .. "=" .. v
  end
end

local d = core.dict_blank()
check("empty", #d, 0)
check("nothing in it", all(d), "")
core.dict_add_key_value(d, "b", "2")
core.dict_add_key_value(d, "a", "x y")
core.dict_add_key_value(d, "n", 3)
core.dict_add_key_value(d, "b", "again")
check("order", all(d), "b=again a=x y n=3")
check("length", #d, 3)
check("there", core.dict_key_exists(d, "a"), 1)
check("not there", core.dict_key_exists(d, "A"), 0)
local rc, v = core.dict_key_exists_and_fetch(d, "a")
check("rc", rc, 1)
check("value", v, "x y")
rc, v = core.dict_key_exists_and_fetch(d, "zz")
check("rc", rc, 0)
check("value", v, nil)
check("deleted", core.dict_key_delete(d, "n"), 1)
check("deleted before", core.dict_key_delete(d, "n"), 0)

-- as a table
check("field", d.b, "again")
check("no field", d.nope, nil)
check("no method", d.dict_next, nil)
d.c = true
d[7] = 8
check("set", all(d), "b=again a=x y c=true 7=8")
check("number key", d[7], "8")
d[7] = nil
d.c = nil
d.nope = nil
check("removed", all(d), "b=again a=x y")
local out = {}
for k, v in pairs(d) do out[#out + 1] = k .. v end
check("pairs", table.concat(out, ","), "bagain,ax y")
out = {}
for k, v in d do out[#out + 1] = k .. v end
check("for in", table.concat(out, ","), "bagain,ax y")

-- changes during a walk
for i = 1, 20 do d["k" .. i] = "v" end
local n = 0
for k, v in d do
  n = n + 1
  core.dict_key_delete(d, k)
end
check("deleted while walking", #d, 0)
check("all seen", n, 22)

raises("no dict", "bad argument #1 to 'dict_next' (msys.core:ECDict expected, got nil)", core.dict_next)
raises("no iterator", "bad argument #2 to 'dict_next' (msys.core:ECDict_Iterator expected, got msys.core:ECDict)", core.dict_next, d, d)
raises("no key", "bad argument #2 to 'dict_add_key_value' (string expected, got nil)", core.dict_add_key_value, d)
raises("no value", "bad argument #3 to 'dict_add_key_value' (string expected, got nil)", core.dict_add_key_value, d, "k")
raises("table value", "string expected, got table", function() d.x = {} end)
raises("serialize to text", "bad argument #2 to 'dict_serialize' (msys.core:_ec_string expected)", core.dict_serialize, d, "x")

-- as bytes
d["a\0b"] = "1,2:3"
d.empty = ""
local s = core.string_new()
check("size", core.dict_serialize(d, s), s.len)
local e = core.dict_unserialize(s)
check("back", all(e), all(d))
check("from text", all(core.dict_unserialize(tostring(s))), all(d))
check("from nothing", #core.dict_unserialize(""), 0)
local none, err = core.dict_unserialize("x")
check("bad", none, nil)
check("why", err, "dict: unserialize: at offset 0: not a serialized dictionary")

s = core.string_new()
d = core.dict_blank()
d.x = 1
d.y = 2
core.dict_stringprint(s, d, 0, "; ")
check("printed", tostring(s), "x=1; y=2")
core.dict_drop(d)
check("still there", d.x, "1")
