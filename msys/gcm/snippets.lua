-- Snippets of the reference, which the tests run.

--- gcm_classify_error
-- in generic_delivery_msg_dispose(msg)
local status = msys.gcm.GCM_NOT_REGISTERED -- from DLV_Response_Status
assert(msys.gcm.gcm_classify_error(status) == msys.delivery.DELIVERY_PERMFAILED)
assert(msys.gcm.gcm_classify_error(nil) == msys.delivery.DELIVERY_SUCCESS)

--- gcm_get_result_error_code
-- in generic_delivery_msg_dispose(msg)
assert(msys.gcm.gcm_get_result_error_code("NotRegistered") == msys.gcm.GCM_NOT_REGISTERED)
