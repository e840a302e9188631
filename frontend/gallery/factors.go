package gallery

import (
	"net/url"

	"earshot/frontend"
	"earshot/survey"
	"earshot/survey/access"
)

// usePasskey is a button that asks for a passkey, with options that no device answers.
func usePasskey(action, label string) *frontend.PasskeyForm {
	return &frontend.PasskeyForm{Action: action, Label: label, Options: `{"publicKey":{"challenge":"bm9uZQ"}}`}
}

func factorSamples() []Sample {
	alone := frontend.Shell{}
	wrong := survey.InvalidField("code", "is not right: type the one that the app shows now, and look whether the phone’s clock is right")
	code := frontend.CodeForm(frontend.PathSecondStep, nil, true, true, "Log in")
	picture, err := frontend.NewQRCode("otpauth://totp/Earshot%20Norwind:ana@norwind.example?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Earshot%20Norwind")
	if err != nil {
		panic(err) // the text never changes
	}
	appForm := frontend.CodeForm(frontend.PathApp+"/confirm", nil, true, false, "Take it into use")
	return []Sample{
		{"second_step", "normal", frontend.SecondStepPage{Shell: alone, Code: code, App: true, Recovery: true, Passkey: usePasskey(frontend.PathSecondStep, "Use a passkey")}},
		{"second_step", "error", frontend.SecondStepPage{Shell: alone, Code: code.Reject(wrong), App: true}},
		{"confirm", "normal", frontend.ConfirmPage{Shell: shell(frontend.PathAccount), Password: frontend.ConfirmForm(frontend.PathConfirm, nil), Code: frontend.CodeForm(frontend.PathConfirm, nil, true, true, "Go on"), Passkey: usePasskey(frontend.PathConfirm, "Use a passkey")}},
		{"confirm", "signed_on", frontend.ConfirmPage{Shell: shell(frontend.PathAccount), SignOn: frontend.Link{Text: "Log in anew with Norwind account", URL: frontend.PathSignOn + "?anew=yes"}}},
		{"factors", "empty", emptyFactors()},
		{"factors", "normal", factors()},
		{"factors", "fresh", freshFactors()},
		{"app", "normal", frontend.AppPage{Shell: shell(frontend.PathAccount), Secret: frontend.Grouped("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"), Picture: picture, Form: appForm}},
		{"app", "error", frontend.AppPage{Shell: shell(frontend.PathAccount), Secret: frontend.Grouped("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"), Picture: picture, Form: appForm.Reject(wrong)}},
		{"way_in", "normal", frontend.WayInPage{Shell: alone, Enter: post("Come in", "/way-in/secret", frontend.Primary, "")}},
	}
}

// emptyFactors is the page of somebody with a password alone, who must have more.
func emptyFactors() frontend.FactorsPage {
	return frontend.FactorsPage{Shell: shell(frontend.PathAccount), Must: true, Logout: post("Log out", frontend.PathLogout, frontend.Plain, ""), SetUp: post("Set up an app", frontend.PathApp, frontend.Primary, ""),
		NoPasskeys: "Passkeys need an installation that is reached by HTTPS and by a name: see -base-url."}
}

func factors() frontend.FactorsPage {
	page := frontend.FactorsPage{Shell: shell(frontend.PathAccount), AppSince: ago(40), SetUp: post("Set up another app", frontend.PathApp, frontend.Plain, ""),
		RemoveApp:  pointer(post("Remove", frontend.PathApp+"/remove", frontend.Danger, "the authenticator app")),
		NewPasskey: &frontend.PasskeyForm{Action: frontend.PathFactors + "/passkeys", Make: true, Options: `{"publicKey":{"challenge":"bm9uZQ","user":{"id":"bm9uZQ"}}}`, Label: "Add a passkey", Fields: frontend.PasskeyNameField(url.Values{})},
		Left:       7, RecoveryAt: ago(40), Renew: pointer(post("Make new codes", frontend.PathFactors+"/recovery", frontend.Plain, ""))}
	for i, name := range []string{"Work laptop", longName} {
		row := frontend.PasskeyRow{Name: name, CreatedAt: ago(30 - i), Remove: post("Remove", frontend.PathFactors+"/passkeys/remove", frontend.Danger, name)}
		if i == 0 {
			row.UsedAt = ago(2)
		}
		page.Passkeys = append(page.Passkeys, row)
	}
	return page
}

// freshFactors shows recovery codes and a passkey that was not taken.
func freshFactors() frontend.FactorsPage {
	page := factors()
	page.Problem, page.Left = "This passkey was not accepted; try again, or another one.", access.RecoveryCodes
	for range access.RecoveryCodes {
		page.Fresh = append(page.Fresh, "0k3d-91hx-7c2m-vq8z")
	}
	return page
}
