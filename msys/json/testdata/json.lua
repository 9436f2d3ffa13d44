local json = require("json")
assert(json == _G.json)

local function is(got, want)
  if tostring(got) ~= want then
    error("got " .. tostring(got) .. ", want " .. want, 2)
  end
end
local function fails(pattern, f, ...)
  local ok, err = pcall(f, ...)
  if ok or not tostring(err):find(pattern) then
    error("got " .. tostring(ok) .. ", " .. tostring(err) .. ", want " .. pattern, 2)
  end
end

-- decoding and editing
local o = json.decode('{"b":1,"a":[true,null]}')
o.n = 2.5
is(o, '{ "b": 1, "a": [ true, null ], "n": 2.5 }')
assert(#o.a == 2 and o.a[1] == true and o.a[2] == nil and o.zz == nil and #o == 0)
assert(type(o) == "userdata" and type(o.a) == "userdata" and o.b == 1)
assert(select("#", json.decode("{}")) == 1)
o[5] = "five"
assert(o["5"] == "five" and o[5] == "five")
o[true] = 1
is(o, '{ "b": 1, "a": [ true, null ], "n": 2.5, "5": "five", "true": 1 }')

-- errors of decoding
local v, code, err = json.decode("{ x: 1}")
assert(v == nil and code == 9 and code == json.ERROR_PARSE_OBJECT_KEY_NAME)
is(err, "quoted object property name expected at offset 2")
v, code, err = json.decode("null")
assert(v == nil and code == 0)
is(err, "success at offset 4")
assert(select(2, json.decode("nil")) == 5 and select(2, json.decode('{"a":')) == 3)
is(json.strerror(-1), "unknown error")
is(json.strerror(json.ERROR_DEPTH), "nesting to deep")
assert(json.ERROR_PARSE_EOF == 3 and json.ERROR_PARSE_COMMENT == 13)
fails("bad argument #1 to 'decode' %(string expected, got nil%)", json.decode)
fails("bad argument #1 to 'decode' %(string expected, got table%)", json.decode, {})
fails("bad argument #1 to 'strerror'", json.strerror, "x")

-- encoding
is(json.encode({ 10, 20, nil, 40 }), "[ 10, 20 ]")
is(json.encode({ [2] = "x", k = 1 }), '{ "2": "x", "k": 1 }')
is(json.encode({ 1, x = 2 }), "[ 1 ]")
is(json.encode({ b = { 1, { c = "x" } }, a = {} }), '{ "a": { }, "b": [ 1, { "c": "x" } ] }')
is(json.new(), "{ }")
is(json.encode("s"), "s")
is(json.encode(42), "42")
is(json.encode(0.1), "0.1")
is(json.encode(2 ^ 53), "9007199254740992.0")
is(json.encode(-2 ^ 53 + 1), "-9007199254740991")
is(json.encode(1 / 0), "null")
is(json.encode(true), "true")
is(json.new({ 1 }), "[ 1 ]")
assert(type(json.encode(42)) == "userdata")
fails("cannot assign values of type function", json.encode, print)
fails("cannot assign values of type nil", json.encode, nil)
fails("cannot assign values of type thread", json.encode, coroutine.create(print))
fails("cannot assign values of type function", json.encode, { x = { print } })
local loop = {}
loop.a = { loop }
fails("contains itself", json.encode, loop)
local deep = {}
for _ = 1, 600 do deep = { deep } end
fails("nesting to deep", json.encode, deep)

-- arrays
local j = json.encode({ 1 })
fails("cannot delete from json arrays", function() j[1] = nil end)
fails("json array index must be numeric", function() j.x = 1 end)
fails("lua array semantics are that index operations are 1%-based", function() j[0] = 1 end)
fails("number expected, got string", function() return j.x end)
fails("out of range", function() j[1e9] = 1 end)
j[4] = "x"
is(j, '[ 1, null, null, "x" ]')
assert(j[9] == nil and j[0] == nil and #j == 4)

-- scalars
local s = json.encode("text")
assert(s.x == nil and s[1] == nil and #s == 0)
fails("cannot assign to this type of json object", function() s.x = 1 end)
for _ in s do error("a scalar has no members") end

-- sharing
local k, p = json.new(), json.new()
p.k = k
k.v = 1
p.gone = 1
p.gone = nil
is(p, '{ "k": { "v": 1 } }')
assert(p.k == k and p ~= k and p.k == p.k)
fails("cannot contain itself", function() k.p = p end)
fails("cannot contain itself", function() k.k = k end)
p.copy = { 1, k }
p.copy[2].v = 2
is(p, '{ "k": { "v": 2 }, "copy": [ 1, { "v": 2 } ] }')
assert(p.copy[2] == k)

-- iteration
local function list(x, iterator)
  local out = {}
  if iterator then
    for key, value in iterator(x) do out[#out + 1] = tostring(key) .. "=" .. tostring(value) end
  else
    for key, value in x do out[#out + 1] = tostring(key) .. "=" .. tostring(value) end
  end
  return table.concat(out, " ")
end
local all = json.decode('{"z":1,"a":null,"m":{"x":[2]},"s":"t"}')
is(list(all), 'z=1 a=nil m={ "x": [ 2 ] } s=t')
is(list(all, pairs), 'z=1 a=nil m={ "x": [ 2 ] } s=t')
is(list(json.decode("[5,6,null,7]")), "1=5 2=6")
is(list(json.decode("[5,6]"), ipairs), "1=5 2=6")
is(list(json.new()), "")
for a, b in p do
  if a == "k" then assert(b.v == 2) end
end
for key in pairs(all) do all[key] = nil end
is(all, "{ }")

-- no-ops
assert(json.addref(p) == true and json.free(p) == nil)
is(p.k, '{ "v": 2 }')
