package httpsrv_test

import (
	"fmt"
	"log"
	"net/http/httptest"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/msys"
	"github.com/gomsys/gomsys/msys/httpsrv"
)

func Example() {
	srv := httpsrv.New(&httpsrv.Options{Log: func(r httpsrv.Record) { fmt.Println("log:", r.Request, r.Status, r.Bytes) }})
	rt, err := msys.New(msys.Config{Modules: []lua.RegistryFunction{httpsrv.Library(srv)}})
	if err != nil {
		log.Fatal(err)
	}
	defer rt.Close()
	err = rt.LoadString("hello.lua", `
require("msys.httpsrv")
msys.httpsrv.register("GET", "/hello", function(session)
  local url = session:request_url_get()
  session:response_status_set_std(200, url.url .. " says: Hello world!", "text/plain")
end)
`)
	if err != nil {
		log.Fatal(err)
	}

	w := httptest.NewRecorder()
	srv.ServeHTTP(w, httptest.NewRequest("GET", "/hello/you?x=1", nil)) // in a server: http.Handle("/", srv)
	fmt.Println(w.Code, w.Body)
	// Output:
	// log: GET /hello/you?x=1 HTTP/1.1 200 33
	// 200 /hello/you?x=1 says: Hello world!
}

func Example_lua() {
	srv := httpsrv.New(nil)
	rt, err := msys.New(msys.Config{Modules: []lua.RegistryFunction{httpsrv.Library(srv)}})
	if err != nil {
		log.Fatal(err)
	}
	defer rt.Close()
	err = rt.LoadString("list.lua", `
require("msys.core")
require("msys.httpsrv")
local listed = {}

local function add(session)
  local rc, address = session:request_data_get_string()
  if rc ~= 0 or not address:match("^[^@]+@[^@]+$") then
    session:response_status_set_std(400, "an address, please\n")
    return
  end
  listed[address] = true
  session:response_status_set_std(201, "added\n")
end

local function show(session)
  for address in pairs(listed) do
    session:response_printf("%s\n", address)
  end
end

local mod = {}
function mod:rsrc_setup()
  msys.httpsrv.register("POST", "/list", add)
  msys.httpsrv.register("GET", "/list", show)
  return true
end
msys.registerModule("list", mod)
`)
	if err != nil {
		log.Fatal(err)
	}
	for _, request := range [][2]string{{"POST", "nonsense"}, {"POST", "ann@example.org"}, {"GET", ""}} {
		w := httptest.NewRecorder()
		srv.ServeHTTP(w, httptest.NewRequest(request[0], "/list", reader(request[1])))
		fmt.Print(w.Code, " ", w.Body)
	}
	// Output:
	// 400 an address, please
	// 201 added
	// 200 ann@example.org
}
