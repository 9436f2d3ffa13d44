-- The default policy: the checks that the site's dp_config.lua turns on. Before
-- and after them each callout calls what the site put into
-- msys.dp_config.custom_policy as pre_NAME and post_NAME.
--
-- Modules that only some checks work with are required when such a check is on.
require("msys.core")
require("msys.extended.ac")
require("msys.extended.message")
require("msys.extended.vctx")
require("msys.pbp")

local CONT, DONE = msys.core.VALIDATE_CONT, msys.core.VALIDATE_DONE
local CONN, MESS = msys.core.VCTX_CONN, msys.core.VCTX_MESS

-- The site's files need not exist, and one loads the other as a rule.
for _, name in ipairs{"dp_config", "custom_policy"} do
  local ok, err = pcall(require, name)
  if not ok and not tostring(err):find("module '" .. name .. "' not found", 1, true) then
    error(err, 0)
  end
end

---- Configuration ----

local function config(name)
  local t = rawget(msys.dp_config, name)
  return type(t) == "table" and t or {}
end

local function enabled(conf)
  return type(conf) == "table" and (conf.check or conf.scan) or false
end

-- applies tells whether a check is on for this session.
local function applies(vctx, conf)
  return enabled(conf) and not msys.pbp.check_whitelist(vctx, conf)
end

-- entries gives the entries of a list and what messages call them. A list of
-- one entry may be the entry itself.
local function entries(name)
  local list = config(name)
  if list[1] == nil and next(list) ~= nil then
    list = {list}
  end
  local i = 0
  return function()
    i = i + 1
    if list[i] ~= nil then
      return list[i], name .. "[" .. i .. "]"
    end
  end
end

local function fail(key, format, ...)
  error("dp_config." .. key .. ": " .. format:format(...), 0)
end

-- try calls f, and names the key if that fails.
local function try(key, f, ...)
  local ok, result = pcall(f, ...)
  if not ok then
    fail(key, "%s", tostring(result))
  end
  return result
end

local function table_of(key, conf)
  if type(conf) ~= "table" then
    fail(key, "is a %s, not a table", type(conf))
  end
  return conf
end

local function text(key, conf, field)
  if conf[field] == nil or conf[field] == "" then
    fail(key .. "." .. field, "is missing")
  elseif type(conf[field]) ~= "string" then
    fail(key .. "." .. field, "is a %s, not a string", type(conf[field]))
  end
end

local function number(key, conf, field, least, most)
  local n = tonumber(conf[field])
  if conf[field] == nil then
    fail(key .. "." .. field, "is missing")
  elseif not n or n < least or n > (most or n) then
    fail(key .. "." .. field, "%s is not a number from %d%s", tostring(conf[field]), least, most and " to " .. most or " on")
  end
end

local function code(key, conf, field)
  if conf[field] ~= nil then
    number(key, conf, field, 400, 599)
  end
end

local function choice(key, conf, field, choices, optional)
  local v = conf[field]
  if v == nil and optional then
    return
  end
  for _, c in ipairs(choices) do
    if v == c then
      return
    end
  end
  fail(key .. "." .. field, "%s is none of %s", v == nil and "nothing" or "'" .. tostring(v) .. "'", table.concat(choices, ", "))
end

local function process_result(key, conf)
  if conf.process_result ~= nil and type(conf.process_result) ~= "function" then
    fail(key .. ".process_result", "is a %s, not a function", type(conf.process_result))
  end
end

---- Clients ----

-- peer gives the client's address without port, nil if it has none.
local function peer(ac)
  local ip = ac and ip_from_addr_and_port(ac.remote_addr)
  return ip ~= "UNKNOWN" and ip or nil
end

-- define_blocks makes the table of address blocks that conf describes.
local function define_blocks(key, name, conf)
  choice(key, conf, "type", {"datasource", "rbldnsd"})
  if conf.default_value ~= nil and conf.default_value ~= "" then
    fail(key .. ".default_value", "must be \"\"")
  end
  if conf.refresh ~= nil then
    number(key, conf, "refresh", 0)
  end
  if conf.type == "rbldnsd" then
    text(key, conf, "source")
    choice(key, conf, "record_type", {"A", "TXT"}, true)
  else
    text(key, conf, "cachename")
    text(key, conf, "query")
  end
  try(key, function() require("msys.cidr") end)
  try(key, msys.cidr.define, name, {
    type = conf.type, refresh = conf.refresh, default_value = "",
    source = conf.source, value = (conf.record_type or "A"):lower(),
    cachename = conf.cachename, query = conf.query, cidr_column = conf.cidr_column, value_column = conf.value_column,
  })
end

-- listed gives what such a table has for the client, nil if it is not there.
local function listed(ac, name)
  local ip = peer(ac)
  local value = ip and msys.cidr.query(name, ip)
  return value ~= "" and value or nil
end

---- Rates ----

-- The series of dp_config.audit_series, and what they answer.
local rates = {
  connections = {code = 421, text = "connection rate limit exceeded"},
  messages = {code = 421, text = "message rate limit exceeded"},
  spam = {code = 421, text = "spam rate limit exceeded"},
  virus = {code = 421, text = "virus rate limit exceeded"},
  invalid_recipients = {code = 451, text = "DHA limit exceeded"},
  mailfrom = {code = 451, text = "Sender message rate limit exceeded", strings = true},
  spam_mailfrom = {code = 451, text = "Sender spam message rate limit exceeded", strings = true},
  virus_mailfrom = {code = 451, text = "Sender virus message rate limit exceeded", strings = true},
  auth_user = {code = 451, text = "Authenticated user rate limit exceeded", strings = true},
}

local function series(name)
  local conf = config("audit_series")[name]
  if type(conf) == "table" and type(conf.thresholds) == "table" then
    for _, t in ipairs(conf.thresholds) do
      if enabled(t) then
        return conf
      end
    end
  end
end

-- countable gives the configuration of a series if it counts for the client or
-- the string. A series of addresses is for one family.
local function countable(ac, name, key)
  local conf = series(name)
  if not conf or rates[name].strings then
    return key and key ~= "" and conf
  end
  local ip = peer(ac)
  return ip and (ip:find(":", 1, true) ~= nil) == (conf.type == "cidr_ipv6") and conf
end

local function count(ac, name, key)
  if countable(ac, name, key) then
    msys.audit_series.add("dp_" .. name, key or peer(ac))
  end
end

-- exceeded answers if the counts of a series are over a threshold.
local function exceeded(ac, vctx, name, key)
  local conf = countable(ac, name, key)
  for _, t in ipairs(conf and conf.thresholds or {}) do
    if applies(vctx, t) then
      local n = msys.audit_series.count("dp_" .. name, {
        startv = t.startv or 0, endv = t.endv or conf.buckets - 1,
        key = key or peer(ac) .. (t.key or ""),
      })
      if n > tonumber(t.threshold) then
        local reply = rates[name]
        if reply.code == 421 then
          return vctx:pbp_disconnect(421, reply.text)
        end
        return vctx:pbp_action(reply.code, reply.text)
      end
    end
  end
end

local function count_and_check(ac, vctx, name, key)
  count(ac, name, key)
  return exceeded(ac, vctx, name, key)
end

-- found counts a spam or a virus of the client and of the sender.
local function found(what, msg, ac)
  count(ac, what)
  count(ac, what .. "_mailfrom", tostring(msg:mailfrom() or ""):lower())
end

local function define_series(name)
  local key, conf = "audit_series." .. name, config("audit_series")[name]
  table_of(key, conf)
  table_of(key .. ".thresholds", conf.thresholds)
  for i, t in ipairs(conf.thresholds) do
    table_of(key .. ".thresholds[" .. i .. "]", t)
  end
  if not series(name) then
    return
  end
  choice(key, conf, "type", rates[name].strings and {"string"} or {"cidr", "cidr_ipv6"})
  number(key, conf, "interval", 1)
  number(key, conf, "buckets", 1)
  for i, t in ipairs(conf.thresholds) do
    local key = key .. ".thresholds[" .. i .. "]"
    number(key, t, "threshold", 0)
    if t.startv ~= nil then
      number(key, t, "startv", 0)
    end
    if t.endv ~= nil then
      number(key, t, "endv", 0)
    end
    if t.key ~= nil and not rates[name].strings then
      local length = tonumber(tostring(t.key):match("^/(%d+)$"))
      if not length or length > (conf.type == "cidr" and 32 or 128) then
        fail(key .. ".key", "'%s' is no mask such as /24", tostring(t.key))
      end
    end
  end
  try(key, function() require("msys.audit_series") end)
  try(key, msys.audit_series.define, "dp_" .. name, conf.type, conf.interval, conf.buckets, conf.options)
end

---- Connections ----

local function early_talker(ac, vctx)
  if applies(vctx, config("early_talker")) and vctx:get(CONN, "early_talker") ~= "" then
    return vctx:pbp_disconnect(421, "4.7.0 wait for the banner before talking")
  end
end

local function concurrent_connection_limits(ac, vctx)
  for limit in entries("concurrent_connection_limits") do
    if applies(vctx, limit) and
        ac:pbp_inbound_session_count_service(limit.service or "SMTP", limit.mask or "/32") > tonumber(limit.limit) then
      return vctx:pbp_disconnect(421, "connection limit exceeded")
    end
  end
end

local function connection_rate(ac, vctx)
  return count_and_check(ac, vctx, "connections")
end

-- block_list gives the first record that a list has for the client.
local function block_list(rbl, ac)
  if not peer(ac) then
    return nil
  elseif rbl.type == "rbldnsd" then
    return listed(ac, "dp_rbl_" .. rbl.name)
  end
  local name = msys.expandMacro("%{spfv1:ir}") .. "." .. rbl.base
  local records, err = msys.dnsLookup(name, rbl.record_type or "A", rbl.server and {server = rbl.server})
  if not records and err ~= "NXDOMAIN" then
    print("default_policy: block list " .. rbl.name .. " does not answer: " .. tostring(err))
  end
  return records and records[1]
end

local function rbls(ac, vctx)
  for rbl in entries("rbls") do
    local info = applies(vctx, rbl) and block_list(rbl, ac)
    if info and rbl.process_result then
      local result = rbl.process_result(ac, vctx, info)
      if result and result ~= CONT then
        return result
      end
    elseif info then
      local reason = (rbl.reason or "%s"):gsub("%%s", function() return tostring(info) end)
      return vctx:pbp_disconnect(rbl.code or 554, reason)
    end
  end
end

local function fcdns(ac, vctx)
  local conf = config("fcdns")
  if not applies(vctx, conf) then
    return
  end
  local ok, rdns_error, fdns_error = msys.pbp.fcdns_check(ac, vctx)
  if ok then
    return
  elseif fdns_error then
    return vctx:pbp_disconnect(conf.fdns_failure_code or 554, "5.7.25 forward DNS check failed: " .. fdns_error)
  end
  return vctx:pbp_disconnect(conf.rdns_failure_code or 554,
    "5.7.25 reverse DNS check failed: " .. (rdns_error or "no name"))
end

---- Senders ----

-- offenders refuses clients that are over a limit already, before they send
-- their mail.
local function offenders(sender, ac, vctx)
  return exceeded(ac, vctx, "messages") or exceeded(ac, vctx, "spam") or exceeded(ac, vctx, "virus")
end

-- domain_exists tells whether mail to a domain can be delivered; nil and the
-- reason if DNS does not say.
local function domain_exists(domain)
  for _, type in ipairs{"MX", "A", "AAAA"} do
    local records, err = msys.dnsLookup(domain, type)
    if records and records[1] then
      return records[1] ~= "." -- a domain that takes no mail: RFC 7505
    elseif err == "NXDOMAIN" or err == "FORMERR" then
      return false
    elseif err then
      return nil, err
    end
  end
  return false
end

local function mail_from_domain_validate(sender, ac, vctx)
  local conf = config("mail_from_domain_validate")
  local domain = vctx:get(MESS, msys.core.STANDARD_KEY_MAILFROM_DOMAIN)
  if domain == "" or domain:sub(1, 1) == "[" or not applies(vctx, conf) then
    return
  end
  local exists, err = domain_exists(domain)
  if exists == nil then
    return vctx:pbp_action(451, "4.1.8 sender domain cannot be checked now: " .. err)
  elseif not exists then
    return vctx:pbp_action(conf.failure_code or 554, "5.1.8 sender domain does not exist")
  end
end

local function auth_user_rate(sender, ac, vctx)
  if vctx:get(CONN, msys.core.STANDARD_KEY_AUTH_STATUS) == "pass" then
    return count_and_check(ac, vctx, "auth_user", vctx:get(CONN, msys.core.STANDARD_KEY_AUTH_USER))
  end
end

-- sender_rates leaves the null sender alone, which all servers share.
local function sender_rates(sender, ac, vctx)
  local key = tostring(sender):lower()
  return count_and_check(ac, vctx, "mailfrom", key) or
    exceeded(ac, vctx, "spam_mailfrom", key) or exceeded(ac, vctx, "virus_mailfrom", key)
end

---- Recipients ----

-- is_relay_domain tells whether the option relay_domains has a domain, or a
-- pattern for it such as *.example.com.
local function is_relay_domain(domain)
  local list = msys.config("get", "relay_domains")
  if type(list) == "string" then
    local words = {}
    for word in list:gmatch("[^%s,\"'()]+") do
      words[#words + 1] = word
    end
    list = words
  end
  for _, d in ipairs(type(list) == "table" and list or {}) do
    d = tostring(d):lower()
    local ending = d:match("^%*(.*)$")
    if d == domain or ending and #domain >= #ending and domain:sub(#domain - #ending + 1) == ending then
      return true
    end
  end
  return false
end

local function may_relay(conf, ac, vctx)
  return conf.allow_smtp_auth and vctx:get(CONN, msys.core.STANDARD_KEY_AUTH_STATUS) == "pass" or
    conf.onnet and listed(ac, "dp_onnet")
end

-- is_status tells whether a mailbox's status is one of the values: a text, or a
-- Lua pattern.
local function is_status(values, status)
  for _, v in ipairs(values) do
    if v == status or v:find("[%^%$%(%)%%%.%[%]%*%+%-%?]") and status:find(v) then
      return true
    end
  end
  return false
end

local function validate_recipient(conf, rcpt, ac, vctx)
  local domain = vctx:get(MESS, msys.core.STANDARD_KEY_RCPTTO_DOMAIN):lower()
  if conf.dha_prevention then
    local result = exceeded(ac, vctx, "invalid_recipients")
    if result then
      return result
    end
  end
  if is_relay_domain(domain) then
    return
  elseif not conf.ds_name then
    return vctx:pbp_action(550, "5.7.1 relaying denied")
  end
  local row, err = msys.db.fetch_row(conf.ds_name, conf.query, {rcpt = tostring(rcpt), domain = domain}, {raise_error = false})
  if err then
    print("default_policy: dp_config.recipient_validation: " .. tostring(err))
    return vctx:pbp_action(451, "4.3.0 recipients cannot be checked now")
  elseif not row then
    return conf.dha_prevention and count_and_check(ac, vctx, "invalid_recipients") or
      vctx:pbp_action(550, "5.1.1 no such recipient")
  elseif conf.status_attribute and not is_status(conf.status_values, tostring(row[conf.status_attribute])) then
    return vctx:pbp_action(550, "5.2.1 mailbox not available")
  end
end

local function recipients(msg, rcpt, ac, vctx)
  local relay, validation = config("relay_authorization"), config("recipient_validation")
  local guarded = applies(vctx, relay)
  if guarded and may_relay(relay, ac, vctx) then
    return
  elseif applies(vctx, validation) then
    return validate_recipient(validation, rcpt, ac, vctx)
  elseif guarded and not enabled(validation) then
    return vctx:pbp_action(550, "5.7.1 relaying denied")
  end
end

---- Content ----

local function message_rate(msg, ac, vctx)
  return count_and_check(ac, vctx, "messages")
end

local function message_size_limits(msg, ac, vctx)
  for limit in entries("message_size_limits") do
    if applies(vctx, limit) and msg:get_message_size() > msys.pbp.size_in_bytes(limit.size) then
      return vctx:pbp_action(552, "5.3.4 message size limit exceeded")
    end
  end
end

local function dispose(disposition, msg, vctx, text)
  if disposition == "reject" then
    return vctx:pbp_action(554, text)
  elseif disposition == "discard" then
    msg:discard("554 " .. text)
    return DONE
  end
end

-- disinfect puts a text in the place of infected parts; false if there is none
-- that is infected by itself.
local function disinfect(conf, msg, vctx)
  local done, part = false, msg:mime(false)
  while part do
    local rc, name = msys.av.scan_part(part, conf.engine, vctx)
    if rc == msys.av.EC_AV_INFECTED then
      part:text("A part of this message was removed because it contained a virus: " .. tostring(name) .. "\r\n", "text/plain")
      done = true
    end
    part = part.thread
  end
  return done
end

-- antivirus defers mail that an engine fails to scan: it must not pass because
-- a scanner is down.
local function antivirus(msg, ac, vctx)
  for conf, key in entries("antivirus") do
    if applies(vctx, conf) then
      local rc, info = msys.av.scan(conf.engine, msg, vctx)
      local result
      if rc == msys.av.EC_AV_INFECTED then
        found("virus", msg, ac)
        if conf.process_result then
          result = conf.process_result(msg, vctx, info)
        elseif conf.virus_disposition ~= "disinfect" or not disinfect(conf, msg, vctx) then
          local disposition = conf.virus_disposition == "discard" and "discard" or "reject"
          result = dispose(disposition, msg, vctx, "5.7.1 message contains a virus: " .. tostring(info))
        end
      elseif rc == msys.av.EC_AV_NO_ENGINE or rc == msys.av.EC_AV_NAME_TOO_LONG then
        fail(key .. ".engine", "%s", tostring(info))
      elseif rc == msys.av.EC_AV_ERROR then
        print("default_policy: dp_config." .. key .. ": " .. tostring(info))
        result = vctx:pbp_action(451, "4.3.0 message cannot be scanned now")
      end
      if result and result ~= CONT then
        return result
      end
    end
  end
end

-- Words of the dispositions of Commtouch for those of its answers.
local commtouch_words = {
  Spam = "confirmed", Bulk = "bulk", Suspected = "suspect", Unknown = "unknown", None = "none", ["non-virus"] = "nonvirus",
}

-- Scanners have load, which requires the module; scan, which gives what process_result gets as info;
-- and judge, which gives "spam" or "virus" and the disposition for an info.
local scanners = {
  beik = {
    load = function() require("msys.symantec_beik") end,
    scan = function(msg, ac, vctx)
      local rc, verdict = msys.symantec_beik.scan(msg, vctx)
      return {rc = rc, verdict = verdict}
    end,
    judge = function(conf, info)
      if info.rc == 0 then
        print("default_policy: dp_config.beik: " .. tostring(info.verdict))
      elseif info.verdict == "is-spam" then
        return "spam", conf.isspam_disposition
      end
    end,
  },
  commtouch = {
    load = function() require("msys.commtouch") end,
    scan = function(msg, ac, vctx)
      return msys.commtouch.diagnose(msg, ac, vctx)
    end,
    judge = function(conf, info)
      local threat, class = info["virus-threat"], info.class
      local virus = (conf.virus_dispositions or {})[commtouch_words[threat] or threat]
      if virus then
        return "virus", virus
      end
      local spam = (conf.spam_dispositions or {})[commtouch_words[class] or class]
      if spam then
        return "spam", spam
      end
    end,
  },
  cloudmark = {
    load = function() require("msys.cloudmark") end,
    scan = function(msg, ac, vctx)
      return msys.cloudmark.score(msg, ac, vctx)
    end,
    judge = function(conf, info)
      if conf.score_threshold and info.score > tonumber(conf.score_threshold) or
          not conf.score_threshold and info.is_spam then
        return "spam", conf.isspam_disposition
      end
    end,
  },
}

local refusals = {spam = "5.7.1 message is spam", virus = "5.7.1 message contains a virus"}

local function scanner(name)
  return function(msg, ac, vctx)
    local conf = config(name)
    if not applies(vctx, conf) then
      return
    end
    local info = try(name, scanners[name].scan, msg, ac, vctx)
    if conf.process_result then
      local result, is_spam = conf.process_result(msg, vctx, info)
      if is_spam then
        found("spam", msg, ac)
      end
      return result
    end
    local what, disposition = scanners[name].judge(conf, info)
    if what then
      found(what, msg, ac)
      return dispose(disposition, msg, vctx, refusals[what])
    end
  end
end

local patterns = {} -- the last one made for each entry

-- pattern gives a regular expression for the words of a keyword file, false if
-- it has none: a keyword a line, "|" between words of which each is one.
local function pattern(key, words)
  local made = patterns[key]
  if not made or made.words ~= words then
    local quoted = {}
    for word in words:gmatch("[^\r\n|]+") do
      word = word:match("^%s*(.-)%s*$")
      if word ~= "" then
        quoted[#quoted + 1] = word:gsub("[%p]", "\\%0")
      end
    end
    made = {words = words, expression = #quoted > 0 and "(?i)" .. table.concat(quoted, "|")}
    patterns[key] = made
  end
  return made.expression
end

-- keywords reads a keyword file through the datasource that is named in the
-- entry, or like its character set, and gives text in UTF-8.
local function keywords(conf)
  local lines = {}
  for row in msys.db.query(conf.ds_name or conf.charset or "UTF-8", conf.path) do
    for _, value in pairs(row) do
      lines[#lines + 1] = tostring(value)
    end
  end
  return table.concat(lines, "\n")
end

local function matches_in_text(subject, expression)
  local n = 0
  msys.pcre.replace(subject, expression, function()
    n = n + 1
  end)
  return n
end

local function keyword_filter(msg, ac, vctx)
  for conf, key in entries("keyword_filter") do
    if applies(vctx, conf) then
      local expression = pattern(key, try(key, keywords, conf))
      local in_subject = expression and matches_in_text(table.concat(msg:header("Subject"), "\n"), expression)
      local part = expression and msg:mime(true)
      while part do
        local n = in_subject
        if not part.parts then
          local _, all = part:text_match(expression)
          n = n + (type(all) == "table" and #all or 0)
        end
        local result
        if n > 0 and conf.process_result then
          result = conf.process_result(msg, vctx, n)
        elseif n > 0 then
          result = dispose(conf.disposition or "reject", msg, vctx, "5.7.1 message contains words that are not wanted")
        end
        if result and result ~= CONT then
          return result
        end
        part = part.thread
      end
    end
  end
end

---- Callouts ----

local checks = {
  validate_connect = {early_talker, concurrent_connection_limits, connection_rate, rbls, fcdns},
  validate_mailfrom = {offenders, mail_from_domain_validate, auth_user_rate, sender_rates},
  validate_rcptto = {recipients},
  validate_data = {
    message_rate, message_size_limits, antivirus, scanner("beik"), scanner("commtouch"), scanner("cloudmark"), keyword_filter,
  },
}

-- whitelists puts the client on those that have its address, so that the
-- callouts of custom_policy see them.
local function whitelists(ac, vctx)
  for list in entries("whitelist") do
    if listed(ac, "dp_whitelist_" .. list.name) then
      msys.pbp.set_whitelist(vctx, CONN, list.name, true)
    end
  end
end

local function custom(name, ...)
  local policy = msys.dp_config.custom_policy
  local f = type(policy) == "table" and rawget(policy, name)
  if type(f) == "function" then
    local result = f(...) -- no tail call: the interpreter fails on one with many arguments
    return result
  end
end

local function run(list, ...)
  for _, check in ipairs(list or {}) do
    local result = check(...)
    if result and result ~= CONT then
      return result
    end
  end
  return CONT
end

---- Start ----

-- each calls f for the entries of a list that are on.
local function each(name, f)
  local names = {}
  for conf, key in entries(name) do
    table_of(key, conf)
    if name == "whitelist" or enabled(conf) then
      if conf.name ~= nil and names[conf.name] then
        fail(key .. ".name", "'%s' is the name of another entry", tostring(conf.name))
      end
      names[conf.name or key] = true
      f(key, conf)
    end
  end
end

local function need_dns(key)
  if not msys.dnsLookup then
    fail(key, "there is no msys.dnsLookup")
  end
end

-- The setup functions check the configuration of what is on, and make what it
-- works with.

local function setup_whitelist()
  each("whitelist", function(key, conf)
    text(key, conf, "name")
    define_blocks(key, "dp_whitelist_" .. conf.name, conf)
  end)
end

local function setup_rbls()
  each("rbls", function(key, conf)
    text(key, conf, "name")
    choice(key, conf, "type", {"dns", "rbldnsd"})
    code(key, conf, "code")
    process_result(key, conf)
    if conf.type == "rbldnsd" then
      return define_blocks(key, "dp_rbl_" .. conf.name, conf)
    end
    text(key, conf, "base")
    choice(key, conf, "record_type", {"A", "TXT"}, true)
    need_dns(key)
  end)
end

local function setup_limits()
  each("concurrent_connection_limits", function(key, conf)
    number(key, conf, "limit", 0)
  end)
  each("message_size_limits", function(key, conf)
    try(key .. ".size", msys.pbp.size_in_bytes, conf.size)
  end)
  if enabled(config("fcdns")) then
    code("fcdns", config("fcdns"), "rdns_failure_code")
    code("fcdns", config("fcdns"), "fdns_failure_code")
  end
end

local function setup_mail_from_domain_validate()
  local key = "mail_from_domain_validate"
  if enabled(config(key)) then
    code(key, config(key), "failure_code")
    need_dns(key)
  end
end

local function setup_audit_series()
  for name in pairs(config("audit_series")) do
    if rates[name] then
      define_series(name)
    elseif name == "invalid_smtp_auth" then
      print("default_policy: dp_config.audit_series.invalid_smtp_auth has no effect")
    else
      fail("audit_series." .. tostring(name), "is no series of this policy")
    end
  end
end

local function setup_recipient_validation()
  local key, conf = "recipient_validation", config("recipient_validation")
  if not enabled(conf) or conf.ds_name == nil and conf.query == nil then
    return
  end
  text(key, conf, "ds_name")
  text(key, conf, "query")
  if conf.status_attribute ~= nil then
    text(key, conf, "status_attribute")
    for i, v in ipairs(table_of(key .. ".status_values", conf.status_values)) do
      if type(v) ~= "string" then
        fail(key .. ".status_values[" .. i .. "]", "is a %s, not a string", type(v))
      end
    end
  end
  try(key, function() require("msys.db") end)
end

local function setup_relay_authorization()
  local conf = config("relay_authorization")
  if enabled(conf) and conf.onnet ~= nil then
    local key = "relay_authorization.onnet"
    define_blocks(key, "dp_onnet", table_of(key, conf.onnet))
  end
end

local function setup_antivirus()
  each("antivirus", function(key, conf)
    process_result(key, conf)
    choice(key, conf, "virus_disposition", {"disinfect", "reject", "discard"}, conf.process_result ~= nil)
    try(key, function() require("msys.av") end)
    if conf.engine ~= nil then
      choice(key, conf, "engine", msys.av.engines())
    end
  end)
end

local function setup_scanners()
  local dispositions = {"reject", "discard"}
  for name, s in pairs(scanners) do
    local conf = config(name)
    if enabled(conf) then
      process_result(name, conf)
      choice(name, conf, "isspam_disposition", dispositions, true)
      for _, field in ipairs{"spam_dispositions", "virus_dispositions"} do
        for word in pairs(conf[field] == nil and {} or table_of(name .. "." .. field, conf[field])) do
          choice(name .. "." .. field, conf[field], word, dispositions)
        end
      end
      if conf.score_threshold ~= nil then
        number(name, conf, "score_threshold", 0)
      end
      try(name, s.load)
    end
  end
end

local function setup_keyword_filter()
  each("keyword_filter", function(key, conf)
    text(key, conf, "path")
    process_result(key, conf)
    choice(key, conf, "disposition", {"reject", "discard"}, true)
    try(key, function() require("msys.db") end)
    try(key, function() require("msys.pcre") end)
  end)
end

local mod = {}

local function custom_init(name)
  local policy = msys.dp_config.custom_policy
  if type(policy) == "table" and rawget(policy, name) then
    local result = custom(name)
    if result ~= true and result ~= 0 then
      error(name .. " of custom_policy must return true", 0)
    end
  end
end

function mod:init()
  custom_init("pre_init")
  setup_whitelist()
  setup_rbls()
  setup_limits()
  setup_mail_from_domain_validate()
  setup_audit_series()
  setup_recipient_validation()
  setup_relay_authorization()
  setup_antivirus()
  setup_scanners()
  setup_keyword_filter()
  custom_init("post_init")
  return true
end

for _, name in ipairs{
  "validate_connect", "validate_ehlo", "validate_mailfrom", "validate_rcptto", "validate_data",
  "validate_data_spool", "validate_data_spool_each_rcpt", "validate_set_binding",
} do
  mod[name] = function(self, ...)
    if name == "validate_connect" then
      whitelists(...)
    end
    local result = custom("pre_" .. name, ...)
    if result == nil or result == CONT then
      result = run(checks[name], ...)
    end
    if result == CONT then
      result = custom("post_" .. name, ...)
    end
    return result or CONT
  end
end

msys.registerModule("default_policy", mod)
