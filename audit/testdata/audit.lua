local audit = require("msys.audit")

local function fails(text, f, ...)
  local ok, err = pcall(f, ...)
  assert(not ok and string.find(err, text, 1, true), tostring(err))
end
local function is(want, got)
  if want ~= got then
    error(string.format("%s, not %s", tostring(got), tostring(want)), 2)
  end
end

-- monitors: 3 sessions, 2 receptions, 1 rejection
restart()
for _ = 1, 3 do open("SMTP", "203.0.113.9") end
reception("203.0.113.9", 2)
rejection("203.0.113.9", 1)
is(3, audit.connections("60,1"))
is(3, audit.connection("60, 1"))
is(3, audit.connections("60,1", ac))
is(3, audit.connections("60,1", { cidr = ac }))
is(2, audit.receptions("300,6", "203.0.113.0/24"))
is(1, audit.rejections("300,6", { cidr = "/32", endv = 5, cluster = true }))
is(0, audit.rejections("300,6", { startv = 1 }))
reception("2001:db8::1", 5)
is(7, audit.receptions("300,6", "/0"))
is(2, audit.receptions("300,6", "/32"))
advance(60)
is(0, audit.connections("60,1", { endv = 9 }))
fails('audit monitor "5,5" is not configured', audit.connections, "5,5")
fails("bad argument #1 to 'receptions'", audit.receptions)
fails("negative", audit.connections, "60,1", { startv = -1 })
fails("invalid CIDR", audit.connections, "60,1", "nonsense")

-- open sessions
restart()
for _, addr in ipairs { "203.0.113.9", "203.0.113.9", "203.0.113.10", "2001:db8::1", "2001:db8:1::1" } do
  open("SMTP", addr)
end
close(open("SMTP", "203.0.113.9"))
local count = audit.inbound_session_count
is(2, count("/32", "SMTP"))
is(2, count())
is(2, count(ac))
is(3, count("/24"))
is(5, count("/0"))
is(0, count(nil, "Control"))
is(1, count("203.0.113.10"))
is(2, count("/32", "inbound_cidr"))
is(0, count("/32", "smtp"))
is(2, ac:inbound_session_count())
is(3, ac:inbound_session_count("/24"))
is(2, ac:pbp_inbound_session_count_service("SMTP", "/32"))
is(0, ac:pbp_inbound_session_count_service("Control", "/0"))
fails("invalid CIDR 'x'", count, "x")
fails("invalid CIDR 'x'", ac.inbound_session_count, ac, "x")
peer("2001:db8::1")
is(1, count("/32"))
is(2, count("2001:db8::/32"))
nobody()
fails("no current connection", count)
fails("no current connection", audit.connections, "60,1")
