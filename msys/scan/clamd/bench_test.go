package clamd_test

import (
	"bufio"
	"context"
	"io"
	"net"
	"testing"

	"github.com/gomsys/gomsys/msys/scan"
	"github.com/gomsys/gomsys/msys/scan/clamd"
	"github.com/gomsys/gomsys/msys/scan/internal/scantest"
)

// BenchmarkScan measures a scan beside what the network takes alone: the same
// bytes copied to a server that throws them away. clamd here finds nothing.
func BenchmarkScan(b *testing.B) {
	fake := scantest.Serve(b, func(c net.Conn) {
		r := bufio.NewReaderSize(c, 128<<10)
		for {
			if _, err := r.ReadSlice(0); err != nil { // the command
				return
			}
			if b, err := r.Peek(1); err == nil && b[0] == 'z' {
				continue
			}
			for n := 1; n > 0; {
				size, err := r.Peek(4)
				if err != nil {
					return
				}
				n = int(size[0])<<24 | int(size[1])<<16 | int(size[2])<<8 | int(size[3])
				if _, err := r.Discard(4 + n); err != nil {
					return
				}
			}
			io.WriteString(c, "stream: OK\x00")
		}
	})
	discard := scantest.Serve(b, func(c net.Conn) {
		io.Copy(io.Discard, c)
		io.WriteString(c, "x")
	})
	for name, size := range map[string]int{"4KiB": 4 << 10, "10MiB": 10 << 20} {
		content := random(size)
		for kind, o := range map[string]*clamd.Options{"connection": nil, "session": {MaxIdle: 1}} {
			b.Run(kind+"/"+name, func(b *testing.B) {
				c := clamd.New(fake.Addr, o)
				defer c.Close()
				r := scan.BytesRequest(content)
				b.ReportAllocs()
				b.SetBytes(int64(size))
				for b.Loop() {
					if _, err := c.Scan(context.Background(), r); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
		b.Run("copy/"+name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(size))
			for b.Loop() {
				c, err := net.Dial("tcp", discard.Addr)
				if err != nil {
					b.Fatal(err)
				}
				if _, err := c.Write(content); err != nil {
					b.Fatal(err)
				}
				if err := c.(*net.TCPConn).CloseWrite(); err != nil {
					b.Fatal(err)
				}
				if _, err := io.ReadAll(c); err != nil {
					b.Fatal(err)
				}
				c.Close()
			}
		})
	}
}
