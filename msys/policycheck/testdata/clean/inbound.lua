-- Accepts mail for known recipients, counts, and marks what it has seen.
require("msys.core")
require("msys.extended.message")
require("msys.extended.vctx")
local counter = require("msys.counter")
local lists = require("lists")
local core = msys.core

local mod = {}
limit = 100

local function refuse(vctx, text)
  vctx:set_code(550, text)
  return core.VALIDATE_DONE
end

function mod:init()
  limit = 200
  return true
end

function mod:validate_rcptto(msg, str, ac, vctx)
  if lists.blocked[tostring(str)] then
    return refuse(vctx, "5.1.1 no such user")
  end
  counter.inc("/policy/rcpt")
  return core.VALIDATE_CONT
end

function mod:validate_data_spool_each_rcpt(msg, ac, vctx)
  local subject = msg:header("Subject")[1] or ""
  if subject:lower():find("%[test%]") then
    msg:header("X-Test", "yes")
  end
  local part = msg:mime(true)
  while part do
    local kind = part:content_type()
    print(kind.mimetype, limit)
    part = part.thread
  end
  return msys.core.VALIDATE_CONT
end

msys.registerModule("inbound", mod)
