package curl

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
)

// tlsSettings are the settings of TLS that distinguish connections.
type tlsSettings struct {
	verifyPeer, verifyHost       bool
	caInfo, caPath               string
	cert, certType, key, keyPass string
	version                      int64
	ciphers                      string
}

var tlsDefaults = tlsSettings{verifyPeer: true, verifyHost: true}

func tlsSettingsOf(s settings) tlsSettings {
	return tlsSettings{
		verifyPeer: !s.off(OptSSLVerifyPeer), verifyHost: s.num(OptSSLVerifyHost, 2) != 0,
		caInfo: s.str(OptCAInfo), caPath: s.str(OptCAPath),
		cert: s.str(OptSSLCert), certType: s.str(OptSSLCertType), key: s.str(OptSSLKey), keyPass: s.str(OptSSLKeyPasswd),
		version: s.num(OptSSLVersion, 0), ciphers: s.str(OptSSLCipherList),
	}
}

// usesFiles reports whether the settings name files, whose content may change.
func (s tlsSettings) usesFiles() bool {
	return s.caInfo != "" || s.caPath != "" || s.cert != "" || s.key != ""
}

// config makes the configuration of TLS, from that of the host if it has one.
func (s tlsSettings) config(base *tls.Config, files Files) (*tls.Config, error) {
	c := &tls.Config{}
	if base != nil {
		c = base.Clone()
	}
	var err error
	if c.MinVersion, err = s.minVersion(c.MinVersion); err != nil {
		return nil, err
	}
	if c.CipherSuites, err = cipherSuites(s.ciphers, c.CipherSuites); err != nil {
		return nil, err
	}
	if s.caInfo != "" || s.caPath != "" {
		if c.RootCAs, err = authorities(files, s.caInfo, s.caPath); err != nil {
			return nil, fail(CodeSSLCACertBadFile, err)
		}
	}
	if s.cert != "" {
		cert, err := s.certificate(files)
		if err != nil {
			return nil, fail(CodeSSLCertProblem, err)
		}
		c.Certificates = []tls.Certificate{cert}
	}
	s.verification(c)
	return c, nil
}

// verification says what of the server's certificate is checked. The name is
// not checked of a peer that is not.
func (s tlsSettings) verification(c *tls.Config) {
	if s.verifyPeer && s.verifyHost {
		return
	}
	c.InsecureSkipVerify = true
	if !s.verifyPeer {
		return
	}
	roots := c.RootCAs
	c.VerifyConnection = func(state tls.ConnectionState) error {
		o := x509.VerifyOptions{Roots: roots, Intermediates: x509.NewCertPool()}
		for _, cert := range state.PeerCertificates[1:] {
			o.Intermediates.AddCert(cert)
		}
		_, err := state.PeerCertificates[0].Verify(o)
		return err
	}
}

// minVersion gives the lowest version of TLS.
func (s tlsSettings) minVersion(def uint16) (uint16, error) {
	switch s.version {
	case 0:
		return def, nil
	case 1, 4:
		return tls.VersionTLS10, nil
	case 5:
		return tls.VersionTLS11, nil
	case 6:
		return tls.VersionTLS12, nil
	case 7:
		return tls.VersionTLS13, nil
	}
	return 0, fail(CodeSSLConnectError, fmt.Errorf("curl: version %d of SSL is not supported", s.version))
}

// cipherSuites gives the suites that a list in OpenSSL's form names. Words for
// groups of suites stand for the default ones.
func cipherSuites(names string, def []uint16) ([]uint16, error) {
	if names == "" {
		return def, nil
	}
	known := map[string]uint16{}
	for _, c := range append(tls.CipherSuites(), tls.InsecureCipherSuites()...) {
		known[c.Name], known[opensslName(c.Name)] = c.ID, c.ID
	}
	var ids []uint16
	for _, name := range strings.FieldsFunc(names, func(r rune) bool { return strings.ContainsRune(":, ", r) }) {
		switch name {
		case "ALL", "DEFAULT", "HIGH", "MEDIUM":
			return def, nil
		}
		if id, ok := known[strings.TrimPrefix(name, "+")]; ok {
			ids = append(ids, id)
		}
	}
	if len(ids) == 0 {
		return nil, fail(CodeSSLCipher, fmt.Errorf("curl: no known cipher in %q", names))
	}
	return ids, nil
}

// opensslName makes OpenSSL's name of a suite from the registered one:
// ECDHE-RSA-AES128-GCM-SHA256 for TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256.
func opensslName(name string) string {
	name = strings.TrimPrefix(name, "TLS_")
	name = strings.Replace(name, "RSA_WITH_", "RSA_", 1)
	name = strings.TrimPrefix(name, "RSA_")
	name = strings.NewReplacer("_WITH_", "_", "AES_128", "AES128", "AES_256", "AES256",
		"POLY1305_SHA256", "POLY1305").Replace(name)
	name = strings.NewReplacer("AES128_CBC", "AES128", "AES256_CBC", "AES256").Replace(name)
	return strings.ReplaceAll(name, "_", "-")
}

// maxCredential bounds a file of certificates or keys.
const maxCredential = 4 << 20

func readFile(files Files, name string, limit int64) ([]byte, error) {
	f, err := files.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err == nil && int64(len(b)) > limit {
		err = fmt.Errorf("curl: %s is too large", name)
	}
	return b, err
}

// authorities reads certificates of authorities from a file and a directory.
func authorities(files Files, file, dir string) (*x509.CertPool, error) {
	pool := x509.NewCertPool()
	found := false
	add := func(name string) error {
		b, err := readFile(files, name, maxCredential)
		if err == nil && pool.AppendCertsFromPEM(b) {
			found = true
		}
		return err
	}
	if file != "" {
		if err := add(file); err != nil {
			return nil, err
		}
	}
	if dir != "" {
		lister, ok := files.(interface {
			ReadDir(name string) ([]fs.DirEntry, error)
		})
		if !ok {
			return nil, errors.New("curl: directories of authorities are not available")
		}
		entries, err := lister.ReadDir(dir)
		if err != nil {
			return nil, err
		}
		for _, entry := range entries {
			if !entry.IsDir() {
				_ = add(dir + "/" + entry.Name()) // what is no certificate is left out
			}
		}
	}
	if !found {
		return nil, errors.New("curl: no certificate of an authority")
	}
	return pool, nil
}

// certificate reads the client's certificate and key.
func (s tlsSettings) certificate(files Files) (tls.Certificate, error) {
	cert, err := readFile(files, s.cert, maxCredential)
	if err != nil {
		return tls.Certificate{}, err
	}
	key := cert
	if s.key != "" {
		if key, err = readFile(files, s.key, maxCredential); err != nil {
			return tls.Certificate{}, err
		}
	}
	if strings.EqualFold(s.certType, "DER") {
		cert = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert})
	}
	if key, err = decryptKey(key, s.keyPass); err != nil {
		return tls.Certificate{}, err
	}
	return tls.X509KeyPair(cert, key)
}

// decryptKey takes the encryption of RFC 1423 off a PEM key, which is what
// the option for the password is about.
func decryptKey(key []byte, password string) ([]byte, error) {
	for rest := key; password != ""; {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			break
		}
		//lint:ignore SA1019 the form is old, but it is what such keys have
		if !x509.IsEncryptedPEMBlock(block) {
			continue
		}
		//lint:ignore SA1019 as above
		der, err := x509.DecryptPEMBlock(block, []byte(password))
		if err != nil {
			return nil, err
		}
		return pem.EncodeToMemory(&pem.Block{Type: block.Type, Bytes: der}), nil
	}
	return key, nil
}
