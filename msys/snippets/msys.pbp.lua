-- Snippets of the reference, which the tests run.

--- set_whitelist
require("msys.pbp")
msys.pbp.set_whitelist(vctx, msys.core.VCTX_CONN, "partners", true)
assert(msys.pbp.check_whitelist(vctx, { "partners" }))
msys.pbp.set_whitelist(vctx, msys.core.VCTX_CONN, "partners", false)
assert(not msys.pbp.check_whitelist(vctx, { "partners" }))

--- check_whitelist
require("msys.pbp")
msys.pbp.set_whitelist(vctx, "partners", true)
assert(msys.pbp.check_whitelist(vctx, { honor_whitelist = { "friends", "partners" } }))
assert(not msys.pbp.check_whitelist(vctx, nil))

--- fcdns_check
-- in validate_connect(ac, vctx)
require("msys.pbp")
assert(msys.pbp.fcdns_check(ac, vctx))
assert(vctx:get(msys.core.VCTX_CONN, "reverse_dns") == "mx.example.org")
