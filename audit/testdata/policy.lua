-- A policy of the usual kind: a block list at connect time, a limit of
-- sessions per client, and a limit of unknown recipients per hour.
require("msys.core")
require("msys.audit")
require("msys.audit_series")
require("msys.cidr")
require("msys.counter")

local mod = {}
local refused = msys.counter.open("/site/policy/refused", msys.counter.RELAXED)

function mod:init()
  local whitelist = { type = "rbldnsd", source = "good.txt", value = "a", default_value = "", optimize_hosts = true,
    limits = { connections = { 10 } } }
  msys.cidr.define("good_guys", whitelist)
  msys.cidr.define("rbl", { type = "rbldnsd", source = "rbl.txt", value = "txt", default_value = "", interpolate = true })
  msys.audit_series.define("rcpt_invalid", "cidr", 3600, 2)
  return true
end

function mod:validate_connect(ac, vctx)
  if msys.cidr.query("good_guys") ~= "" then
    return msys.core.VALIDATE_CONT
  end
  local text = msys.cidr.query("rbl")
  if text ~= "" then
    msys.counter.inc(refused)
    vctx:set_code(554, text)
    return msys.core.VALIDATE_DONE
  end
  if ac:inbound_session_count("/32", "SMTP") > 2 or msys.audit.connections("60,1") > 5 then
    vctx:set_code(421, "too many sessions")
    return msys.core.VALIDATE_DONE
  end
  return msys.core.VALIDATE_CONT
end

function mod:validate_rcptto(msg, str, ac, vctx)
  if string.find(tostring(str), "nobody", 1, true) then
    msys.audit_series.add("rcpt_invalid", { key = ac })
    if msys.audit_series.count("rcpt_invalid", { key = ac, endv = 1 }) > 5 then
      vctx:set_code(452, "too many unknown recipients")
      return msys.core.VALIDATE_DONE
    end
    vctx:set_code(550, "unknown")
    return msys.core.VALIDATE_DONE
  end
  return msys.core.VALIDATE_CONT
end

msys.registerModule("policy", mod)
