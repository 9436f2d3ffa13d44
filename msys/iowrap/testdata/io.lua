-- DIR is a directory of its own.
local core = msys.core
local O = core
local function eq(got, want, what)
  if got ~= want then error((what or "") .. ": got " .. tostring(got) .. ", want " .. tostring(want), 2) end
end
local function open(...)
  local h, err, errno = core.io_wrapper_open(...)
  if not h then error(err .. " " .. errno, 2) end
  return h
end

-- constants
eq(O.O_RDONLY, 0) eq(O.O_WRONLY, 1) eq(O.O_RDWR, 2) eq(O.O_RDRW, 2) eq(O.O_CREAT, 64) eq(O.O_EXCL, 128)
eq(O.O_TRUNC, 512) eq(O.O_APPEND, 1024) eq(O.O_BINARY, 0)

-- O_CREAT | O_APPEND alone writes; the length cuts the data
local p = DIR .. "/log"
local h = open(p, O.O_CREAT | O.O_APPEND, 0640)
eq(h:write("abcdef", 3), 3)
eq(h:write("de", 99), 2)
eq(h:write("f"), 1)
eq(h:write("gh", -1), 0)
eq(h:write("1", "2", 3), 3)
eq(h:write("x", nil), 1)
eq(h:printf("%d-%s", 7, "y"), 3)
eq(core.io_wrapper_write(h, "zz", 1), 1)
eq(select(3, h:read()), 9)
eq(msys.readfile(p), "abcdef123x7-yz")
eq(h:get_path(), p) eq(h:get_scheme(), "file") eq(h:get_options(), 1088) eq(h:supports_lseek(), 1)
eq(h:get_mode(), 416) -- 0640
eq(#h, 14) eq(h:get_size(), 14)
eq(msys.type(h), "msys.core:_io_object")
eq(h:flush(), true) eq(h:close(), true) eq(h:close(), true)
for _, m in ipairs{"write", "read", "seek", "flush", "get_path", "lines"} do
  local ok, err = pcall(h[m], h, "x")
  assert(not ok and err:find("attempt to use a closed io_object", 1, true), err)
end
assert(not pcall(core.io_wrapper_read, h))
assert(not pcall(core.io_wrapper_clone, h))

-- modes: octal numerals are read as such, or as their digits
for mode, want in pairs{["0600"] = 384, ["640"] = 416, [0600] = 384, [384] = 384, [666] = 438, [416] = 416, [888] = 888 & 511} do
  local n = DIR .. "/mode"
  eq(open(n, O.O_CREAT, mode):get_mode(), want, tostring(mode))
end
assert(not pcall(core.io_wrapper_open, p, 0, "rw"))

-- reading
local f = io and DIR .. "/text"
h = open(f, O.O_CREAT | O.O_RDWR)
h:write("first\n\nthird\r\n  -12.5e1 0x1F rest\nlast")
eq(h:seek("set"), 0)
eq(h:read(), "first") eq(h:read("*l"), "") eq(h:read("*L"), "third\r\n")
local a, b, c = h:read("*n", "*n", 3)
eq(a, -125) eq(b, 31) eq(c, " re")
eq(h:seek(), 31)
eq(h:read(0), "") eq(h:read("*a"), "st\nlast") eq(h:read("*a"), "") eq(h:read(), nil) eq(h:read(0), nil) eq(h:read(1), nil)
eq(select("#", h:read("*l", "*l")), 1)
eq(h:lseek(-4, 2), 34) eq(h:read(100), "last") eq(h:lseek(2, 0), 2) eq(h:lseek(1, 1), 3) eq(h:read(2), "st")
eq(core.io_wrapper_lseek(h, 0, 0), 0)
eq(core.io_wrapper_read(h, 5), "first")
eq(h:write("X"), 1) -- what was read ahead does not count
eq(h:seek("set", 0), 0)
eq(h:read("*a"):sub(1, 8), "firstX\nt")
h:seek("set", 0)
eq(h:read("*n"), nil) -- no number there
local lines = {}
h:seek("set", 0)
for line in h:lines() do lines[#lines + 1] = line end
eq(#lines, 4) eq(lines[2], "third\r") eq(lines[4], "last")
assert(not pcall(h.read, h, "*x")) assert(not pcall(h.seek, h, "no")) assert(not pcall(h.lseek, h, 0, 3))
eq(select(3, h:seek("set", -1)), 22)

-- clones share the position
local d = core.io_wrapper_clone(h)
h:seek("set", 0)
eq(h:read(2), "fi") eq(d:read(2), "rs")
eq(h:close(), true) eq(d:read(1), "t")
core.io_wrapper_delref(d)
assert(not pcall(d.read, d))

-- failures
local function fails(text, number, ...)
  local h, err, errno = core.io_wrapper_open(...)
  eq(h, nil) eq(err, text) eq(errno, number)
end
fails("/no/such: No such file or directory", 2, "/no/such")
fails(f .. ": File exists", 17, f, O.O_CREAT | O.O_EXCL)
fails("unknown I/O scheme 'gopher'", 22, "gopher://x")
fails("pipe:///bin/true: Permission denied", 13, "pipe:///bin/true")
fails("jlog:///x: Permission denied", 13, "jlog:///x", O.O_RDONLY)
local none, err = msys.readfile("/no/such")
eq(none, nil) eq(err, "/no/such: No such file or directory")
eq(select(2, msys.readfile(DIR)), DIR .. ": Is a directory")
eq(select(2, msys.readfile("gopher://x")), "gopher://x: unknown I/O scheme 'gopher'")
for _, bad in ipairs{{}, true, function() end} do
  assert(not pcall(msys.readfile, bad)) assert(not pcall(core.io_wrapper_open, bad)) assert(not pcall(core.io_wrapper_read, bad))
end
assert(not pcall(msys.readfile)) assert(not pcall(core.io_wrapper_read)) assert(not pcall(core.io_wrapper_read, "x"))

-- directories are made on demand
local deep = DIR .. "/a/b/c"
fails(deep .. ": No such file or directory", 2, deep, O.O_CREAT)
h = core.io_wrapper_mkpath_and_open(deep, O.O_CREAT | O.O_WRONLY, 0700, "0600")
eq(h:write("deep"), 4)
eq(msys.readfile("file://" .. deep), "deep")
eq(select(3, core.io_wrapper_mkpath_and_open(DIR .. "/q/r", O.O_RDONLY)), 2)

-- memory
h = open("memory:scratch", O.O_CREAT | O.O_RDWR)
eq(h:write("in memory"), 9) eq(h:seek("set", 3), 3) eq(h:read("*a"), "memory") eq(h:get_scheme(), "memory")
eq(msys.readfile("memory:scratch"), "in memory")
h = core.io_wrapper_open_memory("a\nb\0c")
eq(h:read(), "a") eq(h:read(), "b\0c") eq(#h, 5) eq(select(3, h:write("x")), 9)

-- journals
h = open("jlog://" .. DIR .. "/j=>m", O.O_CREAT | O.O_APPEND | O.O_WRONLY, 0660)
eq(h:write("record one", 10), 10) eq(h:write("record two\n"), 11)
eq(h:supports_lseek(), 0)
local at, text, errno = h:seek("set", 0)
eq(at, nil) eq(text, "Illegal seek") eq(errno, 29)
eq(select(3, h:read()), 9)

-- strings that are objects
local s = core.string_new()
s:set("from a string object")
h = open(DIR .. "/s", O.O_CREAT | O.O_TRUNC)
eq(h:write(s), 20)
s:set(DIR .. "/s")
eq(msys.readfile(s), "from a string object")

-- files of the io library, and bodies of messages
local plain = io.open(p, "r")
eq(core.io_wrapper_read(plain, 3), "abc") eq(core.io_wrapper_close(plain), true)
local m = core.ec_message_new()
local w = core.ec_message_builder(m)
core.io_wrapper_write(w, "Subject: x\r\n\r\nbody of it\r\n.\r\n")
core.io_wrapper_close(w)
local body = m:mime().body
eq(msys.type(body), "msys.core:_io_object")
eq(core.io_wrapper_read(body, 4), "body")

-- a message takes its body from a file
h = open(DIR .. "/s")
s = core.string_new()
s.type, s.backing = core.STRING_TYPE_IO_OBJECT, open(DIR .. "/backed", O.O_CREAT | O.O_RDWR)
s:write("through a string")
eq(msys.readfile(DIR .. "/backed"), "through a string")
