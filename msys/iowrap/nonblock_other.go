//go:build !unix

package iowrap

const nonblocking = 0
