package icap_test

import (
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/http/httptest"
	"testing"

	"github.com/gomsys/gomsys/msys/scan"
	"github.com/gomsys/gomsys/msys/scan/icap"
	"github.com/gomsys/gomsys/msys/scan/internal/scantest"
)

func TestTLS(t *testing.T) {
	web := httptest.NewTLSServer(nil) // for its certificate
	defer web.Close()
	s := scantest.Serve(t, func(c net.Conn) { pretend(tls.Server(c, &tls.Config{Certificates: web.TLS.Certificates})) })
	roots := x509.NewCertPool()
	roots.AddCert(web.Certificate())
	for _, known := range []bool{true, false} {
		o := &icap.Options{TLS: &tls.Config{ServerName: "example.com"}}
		if known {
			o.TLS.RootCAs = roots
		}
		c, err := icap.New("icaps://"+s.Addr+"/x", o)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		res, err := scanText(t, c, "mail")
		if (err == nil) != known || known && res.Verdict != scan.Infected {
			t.Errorf("known authority: %v, %+v %v", known, res, err)
		}
	}
}
