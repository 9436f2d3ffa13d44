package scan_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys/scan"
)

// An engine of one's own, and a mail that it finds something in.
func Example() {
	engine := scan.EngineFunc(func(_ context.Context, r *scan.Request) (*scan.Result, error) {
		body, err := r.Open()
		if err != nil {
			return nil, err
		}
		defer body.Close()
		b, err := io.ReadAll(io.LimitReader(body, 1<<20))
		if err != nil {
			return nil, err
		}
		if bytes.Contains(b, []byte("dangerous")) {
			return &scan.Result{Verdict: scan.Infected, Name: "Test.Danger"}, nil
		}
		return &scan.Result{}, nil
	})
	set, err := scan.NewSet(scan.Slot{Name: "own", Kind: scan.Antivirus, Engine: engine, Options: &scan.Options{MIMEDecompose: true}})
	if err != nil {
		log.Fatal(err)
	}
	defer set.Close()

	m, err := message.ParseBytes([]byte("Subject: hello\r\nContent-Transfer-Encoding: base64\r\n\r\nZGFuZ2Vyb3Vz\r\n"), message.Envelope{}, nil)
	if err != nil {
		log.Fatal(err)
	}
	defer m.Close()
	res, err := set.Scan(context.Background(), "own", scan.NewRequest(m, nil))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(res.Verdict, res.Name)
	st := set.Status()[0]
	fmt.Println(st.Scans, "mail,", st.Infected, "infected, down:", st.Down)
	// Output:
	// infected Test.Danger
	// 1 mail, 1 infected, down: false
}
