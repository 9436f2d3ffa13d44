local xml = require("xml")
assert(xml == _G.xml)

local function is(got, want)
  if tostring(got) ~= want then
    error("got " .. tostring(got) .. ", want " .. want, 2)
  end
end
local function fails(pattern, f, ...)
  local ok, err = pcall(f, ...)
  if ok or not tostring(err):find(pattern) then
    error("got " .. tostring(ok) .. ", " .. tostring(err) .. ", want " .. pattern, 2)
  end
end

-- documents
local d = xml.parsexml("<a> <b/> </a>")
local r = d:root()
local c = r:addchild("c")
c:contents("x<y")
is(r, "<a>\n  <b/>\n  <c>x&lt;y</c>\n</a>")
is(d, '<?xml version="1.0" encoding="utf-8"?>\n<a>\n  <b/>\n  <c>x&lt;y</c>\n</a>\n')
assert(d:tostring() == tostring(d) and r:tostring() == tostring(r))
is(c:tostring(), "<c>x&lt;y</c>")
fails("no arguments", d.tostring, d, 1)
local n = 0
for _ in xml.parsexml("<a> <b/> </a>", 1):root():children() do n = n + 1 end
assert(n == 3)
for _ in xml.parsexml("<a> <b/> </a>", 0):root():children() do n = n + 1 end
assert(n == 4)
local doc, err = xml.parsexml("<a>")
assert(doc == nil and err:find("line 1"))
fails("number expected", xml.parsexml, "<a/>", "yes please")
fails("string expected", xml.parsexml)
is(xml.parsexml('<!DOCTYPE a [<!ENTITY e SYSTEM "/etc/passwd"><!ENTITY i "in">]><a>&e;&i;</a>'):root():contents(), "in")

-- xpath
local list = xml.parsexml('<a><i n="1"/><i n="2">two</i><x:i xmlns:x="u"/></a>')
for e in list:xpath("//i[@n='2']/@n") do is(e:contents(), "2") is(e:name(), "n") end
local function count(iterator)
  local found = 0
  for _ in iterator do found = found + 1 end
  return found
end
assert(count(list:xpath("//i")) == 2 and count(list:xpath("//*[local-name()='i']")) == 3)
assert(count(list:xpath("i", list:root())) == 2 and count(list:xpath("i")) == 0)
assert(count(list:xpath("//i[")) == 0 and count(list:xpath("count(//i)")) == 0 and count(list:xpath("'x'")) == 0)
fails("string expected", list.xpath, list, {})
local first = list:xpath("//i")()
assert(first == list:xpath("//i[1]")() and first ~= list:root())

-- names and contents
local mixed = xml.parsexml("<p:r xmlns:p='u'>t<!--c--><?pi d?><![CDATA[x]]><e/></p:r>"):root()
local names = {}
for child in mixed:children() do names[#names + 1] = tostring(child:name()) .. "=" .. child:contents() end
is(table.concat(names, " "), "text=t comment=c pi=d nil=x e=")
is(mixed:name(), "r")
is(mixed:contents(), "tx")
fails("must be called with no arguments", mixed.name, mixed, "new")
mixed:contents("")
is(mixed, '<p:r xmlns:p="u"/>')
mixed:contents(42)
is(mixed:contents(), "42")

-- attributes
local e = xml.newnode("e")
assert(select("#", e:attr("k", "v")) == 0)
e:attribute("n", 1)
assert(e:attr("k") == "v" and e:attribute("n") == "1" and e:attr("none") == nil)
is(e, '<e k="v" n="1"/>')
e:attr("k", nil)
assert(e:attr("k") == nil)
fails("invalid name", e.attr, e, "a b", "x")
fails("string expected", e.attr, e)

-- namespaces
local root = xml.parsexml("<a/>"):root()
local ns = root:newns("urn:x", "x")
root:setns(ns)
root:attrns(ns, "k", "1")
root:attr("k", "2")
is(root, '<x:a xmlns:x="urn:x" x:k="1" k="2"/>')
assert(root:attrns("k", "urn:x") == "1" and root:attrns("k") == "2" and root:attrns(ns, "k") == "1" and root:attr("x:k") == "1")
root:attrns(ns, "k", nil)
assert(root:attrns("k", "urn:x") == nil)
is(root:addchild("b"), '<x:b xmlns:x="urn:x"/>')
is(xml.newnode("n", ns), '<x:n xmlns:x="urn:x"/>')
fails("libxml:xmlNs%* expected", xml.newnode, "n", "urn:x")

-- moving, copying, unlinking
local one, two = xml.parsexml("<a><b><c/></b></a>"), xml.parsexml("<z/>")
local b = one:root():children()()
assert(two:root():addchild(b) == b)
is(one:root(), "<a/>")
is(two:root(), "<z>\n  <b>\n    <c/>\n  </b>\n</z>")
assert(b:doc() == two and b:document() == two)
fails("cannot be placed", b.addchild, b, two:root())
fails("cannot be placed", b.addchild, b, b)
fails("invalid name", b.addchild, b, "no name")
local copy = b:copy()
assert(copy:doc() == nil and copy ~= b)
is(copy, "<b>\n  <c/>\n</b>")
assert(b:unlink() == b and b:doc() == nil)
is(two:root(), "<z/>")
local family = xml.parsexml("<a><b/><c/>t<d/></a>"):root()
local gone = 0
for child in family:children() do child:unlink() gone = gone + 1 end
assert(gone == 4)
is(family, "<a/>")
assert(one:root():unlink():doc() == nil and one:root() == nil)
is(one, '<?xml version="1.0" encoding="utf-8"?>\n')

-- free
local x = two:root()
x:free()
fails("bad self", x.name, x)
fails("bad self", function() x:addchild("y") end)
fails("bad self", x.free, x)
fails("bad self", two.xpath, two, ".", x)
is(two:root(), "<z/>")
