-- The default policy: before and after its own checks each callout calls what
-- the site put into msys.dp_config.custom_policy as pre_NAME and post_NAME.
require("msys.core")
require("msys.extended.ac")
require("msys.extended.vctx")
require("msys.pbp")

local CONT, DONE = msys.core.VALIDATE_CONT, msys.core.VALIDATE_DONE

-- The site's files need not exist, and one loads the other as a rule.
for _, name in ipairs{"dp_config", "custom_policy"} do
  local ok, err = pcall(require, name)
  if not ok and not tostring(err):find("module '" .. name .. "' not found", 1, true) then
    error(err, 0)
  end
end

local function config(name)
  local t = rawget(msys.dp_config, name)
  return type(t) == "table" and t or {}
end

-- entry tells whether a check is on for this session.
local function entry(vctx, conf)
  return type(conf) == "table" and conf.check and not msys.pbp.check_whitelist(vctx, conf)
end

local checks = {}

function checks.validate_connect(ac, vctx)
  if entry(vctx, config("early_talker")) and vctx:get(msys.core.VCTX_CONN, "early_talker") ~= "" then
    return vctx:pbp_disconnect(421, "4.7.0 wait for the banner before talking")
  end
  for _, limit in ipairs(config("concurrent_connection_limits")) do
    if entry(vctx, limit) and
        ac:pbp_inbound_session_count_service(limit.service or "SMTP", limit.mask or "/32") > limit.limit then
      return vctx:pbp_disconnect(421, "connection limit exceeded")
    end
  end
  local fcdns = config("fcdns")
  if entry(vctx, fcdns) then
    local ok, rdns_error, fdns_error = msys.pbp.fcdns_check(ac, vctx)
    if not ok then
      if fdns_error then
        return vctx:pbp_disconnect(fcdns.fdns_failure_code or 554, "5.7.25 forward DNS check failed: " .. fdns_error)
      end
      return vctx:pbp_disconnect(fcdns.rdns_failure_code or 554,
        "5.7.25 reverse DNS check failed: " .. (rdns_error or "no name"))
    end
  end
  return CONT
end

function checks.validate_data(msg, ac, vctx)
  local limits = config("message_size_limits")
  if limits.size then
    limits = {limits}
  end
  for _, limit in ipairs(limits) do
    if entry(vctx, limit) and msg:get_message_size() > msys.pbp.size_in_bytes(limit.size) then
      return vctx:pbp_action(552, "5.3.4 message size limit exceeded")
    end
  end
  return CONT
end

local function custom(name, ...)
  local policy = msys.dp_config.custom_policy
  local f = type(policy) == "table" and rawget(policy, name)
  if type(f) == "function" then
    return f(...)
  end
end

local mod = {}

function mod:init()
  for _, name in ipairs{"pre_init", "post_init"} do
    local policy = msys.dp_config.custom_policy
    if type(policy) == "table" and rawget(policy, name) then
      local result = custom(name)
      if result ~= true and result ~= 0 then
        error(name .. " of custom_policy must return true", 0)
      end
    end
  end
  return true
end

for _, name in ipairs{
  "validate_connect", "validate_ehlo", "validate_mailfrom", "validate_rcptto", "validate_data",
  "validate_data_spool", "validate_data_spool_each_rcpt", "validate_set_binding",
} do
  mod[name] = function(self, ...)
    local result = custom("pre_" .. name, ...)
    if result == nil or result == CONT then
      result = checks[name] and checks[name](...) or CONT
    end
    if result == CONT then
      result = custom("post_" .. name, ...)
    end
    return result or CONT
  end
end

msys.registerModule("default_policy", mod)
