// Package tlsparams turns the parameters of TLS that policy works with into a
// configuration of crypto/tls: files in PEM, a cipher list as OpenSSL writes
// it, and how the peer's certificate is checked. It knows no Lua; the module
// msys.tls_params is the runtime's.
//
//	p := tlsparams.Params{UseTLS: tlsparams.Required, Verify: tlsparams.VerifyHostname, CipherList: "HIGH:!aNULL"}
//	cfg, err := p.ClientConfig()
//	cfg.ServerName = "mx.example.org"
//
// Params is a plain value; a configuration that was made does not change with
// it. Files are read when a configuration is made: a host with many deliveries
// keeps the configuration.
package tlsparams
