package curl

import "github.com/gomsys/gomsys/msys/bind"

// consts are the constants of the Lua module.
func consts() []bind.Const {
	list := []bind.Const{
		{Name: "_NAME", Value: "curl", Doc: "The module's name."},
		{Name: "_VERSION", Value: "1.0", Doc: "The module's version."},
		{Name: "_CURLVERSION", Value: "7.14.0", Doc: "The version of libcurl whose names there are."},
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
	{"NETRC_IGNORED", 0, "No effect."}, {"NETRC_OPTIONAL", 1, "No effect."}, {"NETRC_REQUIRED", 2, "No effect."},
	{"CLOSEPOLICY_NONE", 0, "No effect."}, {"CLOSEPOLICY_OLDEST", 1, "No effect."}, {"CLOSEPOLICY_LEAST_RECENTLY_USED", 2, "No effect."},
	{"CLOSEPOLICY_LEAST_TRAFFIC", 3, "No effect."}, {"CLOSEPOLICY_SLOWEST", 4, "No effect."}, {"CLOSEPOLICY_CALLBACK", 5, "No effect."},
	{"FTPSSL_NONE", 0, "No effect."}, {"FTPSSL_TRY", 1, "No effect."}, {"FTPSSL_CONTROL", 2, "No effect."}, {"FTPSSL_ALL", 3, "No effect."},
	{"FTPAUTH_DEFAULT", 0, "No effect."}, {"FTPAUTH_SSL", 1, "No effect."}, {"FTPAUTH_TLS", 2, "No effect."},
	{"IOE_OK", 0, "Result of the ioctl callback."}, {"IOE_UNKNOWNCMD", 1, "Result of the ioctl callback."}, {"IOE_FAILRESTART", 2, "Result of the ioctl callback."},
	{"IOCMD_NOP", 0, "Command of the ioctl callback."}, {"IOCMD_RESTARTREAD", 1, "Command of the ioctl callback."},
	{"READFUNC_ABORT", readAbort, "Returned by a read callback, ends the transfer."},
	{"MAX_WRITE_SIZE", maxWrite, "The most that a write callback gets."}, {"ERROR_SIZE", 256, "No effect."},
	{"GLOBAL_NOTHING", 0, "No effect."}, {"GLOBAL_SSL", 1, "No effect."}, {"GLOBAL_WIN32", 2, "No effect."}, {"GLOBAL_ALL", 3, "No effect."},
	{"GLOBAL_DEFAULT", 3, "No effect."},
}
