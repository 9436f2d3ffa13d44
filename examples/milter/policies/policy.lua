-- A first policy: refuses one recipient, drops mail from one sender, marks and
-- completes mail from example.com, and has the mail server hold what looks odd.
require("msys.core")
require("msys.extended.message")

local mod = {}

function mod:validate_rcptto(msg, str, ac, vctx)
  if tostring(str):match("^nobody@") then
    vctx:set_code(550, "5.1.1 nobody lives here")
    return msys.core.VALIDATE_DONE
  end
  return msys.core.VALIDATE_CONT
end

function mod:validate_data(msg, ac, vctx)
  if msg:mailfrom() == "noise@example.com" then
    msg:discard("550 5.7.0 nobody wants that")
    return msys.core.VALIDATE_DONE
  end
  local subject = msg:header("Subject")[1] or ""
  if subject:match("prize") then
    vctx:set(msys.core.VCTX_MESS, "milter_quarantine", "suspicious subject")
  end
  if vctx:get(msys.core.VCTX_MESS, "mailfrom_domain") == "example.com" then
    msg:header("Subject", "[example] " .. subject)
    -- a multipart message gets a part more, others stay as they are
    msg:mime(false):addLastChild(msg:makePart("text/plain", "Sent by Example Corp.\r\n"))
  end
  return msys.core.VALIDATE_CONT
end

msys.registerModule("policy", mod)
