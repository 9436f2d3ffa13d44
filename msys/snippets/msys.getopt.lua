-- Snippets of the reference, which the tests run.

--- get_opts
-- in control(cc)
require("msys.getopt")
local opts, first = msys.getopt.get_opts(cc.argv, "vo:", { verbose = "v", out = "o" })
assert(opts.v and cc.argv[first] == "reload") -- the command was: snippet -v reload
local none, err = msys.getopt.get_opts({ "-x" }, "v")
assert(none == nil and type(err) == "string")
