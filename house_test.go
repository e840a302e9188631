package earshot_test

import (
	"bufio"
	"bytes"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// arrows says which packages of the house each room may import. What is not listed is forbidden.
var arrows = map[string][]string{
	"":                       {},
	"survey/quiet":           {},
	"survey/quiet/worlds":    {"survey/feed", "survey/quiet"},
	"survey/feed":            {},
	"survey/internal":        {},
	"survey/access":          {"survey", "survey/address", "survey/internal", "survey/store"},
	"survey/access/sso":      {"survey", "survey/access"},
	"survey/audit":           {"survey", "survey/store"},
	"survey/idempotency":     {"survey", "survey/store"},
	"survey/store":           {"survey/store/internal"},
	"survey/table":           {},
	"survey/workdays":        {},
	"survey/contrast":        {},
	"survey/locale":          {},
	"survey/address":         {},
	"survey":                 {"survey/address", "survey/contrast", "survey/feed", "survey/inbound", "survey/locale", "survey/quiet", "survey/store", "survey/table", "survey/workdays"},
	"survey/store/sqlite":    {"survey/store"},
	"survey/store/mongodb":   {"survey/store"},
	"survey/store/storetest": {"survey/store"},
	"survey/inbound":         {"survey/internal"},
	"survey/mailhook":        {"survey/inbound"},
	"survey/mailbox":         {"survey"},
	"survey/migration":       {"survey", "survey/access", "survey/store"},
	"survey/mail":            {"survey", "survey/address", "survey/internal", "survey/mailhook"},
	"analytics":              {"survey", "survey/contrast"},
	"frontend":               {"analytics", "survey", "survey/access", "survey/audit"},
	"api":                    {"", "frontend", "analytics", "survey", "survey/access", "survey/audit", "survey/idempotency", "survey/inbound", "survey/mailhook", "survey/table"},
	"cmd":                    {"", "api", "frontend", "analytics", "survey", "survey/access", "survey/audit", "survey/idempotency", "survey/mailhook"},
}

// bareClients is where the benchmark does by a database's own client what Earshot is measured against.
const bareClients = "cmd/earshot/internal/bench/bare"

// onlyIn says which room alone may import a library.
var onlyIn = map[string][]string{
	"github.com/labstack/echo/":          {"api"},
	"go.mongodb.org/mongo-driver":        {"survey/store/mongodb", bareClients},
	"zombiezen.com/go/sqlite":            {"survey/store/sqlite", bareClients},
	"github.com/wcharczuk/go-chart":      {"analytics/chart"},
	"github.com/wneessen/go-mail":        {"survey/mail"},
	"github.com/emersion/go-message":     {"survey/inbound"},
	"github.com/emersion/go-smtp":        {"survey/mail"},
	"github.com/emersion/go-imap":        {"survey/mailbox"},
	"github.com/emersion/go-msgauth":     {"survey/mail"},
	"blitiri.com.ar/go/spf":              {"survey/mail/preflight"},
	"net/http":                           {"api", "cmd", "survey/access/sso", "survey/store/mongodb"},
	"html/template":                      {"frontend", "cmd"},
	"github.com/go-playground/validator": {"survey"},
	"github.com/go-playground/locales":   {"frontend"},
	"github.com/prometheus/":             {"api"},
	"github.com/getkin/kin-openapi":      {"api"},
	"github.com/go-webauthn/":            {"survey/access"},
	"github.com/pquerna/otp":             {"survey/access"},
	"github.com/boombuler/barcode":       {"frontend"},
	"github.com/coreos/go-oidc":          {"survey/access/sso"},
	"golang.org/x/oauth2":                {"survey/access/sso"},
	"golang.org/x/text/encoding":         {"survey/table"},
	"github.com/rickar/cal":              {"survey/workdays"},
	"github.com/xuri/excelize":           {"survey/table"},
}

// domainMay is what the domain imports besides the standard library and this house.
var domainMay = []string{"github.com/go-playground/validator/", "github.com/cenkalti/backoff/", "golang.org/x/"}

// TestArrows keeps the directions of the map in docs/developers.md: cmd → api → frontend → analytics → survey → survey/store.
func TestArrows(t *testing.T) {
	for pkg, imports := range imports(t) {
		for _, imported := range imports {
			inner, ours := strings.CutPrefix(imported+"/", "earshot/")
			switch inner = strings.TrimSuffix(inner, "/"); {
			case ours && !mayImport(pkg, inner):
				t.Errorf("earshot/%s imports earshot/%s: that arrow is not in the house", pkg, inner)
			case !ours && !libraryAllowed(pkg, imported):
				t.Errorf("earshot/%s imports %s, which belongs elsewhere", pkg, imported)
			}
		}
	}
}

// imports returns what each package of the module imports outside its tests, by its path below the module.
func imports(t *testing.T) map[string][]string {
	t.Helper()
	out, err := exec.Command("go", "list", "-f", `{{.ImportPath}} {{join .Imports " "}}`, "./...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	found := map[string][]string{}
	for lines := bufio.NewScanner(bytes.NewReader(out)); lines.Scan(); {
		words := strings.Fields(lines.Text())
		found[strings.Trim(strings.TrimPrefix(words[0], "earshot"), "/")] = words[1:]
	}
	if len(found) < 8 {
		t.Fatalf("go list found %d packages only: %v", len(found), found)
	}
	return found
}

// room returns the most specific room of arrows that the package lies in.
func room(pkg string) string {
	best := ""
	for r := range arrows {
		if within(pkg, r) && len(r) > len(best) {
			best = r
		}
	}
	return best
}

// within says whether the package lies in or below the room.
func within(pkg, room string) bool {
	return pkg == room || room != "" && strings.HasPrefix(pkg, room+"/")
}

// mayImport says whether pkg may import another package of the house.
func mayImport(pkg, imported string) bool {
	own := room(pkg)
	if within(imported, own) || own == "cmd" {
		return true
	}
	return slices.ContainsFunc(arrows[own], func(r string) bool { return within(imported, r) && room(imported) == room(r) }) ||
		strings.HasSuffix(pkg, "test")
}

// libraryAllowed says whether pkg may import a package that is not of the house.
func libraryAllowed(pkg, imported string) bool {
	for library, rooms := range onlyIn {
		if strings.HasPrefix(imported, library) {
			return slices.ContainsFunc(rooms, func(r string) bool { return within(pkg, r) })
		}
	}
	standard := !strings.Contains(strings.Split(imported, "/")[0], ".")
	if pkg != "survey" || standard {
		return true
	}
	return slices.ContainsFunc(domainMay, func(prefix string) bool { return strings.HasPrefix(imported, prefix) })
}
