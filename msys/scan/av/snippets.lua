-- Snippets of the reference, which the tests run.

--- engines
require("msys.av")
assert(msys.av.engines()[1] == "clamav")

--- scan
require("msys.av")
local status, virus, engine = msys.av.scan("clamav", msg, vctx)
if status == msys.av.EC_AV_INFECTED then
  vctx:set_code(554, "5.7.1 virus: " .. virus)
end
assert(status == msys.av.EC_AV_CLEAN and virus == "" and engine == nil)
assert(msys.av.scan("no such") == msys.av.EC_AV_NO_ENGINE)

--- scan_part
require("msys.av")
local status, virus, engine = msys.av.scan_part(msg:makePart("text/plain", "EICAR"))
assert(status == msys.av.EC_AV_INFECTED and virus == "Eicar-Test" and engine == "clamav")
assert(msys.av.scan_part(msg:mime()) == msys.av.EC_AV_CLEAN)
