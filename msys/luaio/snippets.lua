-- Snippets of the reference, which the tests run.

--- io:write
local io = msys.core.io_wrapper_open("/var/policy/seen.log", msys.core.O_CREAT | msys.core.O_APPEND)
assert(io:write("ann@example.org\n") == 16)
assert(io:write("abcdef", 3) == 3) -- three of the bytes
io:close()

--- io:printf
local io = msys.core.io_wrapper_open("/var/policy/seen.log", msys.core.O_CREAT | msys.core.O_APPEND)
assert(io:printf("%s %d\n", "ann", 5) == 6)
io:close()

--- io:read
local io = msys.core.io_wrapper_open_memory("one\ntwo\n3 4")
assert(io:read() == "one" and io:read("*L") == "two\n")
assert(io:read("*n") == 3 and io:read("*a") == " 4")
assert(io:read() == nil) -- the end

--- io:lines
local names = {}
for line in msys.core.io_wrapper_open_memory("ann\nbob\n"):lines() do
  names[#names + 1] = line
end
assert(#names == 2 and names[2] == "bob")

--- io:seek
local io = msys.core.io_wrapper_open_memory("abcdef")
assert(io:seek("set", 2) == 2 and io:read(1) == "c")
assert(io:seek() == 3 and io:seek("end") == 6)

--- io:lseek
local io = msys.core.io_wrapper_open_memory("abcdef")
assert(io:lseek(2) == 2 and io:read(1) == "c")
assert(io:lseek(-1, 2) == 5 and io:read(1) == "f") -- from the end

--- io:flush
local io = msys.core.io_wrapper_open("memory:lines", msys.core.O_CREAT)
io:write("one line\n")
assert(io:flush())
io:close()

--- io:close
local io = msys.core.io_wrapper_open_memory("abc")
assert(io:close() and io:close()) -- twice is fine
assert(not pcall(io.read, io))

--- io:get_size
local part = msg:mime()
assert(part.body:get_size() == #msg:body())

--- io:get_path
local io = msys.core.io_wrapper_open("/var/policy/new.log", msys.core.O_CREAT)
assert(io:get_path() == "/var/policy/new.log")
io:close()

--- io:get_scheme
assert(msys.core.io_wrapper_open_memory("abc"):get_scheme() == "memory")

--- io:get_mode
local io = msys.core.io_wrapper_open("/var/policy/new.log", msys.core.O_CREAT, "0600")
assert(io:get_mode() == tonumber("600", 8))
io:close()

--- io:get_options
local options = msys.core.O_CREAT | msys.core.O_APPEND
local io = msys.core.io_wrapper_open("/var/policy/new.log", options)
assert(io:get_options() & msys.core.O_APPEND == msys.core.O_APPEND)
io:close()

--- io:supports_lseek
assert(msys.core.io_wrapper_open_memory("abc"):supports_lseek() == 1)
