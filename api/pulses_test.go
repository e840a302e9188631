package api_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// TestAPulseWithoutCustomers is saved, and answered with what is odd about it.
func TestAPulseWithoutCustomers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	type pulse struct{ ID, Warning string }
	body := func(segment string) string {
		return fmt.Sprintf(`{"name":"Odd","survey_id":%q,"audience":"everyone","segment":%q,"weekdays":[1]}`, w.survey, segment)
	}
	for segment, odd := range map[string]bool{"gone": true, "": false} {
		made := readJSON[pulse](t, w, call{method: "POST", path: "/api/v1/pulses", key: w.writeKey, body: body(segment)})
		read := readJSON[pulse](t, w, call{method: "GET", path: "/api/v1/pulses/" + made.ID, key: w.readKey})
		changed := readJSON[pulse](t, w, call{method: "PUT", path: "/api/v1/pulses/" + made.ID, key: w.writeKey, body: body(segment)})
		for _, warning := range []string{made.Warning, read.Warning, changed.Warning} {
			if odd != strings.Contains(warning, "“gone”") || !odd && warning != "" {
				t.Errorf("%q: got the warning %q", segment, warning)
			}
		}
	}
	if got := w.send(t, call{method: "GET", path: "/api/v1/pulses", key: w.readKey}); got.Code != http.StatusOK {
		t.Errorf("got %d of the list", got.Code)
	}
}
