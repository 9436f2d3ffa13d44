-- Snippets of the reference, which the tests run.

--- smpp_get_message_id_from_pdu
-- in smpp_DR_pdu_eval(pdu)
require("msys.smpp")
assert(msys.smpp.smpp_get_message_id_from_pdu(pdu) == "7") -- the receipt is about that message

--- smpp_get_submit_status_from_pdu
-- in smpp_submit_response(msg, pdu)
require("msys.smpp")
assert(msys.smpp.smpp_get_submit_status_from_pdu(pdu) == 0) -- the SMSC took it

--- smpp_get_deliver_mo_msg
-- in smpp_MO_pdu_eval(pdu)
require("msys.smpp")
local text = msys.smpp.smpp_get_deliver_mo_msg(pdu)
assert(text == "Hi" and tostring(pdu.u.deliver_sm.source_addr) == "15551234")

--- smpp_get_vals_from_dr
-- in smpp_DR_pdu_eval(pdu)
require("msys.smpp")
local receipt = msys.smpp.smpp_get_vals_from_dr(pdu)
assert(receipt.id == "7" and receipt.stat == "DELIVRD" and receipt.err == "000")

--- smpp_read_msg_text_blob
-- in smpp_submit_response(msg, pdu)
require("msys.smpp")
local key = msys.smpp.BLOB_KEY_SMS_TEXT
assert(msys.smpp.smpp_read_msg_text_blob(msg, key) == nil)
msys.smpp.smpp_write_msg_text_blob(msg, "Hello", nil, key)
assert(msys.smpp.smpp_read_msg_text_blob(msg, key).buffer == "Hello")

--- smpp_write_msg_text_blob
-- in smpp_submit_response(msg, pdu)
require("msys.smpp")
local key = msys.smpp.BLOB_KEY_SMS_TEXT
assert(msys.smpp.smpp_write_msg_text_blob(msg, "Hello, and more", 5, key) == 1)
assert(msys.smpp.smpp_read_msg_text_blob(msg, key).buffer == "Hello")

--- smpp_data_coding_name
-- in smpp_MT_pdu_eval(pdu)
require("msys.smpp")
assert(msys.smpp.smpp_data_coding_name(pdu) == "UCS2")
assert(msys.smpp.smpp_data_coding_name(99) == "unknown (99)")
