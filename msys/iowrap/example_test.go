package iowrap_test

import (
	"context"
	"fmt"
	"io"
	"os"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/msys/bind"
	"github.com/gomsys/gomsys/msys/iowrap"
	"github.com/gomsys/gomsys/msys/lualib"
)

func Example() {
	files, err := iowrap.New(&iowrap.Options{Roots: []string{"testdata"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer files.Close()
	ctx := context.Background()
	o, err := files.Open(ctx, "memory:note", os.O_CREATE|os.O_WRONLY, 0)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer o.Close()
	fmt.Fprint(o, "kept in memory")
	text, err := files.ReadFile(ctx, "memory:note")
	fmt.Printf("%s %v\n", text, err)
	_, err = files.ReadFile(ctx, "/etc/passwd")
	fmt.Println(err)
	// Output:
	// kept in memory <nil>
	// open /etc/passwd: outside the roots: permission denied
}

func Example_lua() {
	files, err := iowrap.New(nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer files.Close()
	l := lua.NewState()
	lualib.Open(l)
	bind.Preload(l, iowrap.Libraries(files)...)
	err = lua.DoString(l, `
		require("msys.core")
		require("msys")
		local log = msys.core.io_wrapper_open("memory:log", msys.core.O_CREAT + msys.core.O_APPEND)
		log:printf("%s %d\n", "attempts", 3)
		print(log:write("done and more", 4))
		print(msys.readfile("memory:log"))
		print(msys.readfile("/no/such"))
	`)
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// 4
	// attempts 3
	// done
	// nil	/no/such: No such file or directory
}

// ExampleFS_Open has a journal for a log that a billing program reads.
func ExampleFS_Open() {
	dir, err := os.MkdirTemp("", "logs")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	files, err := iowrap.New(&iowrap.Options{PathMap: []iowrap.Mapping{{From: "/var/log/ecelerity", To: dir}}})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer files.Close()
	o, err := files.Open(context.Background(), "jlog:///var/log/ecelerity/deliveries=>billing", os.O_WRONLY, 0)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer o.Close()
	io.WriteString(o, "250 ok")
	j, err := files.Journal("/var/log/ecelerity/deliveries")
	if err != nil {
		fmt.Println(err)
		return
	}
	r, err := j.Reader("billing")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer r.Close()
	rec, err := r.Read()
	fmt.Printf("%s %v\n", rec.Data, err)
	// Output: 250 ok <nil>
}
