package httpclnt_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys/bind"
	"github.com/gomsys/gomsys/msys/delivery"
	"github.com/gomsys/gomsys/msys/httpclnt"
	"github.com/gomsys/gomsys/msys/lualib"
)

// A driver posts the subject of a message as JSON.
func Example() {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		fmt.Println(r.Method, r.URL.Path, r.Header.Get("Content-Type"), string(body))
		w.WriteHeader(http.StatusAccepted)
	}))
	defer srv.Close()

	d := httpclnt.NewDriver(httpclnt.Options{
		Host: srv.Listener.Addr().String(), URI: "/notify",
		Handler: httpclnt.Handler{BuildRequest: func(_ context.Context, s *httpclnt.Session) (httpclnt.Decision, error) {
			if _, err := s.Request().AddHeader("Content-Type", "application/json", true); err != nil {
				return httpclnt.Fail, err
			}
			body := fmt.Sprintf("{\"subject\": %q}", s.Message().Header().Get("Subject"))
			return httpclnt.Cont, s.Request().SetBody(body)
		}},
	})
	defer d.Close()

	m, err := message.ParseBytes([]byte("Subject: hello\r\n\r\nHi\r\n"), message.Envelope{From: "ann@a.example", To: "bob@b.example"}, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	policy := &delivery.Policy{}
	out, err := policy.Deliver(context.Background(), &delivery.Attempt{Message: m, Method: "http"}, d)
	fmt.Println(out.Final, out.Reply, err)
	// Output:
	// POST /notify application/json {"subject": "hello"}
	// delivered 250 2.0.0 HTTP 202 Accepted <nil>
}

func Example_lua() {
	l := lua.NewState()
	lualib.Open(l)
	bind.Preload(l, httpclnt.Libraries(httpclnt.NewMethods(nil))...)
	bind.Preload(l, delivery.Library())
	err := lua.DoString(l, `
		require("msys.httpclnt")
		require("msys.delivery")
		print(msys.httpclnt.http_status_classifier("204") == msys.delivery.DELIVERY_SUCCESS)
		print(msys.httpclnt.http_status_classifier(404) == msys.delivery.DELIVERY_PERMFAILED)
	`)
	fmt.Println(err)
	// Output:
	// true
	// true
	// <nil>
}
