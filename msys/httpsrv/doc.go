// Package httpsrv lets policy scripts answer HTTP requests: the Lua module
// "msys.httpsrv". A [Server] is an http.Handler; where it is mounted is the
// host's decision:
//
//	srv := httpsrv.New(&httpsrv.Options{Auth: checkPassword})
//	rt, err := msys.New(msys.Config{Modules: append(libs, httpsrv.Library(srv)), …})
//	http.Handle("/policy/", srv)
//
// Scripts register functions for a method and a path:
//
//	msys.httpsrv.register("GET", "/policy/status", function(session)
//	  session:response_status_set_std(200, "fine", "text/plain")
//	end)
//
// Functions run on the event loop whose script registered them, which is the
// first one, beside mail sessions. They are forgotten when the scripts are
// loaded anew; until the new scripts have taken over, the old ones answer.
//
// # Limits
//
// A request ends after [Options].Timeout, its body is at most
// [Options].MaxBody and a response [Options].MaxResponse. The host's
// http.Server decides about slow readers, headers and connections. A script's
// failure is logged and answered with status 500, without the error's text.
//
// # Concurrency
//
// A Server is safe for concurrent use. It serves one runtime.
package httpsrv
