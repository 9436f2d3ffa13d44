-- Snippets of the reference, which the tests run.

--- save
require("msys.mstore")
assert(msys.mstore.save(msg, "MADR-12345", "7"))
assert(msys.mstore.load("MADR-12345", "7"):rcptto() == "bob@example.com")

--- load
require("msys.mstore")
msys.mstore.save(msg, "MADR-12345", "7")
assert(msys.mstore.load("MADR-12345", "7"):header("Subject")[1] == "hello")
assert(msys.mstore.load("MADR-12345", "8") == nil)

--- inject
require("msys.mstore")
msys.mstore.save(msg, "MADR-12345", "7")
local parked = msys.mstore.load("MADR-12345", "7")
parked:rcptto("other@example.com") -- the telephone did not take it
assert(msys.mstore.inject(parked))

--- delete
require("msys.mstore")
msys.mstore.save(msg, "MADR-12345", "7")
assert(msys.mstore.delete("MADR-12345", "7"))
assert(msys.mstore.load("MADR-12345", "7") == nil)
