local timer = require("msys.timer")

local function fails(text, f, ...)
  local ok, err = pcall(f, ...)
  assert(not ok and string.find(err, text, 1, true), tostring(err))
end
local function is(want, got)
  if want ~= got then
    error(string.format("%s, not %s", tostring(got), tostring(want)), 2)
  end
end

-- once
local calls, nargs = 0, nil
local t = timer.after(10, function(...) calls = calls + 1; nargs = select("#", ...) end, "x")
is("x", t:name())
advance(9.9)
is(0, calls)
advance(0.1)
is(1, calls)
is(0, nargs)
advance(90)
is(1, calls)
is(true, t:start())
advance(10)
is(2, calls)
is(false, t:stop())
is(nil, timer.after(1, function() end):name())

-- again and again
local n = 0
local r = timer.every(2, function() n = n + 1 end)
advance(6)
is(3, n)
jump(60)
is(4, n)
is(true, r:stop())
is(false, r:stop())
advance(60)
is(4, n)
r:start()
advance(2)
is(5, n)
r:stop()

-- failing
local bad = 0
r = timer.every(1.5, function() bad = bad + 1; error("oops") end, "bad")
advance(4.5)
is(3, bad)
is(3, errors("bad", "oops"))
r:stop()

-- at a time
local at = 0
timer.at(1700000100 - 5, function() at = at + 1 end)
is(0, at)
advance(0)
is(1, at)
t = timer.at(1e300, function() end)
is(true, t:stop())

-- from its own callback
local own, self = 0, nil
self = timer.after(1, function()
  own = own + 1
  if own < 3 then self:start() end
end)
advance(10)
is(3, own)
self = timer.every(1, function() own = own + 1; is(true, self:stop()) end)
advance(10)
is(4, own)
is(0, errors("", "not true"))

-- nobody keeps the timer
do timer.after(1, function() own = own + 1 end) end
collectgarbage()
advance(1)
is(5, own)
own = 0
timer.after(-1, function() own = own + 1 end)
is(0, own)
advance(0)
is(1, own)

fails("bad argument #2 to 'after'", timer.after, 1, "str")
fails("bad argument #2 to 'after'", timer.after, 1)
fails("bad argument #1 to 'after'", timer.after, "x", print)
fails("bad argument #1 to 'every'", timer.every, 0, print)
fails("bad argument #1 to 'every'", timer.every, -1, print)
fails("bad argument #1 to 'every'", timer.every, 0/0, print)
fails("bad argument #1 to 'at'", timer.at, 0/0, print)
fails("bad argument #3 to 'at'", timer.at, 0, print, {})
fails("stop", t.stop)
