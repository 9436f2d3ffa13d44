package lualib_test

import "testing"

func TestThread(t *testing.T) {
	testScripts(t, nil, []script{
		{"mutex", `
			local m = thread.mutex()
			print(type(m), m:lock(), m:trylock(), m:unlock(), m:trylock(), m:unlock())
			print(pcall(m.unlock, m)) print(pcall(thread.mutex, 77))`,
			"userdata\ttrue\t16\ttrue\ttrue\ttrue\nfalse\tfailed to unlock mutex: 1 Operation not permitted\n" +
				"false\tbad argument #1 to 'thread.mutex' (specify one of thread.MUTEX_NORMAL, thread.MUTEX_RECURSIVE or thread.MUTEX_ERRORCHECK)"},
		{"kinds of mutexes", `
			local m = thread.mutex(thread.MUTEX_RECURSIVE) print(m:lock(), m:lock(), m:unlock(), m:unlock())
			m = thread.mutex(thread.MUTEX_ERRORCHECK) m:lock() print(pcall(m.lock, m))`,
			"true\ttrue\ttrue\ttrue\nfalse\tfailed to lock mutex: 35 Resource deadlock avoided"},
		{"threads", `
			local t = thread.create(function(self) print(type(self), _TLS.n) _TLS.n = "own" print(_TLS.n) end)
			_TLS.n = "main" print(t:join(), _TLS.n)
			print(thread.create(function(v) print("detached", v) end, 5, false))`,
			"userdata\tnil\nown\ntrue\tmain\ndetached\t5\nnil"},
		{"threads wait for each other", `
			local m, order = thread.mutex(), {}
			m:lock()
			local a = thread.create(function() order[#order + 1] = "a waits" m:lock() order[#order + 1] = "a has it" m:unlock() end)
			order[#order + 1] = "main has it"
			m:unlock() a:join()
			print(table.concat(order, ", "))`, "a waits, main has it, a has it"},
		{"producer and consumers", `
			local c, q, got = thread.condition(), {}, 0
			local threads = {}
			for i = 1, 3 do threads[i] = thread.create(function()
				while true do
					c:acquire()
					while #q == 0 do c:wait() end
					local item = table.remove(q, 1)
					c:release()
					if item == "end" then return end
					got = got + 1
				end
			end) end
			for i = 1, 100 do c:acquire() q[#q + 1] = i c:signal() c:release() end
			for i = 1, 3 do c:acquire() q[#q + 1] = "end" c:broadcast() c:release() end
			for i = 1, 3 do threads[i]:join() end
			print(got)`, "100"},
		{"condition with a time limit", `local c = thread.condition() c:acquire() print(c:wait(0.001), c:release()) print(pcall(c.wait, c))`,
			"false\ttrue\nfalse\tcond:wait failed: 1 Operation not permitted"},
		{"rwlock", `
			local r = thread.rwlock()
			print(r:rdlock(), r:tryrdlock(), r:trywrlock(), r:unlock(), r:unlock(), r:unlock())
			print(r:wrlock(), r:tryrdlock(), r:trywrlock(), r:unlock(), r:trywrlock())`,
			"true\ttrue\t16\ttrue\ttrue\ttrue\ntrue\t16\t16\ttrue\ttrue"},
		{"sleep lets others run", `
			local n = 0
			local t = thread.create(function() for i = 1, 3 do thread.sleep(0) n = n + 1 end end)
			print(thread.sleep(0.002)) t:join() print(n)`, "0\n3"},
		{"deadlock", `
			local m = thread.mutex() local t = thread.create(function() m:lock() thread.condition():acquire() thread.mutex():lock() end)
			print(pcall(m.lock, m))`, "false\tdeadlock: no thread can go on"},
		{"errors of threads are printed", `thread.create(function() error("lost") end):join() print("on")`, "thread failed: t.lua:1: lost\non"},
		{"a thread that waits inside a coroutine", `
			local m = thread.mutex() m:lock()
			local t = thread.create(function()
				local co = coroutine.wrap(function() thread.sleep(0.001) return "slept" end) print(co())
			end)
			m:unlock() print(t:join())`, "slept\ntrue"},
		{"wrong arguments", `print(pcall(thread.create, 1)) print(pcall(thread.mutex().lock, 5)) print(pcall(thread.sleep, "x"))`,
			"false\tbad argument #1 to 'thread.create' (function expected, got number)\nfalse\tbad argument #1 to 'lock' (thread.mutex expected, got number)\n" +
				"false\tbad argument #1 to 'thread.sleep' (number expected, got string)"},
	})
}
