// Package curl is the Lua module "curl" with the transfers behind it: the
// easy interface of libcurl, on net/http. For Go:
//
//	s := curl.New(nil)
//	defer s.Close()
//	e := s.Easy()
//	defer e.Close()
//	e.SetOpt(curl.OptURL, "https://example.com/")
//	e.SetOpt(curl.OptWriteFunction, curl.WriteFunc(os.Stdout.Write))
//	err := e.Perform(ctx)
//
// Go code that has no script to run is better served by net/http. The package
// is for policies that were written for libcurl: option numbers, result codes
// and their texts are libcurl's. The schemes are http, https and file. Every
// documented option is accepted; those that have a constant here have an
// effect. Redirects are followed only with [OptFollowLocation], and only to
// http and https.
//
// # Limits
//
// A transfer ends after [Options].MaxTimeout at the latest, a body over
// [Options].MaxBody, counted after decoding, ends it, and so do 50 redirects.
// [Options].AllowURL can refuse addresses, [Options].Files decides which
// files there are. Header lines cannot carry line ends.
//
// # Concurrency
//
// Services and easy handles are safe for concurrent use, but a handle does
// one transfer at a time; starting a second gives [CodeBadCallingOrder].
// Callbacks of a transfer are called one at a time, by any goroutine while
// Perform runs, and not after it.
package curl
