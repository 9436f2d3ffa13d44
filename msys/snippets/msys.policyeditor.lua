-- Snippets of the reference, which the tests run.

--- get_header
local ctx = { ec_message = msg }
assert(msys.policyeditor.get_header(ctx, {}, { header = "Subject" }) == "hello")
assert(msys.policyeditor.get_header(ctx, {}, { header = "X-None" }) == nil)

--- del_header
msys.policyeditor.del_header({ ec_message = msg }, {}, { header = "Subject" })
assert(#msg:header("Subject") == 0)

--- get_mailfrom
assert(msys.policyeditor.get_mailfrom({ ec_message = msg }, {}, {}) == "ann@example.org")

--- get_rcptto
assert(msys.policyeditor.get_rcptto({ ec_message = msg }, {}, {}) == "bob@example.com")

--- get_mess_recv_from
assert(msys.policyeditor.get_mess_recv_from({ ec_message = msg }, {}, {}) == "192.0.2.7:4321")

--- get_mess_recv_via
assert(msys.policyeditor.get_mess_recv_via({ ec_message = msg }, {}, {}) == "198.51.100.1:25")

--- set_binding
-- in validate_set_binding(msg)
local ctx = { ec_message = msg }
assert(msys.policyeditor.set_binding(ctx, {}, { binding = "fast" }) and msg:binding() == "fast")
assert(not msys.policyeditor.set_binding(ctx, {}, { binding = "no such" }))

--- set_binding_group
-- in validate_set_binding(msg)
local ctx = { ec_message = msg }
assert(msys.policyeditor.set_binding_group(ctx, {}, { binding_group = "marketing" }))
assert(msg:binding() == "fast")

--- vctx_conn_get
msg:context_set(msys.core.ECMESS_CTX_CONN, "seen", "yes")
assert(msys.policyeditor.vctx_conn_get({ ec_message = msg }, {}, { key = "seen" }) == "yes")
assert(msys.policyeditor.vctx_conn_get({ ec_message = msg }, {}, { key = "none" }) == nil)

--- vctx_conn_set
msys.policyeditor.vctx_conn_set({ ec_message = msg }, {}, { key = "seen", value = "yes" })
assert(msg:context_get(msys.core.ECMESS_CTX_CONN, "seen") == "yes")

--- vctx_mess_get
msg:context_set(msys.core.ECMESS_CTX_MESS, "class", "bulk")
assert(msys.policyeditor.vctx_mess_get({ ec_message = msg }, {}, { key = "class" }) == "bulk")

--- vctx_mess_set
msys.policyeditor.vctx_mess_set({ ec_message = msg }, {}, { key = "class", value = "bulk" })
assert(msg:context_get(msys.core.ECMESS_CTX_MESS, "class") == "bulk")

--- get_variable
local vars = { score = 5 }
assert(msys.policyeditor.get_variable({}, vars, { name = "score" }) == 5)

--- set_variable
local vars = {}
msys.policyeditor.set_variable({}, vars, { name = "score", value = 5 })
assert(vars.score == 5)

--- pcre_match
local vars = {}
local params = { subject = msg:header("From")[1], pattern = "<(?P<user>[^@]+)@" }
assert(msys.policyeditor.pcre_match({}, vars, params))
assert(vars["$1"] == "ann" and vars["$user"] == "ann")

--- send_email
local params = { from = "robot@example.com", to = "boss@example.com", subject = "seen",
  body = "Ann wrote to Bob.", throttle = 3600 }
assert(msys.policyeditor.send_email({}, {}, params))
assert(not msys.policyeditor.send_email({}, {}, params)) -- not again within the hour
