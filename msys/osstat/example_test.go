package osstat_test

import (
	"context"
	"fmt"
	"time"

	"github.com/gomsys/gomsys/msys/osstat"
)

func Example() {
	m := osstat.New(nil)
	defer m.Close()
	root := m.Subscribe("/", 10*time.Second)
	st, err := root.Read(context.Background())
	fmt.Println(st.KilobytesTotal >= st.KilobytesAvailable, err)
	// Output: true <nil>
}
