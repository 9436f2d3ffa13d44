-- Snippets of the reference, which the tests run. The mail has a signature of
-- example.org.

--- get_responsible_domain
require("msys.validate.dkim")
assert(msys.validate.dkim.get_responsible_domain(msg, vctx) == "example.org")

--- get_verify_results
require("msys.validate.dkim")
local count, results = msys.validate.dkim.get_verify_results(vctx)
assert(count == 1 and results.ref == 1) -- the mail is signed by example.org

--- verify_results_get_count
require("msys.validate.dkim")
local count, results = msys.validate.dkim.get_verify_results(vctx)
assert(msys.validate.dkim.verify_results_get_count(results) == count)
local none, err = msys.validate.dkim.verify_results_get_count(nil)
assert(none == nil and err == "No verification results to count.")

--- verify_results_get_item
require("msys.validate.dkim")
local count, results = msys.validate.dkim.get_verify_results(vctx)
local item = msys.validate.dkim.verify_results_get_item(results, 0)
assert(item.domain == "example.org" and item.diagnostic == "pass")
assert(msys.validate.dkim.verify_results_get_item(results, count) == nil)

--- verify_status_to_string
require("msys.validate.dkim")
local count, results = msys.validate.dkim.get_verify_results(vctx)
local item = msys.validate.dkim.verify_results_get_item(results, 0)
assert(msys.validate.dkim.verify_status_to_string(item.status) == "pass")

--- get_domains
require("msys.validate.dkim")
local domains = msys.validate.dkim.get_domains(msg, vctx)
assert(#domains == 1 and domains[1] == "example.org" and tostring(domains) == "example.org")

--- sign
-- in core_final_validation(msg, ac, vctx)
require("msys.validate.dkim")
local done = msys.validate.dkim.sign(msg, vctx, { base_domain = "example.com", selector = "mail", keyfile = "/etc/dkim/%{d}.key" })
assert(done == 1 and msg:header("DKIM-Signature")[1]:match("s=mail"))

--- reflect
-- in validate_rcptto(msg, str, ac, vctx)
require("msys.validate.dkim")
local rc = msys.validate.dkim.reflect(msg, vctx, "robot@example.com", "boss@example.com", "DKIM result", "As you asked.")
assert(rc == 0) -- 1 where the host verifies by itself
