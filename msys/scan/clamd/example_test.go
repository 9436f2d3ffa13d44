package clamd_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log"
	"net"

	"github.com/gomsys/gomsys/msys/scan"
	"github.com/gomsys/gomsys/msys/scan/clamd"
)

// pretend plays a clamd that finds something in everything.
func pretend(c net.Conn) {
	defer c.Close()
	r := bufio.NewReader(c)
	r.Discard(len("zINSTREAM\x00") + 4 + len("Subject: hello\r\n\r\n") + 4)
	io.WriteString(c, "stream: Test.Signature FOUND\x00")
}

func Example() {
	engine := clamd.New("127.0.0.1:3310", &clamd.Options{
		Dial: func(context.Context, string, string) (net.Conn, error) { // leave this out for a real one
			ours, theirs := net.Pipe()
			go pretend(theirs)
			return ours, nil
		},
	})
	defer engine.Close()
	res, err := engine.Scan(context.Background(), scan.BytesRequest([]byte("Subject: hello\r\n\r\n")))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(res.Verdict, res.Name)
	// Output: infected Test.Signature
}
