package soak_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// mark begins the header fields that policies add.
const mark = "X-Soak-"

// Sessions tell by the name in EHLO what they are ready for: "plain" ones wait
// for nothing, "slow" ones may.
const begin = `
require("msys.core") require("msys.extended.message") require("msys.extended.vctx")
require("msys.audit_series") require("msys.gauge_cache") require("msys.counter") require("msys.db") require("msys.timer")
require("msys.pcre") require("json")
local CONN, MESS, CONT = msys.core.VCTX_CONN, msys.core.VCTX_MESS, msys.core.VALIDATE_CONT
local mod = {}
function mod:init()
  msys.audit_series.define("mails", "cidr", 60, 5, {replicate = "cluster"})
  msys.gauge_cache.define("senders", 1000, 60, true)
  msys.timer.every(1, function() msys.counter.inc("/soak/ticks") end, "ticks")
  return true
end
local function slow(v) return v:get(CONN, "ehlo_domain") == "slow" end
`

// callouts are those that policies consist of, each with its parameters.
var callouts = []struct {
	name, params string
	parts        []string
}{
	{"validate_connect", "ac, v", []string{
		`msys.counter.inc("/soak/connects")`,
		`v:set(CONN, "seen", tostring(ac.remote_addr))`,
		`mod.last = {ac.conn_id, mod.last and mod.last[1]}`,
	}},
	{"validate_ehlo", "str, ac, v", []string{
		`if slow(v) then msys.dnsLookup(math.random(50) .. ".example", "txt") end`,
		`if slow(v) then msys.sleep(math.random() / 50) end`,
		`if slow(v) then msys.gauge_cache.inc("senders", tostring(math.random(2000))) end`,
		`local t = {} for i = 1, 200 do t[i] = {i} end v:set(CONN, "n", tostring(#t))`,
	}},
	{"validate_mailfrom", "str, ac, v", []string{
		`if slow(v) then
		   local rows, err = msys.db.query("users", "select name from users where id = ?", {math.random(100)}, {raise_error = false, nocache = true})
		   if rows then for r in rows do v:set(MESS, "name", r.name) end else v:set(MESS, "dberr", err) end
		 end`,
		`if slow(v) then for r in msys.db.query("users", "select name from users", nil, {nocache = true}) do v:set(MESS, "name", r.name) end end`,
		`if slow(v) then msys.audit_series.add("mails", {v = v}) end`,
	}},
	{"validate_rcptto", "msg, str, ac, v", []string{
		`if math.random(20) == 1 then v:set_code(550, "5.1.1 nobody") return msys.core.VALIDATE_DONE end`,
		`if math.random(40) == 1 then v:set_code(451, "4.7.1 later") return msys.core.VALIDATE_DONE end`,
		`if math.random(50) == 1 then error("a mistake") end`,
		`if math.random(200) == 1 then v:disconnect(421, "4.7.0 enough") return msys.core.VALIDATE_DONE end`,
	}},
	{"validate_data_spool", "msg, ac, v", []string{
		`msg:header("X-Soak-A", tostring(math.random(1e6)), "append")`,
		`msg:header("X-Soak-B", "b", "prepend")`,
		`msys.pcre.match(msg:header("Subject")[1] or "", [[(\w+)\s(\d+)]])`,
		`msg:body_match([[(needle|thread)+]])`,
		`if slow(v) then msg:text_match("needle") end`,
		`local n = 0 local function walk(p) while p do n = n + 1 p:content_type() walk(p.parts) p = p.next end end walk(msg:mime(true))`,
		`if math.random(30) == 1 then v:set_code(554, "5.7.1 no") return msys.core.VALIDATE_DONE end`,
		`if math.random(30) == 1 then msg:discard("soak") end`,
		`if math.random(50) == 1 then local x = nil x() end`,
		`if math.random(300) == 1 then while true do end end`,
		`if slow(v) then msys.runInPool("IO", function() return math.random() end) end`,
		`if math.random(10) == 1 then msys.timer.after(math.random(3), function() msys.counter.inc("/soak/later") end) end`,
		`local kept = json.decode(json.encode(json.decode('{"a":[1,2,{"b":null}]}')))`,
		`coroutine.wrap(function() coroutine.yield(1) end)()`,
	}},
	{"validate_data_spool_each_rcpt", "msg, ac, v", []string{
		`msg:header("X-Soak-Rcpt", "each", "append")`,
		`msg:context_set(msys.core.ECMESS_CTX_MESS, "soak", "1")`,
		`if slow(v) and math.random(10) == 1 then pcall(function() msg:copy():inject(msg:mailfrom(), "copy@archive.example") end) end`,
		`if math.random(60) == 1 then msg:discard("soak") end`,
	}},
}

// randomPolicy makes a script of some of the parts.
func randomPolicy(r *rand.Rand) string {
	var b strings.Builder
	b.WriteString(begin)
	for _, c := range callouts {
		fmt.Fprintf(&b, "function mod:%s(%s)\n", c.name, c.params)
		for _, i := range r.Perm(len(c.parts))[:1+r.IntN(len(c.parts))] {
			fmt.Fprintf(&b, "do %s end\n", c.parts[i])
		}
		b.WriteString("return CONT end\n")
	}
	b.WriteString("msys.registerModule('soak', mod)\n")
	return b.String()
}
