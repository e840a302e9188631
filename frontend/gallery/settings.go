package gallery

import (
	"net/url"
	"strings"

	"earshot/frontend"
	"earshot/survey"
	"earshot/survey/access"
)

func settingsSamples() []Sample {
	bad := survey.InvalidField("email", "is taken by another rep")
	normal := settings()
	fresh := settings()
	fresh.FreshKey, fresh.FreshName, fresh.FreshLink = "esk_4f9k2m7q8w1z3x5c6v7b8n9m0a1s2d3f4g", "Shop system", "https://feedback.norwind.example/setup/abc"
	wrong := settings()
	wrong.NewRep = frontend.RepForm("/settings/reps", url.Values{"name": {"Tom"}, "email": {"ana@norwind.example"}}, false).Reject(bad)
	extreme := settings()
	extreme.Reps[0].Name, extreme.Reps[1].Email, extreme.Keys[0].Name = longName, longWord+"@example.com", hostile
	extreme.Facts = append(extreme.Facts, frontend.Fact{Name: "DKIM: publish a TXT record named", Value: "earshot._domainkey." + longWord + ".example"},
		frontend.Fact{Name: "with the text", Value: "v=DKIM1; k=rsa; p=" + strings.Repeat(longWord, 8)})
	form := frontend.SuppressionForm("/suppressions", nil)
	find := frontend.SuppressionsFilter("/suppressions", nil)
	reasons := []survey.SuppressionReason{survey.Unsubscribed, survey.HardBounce, survey.Complained, survey.ByHand}
	var suppressed []frontend.SuppressionRow
	for i, r := range reasons {
		suppressed = append(suppressed, frontend.SuppressionRow{History: "/suppressions/history?email=x", Email: []string{"jo@example.com", longWord + "@example.com", "kim@example.com", "@müller.example"}[i], Reason: r, Note: []string{"", "550 5.1.1 No such user", "", arabic}[i], At: ago(i),
			Lift: pointer(post("Lift", "/suppressions/lift", frontend.Plain, "jo@example.com"))})
	}
	return []Sample{{"mail_check", "normal", mailCheck()}, {"mail_check", "good", goodMailCheck()}, {"mail_check", "held", heldMailCheck()}, {"mail_check", "extreme", extremeMailCheck()}, {"look", "normal", look()}, {"look", "empty", emptyLook()}, {"look", "error", brokenLook()}, {"settings", "normal", normal}, {"settings", "fresh", fresh}, {"settings", "error", wrong}, {"settings", "extreme", extreme},
		{"rep_form", "normal", frontend.RepFormPage{Shell: shell(frontend.PathSettings), Name: "Tom Baptiste", Form: frontend.RepForm("/settings/reps/rep_2", url.Values{"name": {"Tom Baptiste"}, "email": {"tom@norwind.example"}, "access": {"rep"}, "team_id": {"team_1"}}, true, frontend.Option{Value: "team_1", Text: "North"}, frontend.Option{Value: "team_2", Text: "South"}), Toggle: pointer(post("Take access away", "/settings/reps/rep_2/disable", frontend.Danger, "Tom Baptiste")),
			Factors: "They log in with an authenticator app and 2 passkeys beside the password.", RemoveFactors: pointer(post("Take the second factor away", "/settings/reps/rep_2/factors/remove", frontend.Danger, "Tom Baptiste"))}},
		{"rep_form", "logged_in", frontend.RepFormPage{Shell: shell(frontend.PathSettings), Name: "Tom Baptiste", Form: frontend.RepForm("/settings/reps/rep_2", url.Values{"name": {"Tom Baptiste"}, "email": {"tom@norwind.example"}, "access": {"rep"}, "team_id": {"team_1"}}, true, frontend.Option{Value: "team_1", Text: "North"}, frontend.Option{Value: "team_2", Text: "South"}), Logins: seenByOthers(), EndAll: pointer(post("Log out everywhere", "/settings/reps/rep_2/sessions/end", frontend.Danger, "Tom Baptiste"))}},
		{"teams", "normal", frontend.TeamsPage{Shell: shell(frontend.PathSettings), New: frontend.TeamForm("/settings/teams", nil, false), Rows: []frontend.TeamRow{
			{Name: "North", URL: "/settings/teams/team_1", People: []string{"Ana Weber", "Tom Baptiste", longWord}}, {Name: arabic, URL: "/settings/teams/team_2"}}}},
		{"teams", "empty", frontend.TeamsPage{Shell: shell(frontend.PathSettings), New: frontend.TeamForm("/settings/teams", nil, false)}},
		{"team", "normal", frontend.TeamPage{Shell: shell(frontend.PathSettings), Name: "North", Form: frontend.TeamForm("/settings/teams/team_1", url.Values{"name": {"North"}}, true), People: []frontend.Link{{Text: "Ana Weber", URL: "/settings/reps/rep_1"}, {Text: longWord, URL: "/settings/reps/rep_2"}}}},
		{"team", "empty", frontend.TeamPage{Shell: shell(frontend.PathSettings), Name: "South", Form: frontend.TeamForm("/settings/teams/team_1", url.Values{"name": {"South"}}, true), Delete: pointer(post("Remove", "/settings/teams/team_1/delete", frontend.Danger, "South"))}},
		{"suppressions", "normal", frontend.SuppressionsPage{Shell: shell(frontend.PathSettings), Form: &form, Filter: find, Table: "/suppressions.csv", Rows: suppressed, Pager: frontend.Pager{Next: "/suppressions?after=x"}}},
		{"suppressions", "empty", frontend.SuppressionsPage{Shell: shell(frontend.PathSettings), Form: &form, Filter: find}},
		{"suppressions", "nothing", frontend.SuppressionsPage{Shell: shell(frontend.PathSettings), Form: &form, Filter: frontend.SuppressionsFilter("/suppressions", url.Values{"q": {"ana"}}), Filtered: true, History: "/suppressions/history?email=ana"}},
		{"suppression_history", "normal", frontend.SuppressionHistoryPage{Shell: shell(frontend.PathSettings), Email: "jo@example.com", Rows: []frontend.SuppressionEventRow{
			{At: ago(0), Email: "jo@example.com", Lifted: true, By: frontend.Link{Text: "Ana Weber"}}, {At: ago(3), Email: "jo@example.com", Reason: survey.Unsubscribed, Note: arabic, By: frontend.Link{Text: "They themselves, by the link in the invitation of 2 Mar 2026", URL: "/customers/cus_1"}}}}},
		{"suppression_history", "never", frontend.SuppressionHistoryPage{Shell: shell(frontend.PathSettings), Email: longWord + "@example.com"}}}
}

func settings() frontend.SettingsPage {
	return frontend.SettingsPage{Shell: shell(frontend.PathSettings), NewRep: frontend.RepForm("/settings/reps", nil, false), NewKey: frontend.KeyForm("/settings/keys", nil),
		Reps:  []frontend.RepRow{{Name: "Ana Weber", Edit: "/settings/reps/rep_1", Email: "ana@norwind.example", Access: access.LevelAdmin, CallsPerWeek: 20, CreatedAt: ago(400)}, {Name: "Tom Baptiste", Edit: "/settings/reps/rep_2", Email: "tom@norwind.example", Access: access.LevelRep, CreatedAt: ago(90), DisabledAt: ago(2)}, {Name: "Ida Roth", Edit: "/settings/reps/rep_3", Email: "ida@norwind.example", Access: access.LevelManager, Team: "North", CreatedAt: ago(30)}, {Name: "Leo Chen", Edit: "/settings/reps/rep_4", Email: "leo@norwind.example", Access: access.LevelAnalyst, CreatedAt: ago(10)}},
		Keys:  []frontend.KeyRow{{Name: "Shop system", Prefix: "esk_4f9k2m", Scopes: []access.Scope{access.ScopeWrite}, CreatedBy: "Ana Weber", CreatedAt: ago(60), LastUsedAt: ago(0), LastUsedFrom: "192.0.2.0/24", PreviousPrefix: "esk_1a2b3c", PreviousUntil: ago(-1), ExpiresAt: ago(-9), EndsSoon: true, Rotate: pointer(frontend.RotateForm("/settings/keys/rotate", "rotate-0", "k")), Revoke: pointer(post("Revoke", "/settings/keys/revoke", frontend.Danger, "Shop system"))}, {Name: "Reporting", Prefix: "esk_test_8x2p1z", Scopes: []access.Scope{"audit:read", "customers:write", "feedback:read"}, Test: true, CreatedBy: "Ana Weber", CreatedAt: ago(200), RevokedAt: ago(5)}},
		Facts: []frontend.Fact{{Name: "Version", Value: "0.1.0"}, {Name: "Database", Value: "SQLite, earshot.db"}, {Name: "Mail", Value: "no mail server is set"}}}
}

// seenByOthers are places where somebody else is logged in.
func seenByOthers() []frontend.LoginRow {
	rows := logins()[1:]
	for i := range rows {
		rows[i].End = nil
	}
	return rows
}
