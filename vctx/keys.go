package vctx

// Keys of the variables that the library sets. Scripts find them as
// msys.core.STANDARD_KEY_*.
const (
	KeyEhloString        = "ehlo_string"
	KeyEhloDomain        = "ehlo_domain"
	KeyMailfromString    = "mailfrom_string"
	KeyMailfromLocalpart = "mailfrom_localpart"
	KeyMailfromDomain    = "mailfrom_domain"
	KeyRcpttoString      = "rcptto_string"
	KeyRcpttoLocalpart   = "rcptto_localpart"
	KeyRcpttoDomain      = "rcptto_domain"
	KeyCanRelay          = "can_relay"
	KeyAuthUser          = "auth_user"
	KeyAuthName          = "auth_name"
	KeyAuthStatus        = "auth_status"
	KeyPathway           = "pathway"
	KeyReverseDNS        = "reverse_dns"
	KeyFCDNSStatus       = "fcdns_status"
	KeyTLSNote           = "_tls_note"
	Key8BitMIME          = "#8bitmime"
	KeyDateMissing       = "rfc2822_date_missing"

	keyConnMessages = "connection_message_count"
	keyConnRcpts    = "connection_rcpt_count"
	keyMessageRcpts = "message_rcpt_count"
)
