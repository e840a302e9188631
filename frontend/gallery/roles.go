package gallery

import (
	"net/url"

	"earshot/frontend"
	"earshot/survey/access"
)

// roleSamples are pages as those see them who may less than an admin.
func roleSamples() []Sample {
	staff, counted := response(), response()
	staff.GivenBy, staff.Suspect = "Tom Baptiste", "it came from a browser in which one of our own people has logged in"
	staff.Judge = pointer(post("Count it all the same", "/responses/rsp_1/count", frontend.Plain, ""))
	counted.GivenBy, counted.CountedBy, counted.CountedAt = longWord, hostile, ago(1)
	counted.Judge = pointer(post("Set aside again", "/responses/rsp_1/set-aside", frontend.Quiet, ""))
	return []Sample{
		{"customer", "read-only", customerOfOthers()}, {"response", "staff", staff}, {"response", "counted", counted},
		{"suppressions", "team", frontend.SuppressionsPage{Shell: ofTeam(frontend.PathSettings), Form: pointer(frontend.SuppressionForm("/suppressions", url.Values{}))}},
	}
}

// ofTeam is the shell of a rep who sees the customers of a team.
func ofTeam(section string) frontend.Shell {
	s := shell(section)
	s.User = frontend.User{Name: "Tom Baptiste", Level: access.LevelRep, Works: true}
	return s
}

// customerOfOthers is a customer of another rep.
func customerOfOthers() frontend.CustomerPage {
	p := customer()
	p.Shell = ofTeam(frontend.PathCustomers)
	p.Edit, p.NewContact, p.Ask, p.Touchpoint = "", "", nil, nil
	p.Silence.Snooze, p.Silence.Wake = nil, nil
	p.AskHeld = "This customer belongs to another rep, who asks here. A manager can give them to you."
	for i := range p.Contacts {
		p.Contacts[i].Edit, p.Contacts[i].Confirm = "", nil
	}
	for i := range p.Timeline {
		p.Timeline[i].Remove = nil
	}
	for i := range p.Invitations {
		p.Invitations[i].Revoke = nil
	}
	return p
}
