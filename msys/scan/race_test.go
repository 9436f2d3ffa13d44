//go:build race

package scan_test

// largeMail is the size of a large mail, less where all is slow.
const largeMail = 5 << 20
