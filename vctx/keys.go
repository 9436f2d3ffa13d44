package vctx

// Keys of the connection variables that the library sets. Scripts find some
// of them as msys.core.STANDARD_KEY_*.
const (
	KeyPathway    = "pathway"
	KeyEhloString = "ehlo_string" // the line as typed, without CRLF
	KeyEhloDomain = "ehlo_domain" // its argument

	KeyEarlyTalker          = "early_talker" // "yes", set by the host
	KeyBadCommands          = "conntrol_bad_commands"
	KeyUnrecognizedCommands = "conntrol_unrecognized_commands"

	KeyAuthName   = "auth_name"   // the mechanism
	KeyAuthStatus = "auth_status" // "pass", "fail" or "error"
	KeyAuthUser   = "auth_user"
	KeyCanRelay   = "can_relay" // "true" or absent

	KeyTLS                    = "tls" // "on" or absent
	KeyTLSProtocol            = "tls_protocol"
	KeyTLSCipher              = "tls_cipher"
	KeyTLSCipherAlgBits       = "tls_cipher_algbits"
	KeyTLSCipherUseBits       = "tls_cipher_usebits"
	KeyTLSClientCertSubject   = "tls_client_cert_subject"
	KeyTLSClientCertSubjectCN = "tls_client_cert_subject_cn"
	KeyTLSClientCertIssuer    = "tls_client_cert_issuer"
	KeyTLSClientCertIssuerCN  = "tls_client_cert_issuer_cn"
	KeyTLSClientVerified      = "tls_client_verified" // "yes" or absent
	KeyTLSNote                = "_tls_note"           // the reply after a refused handshake

	KeyConnectionMessageCount = "connection_message_count"
	KeyConnectionRcptCount    = "connection_rcpt_count"
	KeyMessageRcptCount       = "message_rcpt_count"

	KeyReverseDNS   = "reverse_dns"
	KeyFCDNSStatus  = "fcdns_status" // "true" or "false"
	KeyMailLoopHops = "mail_loop_header_count"
	KeyMailLoopIP   = "mail_loop_ip"

	// KeyBypassPrefix before a module's name switches its automatic check off
	// when the value is "true".
	KeyBypassPrefix = "__bypass_"
)

// Keys of the message variables that the library sets.
const (
	KeyMailfromString    = "mailfrom_string" // the line as received, without CRLF
	KeyMailfromLocalpart = "mailfrom_localpart"
	KeyMailfromDomain    = "mailfrom_domain"
	KeyRcpttoString      = "rcptto_string"
	KeyRcpttoLocalpart   = "rcptto_localpart"
	KeyRcpttoDomain      = "rcptto_domain"
	Key8BitMIME          = "#8bitmime"            // "true" or absent
	KeyDateMissing       = "rfc2822_date_missing" // "true" or absent
	KeyBatchIDs          = "#batch_ids"           // ids of the sibling messages, comma separated

	// KeyWhitelistPrefix before a name makes the variable, in either scope,
	// by which a session or message is on that whitelist.
	KeyWhitelistPrefix = "dp_whitelist_"
)

// StandardKeys gives the names that scripts know as msys.core.STANDARD_KEY_
// with the name in front, and the keys they stand for.
func StandardKeys() map[string]string {
	return map[string]string{
		"MAILFROM_DOMAIN":    KeyMailfromDomain,
		"MAILFROM_LOCALPART": KeyMailfromLocalpart,
		"MAILFROM_STRING":    KeyMailfromString,
		"RCPTTO_DOMAIN":      KeyRcpttoDomain,
		"RCPTTO_LOCALPART":   KeyRcpttoLocalpart,
		"RCPTTO_STRING":      KeyRcpttoString,
		"EHLO_DOMAIN":        KeyEhloDomain,
		"EHLO_STRING":        KeyEhloString,
		"CAN_RELAY":          KeyCanRelay,
		"AUTH_USER":          KeyAuthUser,
		"AUTH_NAME":          KeyAuthName,
		"AUTH_STATUS":        KeyAuthStatus,
	}
}
