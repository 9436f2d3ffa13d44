local mod = {}

local function fails(pattern, f, ...)
  local ok, err = pcall(f, ...)
  assert(not ok and string.find(err, pattern, 1, true), "expected an error with '" .. pattern .. "', got " .. tostring(err))
end

local function is(want, name, ...)
  local r, err = msys.dnsLookup(name, ...)
  assert(err == nil and table.concat(r, ",") == want, name .. ": " .. tostring(r and table.concat(r, ",")) .. " " .. tostring(err))
end

local function isnt(want, name, ...)
  local r, err = msys.dnsLookup(name, ...)
  assert(r == nil and err == want, tostring(name) .. ": " .. tostring(err))
end

function mod:validate_connect(ac, vctx)
  is("A.Example,b.example,c.example", "d.test", "mx")
  local r = msys.dnsLookup("d.test", "MX", { priority = true })
  assert(#r == 3 and r[1][1] == 10 and r[1][2] == "A.Example" and r[2][1] == 20 and r[2][2] == "b.example")
  is("A.Example,b.example,c.example", "d.test", "MX", { priority = false })
  is("v=DMARC1; p=none", "_dmarc.d.test", "txt")
  isnt("NXDOMAIN", "nx.test")
  r, err = msys.dnsLookup("a.test", "MX")
  assert(#r == 0 and err == nil)
  is("192.0.2.1,192.0.2.7", "a.test")
  is("192.0.2.1,192.0.2.7", "A.TEST.", nil, nil)
  is("192.0.2.1,192.0.2.7", "a.test", "a", { priority = true })
  is("2001:db8::1,::ffff:192.0.2.9", "a.test", "aaaa")
  is("ns.test", "d.test", "Ns")
  is("host.test", "192.0.2.7", "PTR")
  is("host.test", "7.2.0.192.in-addr.arpa", "ptr")
  is("six.test", "2001:db8::1", "PTR")
  is("192.0.2.8", "bücher.test")
  is("10 5 5060 sip.test.", "_sip._tcp.test", "SRV")
  is("", "in-addr.arpa", "TXT")
  isnt("SERVFAIL", "loop.test")
  isnt("FORMERR", "")
  isnt("FORMERR", "a..test")
  isnt("FORMERR", string.rep("x", 64) .. ".test")
  isnt("NXDOMAIN", 42)
  is("192.0.2.1,192.0.2.7", "a.test", "A", { server = "192.0.2.53" })
  is("192.0.2.1,192.0.2.7", "a.test", "A", { server = "[2001:db8::53]:5353" })
  isnt("SERVFAIL", "a.test", "A", { server = "192.0.2.53:domain" })

  -- An answer is the script's to change.
  r = msys.dnsLookup("d.test", "mx")
  table.sort(r, function(a, b) return a > b end)
  is("A.Example,b.example,c.example", "d.test", "mx")

  -- Whatever stands for a string will do.
  local s = msys.core.string_new()
  msys.core.stringwrite(s, "a.test")
  is("192.0.2.1,192.0.2.7", s)

  fails("unsupported DNS record type 'BOGUS'", msys.dnsLookup, "d.test", "BOGUS")
  fails("unsupported DNS record type 'CNAME'", msys.dnsLookup, "d.test", "CNAME")
  fails("unsupported DNS record type 'ANY'", msys.dnsLookup, "d.test", "ANY")
  fails("bad argument #1 to 'dnsLookup' (string expected, got nil)", msys.dnsLookup, nil)
  fails("bad argument #1 to 'dnsLookup' (string expected, got table)", msys.dnsLookup, {})
  fails("bad argument #2 to 'dnsLookup' (string expected, got boolean)", msys.dnsLookup, "d.test", true)
  fails("bad argument #3 to 'dnsLookup' (table expected, got string)", msys.dnsLookup, "d.test", "A", "x")
  print("done")
end

msys.registerModule("lookup", mod)
