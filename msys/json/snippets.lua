-- Snippets of the reference, which the tests run.

--- free
local o = require("json").decode('{ "a": 1 }')
require("json").free(o) -- only for scripts that are used to it
assert(o.a == 1)

--- addref
assert(require("json").addref(require("json").new()))
