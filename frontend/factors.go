package frontend

import (
	"fmt"
	"html/template"
	"net/url"
	"strings"
	"time"

	"earshot/survey/access"
)

// Scripted is a page that loads the script for passkeys. All works without it but what only a script can do.
type Scripted interface {
	Page
	// Scripts says whether it does so now.
	Scripts() bool
}

// PolicyOf is the Content-Security-Policy of a page for reps: RepPolicy, and where the page needs it our own script.
func (f *Frontend) PolicyOf(page Page) string {
	if scripted, ok := page.(Scripted); ok && scripted.Scripts() {
		return f.RepPolicy() + "; script-src 'self'"
	}
	return f.RepPolicy()
}

// PasskeyForm makes or uses a passkey. It stays hidden in browsers without scripts, where a line says why.
type PasskeyForm struct {
	// Action takes the form, with the browser's answer as "passkey".
	Action string
	// Make says that a passkey is made; else one is used.
	Make bool
	// Options are what the browser needs, in JSON.
	Options string
	Fields  []Field
	Hidden  []Hidden
	Label   string
	Look    Look
}

// Placed are the form's fields with ids that are unique on the page.
func (f PasskeyForm) Placed() []placedField {
	return Form{ID: "passkey", Fields: f.Fields}.Placed()
}

// SecondStepPage asks for the second factor of somebody whose password was right.
type SecondStepPage struct {
	Shell
	// Passkey is nil where they have none, Code is the form made by CodeForm. App and Recovery say what can stand in it.
	Passkey       *PasskeyForm
	Code          Form
	App, Recovery bool
}

// PageTitle names the page.
func (SecondStepPage) PageTitle() string { return "One more step" }

func (SecondStepPage) template() string { return "second_step" }

// Scripts says whether the page loads the script for passkeys.
func (p SecondStepPage) Scripts() bool { return p.Passkey != nil }

// ConfirmPage asks who is logged in to prove who they are, before what guards the account is changed.
type ConfirmPage struct {
	Shell
	// Password and Code are the forms made by ConfirmForm and CodeForm; without an action they are not shown. Passkey is nil
	// where there is none.
	Password, Code Form
	Passkey        *PasskeyForm
	// SignOn leads to the provider of single sign-on, where they log in anew; empty for whoever does not come by it.
	SignOn Link
}

// PageTitle names the page.
func (ConfirmPage) PageTitle() string { return "Is it you?" }

func (ConfirmPage) template() string { return "confirm" }

// Scripts says whether the page loads the script for passkeys.
func (p ConfirmPage) Scripts() bool { return p.Passkey != nil }

// FactorsPage is how the logged-in rep logs in: app, passkeys, recovery codes.
type FactorsPage struct {
	Shell
	// Must says that the installation wants a second factor before anything else is opened: but for Logout, which stands here
	// then.
	Must   bool
	Logout Action
	// AppSince is when the authenticator app was set up; zero if there is none. SetUp begins with a new one.
	AppSince  time.Time
	SetUp     Action
	RemoveApp *Action
	Passkeys  []PasskeyRow
	// NewPasskey is nil where browsers make none for this installation, which NoPasskeys explains then.
	NewPasskey *PasskeyForm
	NoPasskeys string
	// Problem is why the last passkey was not taken; empty if nothing.
	Problem string
	// Left counts the recovery codes that are not used yet, RecoveryAt is when they were made; Renew is nil without a factor.
	Left       int
	RecoveryAt time.Time
	Renew      *Action
	// Fresh are recovery codes that were made just now: they are shown this once.
	Fresh []string
}

// PasskeyRow is one passkey.
type PasskeyRow struct {
	Name              string
	CreatedAt, UsedAt time.Time
	Remove            Action
}

// PageTitle names the page.
func (FactorsPage) PageTitle() string { return "Ways to log in" }

func (FactorsPage) template() string { return "factors" }

// Scripts says whether the page loads the script for passkeys.
func (p FactorsPage) Scripts() bool { return p.NewPasskey != nil }

// AllCodes says how many recovery codes there are at first.
func (FactorsPage) AllCodes() int { return access.RecoveryCodes }

// File is a link to the fresh recovery codes as a file: the page carries it, so they lie nowhere else.
func (p FactorsPage) File() template.URL {
	text := "Recovery codes for Earshot. Each lets you in once, in place of your second factor.\n\n" + strings.Join(p.Fresh, "\n") + "\n"
	return template.URL("data:text/plain;charset=utf-8," + url.PathEscape(text))
}

// AppPage sets up an authenticator app: the picture to read, the secret to type, and the form that takes the first code.
type AppPage struct {
	Shell
	// Secret is in groups that can be typed, Picture what the app reads.
	Secret  string
	Picture *QRCode
	Form    Form
}

// PageTitle names the page.
func (AppPage) PageTitle() string { return "Set up an authenticator app" }

func (AppPage) template() string { return "app" }

// WayInPage lets somebody in by a link that the operator of the machine has made.
type WayInPage struct {
	Shell
	Enter Action
}

// PageTitle names the page.
func (WayInPage) PageTitle() string { return "Come in" }

func (WayInPage) template() string { return "way_in" }

// CodeForm asks for a code of the authenticator app or, where there are some, a recovery code, as "code". Where to go
// afterwards goes along as "next".
func CodeForm(action string, values url.Values, app, recovery bool, submit string) Form {
	label, help := "Code from your authenticator app", ""
	switch {
	case !app:
		label, help = "Recovery code", "Each one works once."
	case recovery:
		label, help = "Code from your authenticator app, or a recovery code", "The app shows six digits. A recovery code works once."
	}
	field := Field{Kind: TextField, Name: "code", Label: label, Help: help, Required: true, MaxLength: 30, Autocomplete: "one-time-code"}
	return Form{ID: "code", Action: action, Submit: submit, Look: Primary, Hidden: hiddenOf(values, "next"), Fields: []Field{field}}
}

// ConfirmForm asks for the password anew, as "password".
func ConfirmForm(action string, values url.Values) Form {
	return Form{ID: "confirm", Action: action, Submit: "Go on", Look: Primary, Hidden: hiddenOf(values, "next"), Fields: []Field{
		{Kind: PasswordField, Name: "password", Label: "Password", Required: true, MaxLength: access.MaxPassword, Autocomplete: "current-password"},
	}}
}

// PasskeyNameField asks what a new passkey is to be called, as "name".
func PasskeyNameField(values url.Values) []Field {
	return filled(values, Field{Kind: TextField, Name: "name", Label: "Name of the passkey", Help: "So that you know later which one it is, e.g. work laptop.",
		Required: true, MaxLength: 100, Autocomplete: "off"})
}

// Grouped returns a secret in groups of four, as people type it.
func Grouped(secret string) string {
	var b strings.Builder
	for i, r := range secret {
		if i > 0 && i%4 == 0 {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// FactorsWords says which factors a rep has, for admins.
func FactorsWords(f access.Factors) string {
	var has []string
	if f.HasApp() {
		has = append(has, "an authenticator app")
	}
	if n := len(f.Passkeys); n > 0 {
		has = append(has, plural(n, "passkey"))
	}
	return fmt.Sprintf("They log in with %s beside the password.", strings.Join(has, " and "))
}
