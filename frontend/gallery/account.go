package gallery

import (
	"net/url"

	"earshot/frontend"
	"earshot/survey"
)

func accountSamples() []Sample {
	alone := frontend.Shell{}
	weak := survey.InvalidField("password", "must have 10 to 500 characters")
	samples := []Sample{
		{"setup", "normal", frontend.SetupPage{Shell: alone, Form: frontend.SetupForm("/setup/secret", url.Values{"secret": {"s"}})}},
		{"setup", "error", frontend.SetupPage{Shell: alone, Form: frontend.SetupForm("/setup/secret", url.Values{"name": {"Ana"}, "email": {"ana@"}}).Reject(weak)}},
		{"login", "normal", frontend.LoginPage{Shell: alone, Form: frontend.LoginForm("/login", nil)}},
		{"login", "error", frontend.LoginPage{Shell: alone, Form: frontend.LoginForm("/login", url.Values{"email": {"ana@norwind.example"}}).Reject(survey.Errorf(survey.Unauthenticated, "the e-mail address or the password is wrong")), Hint: "Nobody has an account yet: open the first-run link that Earshot printed when it started."}},
		{"login", "all", frontend.LoginPage{Shell: alone, Form: frontend.LoginForm("/login", nil), SignOn: frontend.Link{Text: "Log in with Norwind account", URL: frontend.PathSignOn}, Passkey: usePasskey(frontend.PathPasskeyLogin, "Log in with a passkey")}},
		{"login", "refused", frontend.LoginPage{Shell: alone, SignOn: frontend.Link{Text: "Log in with " + longWord, URL: frontend.PathSignOn}, Problem: "You are known, but of your groups (sales, " + longWord + ") none has a role in Earshot. An admin must put you into one of the groups that -oidc-roles names, or name one of yours there."}},
		{"account", "normal", frontend.AccountPage{Shell: shell(frontend.PathAccount), Email: "ana@norwind.example", Calls: frontend.CallsForm("/account/calls", url.Values{"calls_per_week": {"20"}}), Password: frontend.PasswordForm("/account"), Logout: post("Log out", "/logout", frontend.Plain, "")}},
		{"account", "error", frontend.AccountPage{Shell: shell(frontend.PathAccount), Email: "ana@norwind.example", Calls: frontend.CallsForm("/account/calls", url.Values{"calls_per_week": {"9999"}}).Reject(survey.InvalidField("calls_per_week", "must be at most 500")), Password: frontend.PasswordForm("/account").Reject(survey.InvalidField("current_password", "is not your present password")), Logout: post("Log out", "/logout", frontend.Plain, "")}},
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
