package api

import (
	"slices"

	"github.com/labstack/echo/v4"

	"earshot/frontend"
	"earshot/survey"
	"earshot/survey/access"
)

// seenBy is whose customers the logged-in rep sees, as filters take it; nil is everybody's.
func seenBy(c echo.Context) *survey.Reach {
	reach := viewerOf(c).See
	if reach.All() {
		return nil
	}
	return &reach
}

// worksOn says whether the logged-in rep may do something at a customer of that rep.
func worksOn(c echo.Context, owner survey.RepID) bool {
	return repOf(c).Access.Covers(access.LevelRep) && viewerOf(c).Works(survey.Owned{Rep: owner})
}

// userOf is the logged-in rep as pages know them.
func userOf(who *access.Rep, viewer survey.Viewer) frontend.User {
	return frontend.User{
		Name: who.Name, Level: who.Access, Admin: who.Access == access.LevelAdmin, Manages: who.Access.Covers(access.LevelManager),
		Works: who.Access.Covers(access.LevelRep), SeesAll: viewer.See.All(),
	}
}

// repFilter are the reps by whom a list can be narrowed: those whose customers the logged-in rep sees, kept, who is chosen already, among
// all of whom, if they see everybody's.
func (s *Server) repFilter(c echo.Context, kept survey.RepID) ([]frontend.Option, error) {
	viewer := viewerOf(c)
	if viewer.See.All() {
		return s.repOptions(c.Request().Context(), kept)
	}
	reps, err := s.allReps(c.Request().Context())
	if err != nil {
		return nil, err
	}
	reps = slices.DeleteFunc(reps, func(r *access.Rep) bool { return !viewer.See.Has(survey.RepID(r.ID)) })
	options := make([]frontend.Option, len(reps))
	for i, r := range reps {
		options[i] = frontend.Option{Value: r.ID, Text: r.Name}
	}
	return options, nil
}

// ownersFilter is repFilter of customers, of which some belong to nobody.
func (s *Server) ownersFilter(c echo.Context, kept survey.RepID) ([]frontend.Option, error) {
	options, err := s.repFilter(c, kept)
	return append(options, frontend.Option{Value: string(survey.NoRep), Text: "Nobody yet"}), err
}

// keepToMay takes away what the logged-in rep may not do about an invitation of that customer, and the way to a customer whom they do not
// see any more.
func keepToMay(c echo.Context, row *frontend.InvitationRow, owned survey.Owned) {
	if !worksOn(c, owned.Rep) {
		row.Resend, row.Leave, row.Revoke = nil, nil, nil
	}
	if !seesCustomer(c, owned.Rep) {
		row.Customer.URL = ""
	}
}

// seesNamed says whether the logged-in rep sees that customer of those named; whose one was that is deleted nobody knows any more, so those
// alone see it who see everybody's.
func seesNamed(c echo.Context, names survey.Names, id survey.CustomerID) bool {
	owner, there := names.Owners[id]
	return viewerOf(c).See.All() || there && seesCustomer(c, owner)
}

// seesCustomer says whether the logged-in rep sees a customer of that rep.
func seesCustomer(c echo.Context, owner survey.RepID) bool { return viewerOf(c).See.Has(owner) }
