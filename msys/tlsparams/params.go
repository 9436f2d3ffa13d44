package tlsparams

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// Mode says whether a connection is encrypted.
type Mode int

// The values of Mode, as policy has them in use_tls.
const (
	No          Mode = iota // never
	IfAvailable             // where the peer offers it
	Required                // or there is no connection
)

// VerifyMode says how the peer's certificate is checked.
type VerifyMode int

// The values of VerifyMode, as policy has them in tls_verify.
const (
	VerifyNone     VerifyMode = iota // not at all
	VerifyCA                         // by a known authority
	VerifyHostname                   // and for the host's name
	VerifyOptional                   // as VerifyHostname, but a failure does not end the connection
)

// Params are parameters of TLS. Empty texts are what crypto/tls has by
// itself.
type Params struct {
	UseTLS   Mode
	Verify   VerifyMode
	CertFile string // PEM file of the own certificate and its chain
	KeyFile  string // PEM file of its key; if empty, CertFile has it too
	// CA is a PEM file of authorities, or a directory of such files. If
	// empty, those of the system.
	CA string
	// CipherList are the ciphers of TLS up to 1.2, see [ParseCiphers].
	CipherList string
}

// ErrKeyFile is given for a key file without a certificate.
var ErrKeyFile = errors.New("tlsparams: key file without a certificate file")

// ErrMode is given for modes that do not exist.
var ErrMode = errors.New("tlsparams: invalid mode")

// ErrNoTLS is given for parameters that forbid TLS.
var ErrNoTLS = errors.New("tlsparams: TLS is not to be used")

// ClientConfig makes the configuration for a connection to a server. The host
// sets its ServerName, which VerifyHostname needs. With VerifyOptional the
// handshake checks nothing; Check tells afterwards. The error is one of those
// above, a *CipherError, or one of the files.
func (p *Params) ClientConfig() (*tls.Config, error) {
	c, err := p.config()
	if err != nil {
		return nil, err
	}
	if p.CA != "" {
		if c.RootCAs, err = authorities(p.CA); err != nil {
			return nil, fmt.Errorf("tlsparams: authorities: %w", err)
		}
	}
	c.InsecureSkipVerify = p.Verify != VerifyHostname
	if p.Verify == VerifyCA {
		roots := c.RootCAs
		c.VerifyConnection = func(s tls.ConnectionState) error { return check(s, roots, "") }
	}
	return c, nil
}

// ServerConfig makes the configuration for connections of clients; CertFile is
// required. Clients are asked for a certificate; VerifyCA and VerifyHostname
// require one that is good, VerifyOptional one that is good if there is one.
// The errors are those of ClientConfig.
func (p *Params) ServerConfig() (*tls.Config, error) {
	c, err := p.config()
	switch {
	case err != nil:
		return nil, err
	case p.CertFile == "":
		return nil, errors.New("tlsparams: a server needs a certificate file")
	}
	if p.CA != "" {
		if c.ClientCAs, err = authorities(p.CA); err != nil {
			return nil, fmt.Errorf("tlsparams: authorities: %w", err)
		}
	}
	c.ClientAuth = map[VerifyMode]tls.ClientAuthType{
		VerifyNone: tls.RequestClientCert, VerifyCA: tls.RequireAndVerifyClientCert,
		VerifyHostname: tls.RequireAndVerifyClientCert, VerifyOptional: tls.VerifyClientCertIfGiven,
	}[p.Verify]
	return c, nil
}

// Check verifies the certificate of a connection to a server as VerifyHostname
// does, be it for a mode that lets the connection go on.
func (p *Params) Check(s tls.ConnectionState, host string) error {
	var roots *x509.CertPool
	if p.CA != "" {
		var err error
		if roots, err = authorities(p.CA); err != nil {
			return fmt.Errorf("tlsparams: authorities: %w", err)
		}
	}
	return check(s, roots, host)
}

// config makes what both sides have in common.
func (p *Params) config() (*tls.Config, error) {
	switch {
	case p.UseTLS < No || p.UseTLS > Required || p.Verify < VerifyNone || p.Verify > VerifyOptional:
		return nil, ErrMode
	case p.UseTLS == No:
		return nil, ErrNoTLS
	case p.CertFile == "" && p.KeyFile != "":
		return nil, ErrKeyFile
	}
	ciphers, err := ParseCiphers(p.CipherList)
	if err != nil {
		return nil, err
	}
	c := &tls.Config{CipherSuites: ciphers.Suites, MinVersion: ciphers.MinVersion}
	if p.CertFile != "" {
		key := p.KeyFile
		if key == "" {
			key = p.CertFile
		}
		cert, err := tls.LoadX509KeyPair(p.CertFile, key)
		if err != nil {
			return nil, fmt.Errorf("tlsparams: certificate: %w", err)
		}
		c.Certificates = []tls.Certificate{cert}
	}
	return c, nil
}

// check verifies the peer's certificate, its name too unless host is empty.
func check(s tls.ConnectionState, roots *x509.CertPool, host string) error {
	if len(s.PeerCertificates) == 0 {
		return errors.New("tlsparams: the peer has no certificate")
	}
	o := x509.VerifyOptions{Roots: roots, DNSName: host, Intermediates: x509.NewCertPool()}
	for _, cert := range s.PeerCertificates[1:] {
		o.Intermediates.AddCert(cert)
	}
	if _, err := s.PeerCertificates[0].Verify(o); err != nil {
		return fmt.Errorf("tlsparams: certificate of the peer: %w", err)
	}
	return nil
}

// authorities reads a file of authorities or the files of a directory, of
// which at least one must have some.
func authorities(path string) (*x509.CertPool, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	files := []string{path}
	if info.IsDir() {
		entries, err := os.ReadDir(path)
		if err != nil {
			return nil, err
		}
		files = files[:0]
		for _, e := range entries {
			if !e.IsDir() {
				files = append(files, filepath.Join(path, e.Name()))
			}
		}
	}
	pool, some := x509.NewCertPool(), false
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		some = pool.AppendCertsFromPEM(text) || some
	}
	if !some {
		return nil, fmt.Errorf("no certificate in %s", path)
	}
	return pool, nil
}
