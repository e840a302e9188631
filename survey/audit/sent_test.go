package audit_test

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"earshot/survey/audit"
)

func TestSecretsAreNotKept(t *testing.T) {
	t.Parallel()
	form := map[string][]string{
		"name": {"Ana"}, "new_password": {"hunter2 hunter2"}, "reset_token": {"tok"}, "totp": {"123456"}, "recovery_code": {"abc"},
		"external_id": {"C-1"}, "lists": {"a", "b"}, "Client_Secret": {"s"}, "password": {""},
	}
	want := "Client_Secret=(not kept) external_id=C-1 lists=a, b name=Ana new_password=(not kept) password= recovery_code=(not kept) reset_token=(not kept) totp=(not kept)"
	if got := text(audit.FieldsOf(form)); got != want {
		t.Errorf("a form:\ngot  %s\nwant %s", got, want)
	}
	body := `{"name":"Ana","n":5,"auth":{"password":"hunter2","user":"ana"},"keys":["esk_1"],"list":[{"api_key":"k","id":1}],"none":null}`
	want = `auth={"password":"(not kept)","user":"ana"} keys=["(not kept)"] list=[{"api_key":"(not kept)","id":1}] n=5 name=Ana none=null`
	if got := text(audit.FieldsOfJSON([]byte(body))); got != want {
		t.Errorf("a body:\ngot  %s\nwant %s", got, want)
	}
	if got := audit.FieldsOfJSON([]byte(`["a"]`)); got != nil {
		t.Errorf("what is no object: got %v, want nothing", got)
	}
}

func TestWhatIsKeptIsBounded(t *testing.T) {
	t.Parallel()
	long := map[string][]string{strings.Repeat("ä", 5000): {strings.Repeat("€", 5000)}, "broken": {"a\xffb"}}
	for i := range 1000 {
		long[fmt.Sprint("field", i)] = []string{strings.Repeat("x", 1000)}
	}
	fields, size := audit.FieldsOf(long), 0
	for _, f := range fields {
		size += len(f.Name) + len(f.Value)
		if !utf8.ValidString(f.Name + f.Value) {
			t.Errorf("%q is cut in the middle of a character", f)
		}
	}
	if len(fields) > 40 || size > 40*600 {
		t.Errorf("got %d fields of %d bytes, want at most 40 of 24,000", len(fields), size)
	}
}

func text(fields []audit.Field) string {
	var words []string
	for _, f := range fields {
		words = append(words, f.Name+"="+f.Value)
	}
	return strings.Join(words, " ")
}
