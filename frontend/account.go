package frontend

// SetupPage makes the first admin, with the form made by SetupForm.
type SetupPage struct {
	Shell
	Form Form
}

// PageTitle names the page.
func (SetupPage) PageTitle() string { return "Welcome to Earshot" }

func (SetupPage) template() string { return "setup" }

// LoginPage lets a rep in, with the form made by LoginForm.
type LoginPage struct {
	Shell
	Form Form
	// Forgot says that a link to set a new password can be mailed.
	Forgot bool
	// Passkey logs in without a password; nil where there are no passkeys. SignOn leads to single sign-on; empty where there
	// is none. Without an action the form is not shown.
	Passkey *PasskeyForm
	SignOn  Link
	// Problem is why somebody was not let in otherwise than by the form; may be empty.
	Problem string
	// Hint is said below the form, e.g. where the first-run link is; may be empty.
	Hint string
}

// Scripts says whether the page loads the script for passkeys.
func (p LoginPage) Scripts() bool { return p.Passkey != nil }

// PageTitle names the page.
func (LoginPage) PageTitle() string { return "Log in" }

func (LoginPage) template() string { return "login" }

// AccountPage is the logged-in rep's own: name, password, and where they are logged in.
type AccountPage struct {
	Shell
	Email string
	// Calls is the form made by CallsForm, Password the one made by PasswordForm; without an action the latter is not shown, for
	// whoever comes in by single sign-on alone.
	Calls    Form
	Password Form
	// WeakPassword suggests another one.
	WeakPassword bool
	Logout       Action
	Logins       []LoginRow
	// EndOthers logs out everywhere else; nil where the rep is logged in here alone.
	EndOthers *Action
}

// PageTitle names the page.
func (AccountPage) PageTitle() string { return "Your account" }

func (AccountPage) template() string { return "account" }

// ErrorPage says that something did not work, and what to do.
type ErrorPage struct {
	Shell
	// Status is the HTTP status, e.g. 404.
	Status int
	// Message is a sentence that is safe to show; empty shows the status' own words.
	Message string
	// RequestID lets the operator find it in the log; empty leaves it out.
	RequestID string
	// Back leads on; empty leads to Today.
	Back Link
}

// PageTitle names the page.
func (p ErrorPage) PageTitle() string { return p.words().title }

func (ErrorPage) template() string { return "error" }

// Explanation is the sentence to show.
func (p ErrorPage) Explanation() string {
	if p.Message != "" {
		return capital(p.Message)
	}
	return p.words().text
}

type errorWords struct{ title, text string }

func (p ErrorPage) words() errorWords {
	switch p.Status {
	case 400, 422:
		return errorWords{"That did not fit", "What was sent could not be understood. Go back, mend it and send it again."}
	case 401:
		return errorWords{"Please log in", "Your session is over. Log in and try again."}
	case 403:
		return errorWords{"Not yours to open", "You are logged in, but this page or action is not open to you. An admin can change that."}
	case 404:
		return errorWords{"Nothing here", "There is no such page. It may have been removed, or the address has a slip in it."}
	case 405:
		return errorWords{"Not this way", "The page exists, but not for this kind of request."}
	case 409:
		return errorWords{"Changed meanwhile", "Somebody else changed this while you had it open. Load it again and repeat your change."}
	case 410:
		return errorWords{"No longer there", "This was here and is over."}
	case 413:
		return errorWords{"Too large", "What was sent is larger than allowed. Nothing was stored."}
	case 429:
		return errorWords{"Too many tries", "Please wait a few minutes before you try again."}
	case 503, 507:
		return errorWords{"Back in a moment", "The database cannot be reached right now. Nothing was lost; try again in a moment."}
	}
	return errorWords{"Something went wrong", "The mistake is ours. It has been logged; trying again may help."}
}
