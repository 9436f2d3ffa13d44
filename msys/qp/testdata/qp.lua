local qp = require("msys.qp")
assert(qp == msys.qp)

-- encoding
assert(qp.encode("é= ") == "=C3=A9=3D=20")
assert(qp.encode("é", "iso-8859-1") == "=E9")
assert(qp.encode("a\nb\rc") == "a\r\nb=0Dc")
assert(qp.encode(("a"):rep(75) .. "." .. ("b"):rep(5), nil, true) == ("a"):rep(75) .. "=\r\n..bbbbb")
assert(qp.encode(("a"):rep(75) .. "." .. ("b"):rep(5)) == ("a"):rep(75) .. "=\r\n.bbbbb")
assert(qp.encode(3.5) == "3.5")
assert(qp.encode(file) == "from a=3Dfile") -- an open file, read to its end
assert(qp.encode(file) == "")

-- decoding
assert(qp.decode("a=\r\nb=3d") == "ab=")
assert(qp.decode("=E9", "iso-8859-1") == "é")
assert(qp.decode("=E9") == "\233")
assert(qp.decode("x \t\r\ny") == "x\r\ny")

-- errors
local function fails(pattern, f, ...)
  local ok, err = pcall(f, ...)
  assert(not ok and tostring(err):find(pattern), tostring(err))
end
fails("invalid quoted%-printable sequence at offset 0", qp.decode, "=G1")
fails("bad argument #1 to 'encode' %(string expected, got table%)", qp.encode, {})
fails("bad argument #1 to 'encode' %(string expected, got nil%)", qp.encode)
fails("bad argument #2 to 'encode' %(unknown charset 'x%-none'%)", qp.encode, "x", "x-none")
fails("disk on fire", qp.encode, broken)
fails("converting text", qp.encode, "日本", "iso-8859-1")
