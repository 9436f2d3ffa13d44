-- Snippets of the reference, which the tests run.

--- shareSet
assert(msys.shareSet("last sender", msg:mailfrom()))
assert(msys.shareGet("last sender") == "ann@example.org")

--- shareGet
msys.shareSet("limit", 20)
assert(msys.shareGet("limit") == 20)
assert(msys.shareGet("none") == nil)

--- shareUnset
msys.shareSet("limit", 20)
msys.shareUnset("limit")
assert(msys.shareGet("limit") == nil)

--- registerModule
local mod = {}
function mod:validate_rcptto(msg, str, ac, vctx)
  return msys.core.VALIDATE_CONT
end
msys.registerModule("my policy", mod)
local ok, err = pcall(msys.registerModule, "empty", {}) -- no callout in it
assert(not ok and err:match("no usable methods"))

--- registerAuth
-- in init()
local scheme = {}
function scheme:authenticate(path, params, user, password)
  return user == "ann" and password == "secret" and msys.core.EC_AUTH_OK or msys.core.EC_AUTH_FAIL
end
msys.registerAuth("local", scheme)
assert(not pcall(msys.registerAuth, "local", scheme)) -- the name is taken

--- registerControl
-- in init()
msys.registerControl("show policy", function(cc)
  print("all is well, " .. cc.auth_info.user)
end)
assert(not pcall(msys.registerControl, "show policy", nil))

--- config
msys.config("set", "policy_mode", "strict")
assert(msys.config("get", "policy_mode") == "strict")
msys.config("set", "domain", "example.org", "max_size", 100000) -- in a scope
assert(msys.config("eval", "domain", "example.org", "max_size") == 100000)
local value, why = msys.config("get", "no_such_option")
assert(value == nil and type(why) == "string")

--- expandMacro
vctx:set(msys.core.VCTX_MESS, "class", "bulk")
assert(msys.expandMacro("a %%{literal} stays") == "a %{literal} stays")
assert(msys.expandMacro("%{no_such_macro}") == "%{no_such_macro}")

--- sleep
local tries = 0
while not msys.shareGet("ready") and tries < 3 do
  msys.sleep(0.01) -- other sessions go on meanwhile
  tries = tries + 1
end
assert(tries == 3)

--- asyncOk
-- in init()
assert(not msys.asyncOk()) -- init() must not wait

--- lock
msys.lock("counter file")
local n = (msys.shareGet("n") or 0) + 1
msys.shareSet("n", n)
msys.unlock("counter file")
assert(msys.shareGet("n") == 1)

--- unlock
msys.lock("counter file")
msys.unlock("counter file")
assert(not pcall(msys.unlock, "counter file")) -- it is not ours any more

--- runInPool
local ok, sum = msys.runInPool("CPU", function() return 1 + 1 end)
assert(ok and sum == 2)
local ok, err = msys.runInPool("CPU", function() error("oops", 0) end)
assert(not ok and err == "oops")

--- runInInst
local loop = msys.core.scheduler_for_domain("example.org")
local ok, name = msys.runInInst(loop, function() return "ran there" end)
assert(ok and name == "ran there")

--- type
assert(msys.type(msg) == "msys.core:_ec_message")
assert(msys.type(ac.remote_addr) == "msys.core:_ec_sockaddr")
assert(msys.type("text") == "string")

--- cast
assert(msys.cast(msg, "msys.core:_ec_message") == msg)
assert(not pcall(msys.cast, msg, "msys.core:_validate_context"))

--- getClassMetaTable
local message = msys.getClassMetaTable("msys.core:_ec_message")
function message:is_bounce() return self:mailfrom() == "" end
assert(msg:is_bounce() == false) -- a method of all messages now
assert(msys.getClassMetaTable("no class") == nil)

--- log
msys.log(msys.core.LOG_NOTICE, "mail from " .. msg:mailfrom())
