package curl

// Option is an option of [Easy.SetOpt], with libcurl's number.
type Option int

// Options that have an effect. [Easy.SetOpt] says what values they take.
const (
	OptWriteData          Option = 10001 // first argument of the write callback, in Lua
	OptURL                Option = 10002 // address; http:// is assumed without a scheme
	OptPort               Option = 3     // port in place of the address's
	OptProxy              Option = 10004 // proxy as host:port or URL; empty means none, nil the environment's
	OptUserPwd            Option = 10005 // user:password of the server
	OptProxyUserPwd       Option = 10006 // user:password of the proxy
	OptRange              Option = 10007 // bytes wanted: 0-499
	OptReadData           Option = 10009 // first argument of the read callback, in Lua
	OptWriteFunction      Option = 20011 // takes the body: a [WriteFunc]
	OptReadFunction       Option = 20012 // gives what is sent: a [ReadFunc]
	OptTimeout            Option = 13    // limit of the whole transfer in seconds
	OptInFileSize         Option = 14    // bytes that are sent, -1 if not known
	OptPostFields         Option = 10015 // data of a POST request, which it makes it
	OptReferer            Option = 10016 // Referer header
	OptUserAgent          Option = 10018 // User-Agent header
	OptLowSpeedLimit      Option = 19    // bytes a second that are too slow
	OptLowSpeedTime       Option = 20    // seconds of too slow transfer that end it
	OptResumeFrom         Option = 21    // offset to begin at
	OptCookie             Option = 10022 // Cookie header
	OptHTTPHeader         Option = 10023 // headers: "Name: value", "Name:" for none, "Name;" for an empty one
	OptSSLCert            Option = 10025 // file of the client's certificate
	OptSSLKeyPasswd       Option = 10026 // password of the private key
	OptHeaderData         Option = 10029 // first argument of the header callback, in Lua
	OptCookieFile         Option = 10031 // file of cookies to begin with; empty only keeps those that come
	OptSSLVersion         Option = 32    // lowest version of TLS, SSLVERSION_*
	OptTimeCondition      Option = 33    // what TIMEVALUE means, TIMECOND_*
	OptTimeValue          Option = 34    // seconds since 1970
	OptCustomRequest      Option = 10036 // method in place of the usual one
	OptVerbose            Option = 41    // log what happens
	OptHeader             Option = 42    // headers go to the write callback too
	OptNoProgress         Option = 43    // no progress callback; the default
	OptNoBody             Option = 44    // HEAD request
	OptFailOnError        Option = 45    // a status of 400 and above is an error
	OptUpload             Option = 46    // PUT request; for files: write it
	OptPost               Option = 47    // POST request
	OptFollowLocation     Option = 52    // follow redirects
	OptPut                Option = 54    // PUT request
	OptProgressFunction   Option = 20056 // told about progress: a [ProgressFunc]
	OptProgressData       Option = 10057 // first argument of the progress callback, in Lua
	OptAutoReferer        Option = 58    // Referer of redirects
	OptProxyPort          Option = 59    // port of the proxy
	OptPostFieldSize      Option = 60    // bytes of POSTFIELDS that count, -1 for all
	OptInterface          Option = 10062 // address or name of the local interface
	OptSSLVerifyPeer      Option = 64    // check the server's certificate; the default
	OptCAInfo             Option = 10065 // file of authorities, PEM
	OptMaxRedirs          Option = 68    // most redirects that are followed
	OptFileTime           Option = 69    // ask for the time of the document
	OptFreshConnect       Option = 74    // use no connection that is open
	OptForbidReuse        Option = 75    // close the connection afterwards
	OptConnectTimeout     Option = 78    // limit of connecting in seconds
	OptHeaderFunction     Option = 20079 // takes header lines: a [WriteFunc]
	OptHTTPGet            Option = 80    // GET request
	OptSSLVerifyHost      Option = 81    // check the name in the certificate unless 0; 2 is the default
	OptCookieJar          Option = 10082 // file that the cookies are kept in
	OptSSLCipherList      Option = 10083 // ciphers of TLS up to 1.2, by OpenSSL's names
	OptHTTPVersion        Option = 84    // highest version of HTTP, HTTP_VERSION_*; 1.0 becomes 1.1 without keeping the connection
	OptSSLCertType        Option = 10086 // form of the certificate: PEM or DER
	OptSSLKey             Option = 10087 // file of the private key
	OptCookieSession      Option = 96    // forget the session cookies of COOKIEFILE
	OptCAPath             Option = 10097 // directory of authorities
	OptProxyType          Option = 101   // kind of proxy, PROXY_*
	OptEncoding           Option = 10102 // codings that are accepted; empty means all that are decoded
	OptUnrestrictedAuth   Option = 105   // give passwords to other hosts after redirects
	OptHTTPAuth           Option = 107   // ways to authenticate, AUTH_*; only basic is done
	OptIPResolve          Option = 113   // kind of addresses, IPRESOLVE_*
	OptMaxFileSize        Option = 114   // largest document in bytes
	OptInFileSizeLarge    Option = 30115 // the same as [OptInFileSize]
	OptResumeFromLarge    Option = 30116 // the same as [OptResumeFrom]
	OptMaxFileSizeLarge   Option = 30117 // the same as [OptMaxFileSize]
	OptPostFieldSizeLarge Option = 30120 // the same as [OptPostFieldSize]
	OptTCPNoDelay         Option = 121   // send small packets at once; always so
	OptIOCtlFunction      Option = 20130 // rewinds what is sent: an [IOCtlFunc]
	OptIOCtlData          Option = 10131 // first argument of the ioctl callback, in Lua
	OptSeekFunction       Option = 20167 // moves in what is sent: a [SeekFunc]
	OptSeekData           Option = 10168 // first argument of the seek callback, in Lua
)

// kind is what values an option takes.
type kind uint8

const (
	text     kind = iota // string
	number               // int64
	flag                 // bool
	list                 // []string
	callback             // one of the function types
	data                 // the first argument of a callback, for Lua only
)

// options are all documented options by name; those without a constant are
// accepted and have no effect.
var options = [...]struct {
	name   string
	number Option
	kind   kind
	acted  bool // it has an effect
}{
	{"WRITEDATA", OptWriteData, data, true},
	{"URL", OptURL, text, true},
	{"PORT", OptPort, number, true},
	{"PROXY", OptProxy, text, true},
	{"USERPWD", OptUserPwd, text, true},
	{"PROXYUSERPWD", OptProxyUserPwd, text, true},
	{"RANGE", OptRange, text, true},
	{"READDATA", OptReadData, data, true},
	{"WRITEFUNCTION", OptWriteFunction, callback, true},
	{"READFUNCTION", OptReadFunction, callback, true},
	{"TIMEOUT", OptTimeout, number, true},
	{"INFILESIZE", OptInFileSize, number, true},
	{"POSTFIELDS", OptPostFields, text, true},
	{"REFERER", OptReferer, text, true},
	{"FTPPORT", 10017, text, false},
	{"USERAGENT", OptUserAgent, text, true},
	{"LOW_SPEED_LIMIT", OptLowSpeedLimit, number, true},
	{"LOW_SPEED_TIME", OptLowSpeedTime, number, true},
	{"RESUME_FROM", OptResumeFrom, number, true},
	{"COOKIE", OptCookie, text, true},
	{"HTTPHEADER", OptHTTPHeader, list, true},
	{"HTTPPOST", 10024, list, false},
	{"SSLCERT", OptSSLCert, text, true},
	{"SSLKEYPASSWD", OptSSLKeyPasswd, text, true},
	{"CRLF", 27, flag, false},
	{"QUOTE", 10028, list, false},
	{"HEADERDATA", OptHeaderData, data, true},
	{"COOKIEFILE", OptCookieFile, text, true},
	{"SSLVERSION", OptSSLVersion, number, true},
	{"TIMECONDITION", OptTimeCondition, number, true},
	{"TIMEVALUE", OptTimeValue, number, true},
	{"CUSTOMREQUEST", OptCustomRequest, text, true},
	{"POSTQUOTE", 10039, list, false},
	{"WRITEINFO", 10040, text, false},
	{"VERBOSE", OptVerbose, flag, true},
	{"HEADER", OptHeader, flag, true},
	{"NOPROGRESS", OptNoProgress, flag, true},
	{"NOBODY", OptNoBody, flag, true},
	{"FAILONERROR", OptFailOnError, flag, true},
	{"UPLOAD", OptUpload, flag, true},
	{"POST", OptPost, flag, true},
	{"FTPLISTONLY", 48, flag, false},
	{"FTPAPPEND", 50, flag, false},
	{"NETRC", 51, number, false},
	{"FOLLOWLOCATION", OptFollowLocation, flag, true},
	{"TRANSFERTEXT", 53, flag, false},
	{"PUT", OptPut, flag, true},
	{"PROGRESSFUNCTION", OptProgressFunction, callback, true},
	{"PROGRESSDATA", OptProgressData, data, true},
	{"AUTOREFERER", OptAutoReferer, flag, true},
	{"PROXYPORT", OptProxyPort, number, true},
	{"POSTFIELDSIZE", OptPostFieldSize, number, true},
	{"HTTPPROXYTUNNEL", 61, flag, false},
	{"INTERFACE", OptInterface, text, true},
	{"KRB4LEVEL", 10063, text, false},
	{"SSL_VERIFYPEER", OptSSLVerifyPeer, flag, true},
	{"CAINFO", OptCAInfo, text, true},
	{"MAXREDIRS", OptMaxRedirs, number, true},
	{"FILETIME", OptFileTime, flag, true},
	{"TELNETOPTIONS", 10070, list, false},
	{"MAXCONNECTS", 71, number, false},
	{"CLOSEPOLICY", 72, number, false},
	{"FRESH_CONNECT", OptFreshConnect, flag, true},
	{"FORBID_REUSE", OptForbidReuse, flag, true},
	{"RANDOM_FILE", 10076, text, false},
	{"EGDSOCKET", 10077, text, false},
	{"CONNECTTIMEOUT", OptConnectTimeout, number, true},
	{"HEADERFUNCTION", OptHeaderFunction, callback, true},
	{"HTTPGET", OptHTTPGet, flag, true},
	{"SSL_VERIFYHOST", OptSSLVerifyHost, number, true},
	{"COOKIEJAR", OptCookieJar, text, true},
	{"SSL_CIPHER_LIST", OptSSLCipherList, text, true},
	{"HTTP_VERSION", OptHTTPVersion, number, true},
	{"FTP_USE_EPSV", 85, flag, false},
	{"SSLCERTTYPE", OptSSLCertType, text, true},
	{"SSLKEY", OptSSLKey, text, true},
	{"SSLKEYTYPE", 10088, text, false},
	{"SSLENGINE", 10089, text, false},
	{"SSLENGINE_DEFAULT", 90, flag, false},
	{"DNS_USE_GLOBAL_CACHE", 91, flag, false},
	{"DNS_CACHE_TIMEOUT", 92, number, false},
	{"PREQUOTE", 10093, list, false},
	{"COOKIESESSION", OptCookieSession, flag, true},
	{"CAPATH", OptCAPath, text, true},
	{"BUFFERSIZE", 98, number, false},
	{"NOSIGNAL", 99, flag, false},
	{"PROXYTYPE", OptProxyType, number, true},
	{"ENCODING", OptEncoding, text, true},
	{"HTTP200ALIASES", 10104, list, false},
	{"UNRESTRICTED_AUTH", OptUnrestrictedAuth, flag, true},
	{"FTP_USE_EPRT", 106, flag, false},
	{"HTTPAUTH", OptHTTPAuth, number, true},
	{"FTP_CREATE_MISSING_DIRS", 110, flag, false},
	{"PROXYAUTH", 111, number, false},
	{"FTP_RESPONSE_TIMEOUT", 112, number, false},
	{"IPRESOLVE", OptIPResolve, number, true},
	{"MAXFILESIZE", OptMaxFileSize, number, true},
	{"INFILESIZE_LARGE", OptInFileSizeLarge, number, true},
	{"RESUME_FROM_LARGE", OptResumeFromLarge, number, true},
	{"MAXFILESIZE_LARGE", OptMaxFileSizeLarge, number, true},
	{"NETRC_FILE", 10118, text, false},
	{"FTP_SSL", 119, number, false},
	{"POSTFIELDSIZE_LARGE", OptPostFieldSizeLarge, number, true},
	{"TCP_NODELAY", OptTCPNoDelay, flag, true},
	{"SOURCE_USERPWD", 10123, text, false},
	{"SOURCE_PREQUOTE", 10127, list, false},
	{"SOURCE_POSTQUOTE", 10128, list, false},
	{"FTPSSLAUTH", 129, number, false},
	{"IOCTLFUNCTION", OptIOCtlFunction, callback, true},
	{"IOCTLDATA", OptIOCtlData, data, true},
	{"SOURCE_URL", 10132, text, false},
	{"SOURCE_QUOTE", 10133, list, false},
	{"FTP_ACCOUNT", 10134, text, false},
	{"SEEKFUNCTION", OptSeekFunction, callback, true},
	{"SEEKDATA", OptSeekData, data, true},
}

// kind gives what values an option takes; ok is false for a number that is no
// option.
func (o Option) kind() (k kind, ok bool) {
	for i := range options {
		if options[i].number == o {
			return options[i].kind, true
		}
	}
	return 0, false
}

// acted reports whether the option has an effect.
func (o Option) acted() bool {
	for i := range options {
		if options[i].number == o {
			return options[i].acted
		}
	}
	return false
}

// String gives the option's name, such as "URL".
func (o Option) String() string {
	for i := range options {
		if options[i].number == o {
			return options[i].name
		}
	}
	return "unknown option"
}
