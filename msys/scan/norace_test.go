//go:build !race

package scan_test

// largeMail is the size of a large mail.
const largeMail = 50 << 20
