-- Snippets of the reference, which the tests run.

--- accept_construct_get_message_construct
local mc = msys.core.accept_construct_get_message_construct(ac)
assert(mc.message_rcpt_count == 1 and mc.peer_address == "192.0.2.7")

--- get_now_ts
local now = msys.core.get_now_ts()
assert(now > 1700000000 and now % 1 == 0)

--- dns_get_domain
local dr = msys.core.dns_get_domain("example.org")
assert(dr.domain == "example.org")
assert(msys.core.dns_get_domain("none.example") == nil)

--- mail_queue_delay_domain
local dr = msys.core.dns_get_domain("example.org")
msys.core.mail_queue_delay_domain(dr, "4.7.0 they asked us to wait")

--- scheduler_for_domain
local loop = msys.core.scheduler_for_domain("example.org")
assert(msys.type(loop) == "msys.core:_ec_scheduler_inst")
