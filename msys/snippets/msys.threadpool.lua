-- Snippets of the reference, which the tests run.

--- count
require("msys.threadpool")
assert(msys.threadpool.count() >= 2) -- CPU, IO and those of the host

--- find
require("msys.threadpool")
local id = msys.threadpool.find("CPU")
assert(msys.threadpool.find(id) == "CPU")
assert(msys.threadpool.find("no such") == nil)

--- stat
require("msys.threadpool")
msys.runInPool("CPU", function() end)
local stat = msys.threadpool.stat("CPU")
assert(stat.name == "CPU" and stat.invocations == 1 and stat.job_num_running == 0)
