package curl

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// connection is what distinguishes the transports of transfers.
type connection struct {
	proxy          string // "" is the environment's, "-" none
	connectTimeout time.Duration
	iface          string
	ipresolve      int64
	http1          bool
	tls            tlsSettings
}

// connectCodeKey is where a transfer learns the status of its proxy's answer
// to CONNECT.
type connectCodeKey struct{}

func newTransport() *http.Transport {
	t := &http.Transport{
		Proxy:                  http.ProxyFromEnvironment,
		DialContext:            dialer(connection{}),
		ForceAttemptHTTP2:      true,
		MaxIdleConns:           512,
		MaxIdleConnsPerHost:    128, // many sessions ask the same few servers
		IdleConnTimeout:        60 * time.Second,
		TLSHandshakeTimeout:    defaultConnectTimeout,
		MaxResponseHeaderBytes: 1 << 20,
	}
	t.DisableCompression = true // bodies are decoded here, within MaxBody
	t.OnProxyConnectResponse = func(ctx context.Context, _ *url.URL, _ *http.Request, resp *http.Response) error {
		if code, ok := ctx.Value(connectCodeKey{}).(*atomic.Int64); ok {
			code.Store(int64(resp.StatusCode))
		}
		return nil
	}
	return t
}

const defaultConnectTimeout = 5 * time.Minute // libcurl's

// connectionOf gives the connection settings of a transfer.
func connectionOf(s settings) (connection, error) {
	c := connection{
		connectTimeout: time.Duration(max(s.num(OptConnectTimeout, 0), 0)) * time.Second,
		iface:          s.str(OptInterface),
		ipresolve:      s.num(OptIPResolve, 0),
		http1:          s.num(OptHTTPVersion, 0) == 1 || s.num(OptHTTPVersion, 0) == 2,
		tls:            tlsSettingsOf(s),
	}
	if !s.has(OptProxy) {
		return c, nil
	}
	if c.proxy = s.str(OptProxy); c.proxy == "" {
		c.proxy = "-"
		return c, nil
	}
	u, err := proxyURL(s)
	if err != nil {
		return c, fail(CodeCouldntResolveProxy, fmt.Errorf("curl: proxy: %w", err))
	}
	c.proxy = u.String()
	return c, nil
}

// proxyURL gives the address of the proxy.
func proxyURL(s settings) (*url.URL, error) {
	address := s.str(OptProxy)
	if !strings.Contains(address, "://") {
		scheme := "http"
		if t := s.num(OptProxyType, 0); t == 5 || t == 7 {
			scheme = "socks5"
		}
		address = scheme + "://" + address
	}
	u, err := url.Parse(address)
	if err != nil {
		return nil, err
	}
	if u.Hostname() == "" {
		return nil, errors.New("no host")
	}
	port := u.Port()
	if p := s.num(OptProxyPort, 0); p > 0 && p < 65536 {
		port = strconv.FormatInt(p, 10)
	} else if port == "" {
		port = "1080" // libcurl's
	}
	u.Host = net.JoinHostPort(u.Hostname(), port)
	if user, password, ok := strings.Cut(s.str(OptProxyUserPwd), ":"); ok {
		u.User = url.UserPassword(user, password)
	}
	return u, nil
}

// transport gives what does a transfer's requests, and what to call after it.
func (s *Service) transport(set settings) (http.RoundTripper, func(), error) {
	base, ok := s.base.(*http.Transport)
	if !ok {
		return s.base, func() {}, nil
	}
	conn, err := connectionOf(set)
	if err != nil {
		return nil, nil, err
	}
	fresh := set.flag(OptFreshConnect)
	if conn == (connection{tls: tlsDefaults}) && !fresh {
		return base, func() {}, nil
	}
	keep := !fresh && !conn.tls.usesFiles()
	if keep {
		s.mu.Lock()
		defer s.mu.Unlock()
		if t := s.transports[conn]; t != nil {
			return t, func() {}, nil
		}
	}
	t, err := s.newTransport(base, conn)
	if err != nil {
		return nil, nil, err
	}
	if !keep || len(s.transports) >= maxTransports {
		return t, t.CloseIdleConnections, nil
	}
	s.transports[conn] = t
	return t, func() {}, nil
}

// newTransport makes a transport like base with a connection's settings.
func (s *Service) newTransport(base *http.Transport, conn connection) (*http.Transport, error) {
	t := base.Clone()
	switch conn.proxy {
	case "":
	case "-":
		t.Proxy = nil
	default:
		u, err := url.Parse(conn.proxy)
		if err != nil {
			return nil, fail(CodeCouldntResolveProxy, err)
		}
		t.Proxy = http.ProxyURL(u)
	}
	if s.own || conn.connectTimeout > 0 || conn.iface != "" || conn.ipresolve != 0 {
		t.DialContext = dialer(conn)
	}
	if conn.connectTimeout > 0 {
		t.TLSHandshakeTimeout = conn.connectTimeout
	}
	if conn.http1 {
		t.ForceAttemptHTTP2 = false
		t.Protocols = new(http.Protocols)
		t.Protocols.SetHTTP1(true)
	}
	config, err := conn.tls.config(t.TLSClientConfig, s.o.Files)
	if err != nil {
		return nil, err
	}
	t.TLSClientConfig = config
	return t, nil
}

// dialer connects with a connection's settings.
func dialer(conn connection) func(ctx context.Context, network, address string) (net.Conn, error) {
	d := &net.Dialer{Timeout: conn.connectTimeout, KeepAlive: 30 * time.Second}
	if d.Timeout == 0 {
		d.Timeout = defaultConnectTimeout
	}
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		switch conn.ipresolve {
		case 1:
			network = "tcp4"
		case 2:
			network = "tcp6"
		}
		if conn.iface == "" {
			return d.DialContext(ctx, network, address)
		}
		locals, err := localAddresses(conn.iface)
		if err != nil {
			return nil, fail(CodeInterfaceFailed, err)
		}
		var errs []error
		for _, local := range locals { // those of the other family fail at once
			from := *d
			from.LocalAddr = &net.TCPAddr{IP: local}
			c, err := from.DialContext(ctx, network, address)
			if err == nil {
				return c, nil
			}
			errs = append(errs, err)
		}
		return nil, errors.Join(errs...)
	}
}

// localAddresses gives the addresses of an interface, or the address itself.
func localAddresses(name string) ([]net.IP, error) {
	name = strings.TrimPrefix(strings.TrimPrefix(name, "if!"), "host!")
	if ip := net.ParseIP(name); ip != nil {
		return []net.IP{ip}, nil
	}
	iface, err := net.InterfaceByName(name)
	if err != nil {
		return nil, fmt.Errorf("curl: interface %s: %w", name, err)
	}
	addrs, err := iface.Addrs()
	if err != nil {
		return nil, fmt.Errorf("curl: interface %s: %w", name, err)
	}
	var ips []net.IP
	for _, a := range addrs {
		if n, ok := a.(*net.IPNet); ok && !n.IP.IsLinkLocalUnicast() {
			ips = append(ips, n.IP)
		}
	}
	if len(ips) == 0 {
		return nil, fmt.Errorf("curl: interface %s: no address", name)
	}
	return ips, nil
}
