require("msys.core")
require("msys.extended.message")
local audit = require("msys.audit")
local missing = require("msys.nonexistent")
local other = require("site.rules")

local mod = {}

local function score(msg)
  msg:text_replace("a", "b")
  total = total + 1
  return msys.core.VALIDATE_KONT
end

function mod:validate_connect(ac, vctx)
  msys.counter.inc("/x")
  vctx:set_kode(550, "no")
  audit.conncurrent_inc("x")
  return score(nil)
end

function mod:validate_mailform(str, ac, vctx)
  return msys.core.VALIDATE_CONT
end

function mod:validate_data(msg, ac, vctx)
  local m = msys.core.ec_message_new()
  m:heeder("X", "y")
  msg:heder("X", "y")
  print(msg.colour, undefined_variable)
  undefined_function(1)
  return msys.core.VALIDATE_CONT
end

mod.core_dns_get_MXs = function(self) end

msys.registerModule("broken", mod)
