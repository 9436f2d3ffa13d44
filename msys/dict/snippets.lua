-- Snippets of the reference, which the tests run.

--- dict_add_key_value
local d = msys.core.dict_blank()
msys.core.dict_add_key_value(d, "user", "ann")
assert(d.user == "ann" and #d == 1)

--- dict_key_exists
local d = msys.core.dict_blank()
d.user = "ann"
assert(msys.core.dict_key_exists(d, "user") == 1)
assert(msys.core.dict_key_exists(d, "host") == 0)

--- dict_key_exists_and_fetch
local d = msys.core.dict_blank()
d.user = "ann"
local found, value = msys.core.dict_key_exists_and_fetch(d, "user")
assert(found == 1 and value == "ann")
assert(select(2, msys.core.dict_key_exists_and_fetch(d, "host")) == nil)

--- dict_key_delete
local d = msys.core.dict_blank()
d.user = "ann"
assert(msys.core.dict_key_delete(d, "user") == 1 and #d == 0)
assert(msys.core.dict_key_delete(d, "user") == 0)

--- dict_drop
local d = msys.core.dict_blank()
d.user = "ann"
msys.core.dict_drop(d) -- only for scripts that are used to it
assert(d.user == "ann")

--- dict_serialize
local d, out = msys.core.dict_blank(), msys.core.string_new()
d.user, d.host = "ann", "mx"
assert(msys.core.dict_serialize(d, out) == out.len)
assert(msys.core.dict_unserialize(out).user == "ann")

--- dict_unserialize
local d, out = msys.core.dict_blank(), msys.core.string_new()
d.user = "ann"
msys.core.dict_serialize(d, out)
assert(msys.core.dict_unserialize(tostring(out)).user == "ann")
local none, err = msys.core.dict_unserialize("no dictionary")
assert(none == nil and type(err) == "string")

--- dict_stringprint
local d, out = msys.core.dict_blank(), msys.core.string_new()
d.user = "ann"
d.host = "mx"
msys.core.dict_stringprint(out, d, 0, ";")
assert(tostring(out) == "user=ann;host=mx")

--- dict_iter
local d = msys.core.dict_blank()
d.user = "ann"
local it = msys.core.dict_iter(d)
local rc, key, value = msys.core.dict_next(d, it)
assert(rc == 1 and key == "user" and value == "ann")

--- dict_iter2
local d, keys = msys.core.dict_blank(), {}
d.user = "ann"
d.host = "mx"
local it = msys.core.dict_iter2(d)
local rc, key = msys.core.dict_next(d, it)
while rc == 1 do
  keys[#keys + 1] = key
  rc, key = msys.core.dict_next(d, it)
end
assert(table.concat(keys, " ") == "user host")

--- dict_iter2_free
local d = msys.core.dict_blank()
local it = msys.core.dict_iter2(d)
assert(msys.core.dict_next(d, it) == 0) -- d is empty
msys.core.dict_iter2_free(d, it)
