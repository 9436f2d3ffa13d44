-- Snippets of the reference, which the tests run.

--- http_status_classifier
-- in generic_delivery_msg_dispose(msg)
local status = msg:context_get(msys.core.ECMESS_CTX_MESS, "DLV_Response_Status")
assert(msys.httpclnt.http_status_classifier(status) == msys.delivery.DELIVERY_SUCCESS)
assert(msys.httpclnt.http_status_classifier("404") == msys.delivery.DELIVERY_PERMFAILED)
assert(msys.httpclnt.http_status_classifier("no answer") == msys.delivery.DELIVERY_TEMPFAILED)

--- http_request_add_header
-- in http_request_eval(sess)
msys.httpclnt.http_request_add_header(sess, "X-Key", "secret", true)
assert(sess.request.headers["X-Key"] == "secret")

--- http_request_delete_header
-- in http_request_eval(sess)
msys.httpclnt.http_request_add_header(sess, "X-Key", "secret")
msys.httpclnt.http_request_delete_header(sess, "X-Key")
assert(sess.request.headers["X-Key"] == nil)

--- http_request__delete_header
-- in http_request_eval(sess)
msys.httpclnt.http_request_add_header(sess, "X-Key", "secret")
msys.httpclnt.http_request__delete_header(sess, "X-Key")
assert(sess.request.headers["X-Key"] == nil)

--- http_request_set_body
-- in http_request_eval(sess)
msys.httpclnt.http_request_set_body(sess, '{"to":"bob"}')
assert(sess.request.body == '{"to":"bob"}')

--- http_request_finalize
-- in http_request_eval(sess)
msys.httpclnt.http_request_set_body(sess, "hello")
msys.httpclnt.http_request_finalize(sess, 1) -- with Content-Length set anew
assert(sess.request.data:match("Content%-Length: 5\r\n"))

--- sess:request_add_header
-- in http_request_eval(sess)
sess:request_add_header("X-Key", "one")
sess:request_add_header("X-Key", "two", true) -- in place of the first
assert(sess.request.headers["X-Key"] == "two")
sess:request_finalize(1)

--- sess:request_delete_header
-- in http_request_eval(sess)
sess:request_add_header("X-Key", "one")
sess:request_delete_header("X-Key")
assert(sess.request.headers["X-Key"] == nil)

--- sess:request__delete_header
-- in http_request_eval(sess)
sess:request_add_header("X-Key", "one")
sess:request__delete_header("X-Key")
assert(sess.request.headers["X-Key"] == nil)

--- sess:request_set_body
-- in http_request_eval(sess)
sess:request_set_body('{"to":"bob"}')
sess:request_finalize(1)
assert(sess.request.body == '{"to":"bob"}')

--- sess:request_finalize
-- in http_request_eval(sess)
sess:request_set_body("hello")
sess:request_finalize(1)
assert(sess.request.data:match("\r\n\r\nhello$"))
