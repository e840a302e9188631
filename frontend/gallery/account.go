package gallery

import (
	"net/url"

	"earshot/frontend"
	"earshot/survey"
)

func accountSamples() []Sample {
	alone := frontend.Shell{}
	weak := survey.InvalidField("password", "must have at least 12 characters")
	common := survey.InvalidField("new_password", "is one of those that are tried first; take a few words that do not belong together")
	samples := []Sample{
		{"setup", "normal", frontend.SetupPage{Shell: alone, Form: frontend.SetupForm("/setup/secret", url.Values{"secret": {"s"}})}},
		{"setup", "error", frontend.SetupPage{Shell: alone, Form: frontend.SetupForm("/setup/secret", url.Values{"name": {"Ana"}, "email": {"ana@"}}).Reject(weak)}},
		{"login", "normal", frontend.LoginPage{Shell: alone, Form: frontend.LoginForm("/login", nil)}},
		{"login", "error", frontend.LoginPage{Shell: alone, Form: frontend.LoginForm("/login", url.Values{"email": {"ana@norwind.example"}}).Reject(survey.Errorf(survey.Unauthenticated, "the e-mail address or the password is wrong")), Hint: "Nobody has an account yet: open the first-run link that Earshot printed when it started."}},
		{"login", "mails", frontend.LoginPage{Shell: alone, Forgot: true, Form: frontend.LoginForm("/login", nil)}},
		{"forgot", "normal", frontend.ForgotPage{Shell: alone, Mails: true, Form: frontend.ForgotForm("/forgot", nil)}},
		{"forgot", "asked", frontend.ForgotPage{Shell: alone, Mails: true, Asked: true}},
		{"forgot", "kept", frontend.ForgotPage{Shell: alone}},
		{"forgot", "error", frontend.ForgotPage{Shell: alone, Mails: true, Form: frontend.ForgotForm("/forgot", url.Values{"email": {"ana@norwind.example"}}).Reject(survey.Errorf(survey.RateLimited, "too many tries; wait 16 seconds and try again"))}},
		{"reset", "normal", frontend.ResetPage{Shell: alone, Form: frontend.ResetForm("/reset/secret")}},
		{"reset", "error", frontend.ResetPage{Shell: alone, Form: frontend.ResetForm("/reset/secret").Reject(common)}},
		{"account", "normal", account()},
		{"account", "error", brokenAccount()},
		{"account", "extreme", extremeAccount()},
		{"account", "signed_on", signedOnAccount()},
		{"login", "all", frontend.LoginPage{Shell: alone, Form: frontend.LoginForm("/login", nil), SignOn: frontend.Link{Text: "Log in with Norwind account", URL: frontend.PathSignOn}, Passkey: usePasskey(frontend.PathPasskeyLogin, "Log in with a passkey")}},
		{"login", "refused", frontend.LoginPage{Shell: alone, SignOn: frontend.Link{Text: "Log in with " + longWord, URL: frontend.PathSignOn}, Problem: "You are known, but of your groups (sales, " + longWord + ") none has a role in Earshot. An admin must put you into one of the groups that -oidc-roles names, or name one of yours there."}},
	}
	for _, status := range []int{400, 401, 403, 404, 405, 409, 410, 413, 429, 500, 503} {
		page := frontend.ErrorPage{Shell: shell(""), Status: status, RequestID: "01jq8m3x5v"}
		if status == 401 {
			page.Shell, page.Back = alone, frontend.Link{Text: "Log in", URL: "/login"}
		}
		if status == 400 {
			page.Message = "the date " + longWord + " is none"
		}
		samples = append(samples, Sample{"error", itoa(status), page})
	}
	return samples
}

// account is the page as it usually looks.
func account() frontend.AccountPage {
	return frontend.AccountPage{
		Shell: shell(frontend.PathAccount), Email: "ana@norwind.example",
		Calls:    frontend.CallsForm("/account/calls", url.Values{"calls_per_week": {"20"}}),
		Password: frontend.PasswordForm("/account"), Logout: post("Log out", "/logout", frontend.Plain, ""),
		Logins: logins(), EndOthers: pointer(post("Log out everywhere else", "/account/sessions/end-others", frontend.Danger, "")),
	}
}

// brokenAccount is it with problems.
func brokenAccount() frontend.AccountPage {
	page := account()
	page.Calls = frontend.CallsForm("/account/calls", url.Values{"calls_per_week": {"9999"}}).Reject(survey.InvalidField("calls_per_week", "must be at most 500"))
	page.Password = page.Password.Reject(survey.InvalidField("current_password", "is not your present password"))
	page.Logins, page.EndOthers = page.Logins[:1], nil
	return page
}

// extremeAccount is it with an old password, and with browsers that say anything.
func extremeAccount() frontend.AccountPage {
	page := account()
	page.WeakPassword = true
	page.Logins[1].Browser, page.Logins[2].Browser, page.Logins[2].Network = longWord, hostile, ""
	return page
}

// signedOnAccount is it of somebody who has no password here.
func signedOnAccount() frontend.AccountPage {
	page := account()
	page.Password = frontend.Form{}
	return page
}

// logins are three places where somebody is logged in.
func logins() []frontend.LoginRow {
	rows := []frontend.LoginRow{
		{Browser: "Firefox on Linux", Network: "192.0.2.0/24", Since: ago(3), Used: ago(0), Here: true},
		{Browser: "Safari on iPhone", Network: "2001:db8:1::/48", Since: ago(9), Used: ago(1)},
		{Browser: "A program that does not say what it is", Network: "198.51.100.0/24", Since: ago(13), Used: ago(6)},
	}
	for i := range rows[1:] {
		rows[i+1].End = pointer(post("Log out", "/account/sessions/end", frontend.Plain, rows[i+1].Browser))
	}
	return rows
}
