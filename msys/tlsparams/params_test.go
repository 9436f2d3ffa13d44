package tlsparams_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gomsys/gomsys/msys/tlsparams"
)

// files are the PEM files of a test.
type files struct{ dir, ca, other, server, client string }

// makeFiles makes two authorities, and certificates by the first with their
// keys in the same file.
func makeFiles(t *testing.T) files {
	t.Helper()
	dir := t.TempDir()
	serial := int64(0)
	issue := func(name string, ca *x509.Certificate, caKey *ecdsa.PrivateKey) (string, *x509.Certificate, *ecdsa.PrivateKey) {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		serial++
		c := &x509.Certificate{
			SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: name}, DNSNames: []string{name},
			NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
			ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
		}
		if ca == nil {
			c.IsCA, c.BasicConstraintsValid, c.ExtKeyUsage, c.DNSNames = true, true, nil, nil
			ca, caKey = c, key
		}
		der, err := x509.CreateCertificate(rand.Reader, c, ca, &key.PublicKey, caKey)
		if err != nil {
			t.Fatal(err)
		}
		if c, err = x509.ParseCertificate(der); err != nil {
			t.Fatal(err)
		}
		keyDER, err := x509.MarshalPKCS8PrivateKey(key)
		if err != nil {
			t.Fatal(err)
		}
		text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
		if !c.IsCA {
			text = append(text, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: keyDER})...)
		}
		file := filepath.Join(dir, name+".pem")
		if err := os.WriteFile(file, text, 0o600); err != nil {
			t.Fatal(err)
		}
		return file, c, key
	}
	f := files{dir: dir}
	var ca *x509.Certificate
	var key *ecdsa.PrivateKey
	f.other, _, _ = issue("other", nil, nil)
	f.ca, ca, key = issue("ca", nil, nil)
	f.server, _, _ = issue("mx.example.org", ca, key)
	f.client, _, _ = issue("client.example.net", ca, key)
	return f
}

// handshake connects a client to a server and gives the client's state.
func handshake(t *testing.T, client, server *tls.Config) (tls.ConnectionState, error) {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	a, err := net.Dial("tcp", ln.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	b, err := ln.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	done := make(chan error, 1)
	go func() {
		s := tls.Server(b, server)
		err := s.Handshake()
		if err == nil {
			_, err = s.Write([]byte("x")) // so that the client learns of an alert
		}
		b.Close()
		done <- err
	}()
	c := tls.Client(a, client)
	if err = c.Handshake(); err == nil {
		_, err = c.Read(make([]byte, 1))
	}
	a.Close()
	if serverErr := <-done; err == nil {
		err = serverErr
	}
	return c.ConnectionState(), err
}

func TestHandshake(t *testing.T) {
	f := makeFiles(t)
	for _, tt := range []struct {
		name           string
		client, server tlsparams.Params
		host, want     string
	}{
		{"not verified", tlsparams.Params{}, tlsparams.Params{}, "", ""},
		{"authority", tlsparams.Params{Verify: tlsparams.VerifyCA, CA: f.ca}, tlsparams.Params{}, "x.test", ""},
		{"authorities of a directory", tlsparams.Params{Verify: tlsparams.VerifyCA, CA: f.dir}, tlsparams.Params{}, "", ""},
		{"other authority", tlsparams.Params{Verify: tlsparams.VerifyCA, CA: f.other}, tlsparams.Params{}, "", "unknown authority"},
		{"host", tlsparams.Params{Verify: tlsparams.VerifyHostname, CA: f.ca}, tlsparams.Params{}, "mx.example.org", ""},
		{"other host", tlsparams.Params{Verify: tlsparams.VerifyHostname, CA: f.ca}, tlsparams.Params{}, "mx.example.net", "not mx.example.net"},
		{"no host", tlsparams.Params{Verify: tlsparams.VerifyHostname, CA: f.ca}, tlsparams.Params{}, "", "ServerName"},
		{"optional", tlsparams.Params{Verify: tlsparams.VerifyOptional, CA: f.other}, tlsparams.Params{}, "x.test", ""},
		{"client", tlsparams.Params{CertFile: f.client}, tlsparams.Params{Verify: tlsparams.VerifyCA, CA: f.ca}, "", ""},
		{"client and key", tlsparams.Params{CertFile: f.client, KeyFile: f.client}, tlsparams.Params{Verify: tlsparams.VerifyHostname, CA: f.ca}, "", ""},
		{"no client", tlsparams.Params{}, tlsparams.Params{Verify: tlsparams.VerifyCA, CA: f.ca}, "", "certificate"},
		{"optional client", tlsparams.Params{}, tlsparams.Params{Verify: tlsparams.VerifyOptional, CA: f.ca}, "", ""},
		{"bad client", tlsparams.Params{CertFile: f.client}, tlsparams.Params{Verify: tlsparams.VerifyOptional, CA: f.other}, "", "certificate"},
		{"client not verified", tlsparams.Params{CertFile: f.client}, tlsparams.Params{CA: f.other}, "", ""},
		{"cipher", tlsparams.Params{CipherList: "ECDHE-ECDSA-AES256-GCM-SHA384"}, tlsparams.Params{}, "", ""},
		{"TLS 1.3 only", tlsparams.Params{CipherList: "TLS_AES_128_GCM_SHA256"}, tlsparams.Params{}, "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.client.UseTLS, tt.server.UseTLS, tt.server.CertFile = tlsparams.Required, tlsparams.IfAvailable, f.server
			client, err := tt.client.ClientConfig()
			if err != nil {
				t.Fatal(err)
			}
			server, err := tt.server.ServerConfig()
			if err != nil {
				t.Fatal(err)
			}
			client.ServerName = tt.host
			if tt.name == "bad client" { // which would not show it to those who do not know it
				cert := client.Certificates[0]
				client.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return &cert, nil }
			}
			if tt.name == "cipher" {
				client.MaxVersion = tls.VersionTLS12
			}
			state, err := handshake(t, client, server)
			if tt.want == "" && err != nil || tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)) {
				t.Fatalf("got %v, want %q", err, tt.want)
			}
			if tt.name == "cipher" && state.CipherSuite != tls.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384 {
				t.Error(tls.CipherSuiteName(state.CipherSuite))
			}
			if tt.name != "optional" {
				return
			}
			good := tlsparams.Params{CA: f.ca}
			if err := good.Check(state, "mx.example.org"); err != nil {
				t.Error(err)
			}
			if err := good.Check(state, "x.test"); err == nil {
				t.Error("another host's certificate is good")
			}
			if err := tt.client.Check(state, "mx.example.org"); err == nil {
				t.Error("another authority's certificate is good")
			}
		})
	}
}

func TestConfigErrors(t *testing.T) {
	f := makeFiles(t)
	empty := t.TempDir()
	for _, tt := range []struct {
		name string
		p    tlsparams.Params
		want string
	}{
		{"no", tlsparams.Params{}, "tlsparams: TLS is not to be used"},
		{"mode", tlsparams.Params{UseTLS: 3}, "tlsparams: invalid mode"},
		{"negative mode", tlsparams.Params{UseTLS: -1}, "tlsparams: invalid mode"},
		{"verify", tlsparams.Params{UseTLS: 1, Verify: 4}, "tlsparams: invalid mode"},
		{"key only", tlsparams.Params{UseTLS: 1, KeyFile: f.client}, "tlsparams: key file without a certificate file"},
		{"no file", tlsparams.Params{UseTLS: 1, CertFile: "/nonexistent"}, "tlsparams: certificate: open /nonexistent: no such file or directory"},
		{"no key in it", tlsparams.Params{UseTLS: 1, CertFile: f.ca}, "tlsparams: certificate: tls: found a certificate rather than a key"},
		{"other key", tlsparams.Params{UseTLS: 1, CertFile: f.client, KeyFile: f.server}, "tlsparams: certificate: tls: private key does not match public key"},
		{"no authorities", tlsparams.Params{UseTLS: 1, CertFile: f.client, CA: "/nonexistent"}, "tlsparams: authorities: stat /nonexistent: no such file or directory"},
		{"empty directory", tlsparams.Params{UseTLS: 1, CertFile: f.client, CA: empty}, "tlsparams: authorities: no certificate in " + empty},
		{"cipher", tlsparams.Params{UseTLS: 1, CipherList: "HIGH:FOO"}, `tlsparams: cipher list "HIGH:FOO": unknown cipher "FOO"`},
		{"no cipher", tlsparams.Params{UseTLS: 1, CipherList: "LOW"}, `tlsparams: cipher list "LOW" selects no cipher`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for side, config := range map[string]func() (*tls.Config, error){"client": tt.p.ClientConfig, "server": tt.p.ServerConfig} {
				if c, err := config(); err == nil || c != nil || !strings.HasPrefix(err.Error(), tt.want) {
					t.Errorf("%s: %v, want %s", side, err, tt.want)
				}
			}
		})
	}
	p := tlsparams.Params{UseTLS: tlsparams.Required}
	if _, err := p.ServerConfig(); err == nil {
		t.Error("a server without a certificate")
	}
	p.CipherList = "X"
	var wrong *tlsparams.CipherError
	if _, err := p.ClientConfig(); !errors.As(err, &wrong) || wrong.Name != "X" {
		t.Error(err)
	}
}
