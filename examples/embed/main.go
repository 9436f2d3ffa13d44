// Embed gives a Lua state of github.com/Shopify/go-lua three of the library's
// modules, json, msys.pcre and msys.counter, without the runtime for mail
// policies.
package main

import (
	"flag"
	"fmt"
	"os"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/counter"
	"github.com/gomsys/gomsys/msys/bind"
	"github.com/gomsys/gomsys/msys/json"
	"github.com/gomsys/gomsys/msys/lualib"
	"github.com/gomsys/gomsys/pcre"
)

const script = `
local json, pcre, counter = require("json"), require("msys.pcre"), require("msys.counter")
local order = json.decode('{"to": "Ann <ann@example.org>", "items": [2, 3.5]}')
local mailbox = pcre.match(order.to, "(?<user>[^<\\s]+)@(?<domain>[^>]+)")
counter.add("/orders/" .. mailbox.domain, #order.items)
print(mailbox.user, order.items[2], json.encode({ domain = mailbox.domain }))
`

const usage = `Usage: embed

Runs a Lua script that uses three modules, and prints what it made of them.

  go run ./examples/embed

Exit status: 0 done · 1 the script failed · 2 wrong usage
`

func main() {
	flag.Usage = func() { fmt.Fprint(flag.CommandLine.Output(), usage) }
	flag.Parse()
	l, counters := lua.NewState(), counter.New(nil)
	lualib.Open(l) // or lua.OpenLibraries(l), if plain Lua is enough
	defer lualib.Close(l)
	bind.Preload(l, json.Library(), counter.Library(counters))
	bind.Preload(l, pcre.Libraries(nil)...)
	if err := lua.DoString(l, script); err != nil {
		fmt.Fprintln(os.Stderr, "embed:", err)
		os.Exit(1)
	}
	for c := range counters.All("/") { // the script's counters are the program's
		fmt.Println(c.Path, c.Value)
	}
}
