package httpclient_test

import (
	"context"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/msys/bind"
	httpclient "github.com/gomsys/gomsys/msys/http"
	"github.com/gomsys/gomsys/msys/lualib"
)

func Example() {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "%s %s", r.Method, r.Header.Get("X-Mailbox"))
	}))
	defer srv.Close()

	s := httpclient.New(nil)
	defer s.Close()
	c := s.Client()
	if err := c.SetHeader("X-Mailbox: ann"); err != nil {
		log.Fatal(err)
	}
	if err := c.Do(context.Background(), "GET", srv.URL, nil); err != nil {
		log.Fatal(err)
	}
	code, reason := c.Status()
	fmt.Println(code, reason)
	fmt.Printf("%s\n", c.Body())

	fmt.Println(c.Do(context.Background(), "GET", "mailto:ann@example.org", nil))
	// Output:
	// 200 OK
	// GET ann
	// malformed URL
}

func Example_lua() {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Score", "7")
		io.Copy(w, r.Body)
	}))
	defer srv.Close()

	s := httpclient.New(nil)
	defer s.Close()
	l := lua.NewState()
	lualib.Open(l)
	bind.Preload(l, httpclient.Library(s))
	l.PushString(srv.URL)
	l.SetGlobal("url")
	err := lua.DoString(l, `
require("msys.http.client")
local client = msys.http.client.new()
client:set_header("Content-Type: text/plain")
client:set_timeout(10)
if client:do_request("POST", url, "hello") then
  local headers = client:parse_headers(client:get_headers())
  print(client:get_status())
  print(client:get_body(), headers["X-Score"])
end
`)
	if err != nil {
		log.Fatal(err)
	}
	// Output:
	// 200	OK
	// hello	7
}
