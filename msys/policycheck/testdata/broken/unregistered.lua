require("msys.core")
local mod = {}
function mod:validate_ehlo(str, ac, vctx)
  return msys.core.VALIDATE_CONT
end
return mod
