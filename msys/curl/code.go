package curl

// Code is the result of a transfer, with libcurl's number.
type Code int

// Results that are given.
const (
	CodeOK                  Code = 0  // the transfer is done
	CodeUnsupportedProtocol Code = 1  // another scheme than http, https and file
	CodeFailedInit          Code = 2  // refused by the host
	CodeURLMalformat        Code = 3  // the address is none
	CodeCouldntResolveProxy Code = 5  // no address of the proxy
	CodeCouldntResolveHost  Code = 6  // no address of the server
	CodeCouldntConnect      Code = 7  // nobody takes the connection
	CodePartialFile         Code = 18 // less data than announced
	CodeHTTPReturnedError   Code = 22 // status 400 and above with [OptFailOnError]
	CodeWriteError          Code = 23 // the write or header callback did not take all
	CodeReadError           Code = 26 // the read callback failed, or a local file
	CodeOperationTimeouted  Code = 28 // a time limit, or too slow
	CodeHTTPRangeError      Code = 33 // the server sends another part
	CodeSSLConnectError     Code = 35 // no TLS with the server
	CodeFileCouldntReadFile Code = 37 // no such file, or not allowed
	CodeBadDownloadResume   Code = 36 // the document is shorter than [OptResumeFrom]
	CodeAbortedByCallback   Code = 42 // a callback ended the transfer
	CodeBadFunctionArgument Code = 43 // a value or an information that is not possible
	CodeBadCallingOrder     Code = 44 // a transfer is running already
	CodeInterfaceFailed     Code = 45 // no such local address
	CodeTooManyRedirects    Code = 47 // more than [OptMaxRedirs]
	CodeSSLPeerCertificate  Code = 51 // the certificate is of another name
	CodeGotNothing          Code = 52 // the server closed the connection without a word
	CodeSendError           Code = 55 // sending failed
	CodeRecvError           Code = 56 // receiving failed
	CodeSSLCertProblem      Code = 58 // the client's certificate or key is not usable
	CodeSSLCipher           Code = 59 // none of the ciphers is known
	CodeSSLCACert           Code = 60 // the certificate is of an unknown authority, or expired
	CodeBadContentEncoding  Code = 61 // the body cannot be decoded
	CodeFileSizeExceeded    Code = 63 // more than [OptMaxFileSize] or the host's limit
	CodeSendFailRewind      Code = 65 // a redirect needs what was sent a second time
	CodeSSLCACertBadFile    Code = 77 // the authorities cannot be read
)

// codes are all results of libcurl with their texts.
var codes = [...]struct {
	code Code
	name string
	text string
}{
	{CodeOK, "OK", "No error"},
	{CodeUnsupportedProtocol, "UNSUPPORTED_PROTOCOL", "Unsupported protocol"},
	{CodeFailedInit, "FAILED_INIT", "Failed initialization"},
	{CodeURLMalformat, "URL_MALFORMAT", "URL using bad/illegal format or missing URL"},
	{4, "URL_MALFORMAT_USER", "URL using bad/illegal format or missing URL"},
	{CodeCouldntResolveProxy, "COULDNT_RESOLVE_PROXY", "Couldn't resolve proxy name"},
	{CodeCouldntResolveHost, "COULDNT_RESOLVE_HOST", "Couldn't resolve host name"},
	{CodeCouldntConnect, "COULDNT_CONNECT", "Couldn't connect to server"},
	{8, "FTP_WEIRD_SERVER_REPLY", "FTP: weird server reply"},
	{9, "FTP_ACCESS_DENIED", "FTP: access denied"},
	{10, "FTP_USER_PASSWORD_INCORRECT", "Unknown error"},
	{11, "FTP_WEIRD_PASS_REPLY", "FTP: unknown PASS reply"},
	{12, "FTP_WEIRD_USER_REPLY", "FTP: unknown USER reply"},
	{13, "FTP_WEIRD_PASV_REPLY", "FTP: unknown PASV reply"},
	{14, "FTP_WEIRD_227_FORMAT", "FTP: unknown 227 response format"},
	{15, "FTP_CANT_GET_HOST", "FTP: can't figure out the host in the PASV response"},
	{16, "FTP_CANT_RECONNECT", "Unknown error"},
	{17, "FTP_COULDNT_SET_BINARY", "FTP: couldn't set file type"},
	{CodePartialFile, "PARTIAL_FILE", "Transferred a partial file"},
	{19, "FTP_COULDNT_RETR_FILE", "FTP: couldn't retrieve (RETR failed) the specified file"},
	{20, "FTP_WRITE_ERROR", "Unknown error"},
	{21, "FTP_QUOTE_ERROR", "Quote command returned error"},
	{CodeHTTPReturnedError, "HTTP_RETURNED_ERROR", "HTTP response code said error"},
	{CodeWriteError, "WRITE_ERROR", "Failed writing received data to disk/application"},
	{24, "MALFORMAT_USER", "Unknown error"},
	{25, "FTP_COULDNT_STOR_FILE", "FTP: command STOR failed"},
	{CodeReadError, "READ_ERROR", "Failed to open/read local data from file/application"},
	{27, "OUT_OF_MEMORY", "Out of memory"},
	{CodeOperationTimeouted, "OPERATION_TIMEOUTED", "Timeout was reached"},
	{29, "FTP_COULDNT_SET_ASCII", "Unknown error"},
	{30, "FTP_PORT_FAILED", "FTP: command PORT failed"},
	{31, "FTP_COULDNT_USE_REST", "FTP: command REST failed"},
	{32, "FTP_COULDNT_GET_SIZE", "Unknown error"},
	{CodeHTTPRangeError, "HTTP_RANGE_ERROR", "Requested range was not delivered by the server"},
	{34, "HTTP_POST_ERROR", "Internal problem setting up the POST"},
	{CodeSSLConnectError, "SSL_CONNECT_ERROR", "SSL connect error"},
	{CodeBadDownloadResume, "BAD_DOWNLOAD_RESUME", "Couldn't resume download"},
	{CodeFileCouldntReadFile, "FILE_COULDNT_READ_FILE", "Couldn't read a file:// file"},
	{38, "LDAP_CANNOT_BIND", "LDAP: cannot bind"},
	{39, "LDAP_SEARCH_FAILED", "LDAP: search failed"},
	{40, "LIBRARY_NOT_FOUND", "Unknown error"},
	{41, "FUNCTION_NOT_FOUND", "A required function in the library was not found"},
	{CodeAbortedByCallback, "ABORTED_BY_CALLBACK", "Operation was aborted by an application callback"},
	{CodeBadFunctionArgument, "BAD_FUNCTION_ARGUMENT", "A libcurl function was given a bad argument"},
	{CodeBadCallingOrder, "BAD_CALLING_ORDER", "Unknown error"},
	{CodeInterfaceFailed, "INTERFACE_FAILED", "Failed binding local connection end"},
	{46, "BAD_PASSWORD_ENTERED", "Unknown error"},
	{CodeTooManyRedirects, "TOO_MANY_REDIRECTS", "Number of redirects hit maximum amount"},
	{48, "UNKNOWN_TELNET_OPTION", "User specified an unknown telnet option"},
	{49, "TELNET_OPTION_SYNTAX", "Malformed telnet option"},
	{CodeSSLPeerCertificate, "SSL_PEER_CERTIFICATE", "SSL peer certificate was not OK"},
	{CodeGotNothing, "GOT_NOTHING", "Server returned nothing (no headers, no data)"},
	{53, "SSL_ENGINE_NOTFOUND", "SSL crypto engine not found"},
	{54, "SSL_ENGINE_SETFAILED", "Can not set SSL crypto engine as default"},
	{CodeSendError, "SEND_ERROR", "Failed sending data to the peer"},
	{CodeRecvError, "RECV_ERROR", "Failure when receiving data from the peer"},
	{57, "SHARE_IN_USE", "Unknown error"},
	{CodeSSLCertProblem, "SSL_CERTPROBLEM", "Problem with the local SSL certificate"},
	{CodeSSLCipher, "SSL_CIPHER", "Couldn't use specified SSL cipher"},
	{CodeSSLCACert, "SSL_CACERT", "Peer certificate cannot be authenticated with given CA certificates"},
	{CodeBadContentEncoding, "BAD_CONTENT_ENCODING", "Unrecognized or bad HTTP Content or Transfer-Encoding"},
	{62, "LDAP_INVALID_URL", "Invalid LDAP URL"},
	{CodeFileSizeExceeded, "FILESIZE_EXCEEDED", "Maximum file size exceeded"},
	{64, "FTP_SSL_FAILED", "Requested SSL level failed"},
	{CodeSendFailRewind, "SEND_FAIL_REWIND", "Send failed since rewinding of the data stream failed"},
	{66, "SSL_ENGINE_INITFAILED", "Failed to initialise SSL crypto engine"},
	{67, "LOGIN_DENIED", "Login denied"},
	{CodeSSLCACertBadFile, "SSL_CACERT_BADFILE", "Problem with the SSL CA cert (path? access rights?)"},
}

// String gives libcurl's text for the result.
func (c Code) String() string {
	for i := range codes {
		if codes[i].code == c {
			return codes[i].text
		}
	}
	return "Unknown error"
}

// Error is why a transfer or a setting failed.
type Error struct {
	// Code is libcurl's result.
	Code Code
	// Err is the cause; it may be nil.
	Err error
}

// Error gives the text of the code, as libcurl does; the cause has the details.
func (e *Error) Error() string { return e.Code.String() }

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// Temporary reports whether the same transfer may succeed later.
func (e *Error) Temporary() bool {
	switch e.Code {
	case CodeCouldntResolveProxy, CodeCouldntResolveHost, CodeCouldntConnect, CodePartialFile, CodeOperationTimeouted,
		CodeGotNothing, CodeSendError, CodeRecvError:
		return true
	}
	return false
}

func fail(code Code, err error) *Error { return &Error{Code: code, Err: err} }
