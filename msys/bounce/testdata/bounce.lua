local bounce = require("msys.bounce")
assert(bounce == msys.bounce)

local function is(want, ...)
  local got = {}
  for i = 1, select("#", ...) do got[i] = tostring((select(i, ...))) end
  got = table.concat(got, " ")
  if got ~= want then error("got " .. got .. ", want " .. want, 2) end
end
local function fails(pattern, f, ...)
  local ok, err = pcall(f, ...)
  if ok or not tostring(err):find(pattern) then
    error("got " .. tostring(ok) .. ", " .. tostring(err) .. ", want " .. pattern, 2)
  end
end

local smtp = bounce.classify_smtp_response
is("22 BC_SOFT_MAILBOX_FULL Mailbox Full", smtp("452 4.2.2 The mailbox is over quota", "x.org"))
is("10 BC_INVALID_RECIPIENT Invalid Recipient", smtp("550 5.1.1 no such user"))
is("70 BC_TRANSIENT Transient Failure", smtp("450 4.1.1 no such user"))
is("51 BC_BLOCK_SPAM_SOURCE Spam Block", smtp("554 5.7.1 host listed at zen.spamhaus.org"))
is("24 BC_SOFT_TIMEOUT Timeout", smtp("554 5.4.7 [internal] exceeded max time"))
is("70 BC_TRANSIENT Transient Failure", smtp("421 4.9.9 zzz"))
is("1 BC_UNDETERMINED Undetermined", smtp("550 zzz"))
is("10 BC_INVALID_RECIPIENT Invalid Recipient", smtp("this domain is no longer used"))
is("1 BC_UNDETERMINED Undetermined", smtp(""))
fails("bad argument #1 to 'classify_smtp_response' %(string expected, got nil%)", smtp)
fails("bad argument #2 to 'classify_smtp_response' %(string expected, got table%)", smtp, "x", {})

-- rules of the operator's own: ",99,bad|word" and "x.org,10,zzz"
is("99 BC_CUSTOM_99 profanity", smtp("a BAD big word", "any.example"))
is("10 BC_INVALID_RECIPIENT Invalid Recipient", smtp("550 zzz", "X.ORG"))
is("1 BC_UNDETERMINED Undetermined", smtp("550 zzz", "y.org"))

-- mails
is("10 BC_INVALID_RECIPIENT Invalid Recipient r@d", bounce.classify(dsn))
is("60 BC_AUTO_REPLY Auto-Reply ", bounce.classify(vacation))
fails("bad argument #1 to 'classify' %(msys.core:_ec_message expected, got string%)", bounce.classify, "x")
local code, symbol, description, rcpt = bounce.classify(msys.core.ec_message_new())
is("1 BC_UNDETERMINED Undetermined ", code, symbol, description, rcpt)
