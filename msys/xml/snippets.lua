-- Snippets of the reference, which the tests run.

--- doc:root
local doc = require("xml").parsexml("<users><user/></users>")
assert(doc:root():name() == "users")

--- doc:tostring
local doc = require("xml").parsexml("<a><b>text</b></a>")
assert(doc:tostring():match("<b>text</b>"))

--- doc:xpath
local doc = require("xml").parsexml("<users><user id='1'>ann</user><user id='2'>bob</user></users>")
local names = {}
for node in doc:xpath("//user[@id > 1]") do
  names[#names + 1] = node:contents()
end
assert(#names == 1 and names[1] == "bob")

--- node:name
local root = require("xml").parsexml("<a>text</a>"):root()
assert(root:name() == "a")
for node in root:children() do
  assert(node:name() == "text")
end

--- node:contents
local root = require("xml").parsexml("<a>one <b>two</b></a>"):root()
assert(root:contents() == "one two")
root:contents("R&D") -- escaped as it must be
assert(tostring(root) == "<a>R&amp;D</a>")

--- node:tostring
local root = require("xml").parsexml("<a><b x='1'/></a>"):root()
assert(root:tostring():match('<b x="1"/>'))

--- node:doc
local doc = require("xml").parsexml("<a/>")
assert(tostring(doc:root():doc()) == tostring(doc))
assert(require("xml").newnode("b"):doc() == nil)

--- node:document
local doc = require("xml").parsexml("<a/>")
assert(tostring(doc:root():document()) == tostring(doc))

--- node:attr
local root = require("xml").parsexml("<a id='7'/>"):root()
assert(root:attr("id") == "7" and root:attr("none") == nil)

--- node:attribute
local root = require("xml").parsexml("<a id='7'/>"):root()
root:attribute("id", "8")
assert(root:attribute("id") == "8")
root:attribute("id", nil) -- removes it
assert(root:attribute("id") == nil)

--- node:attrns
local root = require("xml").newnode("a")
local ns = root:newns("urn:example", "x")
root:attrns(ns, "id", "7")
assert(root:attrns("id", "urn:example") == "7" and root:attrns("id") == nil)

--- node:newns
local root = require("xml").newnode("a")
root:setns(root:newns("urn:example", "x"))
assert(tostring(root) == '<x:a xmlns:x="urn:example"/>')

--- node:setns
local root = require("xml").newnode("a")
root:setns(root:newns("urn:example")) -- the default namespace
assert(tostring(root) == '<a xmlns="urn:example"/>')

--- node:addchild
local root = require("xml").newnode("users")
root:addchild("user"):contents("ann")
root:addchild(require("xml").newnode("none"))
assert(root:tostring():match("<user>ann</user>%s*<none/>"))

--- node:children
local names = {}
for node in require("xml").parsexml("<a><b/><c/></a>"):root():children() do
  names[#names + 1] = node:name()
end
assert(table.concat(names, " ") == "b c")

--- node:copy
local root = require("xml").parsexml("<a><b/></a>"):root()
local copy = root:copy()
copy:attribute("id", "1")
assert(root:attribute("id") == nil and copy:doc() == nil)

--- node:unlink
local root = require("xml").parsexml("<a><b/><c/></a>"):root()
for node in root:children() do
  if node:name() == "b" then node:unlink() end
end
assert(not root:tostring():match("<b/>") and root:tostring():match("<c/>"))

--- node:free
local doc = require("xml").parsexml("<a/>")
local root = doc:root()
root:free()
assert(not pcall(root.name, root) and doc:root():name() == "a")
