-- Snippets of the reference, which the tests run.

--- after
local timer = msys.timer.after(0.01, function() msys.shareSet("fired", true) end, "once")
while not msys.shareGet("fired") do msys.sleep(0.01) end
assert(not timer:stop()) -- it has fired

--- at
local timer = msys.timer.at(msys.core.get_now_ts() - 1, function() msys.shareSet("fired", true) end)
while not msys.shareGet("fired") do msys.sleep(0.01) end
assert(not timer:stop()) -- that time was past: it fired at once

--- every
local timer = msys.timer.every(0.01, function()
  msys.shareSet("ticks", (msys.shareGet("ticks") or 0) + 1)
end, "tick")
while (msys.shareGet("ticks") or 0) < 2 do msys.sleep(0.01) end
assert(timer:stop())

--- timer:stop
local timer = msys.timer.after(3600, function() end)
assert(timer:stop())
assert(not timer:stop()) -- it was not pending any more

--- timer:start
local timer = msys.timer.after(3600, function() end)
timer:stop()
assert(timer:start()) -- an hour from now
assert(timer:stop())

--- timer:name
local timer = msys.timer.after(3600, function() end, "hourly report")
assert(timer:name() == "hourly report")
timer:stop()
