package icap_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log"
	"net"
	"strings"

	"github.com/gomsys/gomsys/msys/scan"
	"github.com/gomsys/gomsys/msys/scan/icap"
)

// pretend plays a service that finds something in everything.
func pretend(c net.Conn) {
	defer c.Close()
	r := bufio.NewReader(c)
	for {
		line, err := r.ReadString('\n')
		switch {
		case err != nil:
			return
		case strings.HasPrefix(line, "OPTIONS"):
			io.WriteString(c, "ICAP/1.0 200 OK\r\nMethods: RESPMOD\r\nPreview: 1024\r\nEncapsulated: null-body=0\r\n\r\n")
		case line == "0; ieof\r\n":
			io.WriteString(c, "ICAP/1.0 200 OK\r\nX-Infection-Found: Type=0; Resolution=2; Threat=Test.Signature;\r\nEncapsulated: null-body=0\r\n\r\n")
		}
	}
}

func Example() {
	engine, err := icap.New("icap://127.0.0.1/virus_scan", &icap.Options{
		Dial: func(context.Context, string, string) (net.Conn, error) { // leave this out for a real one
			ours, theirs := net.Pipe()
			go pretend(theirs)
			return ours, nil
		},
	})
	if err != nil {
		log.Fatal(err)
	}
	defer engine.Close()
	res, err := engine.Scan(context.Background(), scan.BytesRequest([]byte("Subject: hello\r\n\r\n")))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(res.Verdict, res.Name)
	// Output: infected Test.Signature
}
