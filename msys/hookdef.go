package msys

import "github.com/gomsys/gomsys/msys/bind"

// HookKind says how the returns of a hook's functions are read.
type HookKind int

const (
	// KindValidate hooks return VALIDATE_CONT, VALIDATE_DONE or
	// VALIDATE_AGAIN; nothing counts as VALIDATE_CONT.
	KindValidate HookKind = iota
	// KindVoid hooks run in all modules; what they return is ignored.
	KindVoid
	// KindInt hooks return an integer; the first that is not zero stops the
	// chain and is the result. nil is 0, true is 1.
	KindInt
	// KindString hooks return a string; the first one wins.
	KindString
)

// HookDef declares a hook: a function name that a module's table may define
// so that the library calls it.
type HookDef struct {
	// Name is the function's name in a module's table.
	Name string
	// Kind says how returns are read.
	Kind HookKind
	// Phase is the phase that functions called by the hook run in.
	Phase bind.Phases
	// Args are the names of the arguments after self, for the reference.
	Args string
	// NoWait forbids the hook's functions to wait (DNS, SQL, sleep …).
	NoWait bool
	// Aliases are further names under which a table may define it.
	Aliases []string

	internal bool  // known to Momentum, never called here
	noAgain  bool  // VALIDATE_AGAIN is no answer to a KindValidate hook
	fatal    bool  // an exception ends the phase as it does in KindValidate hooks
	keys     []any // names under which a table may define it, the exact one first
}

const (
	phaseNone  = bind.Phases(0)
	finalPhase = bind.FinalValidation
)

// builtinHooks are the hooks that the library calls itself, and those of
// Momentum's own engine, which it accepts and never calls.
func builtinHooks() []HookDef {
	defs := []HookDef{
		// life cycle
		{Name: "init", Kind: KindVoid, Phase: bind.Init, NoWait: true},
		{Name: "rsrc_setup", Kind: KindVoid, Phase: bind.Init, NoWait: true, Aliases: []string{"config_rsrc_setup"}},
		{Name: "deinit", Kind: KindVoid, Phase: phaseNone, NoWait: true},
		{Name: "validate_dealloc", Kind: KindVoid, Phase: phaseNone, Args: "vctx", Aliases: []string{"validate_local_dealloc"}},

		// inbound SMTP, in the order in which a session meets them
		{Name: "core_validate_accept", Kind: KindValidate, Phase: bind.Connect, Args: "ac, vctx"},
		{Name: "validate_connect", Kind: KindValidate, Phase: bind.Connect, Args: "ac, vctx"},
		{Name: "core_validate_connect", Kind: KindVoid, Phase: bind.Connect, Args: "ac, vctx"},
		{Name: "validate_ehlo", Kind: KindValidate, Phase: bind.Ehlo, Args: "str, ac, vctx"},
		{Name: "core_get_inbound_tls_parameters", Kind: KindInt, Phase: bind.Ehlo, Args: "mc, vctx, params"},
		{Name: "core_inbound_smtp_tls_verify_callback", Kind: KindInt, Phase: bind.Ehlo, Args: "mc, sslctx, preverify_ok, subject, issuer, x509ctx"},
		{Name: "core_inbound_smtp_tls_post_accept", Kind: KindVoid, Phase: bind.Ehlo, Args: "mc, event, eventtype, vclosure, now"},
		{Name: "core_pre_esmtp_auth", Kind: KindInt, Phase: bind.Ehlo, Args: "ac, mc, vctx"},
		{Name: "ac_auth_perform_auth", Kind: KindInt, Phase: bind.Ehlo, Args: "username, password, ac, response"},
		{Name: "ac_auth_log_auth_failure", Kind: KindVoid, Phase: bind.Ehlo, Args: "username, ac, response"},
		{Name: "core_validate_auth", Kind: KindInt, Phase: bind.Ehlo, Args: "vctx, auth_info, auth_status"},
		{Name: "validate_mailfrom", Kind: KindValidate, Phase: bind.Mailfrom, Args: "str, ac, vctx"},
		{Name: "core_pre_ec_can_relay_to", Kind: KindVoid, Phase: bind.Rcptto, Args: "domain, rv, cont"},
		{Name: "core_config_get_domain_relay", Kind: KindInt, Phase: bind.Rcptto, Args: "cs, domain, retval"},
		{Name: "validate_rcptto", Kind: KindValidate, Phase: bind.Rcptto, Args: "msg, str, ac, vctx"},
		{Name: "core_get_protocol_string_for_trace_headers", Kind: KindString, Phase: bind.Data, Args: "ac, vctx, msg"},
		{Name: "core_get_received_header_text", Kind: KindInt, Phase: bind.Data, Args: "msg, mc, ac, vctx, response"},
		{Name: "validate_data", Kind: KindValidate, Phase: bind.Data, Args: "msg, ac, vctx"},
		{Name: "validate_data_spool", Kind: KindValidate, Phase: bind.DataSpool, Args: "msg, ac, vctx"},
		{Name: "validate_rcptto_list", Kind: KindValidate, Phase: bind.DataSpool, Args: "list, vctx"},
		{Name: "validate_rcptto_list_final", Kind: KindValidate, Phase: bind.DataSpool, Args: "node, vctx"},
		{Name: "core_pre_msg_each_rcpt", Kind: KindVoid, Phase: bind.EachRcpt, Args: "msg, ac, vctx"},
		{Name: "validate_data_spool_each_rcpt", Kind: KindValidate, Phase: bind.EachRcpt, Args: "msg, ac, vctx"},
		{Name: "core_validate_data_spool_each_rcpt", Kind: KindVoid, Phase: bind.EachRcpt, Args: "msg, ac, vctx"},
		{Name: "core_post_validate_data_spool_each_rcpt_v1", Kind: KindVoid, Phase: bind.EachRcpt, Args: "msg, ac, vctx"},
		{Name: "core_post_msg_each_rcpt", Kind: KindVoid, Phase: bind.EachRcpt, Args: "msg, ac, vctx"},
		{Name: "validate_set_binding", Kind: KindValidate, Phase: bind.SetBinding, Args: "msg", noAgain: true},
		{Name: "core_post_validate_set_binding", Kind: KindVoid, Phase: bind.SetBinding, Args: "msg"},
		{Name: "core_final_validation2", Kind: KindInt, Phase: finalPhase, Args: "msg, ac, vctx", fatal: true},
		{Name: "core_final_validation", Kind: KindVoid, Phase: finalPhase, Args: "msg, ac, vctx", fatal: true},
		{Name: "core_post_final_validation", Kind: KindInt, Phase: finalPhase, Args: "msg, ac, vctx", fatal: true},
		{Name: "core_server_esmtp_session_abort", Kind: KindVoid, Phase: phaseNone, Args: "ac"},
		{Name: "core_inc_inbound_connections", Kind: KindVoid, Phase: phaseNone, Args: "type, fd, ac"},
		{Name: "core_dec_inbound_connections", Kind: KindVoid, Phase: phaseNone, Args: "type, fd, ac"},

		// generated, injected and forwarded mail
		{Name: "restinj_json_request", Kind: KindInt, Phase: phaseNone, Args: "sess, req"},
		{Name: "restinj_body_assignment", Kind: KindInt, Phase: bind.EachRcpt, Args: "msg, json_req, json_recip, template"},
		{Name: "restinj_post_body_assignment", Kind: KindInt, Phase: bind.EachRcpt, Args: "msg, json_req, json_recip, template"},
		{Name: "msg_gen_data_spool", Kind: KindVoid, Phase: bind.EachRcpt, Args: "msg", Aliases: []string{"msg_gen_msg_gen_data_spool"}},
		{Name: "restinj_recip_response", Kind: KindVoid, Phase: phaseNone, Args: "msg, sess, resp, req"},
		{Name: "core_post_assemble_fwd_message", Kind: KindVoid, Phase: phaseNone, Args: "orig, fwd"},

		// routing, binding, queue
		{Name: "core_config_get_message_routing_domain", Kind: KindInt, Phase: bind.SetBinding, Args: "cs, msg, buff, len"},
		{Name: "core_config_fetch_domain_routes", Kind: KindInt, Phase: bind.Delivery, Args: "valueptr, from, domain"},
		{Name: "core_binding_group_choose_binding", Kind: KindInt, Phase: bind.SetBinding, Args: "msg, group", NoWait: true},
		{Name: "core_ec_message_enqueue", Kind: KindInt, Phase: finalPhase, Args: "msg, now"},
		{Name: "core_ec_message_set_next_attempt", Kind: KindInt, Phase: bind.Delivery, Args: "msg, now, rv"},
		{Name: "core_get_msg_expiration_params", Kind: KindInt, Phase: bind.Delivery, Args: "msg, message_expiration, retry_interval, max_retries"},
		{Name: "core_pre_mailq_message_requeue", Kind: KindVoid, Phase: bind.SetBinding, Args: "msg, now"},

		// delivery
		{Name: "core_get_outbound_tls_parameters", Kind: KindInt, Phase: bind.Delivery, Args: "msg, params"},
		{Name: "core_outbound_smtp_tls_verify_callback", Kind: KindInt, Phase: bind.Delivery, Args: "dc, sslctx, preverify_ok, subject, issuer, x509ctx"},
		{Name: "core_use_outbound_tls", Kind: KindInt, Phase: bind.Delivery, Args: "msg"},
		{Name: "core_outbound_tls_verify", Kind: KindInt, Phase: bind.Delivery, Args: "msg"},
		{Name: "core_outbound_tls_cert", Kind: KindString, Phase: bind.Delivery, Args: "msg"},
		{Name: "core_outbound_tls_key", Kind: KindString, Phase: bind.Delivery, Args: "msg"},
		{Name: "core_outbound_tls_ca", Kind: KindString, Phase: bind.Delivery, Args: "msg"},
		{Name: "core_outbound_tls_ciphers", Kind: KindString, Phase: bind.Delivery, Args: "msg"},
		{Name: "outbound_smtp_auth_config", Kind: KindVoid, Phase: bind.Delivery, Args: "msg, ac, vctx", NoWait: true, Aliases: []string{"outbound_smtp_auth_v0_config"}},
		{Name: "core_smtp_client_mailfrom_args", Kind: KindInt, Phase: bind.Delivery, Args: "dc, args"},
		{Name: "core_smtp_client_rcptto_args", Kind: KindInt, Phase: bind.Delivery, Args: "dc, args"},
		{Name: "core_smtp_client_xclient_args", Kind: KindInt, Phase: bind.Delivery, Args: "dc, args"},
		{Name: "core_body_modify", Kind: KindVoid, Phase: bind.Delivery, Args: "msg, iop"},
		{Name: "core_smtp_should_session_shutdown", Kind: KindInt, Phase: bind.Delivery, Args: "dc"},
		{Name: "core_smtp_error_classify", Kind: KindInt, Phase: bind.Delivery, Args: "response, domain"},
		{Name: "core_bounce_error_classify", Kind: KindInt, Phase: bind.Delivery, Args: "body, len, pos"},
		{Name: "core_smtp_tls_reporting", Kind: KindInt, Phase: bind.Delivery, Args: "js"},
		{Name: "generic_delivery_msg_dispose", Kind: KindInt, Phase: bind.MsgDispose, Args: "msg"},
		{Name: "http_request_eval", Kind: KindInt, Phase: bind.HTTPRequestEval, Args: "sess", Aliases: []string{"generic_delivery_http_request_eval", "httpclnt_http_request_eval"}},
		{Name: "http_response_eval", Kind: KindInt, Phase: bind.HTTPResponseEval, Args: "sess", Aliases: []string{"generic_delivery_http_response_eval", "httpclnt_http_response_eval"}},
		{Name: "gcm_request_eval", Kind: KindInt, Phase: bind.HTTPRequestEval, Args: "req, msg"},
		{Name: "gcm_response_eval", Kind: KindInt, Phase: bind.GCMResponseEval, Args: "resp, msg"},
		{Name: "apn_request_eval", Kind: KindInt, Phase: bind.HTTPRequestEval, Args: "req, msg"},
		{Name: "apn_response_eval", Kind: KindInt, Phase: bind.APNResponseEval, Args: "resp"},
		{Name: "core_generate_bounces", Kind: KindInt, Phase: bind.Delivery, Args: "msg, enabled"},
		{Name: "core_generate_rfc3464_message_preamble", Kind: KindInt, Phase: bind.Delivery, Args: "msg, action, body"},
		{Name: "core_generate_rfc3464_message", Kind: KindInt, Phase: bind.Delivery, Args: "message, action, mdn"},
		{Name: "core_rfc3464_inline_message_fragment", Kind: KindInt, Phase: bind.Delivery, Args: "response, message, action"},
		{Name: "core_post_generate_rfc3464_message", Kind: KindVoid, Phase: bind.Delivery, Args: "orig, bounce, action"},
		{Name: "delay_dsn_generate_delay_dsn", Kind: KindInt, Phase: bind.Delivery, Args: "msg, enabled"},
		{Name: "delay_dsn_next_delay_dsn", Kind: KindInt, Phase: bind.Delivery, Args: "msg, now, when"},
		{Name: "delay_dsn_send_notification", Kind: KindInt, Phase: bind.Delivery, Args: "msg"},

		// logging
		{Name: "core_log_reception_v1", Kind: KindVoid, Phase: bind.Log, Args: "ac, msg, now, note, note_len"},
		{Name: "core_log_delivery_v1", Kind: KindVoid, Phase: bind.Log, Args: "msg, dr, now, note, note_len"},
		{Name: "core_log_transient_failure_v1", Kind: KindVoid, Phase: bind.Log, Args: "msg, dr, now, note, note_len"},
		{Name: "core_log_permanent_failure_v1", Kind: KindVoid, Phase: bind.Log, Args: "msg, dr, now, note, note_len"},
		{Name: "core_log_rejection", Kind: KindVoid, Phase: bind.Log, Args: "now, ac, vctx, phase, text, args"},
		{Name: "core_log_attempt_v1", Kind: KindVoid, Phase: bind.Log, Args: "msg, dr, now, note, note_len"},
		{Name: "core_log_client_connection_failure", Kind: KindVoid, Phase: bind.Log, Args: "addr, err, dr, slot, now"},
		{Name: "core_log_client_connection_success", Kind: KindVoid, Phase: bind.Log, Args: "addr, dr, slot, now"},
		{Name: "core_log_error", Kind: KindVoid, Phase: bind.Log, Args: "now, level, text, args"},
		{Name: "core_log_reopen", Kind: KindVoid, Phase: bind.Log},
		{Name: "core_aaa_log", Kind: KindVoid, Phase: bind.Log, Args: "record"},

		// control and server
		{Name: "core_control_pre_command", Kind: KindInt, Phase: bind.Control, Args: "cc, response"},
		{Name: "core_control_post_command", Kind: KindVoid, Phase: bind.Control, Args: "cc, response"},
		{Name: "core_control_allow_writable_config", Kind: KindInt, Phase: bind.Control, Args: "cc, response"},
		{Name: "core_control_allow_writable_config2", Kind: KindInt, Phase: bind.Control, Args: "cc, argc, argv, in, out"},
		{Name: "core_control_shutdown", Kind: KindVoid, Phase: bind.Control, NoWait: true},
		{Name: "core_control_shutdown_ex", Kind: KindVoid, Phase: bind.Control, Args: "die, ret, file, lineno", NoWait: true},
	}
	for _, name := range internalHooks {
		defs = append(defs, HookDef{Name: name, Kind: KindVoid, internal: true})
	}
	return defs
}

// internalHooks are hooks of Momentum's own queue, DNS, spool, cluster and
// mobile engines: a table may define them, and they are never called by this
// library itself. A host that has such an engine calls them with CallHook.
var internalHooks = []string{
	"core_sys_init", "core_post_smtp_command", "core_ec_message_mcmt_pre_fixup", "core_ec_message_mcmt_fixup",
	"core_esmtp_message_sp_async_samfunc", "core_swap_out_multi", "core_pre_swap_out_meta", "core_post_swap_in_meta",
	"seedlist_generate_seed", "core_connection_goal", "core_veto_host_connection", "core_check_outbound_conn_throttle",
	"core_check_outbound_mess_throttle", "core_mailq_throttle_message", "core_mail_queue_maintain_domain",
	"core_pre_mail_queue_maintain_domain", "core_post_mail_queue_maintain_domain", "core___mail_queue_maintain",
	"core_mail_queue_get_next_active", "core_mailq_get_next_active", "core_mail_queue_insert_active",
	"core_mailq_insert_active", "core_set_delayed_queue_event", "core_pre_mail_queue_message_requeue",
	"core_domain_requires_master_scheduler", "core_assess_batch", "core_annotate_batch", "core_disk_queue_core_inject",
	"core_message_body_in_core", "core_config_get_host_failure_retry", "core_config_get_domain_host_failure_retry",
	"core_config_option_pre_set", "core_config_option_post_set", "core_post_config_commit", "core_pre_read_smtp",
	"core_post_read_smtp", "core_generate_soft_bounce_message", "core_generate_soft_bounce_message_preamble",
	"core_post_generate_soft_bounce_message", "core_inc_outbound_connections", "core_dec_outbound_connections",
	"core_inc_outbound_conn_throttle", "core_inc_outbound_mess_throttle", "core_premigrate_outbound_connection",
	"core_connection_post_bind", "core_post_initiate_connection_smtp", "core_dns_get_As", "core_dns_get_MXs",
	"core_pre_dns_handle_a", "core_pre_dns_handle_mx", "core_post_dns_handle_a", "core_post_dns_handle_mx",
	"core_ec_ssl_SSL_CTX_fixup", "core_log_spool_import", "chunk_logger_log", "core_control_post_control",
	"core_pre_drop_privileges", "core_post_drop_privileges", "core_pre_console_release", "core_cache_get", "core_cache_set",
	"core_gauge_cache_manip", "core_ec_bag_find", "core_pre_event_close", "core_post_event_read", "core_post_event_write",
	"core_is_adaptive_scope_global", "core_validate_expand_string", "core_ec_message_part_get_content_type",
	"core_ec_mime_component_extract_content_type", "cluster_adaptive_update", "cluster_membership_update",
	"cluster_nodename", "cluster_subcluster", "cluster_stats_request", "cluster_update_trans_metrics",
	"msgc_get_private_name", "msgc_join", "msgc_membership_subscribe", "msgc_multicast_publish",
	"msgc_multicast_subscribe", "publish_packet", "sieve_compile_script", "sieve_fetch_script", "sieve_convert_charset",
	"smpp_MT_pre_conversion", "smpp_MT_conversion", "smpp_MT_post_conversion", "smpp_MO_pre_conversion",
	"smpp_MO_conversion", "smpp_MO_post_conversion", "smpp_MO_pdu_eval", "smpp_MT_pdu_eval", "smpp_DR_pdu_eval",
	"smpp_submit_response", "smpp_store_submit", "smpp_handle_DR_negative", "smpp_handle_DR_positive",
	"smpp_log_status", "smpp_log_reception", "smpp_log_permfail", "smpp_log_tempfail", "smpp_log_bounce_inband",
	"smpp_log_bounce_outband", "smpp_log_bounce_transient", "smpp_log_conversion", "smpp_log_delivery",
	"mm7_pre_submit", "mm7_handle_submitRsp", "mm7_request_eval", "mm7_store_submit", "mm7_handle_DR_negative",
	"mm7_handle_DR_positive", "mms_log_conversion", "mms_log_delivery", "mms_log_permfail", "mms_log_tempfail",
	"mms_log_reception", "mms_log_status", "mms_log_bounce_inband", "mms_log_bounce_outband", "mms_log_bounce_transient",
}
