-- Snippets of the reference, which the tests run.

--- compute_delivery_status
require("msys.rfc3464")
msg:set_code(550, "5.1.1 no such user")
local report = msys.rfc3464.compute_delivery_status(msg)
assert(report["Action"] == "failed" and report["Status"] == "5.1.1")

--- compute_delivery_status_string
require("msys.rfc3464")
local text = msys.rfc3464.compute_delivery_status_string(msg, msys.core.DELAYED)
assert(text:match("\r\nFinal%-Recipient: rfc822; ?bob@example.com\r\n") and text:match("Action: delayed"))

--- create_mdn
require("msys.rfc3464")
local note = msys.rfc3464.create_mdn(msg)
assert(note:rcptto() == "ann@example.org" and note:mailfrom() == "")
local none, err = msys.rfc3464.create_mdn(note) -- nobody is told about a notification
assert(none == nil and err == "null sender")

--- send_mdn
require("msys.rfc3464")
msg:set_code(550, "5.1.1 no such user")
assert(msys.rfc3464.send_mdn(msg, msys.core.FAILED) == 1)

--- extract_delivery_status
require("msys.rfc3464")
-- the mail is a report of mx.example.net
local report, recipients = msys.rfc3464.extract_delivery_status(msg)
assert(report["Reporting-MTA"] == "dns; mx.example.net" and report.action == "failed")
assert(#recipients == 1 and recipients[1].Status == "5.1.1")
