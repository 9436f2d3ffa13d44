-- Snippets of the reference, which the tests run. The mail has a signature of
-- example.org.

--- verify
local opendkim, stats = require("msys.validate.opendkim"), require("opendkim.dkim")
local dkim, stat = opendkim.verify(msg) -- the mail is signed by example.org
assert(stat == stats.DKIM_STAT_OK)
assert(opendkim.get_sig_result(opendkim.get_sig(dkim, 0)) == "pass")

--- get_num_sigs
local opendkim = require("msys.validate.opendkim")
local dkim = opendkim.verify(msg)
assert(opendkim.get_num_sigs(dkim) == 1)
assert(opendkim.get_num_sigs(nil) == nil)

--- get_sig
local opendkim, good = require("msys.validate.opendkim"), nil
local dkim = opendkim.verify(msg)
for i = 0, opendkim.get_num_sigs(dkim) - 1 do
  local sig = opendkim.get_sig(dkim, i)
  if opendkim.get_sig_errorstr(sig) == "no signature error" then good = opendkim.get_sig_domain(sig) end
end
assert(good == "example.org" and opendkim.get_sig(dkim, 7) == nil)

--- get_sig_domain
local opendkim = require("msys.validate.opendkim")
local dkim = opendkim.verify(msg)
local sig = opendkim.get_sig(dkim)
assert(opendkim.get_sig_domain(sig) == "example.org")

--- get_sig_selector
local opendkim = require("msys.validate.opendkim")
local dkim = opendkim.verify(msg)
local sig = opendkim.get_sig(dkim)
assert(opendkim.get_sig_selector(sig) == "mail")

--- get_sig_identity
local opendkim = require("msys.validate.opendkim")
local dkim = opendkim.verify(msg)
assert(opendkim.get_sig_identity(dkim, opendkim.get_sig(dkim)) == "@example.org")
assert(opendkim.get_sig_identity(dkim) == "@example.org") -- of the one that decided

--- get_sig_canons
local opendkim = require("msys.validate.opendkim")
local dkim = opendkim.verify(msg)
local sig = opendkim.get_sig(dkim)
local header, stat, body = opendkim.get_sig_canons(sig)
assert(header == "simple" and body == "simple")

--- get_sig_signalg
local opendkim = require("msys.validate.opendkim")
local dkim = opendkim.verify(msg)
local sig = opendkim.get_sig(dkim)
assert(opendkim.get_sig_signalg(sig) == "rsa-sha256")

--- get_sig_keysize
local opendkim = require("msys.validate.opendkim")
local dkim = opendkim.verify(msg)
local sig = opendkim.get_sig(dkim)
assert(opendkim.get_sig_keysize(sig) >= 1024)

--- get_sig_flags
local opendkim, flags = require("msys.validate.opendkim"), require("opendkim.dkim")
local dkim = opendkim.verify(msg)
local sig = opendkim.get_sig(dkim)
assert(opendkim.get_sig_flags(sig) & flags.DKIM_SIGFLAG_PASSED ~= 0)
assert(opendkim.get_sig_flags(sig) & flags.DKIM_SIGFLAG_TESTKEY == 0)

--- get_sig_errorstr
local opendkim = require("msys.validate.opendkim")
local dkim = opendkim.verify(msg)
assert(opendkim.get_sig_errorstr(opendkim.get_sig(dkim)) == "no signature error")
msg:body("changed\r\n")
dkim = opendkim.verify(msg)
assert(opendkim.get_sig_errorstr(opendkim.get_sig(dkim)) == "signature verification failed")

--- get_sig_hdrsigned
local opendkim = require("msys.validate.opendkim")
local dkim = opendkim.verify(msg)
local sig = opendkim.get_sig(dkim)
assert(opendkim.get_sig_hdrsigned(sig, "Subject"))
assert(not opendkim.get_sig_hdrsigned(sig, "X-Other"))

--- get_sig_result
local opendkim = require("msys.validate.opendkim")
local dkim = opendkim.verify(msg)
assert(opendkim.get_sig_result(opendkim.get_sig(dkim)) == "pass")
msg:body("changed\r\n")
dkim = opendkim.verify(msg)
assert(opendkim.get_sig_result(opendkim.get_sig(dkim)) == "fail (signature verification failed)")

--- get_stat_result
local opendkim, stats = require("msys.validate.opendkim"), require("opendkim.dkim")
assert(opendkim.get_stat_result(stats.DKIM_STAT_NOSIG) == "none (message not signed)")
assert(opendkim.get_stat_result(stats.DKIM_STAT_OK) == nil) -- look at the signatures

--- sign
-- in core_final_validation(msg, ac, vctx)
local opendkim = require("msys.validate.opendkim")
local done, reason = opendkim.sign(msg, vctx, { signing_domain = "example.com", selector = "mail",
  keyfile = "/etc/dkim/%{d}.key", header_canon = "relaxed", body_canon = "relaxed" })
assert(done == 1 and msg:header("DKIM-Signature")[1]:match("d=example.com"))
done, reason = opendkim.sign(msg, vctx, { signing_domain = "example.com" })
assert(done == 0 and reason == "no selector")
