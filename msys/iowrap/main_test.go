package iowrap_test

import (
	"testing"

	"go.uber.org/goleak"
)

// TestMain fails if a program, a connection or a waiting read is left over.
func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }
