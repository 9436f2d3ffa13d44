package domainkeys_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys/domainkeys"
)

// TestCorpus signs the mails that are hard to read: after that they are as
// they were, and the signature is good.
func TestCorpus(t *testing.T) {
	files, err := filepath.Glob("../../message/testdata/awkward/*.eml")
	if err != nil || len(files) == 0 {
		t.Fatal("no mails:", err)
	}
	signed := 0
	for _, file := range files {
		for _, canon := range []domainkeys.Canon{domainkeys.NoFWS, domainkeys.Simple} {
			t.Run(filepath.Base(file)+" "+canon.String(), func(t *testing.T) {
				text, err := os.ReadFile(file)
				if err != nil {
					t.Fatal(err)
				}
				m, err := message.ParseBytes(text, message.Envelope{}, nil)
				if err != nil {
					t.Skip(err)
				}
				defer m.Close()
				before := content(t, m)
				// Any domain: the key's zone is made for it.
				o := &domainkeys.SignOptions{Selector: "s1", Key: rsaKey(), Canon: canon}
				var s domainkeys.Signer
				if _, err := s.Sign(context.Background(), m, o); err != nil {
					if content(t, m) != before {
						t.Error("changed without success:", err)
					}
					return
				}
				signed++
				after := content(t, m)
				if !strings.HasSuffix(after, before) {
					t.Errorf("changed from\n%q to\n%q", before, after)
				}
				v := &domainkeys.Verifier{}
				v.Keys.Resolver = zone{"s1._domainkey." + domainkeys.ResponsibleDomain(m): "k=rsa; p=" + public(rsaKey())}
				if status, err := v.Verify(context.Background(), parse(t, after)); status != domainkeys.Good {
					t.Errorf("%s, %v\n%q", status, err, after)
				}
			})
		}
	}
	if signed < len(files) {
		t.Errorf("%d of %d mails could be signed", signed/2, len(files))
	}
}

// TestRFC4870 reads the signature of the example in section 2, of which the
// key is not published in full.
func TestRFC4870(t *testing.T) {
	const mail = "DomainKey-Signature: a=rsa-sha1; s=brisbane; d=football.example.com;\r\n" +
		"  c=simple; q=dns;\r\n" +
		"  b=dzdVyOfAKCdLXdJOc9G2q8LoXSlEniSbav+yuU4zGeeruD00lszZ\r\n" +
		"      VoG4ZHRNiYzR;\r\n" +
		"Received: from dsl-10.2.3.4.football.example.com  [10.2.3.4]\r\n" +
		"     by submitserver.football.example.com with SUBMISSION;\r\n" +
		"     Fri, 11 Jul 2003 21:01:54 -0700 (PDT)\r\n" +
		"From: \"Joe SixPack\" <joe@football.example.com>\r\n" +
		"To: \"Suzie Q\" <suzie@shopping.example.net>\r\n" +
		"Subject: Is dinner ready?\r\n" +
		"Date: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)\r\n" +
		"Message-ID: <20030712040037.46341.5F8J@football.example.com>\r\n\r\n" +
		"Hi.\r\n\r\nWe lost the game. Are you hungry yet?\r\n\r\nJoe.\r\n"
	asked := ""
	v := &domainkeys.Verifier{}
	v.Keys.Resolver = resolver(func(name string) string { asked = name; return "g=; k=rsa; p=" + public(rsaKey()) })
	sigs, err := v.Examine(context.Background(), parse(t, mail))
	if err != nil || len(sigs) != 1 {
		t.Fatal(sigs, err)
	}
	s := sigs[0]
	if s.Domain != "football.example.com" || s.Selector != "brisbane" || s.Canon != domainkeys.Simple || s.Status != domainkeys.Bad || s.Err.Error() != "signature verification failed" {
		t.Errorf("%+v", s)
	}
	if asked != "brisbane._domainkey.football.example.com" {
		t.Error("asked for", asked)
	}
}

type resolver func(name string) string

func (r resolver) LookupTXT(_ context.Context, name string) ([]string, error) {
	return []string{r(name)}, nil
}
