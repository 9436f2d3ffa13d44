package main

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"

	"github.com/gomsys/gomsys/msys"
	"github.com/gomsys/gomsys/msys/tlsparams"
)

// tlsConfig gives the configuration of a handshake as policy wants it: its
// certificate and ciphers (core_get_inbound_tls_parameters), and its decision
// about the client's certificate (core_inbound_smtp_tls_verify_callback).
func (w *wire) tlsConfig() (*tls.Config, error) {
	configured := msys.TLSParams{UseTLS: tlsparams.IfAvailable, CertFile: w.s.o.cert, KeyFile: w.s.o.key}
	params, err := w.session.InboundTLS(w.ctx, configured)
	if err != nil {
		return nil, err
	}
	config := w.s.o.tls.Clone()
	switch {
	case params == configured:
	case params.CertFile != configured.CertFile || params.KeyFile != configured.KeyFile:
		if config, err = params.ServerConfig(); err != nil {
			return nil, err
		}
	default: // the same certificate, which is loaded already
		params.CertFile, params.KeyFile = "", ""
		other, err := params.ClientConfig()
		if err != nil {
			return nil, err
		}
		config.CipherSuites, config.ClientCAs = other.CipherSuites, other.RootCAs
		switch params.Verify {
		case tlsparams.VerifyCA, tlsparams.VerifyHostname:
			config.ClientAuth = tls.RequireAndVerifyClientCert
		case tlsparams.VerifyOptional:
			config.ClientAuth = tls.VerifyClientCertIfGiven
		}
	}
	if w.s.rt.Has("core_inbound_smtp_tls_verify_callback") {
		required := config.ClientAuth == tls.RequireAnyClientCert || config.ClientAuth == tls.RequireAndVerifyClientCert
		roots := config.ClientCAs
		config.ClientAuth = tls.RequestClientCert // policy decides what the check found
		config.VerifyConnection = func(state tls.ConnectionState) error { return w.verifyClient(state, roots, required) }
	}
	return config, nil
}

var errClientRefused = errors.New("policy refused the client's certificate")

// verifyClient asks policy about the certificate of the client. Without one
// the check has passed if none was required.
func (w *wire) verifyClient(state tls.ConnectionState, roots *x509.CertPool, required bool) error {
	cert := msys.Certificate{Verified: !required}
	if len(state.PeerCertificates) > 0 {
		leaf := state.PeerCertificates[0]
		cert.Subject, cert.Issuer = leaf.Subject.String(), leaf.Issuer.String()
		o := x509.VerifyOptions{Roots: roots, Intermediates: x509.NewCertPool(), KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}}
		for _, c := range state.PeerCertificates[1:] {
			o.Intermediates.AddCert(c)
		}
		_, err := leaf.Verify(o)
		cert.Verified = err == nil
	}
	ok, err := w.session.VerifyClient(w.ctx, cert)
	if err != nil {
		return fmt.Errorf("asking policy about a certificate: %w", err)
	}
	if !ok {
		return errClientRefused
	}
	return nil
}
