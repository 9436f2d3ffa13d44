#!/usr/bin/env lua
-- Inbound policy of the example.com edge: connection checks, sender and
-- recipient checks, header clean-up, tagging and routing.
--
-- The tables at the top are what the postmaster edits; nothing below the
-- line "Implementation" should need a change in daily work.

require("msys.core")
require("msys.dns")
require("msys.counter")
require("msys.extended.message")
require("msys.extended.vctx")

module("edge.inbound", package.seeall)

--------------------------------------------------------------------------
-- Configuration
--------------------------------------------------------------------------

local FLAG_TLS      = 1 << 0
local FLAG_AUTH     = 1 << 1
local FLAG_TRUSTED  = 1 << 2
local FLAG_BULK     = 1 << 3
local FLAG_SUSPECT  = 1 << 4
local FLAG_MASK     = FLAG_TLS | FLAG_AUTH | FLAG_TRUSTED | FLAG_BULK | FLAG_SUSPECT

local config = {
  spool_mode = 0660,
  max_recipients = 100,
  max_received = 25,
  max_message_size = 32 * 1024 * 1024,
  tarpit_seconds = 2.5,
  greylist = { delay = 300, lifetime = 36 * 3600, prefix = 24 },

  -- zones are asked in this order; the first hit that rejects wins
  rbl = {
    { zone = "zen.dnsbl.example", reject = true,  weight = 10, text = "listed at zen.dnsbl.example" },
    { zone = "bl.dnsbl.example",  reject = false, weight = 4,  text = "listed at bl.dnsbl.example" },
    { zone = "dul.dnsbl.example", reject = false, weight = 2,  text = "dynamic address space" },
  },

  trusted_networks = {
    "192.0.2.0/24", "198.51.100.0/25", "203.0.113.7", "2001:db8::/32",
  },

  routes = {
    ["example.com"]        = { binding_group = "corporate", domain = "mx.internal.example.com" },
    ["lists.example.com"]  = { binding_group = "lists",     domain = "lists.internal.example.com" },
    ["bounce.example.com"] = { binding_group = "bounces",   domain = "bounce.internal.example.com" },
  },

  forbidden_extensions = {
    exe = true, com = true, scr = true, pif = true, bat = true, cmd = true, vbs = true, js = true,
  },

  banner = [[
This system is for the use of example.com and its customers.
Mail that is not addressed to them is refused.  Abuse reports
go to abuse@example.com, whatever is said above & below.
]],
}

local REPLIES = {
  too_many_rcpts = { 452, "4.5.3 Too many recipients, send the rest in another transaction" },
  relay_denied   = { 550, "5.7.1 Relaying denied" },
  bad_sender     = { 553, "5.1.7 The sender's domain does not exist" },
  greylisted     = { 451, "4.7.1 Please try again in a few minutes" },
  loop           = { 554, "5.4.6 Too many hops" },
  attachment     = { 554, "5.7.1 An attachment of this type is not accepted here" },
  blocked        = { 554, "5.7.1 Mail from %s refused: %s" },
}

--------------------------------------------------------------------------
-- Implementation
--------------------------------------------------------------------------

local mod = {}

-- Returns the reversed labels of an IPv4 address: 192.0.2.1 -> 1.2.0.192
local function reverse_ip(ip)
  local a, b, c, d = string.match(ip, "^(%d+)%.(%d+)%.(%d+)%.(%d+)$")
  if a == nil then
    return nil, "not an IPv4 address: " .. tostring(ip)
  end
  return d .. "." .. c .. "." .. b .. "." .. a
end

local function domain_of(address)
  if !address or address == "" then
    return nil
  end
  local at = string.find(address, "@[^@]*$")
  if not at then return nil end
  return string.lower(string.sub(address, at + 1))
end

local function reply(vctx, name, ...)
  local r = REPLIES[name]
  if not r then
    error("no such reply: " .. name, 2)
  end
  local text = r[2]
  if select("#", ...) > 0 then
    text = string.format(text, ...)
  end
  vctx:set_code(r[1], text)
  msys.counter.inc("/edge/inbound/reply/" .. name)
  return msys.core.VALIDATE_DONE
end

local function has_flag(vctx, flag)
  local flags = tonumber(vctx:get(msys.core.VCTX_CONN, "edge_flags")) or 0
  return flags & flag != 0
end

local function add_flag(vctx, flag)
  local flags = tonumber(vctx:get(msys.core.VCTX_CONN, "edge_flags")) or 0
  flags = (flags | flag) & FLAG_MASK
  vctx:set(msys.core.VCTX_CONN, "edge_flags", tostring(flags))
  return flags
end

local function clear_flag(vctx, flag)
  local flags = tonumber(vctx:get(msys.core.VCTX_CONN, "edge_flags")) or 0
  vctx:set(msys.core.VCTX_CONN, "edge_flags", tostring(flags & ~flag))
end

-- A small set type, used for the recipients seen in one session.
local Set = {}
Set.__index = Set

function Set.new(items)
  local s = setmetatable({ items = {}, size = 0 }, Set)
  for _, item in ipairs(items or {}) do
    s:add(item)
  end
  return s
end

function Set:add(item)
  if not self.items[item] then
    self.items[item] = true
    self.size = self.size + 1
  end
  return self
end

function Set:has(item)
  return self.items[item] == true
end

function Set:each()
  return pairs(self.items)
end

Set.__iter = function(s) return pairs(s.items) end
Set.__len = function(s) return s.size end
Set.__concat = function(a, b)
  local r = Set.new()
  for k in pairs(a.items) do r:add(k) end
  for k in pairs(b.items) do r:add(k) end
  return r
end

--------------------------------------------------------------------------
-- Connection
--------------------------------------------------------------------------

function mod:validate_connect(accept, vctx)
  local ip = vctx:get(msys.core.VCTX_CONN, "remote_ip") or "0.0.0.0"
  for i, network in ipairs(config.trusted_networks) do
    if msys.cidr_match(network, ip) then
      add_flag(vctx, FLAG_TRUSTED)
      return msys.core.VALIDATE_CONT
    end
  end

  local reversed, err = reverse_ip(ip)
  if not reversed then
    print("edge: " .. err)
    return msys.core.VALIDATE_CONT
  end

  local score = 0
  for i, list in ipairs(config.rbl) do
    local answers, dnserr = msys.dnsLookup(reversed .. "." .. list.zone, "a")
    if answers and #answers > 0 then
      score = score + list.weight
      vctx:set(msys.core.VCTX_CONN, "rbl_" .. i, list.zone .. "=" .. answers[1])
      msys.counter.inc("/edge/inbound/rbl/" .. list.zone)
      if list.reject then
        return reply(vctx, "blocked", ip, list.text)
      end
    elseif dnserr ~= nil then
      print(string.format("edge: %s: %s", list.zone, dnserr))
    end
  end

  if score >= 10 then
    return reply(vctx, "blocked", ip, "score " .. score)
  elseif score > 0 then
    add_flag(vctx, FLAG_SUSPECT)
    vctx:tarpit(config.tarpit_seconds * (1 + score \ 4))
  end
  return msys.core.VALIDATE_CONT
end

function mod:validate_ehlo(str, accept, vctx)
  -- a literal address or a name with a dot; our own name is a lie
  if str == gethostname() then
    add_flag(vctx, FLAG_SUSPECT)
  end
  if not string.find(str, "%.") and not string.find(str, "^%[") then
    vctx:set(msys.core.VCTX_CONN, "ehlo_short", str)
  end
  return msys.core.VALIDATE_CONT
end

--------------------------------------------------------------------------
-- Envelope
--------------------------------------------------------------------------

local sender_cache = { entries = {}, used = 0, limit = 4096 }

function sender_cache:get(domain, now)
  local e = self.entries[domain]
  if e == nil then
    return nil
  end
  if e.expires < now then
    self.entries[domain] = nil
    self.used = self.used - 1
    return nil
  end
  return e.exists
end

function sender_cache:put(domain, exists, now)
  if self.used >= self.limit then
    -- forget every other entry: cheap, and good enough
    local n = 0
    for k in pairs(self.entries) do
      n = n + 1
      if n % 2 == 0 then
        self.entries[k] = nil
        self.used = self.used - 1
      end
    end
  end
  if self.entries[domain] == nil then
    self.used = self.used + 1
  end
  self.entries[domain] = { exists = exists, expires = now + (exists and 3600 or 300) }
end

local function domain_exists(domain)
  local now = os.time()
  local known = sender_cache:get(domain, now)
  if known != nil then
    return known
  end
  local exists = false
  for _, rrtype in ipairs({ "mx", "a", "aaaa" }) do
    local answers, err = msys.dnsLookup(domain, rrtype)
    if answers and #answers > 0 then
      exists = true
      break
    end
    if err and string.find(err, "timed? ?out") then
      return true -- not the sender's fault
    end
  end
  sender_cache:put(domain, exists, now)
  return exists
end

function mod:validate_mailfrom(mailfrom, accept, vctx)
  if mailfrom == "" or has_flag(vctx, FLAG_TRUSTED) then
    return msys.core.VALIDATE_CONT
  end
  local domain = domain_of(mailfrom)
  if not domain or not domain_exists(domain) then
    return reply(vctx, "bad_sender")
  end
  vctx:set(msys.core.VCTX_MESS, "sender_domain", domain)
  return msys.core.VALIDATE_CONT
end

local function greylist_key(vctx, rcpt)
  local ip = vctx:get(msys.core.VCTX_CONN, "remote_ip") or ""
  local a, b, c = string.match(ip, "^(%d+)%.(%d+)%.(%d+)%.")
  local net = a and (a .. "." .. b .. "." .. c) or ip
  local from = vctx:get(msys.core.VCTX_MESS, "mailfrom") or ""
  return net .. "/" .. string.lower(from) .. "/" .. string.lower(rcpt)
end

function mod:validate_rcptto(rcptto, accept, vctx)
  local domain = domain_of(rcptto)
  if config.routes[domain] == nil and not has_flag(vctx, FLAG_AUTH | FLAG_TRUSTED) then
    return reply(vctx, "relay_denied")
  end
  local n = (tonumber(vctx:get(msys.core.VCTX_MESS, "rcpts")) or 0) + 1
  vctx:set(msys.core.VCTX_MESS, "rcpts", tostring(n))
  if n > config.max_recipients then
    return reply(vctx, "too_many_rcpts")
  end
  if has_flag(vctx, FLAG_SUSPECT) then
    local key = greylist_key(vctx, rcptto)
    local first = tonumber(msys.db and msys.db.fetch("greylist", key))
    if first == nil then
      vctx:set(msys.core.VCTX_MESS, "greylist", key)
      return reply(vctx, "greylisted")
    elseif os.time() - first < config.greylist.delay then
      return reply(vctx, "greylisted")
    end
  end
  return msys.core.VALIDATE_CONT
end

--------------------------------------------------------------------------
-- Content
--------------------------------------------------------------------------

local function attachment_names(msg)
  local names = {}
  local function walk(part, depth)
    if depth > 20 then
      return
    end
    local disposition = part:header("Content-Disposition")[1] or ""
    local ctype = part:header("Content-Type")[1] or ""
    local name = string.match(disposition, 'filename%s*=%s*"?([^";]+)')
              or string.match(ctype, 'name%s*=%s*"?([^";]+)')
    if name then
      names[#names + 1] = string.lower(name)
    end
    for child in part:children() do
      walk(child, depth + 1)
    end
  end
  walk(msg:root(), 1)
  return names
end

function mod:validate_data(msg, accept, vctx)
  local hops = msg:header("Received")
  if #hops > config.max_received then
    return reply(vctx, "loop")
  end
  for _, name in ipairs(attachment_names(msg)) do
    local ext = string.match(name, "%.([%w]+)%s*$")
    if ext and config.forbidden_extensions[ext] then
      print("edge: attachment \"" .. name .. "\" of " .. (msg:header("Message-ID")[1] or "?") .. " refused")
      return reply(vctx, "attachment")
    end
  end

  local subject = msg:header("Subject")[1]
  if subject == nil or string.match(subject, "^%s*$") then
    msg:header("Subject", "(no subject)")
  elseif has_flag(vctx, FLAG_SUSPECT) then
    msg:header("Subject", "\u26a0 " .. subject)
  end
  if msg:header("Precedence")[1] == "bulk" or #msg:header("List-Id") > 0 then
    add_flag(vctx, FLAG_BULK)
  end
  msg:header("X-Edge-Flags", string.format("%d of %d", tonumber(vctx:get(msys.core.VCTX_CONN, "edge_flags")) or 0, FLAG_MASK))
  return msys.core.VALIDATE_CONT
end

function mod:validate_data_spool_each_rcpt(msg, accept, vctx)
  local localpart, domain = msg:rcptto()
  local route = config.routes[string.lower(domain or "")]
  if not route then
    return msys.core.VALIDATE_CONT
  end
  msg:binding_group(route.binding_group)
  msg:routing_domain(route.domain)
  local seen = Set.new()
  for k, v in Set.new({ "to", "cc" }) do
    for _, line in ipairs(msg:header(k)) do
      for address in string.gmatch(line, "[^%s<>,;]+@[^%s<>,;]+") do
        seen:add(string.lower(address))
      end
    end
  end
  if not seen:has(localpart .. "@" .. domain) then
    msg:context_set(msys.core.ECMESS_CTX_MESS, "bcc", "1")
  end
  return msys.core.VALIDATE_CONT
end

function mod:validate_ac(accept, vctx)
  clear_flag(vctx, FLAG_BULK)
end

function init()
  mod.started = os.time()
  print("edge: policy loaded, " .. #config.rbl .. " lists, mode " .. string.format("%o", config.spool_mode))
  return true
end

msys.registerModule("edge_inbound", mod)
