package rspamd_test

import (
	"context"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"

	"github.com/gomsys/gomsys/msys/scan"
	"github.com/gomsys/gomsys/msys/scan/rspamd"
)

func Example() {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		io.WriteString(w, "{\"score\":7.5,\"required_score\":15,\"action\":\"add header\",\"symbols\":{\"MISSING_MID\":{}}}")
	}))
	defer server.Close()

	engine := rspamd.New(server.Listener.Addr().String(), nil)
	defer engine.Close()
	res, err := engine.Scan(context.Background(), scan.BytesRequest([]byte("Subject: hello\r\n\r\n")))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(res.Spam, res.Code, res.Score, res.Symbols)
	// Output: true add header 7.5 [MISSING_MID]
}
