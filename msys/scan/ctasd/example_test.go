package ctasd_test

import (
	"context"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"

	"github.com/gomsys/gomsys/msys/scan"
	"github.com/gomsys/gomsys/msys/scan/ctasd"
)

func Example() {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		io.WriteString(w, "X-CTCH-Spam: Bulk\r\nX-CTCH-VOD: NonVirus\r\nX-CTCH-RefID: str=0001\r\n")
	}))
	defer server.Close()

	engine := ctasd.New(server.Listener.Addr().String(), nil)
	defer engine.Close()
	res, err := engine.Scan(context.Background(), scan.BytesRequest([]byte("Subject: hello\r\n\r\n")))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(res.Spam, res.Code, res.RefID)
	// Output: true Bulk str=0001
}
