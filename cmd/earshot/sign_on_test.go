package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"earshot/cmd/earshot/internal/journey"
)

// startProvider builds and starts the provider of .ci/provider with those people, and returns its issuer.
func startProvider(t *testing.T, redirect string, people map[string]map[string]any) string {
	t.Helper()
	folder := t.TempDir()
	program, file := filepath.Join(folder, "provider"), filepath.Join(folder, "people.json")
	if out, err := exec.Command("go", "build", "-C", "../../.ci/provider", "-o", program, ".").CombinedOutput(); err != nil {
		t.Fatalf("build the provider: %v\n%s", err, out)
	}
	content, err := json.Marshal(people)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, content, 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program, "-redirect", redirect, "-people", file)
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	lines := bufio.NewScanner(out)
	if !lines.Scan() {
		t.Fatalf("the provider said nothing: %s", said.String())
	}
	return lines.Text()
}

// traveller is somebody with a browser that goes from us to the provider and back.
type traveller struct {
	*testing.T
	client *http.Client
	base   string
	// back is where the provider sent them last.
	back string
}

func (h *signOnHouse) traveller() *traveller {
	jar, err := cookiejar.New(nil)
	if err != nil {
		h.Fatal(err)
	}
	tr := &traveller{T: h.T, base: h.base}
	tr.client = &http.Client{Jar: jar, CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		if r.URL.Path == "/login/sso/callback" {
			tr.back = r.URL.String()
		}
		return nil
	}}
	return tr
}

// answer is what a traveller got in the end: at is where, to where it would lead on.
type answer struct {
	status int
	at     *url.URL
	to     string
}

// see sends a request, follows where it leads, and returns the page.
func (tr *traveller) see(method, at string, form url.Values) (answer, *goquery.Document) {
	tr.Helper()
	request, err := http.NewRequestWithContext(tr.Context(), method, at, strings.NewReader(form.Encode()))
	if err != nil {
		tr.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	response, err := tr.client.Do(request)
	if err != nil {
		tr.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	page, err := goquery.NewDocumentFromReader(response.Body)
	if err != nil {
		tr.Fatal(err)
	}
	return answer{response.StatusCode, response.Request.URL, response.Header.Get("Location")}, page
}

// signOn goes to the provider, logs in there, and comes back.
func (tr *traveller) signOn(user string) (answer, string) {
	tr.Helper()
	at, page := tr.see(http.MethodGet, tr.base+"/login/sso?next=/customers", nil)
	form := page.Find("form")
	action, err := at.at.Parse(form.AttrOr("action", ""))
	if err != nil || form.Length() != 1 {
		tr.Fatalf("at %s there is no form to log in: %s", at.at, page.Text())
	}
	response, page := tr.see(http.MethodPost, action.String(), url.Values{
		"username": {user}, "password": {"p"}, "id": {form.Find("[name=id]").AttrOr("value", "")},
	})
	return response, strings.Join(strings.Fields(page.Find("body").Text()), " ")
}

// signOnHouse is Earshot with a real provider.
type signOnHouse struct {
	*testing.T
	base, issuer string
	earshot      *journey.Program
}

func newSignOnHouse(t *testing.T) *signOnHouse {
	t.Helper()
	h := &signOnHouse{T: t}
	address := journey.FreeAddress(t)
	h.base = "http://" + address
	person := func(name string, verified bool, groups ...string) map[string]any {
		return map[string]any{
			"ID": "s-" + name, "Username": name, "Password": "p", "FirstName": name, "LastName": "Berg", "Email": name + "@northwind.example",
			"EmailVerified": verified, "Groups": groups,
		}
	}
	h.issuer = startProvider(t, h.base+"/login/sso/callback", map[string]map[string]any{
		"s-ada": person("ada", true, "bosses"), "s-mia": person("mia", true, "staff", "sales"), "s-eve": person("eve", true, "cleaning"),
		"s-sam": person("sam", false, "sales"),
	})
	h.earshot = journey.StartAt(t, address, h.base, "-store", filepath.Join(t.TempDir(), "earshot.db"), "-oidc-issuer", h.issuer,
		"-oidc-client-id", "earshot", "-oidc-client-secret", "secret", "-oidc-roles", "bosses=admin,sales=rep", "-oidc-name", "Northwind account")
	first := h.traveller()
	first.see(http.MethodPost, h.base+h.earshot.SetupPath(), url.Values{"name": {"Ada"}, "email": {"ada@northwind.example"}, "password": {"correct horse battery staple"}})
	return h
}

// TestSignOnAtARealProvider logs in at a provider that others have certified: who comes in, and as what.
func TestSignOnAtARealProvider(t *testing.T) {
	t.Parallel()
	h := newSignOnHouse(t)
	for _, row := range []struct {
		user, shows string
		status      int
		settings    int
	}{
		{"ada", "Customers", http.StatusOK, http.StatusOK},
		{"mia", "Customers", http.StatusOK, http.StatusForbidden},
		{"eve", "of your groups (cleaning) none has a role in Earshot", http.StatusForbidden, 0},
		{"sam", "does not say that your e-mail address is verified", http.StatusForbidden, 0},
	} {
		tr := h.traveller()
		response, page := tr.signOn(row.user)
		if response.status != row.status || !strings.Contains(page, row.shows) {
			t.Fatalf("%s: got %d at %s: %s", row.user, response.status, response.at.Path, page)
		}
		if row.settings != 0 {
			if settings, _ := tr.see(http.MethodGet, h.base+"/settings", nil); settings.status != row.settings {
				t.Errorf("%s: the settings answer %d, want %d", row.user, settings.status, row.settings)
			}
		}
		// The same answer of the provider once more, by the same browser and by another that stole it.
		for _, again := range []*traveller{tr, h.traveller()} {
			if response, _ := again.see(http.MethodGet, tr.back, nil); response.status != http.StatusUnauthorized {
				t.Errorf("%s: the provider's answer once more: got %d", row.user, response.status)
			}
		}
	}
}

// TestACodeThatWasStolen: somebody begins a log-in of their own and ends it with the code of somebody else.
func TestACodeThatWasStolen(t *testing.T) {
	t.Parallel()
	h := newSignOnHouse(t)
	victim, thief := h.traveller(), h.traveller()
	stop := http.ErrUseLastResponse
	victim.client.CheckRedirect = func(r *http.Request, _ []*http.Request) error {
		if r.URL.Path == "/login/sso/callback" {
			victim.back = r.URL.String()
			return stop
		}
		return nil
	}
	victim.signOn("ada")
	thief.client.CheckRedirect = func(*http.Request, []*http.Request) error { return stop }
	begun, _ := thief.see(http.MethodGet, h.base+"/login/sso", nil)
	own, err := url.Parse(begun.to)
	if err != nil {
		t.Fatal(err)
	}
	stolen, err := url.Parse(victim.back)
	if err != nil || stolen.Query().Get("code") == "" {
		t.Fatalf("the victim was sent to %q (%v)", victim.back, err)
	}
	query := url.Values{"code": {stolen.Query().Get("code")}, "state": {own.Query().Get("state")}}
	if response, _ := thief.see(http.MethodGet, h.base+"/login/sso/callback?"+query.Encode(), nil); response.status != http.StatusUnauthorized {
		t.Errorf("a stolen code: got %d, want 401", response.status)
	}
	if response, _ := thief.see(http.MethodGet, h.base+"/account", nil); response.status != http.StatusSeeOther {
		t.Errorf("the thief's account: got %d", response.status)
	}
}
