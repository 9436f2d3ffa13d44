package docstest

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"database/sql"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	_ "modernc.org/sqlite" // the driver of the datasource

	"github.com/gomsys/gomsys/audit"
	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys"
	"github.com/gomsys/gomsys/msys/curl"
	"github.com/gomsys/gomsys/msys/db"
	"github.com/gomsys/gomsys/msys/dkim"
	"github.com/gomsys/gomsys/msys/dkim/dkimsig"
	"github.com/gomsys/gomsys/msys/dns"
	"github.com/gomsys/gomsys/msys/domainkeys"
	httpclient "github.com/gomsys/gomsys/msys/http"
	"github.com/gomsys/gomsys/msys/iowrap"
	"github.com/gomsys/gomsys/msys/modules"
	"github.com/gomsys/gomsys/msys/openarc"
	"github.com/gomsys/gomsys/msys/policykit"
	"github.com/gomsys/gomsys/msys/scan"
	"github.com/gomsys/gomsys/msys/scan/cloudmark"
)

var (
	clientAddr   = netip.MustParseAddrPort("192.0.2.7:4321")
	listenerAddr = netip.MustParseAddrPort("198.51.100.1:25")
)

// zoneText are the names that there are.
const zoneText = `
example.org.             MX  10 mx.example.org.
example.org.             TXT "v=spf1 ip4:192.0.2.0/24 -all"
mx.example.org.          A   192.0.2.7
7.2.0.192.in-addr.arpa.  PTR mx.example.org.
`

// key is that of the selector "mail" of example.org and example.com.
var key = sync.OnceValue(func() *rsa.PrivateKey {
	k, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		panic(err)
	}
	return k
})

// keyFile is what /etc/dkim/*.key hold.
func keyFile(context.Context, string) ([]byte, error) {
	return pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key())}), nil
}

// keys answers the questions for keys, others are answered by the zone.
type keys struct{ *dns.Resolver }

func (k keys) LookupTXT(ctx context.Context, name string) ([]string, error) {
	if !strings.HasPrefix(name, "mail._domainkey.example.") {
		return k.Resolver.LookupTXT(ctx, name)
	}
	der, err := x509.MarshalPKIXPublicKey(key().Public())
	return []string{"v=DKIM1; k=rsa; p=" + base64.StdEncoding.EncodeToString(der)}, err
}

// services are those that snippets of a module use.
func services(t *testing.T, module string, zone *policykit.Zone) modules.Options {
	t.Helper()
	resolver, err := dns.New(&dns.Options{Exchange: zone.Exchange})
	if err != nil {
		t.Fatal(err)
	}
	verifier := &openarc.Verifier{Keys: dkimsig.KeyStore{Resolver: keys{resolver}}}
	o := modules.Options{
		DNS: resolver,
		DKIM: &dkim.Options{
			Verifier: &dkim.Verifier{Keys: dkimsig.KeyStore{Resolver: keys{resolver}}},
			Signer:   &dkim.Signer{KeyLoader: keyFile},
		},
		DomainKeys: &domainkeys.Options{Signer: &domainkeys.Signer{KeyLoader: keyFile}},
		ARC: &openarc.Options{Verifier: verifier, Sealer: &openarc.Sealer{
			Verifier: verifier, KeyLoader: keyFile, Hostname: "mail.example.com",
		}},
	}
	if o.Audit, err = audit.New(&audit.Options{Monitors: []string{"300,6"}, Logger: slog.New(slog.DiscardHandler)}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { o.Audit.Close(context.Background()) })
	if slices.Contains(scanModules, module) {
		o.Scanners = scanners(t)
		o.Cloudmark = &cloudmark.Options{AF: &cloudmark.ActiveFilter{}}
	}
	switch module {
	case "msys.http.client", "curl", "msys.core":
		client := webServer(t)
		o.HTTP = httpclient.New(&httpclient.Options{HTTP: client})
		t.Cleanup(func() { o.HTTP.Close() })
		o.Curl = curl.New(&curl.Options{HTTP: client, Files: curl.Dir(t.TempDir())})
		t.Cleanup(func() { o.Curl.Close() })
	case "msys.db", "msys.datasource":
		o.DB = datasource(t)
	}
	if module == "msys.core" {
		dir := t.TempDir()
		o.Files, err = iowrap.New(&iowrap.Options{PathMap: []iowrap.Mapping{{From: "/var/policy", To: dir}}, Roots: []string{dir}})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { o.Files.Close() })
	}
	return o
}

// webServer plays http://api.example.org/: it says hello, and echoes what it
// is sent. The client reaches it under any name.
func webServer(t *testing.T) *http.Client {
	t.Helper()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		w.Header().Set("X-Method", r.Method)
		switch {
		case err != nil:
			w.WriteHeader(http.StatusBadRequest)
		case r.URL.Path == "/hello":
			fmt.Fprint(w, "hello")
		case r.URL.Path == "/echo":
			w.Header().Set("X-Key", r.Header.Get("X-Key"))
			w.Write(body)
		default:
			w.WriteHeader(http.StatusNotFound)
		}
	}))
	t.Cleanup(srv.Close)
	transport := &http.Transport{DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, network, srv.Listener.Addr().String())
	}}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}
}

// datasource is "policy": a database of domains and what is done with them.
func datasource(t *testing.T) *db.Registry {
	t.Helper()
	file := filepath.Join(t.TempDir(), "policy.db")
	pool, err := sql.Open("sqlite", file)
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	if _, err := pool.Exec(`create table domains (name text, action text, score real);
		insert into domains values ('example.org', 'accept', 0), ('spam.example', 'reject', 9.5)`); err != nil {
		t.Fatal(err)
	}
	reg, err := db.New(&db.Options{Sources: map[string]db.Config{"policy": {URI: []string{"sqlite:" + file}}}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { reg.Close() })
	return reg
}

var scanModules = []string{
	"msys.av", "msys.brightmail", "msys.cloudmark", "msys.commtouch", "msys.expurgate", "msys.spamc", "msys.symantec_beik",
}

// scanners finds a virus in what says EICAR, and spam in what says Hi.
func scanners(t *testing.T) *scan.Set {
	t.Helper()
	engine := scan.EngineFunc(func(_ context.Context, r *scan.Request) (*scan.Result, error) {
		content, err := r.Open()
		if err != nil {
			return nil, err
		}
		text, err := io.ReadAll(content)
		res := &scan.Result{Code: "OK"}
		if bytes.Contains(text, []byte("EICAR")) {
			res.Verdict, res.Name, res.Code = scan.Infected, "Eicar-Test", "FOUND"
		}
		if bytes.Contains(text, []byte("Hi Bob")) {
			res.Spam, res.Score, res.Symbols, res.RefID = true, 92, []string{"12", "34"}, "ref-1"
		}
		return res, err
	})
	slots := []scan.Slot{{Name: "clamav", Kind: scan.Antivirus, Engine: engine}}
	for _, name := range []string{"brightmail", "cloudmark", "commtouch", "eleven", "spamassassin", "symantec_beik"} {
		slots = append(slots, scan.Slot{Name: name, Engine: engine})
	}
	set, err := scan.NewSet(slots...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { set.Close() })
	return set
}

// domains is an outbound queue that has example.org.
type domains struct{ delayed string }

func (*domains) Lookup(_ context.Context, name string) (*msys.Domain, error) {
	if name != "example.org" {
		return nil, nil
	}
	return &msys.Domain{Name: name, Fields: map[string]any{"active_queue_size": 3}}, nil
}

func (d *domains) DelayDomain(_ context.Context, name, note string) error {
	d.delayed = name + ": " + note
	return nil
}

// bindings are default, and "fast" in the group "marketing".
type bindings struct{}

func (bindings) ID(name string) (int, bool) {
	i := slices.Index([]string{"default", "fast"}, name)
	return i, i >= 0
}

func (bindings) Name(id int) (string, bool) {
	names := []string{"default", "fast"}
	if id < 0 || id >= len(names) {
		return "", false
	}
	return names[id], true
}

func (bindings) GroupSize(group string) int {
	if group == "marketing" {
		return 1
	}
	return 0
}

func (bindings) GroupOf(binding string) string {
	if binding == "fast" {
		return "marketing"
	}
	return ""
}

func (bindings) Select(_ context.Context, _ *message.Message, group string) (string, bool) {
	return "fast", group == "marketing"
}

func messageOptions() message.Options { return message.Options{Bindings: bindings{}} }
