package frontend

import (
	"net/url"
	"time"

	"github.com/mileusna/useragent"

	"earshot/survey/access"
)

// LoginRow is one place where a rep is logged in.
type LoginRow struct {
	// Browser says it in words; see BrowserWords.
	Browser string
	// Network is where it began, e.g. 192.0.2.0/24; may be empty.
	Network string
	Since   time.Time
	// Used is when it was last used, to the hour.
	Used time.Time
	// Here says that it is the browser that looks.
	Here bool
	// End logs out there; nil where that is not for this page.
	End *Action
}

// BrowserWords says in words what a browser calls itself, e.g. "Firefox on Linux".
func BrowserWords(agent string) string {
	switch found := useragent.Parse(agent); {
	case found.Name == "":
		return "A program that does not say what it is"
	case found.OS == "":
		return found.Name
	case found.Device != "":
		return found.Name + " on " + found.Device
	default:
		return found.Name + " on " + found.OS
	}
}

// ForgotPage asks for the address to which a link to set a new password is mailed, with the form made by ForgotForm.
type ForgotPage struct {
	Shell
	// Mails says that there is a mail server; where there is none the page says whom to ask instead.
	Mails bool
	// Asked says that it was asked for: in the same words whether there is such an account or not.
	Asked bool
	Form  Form
}

// PageTitle names the page.
func (p ForgotPage) PageTitle() string {
	if p.Asked {
		return "Look into your mail"
	}
	return "Forgotten your password?"
}

func (ForgotPage) template() string { return "forgot" }

// ResetPage sets a new password by a link, with the form made by ResetForm.
type ResetPage struct {
	Shell
	Form Form
}

// PageTitle names the page.
func (ResetPage) PageTitle() string { return "Set a new password" }

func (ResetPage) template() string { return "reset" }

// ForgotForm asks for email.
func ForgotForm(action string, values url.Values) Form {
	return Form{ID: "forgot", Action: action, Submit: "Mail me a link", Look: Primary, Fields: filled(values, limited[access.NewRep](
		Field{Kind: EmailField, Name: "email", Label: "E-mail address", Required: true, Autocomplete: "username"})...)}
}

// ResetForm asks for new_password.
func ResetForm(action string) Form {
	return Form{ID: "reset", Action: action, Submit: "Set the password", Look: Primary, Fields: []Field{newPassword("new_password", "New password")}}
}
