package curl_test

import (
	"context"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/msys/bind"
	"github.com/gomsys/gomsys/msys/curl"
	"github.com/gomsys/gomsys/msys/lualib"
)

func Example() {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "hello %s\n", r.FormValue("name"))
	}))
	defer srv.Close()

	s := curl.New(nil)
	defer s.Close()
	e := s.Easy()
	defer e.Close()
	for option, value := range map[curl.Option]any{
		curl.OptURL:           srv.URL,
		curl.OptPostFields:    "name=" + curl.Escape("Ann & Bob"),
		curl.OptWriteFunction: curl.WriteFunc(os.Stdout.Write),
	} {
		if err := e.SetOpt(option, value); err != nil {
			log.Fatal(err)
		}
	}
	if err := e.Perform(context.Background()); err != nil {
		log.Fatal(err)
	}
	fmt.Println(e.GetInfo(curl.InfoResponseCode))
	// Output:
	// hello Ann & Bob
	// 200 <nil>
}

func Example_lua() {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, "index page")
	}))
	defer srv.Close()

	s := curl.New(nil)
	defer s.Close()
	l := lua.NewState()
	lualib.Open(l)
	bind.Preload(l, curl.Library(s))
	l.PushString(srv.URL)
	l.SetGlobal("url")
	err := lua.DoString(l, `
require("curl")
local c = curl.new()
c:setopt(curl.OPT_URL, url)
c:setopt(curl.OPT_WRITEFUNCTION, function(userdata, datastring)
  print(datastring)
  return string.len(datastring)
end)
print(c:perform())
c:setopt(curl.OPT_URL, "gopher://example.com/")
print(c:perform())
c:close()
`)
	if err != nil {
		log.Fatal(err)
	}
	// Output:
	// index page
	// true
	// nil	Unsupported protocol	1
}
