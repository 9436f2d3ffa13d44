package main

import (
	"context"
	"net/netip"
	"strconv"
	"strings"

	"github.com/emersion/go-milter"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys"
	"github.com/gomsys/gomsys/vctx"
)

// macroPrefix begins the names of the context variables that hold the MTA's
// macros: {auth_authen} is milter_auth_authen, i is milter_i. Those of the
// connection and the greeting are connection variables, later ones belong to
// the message.
const macroPrefix = "milter_"

// wantedMacros are what the MTA is asked to tell, stage by stage.
func wantedMacros() map[milter.Stage][]string {
	message := []string{"i", "{auth_type}", "{auth_authen}", "{auth_author}", "{mail_addr}"}
	return map[milter.Stage][]string{
		milter.StageConnect: {"j", "v", "{client_addr}", "{client_port}", "{client_name}", "{client_ptr}",
			"{daemon_name}", "{daemon_addr}", "{daemon_port}", "{if_addr}"},
		milter.StageHelo: {"r", "{tls_version}", "{cipher}", "{cipher_bits}", "{verify}", "{cert_subject}", "{cert_issuer}",
			"{cn_subject}", "{cn_issuer}"},
		milter.StageMailFrom: message,
		milter.StageRcptTo:   {"i", "{rcpt_addr}"},
		milter.StageEOM:      {"i", "{auth_authen}"},
	}
}

// macros are the MTA's macros by name without braces.
type macros map[string]string

// merge adds what a stage brought.
func (m macros) merge(more map[string]string) {
	for name, value := range more {
		m[strings.Trim(name, "{}")] = value
	}
}

// macrosKey finds macros in the context of a step.
type macrosKey struct{}

// messageMacros is the check that sets the message variables before policy
// sees the sender.
func messageMacros() msys.Builtin {
	return msys.Builtin{Name: "milter macros", Callout: "validate_mailfrom",
		Run: func(ctx context.Context, c *vctx.Context, _ *message.Message) error {
			if m, ok := ctx.Value(macrosKey{}).(macros); ok {
				m.set(c, vctx.MessScope)
			}
			return nil
		}}
}

// set makes variables of the macros.
func (m macros) set(c *vctx.Context, scope vctx.Scope) {
	for name, value := range m {
		c.Set(scope, macroPrefix+name, value)
	}
}

// tls describes the client's TLS session, if there is one.
func (m macros) tls() (vctx.TLSInfo, bool) {
	version := m["tls_version"]
	if version == "" {
		return vctx.TLSInfo{}, false
	}
	bits, _ := strconv.Atoi(m["cipher_bits"])
	return vctx.TLSInfo{
		Protocol: version, Cipher: m["cipher"], AlgBits: bits, UseBits: bits,
		HasClientCertificate: m["cert_subject"] != "" || m["cn_subject"] != "",
		ClientSubject:        m["cert_subject"], ClientSubjectCN: m["cn_subject"],
		ClientIssuer: m["cert_issuer"], ClientIssuerCN: m["cn_issuer"],
		ClientVerified: m["verify"] == "OK",
	}, true
}

// aboveHeader gives the index at which the MTA inserts a field above all that
// it received: Postfix counts its own Received field, Sendmail does not, whose
// macro v is a bare version.
func (m macros) aboveHeader() int {
	if v := m["v"]; v != "" && v[0] >= '0' && v[0] <= '9' {
		return 0
	}
	return 1
}

// local gives the address of the MTA's listener, as far as it tells.
func (m macros) local() netip.AddrPort {
	for _, text := range []string{m["daemon_addr"], m["if_addr"]} {
		if a, ok := parseIP(text); ok {
			return netip.AddrPortFrom(a, m.port("daemon_port", 25))
		}
	}
	return netip.AddrPort{}
}

func (m macros) port(name string, def uint16) uint16 {
	if n, err := strconv.ParseUint(m[name], 10, 16); err == nil {
		return uint16(n)
	}
	return def
}

// parseIP reads an address as MTAs write it: 192.0.2.1, 2001:db8::1,
// IPv6:2001:db8::1 or [192.0.2.1].
func parseIP(text string) (netip.Addr, bool) {
	text = strings.Trim(text, "[]")
	if len(text) > 5 && strings.EqualFold(text[:5], "IPv6:") {
		text = text[5:]
	}
	a, err := netip.ParseAddr(text)
	return a, err == nil
}
