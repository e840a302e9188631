package gallery

import (
	"net/url"

	"earshot/frontend"
	"earshot/survey"
	"earshot/survey/audit"
)

func auditSamples() []Sample {
	ana := audit.Actor{Kind: audit.Rep, ID: "rep_1", Name: "Ana Weber"}
	normal := auditPage(nil)
	normal.Rows = []frontend.AuditRow{
		{Number: 47, At: ago(0), Act: "rep.changed", Actor: ana, From: "192.0.2.7", Document: "rep_2", About: "/settings/audit?document=rep_2", Outcome: audit.Done,
			Sent: []audit.Field{{Name: "access", Value: "admin"}, {Name: "password", Value: "(not kept)"}}, Changed: []audit.Change{{Field: "access", Was: "rep", Is: "admin"}}, RequestID: "X7Q2M4"},
		{Number: 45, At: ago(0), Act: "customer.deleted", Actor: audit.Actor{Kind: audit.APIKey, Name: "Shop system (esk_4f9k2m…)"}, From: "198.51.100.4", Document: "cus_1", Outcome: audit.Refused, Detail: "not_found"},
		{Number: 44, At: ago(1), Act: "store.restored", Actor: audit.Actor{Kind: audit.Command, ID: "root@mail", Name: "root@mail"}, Outcome: audit.Begun},
		{Number: 43, At: ago(2), Act: "rep.login", Actor: audit.Actor{Kind: audit.Stranger}, From: "203.0.113.9", Outcome: audit.Refused, Detail: "rate_limited", Sent: []audit.Field{{Name: "email", Value: "ana@norwind.example"}}},
		{Number: 41, At: ago(3), Act: "look.changed", Actor: ana, From: "2001:db8::7", Outcome: audit.Failed, Detail: "internal"},
	}
	normal.Pager = frontend.Pager{Next: "/settings/audit?after=x"}
	extreme := auditPage(nil)
	extreme.Rows = []frontend.AuditRow{{Number: 999_999_999_999, At: ago(0), Act: "rep.changed", Actor: audit.Actor{Kind: audit.Rep, Name: longName}, From: longWord, Document: longWord, Outcome: audit.Done,
		Sent: []audit.Field{{Name: longWord, Value: hostile}, {Name: "note", Value: arabic}}, Changed: []audit.Change{{Field: "name", Was: longWord, Is: hostile}}}}
	wrong := auditPage(url.Values{"from": {"2026-03-04"}, "to": {"2026-03-01"}})
	wrong.Filter, wrong.Filtered = wrong.Filter.Reject(survey.InvalidField("to", "must not lie before the first day")), true
	nothing := auditPage(url.Values{"act": {"key.revoked"}})
	nothing.Filtered = true
	empty := auditPage(nil)
	empty.Head = ""
	return []Sample{{"audit", "normal", normal}, {"audit", "extreme", extreme}, {"audit", "error", wrong}, {"audit", "nothing", nothing}, {"audit", "empty", empty}}
}

func auditPage(values url.Values) frontend.AuditPage {
	actors, acts := []frontend.Option{{Value: "rep_1", Text: "Ana Weber"}}, []frontend.Option{frontend.ActWords("key.revoked"), frontend.ActWords("rep.changed")}
	return frontend.AuditPage{Shell: shell(frontend.PathSettings), Filter: frontend.AuditFilter(frontend.PathAudit, values, actors, acts), Table: "/settings/audit.csv",
		Head: "47:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"}
}
