package curl

import "github.com/gomsys/gomsys/msys/bind"

// consts are the constants of the Lua module.
func consts() []bind.Const {
	list := []bind.Const{
		{Name: "_NAME", Value: "curl", Doc: "The module's name."},
		{Name: "_DESCRIPTION", Value: "libcurl's easy interface", Doc: "What the module is."},
		{Name: "_VERSION", Value: "1.1.0", Doc: "The version of the binding whose functions there are."},
		{Name: "_CURLVERSION", Value: "7.14.0", Doc: "The version of libcurl whose names there are."},
		{Name: "_SUPPORTED_CURLVERSION", Value: "7.14.0", Doc: "The same as `curl._CURLVERSION`."},
		{Name: "INFO_NONE", Value: 0, Doc: "No information."},
	}
	for _, o := range options {
		doc := "An option that has no effect."
		if o.number.acted() {
			doc = "Option " + o.name + "."
		}
		list = append(list, bind.Const{Name: "OPT_" + o.name, Value: int(o.number), Doc: doc})
	}
	for _, i := range infos {
		list = append(list, bind.Const{Name: "INFO_" + i.name, Value: int(i.number), Doc: "For `c:getinfo`."})
	}
	for _, k := range codes {
		list = append(list,
			bind.Const{Name: k.name, Value: int(k.code), Doc: k.text + "."},
			bind.Const{Name: "E_" + k.name, Value: int(k.code), Doc: "The same as `curl." + k.name + "`."})
	}
	list = append(list, bind.Const{Name: "OPERATION_TIMEDOUT", Value: int(CodeOperationTimeouted), Doc: "The same as `curl.OPERATION_TIMEOUTED`."})
	for _, v := range values {
		list = append(list, bind.Const{Name: v.name, Value: v.value, Doc: v.doc})
	}
	return list
}

const noEffect = "No effect."

// values are the constants that options take.
var values = [...]struct {
	name  string
	value int
	doc   string
}{
	{"AUTH_NONE", 0, "No authentication."}, {"AUTH_BASIC", authBasic, "Basic authentication."}, {"AUTH_DIGEST", 2, "Not done."},
	{"AUTH_GSSNEGOTIATE", 4, "Not done."}, {"AUTH_NTLM", 8, "Not done."}, {"AUTH_ANY", -1, "Any way."}, {"AUTH_ANYSAFE", -2, "Any way but basic."},
	{"PROXY_HTTP", 0, "A proxy of HTTP."}, {"PROXY_SOCKS4", 4, "Not done."}, {"PROXY_SOCKS5", 5, "A proxy of SOCKS5."},
	{"HTTP_VERSION_NONE", 0, "Any version."}, {"HTTP_VERSION_1_0", 1, "HTTP/1.0."}, {"HTTP_VERSION_1_1", 2, "HTTP/1.1."},
	{"IPRESOLVE_WHATEVER", 0, "Any address."}, {"IPRESOLVE_V4", 1, "IPv4 only."}, {"IPRESOLVE_V6", 2, "IPv6 only."},
	{"SSLVERSION_DEFAULT", 0, "The safe versions."}, {"SSLVERSION_TLSv1", 1, "TLS 1.0 and later."}, {"SSLVERSION_SSLv2", 2, "Not done."},
	{"SSLVERSION_SSLv3", 3, "Not done."},
	{"TIMECOND_NONE", 0, "No condition."}, {"TIMECOND_IFMODSINCE", 1, "If changed since."}, {"TIMECOND_IFUNMODSINCE", 2, "If not changed since."},
	{"TIMECOND_LASTMOD", 3, "Not done."},
	{"NETRC_IGNORED", 0, noEffect}, {"NETRC_OPTIONAL", 1, noEffect}, {"NETRC_REQUIRED", 2, noEffect},
	{"CLOSEPOLICY_NONE", 0, noEffect}, {"CLOSEPOLICY_OLDEST", 1, noEffect}, {"CLOSEPOLICY_LEAST_RECENTLY_USED", 2, noEffect},
	{"CLOSEPOLICY_LEAST_TRAFFIC", 3, noEffect}, {"CLOSEPOLICY_SLOWEST", 4, noEffect}, {"CLOSEPOLICY_CALLBACK", 5, noEffect},
	{"FTPSSL_NONE", 0, noEffect}, {"FTPSSL_TRY", 1, noEffect}, {"FTPSSL_CONTROL", 2, noEffect}, {"FTPSSL_ALL", 3, noEffect},
	{"FTPAUTH_DEFAULT", 0, noEffect}, {"FTPAUTH_SSL", 1, noEffect}, {"FTPAUTH_TLS", 2, noEffect},
	{"IOE_OK", 0, "Result of the ioctl callback."}, {"IOE_UNKNOWNCMD", 1, "Result of the ioctl callback."}, {"IOE_FAILRESTART", 2, "Result of the ioctl callback."},
	{"IOCMD_NOP", 0, "Command of the ioctl callback."}, {"IOCMD_RESTARTREAD", 1, "Command of the ioctl callback."},
	{"READFUNC_ABORT", readAbort, "Returned by a read callback, ends the transfer."},
	{"MAX_WRITE_SIZE", maxWrite, "The most that a write callback gets."}, {"ERROR_SIZE", 256, noEffect},
	{"GLOBAL_NOTHING", 0, noEffect}, {"GLOBAL_SSL", 1, noEffect}, {"GLOBAL_WIN32", 2, noEffect}, {"GLOBAL_ALL", 3, noEffect},
	{"GLOBAL_DEFAULT", 3, noEffect},
	{"COPYNAME", 1, noEffect}, {"PTRNAME", 2, noEffect}, {"NAMELENGTH", 3, noEffect}, {"COPYCONTENTS", 4, noEffect},
	{"PTRCONTENTS", 5, noEffect}, {"CONTENTSLENGTH", 6, noEffect}, {"FILECONTENT", 7, noEffect}, {"ARRAY", 8, noEffect},
	{"OBSOLETE", 9, noEffect}, {"FILE", 10, noEffect}, {"BUFFER", 11, noEffect}, {"BUFFERPTR", 12, noEffect},
	{"BUFFERLENGTH", 13, noEffect}, {"CONTENTTYPE", 14, noEffect}, {"CONTENTHEADER", 15, noEffect}, {"FILENAME", 16, noEffect},
	{"END", 17, noEffect}, {"OBSOLETE2", 18, noEffect}, {"CURL_FORMADD_OK", 0, noEffect}, {"CURL_FORMADD_MEMORY", 1, noEffect},
	{"CURL_FORMADD_OPTION_TWICE", 2, noEffect}, {"CURL_FORMADD_NULL", 3, noEffect}, {"CURL_FORMADD_UNKNOWN_OPTION", 4, noEffect}, {"CURL_FORMADD_INCOMPLETE", 5, noEffect},
	{"CURL_FORMADD_ILLEGAL_ARRAY", 6, noEffect}, {"CURL_FORMADD_DISABLED", 7, noEffect},
}
