package tlsparams

import (
	"crypto/tls"
	"strings"
)

// suite is a cipher suite of TLS up to 1.2 that crypto/tls has.
type suite struct {
	id   uint16
	name string   // OpenSSL's
	tags []string // the keywords of OpenSSL that select it, beside ALL
	safe bool     // in OpenSSL's and our DEFAULT
}

// suites gives all suites, the best first.
func suites() []suite {
	secure := map[uint16]bool{}
	for _, s := range tls.CipherSuites() {
		secure[s.ID] = true
	}
	var list []suite
	for _, s := range []struct {
		id         uint16
		name, tags string
	}{
		{tls.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, "ECDHE-ECDSA-AES256-GCM-SHA384", "ecdhe ecdsa AES AES256 AESGCM TLSv1.2 HIGH"},
		{tls.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384, "ECDHE-RSA-AES256-GCM-SHA384", "ecdhe aRSA AES AES256 AESGCM TLSv1.2 HIGH"},
		{tls.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, "ECDHE-ECDSA-CHACHA20-POLY1305", "ecdhe ecdsa CHACHA20 TLSv1.2 HIGH"},
		{tls.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256, "ECDHE-RSA-CHACHA20-POLY1305", "ecdhe aRSA CHACHA20 TLSv1.2 HIGH"},
		{tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, "ECDHE-ECDSA-AES128-GCM-SHA256", "ecdhe ecdsa AES AES128 AESGCM TLSv1.2 HIGH"},
		{tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, "ECDHE-RSA-AES128-GCM-SHA256", "ecdhe aRSA AES AES128 AESGCM TLSv1.2 HIGH"},
		{tls.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256, "ECDHE-ECDSA-AES128-SHA256", "ecdhe ecdsa AES AES128 SHA256 TLSv1.2 HIGH"},
		{tls.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256, "ECDHE-RSA-AES128-SHA256", "ecdhe aRSA AES AES128 SHA256 TLSv1.2 HIGH"},
		{tls.TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA, "ECDHE-ECDSA-AES256-SHA", "ecdhe ecdsa AES AES256 SHA1 TLSv1.0 HIGH"},
		{tls.TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA, "ECDHE-RSA-AES256-SHA", "ecdhe aRSA AES AES256 SHA1 TLSv1.0 HIGH"},
		{tls.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA, "ECDHE-ECDSA-AES128-SHA", "ecdhe ecdsa AES AES128 SHA1 TLSv1.0 HIGH"},
		{tls.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA, "ECDHE-RSA-AES128-SHA", "ecdhe aRSA AES AES128 SHA1 TLSv1.0 HIGH"},
		{tls.TLS_RSA_WITH_AES_256_GCM_SHA384, "AES256-GCM-SHA384", "kRSA aRSA AES AES256 AESGCM TLSv1.2 HIGH"},
		{tls.TLS_RSA_WITH_AES_128_GCM_SHA256, "AES128-GCM-SHA256", "kRSA aRSA AES AES128 AESGCM TLSv1.2 HIGH"},
		{tls.TLS_RSA_WITH_AES_128_CBC_SHA256, "AES128-SHA256", "kRSA aRSA AES AES128 SHA256 TLSv1.2 HIGH"},
		{tls.TLS_RSA_WITH_AES_256_CBC_SHA, "AES256-SHA", "kRSA aRSA AES AES256 SHA1 SSLv3 HIGH"},
		{tls.TLS_RSA_WITH_AES_128_CBC_SHA, "AES128-SHA", "kRSA aRSA AES AES128 SHA1 SSLv3 HIGH"},
		{tls.TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA, "ECDHE-RSA-DES-CBC3-SHA", "ecdhe aRSA 3DES SHA1 TLSv1.0 MEDIUM"},
		{tls.TLS_RSA_WITH_3DES_EDE_CBC_SHA, "DES-CBC3-SHA", "kRSA aRSA 3DES SHA1 SSLv3 MEDIUM"},
		{tls.TLS_ECDHE_ECDSA_WITH_RC4_128_SHA, "ECDHE-ECDSA-RC4-SHA", "ecdhe ecdsa RC4 SHA1 TLSv1.0 MEDIUM"},
		{tls.TLS_ECDHE_RSA_WITH_RC4_128_SHA, "ECDHE-RSA-RC4-SHA", "ecdhe aRSA RC4 SHA1 TLSv1.0 MEDIUM"},
		{tls.TLS_RSA_WITH_RC4_128_SHA, "RC4-SHA", "kRSA aRSA RC4 SHA1 SSLv3 MEDIUM"},
	} {
		list = append(list, suite{s.id, s.name, strings.Fields(s.tags), secure[s.id]})
	}
	return list
}

// keyword gives the tag that a keyword of OpenSSL stands for; "" is a keyword
// that selects nothing which crypto/tls has.
func keyword(word string) (tag string, ok bool) {
	switch word {
	case "HIGH", "MEDIUM", "AES", "AES128", "AES256", "AESGCM", "CHACHA20", "3DES", "RC4", "SHA1", "SHA256", "SHA384", "TLSv1.2", "TLSv1.0", "SSLv3", "kRSA", "aRSA":
		return word, true
	case "RSA":
		return "kRSA", true
	case "SHA":
		return "SHA1", true
	case "TLSv1":
		return "TLSv1.0", true
	case "ECDHE", "EECDH", "kECDHE", "kEECDH":
		return "ecdhe", true
	case "ECDSA", "aECDSA":
		return "ecdsa", true
	case "LOW", "EXP", "EXPORT", "EXPORT40", "EXPORT56", "NULL", "eNULL", "aNULL", "COMPLEMENTOFALL",
		"DH", "DHE", "EDH", "kDH", "kDHE", "kEDH", "kDHr", "kDHd", "ADH", "AECDH", "ECDH", "kECDH", "kECDHr", "kECDHe", "aECDH", "aDH", "DSS", "aDSS",
		"PSK", "kPSK", "aPSK", "kECDHEPSK", "kDHEPSK", "kRSAPSK", "SRP", "kSRP", "aSRP", "KRB5", "kKRB5", "aKRB5", "FZA",
		"DES", "RC2", "IDEA", "SEED", "CAMELLIA", "CAMELLIA128", "CAMELLIA256", "ARIA", "ARIA128", "ARIA256", "ARIAGCM", "AESCCM", "AESCCM8", "CBC",
		"MD5", "SSLv2", "GOST94", "GOST89MAC", "aGOST", "aGOST01", "kGOST", "GOST", "FIPS":
		return "", true
	}
	return "", false
}

// foreign reports whether s is the name of a suite of OpenSSL's that crypto/tls
// does not have.
func foreign(s string) bool {
	parts := strings.Split(s, "-")
	if len(parts) < 2 {
		return false
	}
	for _, part := range parts {
		switch part {
		case "ECDHE", "ECDH", "DHE", "EDH", "DH", "ADH", "AECDH", "RSA", "DSS", "ECDSA", "PSK", "SRP", "KRB5", "EXP", "EXP1024", "GOST2001", "GOST94", "GOST89", "GOST2012",
			"AES128", "AES256", "AES", "3DES", "DES", "CBC", "CBC3", "EDE", "GCM", "CCM", "CCM8", "RC4", "RC2", "IDEA", "SEED", "CAMELLIA128", "CAMELLIA256", "ARIA128", "ARIA256",
			"CHACHA20", "POLY1305", "NULL", "SHA", "SHA256", "SHA384", "MD5", "64", "40", "56":
		default:
			return false
		}
	}
	return true
}

// tls13 reports whether s is a suite of TLS 1.3, all of which crypto/tls
// always has on.
func tls13(s string) bool {
	switch s {
	case "TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256":
		return true
	}
	return false
}
