local rfc3464 = require("msys.rfc3464")
assert(rfc3464 == msys.rfc3464)
assert(msys.core.FAILED == 0 and msys.core.DELAYED == 1 and msys.core.DELIVERED == 2 and msys.core.RELAYED == 3 and msys.core.EXPANDED == 4)

local function fails(pattern, f, ...)
  local ok, err = pcall(f, ...)
  if ok or not tostring(err):find(pattern) then
    error("got " .. tostring(ok) .. ", " .. tostring(err) .. ", want " .. pattern, 2)
  end
end

-- failed is a message to r@d with code 550 "5.1.1 unknown", null one of the null sender
local t = rfc3464.compute_delivery_status(failed, msys.core.FAILED)
assert(t["Final-Recipient"] == "rfc822; r@d" and t.Action == "failed" and t.Status == "5.1.1" and t["Diagnostic-Code"] == "smtp; 550 5.1.1 unknown")
assert(t["diagnostic-code"] == t["Diagnostic-Code"] and t["Will-Retry-Until"] == nil and t["Reporting-MTA"] == "dns; mx.example.com")
assert(rfc3464.compute_delivery_status(failed).Action == "failed")
assert(rfc3464.compute_delivery_status(failed, msys.core.EXPANDED).Action == "expanded")

local text = rfc3464.compute_delivery_status_string(failed, msys.core.DELAYED)
assert(text:find("^Reporting%-MTA: dns; mx.example.com\r\n") and text:find("\r\n\r\nFinal%-Recipient: rfc822; r@d\r\nAction: delayed\r\n"), text)
text = rfc3464.compute_delivery_status_string("451 4.3.0 try later")
assert(text:find("Action: delayed\r\nStatus: 4.3.0\r\nDiagnostic%-Code: smtp; 451 4.3.0 try later\r\n"), text)

fails("bad argument #2 to 'compute_delivery_status' %(unknown action 5%)", rfc3464.compute_delivery_status, failed, 5)
fails("bad argument #2 to 'create_mdn' %(unknown action %-1%)", rfc3464.create_mdn, failed, -1)
fails("bad argument #1 to 'create_mdn' %(msys.core:_ec_message expected, got string%)", rfc3464.create_mdn, "x")
fails("bad argument #1 to 'send_mdn'", rfc3464.send_mdn)
fails("bad argument #1 to 'extract_delivery_status'", rfc3464.extract_delivery_status, {})
fails("bad argument #2 to 'send_mdn' %(number expected, got string%)", rfc3464.send_mdn, failed, "failed")

local mdn = rfc3464.create_mdn(failed, msys.core.FAILED)
assert(mdn:mailfrom() == "" and mdn:rcptto() == "s@sender.example" and mdn:header("Subject")[1] == "Mail Delivery Failure")
local e, all = rfc3464.extract_delivery_status(mdn)
assert(e.Action == "failed" and e["final-recipient"] == "rfc822; r@d" and e["Reporting-MTA"] == "dns; mx.example.com")
assert(#all == 1 and all[1].Status == "5.1.1" and all[1]["Reporting-MTA"] == nil)
assert(rfc3464.extract_delivery_status(failed) == nil)

local none, err = rfc3464.create_mdn(null, msys.core.FAILED)
assert(none == nil and err == "null sender")
assert(rfc3464.send_mdn(null) == 0)
assert(rfc3464.send_mdn(failed, msys.core.DELAYED) == 1)
