local b64 = require("msys.base64")
assert(b64 == msys.base64)

-- encoding
assert(b64.encode("hi") == "aGk=")
assert(b64.encode("") == "")
assert(b64.encode("\0\255") == "AP8=")
assert(b64.encode(42) == "NDI=")
assert(b64.encode(("x"):rep(57) .. "y", true) == ("eHh4"):rep(19) .. "\r\neQ==")
assert(b64.encode(("x"):rep(57), "yes") == ("eHh4"):rep(19))
assert(b64.encode(("x"):rep(60), false) == ("eHh4"):rep(20))
assert(b64.encode("é", nil, "ISO-8859-1") == "6Q==")
assert(b64.encode("é", nil, "utf8") == "w6k=")
assert(b64.encode("x", nil, "us-ascii") == "eA==")

-- decoding
assert(b64.decode("aGk") == "hi")
assert(b64.decode(" aG\r\nk= ") == "hi")
assert(b64.decode("") == "")
assert(b64.decode("6Q==", "latin1") == "é")
assert(b64.decode("6Q==") == "\233")

-- errors
local function fails(pattern, f, ...)
  local ok, err = pcall(f, ...)
  assert(not ok and tostring(err):find(pattern), tostring(err))
end
fails("invalid base64 data at offset 1", b64.decode, "a*b")
fails("invalid base64 data at offset 4", b64.decode, "aGk=aGk=")
fails("bad argument #1 to 'decode' %(string expected, got nil%)", b64.decode)
fails("bad argument #1 to 'encode' %(string expected, got table%)", b64.encode, {})
fails("bad argument #3 to 'encode' %(unknown charset 'x%-none'%)", b64.encode, "x", nil, "x-none")
fails("bad argument #2 to 'decode' %(unknown charset 'x%-none'%)", b64.decode, "aGk", "x-none")
fails("converting text", b64.encode, "日本", nil, "iso-8859-1")
