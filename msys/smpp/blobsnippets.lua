-- Snippets of the reference, which the tests run.

--- ec_message_blobject_get
require("msys.smpp")
local key = msys.smpp.BLOB_KEY_SMS_TEXT
msg:context_set(msys.core.ECMESS_CTX_MESS, key, "Hello")
local blob = msys.core.ec_message_blobject_get(msg, key)
assert(tostring(msys.cast(blob.self, "msys.core:_ec_string")) == "Hello")
assert(msys.core.ec_message_blobject_get(msg, msys.smpp.BLOB_KEY_MO_EMAIL_TEXT) == nil)

--- ec_blobject_delref
require("msys.smpp")
local key = msys.smpp.BLOB_KEY_SMS_TEXT
msg:context_set(msys.core.ECMESS_CTX_MESS, key, "Hello")
local blob = msys.core.ec_message_blobject_get(msg, key)
msys.core.ec_blobject_delref(blob) -- only for scripts that are used to it
assert(tostring(blob.self) == "Hello")
