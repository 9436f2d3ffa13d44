-- Snippets of the reference, which the tests run.

--- string_new
local out = msys.core.string_new()
out:write("Hello, ")
out:write("Bob")
assert(tostring(out) == "Hello, Bob" and out.len == 10)

--- stringwrite
local out = msys.core.string_new()
msys.core.stringwrite(out, "abcdef", 3) -- three of the bytes
assert(msys.core.stringwrite(out, "!").buffer == "abc!")

--- ec_message_new
local note = msys.core.ec_message_new()
note:build({ From = "robot@example.com", Subject = "a report" }, { ["text/plain"] = "All is well." })
assert(note:mailfrom() == "" and note:header("Subject")[1] == "a report")

--- protocol_string
assert(msys.core.protocol_string(msys.core.P_ESMTP) == "esmtp")
assert(msys.core.protocol_string(99) == "unknown")

--- protocol_string_uc
assert(msys.core.protocol_string_uc(ac.protocol) == "ESMTP")

--- config_get_binding_id_from_name
assert(msys.core.config_get_binding_id_from_name("default") == 0)
assert(msys.core.config_get_binding_id_from_name("fast") == 1)
assert(msys.core.config_get_binding_id_from_name("no such") == -1)

--- config_get_binding_name_from_id
assert(msys.core.config_get_binding_name_from_id(0) == "default")
assert(msys.core.config_get_binding_name_from_id(99) == nil)

--- config_get_binding_group_size
assert(msys.core.config_get_binding_group_size("marketing") == 1)
assert(msys.core.config_get_binding_group_size("no such") == 0)

--- ec_message_builder
local m = msys.core.ec_message_new()
local out = msys.core.ec_message_builder(m)
out:write("Subject: built\r\n\r\nLine by line.\r\n")
out:close()
assert(m:header("Subject")[1] == "built")

--- ec_message_get_envelope2
local lp, dom = msys.core.string_new(), msys.core.string_new()
local ok, null = msys.core.ec_message_get_envelope2(msg, msys.core.EC_MSG_ENV_TO, lp, dom)
assert(ok == 1 and null == 0)
assert(tostring(lp) == "bob" and tostring(dom) == "example.com")

--- ec_message_get_code
msys.core.ec_message_set_code(msg, 250, "2.0.0 seen")
assert(msys.core.ec_message_get_code(msg) == "250 2.0.0 seen")

--- ec_message_set_code
assert(msys.core.ec_message_set_code(msg, 250, "2.0.0 first") == 0) -- none before
assert(msys.core.ec_message_set_code(msg, 251, "2.0.0 second") == 250)

--- ec_message_get_message_size
assert(msys.core.ec_message_get_message_size(msg) == #msg:raw())

--- ec_message_render_to_string
local out = msys.core.string_new()
local n = msys.core.ec_message_render_to_string(msg, out, msys.core.EC_MSG_RENDER_HEADERS_ONLY)
assert(n == out.len and tostring(out):match("\r\nSubject: hello\r\n"))

--- ec_message_is_mcmt
assert(msys.core.ec_message_is_mcmt(msg) == 0) -- 1 for multipart/vnd.msys.mcmt

--- ec_message_set_first_part
local part = msg:makePart("text/plain", "Something else.\r\n")
assert(msys.core.ec_message_set_first_part(msg, part))
assert(msg:text() == "Something else.\r\n" and msg:header("Subject")[1] == "hello")

--- ec_message_context_set
local mess = msys.core.ECMESS_CTX_MESS
assert(msys.core.ec_message_context_set(msg, mess, "class", "bulk") == 1)
assert(msys.core.ec_message_context_set(msg, mess, "class", "bulk") == 0) -- no change

--- ec_message_context_get
local mess = msys.core.ECMESS_CTX_MESS
msg:context_set(mess, "class", "bulk")
assert(msys.core.ec_message_context_get(msg, mess, "class") == "bulk")
assert(msys.core.ec_message_context_get(msg, mess, "none") == "")

--- ec_message_context_exists
local mess = msys.core.ECMESS_CTX_MESS
msg:context_set(mess, "class", "")
assert(msys.core.ec_message_context_exists(msg, mess, "class") == 1)
assert(msys.core.ec_message_context_exists(msg, mess, "none") == 0)

--- ec_message_context_exists_and_get
local mess = msys.core.ECMESS_CTX_MESS
msg:context_set(mess, "class", "bulk")
local found, value = msys.core.ec_message_context_exists_and_get(msg, mess, "class")
assert(found == 1 and value == "bulk")

--- ec_message_context_delete
local mess = msys.core.ECMESS_CTX_MESS
msg:context_set(mess, "class", "bulk")
assert(msys.core.ec_message_context_delete(msg, mess, "class") == 1)
assert(msys.core.ec_message_context_delete(msg, mess, "class") == 0)

--- ec_message_context_firstkey
local conn = msys.core.ECMESS_CTX_CONN
msg:context_set(conn, "aaa", "1")
assert(msys.core.ec_message_context_firstkey(msg, conn) == "aaa")

--- ec_message_context_nextkey
local mess, keys = msys.core.ECMESS_CTX_MESS, {}
msg:context_set(mess, "class", "bulk")
local key = msys.core.ec_message_context_firstkey(msg, mess)
while key do
  keys[key] = true
  key = msys.core.ec_message_context_nextkey(msg, mess, key)
end
assert(keys.class)

--- ec_message_get_delivery_method
assert(msys.core.ec_message_get_delivery_method(msg) == "esmtp")

--- ec_message_copy
local copy = msys.core.ec_message_copy(msg)
copy:header("Subject", "changed")
assert(copy.id ~= msg.id and msg:header("Subject")[1] == "hello")

--- ec_message_snapshot
local before = msys.core.ec_message_snapshot(msg)
msg:header("Subject", "changed")
assert(before:header("Subject")[1] == "hello" and before.id == msg.id)

--- ec_message_free
local copy = msg:copy()
msys.core.ec_message_free(copy)
local ok, err = pcall(copy.raw, copy)
assert(not ok and err:match("freed"))

--- ec_message_part_add_child_last
local box = msg:makeContainer("multipart/mixed")
assert(msys.core.ec_message_part_add_child_last(box, msg:makePart("text/plain", "one")))
assert(msys.core.ec_message_part_add_child_last(box, msg:makePart("text/plain", "two")))
assert(box.parts:text() == "one" and box.parts.next:text() == "two")

--- ec_message_part_insert_before
local box, last = msg:makeContainer("multipart/mixed"), msg:makePart("text/plain", "last")
box:addLastChild(last)
assert(msys.core.ec_message_part_insert_before(msg:makePart("text/plain", "first"), last))
assert(box.parts:text() == "first")

--- ec_message_part_insert_after
local box, first = msg:makeContainer("multipart/mixed"), msg:makePart("text/plain", "first")
box:addLastChild(first)
assert(msys.core.ec_message_part_insert_after(msg:makePart("text/plain", "last"), first))
assert(box.parts.next:text() == "last")

--- ec_message_part_unlink
local box, part = msg:makeContainer("multipart/mixed"), msg:makePart("text/plain", "x")
box:addLastChild(part)
msys.core.ec_message_part_unlink(part)
assert(box.parts == nil and part.parent == nil)

--- ec_message_part_add_child_first
local box = msg:makeContainer("multipart/mixed")
box:addLastChild(msg:makePart("text/plain", "last"))
assert(msys.core.ec_message_part_add_child_first(box, msg:makePart("text/plain", "first")))
assert(box.parts:text() == "first")

--- msg:mailfrom
if msg:mailfrom() == "ann@example.org" then
  msg:mailfrom("ann+bounces@example.org")
end
assert(msg:mailfrom() == "ann+bounces@example.org")

--- msg:rcptto
assert(msg:rcptto() == "bob@example.com")
msg:rcptto("robert@example.com") -- this copy goes there
assert(msg:rcptto() == "robert@example.com")

--- msg:get_envelope2
local address = msys.core.string_new()
local flags = msys.core.EC_MSG_ENV_FROM + msys.core.EC_MSG_ENV_COMPLETE
local ok, null = msg:get_envelope2(flags, address, nil)
assert(ok == 1 and null == 0 and tostring(address) == "ann@example.org")

--- msg:listener_addr
assert(msg:listener_addr("ip") == "198.51.100.1")
assert(msg:listener_addr() == "198.51.100.1:25")

--- msg:reception_peer
assert(msg:reception_peer("ip") == "192.0.2.7")
assert(msg:reception_peer() == "192.0.2.7:4321")

--- msg:attempted_ip
-- in generic_delivery_msg_dispose(msg)
local ip = msg:attempted_ip() -- nil: no connection was made
assert(ip == nil)

--- msg:code
assert(msg:code() == nil) -- none set yet
msg:code(550, "5.7.1 not here")
assert(msg:code() == "550 5.7.1 not here")
msg:code(250, "2.0.0 after all")

--- msg:get_code
msg:set_code(250, "2.0.0 seen")
assert(msg:get_code() == "250 2.0.0 seen")

--- msg:set_code
assert(msg:set_code(250, "2.0.0 fine") == 0) -- none before
assert(msg:set_code(251, "2.0.0 fine") == 250)
assert(msg:set_code(1000, "no such code") == -1)

--- msg:discard
if msg:rcptto() == "bob@example.com" then
  msg:discard("bob does not read mail") -- Ann sees 250
end

--- msg:header
assert(msg:header("Subject")[1] == "hello")
assert(#msg:header("X-None") == 0)
msg:header("Subject", "[list] hello")
msg:header("X-Policy", { "one", "two" }, "append")
assert(#msg:header("X-Policy") == 2)
assert(msg:header("Message-ID", "")) -- deletes it

--- msg:raw
local content, size = msg:raw()
assert(size == #content and content:match("^From: Ann"))
msg:raw("Subject: other\r\n\r\nAll new.\r\n")
assert(msg:header("Subject")[1] == "other")

--- msg:body
local body, size = msg:body()
assert(body == "Hi Bob\r\n" and size == 8)
msg:body(body .. "-- \r\nread by policy\r\n")
assert(msg:body():match("read by policy"))

--- msg:get_message_size
if msg:get_message_size() > 1048576 then
  vctx:set_code(552, "5.3.4 too large")
end
assert(msg:get_message_size() == #msg:raw())

--- msg:render_to_string
local out = msys.core.string_new()
assert(msg:render_to_string(out) == out.len)
assert(tostring(out):match("\r\nHi Bob\r\n%.\r\n$")) -- SMTP's wire form

--- msg:mime
local top = msg:mime()
assert(top:content_type().mimetype == "text/plain" and top.parts == nil)
local ok = pcall(function() msg:mime(true):text("new") end) -- to read only
assert(not ok)

--- msg:text
assert(msg:text() == "Hi Bob\r\n")
assert(msg:text("<p>Hi Bob</p>", "text/html", "utf-8"))
assert(msg:content_type().mimetype == "text/html")

--- msg:address_header
assert(msg:address_header("To")[1] == "bob@example.com")
assert(msg:address_header("From", "domain")[1] == "example.org")
assert(#msg:address_header("Cc") == 0)

--- msg:content_type
local t = msg:content_type()
assert(t.mimetype == "text/plain" and not t.is_attachment)

--- msg:is_mcmt
assert(msg:is_mcmt() == 0) -- 1 for multipart/vnd.msys.mcmt

--- msg:makeBoundary
local boundary = msg:makeBoundary()
assert(#boundary > 0 and not msg:raw():find(boundary, 1, true))

--- msg:makeContainer
local box = msg:makeContainer("multipart/mixed", "----=_part")
assert(box.boundary == "----=_part")
box:addLastChild(msg:makePart("text/plain", "See below.\r\n"))
assert(msg:set_first_part(box) and msg:text() == "See below.\r\n")

--- msg:makePart
local part = msg:makePart("text/html", "PGI+SGk8L2I+", "base64")
assert(part:text() == "<b>Hi</b>")
assert(part.encoding == msys.core.EC_MIME_TE_BASE64)

--- msg:set_first_part
local box = msg:makeContainer("multipart/mixed")
box:addLastChild(msg:makePart("text/plain", "a disclaimer\r\n"))
assert(msg:set_first_part(box))
assert(msg:header("Subject")[1] == "hello") -- other fields stay

--- msg:build
local note = msys.core.ec_message_new()
note:build({ From = "robot@example.com", To = "bob@example.com", Subject = "Report" },
  { ["text/plain"] = "See the table.", ["text/html"] = "<p>See the table.</p>" },
  { { type = "text/csv", name = "table.csv", content = "a;1\n" } })
assert(note:content_type().mimetype == "multipart/mixed")
assert(note:header("Subject")[1] == "Report")

--- msg:forward
assert(msg:forward("robot@example.com", "postmaster@example.com", "Look at this.", "Fwd: suspicious"))

--- msg:inject
local copy = msg:copy()
copy:header("X-Archived", "yes")
assert(copy:inject("robot@example.com", { "archive@example.com" }))

--- msg:context_set
local mess = msys.core.ECMESS_CTX_MESS
assert(msg:context_set(mess, "class", "bulk") == 1)
assert(msg:context_set(mess, "class", "bulk") == 0) -- no change
assert(msg:context_get(mess, "class") == "bulk")

--- msg:context_get
local mess = msys.core.ECMESS_CTX_MESS
msg:context_set(mess, "class", "bulk")
assert(msg:context_get(mess, "class") == "bulk")
assert(msg:context_get(mess, "none") == "")

--- msg:context_exists
local mess = msys.core.ECMESS_CTX_MESS
msg:context_set(mess, "class", "")
assert(msg:context_exists(mess, "class") == 1)
assert(msg:context_exists(mess, "none") == 0)

--- msg:context_exists_and_get
local mess = msys.core.ECMESS_CTX_MESS
msg:context_set(mess, "class", "bulk")
local found, value = msg:context_exists_and_get(mess, "class")
assert(found == 1 and value == "bulk")
assert(select(2, msg:context_exists_and_get(mess, "none")) == nil)

--- msg:context_delete
local mess = msys.core.ECMESS_CTX_MESS
msg:context_set(mess, "class", "bulk")
assert(msg:context_delete(mess, "class") == 1)
assert(msg:context_exists(mess, "class") == 0)

--- msg:context_firstkey
local conn = msys.core.ECMESS_CTX_CONN
msg:context_set(conn, "aaa", "1")
assert(msg:context_firstkey(conn) == "aaa") -- in sorted order

--- msg:context_nextkey
local mess, keys = msys.core.ECMESS_CTX_MESS, {}
msg:context_set(mess, "class", "bulk")
local key = msg:context_firstkey(mess)
while key do
  keys[key] = msg:context_get(mess, key)
  key = msg:context_nextkey(mess, key)
end
assert(keys.class == "bulk")

--- msg:binding
-- in validate_set_binding(msg)
assert(msg:binding("fast") == "fast")
assert(msg:binding("no such") == nil and msg:binding() == "fast")

--- msg:binding_group
-- in validate_set_binding(msg)
assert(msg:binding_group("marketing") == "marketing")
assert(msg:binding() == "fast") -- one of the group
assert(msg:binding_group("no such") == nil)

--- msg:routing_domain
assert(msg:routing_domain() == "example.com")
msg:routing_domain("relay.example.com")
assert(msg:routing_domain() == "relay.example.com")

--- msg:get_delivery_method
assert(msg:get_delivery_method() == "esmtp")

--- msg:copy
local copy = msg:copy()
copy:header("Subject", "changed")
assert(copy.id ~= msg.id and msg:header("Subject")[1] == "hello")

--- msg:snapshot
local before = msg:snapshot()
msg:header("Subject", "changed")
assert(before:header("Subject")[1] == "hello")
assert(not pcall(before.header, before, "Subject", "x")) -- to read only

--- msg:free
local copy = msg:copy()
copy:free() -- before its time; else it goes when nobody holds it
assert(not pcall(copy.raw, copy))

--- msg:raw_match
local first, all = msg:raw_match("(?im)^subject: (?P<text>.*?)\\r?$")
assert(first.text == "hello" and #all == 1)
assert(msg:raw_match("viagra") == false)

--- msg:raw_replace
local done, n = msg:raw_replace("Bob", "Robert")
assert(done and n == 2) -- in the header and the body
assert(msg:header("To")[1] == "Robert <bob@example.com>")

--- msg:body_match
local first = msg:body_match("Hi (\\w+)")
assert(first[1] == "Bob")
local found, err = msg:body_match("(")
assert(found == false and type(err) == "string")

--- msg:body_replace
local done, n = msg:body_replace("Hi (\\w+)", "Dear $1")
assert(done and n == 1 and msg:body() == "Dear Bob\r\n")
assert(msg:body_replace("viagra", "") == false)

--- msg:text_match
local first, all = msg:text_match("(?i)hi (\\w+)")
assert(first[1] == "Bob" and #all == 1)

--- msg:text_replace
assert(msg:text_replace("Bob", "Robert") == true)
assert(msg:text() == "Hi Robert\r\n")

--- msgpart:header
local part = msg:mime()
part:header("Content-Description", "greeting")
assert(part:header("Content-Description")[1] == "greeting")
assert(#part:header("Content-ID") == 0)

--- msgpart:address_header
local top = msg:mime()
assert(top:address_header("From", "localpart")[1] == "ann")
assert(#top:address_header("Cc") == 0)

--- msgpart:content_type
local part = msg:makePart("application/pdf; name=bill.pdf", "JVBERi0=", "base64")
part:header("Content-Disposition", "attachment; filename=bill.pdf")
local t = part:content_type()
assert(t.mimetype == "application/pdf" and t.is_attachment and t.filename == "bill.pdf")

--- msgpart:text
local part = msg:mime()
assert(part:text() == "Hi Bob\r\n")
assert(part:text("Gr\195\188\195\159e", "text/plain", "utf-8"))
assert(part:text() == "Gr\195\188\195\159e")

--- msgpart:raw
local part = msg:makePart("text/plain", "one")
local content, size = part:raw()
assert(content:match("one$") and size == #content)

--- msgpart:addFirstChild
local box = msg:makeContainer("multipart/mixed")
box:addLastChild(msg:makePart("text/plain", "last"))
assert(box:addFirstChild(msg:makePart("text/plain", "first")))
assert(box.parts:text() == "first")

--- msgpart:addLastChild
local box, part = msg:makeContainer("multipart/mixed"), msg:makePart("text/plain", "one")
assert(box:addLastChild(part) and part.parent == box)
assert(not box:addLastChild(part)) -- it is linked already

--- msgpart:insertBefore
local box, last = msg:makeContainer("multipart/mixed"), msg:makePart("text/plain", "last")
box:addLastChild(last)
assert(msg:makePart("text/plain", "first"):insertBefore(last))
assert(box.parts:text() == "first" and box.parts.next == last)

--- msgpart:insertAfter
local box, first = msg:makeContainer("multipart/mixed"), msg:makePart("text/plain", "first")
box:addLastChild(first)
assert(msg:makePart("text/plain", "last"):insertAfter(first))
assert(first.next:text() == "last")

--- msgpart:unlink
local box, part = msg:makeContainer("multipart/mixed"), msg:makePart("text/plain", "x")
box:addLastChild(part)
part:unlink()
assert(box.parts == nil and part.parent == nil)

--- msgpart:raw_match
local first = msg:mime():raw_match("Subject: (\\w+)")
assert(first[1] == "hello")

--- msgpart:raw_replace
local done, n = msg:mime():raw_replace("Subject: hello", "Subject: bye")
assert(done and n == 1 and msg:header("Subject")[1] == "bye")

--- msgpart:body_match
local first, all = msg:mime():body_match("[A-Z]\\w+")
assert(first[0] == "Hi" and #all == 2 and all[2][0] == "Bob")

--- msgpart:body_replace
assert(msg:mime():body_replace("Bob", "Robert"))
assert(msg:body() == "Hi Robert\r\n")

--- msgpart:text_match
assert(msg:mime():text_match("B\\w+")[0] == "Bob")
assert(msg:mime():text_match("viagra") == false)

--- msgpart:text_replace
local done, n = msg:mime():text_replace("o", "0")
assert(done and n == 1 and msg:text() == "Hi B0b\r\n")

--- string:set
local out = msys.core.string_new()
out:set("one")
out:set("two")
assert(out.buffer == "two")
out:set(nil)
assert(out.len == 0)

--- string:write
local out = msys.core.string_new()
assert(out:write("abcdef", 3) == 3)
assert(out:write("!") == 1 and tostring(out) == "abc!")
