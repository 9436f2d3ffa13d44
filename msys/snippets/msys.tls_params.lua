-- Snippets of the reference, which the tests run.

--- set
-- in core_get_outbound_tls_parameters(msg, params)
require("msys.tls_params")
params.use_tls = 2 -- required
assert(msys.tls_params.set(params, "ca", "/etc/ssl/partner.pem"))
assert(params.ca == "/etc/ssl/partner.pem")
assert(not pcall(msys.tls_params.set, params, "colour", "red"))
