-- The inbound policy of a small company, as a postmaster would write it:
-- greylisted clients are slowed down, spam traps are refused, mail to the
-- sales team is copied to the archive, and every copy says who filtered it.
require("msys.core")
require("msys.extended.message")
require("msys.extended.vctx")
require("msys.extended.ac")

local site = require("site")
local mod = {}

function mod:init()
  return true
end

function mod:validate_connect(ac, vctx)
  if site.slow_networks[ip_from_addr_and_port(tostring(ac.remote_addr))] then
    vctx:tarpit(1.5)
  end
  ac:esmtp_capability_remove("CHUNKING")
  return msys.core.VALIDATE_CONT
end

function mod:validate_ehlo(str, ac, vctx)
  local name = vctx:get(msys.core.VCTX_CONN, "ehlo_domain")
  if name == "localhost" then
    vctx:set_code(550, "5.7.1 you are not localhost")
    return msys.core.VALIDATE_DONE
  end
  return msys.core.VALIDATE_CONT
end

function mod:validate_mailfrom(str, ac, vctx)
  local domain = vctx:get(msys.core.VCTX_MESS, "mailfrom_domain"):lower()
  if site.blocked_senders[domain] then
    vctx:set_code(554, "5.7.1 mail from " .. domain .. " is not accepted here")
    return msys.core.VALIDATE_DONE
  end
  return msys.core.VALIDATE_CONT
end

function mod:validate_rcptto(msg, str, ac, vctx)
  local rcpt = tostring(str):lower()
  if site.spam_traps[rcpt] then
    print("spam trap " .. rcpt .. " addressed by " .. tostring(ac.remote_addr))
    vctx:set_code(550, "5.1.1 no such user")
    return msys.core.VALIDATE_DONE
  end
  self.recipients = (self.recipients or 0) + 1
  return msys.core.VALIDATE_CONT
end

function mod:validate_data(msg, ac, vctx)
  local subject = msg:header("Subject")[1] or ""
  if subject:match("^%s*$") then
    msg:header("Subject", "(no subject)")
  end
  local size = msg:get_message_size()
  if size > site.max_size then
    vctx:set_code(552, string.format("5.3.4 %d bytes are more than %d", size, site.max_size))
    return msys.core.VALIDATE_DONE
  end
  vctx:set(msys.core.VCTX_MESS, "subject", subject)
  return msys.core.VALIDATE_CONT
end

function mod:validate_data_spool(msg, ac, vctx)
  for _, rcpt in ipairs(vctx:recipient_list()) do
    if rcpt:lower():match("^sales@") then
      vctx:add_recipient(site.archive)
      break
    end
  end
  return msys.core.VALIDATE_CONT
end

function mod:validate_data_spool_each_rcpt(msg, ac, vctx)
  local rcpt = msg:rcptto()
  msg:header("X-Filtered-For", rcpt)
  if rcpt == site.archive then
    msg:header("Subject", "[archive] " .. (msg:header("Subject")[1] or ""))
    msg:context_set(msys.core.ECMESS_CTX_MESS, "archive", "yes")
  end
  return msys.core.VALIDATE_CONT
end

function mod:validate_set_binding(msg)
  if msg:context_get(msys.core.ECMESS_CTX_MESS, "archive") == "yes" then
    msg:routing_domain("archive.internal")
  end
  return msys.core.VALIDATE_CONT
end

function mod:core_final_validation(msg, ac, vctx)
  print(string.format("accepted %d recipient(s), subject %q", self.recipients or 0,
    vctx:get(msys.core.VCTX_MESS, "subject")))
end

msys.registerModule("policy", mod)
