package spamd_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log"
	"net"

	"github.com/gomsys/gomsys/msys/scan"
	"github.com/gomsys/gomsys/msys/scan/spamd"
)

// pretend plays a spamd that takes everything for spam.
func pretend(c net.Conn) {
	defer c.Close()
	r := bufio.NewReader(c)
	r.Discard(len("SYMBOLS SPAMC/1.2\r\nContent-Length: 18\r\n\r\n") + len("Subject: hello\r\n\r\n"))
	io.WriteString(c, "SPAMD/1.1 0 EX_OK\r\nContent-length: 12\r\nSpam: True ; 7.1 / 5.0\r\n\r\nMISSING_MID\r\n")
}

func Example() {
	engine := spamd.New(&spamd.Options{
		Dial: func(context.Context, string, string) (net.Conn, error) { // leave this out for a real one
			ours, theirs := net.Pipe()
			go pretend(theirs)
			return ours, nil
		},
	})
	res, err := engine.Scan(context.Background(), scan.BytesRequest([]byte("Subject: hello\r\n\r\n")))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(res.Spam, res.Score, res.Threshold)
	// Output: true 7.1 5
}
