-- A policy that judges each signature by its key and writes the header fields
-- and variables that DMARC is decided by.
require("msys.core")
require("msys.extended.message")
require("msys.extended.vctx")
require("opendkim.dkim")
require("msys.validate.opendkim")

local mod = {}

local function append(list, item, separator)
  if list == "" then
    return item
  end
  return list .. separator .. item
end

local function judge(sig)
  local size = msys.validate.opendkim.get_sig_keysize(sig)
  local domain = tostring(msys.validate.opendkim.get_sig_domain(sig))
  local why = tostring(msys.validate.opendkim.get_sig_errorstr(sig))
  if size >= 1024 and why == "no signature error" then
    return true, domain, "dkim=pass header.d=" .. domain
  end
  return false, domain, "dkim=fail (" .. why .. ") header.d=" .. domain
end

function mod:validate_data(msg, ac, vctx)
  local good, bad, clauses = "", "", ""
  local handle, stat = msys.validate.opendkim.verify(msg)
  local count = msys.validate.opendkim.get_num_sigs(handle)
  if count ~= nil and count > 0 then
    for i = 0, count - 1 do
      local sig = msys.validate.opendkim.get_sig(handle, i)
      local passed, domain, clause = judge(sig)
      if passed then
        good = append(good, domain, " ")
      else
        bad = append(bad, domain, " ")
      end
      clauses = append(clauses, clause, "; ")
    end
  end
  vctx:set(msys.core.VCTX_MESS, "domains_good", good)
  vctx:set(msys.core.VCTX_MESS, "domains_bad", bad)
  if clauses == "" then
    clauses = "dkim=" .. msys.validate.opendkim.get_stat_result(stat) .. " header.d=none"
  end
  local spf = msg:context_get(msys.core.ECMESS_CTX_MESS, "spf_status")
  local helo = string.lower(msys.expandMacro("%{vctx_conn:ehlo_domain}"))
  msg:header("Authentication-Results", "")
  msg:header("Authentication-Results", tostring(gethostname()) .. "; spf=" .. tostring(spf) ..
    " smtp.mailfrom=\"" .. tostring(msg:mailfrom()) .. "\" smtp.helo=\"" .. helo .. "\"; " .. clauses, "prepend")
  return msys.core.VALIDATE_CONT
end

msys.registerModule("authresults", mod)
