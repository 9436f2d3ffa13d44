package vctx

import (
	"crypto/tls"
	"strconv"
	"strings"
)

// TLSInfo is what policy sees of a TLS session.
type TLSInfo struct {
	Protocol         string // such as "TLSv1.3"
	Cipher           string // the suite's name
	AlgBits, UseBits int    // key length of the cipher, and how much of it is secret

	// HasClientCertificate says that the client sent one; the rest describes
	// it.
	HasClientCertificate bool
	ClientSubject        string
	ClientSubjectCN      string
	ClientIssuer         string
	ClientIssuerCN       string
	ClientVerified       bool // against the host's authorities
}

// TLSInfoOf describes the state of a connection of package crypto/tls. The
// cipher has its IANA name, and distinguished names are as RFC 2253 writes
// them.
func TLSInfoOf(s tls.ConnectionState) TLSInfo {
	t := TLSInfo{
		Protocol: strings.Replace(tls.VersionName(s.Version), "TLS ", "TLSv", 1),
		Cipher:   tls.CipherSuiteName(s.CipherSuite),
	}
	switch {
	case strings.Contains(t.Cipher, "3DES"):
		t.AlgBits, t.UseBits = 168, 112
	case strings.Contains(t.Cipher, "AES_256"), strings.Contains(t.Cipher, "CHACHA20"):
		t.AlgBits, t.UseBits = 256, 256
	case strings.Contains(t.Cipher, "_128"):
		t.AlgBits, t.UseBits = 128, 128
	}
	if len(s.PeerCertificates) > 0 {
		cert := s.PeerCertificates[0]
		t.HasClientCertificate = true
		t.ClientSubject, t.ClientSubjectCN = cert.Subject.String(), cert.Subject.CommonName
		t.ClientIssuer, t.ClientIssuerCN = cert.Issuer.String(), cert.Issuer.CommonName
		t.ClientVerified = len(s.VerifiedChains) > 0
	}
	return t
}

// SetTLS sets the variables that describe a TLS session.
func (v *Context) SetTLS(t TLSInfo) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.ended {
		return
	}
	conn := &v.dicts[ConnScope]
	conn.Set(KeyTLS, "on")
	conn.Set(KeyTLSProtocol, t.Protocol)
	conn.Set(KeyTLSCipher, t.Cipher)
	conn.Set(KeyTLSCipherAlgBits, strconv.Itoa(t.AlgBits))
	conn.Set(KeyTLSCipherUseBits, strconv.Itoa(t.UseBits))
	if !t.HasClientCertificate {
		return
	}
	conn.Set(KeyTLSClientCertSubject, t.ClientSubject)
	conn.Set(KeyTLSClientCertSubjectCN, t.ClientSubjectCN)
	conn.Set(KeyTLSClientCertIssuer, t.ClientIssuer)
	conn.Set(KeyTLSClientCertIssuerCN, t.ClientIssuerCN)
	if t.ClientVerified {
		conn.Set(KeyTLSClientVerified, "yes")
	}
}
