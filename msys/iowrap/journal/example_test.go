package journal_test

import (
	"fmt"
	"io"
	"os"

	"github.com/gomsys/gomsys/msys/iowrap/journal"
)

func Example() {
	dir, err := os.MkdirTemp("", "journal")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	j, err := journal.Open(dir, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer j.Close()
	r, err := j.Reader("billing")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer r.Close()
	fmt.Fprint(j, "250 delivered")
	fmt.Fprint(j, "550 bounced")
	for {
		rec, err := r.Read()
		if err == io.EOF {
			break
		}
		fmt.Printf("%d %s\n", rec.Seq, rec.Data)
	}
	fmt.Println(r.Checkpoint())
	// Output:
	// 0 250 delivered
	// 1 550 bounced
	// <nil>
}
