-- Snippets of the reference, which the tests run.

--- score
require("msys.cloudmark")
local result = msys.cloudmark.score(msg, ac, vctx)
if result.score > 90 then
  msg:header("X-Spam", "yes")
end
assert(result.score == 92)

--- analyze
require("msys.cloudmark")
local header = "v=2.1 cv=..." -- analysis of an earlier scan, of a front server
local result = msys.cloudmark.analyze(header, msg, vctx)
assert(not result.error and result.score == 0 and not result.is_spam)

--- score_af
require("msys.cloudmark")
msys.cloudmark.add_af_data(msg:rcptto(), { mailbox = "bob" })
assert(msys.cloudmark.score_af(msg, ac, vctx, 90) == 92)

--- add_af_data
require("msys.cloudmark")
msys.cloudmark.add_af_data(msg:rcptto(), { mailbox = "bob", host = "imap.example.com" })
assert(not pcall(msys.cloudmark.add_af_data, msg:rcptto(), "bob")) -- a table of texts

--- set_af_mode_discard
-- in init()
require("msys.cloudmark")
msys.cloudmark.set_af_mode_discard()

--- set_af_mode_keep
-- in init()
require("msys.cloudmark")
msys.cloudmark.set_af_mode_keep()

--- set_af_mode_movemsg
-- in init()
require("msys.cloudmark")
msys.cloudmark.set_af_mode_movemsg("INBOX", "Spam", "yes") -- what was read stays
assert(not pcall(msys.cloudmark.set_af_mode_movemsg, "INBOX", "Spam", "perhaps"))

--- set_af_msi_address
-- in init()
require("msys.cloudmark")
msys.cloudmark.set_af_msi_address("msi@filter.example.com")
assert(not pcall(msys.cloudmark.set_af_msi_address, "<msi@filter.example.com>"))
