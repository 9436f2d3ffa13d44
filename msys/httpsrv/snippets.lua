-- Snippets of the reference, which the tests run.

--- register
local rc = msys.httpsrv.register("GET", "/health", function(session)
  session:response_status_set_std(200, "alive\n")
end)
assert(rc == 0 and msys.httpsrv.register("GET", "health", print) == 22) -- no slash

--- session:request_data_get
-- in endpoint(session)
local rc, body = session:request_data_get()
assert(rc == 0 and body:read("*a") == '{ "user": "ann" }')

--- session:request_data_get_string
-- in endpoint(session)
local rc, body = session:request_data_get_string()
assert(rc == 0 and body:match('"user"'))

--- session:request_data_get_json
-- in endpoint(session)
local rc, request = session:request_data_get_json()
assert(rc == 0 and request.user == "ann")

--- session:request_data_get_xml
-- in endpoint(session)
local rc, doc = session:request_data_get_xml()
if not doc then
  session:response_status_set_std(400, "XML, please\n")
end
assert(rc == 0 and doc == nil) -- the body is JSON

--- session:request_url_get
-- in endpoint(session)
local url = session:request_url_get() -- POST /policy/users?page=2
assert(url.path == "/policy/users" and url.attrs.page == "2")

--- session:request_method_get
-- in endpoint(session)
assert(session:request_method_get() == "POST")

--- session:request_header_get
-- in endpoint(session)
local rc, key = session:request_header_get("x-key")
assert(rc == 0 and key == "secret")
assert(session:request_header_get("X-None") == 2)

--- session:request_content_type_get
-- in endpoint(session)
local rc, mimetype, charset = session:request_content_type_get()
assert(rc == 0 and mimetype == "application/json" and charset == "utf-8")

--- session:request_username_get
-- in endpoint(session)
assert(session:request_username_get() == nil) -- nobody was asked for a name

--- session:request_subject_cn_get
-- in endpoint(session)
assert(session:request_subject_cn_get() == nil) -- there is no certificate

--- session:request_peer_address
-- in endpoint(session)
local ip = msys.core.sockaddr_to_string_opt(session:request_peer_address(), msys.core.EC_SA2S_NO_PORT)
assert(ip == "192.0.2.1")

--- session:request_local_address
-- in endpoint(session)
assert(msys.core.ec_sockaddr_family(session:request_local_address()) == msys.core.AF_INET)

--- session:request_accept_construct_get
-- in endpoint(session)
local ac = session:request_accept_construct_get()
assert(ac.remote_addr == session:request_peer_address() and ac.protocol == msys.core.P_HTTP)

--- session:response_status_set_std
-- in endpoint(session)
assert(session:response_status_set_std(201, "created\n") == 0)
assert(session:response_status_set_std(42, "no such status") == 22)

--- session:response_status_set
-- in endpoint(session)
assert(session:response_status_set(204) == 0)

--- session:response_status_ok
-- in endpoint(session)
assert(session:response_status_ok("text/csv") == 0)
session:response_append("ann;1\n")

--- session:response_status_denied
-- in endpoint(session)
local rc, key = session:request_header_get("X-Key")
if key ~= "another secret" then
  assert(session:response_status_denied("text/plain") == 0)
end

--- session:response_status_not_found
-- in endpoint(session)
assert(session:response_status_not_found("text/plain") == 0)

--- session:response_status_error
-- in endpoint(session)
assert(session:response_status_error("text/plain") == 0)

--- session:response_append
-- in endpoint(session)
session:response_status_ok("text/plain")
assert(session:response_append("one line\n") == 0)
assert(session:response_append("two and more", 3) == 0)

--- session:response_printf
-- in endpoint(session)
session:response_status_ok("text/plain")
assert(session:response_printf("%s %d\n", "ann", 7) == 0)

--- session:response_string
-- in endpoint(session)
session:response_append("first")
assert(session:response_string("this instead") == 0)

--- session:response_json
-- in endpoint(session)
assert(session:response_json(require("json").encode({ user = "ann" })) == 0)

--- session:response_xml
-- in endpoint(session)
local doc = require("xml").parsexml("<user name='ann'/>")
assert(session:response_xml(doc) == 0)

--- session:response_io
-- in endpoint(session)
local file = msys.core.io_wrapper_open_memory("from a stream")
assert(session:response_io(file) == 0)

--- session:response_header_set
-- in endpoint(session)
assert(session:response_header_set("Cache-Control", "no-store") == 0)
assert(session:response_header_set("X-Note", "two\r\nlines") == 22)

--- session:response_flush
-- in endpoint(session)
session:response_append("first piece\n")
assert(session:response_flush() == 0)
assert(session:response_status_set(500) == 9) -- too late
session:response_append("second piece\n")

--- session:session_suspend
-- in endpoint(session)
assert(session:session_suspend() == 0)
msys.timer.after(0.01, function()
  session:response_status_set_std(200, "here it is\n")
  session:session_resume(1)
end)
return msys.httpsrv.ASYNC

--- session:session_resume
-- in endpoint(session)
assert(session:session_resume() == 9) -- nothing is suspended
assert(session:session_suspend() == 0)
msys.timer.after(0.01, function()
  session:response_status_set_std(200, "here it is\n")
  session:session_resume(1)
end)
return msys.httpsrv.ASYNC

--- session:ctx_set
-- in endpoint(session)
session:ctx_set({ started = msys.core.get_now_ts() })
assert(session:ctx_get().started == msys.core.get_now_ts())

--- session:ctx_get
-- in endpoint(session)
assert(session:ctx_get() == nil)
session:ctx_set("step two")
assert(session:ctx_get() == "step two")
