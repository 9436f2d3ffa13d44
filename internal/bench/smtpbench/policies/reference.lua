-- Counts connections, accepts the recipients of two domains, adds a header
-- field. haraka/reference.js does the same.
require("msys.core")
require("msys.counter")
require("msys.pcre")
require("msys.extended.message")

local connects = msys.counter.open("/bench/connects", msys.counter.RELAXED)
local mod = {}

function mod:validate_connect(ac, vctx)
  msys.counter.inc(connects)
  return msys.core.VALIDATE_CONT
end

function mod:validate_rcptto(msg, str, ac, vctx)
  if not msys.pcre.match(tostring(str), "^[a-z0-9.]+@example\\.(com|net)$") then
    vctx:set_code(550, "5.1.1 no such user")
    return msys.core.VALIDATE_DONE
  end
  return msys.core.VALIDATE_CONT
end

function mod:validate_data_spool_each_rcpt(msg, ac, vctx)
  msg:header("X-Policy", "checked")
  return msys.core.VALIDATE_CONT
end

msys.registerModule("reference", mod)
