package main

import (
	"net"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/webauthn"
	"github.com/chromedp/chromedp"

	"earshot/cmd/earshot/internal/journey"
)

// virtualDevice gives a tab's browser a device that makes passkeys, and asks for no finger in earnest.
func virtualDevice(t *testing.T, tab *journey.Tab) webauthn.AuthenticatorID {
	t.Helper()
	if _, err := chromedp.Call(tab.Context, webauthn.Enable, webauthn.EnableParams{}); err != nil {
		t.Fatal(err)
	}
	made, err := chromedp.Call(tab.Context, webauthn.AddVirtualAuthenticator, webauthn.AddVirtualAuthenticatorParams{Options: &webauthn.VirtualAuthenticatorOptions{
		Protocol: webauthn.AuthenticatorProtocolCtap2, Transport: webauthn.AuthenticatorTransportInternal,
		HasResidentKey: true, HasUserVerification: true, IsUserVerified: true, AutomaticPresenceSimulation: true,
	}})
	if err != nil {
		t.Fatal(err)
	}
	return made.AuthenticatorID
}

// TestPasskeysInABrowser makes a passkey in a real browser and comes in by it: alone, and beside the password.
func TestPasskeysInABrowser(t *testing.T) {
	t.Parallel()
	browser := journey.OpenBrowser(t)
	address := journey.FreeAddress(t)
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		t.Fatal(err)
	}
	base := "http://localhost:" + port
	earshot := journey.StartAt(t, address, base, "-store", filepath.Join(t.TempDir(), "earshot.db"))
	tab := browser.Tab()
	w := &walk{T: t, rep: tab}
	device := virtualDevice(t, tab)
	logOut := func() {
		tab.Open(base + "/account")
		tab.Press(`form[action="/logout"] button`)
	}

	tab.Open(base + earshot.SetupPath())
	tab.Type("name", "Ada Admin")
	tab.Type("email", "ada@northwind.example")
	tab.Type("password", "correct horse battery staple")
	tab.Press(`form button`)
	tab.Open(base + "/account/factors")
	tab.Type("name", "This computer")
	tab.Press(`form[data-passkey="create"] button`)
	w.see(tab, "main", "Your recovery codes", "This computer", "never")

	logOut()
	tab.Press(`form[action="/login/passkey"] button`)
	w.see(tab, "header", "Ada Admin")

	logOut()
	tab.Type("email", "ada@northwind.example")
	tab.Type("password", "correct horse battery staple")
	tab.Press(`form[action="/login"] button`)
	w.see(tab, "main", "One more step")
	tab.Press(`form[data-passkey="get"] button`)
	w.see(tab, "header", "Ada Admin")

	logOut()
	if _, err := chromedp.Call(tab.Context, webauthn.SetUserVerified, webauthn.SetUserVerifiedParams{AuthenticatorID: device, IsUserVerified: false}); err != nil {
		t.Fatal(err)
	}
	if err := chromedp.Do(tab.Context, chromedp.Click(`form[action="/login/passkey"] button`)); err != nil {
		t.Fatal(err)
	}
	if err := chromedp.Do(tab.Context, chromedp.WaitVisible(`form[action="/login/passkey"] [role=alert]`)); err != nil {
		t.Fatal(err)
	}
	w.see(tab, `form[action="/login/passkey"]`, "Nothing was done")

	without := browser.Tab().WithoutScripts()
	without.Open(base + "/login")
	if text := without.Text("main"); strings.Contains(text, "Log in with a passkey") || !strings.Contains(text, "Passkeys need JavaScript") {
		t.Errorf("without scripts the log-in page shows %q", text)
	}
}
