-- Snippets of the reference, which the tests run.

--- c:setopt
local curl = require("curl")
local c = curl.new()
assert(c:setopt(curl.OPT_HTTPHEADER, "X-Key: secret", "Accept: text/plain"))
local ok, err, code = c:setopt(curl.OPT_HTTPHEADER, "X-Key: two\r\nlines")
assert(not ok and code == curl.BAD_FUNCTION_ARGUMENT)

--- c:perform
local curl = require("curl")
local c, body = curl.new(), {}
c:setopt(curl.OPT_URL, "http://api.example.org/hello")
c:setopt(curl.OPT_WRITEFUNCTION, function(_, data)
  body[#body + 1] = data
  return #data
end)
assert(c:perform() and table.concat(body) == "hello")

--- c:getinfo
local curl = require("curl")
local c = curl.new()
c:setopt(curl.OPT_URL, "http://api.example.org/none")
c:setopt(curl.OPT_NOBODY, true)
assert(c:perform() and c:getinfo(curl.INFO_RESPONSE_CODE) == 404)

--- c:reset
local curl = require("curl")
local c = curl.new()
c:setopt(curl.OPT_URL, "http://api.example.org/hello")
c:reset()
local ok, err, code = c:perform() -- there is no URL any more
assert(not ok and code == curl.URL_MALFORMAT)

--- c:fetch_into_file
local curl = require("curl")
local c = curl.new()
c:setopt(curl.OPT_URL, "http://api.example.org/hello")
c:fetch_into_file("/hello.txt")
assert(c:perform())
assert(c:getinfo(curl.INFO_SIZE_DOWNLOAD) == 5)

--- c:close
local c = require("curl").new()
c:close()
assert(not pcall(c.perform, c))
