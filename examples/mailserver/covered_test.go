package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/gomsys/gomsys/msys"
)

// elsewhere are the callouts that neither SMTP nor the console of this server
// shows, or that need more than a table: the directory and the test for each.
func elsewhere() map[string]string {
	const core = "../../msys "
	return map[string]string{
		// this server, beside the tables
		"init":                                  ". TestConsole",
		"rsrc_setup":                            ". TestServices",
		"core_get_inbound_tls_parameters":       ". TestTLSPolicy",
		"core_inbound_smtp_tls_verify_callback": ". TestRequiredCertificate",
		"core_inbound_smtp_tls_post_accept":     ". TestTLSCallout",
		"core_server_esmtp_session_abort":       ". TestAbort",
		"http_request_eval":                     ". TestHTTPCallouts",
		"http_response_eval":                    ". TestHTTPCallouts",
		"generic_delivery_msg_dispose":          ". TestHTTPCallouts",

		// the end of the runtime
		"deinit":                   core + "TestControlHooks",
		"core_control_shutdown":    core + "TestControlHooks",
		"core_control_shutdown_ex": core + "TestControlHooks",

		// this server has neither bindings nor its own log files, and sends no delay notices
		"core_post_validate_set_binding":    core + "TestBindingChanged",
		"core_binding_group_choose_binding": core + "TestHooks",
		"core_ec_message_set_next_attempt":  core + "TestHooks",
		"core_log_error":                    core + "TestLog",
		"core_log_reopen":                   core + "TestHooks",
		"delay_dsn_generate_delay_dsn":      core + "TestHooks",
		"delay_dsn_next_delay_dsn":          core + "TestHooks",
		"delay_dsn_send_notification":       core + "TestHooks",
		"core_smtp_error_classify":          "../../msys/delivery TestLuaClassify",
		"core_bounce_error_classify":        core + "TestHooks",

		// HTTP injection, push services, policies of TLS reporting
		"msg_gen_data_spool":           core + "TestGenerated",
		"restinj_json_request":         core + "TestHooks",
		"restinj_body_assignment":      core + "TestHooks",
		"restinj_post_body_assignment": core + "TestHooks",
		"restinj_recip_response":       core + "TestHooks",
		"apn_request_eval":             "../../msys/apn TestLuaEval",
		"apn_response_eval":            "../../msys/apn TestLuaEval",
		"gcm_request_eval":             "../../msys/gcm TestLuaEval",
		"gcm_response_eval":            "../../msys/gcm TestLuaEval",
		"core_smtp_tls_reporting":      "../../msys/tlsparams TestSTARTTLS",
	}
}

// Every callout that the library or this server calls has a test of its
// arguments and of what its return does.
func TestEveryCalloutIsTested(t *testing.T) {
	tested := map[string]bool{} // by a table
	add := func(hook, calls string) { tested[hook] = tested[hook] || calls != "" }
	for _, tt := range calloutTests() {
		add(tt.hook, tt.calls)
	}
	for _, tt := range authTests() {
		add(tt.hook, tt.calls)
	}
	for _, tt := range relayCalloutTests() {
		add(tt.hook, tt.calls)
	}
	for _, tt := range outgoingTests() {
		add(tt.hook, tt.calls)
	}
	for _, tt := range consoleTests() {
		add(tt.hook, tt.calls)
	}
	rt, err := msys.New(msys.Config{})
	if err != nil {
		t.Fatal(err)
	}
	defer rt.Close()
	others, known := elsewhere(), map[string]bool{}
	for _, hook := range rt.Hooks() {
		known[hook.Name] = true
		place, isElsewhere := others[hook.Name]
		switch {
		case !hook.Called():
		case tested[hook.Name] && isElsewhere:
			t.Errorf("%s is in a table and said to be elsewhere", hook.Name)
		case tested[hook.Name]:
		case !isElsewhere:
			t.Errorf("%s has no test", hook.Name)
		case !testsHook(t, place, hook.Name):
			t.Errorf("%s is not in %s", hook.Name, place)
		}
	}
	for name := range others {
		if !known[name] {
			t.Errorf("%s is no callout", name)
		}
	}
	for name := range tested {
		if !known[name] {
			t.Errorf("%s is no callout", name)
		}
	}
}

// testsHook looks for the test of a place "DIRECTORY TEST", in a file that
// names the hook.
func testsHook(t *testing.T, place, hook string) bool {
	t.Helper()
	dir, test, _ := strings.Cut(place, " ")
	files, err := filepath.Glob(filepath.Join(dir, "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	declared := regexp.MustCompile(`(?m)^func ` + test + `\(`)
	named := regexp.MustCompile(`\b` + hook + `\b`)
	for _, f := range files {
		if f == "covered_test.go" {
			continue
		}
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if declared.Match(b) && named.Match(b) {
			return true
		}
	}
	return false
}
