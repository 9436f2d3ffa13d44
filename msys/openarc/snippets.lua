-- Snippets of the reference, which the tests run.

--- verify
local openarc = require("msys.validate.openarc")
assert(openarc.verify(msg) == "none") -- "pass" or "fail" if there is a chain
assert(msg:context_get(msys.core.ECMESS_CTX_MESS, "arc_cv") == "none")

--- sign
-- in core_final_validation(msg, ac, vctx)
local openarc = require("msys.validate.openarc")
local options = { signing_domain = "example.com", selector = "mail", keyfile = "/etc/dkim/%{d}.key" }
assert(openarc.sign(msg, options) == "ok")
assert(msg:header("ARC-Seal")[1]:match("i=1") and openarc.verify(msg) == "pass")

--- seal
-- in core_final_validation(msg, ac, vctx)
local openarc = require("msys.validate.openarc")
local options = { signing_domain = "example.com", selector = "mail", keyfile = "/etc/dkim/%{d}.key" }
assert(openarc.seal(msg, options, "spf=pass smtp.mailfrom=example.org") == "ok")
assert(msg:header("ARC-Authentication-Results")[1]:match("spf=pass"))
local sealed, reason = openarc.seal(msg, { signing_domain = "example.com" })
assert(sealed == nil and type(reason) == "string") -- no selector
