package hostile_test

import (
	"strings"
	"testing"
)

func TestDataBombs(t *testing.T) {
	play(t, []attack{
		{name: "nested JSON", script: `local v, e = json.decode(("["):rep(1e6)) print(v, e and #tostring(e) < 200)`, prints: "nil"},
		{name: "nested JSON objects", script: `local v = json.decode(("{\"a\":"):rep(1e5) .. "1" .. ("}"):rep(1e5)) print(v)`, prints: "nil"},
		{name: "table within itself as JSON", script: `local t = {} t.t = t local ok, e = pcall(json.encode, t) print(ok, e)`, prints: ""},
		{name: "deep table as JSON", script: `local t = {} for i = 1, 1e4 do t = {t} end local ok, e = pcall(json.encode, t) print(type(e) == "string" and #e < 2e6)`, prints: "true"},
		{name: "number of a megabyte", script: `print(type(json.decode("[" .. ("9"):rep(1e6) .. "]")))`, prints: ""},
		{name: "expanding entities", script: `
			local d = "<!DOCTYPE a [<!ENTITY b0 'xxxxxxxxxx'>"
			for i = 1, 9 do d = d .. "<!ENTITY b" .. i .. " '" .. ("&b" .. (i - 1) .. ";"):rep(10) .. "'>" end
			local ok, doc, e = pcall(xml.parsexml, d .. "]><a>&b9;</a>")
			print(not ok or not doc or #doc:tostring() < 1e5)`, prints: "true"},
		{name: "entity of a file", script: `
			local ok, doc = pcall(xml.parsexml, "<!DOCTYPE a [<!ENTITY f SYSTEM 'file:///etc/passwd'>]><a>&f;</a>")
			print(not (ok and doc and doc:tostring():find("root:", 1, true)))`, prints: "true"},
		{name: "nested XML", script: `print(pcall(xml.parsexml, ("<a>"):rep(2e5)))`, prints: ""},
		{name: "nested XML, closed", script: `local ok, doc = pcall(xml.parsexml, ("<a>"):rep(5e4) .. ("</a>"):rep(5e4)) if ok and doc then pcall(doc.tostring, doc) end print("on")`, prints: "on"},
		{name: "node within itself", script: `local n = xml.newnode("a") print(pcall(n.addchild, n, n)) local c = n:addchild("b") if c then pcall(c.addchild, c, n) end print(#n:tostring() < 1000)`, prints: "true"},
		{name: "xpath of brackets", script: `local d = xml.parsexml("<a/>") for n in d:xpath(("("):rep(1e4)) do print(n) end for n in d:xpath(("//*["):rep(1e4)) do print(n) end print("on")`, prints: "on"},
		{name: "base64 garbage", script: `msys.base64.decode(("=A\255%"):rep(1e6))`, fails: "invalid base64 data at offset 0"},
		{name: "qp garbage", script: `msys.qp.decode(("=\r\n=4=Z"):rep(5e5))`, fails: "invalid quoted-printable sequence at offset 3"},
		{name: "punycode of a megabyte", script: `print(msys.idn.to_utf8("xn--" .. ("9"):rep(1e6)) == nil) print(msys.idn.to_idn(("\195\164"):rep(5e5)) == nil)`, prints: "true\ntrue"},
		{name: "idn that ends a label", script: `print((tostring(msys.idn.to_idn("a\r\nb.example")):find("[\r\n]")))`, prints: "nil"},
		{name: "log flood", script: `for i = 1, 1e4 do print("flood") end`, check: func(t *testing.T, o *outcome) {
			if n := strings.Count(o.printed, "flood"); n != 100 {
				t.Errorf("%d lines", n)
			}
		}},
		{name: "line in the log that looks like another", script: `msys.log(msys.core.LOG_ERROR, "x\ntime=2026-01-01 level=ERROR msg=forged")`, check: func(t *testing.T, o *outcome) {
			if strings.Contains(o.log, "\ntime=2026-01-01 ") {
				t.Error("the record has two lines")
			}
		}},
		{name: "addresses", script: `print(#msys.parseRFC2822Addresses(("a@b, "):rep(1e4) .. ("("):rep(1e5)) > 0)`, prints: ""},
		{name: "macro within macro", script: `print(#tostring(msys.expandMacro(("%{"):rep(1e5))) < 1e6)`, prints: "true"},
	})
}
