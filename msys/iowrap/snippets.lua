-- Snippets of the reference, which the tests run.

--- io_wrapper_open_memory
local io = msys.core.io_wrapper_open_memory("one\ntwo\n")
assert(io:read() == "one" and io:read() == "two" and io:read() == nil)

--- io_wrapper_clone
local first = msys.core.io_wrapper_open_memory("abc")
local second = msys.core.io_wrapper_clone(first)
first:close() -- the stream goes on
assert(second:read("*a") == "abc")

--- io_wrapper_delref
local io = msys.core.io_wrapper_open_memory("abc")
msys.core.io_wrapper_delref(io)
assert(not pcall(io.read, io))

--- io_wrapper_write
local io = msys.core.io_wrapper_open("/var/policy/seen.log", msys.core.O_CREAT | msys.core.O_APPEND)
assert(msys.core.io_wrapper_write(io, "one line\n") == 9)
io:close()

--- io_wrapper_printf
local io = msys.core.io_wrapper_open("memory:lines", msys.core.O_CREAT)
assert(msys.core.io_wrapper_printf(io, "%s=%d\n", "score", 5) == 8)
io:close()

--- io_wrapper_read
local io = msys.core.io_wrapper_open_memory("one\ntwo\n")
assert(msys.core.io_wrapper_read(io) == "one") -- a line
assert(msys.core.io_wrapper_read(io, 2) == "tw") -- bytes

--- io_wrapper_lseek
local io = msys.core.io_wrapper_open_memory("abcdef")
assert(msys.core.io_wrapper_lseek(io, 4) == 4 and io:read(1) == "e")

--- io_wrapper_flush
local io = msys.core.io_wrapper_open("memory:lines", msys.core.O_CREAT)
io:write("one line\n")
assert(msys.core.io_wrapper_flush(io))
io:close()

--- io_wrapper_close
local io = msys.core.io_wrapper_open_memory("abc")
assert(msys.core.io_wrapper_close(io))
assert(not pcall(io.read, io))

--- io_wrapper_get_size
assert(msys.core.io_wrapper_get_size(msg:mime().body) == #msg:body())

--- io_wrapper_get_path
local io = msys.core.io_wrapper_open("/var/policy/new.log", msys.core.O_CREAT)
assert(msys.core.io_wrapper_get_path(io) == "/var/policy/new.log")
io:close()

--- io_wrapper_get_scheme
local io = msys.core.io_wrapper_open("/var/policy/new.log", msys.core.O_CREAT)
assert(msys.core.io_wrapper_get_scheme(io) == "file")
io:close()

--- io_wrapper_get_mode
local io = msys.core.io_wrapper_open("/var/policy/new.log", msys.core.O_CREAT, "0600")
assert(msys.core.io_wrapper_get_mode(io) == tonumber("600", 8))
io:close()

--- io_wrapper_get_options
local io = msys.core.io_wrapper_open("/var/policy/new.log", msys.core.O_CREAT | msys.core.O_APPEND)
assert(msys.core.io_wrapper_get_options(io) & msys.core.O_APPEND == msys.core.O_APPEND)
io:close()

--- io_wrapper_supports_lseek
local io = msys.core.io_wrapper_open_memory("abc")
assert(msys.core.io_wrapper_supports_lseek(io) == 1)

--- io_wrapper_mkpath_and_open
local path = "/var/policy/2025/06/seen.log"
local io = msys.core.io_wrapper_mkpath_and_open(path, msys.core.O_CREAT, "0750", "0640")
io:write("ann\n")
io:close()
assert(msys.readfile(path) == "ann\n")
