package dkimsig

// Fault says what is wrong with a signature or its key, in the words that
// policy scripts compare with. It is an error.
type Fault string

// Error gives the text.
func (f Fault) Error() string { return string(f) }

// Temporary reports whether a later attempt may succeed.
func (f Fault) Temporary() bool { return f == KeyQueryFailed }

// Faults of a signature field.
const (
	DomainMissing       Fault = "domain tag missing"
	DomainEmpty         Fault = "domain tag empty"
	SelectorMissing     Fault = "selector tag missing"
	SelectorEmpty       Fault = "selector tag empty"
	VersionMissing      Fault = "version missing"
	VersionEmpty        Fault = "version empty"
	VersionUnsupported  Fault = "unsupported signature version"
	DomainCoverage      Fault = "invalid domain coverage"
	Expired             Fault = "signature expired"
	TimestampFuture     Fault = "signature timestamp in the future"
	TimestampOrder      Fault = "signature timestamp order error"
	TimestampInvalid    Fault = "signature timestamp invalid"
	HeaderCanonInvalid  Fault = "invalid header canonicalization"
	BodyCanonInvalid    Fault = "invalid body canonicalization"
	AlgorithmMissing    Fault = "signature algorithm missing"
	AlgorithmInvalid    Fault = "signature algorithm invalid"
	HeaderListMissing   Fault = "header list missing"
	HeaderListEmpty     Fault = "header list tag empty"
	HeaderListLacksFrom Fault = "header list missing required entries"
	BodyLengthInvalid   Fault = "body length value invalid"
	QueryMethodInvalid  Fault = "query method invalid"
	QueryOptionInvalid  Fault = "query option invalid"
	BodyHashMissing     Fault = "body hash missing"
	BodyHashEmpty       Fault = "body hash empty"
	BodyHashCorrupt     Fault = "body hash corrupt"
	DataMissing         Fault = "signature data missing"
	DataEmpty           Fault = "signature data empty"
	DataCorrupt         Fault = "signature data corrupt"
	TagListInvalid      Fault = "signature tag list invalid"
)

// Faults of a key record.
const (
	KeyNotFound       Fault = "key not found in DNS"
	KeyQueryFailed    Fault = "key DNS query failed"
	KeyCorrupt        Fault = "key DNS reply corrupt"
	KeyMultiple       Fault = "multiple keys found"
	KeyVersionUnknown Fault = "unknown key version"
	KeyHashUnknown    Fault = "unknown key hash"
	KeyHashMismatch   Fault = "signature-key hash mismatch"
	KeyNotEmail       Fault = "not an e-mail key"
	KeyTypeMissing    Fault = "key type missing"
	KeyTypeUnknown    Fault = "unknown key type"
	KeyRevoked        Fault = "key revoked"
	KeyUnusable       Fault = "unable to apply public key"
	KeyTooSmall       Fault = "signing key too small"
)

// Faults that show when a signature is checked.
const (
	Mismatch           Fault = "signature verification failed"
	BodyTooShort       Fault = "length tag value exceeds body size"
	SubdomainUnallowed Fault = "unauthorized subdomain"
	NoFault            Fault = "no signature error"
)
