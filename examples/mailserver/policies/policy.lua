-- A first policy: refuses one recipient, marks mail for another, and lets
-- user "demo" with password "secret" in (start with -auth demo://).
require("msys.core")
require("msys.extended.message")

local mod = {}

function mod:init()
  msys.registerAuth("demo", {
    authenticate = function(self, filename, params, username, password)
      if username == "demo" and password == "secret" then
        return msys.core.EC_AUTH_OK
      end
      return msys.core.EC_AUTH_FAIL
    end,
  })
  return true
end

function mod:validate_rcptto(msg, str, ac, vctx)
  if tostring(str):match("^nobody@") then
    vctx:set_code(550, "5.1.1 nobody lives here")
    return msys.core.VALIDATE_DONE
  end
  return msys.core.VALIDATE_CONT
end

function mod:validate_data_spool_each_rcpt(msg, ac, vctx)
  if msg:rcptto():match("^list@") then
    msg:header("Subject", "[list] " .. (msg:header("Subject")[1] or ""))
  end
  return msys.core.VALIDATE_CONT
end

msys.registerModule("policy", mod)
