---@meta
-- Generated from the declarations in the packages; do not edit.

curl = {}
curl._NAME = "curl"
curl._DESCRIPTION = "libcurl's easy interface"
curl._VERSION = "1.1.0"
curl._CURLVERSION = "7.14.0"
curl._SUPPORTED_CURLVERSION = "7.14.0"
curl.INFO_NONE = 0
curl.OPT_WRITEDATA = 10001
curl.OPT_URL = 10002
curl.OPT_PORT = 3
curl.OPT_PROXY = 10004
curl.OPT_USERPWD = 10005
curl.OPT_PROXYUSERPWD = 10006
curl.OPT_RANGE = 10007
curl.OPT_READDATA = 10009
curl.OPT_WRITEFUNCTION = 20011
curl.OPT_READFUNCTION = 20012
curl.OPT_TIMEOUT = 13
curl.OPT_INFILESIZE = 14
curl.OPT_POSTFIELDS = 10015
curl.OPT_REFERER = 10016
curl.OPT_FTPPORT = 10017
curl.OPT_USERAGENT = 10018
curl.OPT_LOW_SPEED_LIMIT = 19
curl.OPT_LOW_SPEED_TIME = 20
curl.OPT_RESUME_FROM = 21
curl.OPT_COOKIE = 10022
curl.OPT_HTTPHEADER = 10023
curl.OPT_HTTPPOST = 10024
curl.OPT_SSLCERT = 10025
curl.OPT_SSLKEYPASSWD = 10026
curl.OPT_CRLF = 27
curl.OPT_QUOTE = 10028
curl.OPT_HEADERDATA = 10029
curl.OPT_COOKIEFILE = 10031
curl.OPT_SSLVERSION = 32
curl.OPT_TIMECONDITION = 33
curl.OPT_TIMEVALUE = 34
curl.OPT_CUSTOMREQUEST = 10036
curl.OPT_POSTQUOTE = 10039
curl.OPT_WRITEINFO = 10040
curl.OPT_VERBOSE = 41
curl.OPT_HEADER = 42
curl.OPT_NOPROGRESS = 43
curl.OPT_NOBODY = 44
curl.OPT_FAILONERROR = 45
curl.OPT_UPLOAD = 46
curl.OPT_POST = 47
curl.OPT_FTPLISTONLY = 48
curl.OPT_FTPAPPEND = 50
curl.OPT_NETRC = 51
curl.OPT_FOLLOWLOCATION = 52
curl.OPT_TRANSFERTEXT = 53
curl.OPT_PUT = 54
curl.OPT_PROGRESSFUNCTION = 20056
curl.OPT_PROGRESSDATA = 10057
curl.OPT_AUTOREFERER = 58
curl.OPT_PROXYPORT = 59
curl.OPT_POSTFIELDSIZE = 60
curl.OPT_HTTPPROXYTUNNEL = 61
curl.OPT_INTERFACE = 10062
curl.OPT_KRB4LEVEL = 10063
curl.OPT_SSL_VERIFYPEER = 64
curl.OPT_CAINFO = 10065
curl.OPT_MAXREDIRS = 68
curl.OPT_FILETIME = 69
curl.OPT_TELNETOPTIONS = 10070
curl.OPT_MAXCONNECTS = 71
curl.OPT_CLOSEPOLICY = 72
curl.OPT_FRESH_CONNECT = 74
curl.OPT_FORBID_REUSE = 75
curl.OPT_RANDOM_FILE = 10076
curl.OPT_EGDSOCKET = 10077
curl.OPT_CONNECTTIMEOUT = 78
curl.OPT_HEADERFUNCTION = 20079
curl.OPT_HTTPGET = 80
curl.OPT_SSL_VERIFYHOST = 81
curl.OPT_COOKIEJAR = 10082
curl.OPT_SSL_CIPHER_LIST = 10083
curl.OPT_HTTP_VERSION = 84
curl.OPT_FTP_USE_EPSV = 85
curl.OPT_SSLCERTTYPE = 10086
curl.OPT_SSLKEY = 10087
curl.OPT_SSLKEYTYPE = 10088
curl.OPT_SSLENGINE = 10089
curl.OPT_SSLENGINE_DEFAULT = 90
curl.OPT_DNS_USE_GLOBAL_CACHE = 91
curl.OPT_DNS_CACHE_TIMEOUT = 92
curl.OPT_PREQUOTE = 10093
curl.OPT_COOKIESESSION = 96
curl.OPT_CAPATH = 10097
curl.OPT_BUFFERSIZE = 98
curl.OPT_NOSIGNAL = 99
curl.OPT_PROXYTYPE = 101
curl.OPT_ENCODING = 10102
curl.OPT_HTTP200ALIASES = 10104
curl.OPT_UNRESTRICTED_AUTH = 105
curl.OPT_FTP_USE_EPRT = 106
curl.OPT_HTTPAUTH = 107
curl.OPT_FTP_CREATE_MISSING_DIRS = 110
curl.OPT_PROXYAUTH = 111
curl.OPT_FTP_RESPONSE_TIMEOUT = 112
curl.OPT_IPRESOLVE = 113
curl.OPT_MAXFILESIZE = 114
curl.OPT_INFILESIZE_LARGE = 30115
curl.OPT_RESUME_FROM_LARGE = 30116
curl.OPT_MAXFILESIZE_LARGE = 30117
curl.OPT_NETRC_FILE = 10118
curl.OPT_FTP_SSL = 119
curl.OPT_POSTFIELDSIZE_LARGE = 30120
curl.OPT_TCP_NODELAY = 121
curl.OPT_SOURCE_USERPWD = 10123
curl.OPT_SOURCE_PREQUOTE = 10127
curl.OPT_SOURCE_POSTQUOTE = 10128
curl.OPT_FTPSSLAUTH = 129
curl.OPT_IOCTLFUNCTION = 20130
curl.OPT_IOCTLDATA = 10131
curl.OPT_SOURCE_URL = 10132
curl.OPT_SOURCE_QUOTE = 10133
curl.OPT_FTP_ACCOUNT = 10134
curl.OPT_SEEKFUNCTION = 20167
curl.OPT_SEEKDATA = 10168
curl.INFO_EFFECTIVE_URL = 1048577
curl.INFO_CONTENT_TYPE = 1048594
curl.INFO_REDIRECT_URL = 1048607
curl.INFO_RESPONSE_CODE = 2097154
curl.INFO_HTTP_CODE = 2097154
curl.INFO_HEADER_SIZE = 2097163
curl.INFO_REQUEST_SIZE = 2097164
curl.INFO_SSL_VERIFYRESULT = 2097165
curl.INFO_FILETIME = 2097166
curl.INFO_REDIRECT_COUNT = 2097172
curl.INFO_HTTP_CONNECTCODE = 2097174
curl.INFO_TOTAL_TIME = 3145731
curl.INFO_NAMELOOKUP_TIME = 3145732
curl.INFO_CONNECT_TIME = 3145733
curl.INFO_PRETRANSFER_TIME = 3145734
curl.INFO_SIZE_UPLOAD = 3145735
curl.INFO_SIZE_DOWNLOAD = 3145736
curl.INFO_SPEED_DOWNLOAD = 3145737
curl.INFO_SPEED_UPLOAD = 3145738
curl.INFO_CONTENT_LENGTH_DOWNLOAD = 3145743
curl.INFO_CONTENT_LENGTH_UPLOAD = 3145744
curl.INFO_STARTTRANSFER_TIME = 3145745
curl.INFO_REDIRECT_TIME = 3145747
curl.INFO_SSL_ENGINES = 4194331
curl.INFO_COOKIELIST = 4194332
curl.INFO_PRIVATE = 1048597
curl.INFO_HTTPAUTH_AVAIL = 2097175
curl.INFO_PROXYAUTH_AVAIL = 2097176
curl.INFO_OS_ERRNO = 2097177
curl.INFO_NUM_CONNECTS = 2097178
curl.INFO_LASTSOCKET = 2097181
curl.OK = 0
curl.E_OK = 0
curl.UNSUPPORTED_PROTOCOL = 1
curl.E_UNSUPPORTED_PROTOCOL = 1
curl.FAILED_INIT = 2
curl.E_FAILED_INIT = 2
curl.URL_MALFORMAT = 3
curl.E_URL_MALFORMAT = 3
curl.URL_MALFORMAT_USER = 4
curl.E_URL_MALFORMAT_USER = 4
curl.COULDNT_RESOLVE_PROXY = 5
curl.E_COULDNT_RESOLVE_PROXY = 5
curl.COULDNT_RESOLVE_HOST = 6
curl.E_COULDNT_RESOLVE_HOST = 6
curl.COULDNT_CONNECT = 7
curl.E_COULDNT_CONNECT = 7
curl.FTP_WEIRD_SERVER_REPLY = 8
curl.E_FTP_WEIRD_SERVER_REPLY = 8
curl.FTP_ACCESS_DENIED = 9
curl.E_FTP_ACCESS_DENIED = 9
curl.FTP_USER_PASSWORD_INCORRECT = 10
curl.E_FTP_USER_PASSWORD_INCORRECT = 10
curl.FTP_WEIRD_PASS_REPLY = 11
curl.E_FTP_WEIRD_PASS_REPLY = 11
curl.FTP_WEIRD_USER_REPLY = 12
curl.E_FTP_WEIRD_USER_REPLY = 12
curl.FTP_WEIRD_PASV_REPLY = 13
curl.E_FTP_WEIRD_PASV_REPLY = 13
curl.FTP_WEIRD_227_FORMAT = 14
curl.E_FTP_WEIRD_227_FORMAT = 14
curl.FTP_CANT_GET_HOST = 15
curl.E_FTP_CANT_GET_HOST = 15
curl.FTP_CANT_RECONNECT = 16
curl.E_FTP_CANT_RECONNECT = 16
curl.FTP_COULDNT_SET_BINARY = 17
curl.E_FTP_COULDNT_SET_BINARY = 17
curl.PARTIAL_FILE = 18
curl.E_PARTIAL_FILE = 18
curl.FTP_COULDNT_RETR_FILE = 19
curl.E_FTP_COULDNT_RETR_FILE = 19
curl.FTP_WRITE_ERROR = 20
curl.E_FTP_WRITE_ERROR = 20
curl.FTP_QUOTE_ERROR = 21
curl.E_FTP_QUOTE_ERROR = 21
curl.HTTP_RETURNED_ERROR = 22
curl.E_HTTP_RETURNED_ERROR = 22
curl.WRITE_ERROR = 23
curl.E_WRITE_ERROR = 23
curl.MALFORMAT_USER = 24
curl.E_MALFORMAT_USER = 24
curl.FTP_COULDNT_STOR_FILE = 25
curl.E_FTP_COULDNT_STOR_FILE = 25
curl.READ_ERROR = 26
curl.E_READ_ERROR = 26
curl.OUT_OF_MEMORY = 27
curl.E_OUT_OF_MEMORY = 27
curl.OPERATION_TIMEOUTED = 28
curl.E_OPERATION_TIMEOUTED = 28
curl.FTP_COULDNT_SET_ASCII = 29
curl.E_FTP_COULDNT_SET_ASCII = 29
curl.FTP_PORT_FAILED = 30
curl.E_FTP_PORT_FAILED = 30
curl.FTP_COULDNT_USE_REST = 31
curl.E_FTP_COULDNT_USE_REST = 31
curl.FTP_COULDNT_GET_SIZE = 32
curl.E_FTP_COULDNT_GET_SIZE = 32
curl.HTTP_RANGE_ERROR = 33
curl.E_HTTP_RANGE_ERROR = 33
curl.HTTP_POST_ERROR = 34
curl.E_HTTP_POST_ERROR = 34
curl.SSL_CONNECT_ERROR = 35
curl.E_SSL_CONNECT_ERROR = 35
curl.BAD_DOWNLOAD_RESUME = 36
curl.E_BAD_DOWNLOAD_RESUME = 36
curl.FILE_COULDNT_READ_FILE = 37
curl.E_FILE_COULDNT_READ_FILE = 37
curl.LDAP_CANNOT_BIND = 38
curl.E_LDAP_CANNOT_BIND = 38
curl.LDAP_SEARCH_FAILED = 39
curl.E_LDAP_SEARCH_FAILED = 39
curl.LIBRARY_NOT_FOUND = 40
curl.E_LIBRARY_NOT_FOUND = 40
curl.FUNCTION_NOT_FOUND = 41
curl.E_FUNCTION_NOT_FOUND = 41
curl.ABORTED_BY_CALLBACK = 42
curl.E_ABORTED_BY_CALLBACK = 42
curl.BAD_FUNCTION_ARGUMENT = 43
curl.E_BAD_FUNCTION_ARGUMENT = 43
curl.BAD_CALLING_ORDER = 44
curl.E_BAD_CALLING_ORDER = 44
curl.INTERFACE_FAILED = 45
curl.E_INTERFACE_FAILED = 45
curl.BAD_PASSWORD_ENTERED = 46
curl.E_BAD_PASSWORD_ENTERED = 46
curl.TOO_MANY_REDIRECTS = 47
curl.E_TOO_MANY_REDIRECTS = 47
curl.UNKNOWN_TELNET_OPTION = 48
curl.E_UNKNOWN_TELNET_OPTION = 48
curl.TELNET_OPTION_SYNTAX = 49
curl.E_TELNET_OPTION_SYNTAX = 49
curl.SSL_PEER_CERTIFICATE = 51
curl.E_SSL_PEER_CERTIFICATE = 51
curl.GOT_NOTHING = 52
curl.E_GOT_NOTHING = 52
curl.SSL_ENGINE_NOTFOUND = 53
curl.E_SSL_ENGINE_NOTFOUND = 53
curl.SSL_ENGINE_SETFAILED = 54
curl.E_SSL_ENGINE_SETFAILED = 54
curl.SEND_ERROR = 55
curl.E_SEND_ERROR = 55
curl.RECV_ERROR = 56
curl.E_RECV_ERROR = 56
curl.SHARE_IN_USE = 57
curl.E_SHARE_IN_USE = 57
curl.SSL_CERTPROBLEM = 58
curl.E_SSL_CERTPROBLEM = 58
curl.SSL_CIPHER = 59
curl.E_SSL_CIPHER = 59
curl.SSL_CACERT = 60
curl.E_SSL_CACERT = 60
curl.BAD_CONTENT_ENCODING = 61
curl.E_BAD_CONTENT_ENCODING = 61
curl.LDAP_INVALID_URL = 62
curl.E_LDAP_INVALID_URL = 62
curl.FILESIZE_EXCEEDED = 63
curl.E_FILESIZE_EXCEEDED = 63
curl.FTP_SSL_FAILED = 64
curl.E_FTP_SSL_FAILED = 64
curl.SEND_FAIL_REWIND = 65
curl.E_SEND_FAIL_REWIND = 65
curl.SSL_ENGINE_INITFAILED = 66
curl.E_SSL_ENGINE_INITFAILED = 66
curl.LOGIN_DENIED = 67
curl.E_LOGIN_DENIED = 67
curl.SSL_CACERT_BADFILE = 77
curl.E_SSL_CACERT_BADFILE = 77
curl.OPERATION_TIMEDOUT = 28
curl.AUTH_NONE = 0
curl.AUTH_BASIC = 1
curl.AUTH_DIGEST = 2
curl.AUTH_GSSNEGOTIATE = 4
curl.AUTH_NTLM = 8
curl.AUTH_ANY = -1
curl.AUTH_ANYSAFE = -2
curl.PROXY_HTTP = 0
curl.PROXY_SOCKS4 = 4
curl.PROXY_SOCKS5 = 5
curl.HTTP_VERSION_NONE = 0
curl.HTTP_VERSION_1_0 = 1
curl.HTTP_VERSION_1_1 = 2
curl.IPRESOLVE_WHATEVER = 0
curl.IPRESOLVE_V4 = 1
curl.IPRESOLVE_V6 = 2
curl.SSLVERSION_DEFAULT = 0
curl.SSLVERSION_TLSv1 = 1
curl.SSLVERSION_SSLv2 = 2
curl.SSLVERSION_SSLv3 = 3
curl.TIMECOND_NONE = 0
curl.TIMECOND_IFMODSINCE = 1
curl.TIMECOND_IFUNMODSINCE = 2
curl.TIMECOND_LASTMOD = 3
curl.NETRC_IGNORED = 0
curl.NETRC_OPTIONAL = 1
curl.NETRC_REQUIRED = 2
curl.CLOSEPOLICY_NONE = 0
curl.CLOSEPOLICY_OLDEST = 1
curl.CLOSEPOLICY_LEAST_RECENTLY_USED = 2
curl.CLOSEPOLICY_LEAST_TRAFFIC = 3
curl.CLOSEPOLICY_SLOWEST = 4
curl.CLOSEPOLICY_CALLBACK = 5
curl.FTPSSL_NONE = 0
curl.FTPSSL_TRY = 1
curl.FTPSSL_CONTROL = 2
curl.FTPSSL_ALL = 3
curl.FTPAUTH_DEFAULT = 0
curl.FTPAUTH_SSL = 1
curl.FTPAUTH_TLS = 2
curl.IOE_OK = 0
curl.IOE_UNKNOWNCMD = 1
curl.IOE_FAILRESTART = 2
curl.IOCMD_NOP = 0
curl.IOCMD_RESTARTREAD = 1
curl.READFUNC_ABORT = 268435456
curl.MAX_WRITE_SIZE = 16384
curl.ERROR_SIZE = 256
curl.GLOBAL_NOTHING = 0
curl.GLOBAL_SSL = 1
curl.GLOBAL_WIN32 = 2
curl.GLOBAL_ALL = 3
curl.GLOBAL_DEFAULT = 3
curl.COPYNAME = 1
curl.PTRNAME = 2
curl.NAMELENGTH = 3
curl.COPYCONTENTS = 4
curl.PTRCONTENTS = 5
curl.CONTENTSLENGTH = 6
curl.FILECONTENT = 7
curl.ARRAY = 8
curl.OBSOLETE = 9
curl.FILE = 10
curl.BUFFER = 11
curl.BUFFERPTR = 12
curl.BUFFERLENGTH = 13
curl.CONTENTTYPE = 14
curl.CONTENTHEADER = 15
curl.FILENAME = 16
curl.END = 17
curl.OBSOLETE2 = 18
curl.CURL_FORMADD_OK = 0
curl.CURL_FORMADD_MEMORY = 1
curl.CURL_FORMADD_OPTION_TWICE = 2
curl.CURL_FORMADD_NULL = 3
curl.CURL_FORMADD_UNKNOWN_OPTION = 4
curl.CURL_FORMADD_INCOMPLETE = 5
curl.CURL_FORMADD_ILLEGAL_ARRAY = 6
curl.CURL_FORMADD_DISABLED = 7
---Writes every byte but A-Z a-z 0-9 - . _ ~ as %XX.
---@param str string
---@return string
function curl.escape(str) end

---Makes a curl object without any options.
---@return _easy curl
function curl.new() end

---Reads %XX as the byte; `+` and what is no %XX stay as they are.
---@param str string
---@return string
function curl.unescape(str) end

---A curl object. After `c:close` every method but that raises.
---@class curl._easy
local curl__easy = {}

---Ends the object and writes its cookies to `curl.OPT_COOKIEJAR`. Twice is fine.
function curl__easy:close() end

---Has the next transfer's body go into a file, which appears when the body is complete and the status was 200. With another status `c:perform` gives nil, a text and the status. Gives true; a file that cannot be created raises.
---@param path string
---@return boolean
function curl__easy:fetch_into_file(path) end

---Tells about the last transfer: one of `curl.INFO_*`. Other numbers give nil, a text and `curl.BAD_FUNCTION_ARGUMENT`.
---@param info number
---@return string|number|table|nil
---@return string err
---@return number] code
function curl__easy:getinfo(info) end

---Does the transfer. Gives true, or nil, libcurl's text and its code, such as `curl.COULDNT_CONNECT`. A status such as 404 is no failure unless `curl.OPT_FAILONERROR` is set. An error that a callback raises ends the transfer and is raised again.
---@return boolean|nil
---@return string err
---@return number] code
function curl__easy:perform() end

---Brings all options to their defaults; cookies stay.
function curl__easy:reset() end

---Sets an option. Flags take booleans only, lists take any number of strings, callbacks take functions; nil brings the default of a text, list or callback back. A value that is not possible, such as a header with a line end, gives nil, a text and `curl.BAD_FUNCTION_ARGUMENT`; one of a wrong type raises, and so does an unknown option. Options about ftp, telnet and the like are accepted and have no effect.
---@param option number
---@param value any
---@param ... any
---@return boolean|nil
---@return string err
---@return number] code
function curl__easy:setopt(option, value, ...) end

json = {}
json.ERROR_DEPTH = 2
json.ERROR_PARSE_EOF = 3
json.ERROR_PARSE_UNEXPECTED = 4
json.ERROR_PARSE_NULL = 5
json.ERROR_PARSE_BOOLEAN = 6
json.ERROR_PARSE_NUMBER = 7
json.ERROR_PARSE_ARRAY = 8
json.ERROR_PARSE_OBJECT_KEY_NAME = 9
json.ERROR_PARSE_OBJECT_KEY_SEP = 10
json.ERROR_PARSE_OBJECT_VALUE_SEP = 11
json.ERROR_PARSE_STRING = 12
json.ERROR_PARSE_COMMENT = 13
---Does nothing and gives true.
---@param obj? any
---@return boolean
function json.addref(obj) end

---Gives the JSON value that a string holds; comments, single quotes, a trailing comma and text after the value are forgiven. A failure gives nil, one of the `json.ERROR_` codes and the reason with its position. The text `null` gives nil and the code 0.
---@param str string
---@return json_object*|nil libjson
---@return number code
---@return string] err
function json.decode(str) end

---Makes a JSON value of a Lua value. A table with something at index 1 becomes an array, up to the first nil; any other table becomes an object with its keys as strings, sorted. A JSON value is not copied. Without argument the value is an empty object. What JSON cannot express raises.
---@param obj? any
---@return json_object* libjson
function json.encode(obj) end

---Does nothing: values go when nobody holds them.
---@param obj? any
function json.free(obj) end

---Makes an empty object; the same function as `json.encode`.
---@param obj? any
---@return json_object* libjson
function json.new(obj) end

---Gives the text of an error code.
---@param code number
---@return string
function json.strerror(code) end

---A JSON value.
---@class libjson.json_object*
local libjson_json_object* = {}

msys = {}
---Gives a component of each address in a header value: all (default), localpart, user, detail or domain. What is no address is skipped; an address without the component contributes nothing.
---@param addressstring string
---@param component? string
---@return table
function msys.parseRFC2822Addresses(addressstring, component) end

---Tells whether the call may wait.
---@return boolean
function msys.asyncOk() end

---Gives the object as one of the named class; raises if it is not one.
---@param object any
---@param classnamestring string
---@return any
function msys.cast(object, classnamestring) end

---Reads or changes configuration: actions get, eval, set, unset, show; then pairs of scope and name, the option, and the value for set. An option that is not set gives nil and a text.
---@param action string
---@param ... any
---@return any
---@return string text
function msys.config(action, ...) end

---Replaces each `%{macro}` by its value; `%%{` gives `%{`. Unknown macros stay as written.
---@param string string
---@return string
function msys.expandMacro(string) end

---Gives the metatable of a class. Functions that a script assigns to it become methods of all its objects. nil if there is no such class.
---@param classnamestring string
---@return table|nil
function msys.getClassMetaTable(classnamestring) end

---Takes the process-wide lock of that name and waits for it. The callout or closure that runs owns it; a lock that is left over when its owner ends is released, with a warning.
---@param mutexname string
function msys.lock(mutexname) end

---Writes a log record with a level of msys.core.LOG_*.
---@param level number
---@param text string
function msys.log(level, text) end

---Registers an authentication scheme: a table with `authenticate`, `enumGroups` and `queryGroups`. Only init() may call it.
---@param schemename string
---@param authtable table
function msys.registerAuth(schemename, authtable) end

---Registers a console command. What the function prints goes to the caller. A later call for the same prefix replaces it.
---@param prefix string
---@param closure function
function msys.registerControl(prefix, closure) end

---Registers a table whose functions are callouts. A table without any known callout raises an error. Functions are looked up at each call, so they may be assigned later.
---@param name string
---@param functable table
function msys.registerModule(name, functable) end

---Runs the closure on the event loop inst, as pcall does.
---@param inst any
---@param closure function
---@return boolean
---@return any ...
function msys.runInInst(inst, closure) end

---Runs the closure in the named pool and gives true and its results, or false and a message. With mode true it starts after the callout has ended, without results; a function as mode is called after it succeeded. Then the call gives nothing, so nil. A pool that does not exist raises.
---@param pool string|number
---@param closure function
---@param mode? boolean|function
---@param completion? number
---@return boolean|nil
---@return any ...
function msys.runInPool(pool, closure, mode, completion) end

---Gives the value that shareSet kept, nil if there is none.
---@param key string
---@return string|number|boolean|nil
function msys.shareGet(key) end

---Keeps a value that all scripts of the process can read with shareGet, and tells whether it was stored.
---@param key string
---@param value string|number|boolean
---@return boolean
function msys.shareSet(key, value) end

---Forgets the value of shareSet.
---@param key string
function msys.shareUnset(key) end

---Suspends this session only, for a number of seconds that may have a fraction; 0 or less lets others run once.
---@param duration_in_seconds number
function msys.sleep(duration_in_seconds) end

---Gives the class of an object, or what Lua's type gives for any other value.
---@param parameter any
---@return string
function msys.type(parameter) end

---Releases a lock of the running callout or closure.
---@param mutexname string
function msys.unlock(mutexname) end

---Gives an array of what DNS has for a name: for A (the default) and AAAA addresses, for TXT texts with all strings of a record joined, for MX, PTR and NS names without a dot at the end; mail exchangers by ascending preference, others as answered. For PTR the name may be an address. The type may be in any letter case; any other type raises. A name that exists without such records gives an empty table. A failure gives nil and a word: NXDOMAIN if the name does not exist, SERVFAIL also for servers that do not answer, FORMERR also for a name that cannot be one, NOTIMP, REFUSED, YXDOMAIN, YXRRSET, NXRRSET, NOTAUTH or NOTZONE. Options: `priority`: if true, each MX is `{preference, host}`; `server`: asks that server, `ip`, `ip:port`, `[v6]:port`, `host` or `host:port`.
---@param name string
---@param recordtype? string
---@param options? table
---@return table|nil
---@return string err
function msys.dnsLookup(name, recordtype, options) end

---Sends an SNMPv2c trap. Keys of the table: `type` (`string`, the default, `counter`, `gauge` or `ip`), `payload` (a string, a number from 0 to 4294967295, an IPv4 address), `address` and `port` of one receiver (without an address, all configured ones get it), `community` (`public`), `mib`, the OID of the trap, and `["trapvar.mib"]`, the OID of its variable. What is wrong in the table raises; a trap that cannot be sent gives nil and a text. The datagram is not acknowledged.
---@param traptable table
---@return boolean|nil
---@return string err
function msys.snmpTrap(traptable) end

---Gives the whole content of a file or URI, or nil and the reason: `/no/such: No such file or directory`.
---@param filename_or_uri string
---@return string|nil
---@return string err
function msys.readfile(filename_or_uri) end

---The same as msys.pcre.match. Gives the captures of the first match: [0] is the match, [1] and so on the groups, named groups also by their name; a group that took no part is "" below the highest that did. No match: nil. A wrong pattern: nil, a text and the offset in the pattern. A match that exceeds its limit: nil, "match limit exceeded", -8.
---@param str string
---@param pattern string
---@return table|nil
---@return string err
---@return number errnum
function msys.pcre_match(str, pattern) end

msys.adaptive = {}
---Adds rules for domains. type "augment" (the default) puts their responses before those that a domain has and adds their configuration, whose values win; "replace" leaves only these. Returns nothing. A set with a fault raises an error that names the domain and the response, and changes nothing.
---
---rules has, by domain, the name of a domain whose rules hold for it too, or a table with `responses` (or `rules`) and `configuration`, both optional. A response has a `code`, a PCRE that is searched for in the reply; a `trigger`, "1" for each such reply or "events/seconds" for more than so many in so many seconds; an `action`; and perhaps a `message` for the log. `phase` is ignored. An action is a name and its parameters, or an array of these: `suspend` and `blackhole` ("4 hours"), `throttle` ("down"), `greylisted` ("15 minutes"), `warmup` (seconds), `reduce_connections`, `reduce_deliveries` (a number) and `transcode` ("554 text", "454"). configuration has for an option a whole number, an array {lo, hi}, or a function that is given the configured value, the last value, the age of the binding in seconds, and 0, and returns the value.
---@param rules table
---@param type? string
function msys.adaptive.registerRules(rules, type) end

msys.apn = {}
msys.apn.APNS_NO_ERROR = 0
msys.apn.APNS_PROCESSING_ERROR = 1
msys.apn.APNS_MISSING_DEVICE_TOKEN = 2
msys.apn.APNS_MISSING_TOPIC = 3
msys.apn.APNS_MISSING_PAYLOAD = 4
msys.apn.APNS_INVALID_TOKEN_SIZE = 5
msys.apn.APNS_INVALID_TOPIC_SIZE = 6
msys.apn.APNS_INVALID_PAYLOAD_SIZE = 7
msys.apn.APNS_INVALID_TOKEN = 8
msys.apn.APNS_SHUTDOWN = 10
msys.apn.APNS_UNKNOWN = 255
---Says what a `DLV_Response_Status` of a notification means: msys.delivery.DELIVERY_SUCCESS for nil, "" and APNS_NO_ERROR, else DELIVERY_PERMFAILED or DELIVERY_TEMPFAILED. Unknown numbers and text failed for now.
---@param status? string|number
---@return number
function msys.apn.apn_status_classifier(status) end

---A notification before it is sent.
---@class apn_request
---@field command number 1, the command of the binary interface.
---@field id number The number of the notification.
---@field expiry number When the service gives up, in seconds since 1970; 0 is at once.
---@field token string The device token in hexadecimal digits.
---@field json json The payload; what a script changes in it is sent. A script may set another one.
local apn_request = {}

---An error of the service.
---@class apn_error_response
---@field command number 8, the command of the binary interface.
---@field status number The error, one of msys.apn.APNS_*. What a script sets counts.
---@field id number The number of the notification.
local apn_error_response = {}

msys.audit = {}
---Gives the number of connections, under another name, in a monitor named by "interval,windows"; one that is not configured raises. options are `startv` and `endv`, the first and last window (0, the current one), `cidr`, an address or block (the client's), and `cluster` for the total of all nodes; anything else than a table is the cidr.
---@param monitor string
---@param options? table|string|ac|sockaddr
---@return number
function msys.audit.connection(monitor, options) end

---Gives the number of connections in a monitor named by "interval,windows"; one that is not configured raises. options are `startv` and `endv`, the first and last window (0, the current one), `cidr`, an address or block (the client's), and `cluster` for the total of all nodes; anything else than a table is the cidr.
---@param monitor string
---@param options? table|string|ac|sockaddr
---@return number
function msys.audit.connections(monitor, options) end

---Gives the number of sessions that are open now from an address or block (nil: the client's) to a service ("SMTP"). "inbound_cidr" are the SMTP sessions of all nodes.
---@param cidr? string|ac|sockaddr
---@param servicename? string
---@return number
function msys.audit.inbound_session_count(cidr, servicename) end

---Gives the number of accepted messages in a monitor named by "interval,windows"; one that is not configured raises. options are `startv` and `endv`, the first and last window (0, the current one), `cidr`, an address or block (the client's), and `cluster` for the total of all nodes; anything else than a table is the cidr.
---@param monitor string
---@param options? table|string|ac|sockaddr
---@return number
function msys.audit.receptions(monitor, options) end

---Gives the number of rejections in a monitor named by "interval,windows"; one that is not configured raises. options are `startv` and `endv`, the first and last window (0, the current one), `cidr`, an address or block (the client's), and `cluster` for the total of all nodes; anything else than a table is the cidr.
---@param monitor string
---@param options? table|string|ac|sockaddr
---@return number
function msys.audit.rejections(monitor, options) end

msys.audit_series = {}
---Adds to the count of a key in the current window and gives true. options are `count` (1, may be negative), `key` and, for cidr_ipv6, `prefix_len`; anything else than a table is the key: an address or block (nil: the client's), or the text of a string series, which is required.
---@param name string
---@param options? table|string|number|ac|sockaddr
---@return boolean
function msys.audit_series.add(name, options) end

---Gives the sum of a key over windows, 0 if there is none. options are `startv` and `endv`, the first and last window (0, the current one), and `key`; anything else than a table is the key: an address or any block (nil: the client's), or a text.
---@param name string
---@param options? table|string|number|ac|sockaddr
---@return number
function msys.audit_series.count(name, options) end

---Makes a series of type "cidr" (IPv4), "cidr_ipv6" or "string" with so many windows of interval seconds; gives true. options are `serialize` (write each window to a log), `persist` (keep over restarts) and `replicate` ("none", "cluster", "manager"). Defining a series again keeps its counts if type, interval and windows are the same.
---@param name string
---@param type string
---@param interval number
---@param num_windows number
---@param options? table
---@return boolean
function msys.audit_series.define(name, type, interval, num_windows, options) end

---Removes exactly that key with all its windows and tells whether it was there.
---@param name string
---@param key? string|number|ac|sockaddr
---@return boolean
function msys.audit_series.remove_item(name, key) end

msys.av = {}
msys.av.EC_AV_CLEAN = 0
msys.av.EC_AV_INFECTED = 1
msys.av.EC_AV_UNSCANNABLE = 2
msys.av.EC_AV_ERROR = 3
msys.av.EC_AV_NO_ENGINE = 4
msys.av.EC_AV_NAME_TOO_LONG = 5
msys.av.EC_AV_PART_IS_CONTAINER = 6
msys.av.EC_AV_NOT_SUITABLE_FOR_STREAMING = 7
---Gives an array of the names of the engines in the order in which they scan, empty if none is configured.
---@return table
function msys.av.engines() end

---Scans the mail with one engine, or if that is nil with all of them in order until one finds something; then the most serious result is given. Arguments that are nil come from the running callout; without a message there the call raises. Failures of an engine, a timeout included, give EC_AV_ERROR.
---@param engine? string
---@param msg? msys.core._ec_message
---@param vctx? msys.core._validate_context
---@return number
---@return string
---@return string|nil
---@return string|nil
function msys.av.scan(engine, msg, vctx) end

---Scans one part, decoded, as `scan` does. A part with parts of its own gives EC_AV_PART_IS_CONTAINER, a message is scanned as a whole; nil raises.
---@param part msys.core._ec_message_part|msys.core._ec_message
---@param engine? string
---@param vctx? msys.core._validate_context
---@return number
---@return string
---@return string|nil
---@return string|nil
function msys.av.scan_part(part, engine, vctx) end

msys.base64 = {}
---Gives the bytes that base64 text stands for. White space is skipped, padding may be missing; anything else that is no base64 raises. With a `charset` the result is converted from it to UTF-8.
---@param encoded_text string
---@param charset? string
---@return string
function msys.base64.decode(encoded_text, charset) end

---Gives the bytes of `original` in base64, padded. If `fold` is true, or anything but nil and false, a CRLF follows every 76 characters that are not the last. With a `charset` the original, which is UTF-8 then, is converted to it first; a character that it lacks raises, and so does an unknown name.
---@param original string
---@param fold? any
---@param charset? string
---@return string
function msys.base64.encode(original, fold, charset) end

msys.boot = {}
msys.bounce = {}
---Gives the class of a mail that came back: its number, its symbol and its name, and the recipient whose mail bounced, `""` if that cannot be told. A mail that is no bounce is 1, `BC_UNDETERMINED`.
---@param msg msys.core._ec_message
---@return number code
---@return string code_string
---@return string description
---@return string orig_rcpt
function msys.bounce.classify(msg) end

---Gives the class of a mail server's reply: its number, its symbol and its name. `domain` is that of the recipient, for rules that apply to certain domains. What no rule knows is 1, `BC_UNDETERMINED`.
---@param response_text string
---@param domain? string
---@return number code
---@return string code_string
---@return string description
function msys.bounce.classify_smtp_response(response_text, domain) end

msys.brightmail = {}
---Gives the verdict, "spam" or "inbox"; whether the mail goes to its original destination; the numbers of the rules that matched, separated by spaces; and a text for a field `X-Brightmail-Tracker`. Arguments that are nil come from the callout. A second scan of the mail gives the first one's result. A failure gives nil, true and two empty strings, and the message variable `brightmail::error` has the reason. Without an engine the call raises.
---@param msg? msys.core._ec_message
---@param accept? msys.core._accept_construct
---@param vctx? msys.core._validate_context
---@return string|nil verdict
---@return boolean is_default
---@return string rules
---@return string tracker
function msys.brightmail.scan(msg, accept, vctx) end

msys.cidr = {}
---Makes a table and starts to load it; gives true. options are `type` ("datasource", "rbldnsd" or "empty", which may stand alone for the table), `default_value` for queries without a match, `interpolate`, `refresh` in seconds (1800; 0: never by itself); for rbldnsd `source` and `value` ("a" or "txt"); for datasources `cachename`, `query`, `cidr_column` and `value_column`. Other options are ignored. A missing required option raises; a source that cannot be read does not.
---@param name string
---@param options table|string
---@return boolean
function msys.cidr.define(name, options) end

---Removes a block from a table of type "empty". Other tables raise.
---@param name string
---@param cidr string
---@return boolean
function msys.cidr.delete(name, cidr) end

---Gives the value of the longest block that covers an address or block (nil: the client's), or the table's default value. A text that is no address gives the default value. Before the first load has ended, the call waits for it.
---@param name string
---@param address? string|ac|sockaddr
---@return string|number|boolean|nil
function msys.cidr.query(name, address) end

---Reads the table's source now and gives true, or nil and the reason why the old table stays.
---@param name string
---@return boolean|nil
---@return string err
function msys.cidr.reload(name) end

---Inserts a block into a table of type "empty", or replaces its value (true if nil). Other tables raise.
---@param name string
---@param cidr string
---@param value? string|number|boolean
---@return boolean
function msys.cidr.update(name, cidr, value) end

msys.cloudmark = {}
---Says what the ActiveFilter is told of a recipient, a table of texts.
---@param addr string
---@param data table
function msys.cloudmark.add_af_data(addr, data) end

---Judges the mail by the analysis header of an earlier scan, `hdr`. Gives a table of `score` (0 to 100), `is_spam` (true or absent), `category`, `category-desc`, `sub-category`, `sub-category-desc`, `rescan` ("yes" or absent) and `analysis`, the text of a header for later. Arguments that are nil come from the callout. Message variables say the same as after `score`, but for cmae-analysis. A failure gives a table with the score 0 and the reason in `error`, and no variables. Without an engine the call raises.
---@param hdr string
---@param msg? msys.core._ec_message
---@param vctx? msys.core._validate_context
---@return table
function msys.cloudmark.analyze(hdr, msg, vctx) end

---Scans the mail. Gives a table of `score` (0 to 100), `is_spam` (true or absent), `category`, `category-desc`, `sub-category`, `sub-category-desc`, `rescan` ("yes" or absent) and `analysis`, the text of a header for later. Arguments that are nil come from the callout. Message variables say the same: cmae-score, cmae-isspam ("true"), cmae-category, cmae-category-desc, cmae-subcategory, cmae-subcategory-desc, cmae-rescan ("1") and cmae-analysis. A failure gives a table with the score 0 and the reason in `error`, and no variables. Without an engine the call raises.
---@param msg? msys.core._ec_message
---@param accept? msys.core._accept_construct
---@param vctx? msys.core._validate_context
---@return table
function msys.cloudmark.score(msg, accept, vctx) end

---Scans the mail as `score` does and gives its score, 0 after a failure. The mail is remembered: should it later score on the other side of `threshold`, the host can have the ActiveFilter told.
---@param msg? msys.core._ec_message
---@param accept? msys.core._accept_construct
---@param vctx? msys.core._validate_context
---@param threshold number|string
---@return number
function msys.cloudmark.score_af(msg, accept, vctx, threshold) end

---Has mail discarded that later turns out to be spam.
function msys.cloudmark.set_af_mode_discard() end

---Has mail kept that later turns out to be spam.
function msys.cloudmark.set_af_mode_keep() end

---Has mail moved to the folder `spam` when it turns out to be spam, and back to `inbox` when it turns out to be none. `unread_only` is "yes" to leave alone what has been read, or "no"; others raise.
---@param inbox string
---@param spam string
---@param unread_only string
function msys.cloudmark.set_af_mode_movemsg(inbox, spam, unread_only) end

---Sets the address that the ActiveFilter's notices go to. One with a control character or angle brackets raises.
---@param addr string
function msys.cloudmark.set_af_msi_address(addr) end

msys.commtouch = {}
---Gives a table of `class` (Spam, Bulk, Suspected, Unknown, None), `virus-threat` (virus, high, medium, unknown, non-virus) and `ref-id`. Arguments that are nil come from the callout. The message variables `commtouch-class` (confirmed, bulk, suspect, unknown, none), `commtouch-virus-threat` (virus, high, medium, unknown, nonvirus) and `commtouch-ref-id` say the same. A failure gives Unknown, unknown and "", and no variables. Without an engine the call raises.
---@param msg? msys.core._ec_message
---@param accept? msys.core._accept_construct
---@param vctx? msys.core._validate_context
---@return table
function msys.commtouch.diagnose(msg, accept, vctx) end

msys.core = {}
msys.core.ECMESS_CTX_CONN = 0
msys.core.ECMESS_CTX_MESS = 1
msys.core.EC_MIME_TE_7BIT = 1
msys.core.EC_MIME_TE_8BIT = 2
msys.core.EC_MIME_TE_BASE64 = 5
msys.core.EC_MIME_TE_BINARY = 3
msys.core.EC_MIME_TE_QUOTED_PRINTABLE = 4
msys.core.EC_MSG_ENV_COMPLETE = 4
msys.core.EC_MSG_ENV_FROM = 1
msys.core.EC_MSG_ENV_TO = 2
msys.core.EC_MSG_MIME_FATALLY_BAD = 2
msys.core.EC_MSG_MIME_INVALID = 1
msys.core.EC_MSG_MIME_OK = 0
msys.core.EC_MSG_RENDER_AVOID_IO = 256
msys.core.EC_MSG_RENDER_CALCULATE_LENGTH_ONLY = 2
msys.core.EC_MSG_RENDER_DEBUG = 128
msys.core.EC_MSG_RENDER_HEADERS_ONLY = 4
msys.core.EC_MSG_RENDER_OMIT_DOT = 1
msys.core.EC_MSG_RENDER_OMIT_EPILOGUE = 32
msys.core.EC_MSG_RENDER_OMIT_HEADERS = 16
msys.core.EC_MSG_RENDER_SUPPRESS_WRITE_ERRORS = 512
msys.core.EC_MSG_RENDER_UNSTUFFED = 64
msys.core.EC_MSG_RENDER_XML = 8
msys.core.EM_FAILED = 2
msys.core.EM_SUCCEEDED = 1
msys.core.EM_TRYING = 0
msys.core.P_CLUSTER = 12
msys.core.P_ECSTREAM = 5
msys.core.P_ESMTP = 2
msys.core.P_HTTP = 7
msys.core.P_IMAP = 11
msys.core.P_INTERNAL = 1
msys.core.P_LMTP = 4
msys.core.P_MM7 = 9
msys.core.P_POP3 = 10
msys.core.P_REST = 6
msys.core.P_SMPP = 8
msys.core.P_SMTP = 3
msys.core.STRING_TYPE_DISK_BACKED = -101
msys.core.STRING_TYPE_ECSTRING = 2
msys.core.STRING_TYPE_GROWABLE_STATIC = -104
msys.core.STRING_TYPE_GROWBUF = -103
msys.core.STRING_TYPE_IO_OBJECT = -102
msys.core.STRING_TYPE_MALLOC = 1
msys.core.STRING_TYPE_MESSAGE_BODY = 3
msys.core.STRING_TYPE_SIEVE = 4
msys.core.STRING_TYPE_STATIC = -100
---Gives the number of bindings in a group, 0 if it is unknown.
---@param group string
---@return number
function msys.core.config_get_binding_group_size(group) end

---Gives the number of a binding, -1 if it does not exist; that of default is 0.
---@param name string
---@return number
function msys.core.config_get_binding_id_from_name(name) end

---Gives the name of a binding by its number, or nil.
---@param id number
---@return string|nil
function msys.core.config_get_binding_name_from_id(id) end

---Gives a stream that takes the content of an empty message in SMTP's wire form; close parses it.
---@param msg msys.core._ec_message
---@param size_hint? number
---@return _io_object msys.core
function msys.core.ec_message_builder(msg, size_hint) end

---The same as `msg:context_delete`. Deletes a context variable; 1 if there was one, else 0.
---@param msg msys.core._ec_message
---@param type number
---@param key string
---@return number
function msys.core.ec_message_context_delete(msg, type, key) end

---The same as `msg:context_exists`. Gives 1 if there is such a context variable, else 0.
---@param msg msys.core._ec_message
---@param type number
---@param key string
---@return number
function msys.core.ec_message_context_exists(msg, type, key) end

---The same as `msg:context_exists_and_get`. Gives 1 and the value, or 0 and nil.
---@param msg msys.core._ec_message
---@param type number
---@param key string
---@return number
---@return string|nil
function msys.core.ec_message_context_exists_and_get(msg, type, key) end

---The same as `msg:context_firstkey`. Gives the first key in sorted order, or nil.
---@param msg msys.core._ec_message
---@param type number
---@return string|nil
function msys.core.ec_message_context_firstkey(msg, type) end

---The same as `msg:context_get`. Gives a context variable, "" if there is none.
---@param msg msys.core._ec_message
---@param type number
---@param key string
---@return string
function msys.core.ec_message_context_get(msg, type, key) end

---The same as `msg:context_nextkey`. Gives the key after another one in sorted order, or nil.
---@param msg msys.core._ec_message
---@param type number
---@param key string
---@return string|nil
function msys.core.ec_message_context_nextkey(msg, type, key) end

---The same as `msg:context_set`. Sets a context variable; 1 if that changed something, else 0. A nil key or value stores nothing.
---@param msg msys.core._ec_message
---@param type number
---@param key string
---@param value string
---@return number
function msys.core.ec_message_context_set(msg, type, key, value) end

---The same as `msg:copy`. Gives an independent copy under a new id.
---@param msg msys.core._ec_message
---@return _ec_message msys.core
function msys.core.ec_message_copy(msg) end

---The same as `msg:free`. Releases a copy, snapshot or new message; later use raises. Nothing for the server's own.
---@param msg msys.core._ec_message
function msys.core.ec_message_free(msg) end

---The same as `msg:get_code`. Gives the SMTP reply set for the message, or nil.
---@param msg msys.core._ec_message
---@return string|nil
function msys.core.ec_message_get_code(msg) end

---The same as `msg:get_delivery_method`. Gives the way of delivery in lower case: esmtp unless something else was chosen.
---@param msg msys.core._ec_message
---@return string
function msys.core.ec_message_get_delivery_method(msg) end

---The same as `msg:get_envelope2`. Writes local part and domain of the sender (EC_MSG_ENV_FROM) or recipient (EC_MSG_ENV_TO) into the strings; with EC_MSG_ENV_COMPLETE the first gets the whole address. Gives 1, and 1 for the null sender, else 0.
---@param msg msys.core._ec_message
---@param flags number
---@param lp msys.core._ec_string|nil
---@param dom msys.core._ec_string|nil
---@return number
---@return number
function msys.core.ec_message_get_envelope2(msg, flags, lp, dom) end

---The same as `msg:get_message_size`. Gives the number of bytes of the content.
---@param msg msys.core._ec_message
---@return number
function msys.core.ec_message_get_message_size(msg) end

---The same as `msg:is_mcmt`. 1 if the top type is multipart/vnd.msys.mcmt.
---@param msg msys.core._ec_message
---@return number
function msys.core.ec_message_is_mcmt(msg) end

---Makes an empty message of the null sender, received internally. now is in seconds since 1970; nil is the present.
---@param now? number
---@return _ec_message msys.core
function msys.core.ec_message_new(now) end

---The same as `msgpart:addFirstChild`.
---@param part msys.core._ec_message_part
---@param child msys.core._ec_message_part
---@return boolean
function msys.core.ec_message_part_add_child_first(part, child) end

---The same as `msgpart:addLastChild`.
---@param part msys.core._ec_message_part
---@param child msys.core._ec_message_part
---@return boolean
function msys.core.ec_message_part_add_child_last(part, child) end

---The same as `msgpart:insertAfter`.
---@param part msys.core._ec_message_part
---@param after msys.core._ec_message_part
---@return boolean
function msys.core.ec_message_part_insert_after(part, after) end

---The same as `msgpart:insertBefore`.
---@param part msys.core._ec_message_part
---@param before msys.core._ec_message_part
---@return boolean
function msys.core.ec_message_part_insert_before(part, before) end

---The same as `msgpart:unlink`.
---@param part msys.core._ec_message_part
function msys.core.ec_message_part_unlink(part) end

---The same as `msg:render_to_string`. Appends the content in SMTP's wire form, or as the flags EC_MSG_RENDER_* say, and gives its length; -1 if writing failed.
---@param msg msys.core._ec_message
---@param string msys.core._ec_string
---@param flags? number
---@return number
function msys.core.ec_message_render_to_string(msg, string, flags) end

---The same as `msg:set_code`. Sets the SMTP reply and gives the number that was set before, 0 if none, -1 if the new one is invalid.
---@param msg msys.core._ec_message
---@param number number|string
---@param string string
---@return number
function msys.core.ec_message_set_code(msg, number, string) end

---The same as `msg:set_first_part`. Makes an unlinked part the top; fields that are not of MIME move over to it.
---@param msg msys.core._ec_message
---@param part msys.core._ec_message_part
---@return boolean
function msys.core.ec_message_set_first_part(msg, part) end

---The same as `msg:snapshot`. Gives a view of the message as it is now, under the same id; setters on it raise.
---@param msg msys.core._ec_message
---@return _ec_message msys.core
function msys.core.ec_message_snapshot(msg) end

---Gives the lower-case name of a reception method, msys.core.P_*; "unknown" for other numbers.
---@param method number
---@return string
function msys.core.protocol_string(method) end

---Gives the upper-case name of a reception method.
---@param method number
---@return string
function msys.core.protocol_string_uc(method) end

---Makes an empty growing string.
---@return _ec_string msys.core
function msys.core.string_new() end

---Appends the first len bytes of text, or all of it, and gives the string.
---@param string msys.core._ec_string
---@param text string
---@param len? number
---@return _ec_string msys.core
function msys.core.stringwrite(string, text, len) end

---A message: its content, its envelope and what policy decided about it.
---@class msys.core._ec_message
---@field id msys.core._message_id The message's id; it stands for a string.
---@field batch_id msys.core._message_id The id that the messages of a transaction share.
---@field conn_id msys.core._message_id The id of the connection; all zeros for generated mail.
---@field priority number 0, or 1 for mail that is delivered first.
---@field recv_method number How the message came in, msys.core.P_*.
---@field delivered number msys.core.EM_*.
---@field creation_time number Seconds since 1970, 0 if unknown.
---@field next_attempt number Seconds since 1970, 0 if unknown.
---@field final_time number Seconds since 1970, 0 if unknown.
---@field num_retries number Delivery attempts so far.
---@field invalid_mime number msys.core.EC_MSG_MIME_*.
---@field is_snapshot number 1 for a snapshot.
---@field failed number 1 if delivery was given up.
---@field bounce number 1 for a bounce.
---@field recv_from msys.core._ec_sockaddr|nil The client's address; nil for internal mail.
---@field recv_via msys.core._ec_sockaddr|nil The listener's address; nil for internal mail.
local msys_core__ec_message = {}

---Gives a component of all addresses in the fields of that name: all (default), localpart, user, detail or domain. An address without it contributes nothing.
---@param headername string
---@param component? string
---@param decode? boolean
---@return table
function msys_core__ec_message:address_header(headername, component, decode) end

---Gives the address of the peer of the last attempt to deliver the message, nil if there was none.
---@return string|nil
function msys_core__ec_message:attempted_ip() end

---Gives the name of the binding, nil if none is chosen. With a name: chooses it and gives it, or nil if it does not exist.
---@param value? string
---@return string|nil
function msys_core__ec_message:binding(value) end

---Gives the group of the binding or nil. With a name: chooses a binding of the group and gives the group, or nil if there is none to choose.
---@param value? string
---@return string|nil
function msys_core__ec_message:binding_group(value) end

---Gives the body without the headers, transfer encoding kept, and its length; replaces it first if a value is given.
---@param value? string
---@return string
---@return number
function msys_core__ec_message:body(value) end

---Searches the body in its transfer encoding. Gives the captures of the first match, shaped as by msys.pcre.match, and an array of those of all matches; false if there is none. A wrong pattern: false, a text and the offset.
---@param pattern string
---@return table|boolean
---@return table|string
---@return number
function msys_core__ec_message:body_match(pattern) end

---Replaces all matches in the body in its transfer encoding. Gives true and their number, or false if nothing changed. A wrong pattern: false, a text and the offset.
---@param pattern string
---@param replacement string
---@return boolean
---@return number|string
---@return number
function msys_core__ec_message:body_replace(pattern, replacement) end

---Gives an empty message its content: headers by name, alternative contents by content type, attachments of the form {type, name, headers, content}.
---@param headers table
---@param parts table|nil
---@param attachments table|nil
---@return boolean
function msys_core__ec_message:build(headers, parts, attachments) end

---Gives the SMTP reply set for the message, or nil; sets it first if arguments are given. Number 0 or nil: the text begins with the code.
---@param number? number|string
---@param string? string
---@return string|nil
function msys_core__ec_message:code(number, string) end

---Gives mimetype, charset, encoding, is_attachment and filename of the part; what is unknown is absent.
---@return table
function msys_core__ec_message:content_type() end

---Deletes a context variable; 1 if there was one, else 0.
---@param type number
---@param key string
---@return number
function msys_core__ec_message:context_delete(type, key) end

---Gives 1 if there is such a context variable, else 0.
---@param type number
---@param key string
---@return number
function msys_core__ec_message:context_exists(type, key) end

---Gives 1 and the value, or 0 and nil.
---@param type number
---@param key string
---@return number
---@return string|nil
function msys_core__ec_message:context_exists_and_get(type, key) end

---Gives the first key in sorted order, or nil.
---@param type number
---@return string|nil
function msys_core__ec_message:context_firstkey(type) end

---Gives a context variable, "" if there is none.
---@param type number
---@param key string
---@return string
function msys_core__ec_message:context_get(type, key) end

---Gives the key after another one in sorted order, or nil.
---@param type number
---@param key string
---@return string|nil
function msys_core__ec_message:context_nextkey(type, key) end

---Sets a context variable; 1 if that changed something, else 0. A nil key or value stores nothing.
---@param type number
---@param key string
---@param value string
---@return number
function msys_core__ec_message:context_set(type, key, value) end

---Gives an independent copy under a new id.
---@return _ec_message msys.core
function msys_core__ec_message:copy() end

---Accepts the message towards the sender and delivers it to nobody. Before the split the whole transaction is meant, afterwards this recipient. The script goes on.
---@param reason? string
function msys_core__ec_message:discard(reason) end

---Sends a new message with the text and with this one attached; this one is still delivered. Gives true, or nil and why not.
---@param sender string
---@param rcptto string|table
---@param text string
---@param subject? string
---@param charset? string
---@return boolean|nil
---@return string err
function msys_core__ec_message:forward(sender, rcptto, text, subject, charset) end

---Releases a copy, snapshot or new message; later use raises. Nothing for the server's own.
function msys_core__ec_message:free() end

---Gives the SMTP reply set for the message, or nil.
---@return string|nil
function msys_core__ec_message:get_code() end

---Gives the way of delivery in lower case: esmtp unless something else was chosen.
---@return string
function msys_core__ec_message:get_delivery_method() end

---Writes local part and domain of the sender (EC_MSG_ENV_FROM) or recipient (EC_MSG_ENV_TO) into the strings; with EC_MSG_ENV_COMPLETE the first gets the whole address. Gives 1, and 1 for the null sender, else 0.
---@param flags number
---@param lp msys.core._ec_string|nil
---@param dom msys.core._ec_string|nil
---@return number
---@return number
function msys_core__ec_message:get_envelope2(flags, lp, dom) end

---Gives the number of bytes of the content.
---@return number
function msys_core__ec_message:get_message_size() end

---With a name alone: an array of the field's values, decoded, in file order; empty if there is none. With a value (or an array of values): sets it by the mode `replace` (default), `append` (at the bottom) or `prepend` (at the top) and gives true. With nil, "" or {}: deletes the fields and tells whether there were any.
---@param hdr string
---@param value? string|table|nil
---@param mode? string
---@return table|boolean
function msys_core__ec_message:header(hdr, value, mode) end

---Sends an independent copy as new mail. Recipients are an array or separated by commas. Gives true, or nil and why not.
---@param mailfrom string
---@param rcptto string|table
---@return boolean|nil
---@return string err
function msys_core__ec_message:inject(mailfrom, rcptto) end

---1 if the top type is multipart/vnd.msys.mcmt.
---@return number
function msys_core__ec_message:is_mcmt() end

---Gives the listener's address: "all" (or nil), "ip" or "port". "" for internal mail.
---@param flag? string
---@return string
function msys_core__ec_message:listener_addr(flag) end

---Gives the sender without brackets, "" for the null sender; sets it first if a value is given.
---@param value? string
---@return string
function msys_core__ec_message:mailfrom(value) end

---Makes a boundary that confuses with none in the message, nor in the parts and messages that are given.
---@param ... any
---@return string
function msys_core__ec_message:makeBoundary(...) end

---Makes an unlinked container of a type multipart/*. Without a boundary one is made.
---@param mimetype string
---@param boundary? string
---@param add_terminator? boolean
---@return _ec_message_part msys.core
function msys_core__ec_message:makeContainer(mimetype, boundary, add_terminator) end

---Makes an unlinked leaf. The body is verbatim, already in the encoding (EC_MIME_TE_* or its name, default 7bit).
---@param mimetype string
---@param body? string|any
---@param encoding? number|string
---@return _ec_message_part msys.core
function msys_core__ec_message:makePart(mimetype, body, encoding) end

---Gives the top part, nil without content. With true, edits through it or parts reached from it raise.
---@param readonly? boolean
---@return _ec_message_part|nil msys.core
function msys_core__ec_message:mime(readonly) end

---Gives the whole content and its length; replaces it first if a value is given. A final CRLF.CRLF in the value is no content.
---@param value? string
---@return string
---@return number
function msys_core__ec_message:raw(value) end

---Searches the header and the body as they are. Gives the captures of the first match, shaped as by msys.pcre.match, and an array of those of all matches; false if there is none. A wrong pattern: false, a text and the offset.
---@param pattern string
---@return table|boolean
---@return table|string
---@return number
function msys_core__ec_message:raw_match(pattern) end

---Replaces all matches in the header and the body as they are. Gives true and their number, or false if nothing changed. A wrong pattern: false, a text and the offset.
---@param pattern string
---@param replacement string
---@return boolean
---@return number|string
---@return number
function msys_core__ec_message:raw_replace(pattern, replacement) end

---Gives the recipient without brackets; before the split the one that is being looked at, or the first. Sets it first if a value is given; before the split that has no effect and is warned about.
---@param value? string
---@return string
function msys_core__ec_message:rcptto(value) end

---Gives the client's address: "all" (or nil), "ip" or "port". "" for internal mail.
---@param flag? string
---@return string
function msys_core__ec_message:reception_peer(flag) end

---Appends the content in SMTP's wire form, or as the flags EC_MSG_RENDER_* say, and gives its length; -1 if writing failed.
---@param string msys.core._ec_string
---@param flags? number
---@return number
function msys_core__ec_message:render_to_string(string, flags) end

---Gives the domain that decides where the message goes, in lower case; sets it first if a value is given. "" goes back to the recipient's.
---@param value? string
---@return string
function msys_core__ec_message:routing_domain(value) end

---Sets the SMTP reply and gives the number that was set before, 0 if none, -1 if the new one is invalid.
---@param number number|string
---@param string string
---@return number
function msys_core__ec_message:set_code(number, string) end

---Makes an unlinked part the top; fields that are not of MIME move over to it.
---@param part msys.core._ec_message_part
---@return boolean
function msys_core__ec_message:set_first_part(part) end

---Gives a view of the message as it is now, under the same id; setters on it raise.
---@return _ec_message msys.core
function msys_core__ec_message:snapshot() end

---Without a value: the text of the text parts in UTF-8: nil, one string, or an array. With a value: the whole body becomes one text part; gives true.
---@param value? string
---@param type? string
---@param charset? string
---@return string|table|boolean|nil
function msys_core__ec_message:text(value, type, charset) end

---Searches each text part, decoded to UTF-8. Gives the captures of the first match, shaped as by msys.pcre.match, and an array of those of all matches; false if there is none. A wrong pattern: false, a text and the offset.
---@param pattern string
---@return table|boolean
---@return table|string
---@return number
function msys_core__ec_message:text_match(pattern) end

---Replaces all matches in each text part, decoded to UTF-8. Gives true and their number, or false if nothing changed. A wrong pattern: false, a text and the offset.
---@param pattern string
---@param replacement string
---@return boolean
---@return number|string
---@return number
function msys_core__ec_message:text_replace(pattern, replacement) end

---A part of a message: a leaf, or a container of parts.
---@class msys.core._ec_message_part
---@field parts msys.core._ec_message_part|nil The first child; nil for a leaf.
---@field next msys.core._ec_message_part|nil The next sibling.
---@field parent msys.core._ec_message_part|nil The container.
---@field thread msys.core._ec_message_part|nil The next part in document order.
---@field boundary string|nil The boundary; nil for a leaf.
---@field boundary_len number The boundary's length; 0 for a leaf.
---@field encoding number The transfer encoding, msys.core.EC_MIME_TE_*.
---@field touched number 1 if the part was changed.
---@field body msys.core._io_object The raw body, to be read.
---@field headers_start number Offset of the headers in the content.
---@field preamble_start number Offset of what precedes the first child.
---@field preamble_len number Length of what precedes the first child.
---@field epilogue_end number Offset of the part's end.
---@field body_start number Offset of the body; of a part made by makePart, where its body begins in its source.
---@field body_end number Offset of the body's end; of a part made by makePart, where its body ends in its source.
local msys_core__ec_message_part = {}

---Makes an unlinked part the first child. false if this is no container, the part is linked, or contains this one.
---@param child msys.core._ec_message_part
---@return boolean
function msys_core__ec_message_part:addFirstChild(child) end

---Makes an unlinked part the last child. false as for addFirstChild.
---@param child msys.core._ec_message_part
---@return boolean
function msys_core__ec_message_part:addLastChild(child) end

---Gives a component of all addresses in the fields of that name: all (default), localpart, user, detail or domain. An address without it contributes nothing.
---@param headername string
---@param component? string
---@param decode? boolean
---@return table
function msys_core__ec_message_part:address_header(headername, component, decode) end

---Searches the body in its transfer encoding. Gives the captures of the first match, shaped as by msys.pcre.match, and an array of those of all matches; false if there is none. A wrong pattern: false, a text and the offset.
---@param pattern string
---@return table|boolean
---@return table|string
---@return number
function msys_core__ec_message_part:body_match(pattern) end

---Replaces all matches in the body in its transfer encoding. Gives true and their number, or false if nothing changed. A wrong pattern: false, a text and the offset.
---@param pattern string
---@param replacement string
---@return boolean
---@return number|string
---@return number
function msys_core__ec_message_part:body_replace(pattern, replacement) end

---Gives mimetype, charset, encoding, is_attachment and filename of the part; what is unknown is absent.
---@return table
function msys_core__ec_message_part:content_type() end

---As msg:header, on the part's own header.
---@param headername string
---@param value? string|table|nil
---@param mode? string
---@return table|boolean
function msys_core__ec_message_part:header(headername, value, mode) end

---Puts this unlinked part after another one. false as for insertBefore.
---@param after msys.core._ec_message_part
---@return boolean
function msys_core__ec_message_part:insertAfter(after) end

---Puts this unlinked part before another one. false if the other is the top, or this one is linked or contains it.
---@param before msys.core._ec_message_part
---@return boolean
function msys_core__ec_message_part:insertBefore(before) end

---As msg:raw, for the part.
---@param value? string
---@return string
---@return number
function msys_core__ec_message_part:raw(value) end

---Searches the header and the body as they are. Gives the captures of the first match, shaped as by msys.pcre.match, and an array of those of all matches; false if there is none. A wrong pattern: false, a text and the offset.
---@param pattern string
---@return table|boolean
---@return table|string
---@return number
function msys_core__ec_message_part:raw_match(pattern) end

---Replaces all matches in the header and the body as they are. Gives true and their number, or false if nothing changed. A wrong pattern: false, a text and the offset.
---@param pattern string
---@param replacement string
---@return boolean
---@return number|string
---@return number
function msys_core__ec_message_part:raw_replace(pattern, replacement) end

---Without a value: the text in UTF-8, nil if there is none; of a container, an array if there are several; of a leaf that is no text, its decoded bytes. With a value: the part becomes one text part; gives true.
---@param value? string
---@param type? string
---@param charset? string
---@return string|table|boolean|nil
function msys_core__ec_message_part:text(value, type, charset) end

---Searches each text part, decoded to UTF-8. Gives the captures of the first match, shaped as by msys.pcre.match, and an array of those of all matches; false if there is none. A wrong pattern: false, a text and the offset.
---@param pattern string
---@return table|boolean
---@return table|string
---@return number
function msys_core__ec_message_part:text_match(pattern) end

---Replaces all matches in each text part, decoded to UTF-8. Gives true and their number, or false if nothing changed. A wrong pattern: false, a text and the offset.
---@param pattern string
---@param replacement string
---@return boolean
---@return number|string
---@return number
function msys_core__ec_message_part:text_replace(pattern, replacement) end

---Takes the part and what it contains out of its tree; the top part raises.
function msys_core__ec_message_part:unlink() end

---A growing string of bytes. It passes wherever a string is expected.
---@class msys.core._ec_string
---@field buffer string The content.
---@field len number The number of bytes.
---@field type number msys.core.STRING_TYPE_*.
---@field backing any|nil Where writes go for STRING_TYPE_IO_OBJECT.
local msys_core__ec_string = {}

---Replaces the content; nil empties it.
---@param value string|nil
function msys_core__ec_string:set(value) end

---Appends the first len bytes of text, or all of it; gives the number of bytes.
---@param text string
---@param len? number
---@return number
function msys_core__ec_string:write(text, len) end

---The id of a message, batch or connection. It prints, compares and concatenates like a string.
---@class msys.core._message_id
local msys_core__message_id = {}

---A stream of bytes: a file or another resource that io_wrapper_open opened, the body of a part, a builder of a message. It is closed when nobody holds it any more. Sessions may share one.
---@class msys.core._io_object
local msys_core__io_object = {}

---Ends the stream; the content of a builder is parsed. Twice is fine. Gives true, or nil, a text and the number of the error.
---@return boolean|nil
---@return string err
---@return number errno
function msys_core__io_object:close() end

---Gives true: writes are not held back. A failure gives nil, a text and the number of the error.
---@return boolean|nil
---@return string err
---@return number errno
function msys_core__io_object:flush() end

---Gives the permissions that a new file would have got.
---@return number
function msys_core__io_object:get_mode() end

---Gives the msys.core.O_* that it was opened with.
---@return number
function msys_core__io_object:get_options() end

---Gives the path or URI that was opened.
---@return string
function msys_core__io_object:get_path() end

---Gives the scheme: `file` for plain paths.
---@return string
function msys_core__io_object:get_scheme() end

---Gives the length of the content in bytes, 0 if it is not known.
---@return number
function msys_core__io_object:get_size() end

---Gives an iterator over the lines, without their ends. A failed read raises.
---@return function
function msys_core__io_object:lines() end

---Moves to an offset from the start (0), the position (1) or the end (2) and gives the position. What has no position gives nil, a text and 29.
---@param offset number
---@param whence? number
---@return number|nil
---@return string err
---@return number errno
function msys_core__io_object:lseek(offset, whence) end

---Writes what string.format makes of the arguments and gives the number of bytes. A failure gives nil, a text and the number of the error.
---@param format string
---@param ... any
---@return number|nil
---@return string err
---@return number errno
function msys_core__io_object:printf(format, ...) end

---Reads for each format, as file:read does: a number for up to that many bytes, `*l` (the default) for a line, `*L` for a line with its end, `*a` for the rest, `*n` for a number. At the end of the stream it gives nil.
---@param format? number|string
---@param ... any
---@return string|number|nil
---@return string err
---@return number errno
function msys_core__io_object:read(format, ...) end

---Moves to an offset from `set`, `cur` (the default) or `end` and gives the position. What has no position gives nil, a text and 29.
---@param whence? string
---@param offset? number
---@return number|nil
---@return string err
---@return number errno
function msys_core__io_object:seek(whence, offset) end

---Gives 1 if the stream has a position to change, else 0.
---@return number
function msys_core__io_object:supports_lseek() end

---Writes the first len bytes of data, or all, as one piece and gives how many. With other arguments it writes each of them, as file:write does. A failure gives nil, a text and the number of the error.
---@param data string
---@param len? number
---@param ... any
---@return number|nil
---@return string err
---@return number errno
function msys_core__io_object:write(data, len, ...) end

msys.core.AF_INET = 2
msys.core.AF_INET6 = 10
msys.core.AF_UNIX = 1
msys.core.EC_SA2S_NO_PORT = 1
msys.core.STANDARD_KEY_AUTH_NAME = "auth_name"
msys.core.STANDARD_KEY_AUTH_STATUS = "auth_status"
msys.core.STANDARD_KEY_AUTH_USER = "auth_user"
msys.core.STANDARD_KEY_CAN_RELAY = "can_relay"
msys.core.STANDARD_KEY_EHLO_DOMAIN = "ehlo_domain"
msys.core.STANDARD_KEY_EHLO_STRING = "ehlo_string"
msys.core.STANDARD_KEY_MAILFROM_DOMAIN = "mailfrom_domain"
msys.core.STANDARD_KEY_MAILFROM_LOCALPART = "mailfrom_localpart"
msys.core.STANDARD_KEY_MAILFROM_STRING = "mailfrom_string"
msys.core.STANDARD_KEY_RCPTTO_DOMAIN = "rcptto_domain"
msys.core.STANDARD_KEY_RCPTTO_LOCALPART = "rcptto_localpart"
msys.core.STANDARD_KEY_RCPTTO_STRING = "rcptto_string"
msys.core.VCTX_CONN = 0
msys.core.VCTX_KEY_DLV_RESPONSE_STATUS = "DLV_Response_Status"
msys.core.VCTX_KEY_DLV_RESPONSE_STATUS_DETAIL = "DLV_Response_Status_Detail"
msys.core.VCTX_KEY_PATHWAY = "pathway"
msys.core.VCTX_MESS = 1
---Gives AF_INET, AF_INET6 or AF_UNIX.
---@param sockaddr msys.core._ec_sockaddr
---@return number
function msys.core.ec_sockaddr_family(sockaddr) end

---Gives the address with its port.
---@param sockaddr msys.core._ec_sockaddr
---@return string
function msys.core.sockaddr_to_string(sockaddr) end

---Gives the address; without its port for EC_SA2S_NO_PORT.
---@param sockaddr msys.core._ec_sockaddr
---@param options number
---@return string
function msys.core.sockaddr_to_string_opt(sockaddr, options) end

---The validation context of a session: variables, the reply, the recipient list.
---@class msys.core._validate_context
---@field code number The reply code of the phase.
---@field note string The reply text of the phase.
---@field disconnect function The method disconnect; assigning 1 closes the connection after the reply, 0 takes that back.
---@field deschedule number Accepted, without effect.
---@field body_has_changed number The script says that the body has changed.
---@field transparency number Built-in changes of the message are skipped.
---@field needs_auth_results number An Authentication-Results field is wanted.
local msys_core__validate_context = {}

---Adds an address and gives its position from 0, or -1.
---@param address string
---@param unique? number|boolean
---@return number
function msys_core__validate_context:add_rcpt(address, unique) end

---Adds one address or an array of them; one that is on the list is ignored. After the split it makes one more copy.
---@param address string|table
function msys_core__validate_context:add_recipient(address) end

---1 if the list may be changed, else 0.
---@return number
function msys_core__validate_context:can_modify_rcpts() end

---Deletes a variable.
---@param type number
---@param key string
function msys_core__validate_context:delete(type, key) end

---Sets the reply and closes the connection after it. Without a code: the current one if it refuses, else 421.
---@param code? number|string
---@param message? string
function msys_core__validate_context:disconnect(code, message) end

---Gives 1 if there is such a variable, else 0.
---@param type number
---@param key string
---@return number
function msys_core__validate_context:exists(type, key) end

---Gives 1 and the value, or 0 and nil.
---@param type number
---@param key string
---@return number
---@return string|nil
function msys_core__validate_context:exists_and_get(type, key) end

---Gives a variable of the connection (VCTX_CONN) or the message (VCTX_MESS), "" if there is none.
---@param type number
---@param key string
---@return string
function msys_core__validate_context:get(type, key) end

---Gives the next position and the address at pos, which begins at 0; past the last address it gives -1 and nil.
---@param pos number
---@return number
---@return string|nil
function msys_core__validate_context:iterate_rcpt(pos) end

---Sets the reply and gives VALIDATE_DONE.
---@param code number|string
---@param message string
---@return number
function msys_core__validate_context:pbp_action(code, message) end

---Sets the reply, closes the connection after it, and gives VALIDATE_DONE.
---@param code number|string
---@param message string
---@return number
function msys_core__validate_context:pbp_disconnect(code, message) end

---Gives the recipients in the order of their RCPT TO; replaces them first if an array is given.
---@param addresses? table
---@return table
function msys_core__validate_context:recipient_list(addresses) end

---Empties the list; 1 if that was possible, else 0.
---@return number
function msys_core__validate_context:remove_all_rcpts() end

---Removes an address and gives the position it had, or -1.
---@param address string
---@return number
function msys_core__validate_context:remove_rcpt(address) end

---Removes one address or an array of them; an absent one is ignored. After the split, removing the current recipient drops its copy.
---@param address string|table
function msys_core__validate_context:remove_recipient(address) end

---Sets a variable. Numbers and booleans are stored as text; a nil key or value sets nothing.
---@param type number
---@param key string
---@param value string
function msys_core__validate_context:set(type, key, value) end

---Sets the reply of the phase: a code from 200 to 599 and a text, nil for the code's default text. Lines of the text become lines of the reply.
---@param codenum number|string
---@param message string
function msys_core__validate_context:set_code(codenum, message) end

---Delays the reply of the phase by a number of seconds, which may have a fraction; calls add up.
---@param interval number
function msys_core__validate_context:tarpit(interval) end

---An inbound connection.
---@class msys.core._accept_construct
---@field remote_addr msys.core._ec_sockaddr The client's address.
---@field local_addr msys.core._ec_sockaddr The listener's address.
---@field conn_id string The connection's id.
---@field protocol number msys.core.P_*.
---@field inst table The listener: `ac.inst.address`.
local msys_core__accept_construct = {}

---Adds a line to the EHLO reply; one with the same first word is replaced.
---@param name string
function msys_core__accept_construct:esmtp_capability_add(name) end

---Takes a line out of the EHLO reply, found by its first word.
---@param name string
function msys_core__accept_construct:esmtp_capability_remove(name) end

---Gives the number of open sessions, this one included: of this client, or of a block ("/24", "10.0.0.0/8"), on a service (default SMTP).
---@param cidr? string
---@param service_type? string
---@return number
function msys_core__accept_construct:inbound_session_count(cidr, service_type) end

---The same with the arguments the other way round.
---@param service string
---@param cidr? string
---@return number
function msys_core__accept_construct:pbp_inbound_session_count_service(service, cidr) end

---The state of an ESMTP transaction. Unknown fields are nil.
---@class msys.core._message_construct
---@field message msys.core._ec_message|nil The message, from MAIL FROM on.
---@field ctx msys.core._validate_context The validation context.
---@field ac msys.core._accept_construct The connection.
---@field relayable number 1 if the session may relay.
---@field can_auth number 1 if the session may authenticate.
---@field peer_address string The client's address without the port.
---@field auth_info table Who authenticated: `mc.auth_info.user`.
---@field line string The last command line.
---@field banner_hostname string A name the server gives itself.
---@field received_hostname string A name the server gives itself.
---@field static_banner string A name the server gives itself.
---@field idle_timeout number Seconds without a command.
---@field connection_message_limit number Messages per connection.
---@field connection_rcpt_limit number Recipients per connection.
---@field message_rcpt_limit number Recipients per message.
---@field max_message_size number Bytes per message.
---@field connection_message_count number Messages of the connection so far.
---@field connection_rcpt_count number Recipients of the connection so far.
---@field message_rcpt_count number Recipients of the message so far.
---@field state number msys.core.MC_STATE_*.
local msys_core__message_construct = {}

---A socket address.
---@class msys.core._ec_sockaddr
local msys_core__ec_sockaddr = {}

---Sets a key; one that is there keeps its place.
---@param d msys.core.ECDict
---@param key string
---@param value string
function msys.core.dict_add_key_value(d, key, value) end

---Makes an empty dictionary.
---@return ECDict msys.core
function msys.core.dict_blank() end

---Does nothing: a dictionary goes when nobody holds it.
---@param d msys.core.ECDict
function msys.core.dict_drop(d) end

---The same as `msys.core.dict_iter2`.
---@param d msys.core.ECDict
---@return ECDict_Iterator msys.core
function msys.core.dict_iter(d) end

---Begins a walk in the order in which keys were added; changes meanwhile are safe.
---@param d msys.core.ECDict
---@return ECDict_Iterator msys.core
function msys.core.dict_iter2(d) end

---Ends a walk; does nothing.
---@param d msys.core.ECDict
---@param iter msys.core.ECDict_Iterator
function msys.core.dict_iter2_free(d, iter) end

---Removes a key; gives 1, or 0 if it was not there.
---@param d msys.core.ECDict
---@param key string
---@return number
function msys.core.dict_key_delete(d, key) end

---Gives 1 if the key is there, else 0.
---@param d msys.core.ECDict
---@param key string
---@return number
function msys.core.dict_key_exists(d, key) end

---Gives 1 and the value of a key, or 0 and nil.
---@param d msys.core.ECDict
---@param key string
---@return number
---@return string|nil
function msys.core.dict_key_exists_and_fetch(d, key) end

---Gives 1, the next key and its value, or 0 at the end.
---@param d msys.core.ECDict
---@param iter msys.core.ECDict_Iterator
---@return number
---@return string key
---@return string value
function msys.core.dict_next(d, iter) end

---Appends the dictionary to a growing string, in a form that `msys.core.dict_unserialize` reads, and gives the number of bytes.
---@param d msys.core.ECDict
---@param dest msys.core._ec_string
---@return number
function msys.core.dict_serialize(d, dest) end

---Appends the pairs to a growing string as key=value, separated by sep, a space by default. The flags have no effect.
---@param out msys.core._ec_string
---@param d msys.core.ECDict
---@param flags? number
---@param sep? string
function msys.core.dict_stringprint(out, d, flags, sep) end

---Makes the dictionary that `msys.core.dict_serialize` wrote. Other text gives nil and the reason.
---@param str msys.core._ec_string|string
---@return ECDict|nil msys.core
---@return string err
function msys.core.dict_unserialize(str) end

---A dictionary of strings: `d[k]` gives a value or nil, `d[k] = v` sets one, `d[k] = nil` removes it, `#d` is the number of keys, and `for k, v in d do` goes through them in the order in which they were added.
---@class msys.core.ECDict
local msys_core_ECDict = {}

---A walk through a dictionary.
---@class msys.core.ECDict_Iterator
local msys_core_ECDict_Iterator = {}

msys.core.VALIDATE_CONT = 0
msys.core.VALIDATE_DONE = 1
msys.core.VALIDATE_AGAIN = 2
msys.core.EC_HOOK_CONT = 0
msys.core.EC_HOOK_DONE = 1
msys.core.EC_HOOK_RETRY = 2
msys.core.EC_AUTH_OK = 0
msys.core.EC_AUTH_FAIL = 1
msys.core.EC_AUTH_ERROR = 2
msys.core.ECTP_COMPLETE_CALLBACK = 0
msys.core.ECTP_COMPLETE_CALLBACK_SCHED = 1
msys.core.EC_MESSAGE_ENQUEUE_HOOK_CONT = 0
msys.core.EC_MESSAGE_ENQUEUE_HOOK_OK = 1
msys.core.EC_MESSAGE_ENQUEUE_HOOK_ERR = 2
msys.core.GENERATE_BOUNCES_HOOK_CONT = 0
msys.core.GENERATE_BOUNCES_HOOK_OK = 1
msys.core.GENERATE_DELAY_DSN_HOOK_CONT = 0
msys.core.GENERATE_DELAY_DSN_HOOK_OK = 1
msys.core.DELAY_DSN_SEND_NOTIFICATION_OK = 1
msys.core.EC_BINDING_SLOT_UNBOUND = -1
msys.core.EC_USE_TLS_NO = 0
msys.core.EC_USE_TLS_IFAVAILABLE = 1
msys.core.EC_USE_TLS_REQUIRED = 2
msys.core.EC_SSL_VERIFY_NONE = 0
msys.core.EC_SSL_VERIFY_VALIDCA = 1
msys.core.EC_SSL_VERIFY_HOSTNAME = 2
msys.core.EC_RESTINJ_SESS_OK = 0
msys.core.EC_RESTINJ_SESS_ERR = 1
msys.core.EC_RESTINJ_BODY_UNTOUCHED = 0
msys.core.EC_RESTINJ_BODY_REPLACED = 1
msys.core.EC_RESTINJ_BODY_ERROR = 2
msys.core.LOG_CRITICAL = 0
msys.core.LOG_ERROR = 1
msys.core.LOG_WARNING = 2
msys.core.LOG_NOTICE = 3
msys.core.LOG_INFO = 4
msys.core.LOG_DEBUG = 5
msys.core.MC_STATE_START = 0
msys.core.MC_STATE_START_RESPONSE = 1
msys.core.MC_STATE_EHLO = 2
msys.core.MC_STATE_EHLO_RESPONSE = 3
msys.core.MC_STATE_MAILFROM = 4
msys.core.MC_STATE_MAILFROM_RESPONSE = 5
msys.core.MC_STATE_RCPTTO = 6
msys.core.MC_STATE_RCPTTO_RESPONSE = 7
msys.core.MC_STATE_DATA = 8
msys.core.MC_STATE_BODY = 9
msys.core.MC_STATE_BODY_RESPONSE = 10
msys.core.MC_STATE_ASYNC_BODY_RESPONSE = 11
msys.core.MC_STATE_OK = 12
msys.core.MC_STATE_RELAYING_DENIED = 13
msys.core.MC_STATE_EXTENSION_1 = 14
msys.core.MC_STATE_EXTENSION_2 = 15
msys.core.MC_STATE_EXTENSION_3 = 16
msys.core.MC_STATE_EXTENSION_4 = 17
msys.core.MC_STATE_CONCURRENCY_LIMIT = 18
msys.core.MC_STATE_RCPTTO_LIST_RESPONSE = 19
msys.core.MC_STATE_RCPTTO_LIST_FINAL_RESPONSE = 20
msys.core.MC_STATE_SETUP = 21
msys.core.MC_STATE_MCMT_FIXUP = 22
msys.core.MC_STATE_COUNT = 23
---Gives the state of the session's ESMTP transaction, nil if it is not an ESMTP session.
---@param ac msys.core._accept_construct
---@return _message_construct|nil msys.core
function msys.core.accept_construct_get_message_construct(ac) end

---Gives the record of a domain of the outbound queue, nil if there is none.
---@param domain string
---@return any|nil
function msys.core.dns_get_domain(domain) end

---Gives the time in whole seconds since 1970.
---@return number
function msys.core.get_now_ts() end

---Makes all queued mail for the domain wait until its next retry time; note becomes its code.
---@param dr msys.core._domain_record
---@param note string
function msys.core.mail_queue_delay_domain(dr, note) end

---Gives the event loop that serves a domain.
---@param domain string
---@return any
function msys.core.scheduler_for_domain(domain) end

---An event loop.
---@class msys.core._ec_scheduler_inst
local msys_core__ec_scheduler_inst = {}

---A console command: its words and who asked.
---@class msys.core._command_construct
---@field argc number Number of words, the command's prefix counted as one.
---@field argv any Words by number; argv[0] is the command's prefix. Out of range gives nil.
---@field command string The line as typed.
---@field auth_info table Who asked: `auth_info.user`.
---@field xml number 1 if the caller wants XML; always 0 here.
local msys_core__command_construct = {}

---The words of a console command.
---@class msys.core._argv
local msys_core__argv = {}

---A moment: seconds and microseconds since 1970.
---@class msys.core.timeval
---@field tv_sec number Whole seconds since 1970.
---@field tv_usec number Microseconds after them.
local msys_core_timeval = {}

---A domain of the outbound queue.
---@class msys.core._domain_record
---@field domain string The domain's name.
local msys_core__domain_record = {}

---An out parameter of a hook.
---@class msys.core._box
---@field value any The value; what a hook assigns takes effect.
local msys_core__box = {}

---A delivery attempt over an outbound connection.
---@class msys.core._delivery_construct
---@field message msys.core._ec_message|nil The message that is delivered, nil between messages.
---@field domain string The routing domain.
---@field host string The MX host.
---@field remote_addr any The other end's address.
---@field conn_id string The id of the outbound connection.
local msys_core__delivery_construct = {}

msys.core.O_RDONLY = 0
msys.core.O_WRONLY = 1
msys.core.O_RDWR = 2
msys.core.O_RDRW = 2
msys.core.O_CREAT = 64
msys.core.O_EXCL = 128
msys.core.O_TRUNC = 512
msys.core.O_APPEND = 1024
msys.core.O_BINARY = 0
---Gives another object for the same stream and position. The stream ends with the last of them.
---@param io msys.core._io_object
---@return _io_object msys.core
function msys.core.io_wrapper_clone(io) end

---The same as `io:close`. Ends the stream; the content of a builder is parsed. Twice is fine. Gives true, or nil, a text and the number of the error.
---@param io msys.core._io_object
---@return boolean|nil
---@return string err
---@return number errno
function msys.core.io_wrapper_close(io) end

---Lets go of the object, which cannot be used any more; the stream ends when no clone is left.
---@param io msys.core._io_object
function msys.core.io_wrapper_delref(io) end

---The same as `io:flush`. Gives true: writes are not held back. A failure gives nil, a text and the number of the error.
---@param io msys.core._io_object
---@return boolean|nil
---@return string err
---@return number errno
function msys.core.io_wrapper_flush(io) end

---The same as `io:get_mode`. Gives the permissions that a new file would have got.
---@param io msys.core._io_object
---@return number
function msys.core.io_wrapper_get_mode(io) end

---The same as `io:get_options`. Gives the msys.core.O_* that it was opened with.
---@param io msys.core._io_object
---@return number
function msys.core.io_wrapper_get_options(io) end

---The same as `io:get_path`. Gives the path or URI that was opened.
---@param io msys.core._io_object
---@return string
function msys.core.io_wrapper_get_path(io) end

---The same as `io:get_scheme`. Gives the scheme: `file` for plain paths.
---@param io msys.core._io_object
---@return string
function msys.core.io_wrapper_get_scheme(io) end

---The same as `io:get_size`. Gives the length of the content in bytes, 0 if it is not known.
---@param io msys.core._io_object
---@return number
function msys.core.io_wrapper_get_size(io) end

---The same as `io:lseek`. Moves to an offset from the start (0), the position (1) or the end (2) and gives the position. What has no position gives nil, a text and 29.
---@param io msys.core._io_object
---@param offset number
---@param whence? number
---@return number|nil
---@return string err
---@return number errno
function msys.core.io_wrapper_lseek(io, offset, whence) end

---Is io_wrapper_open that makes missing directories first if options has O_CREAT; dirmode, 0755 if nil, are their permissions.
---@param filename string
---@param options? number
---@param dirmode? number|string
---@param mode? number|string
---@return _io_object|nil msys.core
---@return string err
---@return number errno
function msys.core.io_wrapper_mkpath_and_open(filename, options, dirmode, mode) end

---Opens a path or URI (see the list of schemes below). options are msys.core.O_*, joined by `|`; nil is O_RDONLY, and O_CREAT, O_APPEND or O_TRUNC alone mean writing. mode, 0644 if nil, are the permissions of a file that is made; the umask applies. The object is closed when nobody holds it any more, or with the runtime.
---
---Schemes: none and `file://`, `http://` and `https://` (reading), `memory:NAME`, `jlog:///path=>subscriber` and `cluster://` (each write one record), `persist:URI` (a copy serves when the source fails), `syslog://?facility=mail&priority=error`, `pipe:///program?arg1=` if the host allows it.
---@param filename string
---@param options? number
---@param mode? number|string
---@return _io_object|nil msys.core
---@return string err
---@return number errno
function msys.core.io_wrapper_open(filename, options, mode) end

---Gives an object from which the bytes of data can be read.
---@param data string
---@return _io_object msys.core
function msys.core.io_wrapper_open_memory(data) end

---The same as `io:printf`. Writes what string.format makes of the arguments and gives the number of bytes. A failure gives nil, a text and the number of the error.
---@param io msys.core._io_object
---@param format string
---@param ... any
---@return number|nil
---@return string err
---@return number errno
function msys.core.io_wrapper_printf(io, format, ...) end

---The same as `io:read`. Reads for each format, as file:read does: a number for up to that many bytes, `*l` (the default) for a line, `*L` for a line with its end, `*a` for the rest, `*n` for a number. At the end of the stream it gives nil.
---@param io msys.core._io_object
---@param format? number|string
---@param ... any
---@return string|number|nil
---@return string err
---@return number errno
function msys.core.io_wrapper_read(io, format, ...) end

---The same as `io:supports_lseek`. Gives 1 if the stream has a position to change, else 0.
---@param io msys.core._io_object
---@return number
function msys.core.io_wrapper_supports_lseek(io) end

---The same as `io:write`. Writes the first len bytes of data, or all, as one piece and gives how many. With other arguments it writes each of them, as file:write does. A failure gives nil, a text and the number of the error.
---@param io msys.core._io_object
---@param data string
---@param len? number
---@param ... any
---@return number|nil
---@return string err
---@return number errno
function msys.core.io_wrapper_write(io, data, len, ...) end

msys.core.FAILED = 0
msys.core.DELAYED = 1
msys.core.DELIVERED = 2
msys.core.RELAYED = 3
msys.core.EXPANDED = 4
---Does nothing: objects are collected.
---@param blob msys.core._ec_blobject
function msys.core.ec_blobject_delref(blob) end

---Gives the text under BLOB_KEY_SMS_TEXT or BLOB_KEY_MO_EMAIL_TEXT of msys.smpp as an object whose field self is the string; nil if there is none.
---@param msg msys.core._ec_message
---@param key string
---@return _ec_blobject|nil msys.core
function msys.core.ec_message_blobject_get(msg, key) end

---A copy of a text that a message carries.
---@class msys.core._ec_blobject
---@field self msys.core._ec_string The text.
local msys_core__ec_blobject = {}

msys.counter = {}
msys.counter.STRICT = 0
msys.counter.RELAXED = 1
---Adds delta, which may be negative. A path without a counter gets a strict one.
---@param counter counter|string
---@param delta number
function msys.counter.add(counter, delta) end

---Adds one. A path without a counter gets a strict one.
---@param counter counter|string
function msys.counter.inc(counter) end

---Gives the counter of that path, which is made if there is none (strict, if semantics is nil); one that exists keeps its semantics. A path that is not possible gives nil and the reason. Other semantics than the module's constants raise.
---@param path string
---@param semantics? number
---@return counter|nil
---@return string err
function msys.counter.open(path, semantics) end

---Gives the value. A path without a counter gives 0 and stays without.
---@param counter counter|string
---@return number
function msys.counter.read(counter) end

---Sets the value to 0 and the reset time to now. A path without a counter gets a strict one.
---@param counter counter|string
function msys.counter.reset(counter) end

---Takes the counter out of the list and tells whether it was there. Calls by that path still reach it for five minutes, except open, which makes a new one; handles reach it for ever.
---@param path string
---@return boolean
function msys.counter.unlink(path) end

---A counter. It stays usable after its path was unlinked.
---@class msys.counter._counter
local msys_counter__counter = {}

msys.datasource = {}
msys.db = {}
---Runs a query that has no rows and gives true. A failure raises, or with raise_error false gives false and a message. What is remembered stays. Parameters are `?` for queryparams[1] and so on, or `:name` or `$name` for queryparams.name, one way in one query; nil is NULL. Options: `raise_error` (true): a failure raises; `nocache`: the database is asked, whatever is remembered.
---@param cachename string
---@param query string
---@param queryparams? table
---@param options? table
---@return boolean
---@return string err
function msys.db.execute(cachename, query, queryparams, options) end

---Gives the first row as a table by column names, or nil if there is no row. A failure raises, or with raise_error false gives nil and a message. Parameters are `?` for queryparams[1] and so on, or `:name` or `$name` for queryparams.name, one way in one query; nil is NULL. Options: `raise_error` (true): a failure raises; `nocache`: the database is asked, whatever is remembered.
---@param cachename string
---@param query string
---@param queryparams? table
---@param options? table
---@return table|nil
---@return string err
function msys.db.fetch_row(cachename, query, queryparams, options) end

---Gives a function for a loop, `for row in rows do`, that gives each row as a table by column names; a column without name has its number, NULL is nil. A failure raises, or with raise_error false gives nil and a message. Parameters are `?` for queryparams[1] and so on, or `:name` or `$name` for queryparams.name, one way in one query; nil is NULL. Options: `raise_error` (true): a failure raises; `nocache`: the database is asked, whatever is remembered.
---@param cachename string
---@param query string
---@param queryparams? table
---@param options? table
---@return function|nil
---@return string err
function msys.db.query(cachename, query, queryparams, options) end

msys.delivery = {}
msys.delivery.DELIVERY_CONTINUE = 0
msys.delivery.DELIVERY_DONE = 1
msys.delivery.DELIVERY_SUCCESS = 2
msys.delivery.DELIVERY_TEMPFAILED = 3
msys.delivery.DELIVERY_PERMFAILED = 4
msys.delivery.DELIVERY_FAIL = 4
---Gives the message that is being delivered over a connection, of a batch the first, or nil if there is none. It takes `sess.connh`, or the session itself.
---@param connh connection_handle|http_session
---@return _ec_message|nil msys.core
function msys.delivery.ob_get_current_message(connh) end

---The outbound connection of a delivery; the field `connh` of a session is one.
---@class connection_handle
---@field id string The id of the connection.
---@field domain string The routing domain.
---@field binding string The binding that the message leaves from.
---@field method string The delivery method, in lower case.
local connection_handle = {}

msys.dumper = {}
---Gives Lua source that returns the value. Objects, functions and threads appear as a quoted `"<type>"`; it never raises.
---@param res any
---@return string
function msys.dumper.Dumper(res) end

msys.expurgate = {}
msys.expurgate.TYPE_UNKNOWN = 0
msys.expurgate.TYPE_CLEAN = 1
msys.expurgate.TYPE_SUSPECT = 2
msys.expurgate.TYPE_SPAM = 3
msys.expurgate.TYPE_BULK = 4
msys.expurgate.TYPE_DANGEROUS = 5
msys.expurgate.SUBTYPE_NORMAL = 0
msys.expurgate.SUBTYPE_CLEAN_EMPTY = 1
msys.expurgate.SUBTYPE_CLEAN_ALMOST_EMPTY = 2
msys.expurgate.SUBTYPE_CLEAN_EMPTY_BODY = 3
msys.expurgate.SUBTYPE_CLEAN_BOUNCE = 4
msys.expurgate.SUBTYPE_BULK_ADV = 5
msys.expurgate.SUBTYPE_BULK_PORN = 6
msys.expurgate.SUBTYPE_DANGEROUS_VIRUS = 7
msys.expurgate.SUBTYPE_DANGEROUS_ATTACHMENT = 8
msys.expurgate.SUBTYPE_DANGEROUS_CODE = 9
msys.expurgate.SUBTYPE_DANGEROUS_IFRAME = 10
msys.expurgate.SUBTYPE_DANGEROUS_OUTBREAK = 11
msys.expurgate.SUBTYPE_SUSPECT_URL = 12
msys.expurgate.SUBTYPE_SUSPECT_URL_COUNT = 13
msys.expurgate.SUBTYPE_SUSPECT_MAIL_COUNT = 14
msys.expurgate.SUBTYPE_SUSPECT_SENDER = 15
msys.expurgate.SUBTYPE_SUSPECT_USER1 = 16
msys.expurgate.SUBTYPE_SUSPECT_USER2 = 17
msys.expurgate.SUBTYPE_SUSPECT_USER3 = 18
msys.expurgate.SUBTYPE_SUSPECT_USER4 = 19
msys.expurgate.SUBTYPE_SUSPECT_USER5 = 20
msys.expurgate.SUBTYPE_SUSPECT_USER6 = 21
msys.expurgate.SUBTYPE_SUSPECT_USER7 = 22
msys.expurgate.SUBTYPE_SUSPECT_USER8 = 23
msys.expurgate.SUBTYPE_SUSPECT_USER9 = 24
---Gives the major type, one of `TYPE_*`, the minor type, one of `SUBTYPE_*`, and both as words. Arguments that are nil come from the callout. The message variables `eleven-majorscore` and `eleven-minorscore` have the numbers, `eleven-result` and `eleven-result-subtype` the words. A failure gives TYPE_UNKNOWN, SUBTYPE_NORMAL, "error" and the reason; in the variables "error" stands for the major type and the reason for the minor. Without an engine the call raises.
---@param msg? msys.core._ec_message
---@param accept? msys.core._accept_construct
---@param vctx? msys.core._validate_context
---@return number major
---@return number minor
---@return string major_str
---@return string minor_str
function msys.expurgate.scan(msg, accept, vctx) end

msys.extended = {}
msys.extended.ac = {}
msys.extended.message = {}
msys.extended.message_routing = {}
msys.extended.vctx = {}
msys.gauge_cache = {}
---Subtracts one and gives the new value; a missing key becomes -1.
---@param cachename string
---@param keystring string|number
---@return number
function msys.gauge_cache.dec(cachename, keystring) end

---Makes a cache of at most maxelems entries, which live for ttl seconds after their last change (0: for ever), and gives true. Replicated caches are shared by the cluster. Defining a cache again keeps its entries and applies the new limits.
---@param name string
---@param maxelems number
---@param ttl number
---@param replicated? boolean
---@return boolean
function msys.gauge_cache.define(name, maxelems, ttl, replicated) end

---Gives the value, 0 for a key that is missing or has expired.
---@param cachename string
---@param keystring string|number
---@return number
function msys.gauge_cache.get(cachename, keystring) end

---Adds one and gives the new value. A missing key counts from 0; a new one in a full cache takes the place of the one that was changed the longest time ago. A cache that is not defined raises.
---@param cachename string
---@param keystring string|number
---@return number
function msys.gauge_cache.inc(cachename, keystring) end

---Removes a key and tells whether it was there.
---@param cachename string
---@param keystring string|number
---@return boolean
function msys.gauge_cache.remove_item(cachename, keystring) end

msys.gcm = {}
msys.gcm.GCM_NO_ERROR = 0
msys.gcm.GCM_UNAVAILABLE = 1
msys.gcm.GCM_MISSING_REGISTRATION = 2
msys.gcm.GCM_INVALID_REGISTRATION = 3
msys.gcm.GCM_MISMATCH_SENDER_ID = 4
msys.gcm.GCM_NOT_REGISTERED = 5
msys.gcm.GCM_MESSAGE_TOO_BIG = 6
msys.gcm.GCM_INVALID_DATA_KEY = 7
msys.gcm.GCM_INVALID_TTL = 8
msys.gcm.GCM_INTERNAL_SERVER_ERROR = 9
msys.gcm.GCM_INVALID_PACKAGE_NAME = 10
msys.gcm.GCM_UNKNOWN = 255
msys.gcm.GCM_UNKNOW = 255
---Says what a `DLV_Response_Status` of a notification means: msys.delivery.DELIVERY_SUCCESS for nil, "" and GCM_NO_ERROR, else DELIVERY_PERMFAILED or DELIVERY_TEMPFAILED. Unknown numbers and text failed for now.
---@param status? string|number
---@return number
function msys.gcm.gcm_classify_error(status) end

---Gives the constant for the word by which the service names an error, such as "NotRegistered": GCM_NO_ERROR for nil and "", GCM_UNKNOWN for a word that is not known. Case counts.
---@param error? string
---@return number
function msys.gcm.gcm_get_result_error_code(error) end

---A notification before it is sent.
---@class gcm_request
---@field json json The document; what a script changes in it is sent. A script may set another one.
local gcm_request = {}

---The service's answer to a notification.
---@class gcm_message_response
---@field success number How many recipients got it.
---@field failure number How many did not.
---@field canonical_ids number How many have another registration now.
---@field results gcm_results What became of the recipients.
local gcm_message_response = {}

---The results of a response: results[1], results[2] …; the fields are those of the first.
---@class gcm_results
---@field message_id string|nil The service's id of the notification, nil if it failed.
---@field registration_id string|nil The recipient's new registration, nil if it is the old one.
---@field error string|nil The service's word for an error, nil if there is none.
---@field error_code number The error's constant, GCM_NO_ERROR if there is none.
local gcm_results = {}

---What became of one recipient.
---@class gcm_recipient_response
---@field message_id string|nil The service's id of the notification, nil if it failed.
---@field registration_id string|nil The recipient's new registration, nil if it is the old one.
---@field error string|nil The service's word for an error, nil if there is none.
---@field error_code number The error's constant, GCM_NO_ERROR if there is none.
local gcm_recipient_response = {}

msys.getopt = {}
---Reads options from an array of words, or cc.argv, by the rules of getopt_long: short is like "ho:", long like {help="h", out="o"}. Gives a table of option letters (true, or the argument) and the index of the first word that is no option; nil and a message for a wrong option.
---@param argv table|any
---@param short string
---@param long? table
---@return table|nil
---@return number|string nextindex
function msys.getopt.get_opts(argv, short, long) end

msys.http = {}
msys.http.client = {}
---Makes a client without headers and time limit.
---@return _client msys.http
function msys.http.client.new() end

---An HTTP client: headers, a time limit and the last response. Sessions that share one wait for each other's requests.
---@class msys.http._client
local msys_http__client = {}

---Sends a request: GET, POST, PUT, DELETE, HEAD, PATCH or OPTIONS. Gives true for a response of any status; redirects are not followed. Without a response it gives nil and the reason, such as `connection refused`, `timeout`, `malformed URL` or `could not resolve host: h`. data may be an io object or a JSON object. Data goes out as a form unless a Content-Type header is set.
---@param type string
---@param url string
---@param data? string|any
---@return boolean|nil
---@return string err
function msys_http__client:do_request(type, url, data) end

---Gives the last response's body, decoded; an empty string if there is none.
---@return string
function msys_http__client:get_body() end

---Gives the last response's status line and headers as an array of strings, empty after a failure.
---@return table
function msys_http__client:get_headers() end

---Gives the last response's status, such as 200 and `OK`. After a failure: 0 and the reason.
---@return number code
---@return string reason
function msys_http__client:get_status() end

---Makes a table of headers by name from what `client:get_headers` gives, or from one string of lines. Names are found in any letter case. The values of a repeated name are joined by `, `, those of Set-Cookie by a line feed.
---@param headers table|string
---@return table
function msys_http__client:parse_headers(headers) end

---Adds a line `Name: value` to the headers of all later requests. `Name:` leaves a header out that would be sent by default. Without argument, or with nil, the list becomes empty. A line without colon, or with a line end in it, raises.
---@param header? string
function msys_http__client:set_header(header) end

---Limits each later request as a whole. Without argument, with nil or 0, only the server's own limit holds.
---@param seconds? number
function msys_http__client:set_timeout(seconds) end

msys.http_lua = {}
---Defines the delivery method name. The table has any of these functions, called as methods: `build_request(sess)` fills the request: HTTP_INTERNAL_CONT or nil lets the server write `request.data`, HTTP_INTERNAL_DONE says that it is complete, HTTP_INTERNAL_FAIL sends nothing: `DLV_Response_Status` says why, and without one the message counts as delivered. `handle_response(sess)` reads the response: CONT or nil lets its status decide, else `DLV_Response_Status` does. `status_classifier(status)` gets a number, or text that is none, and gives one of msys.delivery.DELIVERY_*. `init_session(sess)`, `reset_session(sess)` and `destroy_session(sess)` see the begin and the end of an attempt, `dispose_delivery(msg)`, `dispose_tempfail(msg)` and `dispose_permfail(msg)` what became of it. A table with none of them raises, as does a name that is in use.
---@param name string
---@param methods table
function msys.http_lua.registerModule(name, methods) end

msys.httpclnt = {}
msys.httpclnt.HTTP_INTERNAL_CONT = 0
msys.httpclnt.HTTP_INTERNAL_OK = 0
msys.httpclnt.HTTP_INTERNAL_DONE = 1
msys.httpclnt.HTTP_INTERNAL_FAIL = -1
msys.httpclnt.MAX_HTTP_RESPONSE_LENGTH = 2048
---The same as sess:request__delete_header.
---@param sess http_session
---@param name string
---@return number
function msys.httpclnt.http_request__delete_header(sess, name) end

---The same as sess:request_add_header.
---@param sess http_session
---@param name string
---@param value string|number
---@param replace? boolean|number
---@return number
function msys.httpclnt.http_request_add_header(sess, name, value, replace) end

---The same as sess:request_delete_header.
---@param sess http_session
---@param name string
---@return number
function msys.httpclnt.http_request_delete_header(sess, name) end

---The same as sess:request_finalize.
---@param sess http_session
---@param update? boolean|number
---@return number
function msys.httpclnt.http_request_finalize(sess, update) end

---The same as sess:request_set_body.
---@param sess http_session
---@param text? string
function msys.httpclnt.http_request_set_body(sess, text) end

---Says what a `DLV_Response_Status` of a delivery over HTTP means: msys.delivery.DELIVERY_SUCCESS for 2xx, nil or "", DELIVERY_PERMFAILED for any other number, DELIVERY_TEMPFAILED for text that is none.
---@param status? string|number
---@return number
function msys.httpclnt.http_status_classifier(status) end

---A request over HTTP and its response.
---@class http_session
---@field connh connection_handle The connection, for msys.delivery.ob_get_current_message.
---@field ipaddr string|nil The address of the other end, nil before the connection is made.
---@field request http_request The request.
---@field response http_response The response; its body and data are nil before it has come.
local http_session = {}

---Another name of request_delete_header.
---@param name string
---@return number
function http_session:request__delete_header(name) end

---Appends a header field to the request and gives 0. With replace true or 1 one field of that name (in any case) has the value afterwards; if there was one, it gives 1. A line end or NUL raises.
---@param name string
---@param value string|number
---@param replace? boolean|number
---@return number
function http_session:request_add_header(name, value, replace) end

---Removes all header fields of that name from the request; gives 1 if there was one, else 0.
---@param name string
---@return number
function http_session:request_delete_header(name) end

---Makes `request.data` of the request line, the header and the body: with true or 1 anew, else only if there is none yet. It gives msys.httpclnt.HTTP_INTERNAL_OK, or the length of the data that was there already. A Content-Length is added or corrected.
---@param update? boolean|number
---@return number
function http_session:request_finalize(update) end

---Replaces the body of the request; nil removes it.
---@param text? string
function http_session:request_set_body(text) end

---The request of a session. It can be changed in http_request_eval and build_request.
---@class http_request
---@field method string The method, such as POST.
---@field version string The version of HTTP, such as 1.1.
---@field uri string The target, such as /send.
---@field headers http_headers The header.
---@field body string|nil The body, nil if there is none.
---@field data string|nil The whole request as it is sent, nil before it exists. A script may set it.
local http_request = {}

---The response of a session. Before it has come all is empty or nil.
---@class http_response
---@field version string The protocol, such as HTTP/1.1.
---@field status_code msys.core._ec_string The status; `.buffer` is the text, such as "200".
---@field status_reason msys.core._ec_string The text behind the status.
---@field headers http_headers The header.
---@field body string|nil The begin of the body, MAX_HTTP_RESPONSE_LENGTH bytes.
---@field data string|nil Status line, header and body.
---@field content_length number The length of the body as the header has it, -1 if it does not say.
local http_response = {}

---A header: headers[name] gives the value of a field, whose name may be in any case, or nil; several values are parted by ", ". #headers is the number of fields, and pairs goes through them in order.
---@class http_headers
local http_headers = {}

msys.httpsrv = {}
msys.httpsrv.DONE = 0
msys.httpsrv.ASYNC = 1
---Has fn(session) answer requests of a method (nil is every method) for a path and all paths below it. fn is a function, or the name of a global one that is looked up at each request. The first that fits answers; the same method and path again replaces it. A slash at the end of the path makes no difference. Gives 0, or 22 if the path does not begin with a slash. fn returns nothing or `msys.httpsrv.DONE` when the response is complete, or `msys.httpsrv.ASYNC` after `session:session_suspend()`. If it raises, the client gets status 500. Registrations end when the scripts are loaded anew.
---@param method string|nil
---@param endpoint string
---@param fn function|string
---@return number
function msys.httpsrv.register(method, endpoint, fn) end

---A request and its response. It may be kept, such as for a timer; once the response is sent, its methods give 9.
---@class msys.core._ec_httpsrv_session
local msys_core__ec_httpsrv_session = {}

---Gives the value of `session:ctx_set`, nil if there is none.
---@return any
function msys_core__ec_httpsrv_session:ctx_get() end

---Keeps a value of any type with the request.
---@param value any
function msys_core__ec_httpsrv_session:ctx_set(value) end

---Gives the connection.
---@return _accept_construct msys.core
function msys_core__ec_httpsrv_session:request_accept_construct_get() end

---Gives 0, the type and the charset of the body, nil if none is given. 2 and nil if there is no Content-Type.
---@return number
---@return string|nil type
---@return string|nil charset
function msys_core__ec_httpsrv_session:request_content_type_get() end

---Gives 0 and the body of the request as an io object, or an error number and nil.
---@return number
---@return msys.core._io_object|nil io
function msys_core__ec_httpsrv_session:request_data_get() end

---Gives 0 and the body as a JSON value, nil if it is no JSON; or an error number and nil.
---@return number
---@return json_object*|nil libjson
function msys_core__ec_httpsrv_session:request_data_get_json() end

---Gives 0 and the body of the request, or an error number and nil.
---@return number
---@return string|nil
function msys_core__ec_httpsrv_session:request_data_get_string() end

---Gives 0 and the body as an XML document, nil if it is no XML; or an error number and nil.
---@return number
---@return xmlDoc*|nil libxml
function msys_core__ec_httpsrv_session:request_data_get_xml() end

---Gives 0 and the value of a header, whose name may be in any letter case; values of a repeated one are joined by `, `. 2 and nil if it is missing.
---@param name string
---@return number
---@return string|nil value
function msys_core__ec_httpsrv_session:request_header_get(name) end

---Gives the server's address.
---@return _ec_sockaddr msys.core
function msys_core__ec_httpsrv_session:request_local_address() end

---Gives the method, such as GET.
---@return string
function msys_core__ec_httpsrv_session:request_method_get() end

---Gives the client's address.
---@return _ec_sockaddr msys.core
function msys_core__ec_httpsrv_session:request_peer_address() end

---Gives the common name in the client's certificate, nil without a certificate that was verified.
---@return string|nil
function msys_core__ec_httpsrv_session:request_subject_cn_get() end

---Gives the URL, taken apart.
---@return _ec_url_details msys.core
function msys_core__ec_httpsrv_session:request_url_get() end

---Gives who sent the request, nil if that was not asked.
---@return string|nil
function msys_core__ec_httpsrv_session:request_username_get() end

---Adds the first len bytes of buf to the body, or all.
---@param buf string
---@param len? number
---@return number
function msys_core__ec_httpsrv_session:response_append(buf, len) end

---Sends what there is of the response; status and headers are fixed from then on. final has no effect.
---@param final? number
---@return number
function msys_core__ec_httpsrv_session:response_flush(final) end

---Sets a header in place of those of that name. Gives 22 for a name or value that is not possible, such as one with a line end.
---@param name string
---@param value string
---@return number
function msys_core__ec_httpsrv_session:response_header_set(name, value) end

---Makes what an io object still has the body: read when the response is sent, or, if immediate is a number other than 0, read now and added to the body.
---@param io msys.core._io_object
---@param immediate? number
---@return number
function msys_core__ec_httpsrv_session:response_io(io, immediate) end

---Makes a JSON value the body; the type is `application/json` unless one is set.
---@param obj libjson.json_object*
---@return number
function msys_core__ec_httpsrv_session:response_json(obj) end

---Adds to the body what string.format gives.
---@param fmt string
---@param ... any
---@return number
function msys_core__ec_httpsrv_session:response_printf(fmt, ...) end

---Sets the status "Forbidden" and the Content-Type.
---@param type? string
---@return number
function msys_core__ec_httpsrv_session:response_status_denied(type) end

---Sets the status "Internal Server Error" and the Content-Type.
---@param type? string
---@return number
function msys_core__ec_httpsrv_session:response_status_error(type) end

---Sets the status "Not Found" and the Content-Type.
---@param type? string
---@return number
function msys_core__ec_httpsrv_session:response_status_not_found(type) end

---Sets the status "OK" and the Content-Type.
---@param type? string
---@return number
function msys_core__ec_httpsrv_session:response_status_ok(type) end

---Sets the status only; the reason phrase is the standard one whatever message says. Gives 22 if code is no number from 100 to 599.
---@param code number
---@param message? string
---@return number
function msys_core__ec_httpsrv_session:response_status_set(code, message) end

---Sets the status. message becomes the body unless another function sets one, and mimetype its type, `text/plain; charset=utf-8` by default. The reason phrase is always the standard one. Gives 22 if code is no number from 100 to 599.
---@param code number
---@param message string
---@param mimetype? string
---@return number
function msys_core__ec_httpsrv_session:response_status_set_std(code, message, mimetype) end

---Makes s the body.
---@param s string
---@return number
function msys_core__ec_httpsrv_session:response_string(s) end

---Makes an XML document the body; the type is `text/xml` unless one is set.
---@param doc libxml.xmlDoc*
---@return number
function msys_core__ec_httpsrv_session:response_xml(doc) end

---Ends the suspension: with 0 the function is called again, otherwise the response is sent. Gives 9 if the request is not suspended.
---@param finished? number
---@return number
function msys_core__ec_httpsrv_session:session_resume(finished) end

---Announces that the function will return `msys.httpsrv.ASYNC`: the request stays open until `session:session_resume`, or until the server's time limit. Gives 9 if it is suspended already.
---@return number
function msys_core__ec_httpsrv_session:session_suspend() end

---The URL of a request.
---@class msys.core._ec_url_details
---@field url string Path and query as they were received.
---@field scheme string http or https.
---@field host string The host that was asked, without port.
---@field port number The port that was asked.
---@field path string The path, decoded.
---@field raw_query string|nil The query as it was received.
---@field query string|nil The query, decoded.
---@field fragment string|nil What came after a #.
---@field userinfo table user and pass in the URL.
---@field attrs msys.core.ECDict|nil The decoded parameters of the query, nil without a query.
local msys_core__ec_url_details = {}

msys.idn = {}
---Gives a domain name with every label in ASCII form, or nil and the reason why it has none. Plain ASCII names stay as they are.
---@param name string
---@return string|nil
---@return string err
function msys.idn.to_idn(name) end

---Gives a domain name with every label in UTF-8, or nil and the reason why it has none.
---@param name string
---@return string|nil
---@return string err
function msys.idn.to_utf8(name) end

msys.mms = {}
msys.mms.MM7_CONTINUE = 0
msys.mms.MM7_TEMP_FAIL = 1
msys.mms.MM7_PERM_FAIL = 2
msys.mms.MM7_DELIVERED = 3
msys.mstore = {}
msys.mstore.MSTORE_CONTINUE = 0
msys.mstore.MSTORE_DONE = 1
---Forgets a saved message. Gives true, also if there is none; nil and a text if the store fails.
---@param bucket_id string
---@param msgid string
---@return boolean|nil
---@return string err
function msys.mstore.delete(bucket_id, msgid) end

---Sends a loaded message again, from and to whom its envelope says. Gives true, or nil and why not.
---@param msg msys.core._ec_message
---@return boolean|nil
---@return string err
function msys.mstore.inject(msg) end

---Gives a new message like the one that was saved, nil if there is none, or nil and a text if the store fails.
---@param bucket_id string
---@param msgid string
---@return _ec_message|nil msys.core
---@return string err
function msys.mstore.load(bucket_id, msgid) end

---Saves content, envelope and message context variables, in place of what was saved under that id. Gives true, or nil and a text if the store fails.
---@param msg msys.core._ec_message
---@param bucket_id string
---@param msgid string
---@return boolean|nil
---@return string err
function msys.mstore.save(msg, bucket_id, msgid) end

msys.os = {}
---Gives the latest sample of a subscription, or nil and the reason why there is none. A path may stand for its subscription, which is made if need be. Only before the first sample it waits, at most one second.
---@param record record|string
---@return stat|nil
---@return string err
function msys.os.statvfs_read(record) end

---Has the file system of path sampled every interval seconds (nil or 0: the server's default); the smallest interval that anybody asked for counts. A bad path is an error of statvfs_read only.
---@param path string
---@param interval? number
---@return record
function msys.os.statvfs_subscribe(path, interval) end

---A subscription to the samples of one path.
---@class msys.os._ec_statvfs_record
local msys_os__ec_statvfs_record = {}

---One sample of a file system.
---@class msys.os._ec_statvfs
---@field version number Version of this record: 1.
---@field kilobytes_total number Size in units of 1024 bytes.
---@field kilobytes_available number Space that users without privileges can fill.
---@field objects_total number Number of inodes.
---@field objects_available number Number of free inodes.
local msys_os__ec_statvfs = {}

msys.pbp = {}
---Tells whether the session is on one of the white lists: conf.honor_whitelist, or conf itself as an array.
---@param vctx msys.core._validate_context
---@param conf table|nil
---@return boolean
function msys.pbp.check_whitelist(vctx, conf) end

---Checks that the client's name points back to it; sets the connection variables reverse_dns and fcdns_status. Gives true or false, and what went wrong on the way back and forth: texts, or nil where nothing did.
---@param ac msys.core._accept_construct
---@param vctx msys.core._validate_context
---@return boolean
---@return string|nil rdns_error
---@return string|nil fdns_error
function msys.pbp.fcdns_check(ac, vctx) end

---Puts the session on a named white list, or takes it off. Without a type: the message's while there is a transaction, else the connection's.
---@param vctx msys.core._validate_context
---@param type? number
---@param name string
---@param on boolean
function msys.pbp.set_whitelist(vctx, type, name, on) end

---Reads a size: "1024b", "50k", "30m", "1g" (1024-based), or a plain number; raises for anything else.
---@param s string|number
---@return number
function msys.pbp.size_in_bytes(s) end

msys.pcre = {}
---Gives the captures of the first match: [0] is the match, [1] and so on the groups, named groups also by their name; a group that took no part is "" below the highest that did. No match: nil. A wrong pattern: nil, a text and the offset in the pattern. A match that exceeds its limit: nil, "match limit exceeded", -8.
---@param str string
---@param pattern string
---@return table|nil
---@return string err
---@return number errnum
function msys.pcre.match(str, pattern) end

---Replaces all matches, or the first limit. In a text $1 ${1} \1 stand for groups, ${name} for named ones; a function is called with the captures and gives the text, nil or false keeps the match. A wrong pattern: nil, a text and the offset. An exceeded limit: the subject, a text and -8.
---@param subject string
---@param pattern string
---@param replacement string|function
---@param limit? number
---@return string|nil
---@return string err
---@return number errnum
function msys.pcre.replace(subject, pattern, replacement, limit) end

---Gives the pieces between the matches, without empty ones; at most limit, the last holding the rest. A wrong pattern: nil, a text and the offset.
---@param subject string
---@param pattern string
---@param limit? number
---@return table|nil
---@return string err
---@return number errnum
function msys.pcre.split(subject, pattern, limit) end

msys.policyeditor = {}
---Removes the fields named params.header.
---@param ctx table
---@param vars table
---@param params table
function msys.policyeditor.del_header(ctx, vars, params) end

---Gives the first field named params.header, nil if there is none.
---@param ctx table
---@param vars table
---@param params table
---@return string|nil
function msys.policyeditor.get_header(ctx, vars, params) end

---Gives the envelope sender.
---@param ctx table
---@param vars table
---@param params table
---@return string
function msys.policyeditor.get_mailfrom(ctx, vars, params) end

---Gives the client's address and port, nil for mail that came from no client.
---@param ctx table
---@param vars table
---@param params table
---@return string|nil
function msys.policyeditor.get_mess_recv_from(ctx, vars, params) end

---Gives the listener's address and port, nil for mail that came from no client.
---@param ctx table
---@param vars table
---@param params table
---@return string|nil
function msys.policyeditor.get_mess_recv_via(ctx, vars, params) end

---Gives the recipient.
---@param ctx table
---@param vars table
---@param params table
---@return string
function msys.policyeditor.get_rcptto(ctx, vars, params) end

---Gives the script variable params.name.
---@param ctx table
---@param vars table
---@param params table
---@return any
function msys.policyeditor.get_variable(ctx, vars, params) end

---Matches params.subject with params.pattern; the variables $0, $1 … and $name are set.
---@param ctx table
---@param vars table
---@param params table
---@return boolean
function msys.policyeditor.pcre_match(ctx, vars, params) end

---Sends params.body from params.from to params.to under params.subject, at most once in params.throttle seconds.
---@param ctx table
---@param vars table
---@param params table
---@return boolean
function msys.policyeditor.send_email(ctx, vars, params) end

---Puts the message on params.binding, or on one of a list parted by commas.
---@param ctx table
---@param vars table
---@param params table
---@return boolean
function msys.policyeditor.set_binding(ctx, vars, params) end

---Puts the message on a binding of params.binding_group, or of one of a list parted by commas.
---@param ctx table
---@param vars table
---@param params table
---@return boolean
function msys.policyeditor.set_binding_group(ctx, vars, params) end

---Sets the script variable params.name to params.value.
---@param ctx table
---@param vars table
---@param params table
function msys.policyeditor.set_variable(ctx, vars, params) end

---Gives the context variable params.key, nil if it is absent.
---@param ctx table
---@param vars table
---@param params table
---@return string|nil
function msys.policyeditor.vctx_conn_get(ctx, vars, params) end

---Sets the context variable params.key to params.value.
---@param ctx table
---@param vars table
---@param params table
function msys.policyeditor.vctx_conn_set(ctx, vars, params) end

---Gives the context variable params.key, nil if it is absent.
---@param ctx table
---@param vars table
---@param params table
---@return string|nil
function msys.policyeditor.vctx_mess_get(ctx, vars, params) end

---Sets the context variable params.key to params.value.
---@param ctx table
---@param vars table
---@param params table
function msys.policyeditor.vctx_mess_set(ctx, vars, params) end

msys.qp = {}
---Gives the bytes that quoted-printable text stands for. An equals sign that begins neither an escape nor a soft line break raises. With a `charset` the result is converted from it to UTF-8.
---@param encoded_txt string
---@param charset? string
---@return string
function msys.qp.decode(encoded_txt, charset) end

---Gives `original`, a string or what can still be read from an open file, in quoted-printable, in lines of at most 76 characters that end in CRLF. With a `charset` the original, which is UTF-8 then, is converted to it first; a character that it lacks raises, and so does an unknown name. With `dotstuffing` a line that begins with a dot only because of a soft line break gets a second dot.
---@param original string|msys.core._io_object
---@param charset? string
---@param dotstuffing? boolean
---@return string
function msys.qp.encode(original, charset, dotstuffing) end

msys.rfc3464 = {}
---Gives a table of the fields of a report and their values. `action` is one of `msys.core.FAILED`, `DELAYED`, `DELIVERED`, `RELAYED` and `EXPANDED`; nil is `FAILED`, any other number raises.
---@param msg msys.core._ec_message
---@param action? number
---@return table
function msys.rfc3464.compute_delivery_status(msg, action) end

---Gives the report as text, lines that end in CRLF with an empty one before what concerns the recipient. Instead of a message it takes the text of a server's reply, which says what the action was.
---@param msg msys.core._ec_message|string
---@param action? number
---@return string
function msys.rfc3464.compute_delivery_status_string(msg, action) end

---Makes a notification to the sender of `msg` and gives it; it is not sent. Where there is nobody to notify it gives nil and the reason, `null sender` for a message of the null sender.
---@param msg msys.core._ec_message
---@param action? number
---@return _ec_message|nil msys.core
---@return string err
function msys.rfc3464.create_mdn(msg, action) end

---Gives a table of the fields of the report in a notification: those about the message and those about the first recipient. Names are spelled as in RFC 3464 and found in any case. The second result is an array of such tables, one for each recipient. A message without a report gives nil.
---@param msg msys.core._ec_message
---@return table|nil
---@return table recipients
function msys.rfc3464.extract_delivery_status(msg) end

---Makes a notification to the sender of `msg` and queues it. Gives 1, or 0 if there was nobody to notify or it failed, which is logged.
---@param msg msys.core._ec_message
---@param action? number
---@return number
function msys.rfc3464.send_mdn(msg, action) end

msys.sign = {}
msys.sign.dk = {}
---Gives the domain of the first address of Sender, else of From, in lower case; nil if there is none.
---@param msg? msys.core._ec_message
---@param vctx? msys.core._validate_context
---@return string|nil
function msys.sign.dk.get_responsible_domain(msg, vctx) end

---Adds a `DomainKey-Signature` at the top of `msg`, nil being the message of the callout. Gives 1, or 0 and the reason why nothing was added; it never raises for that. Options: base_domain (the responsible domain or a parent of it), selector, keyfile (with `%{d}` and `%{s}`) or keybuf, canon (nofws, simple), headerlist, digest (rsa-sha1), sign_condition. What is not given is as the host configured it.
---@param msg msys.core._ec_message|nil
---@param vctx msys.core._validate_context|nil
---@param options? table
---@return number
---@return string reason
function msys.sign.dk.sign(msg, vctx, options) end

msys.smpp = {}
msys.smpp.SMPP_CONTINUE = 0
msys.smpp.SMPP_TEMPFAILED = 1
msys.smpp.SMPP_PERMFAILED = 2
msys.smpp.SMPP_DELIVERED = 3
msys.smpp.SMPP_CONVERT_CONT = 0
msys.smpp.SMPP_CONVERT_SUPPRESS = 1
msys.smpp.SMPP_CONVERT_CANCEL = 2
msys.smpp.BLOB_KEY_SMS_TEXT = "SMS_Text"
msys.smpp.BLOB_KEY_MO_EMAIL_TEXT = "MO_Email_Text"
msys.smpp.VCTX_KEY_SMS_DATA_CODING = "SMS_Data_Coding"
msys.smpp.VCTX_KEY_SMS_DST_FLAG = "SMS_Destination_Flag"
msys.smpp.VCTX_KEY_SMS_DST_ADDRESS = "SMS_Destination_Address"
msys.smpp.VCTX_KEY_SMS_DST_NPI = "SMS_Destination_NPI"
msys.smpp.VCTX_KEY_SMS_DST_TON = "SMS_Destination_TON"
msys.smpp.VCTX_KEY_SMS_SRC_ADDRESS = "SMS_Source_Address"
msys.smpp.VCTX_KEY_SMS_SRC_NPI = "SMS_Source_NPI"
msys.smpp.VCTX_KEY_SMS_SRC_TON = "SMS_Source_TON"
msys.smpp.VCTX_KEY_SMS_REGISTERED_DELIVERY = "SMS_Registered_Delivery"
msys.smpp.VCTX_KEY_MO_EMAIL_FROM_ADDRESS = "MO_Email_From_Address"
msys.smpp.VCTX_KEY_MO_EMAIL_TO_ADDRESS = "MO_Email_To_Address"
msys.smpp.VCTX_KEY_MO_EMAIL_SUBJECT = "MO_Email_Subject"
msys.smpp.VCTX_KEY_MO_EMAIL_DATA_CODING = "MO_Email_Data_Coding"
---Gives the name of a data_coding, or of that of a PDU; `unknown (n)` for others.
---@param data_coding number|msys.smpp.SMPP_PDU
---@return string
function msys.smpp.smpp_data_coding_name(data_coding) end

---Gives the text of a deliver_sm or data_sm, in the encoding of its data_coding and without a user data header; nil for other PDUs.
---@param pdu msys.smpp.SMPP_PDU
---@return string|nil
function msys.smpp.smpp_get_deliver_mo_msg(pdu) end

---Gives the id that the SMSC gave a message: of a response, or the one that a delivery receipt is about; "" if there is none.
---@param pdu msys.smpp.SMPP_PDU
---@return string
function msys.smpp.smpp_get_message_id_from_pdu(pdu) end

---Gives the command status of a response, 0 for success.
---@param pdu msys.smpp.SMPP_PDU
---@return number
function msys.smpp.smpp_get_submit_status_from_pdu(pdu) end

---Gives the fields of a delivery receipt as strings: id, sub, dlvrd, submit_date, done_date, stat, err, text. Fields that it lacks are nil; what is no receipt gives an empty table.
---@param pdu msys.smpp.SMPP_PDU
---@return table
function msys.smpp.smpp_get_vals_from_dr(pdu) end

---Gives a copy of the text under BLOB_KEY_SMS_TEXT or BLOB_KEY_MO_EMAIL_TEXT, nil if there is none. It is kept as a message context variable.
---@param msg msys.core._ec_message
---@param key string
---@return _ec_string|nil msys.core
function msys.smpp.smpp_read_msg_text_blob(msg, key) end

---Sets the text under a key to the first len bytes of text, or to all if len is nil or 0, and gives 1.
---@param msg msys.core._ec_message
---@param text string
---@param len? number
---@param key string
---@return number
function msys.smpp.smpp_write_msg_text_blob(msg, text, len, key) end

---A message of the SMPP protocol.
---@class msys.smpp.SMPP_PDU
---@field type number The command id: 4 for submit_sm, 5 for deliver_sm.
---@field type_name string The name of the command in the standard.
---@field status number The command status, 0 for success.
---@field sequence number The sequence number.
---@field u any The fields, under the name of the command: pdu.u.submit_sm. Other names are nil.
local msys_smpp_SMPP_PDU = {}

---The fields of a PDU under the name of its command.
---@class msys.smpp.pdu_u
local msys_smpp_pdu_u = {}

---The fields of a PDU, by their names in the standard. Numbers can be assigned. Texts are msys.core:_ec_string, which can be written to; assigning a string replaces the content. sm_length is the length of short_message as it was when first asked for; a smaller value cuts the text that is sent.
---@class msys.smpp.pdu_body
local msys_smpp_pdu_body = {}

msys.spamc = {}
---Scans `msg`, nil being the message of the callout, and gives nothing. A failure, or no engine, sets `spamc_status` to "failed", removes the other variables and is logged; it never raises.
---@param msg? msys.core._ec_message
function msys.spamc.spamc_scan(msg) end

msys.symantec_beik = {}
---Gives the engine's code; where the mail should go, "inbox", "is-spam" or "tracker"; 1 if it goes to its original destination, else 0; and a text for a header field. Arguments that are nil come from the callout. A failure gives 0 and the reason. Without an engine the call raises.
---@param msg? msys.core._ec_message
---@param vctx? msys.core._validate_context
---@return number code
---@return string destination
---@return number|nil is_default
---@return string|nil tracker
function msys.symantec_beik.scan(msg, vctx) end

msys.threadpool = {}
---Gives the number of pools.
---@return number
function msys.threadpool.count() end

---Gives the id of a named pool or the name for an id; nil if there is none.
---@param pool string|number
---@return number|string|nil
function msys.threadpool.find(pool) end

---Gives figures about a pool: name, invocations, avg_concurrency, saturation (percent), avg_wallclock_time_per_op (ms), queue_sz, num_threads, num_active_threads, num_inactive_threads, job_num_queued, job_num_running. tostring prints one a line. nil for an unknown pool.
---@param pool string|number
---@return any|nil
function msys.threadpool.stat(pool) end

---Figures about a thread pool at one moment.
---@class msys.threadpool._stat
local msys_threadpool__stat = {}

msys.timer = {}
---Runs closure once when delta seconds have passed: as soon as possible if delta is 0 or less.
---@param delta number
---@param closure function
---@param name? string
---@return timer
function msys.timer.after(delta, closure, name) end

---Runs closure once at a time in seconds since 1970: at once if that is past.
---@param time number
---@param closure function
---@param name? string
---@return timer
function msys.timer.at(time, closure, name) end

---Runs closure each time that interval seconds have passed, the first time after one interval. It never runs twice at once: what comes due while it runs is left out. A closure that fails is logged and runs again. An interval of 0 or less raises.
---@param interval number
---@param closure function
---@param name? string
---@return timer
function msys.timer.every(interval, closure, name) end

---A timer.
---@class msys.timer._timer
local msys_timer__timer = {}

---Gives the name that the timer was made with, nil if none. It need not be unique.
---@return string|nil
function msys_timer__timer:name() end

---Schedules the timer anew with its delay from now (`at`: its time), also from its own callback; gives true.
---@return boolean
function msys_timer__timer:start() end

---Cancels the timer and tells whether it was pending. A callback that runs is not interrupted.
---@return boolean
function msys_timer__timer:stop() end

msys.tls_params = {}
---Sets certfile, keyfile, ca or cipherlist; nil clears it. Other names raise.
---@param params msys.tls_params._params
---@param name string
---@param value string|nil
---@return boolean
function msys.tls_params.set(params, name, value) end

---Parameters of a TLS handshake.
---@class msys.tls_params._params
---@field use_tls number 0 no, 1 if available, 2 required.
---@field tls_verify number 0 none, 1 by a known authority, 2 for the host's name, 3 if there is one.
---@field certfile string|nil Text parameter; nil is the host's configuration.
---@field keyfile string|nil Text parameter; nil is the host's configuration.
---@field ca string|nil Text parameter; nil is the host's configuration.
---@field cipherlist string|nil Text parameter; nil is the host's configuration.
local msys_tls_params__params = {}

msys.validate = {}
msys.validate.dk = {}
---Gives the domain of the first address of Sender, else of From, in lower case; nil if there is none.
---@param msg? msys.core._ec_message
---@param vctx? msys.core._validate_context
---@return string|nil
function msys.validate.dk.get_responsible_domain(msg, vctx) end

---Adds a `DomainKey-Signature` at the top of `msg`, nil being the message of the callout. Gives 1, or 0 and the reason why nothing was added; it never raises for that. Options: base_domain (the responsible domain or a parent of it), selector, keyfile (with `%{d}` and `%{s}`) or keybuf, canon (nofws, simple), headerlist, digest (rsa-sha1), sign_condition. What is not given is as the host configured it.
---@param msg msys.core._ec_message|nil
---@param vctx msys.core._validate_context|nil
---@param options? table
---@return number
---@return string reason
function msys.validate.dk.sign(msg, vctx, options) end

msys.validate.dkim = {}
---Gives an array of the domains whose signatures are good: those of the identities, in order. As a string it is the domains, parted by spaces.
---@param msg? msys.core._ec_message
---@param vctx? any
---@return table
function msys.validate.dkim.get_domains(msg, vctx) end

---Gives the domain of the first address of Sender, else of From, in lower case; nil if there is none.
---@param msg? msys.core._ec_message
---@param vctx? any
---@return string|nil
function msys.validate.dkim.get_responsible_domain(msg, vctx) end

---Verifies the message of the callout and gives the number of its signatures and their results. If the message cannot be read, there are none.
---@param vctx? any
---@return number
---@return results msys.validate.dkim
function msys.validate.dkim.get_verify_results(vctx) end

---Asks for a mail from `sender` about the DKIM result of the message to come. `receivers` are parted by semicolons: the first is To, the others get blind copies. `note` stands in front of the results. The mail is sent when the data has been verified. Gives 1; 0 if the host does not verify by itself, -1 without a transaction, -2 from the data phase on, -3 for addresses that are none.
---@param msg msys.core._ec_message|nil
---@param vctx msys.core._validate_context|nil
---@param sender string
---@param receivers string
---@param subj? string
---@param note? string
---@return number
function msys.validate.dkim.reflect(msg, vctx, sender, receivers, subj, note) end

---Adds a `DKIM-Signature` at the top of `msg`, nil being the message of the callout. Gives 1, or 0 and the reason why nothing was added; it never raises for that. Options: base_domain or signing_domain, selector, keyfile (with `%{d}` and `%{s}`) or keybuf, header_canon and body_canon (simple, relaxed), digest (rsa-sha256, rsa-sha1, ed25519-sha256), headerlist, oversign_headerlist, skip_headerlist, identity, body_length_limit, lifetime in hours, copy_headers, sign_condition. What is not given is as the host configured it.
---@param msg msys.core._ec_message|nil
---@param vctx msys.core._validate_context|nil
---@param options? table
---@return number
---@return string reason
function msys.validate.dkim.sign(msg, vctx, options) end

---Gives the number of signatures; nil and a text for nil.
---@param results msys.validate.dkim.results
---@return number|nil
---@return string err
function msys.validate.dkim.verify_results_get_count(results) end

---Gives the result number `i` from 0 as a table of status (a number, see verify_status_to_string), diagnostic, query, algorithm, domain, selector and identity; nil and a text if there is none.
---@param results msys.validate.dkim.results
---@param i number
---@return table|nil
---@return string err
function msys.validate.dkim.verify_results_get_item(results, i) end

---Names a status: none, pass, fail, policy, neutral, temperror, permerror; an unknown one is neutral. Gives nil and a text for nil.
---@param status number
---@return string|nil
---@return string err
function msys.validate.dkim.verify_status_to_string(status) end

---The results of the signatures of a message.
---@class msys.validate.dkim.results
---@field ref number How many hold the results: 1.
local msys_validate_dkim_results = {}

msys.validate.dkim2 = {}
---Gives nil: there is nothing to say of a message that was not verified.
---@param result table|nil
---@return nil
function msys.validate.dkim2.ar_clauses(result) end

---Gives nil and "dkim2 is not supported by this build". The message stays as it is.
---@param msg msys.core._ec_message|nil
---@param vctx msys.core._validate_context|nil
---@param opts table
---@return nil
---@return string err
function msys.validate.dkim2.sign(msg, vctx, opts) end

---Gives nil and "dkim2 is not supported by this build". No message variables are set.
---@param msg msys.core._ec_message|nil
---@param vctx msys.core._validate_context|nil
---@param opts? table
---@return nil
---@return string err
function msys.validate.dkim2.verify(msg, vctx, opts) end

msys.validate.openarc = {}
---Is the same function as sign: gives "ok", "skip", or nil and the reason.
---@param msg msys.core._ec_message|nil
---@param options table
---@param ar? string
---@return string|nil
---@return string reason
function msys.validate.openarc.seal(msg, options, ar) end

---Adds a set of ARC fields to `msg`, nil being the message of the callout. Gives "ok", which is kept in the message variable `arc_seal`, too; "skip" if the chain failed before, so that nothing is added; or nil and the reason, with the variable removed and the message as it was. The state of the chain is taken from the message variable `arc_cv`; if that is not set, the chain is validated first. Options: signing_domain and selector, keyfile (with `%{d}` and `%{s}`) or keybuf, authservid (the host's name), header_canon (relaxed only), body_canon (relaxed, simple), digest (rsa-sha256, rsa-sha1, ed25519-sha256), headerlist, oversign_headerlist, skip_ar_header_update. The text `ar` becomes the results of the set as it is; without it they are those of the message's Authentication-Results and that of the chain. Call it after all other changes of the message.
---@param msg msys.core._ec_message|nil
---@param options table
---@param ar? string
---@return string|nil
---@return string reason
function msys.validate.openarc.sign(msg, options, ar) end

---Validates the chain of `msg`, nil being the message of the callout, and gives "none", "pass" or "fail", which is kept in the message variable `arc_cv`, too. A key that cannot be looked up makes the chain fail, for good; the reason is in the log. Call it before anything changes the message.
---@param msg? msys.core._ec_message
---@return string
function msys.validate.openarc.verify(msg) end

msys.validate.opendkim = {}
---Gives the number of signatures; nil and `DKIM_STAT_INVALID` for nil.
---@param dkim opendkim.dkim.DKIM
---@return number|nil
---@return number stat
function msys.validate.opendkim.get_num_sigs(dkim) end

---Gives the signature number `num`, counted from 0 (the default) from the top; nil and `DKIM_STAT_INVALID` if there is none.
---@param dkim opendkim.dkim.DKIM
---@param num? number
---@return DKIM_SIGINFO|nil opendkim.dkim
---@return number stat
function msys.validate.opendkim.get_sig(dkim, num) end

---Gives the canonicalizations of header and body: simple, relaxed or unknown.
---@param dkim_sig opendkim.dkim.DKIM_SIGINFO
---@return string
---@return number stat
---@return string body
function msys.validate.opendkim.get_sig_canons(dkim_sig) end

---Gives the signing domain, `""` if it is missing.
---@param dkim_sig opendkim.dkim.DKIM_SIGINFO
---@return string
---@return number stat
function msys.validate.opendkim.get_sig_domain(dkim_sig) end

---Gives what is wrong with the signature, "no signature error" for a good one, nil for one that was ignored.
---@param dkim_sig opendkim.dkim.DKIM_SIGINFO
---@return string|nil
---@return number stat
function msys.validate.opendkim.get_sig_errorstr(dkim_sig) end

---Gives the sum of the signature's `DKIM_SIGFLAG_` bits.
---@param dkim_sig opendkim.dkim.DKIM_SIGINFO
---@return number
---@return number stat
function msys.validate.opendkim.get_sig_flags(dkim_sig) end

---Tells whether fields of that name, in any case, are signed.
---@param dkim_sig opendkim.dkim.DKIM_SIGINFO
---@param header_name string
---@return boolean
---@return number stat
function msys.validate.opendkim.get_sig_hdrsigned(dkim_sig, header_name) end

---Gives the identity of a signature: its `i=`, else "@" and the domain. Without a signature it is the one that decided the status; nil and `DKIM_STAT_INVALID` if there is none.
---@param dkim opendkim.dkim.DKIM|nil
---@param dkim_sig? opendkim.dkim.DKIM_SIGINFO
---@return string|nil
---@return number stat
function msys.validate.opendkim.get_sig_identity(dkim, dkim_sig) end

---Gives the length of the key in bits, or 0 and `DKIM_STAT_INVALID` if no key was found.
---@param dkim_sig opendkim.dkim.DKIM_SIGINFO
---@return number
---@return number stat
function msys.validate.opendkim.get_sig_keysize(dkim_sig) end

---Gives "pass", or "fail" with the reason in parentheses.
---@param dkim_sig opendkim.dkim.DKIM_SIGINFO
---@return string
function msys.validate.opendkim.get_sig_result(dkim_sig) end

---Gives the selector, `""` if it is missing.
---@param dkim_sig opendkim.dkim.DKIM_SIGINFO
---@return string
---@return number stat
function msys.validate.opendkim.get_sig_selector(dkim_sig) end

---Gives the algorithm: rsa-sha1, rsa-sha256, ed25519-sha256 or unknown.
---@param dkim_sig opendkim.dkim.DKIM_SIGINFO
---@return string
---@return number stat
function msys.validate.opendkim.get_sig_signalg(dkim_sig) end

---Gives what Authentication-Results says of a status: "none (message not signed)", a permanent or a temporary error, or nil where the signatures have results of their own.
---@param stat number
---@return string|nil
function msys.validate.opendkim.get_stat_result(stat) end

---Adds a `DKIM-Signature` at the top of `msg`, nil being the message of the callout. Gives 1, or 0 and the reason why nothing was added; it never raises for that. Options: base_domain or signing_domain, selector, keyfile (with `%{d}` and `%{s}`) or keybuf, header_canon and body_canon (simple, relaxed), digest (rsa-sha256, rsa-sha1, ed25519-sha256), headerlist, oversign_headerlist, skip_headerlist, identity, body_length_limit, lifetime in hours, copy_headers, sign_condition. What is not given is as the host configured it.
---@param msg msys.core._ec_message|nil
---@param vctx msys.core._validate_context|nil
---@param options? table
---@return number
---@return string reason
function msys.validate.opendkim.sign(msg, vctx, options) end

---Verifies all signatures of the message, nil being that of the callout. The status is `DKIM_STAT_NOSIG` without signatures, `DKIM_STAT_OK` if one passed, else it is that of the first one. Nothing is added to the message. Gives nil and `DKIM_STAT_INTERNAL` if the message cannot be read.
---@param msg? msys.core._ec_message
---@return DKIM|nil opendkim.dkim
---@return number stat
function msys.validate.opendkim.verify(msg) end

---The signatures of a message, verified.
---@class opendkim.dkim.DKIM
local opendkim_dkim_DKIM = {}

---One signature of a message.
---@class opendkim.dkim.DKIM_SIGINFO
local opendkim_dkim_DKIM_SIGINFO = {}

opendkim = {}
opendkim.dkim = {}
opendkim.dkim.DKIM_CANON_UNKNOWN = -1
opendkim.dkim.DKIM_CANON_SIMPLE = 0
opendkim.dkim.DKIM_CANON_RELAXED = 1
opendkim.dkim.DKIM_SIGFLAG_IGNORE = 1
opendkim.dkim.DKIM_SIGFLAG_PROCESSED = 2
opendkim.dkim.DKIM_SIGFLAG_PASSED = 4
opendkim.dkim.DKIM_SIGFLAG_TESTKEY = 8
opendkim.dkim.DKIM_SIGFLAG_NOSUBDOMAIN = 16
opendkim.dkim.DKIM_SIGFLAG_KEYLOADED = 32
opendkim.dkim.DKIM_STAT_OK = 0
opendkim.dkim.DKIM_STAT_BADSIG = 1
opendkim.dkim.DKIM_STAT_NOSIG = 2
opendkim.dkim.DKIM_STAT_NOKEY = 3
opendkim.dkim.DKIM_STAT_CANTVRFY = 4
opendkim.dkim.DKIM_STAT_SYNTAX = 5
opendkim.dkim.DKIM_STAT_NORESOURCE = 6
opendkim.dkim.DKIM_STAT_INTERNAL = 7
opendkim.dkim.DKIM_STAT_REVOKED = 8
opendkim.dkim.DKIM_STAT_INVALID = 9
opendkim.dkim.DKIM_STAT_NOTIMPLEMENT = 10
opendkim.dkim.DKIM_STAT_KEYFAIL = 11
opendkim.dkim.DKIM_STAT_CBREJECT = 12
opendkim.dkim.DKIM_STAT_CBINVALID = 13
opendkim.dkim.DKIM_STAT_CBTRYAGAIN = 14
opendkim.dkim.DKIM_STAT_CBERROR = 15
opendkim.dkim.DKIM_STAT_MULTIDNSREPLY = 16
opendkim.dkim.DKIM_STAT_SIGGEN = 17
pcre = {}
---Gives the captures of the first match: [0] is the match, [1] and so on the groups, named groups also by their name; a group that took no part is "" below the highest that did. No match: nil. A wrong pattern: nil, a text and the offset in the pattern. A match that exceeds its limit: nil, "match limit exceeded", -8.
---@param str string
---@param pattern string
---@return table|nil
---@return string err
---@return number errnum
function pcre.match(str, pattern) end

---Replaces all matches, or the first limit. In a text $1 ${1} \1 stand for groups, ${name} for named ones; a function is called with the captures and gives the text, nil or false keeps the match. A wrong pattern: nil, a text and the offset. An exceeded limit: the subject, a text and -8.
---@param subject string
---@param pattern string
---@param replacement string|function
---@param limit? number
---@return string|nil
---@return string err
---@return number errnum
function pcre.replace(subject, pattern, replacement, limit) end

---Gives the pieces between the matches, without empty ones; at most limit, the last holding the rest. A wrong pattern: nil, a text and the offset.
---@param subject string
---@param pattern string
---@param limit? number
---@return table|nil
---@return string err
---@return number errnum
function pcre.split(subject, pattern, limit) end

thread = {}
---Makes a lock with the methods lock(), unlock() and trylock(). The type is thread.MUTEX_NORMAL (default), thread.MUTEX_RECURSIVE or thread.MUTEX_ERRORCHECK. A session that waits for it lets others run. They give true; trylock gives the number 16 (EBUSY) if the lock is taken. Unlocking what is not locked raises.
---@param type? number
---@return any
function thread.mutex(type) end

xml = {}
---Makes an element that is in no document yet. A name that XML does not allow raises.
---@param name string
---@param ns? libxml.xmlNs*
---@return xmlNode* libxml
function xml.newnode(name, ns) end

---Gives the document that a string holds, or nil and the reason if it is not well-formed. White space that only lays out elements is dropped unless `keep_blanks` is a number other than 0.
---@param strxml string
---@param keep_blanks? number
---@return xmlDoc*|nil libxml
---@return string err
function xml.parsexml(strxml, keep_blanks) end

---An XML document.
---@class libxml.xmlDoc*
local libxml_xmlDoc* = {}

---Gives the root element, nil if it was taken out.
---@return xmlNode*|nil libxml
function libxml_xmlDoc*:root() end

---Gives the document as text, indented by two spaces for every level; elements with text in them stay in one line.
---@return string
function libxml_xmlDoc*:tostring() end

---Gives an iterator over the nodes that an XPath 1.0 expression finds, in document order. Names in namespaces are found with `local-name()`; no prefix is bound. An invalid expression is logged and finds nothing, one that gives no nodes finds nothing.
---@param query string
---@param contextnode? libxml.xmlNode*
---@return function
function libxml_xmlDoc*:xpath(query, contextnode) end

---A node of a document: an element, a text, a comment, an attribute found with XPath, or something else.
---@class libxml.xmlNode*
local libxml_xmlNode* = {}

---Adds a new element of that name, or moves a node from wherever it is, to the end of what is inside the element; gives the added node. Moving an element into itself raises.
---@param value string|libxml.xmlNode*
---@return xmlNode* libxml
function libxml_xmlNode*:addchild(value) end

---The same as `node:attribute`; nil if there is no such attribute.
---@param name string
---@param value? string|nil
---@return string|nil
function libxml_xmlNode*:attr(name, value) end

---Gives the value of an attribute, nil if there is none. With a second argument it sets the attribute, or removes it if that is nil.
---@param name string
---@param value? string|nil
---@return string|nil
function libxml_xmlNode*:attribute(name, value) end

---`node:attrns(name, uri)` gives the value of an attribute in a namespace, or in none without uri; `node:attrns(ns, name, value)` sets one, or removes it if value is nil.
---@param name string|libxml.xmlNs*
---@param uri? string
---@param value? string|nil
---@return string|nil
function libxml_xmlNode*:attrns(name, uri, value) end

---Gives an iterator over what is directly inside the element, texts and comments included. The current node may be unlinked meanwhile.
---@return function
function libxml_xmlNode*:children() end

---Gives the text of all that is inside the node. With an argument it replaces what is inside by that text; an empty string leaves nothing.
---@param text_str? string
---@return string
function libxml_xmlNode*:contents(text_str) end

---Gives a copy of the node and all that is inside it; it is in no document.
---@return xmlNode* libxml
function libxml_xmlNode*:copy() end

---Gives the document that the node is part of, nil if it is in none.
---@return xmlDoc*|nil libxml
function libxml_xmlNode*:doc() end

---The same as `node:doc`; nil for a node in no document.
---@return xmlDoc*|nil libxml
function libxml_xmlNode*:document() end

---Makes this variable's node unusable: any further method raises. The document stays as it is.
function libxml_xmlNode*:free() end

---Gives an element's or attribute's name without prefix, `text` for texts, `comment` for comments, a processing instruction's target, and nil for CDATA sections.
---@return string|nil
function libxml_xmlNode*:name() end

---Declares a namespace on the element and gives it; without prefix it is the default one.
---@param uri string
---@param prefix? string
---@return xmlNs* libxml
function libxml_xmlNode*:newns(uri, prefix) end

---Puts the element into a namespace, or into none.
---@param ns libxml.xmlNs*|nil
function libxml_xmlNode*:setns(ns) end

---Gives the markup of the node and all that is inside it.
---@return string
function libxml_xmlNode*:tostring() end

---Takes the node out of its document and gives it; all that is inside it goes along.
---@return xmlNode* libxml
function libxml_xmlNode*:unlink() end

---A namespace with its prefix.
---@class libxml.xmlNs*
local libxml_xmlNs* = {}

