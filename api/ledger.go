package api

import (
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"earshot/survey"
)

// ledgerScope narrows the send ledger, wherever its mails stand.
type ledgerScope struct {
	Search     string    `query:"q" max:"254"`
	CustomerID string    `query:"customer_id" max:"128"`
	ContactID  string    `query:"contact_id" max:"128"`
	PulseID    string    `query:"pulse_id" max:"128"`
	SurveyID   string    `query:"survey_id" max:"128"`
	RepID      string    `query:"rep_id" max:"128"`
	From       time.Time `query:"from"`
	To         time.Time `query:"to"`
}

func (in ledgerScope) filter() survey.InvitationFilter {
	return survey.InvitationFilter{
		Search: in.Search, CustomerID: survey.CustomerID(in.CustomerID), ContactID: survey.ContactID(in.ContactID), PulseID: survey.PulseID(in.PulseID),
		SurveyID: survey.SurveyID(in.SurveyID), RepID: survey.RepID(in.RepID), From: in.From, To: in.To,
	}
}

// ledgerFilter narrows it to where mails stand, too.
type ledgerFilter struct {
	ledgerScope
	MailState string `query:"mail_state" oneof:"queued sending accepted uncertain refused bounced withheld none"`
	Standing  string `query:"standing" oneof:"planned deferred held braked paced sending accepted replied complained bounced refused uncertain suppressed stale withheld kept link"`
}

func (in ledgerFilter) filter() survey.InvitationFilter {
	f := in.ledgerScope.filter()
	f.MailState, f.Standing = survey.MailState(in.MailState), survey.Standing(in.Standing)
	return f
}

type listInvitationsRequest struct {
	paging
	ledgerFilter
}

// listInvitations answers with invitations, newest first.
func (s *Server) listInvitations(c echo.Context, in listInvitationsRequest) error {
	f := in.filter()
	f.After, f.Limit = in.after(), in.Limit
	page, err := s.asks.Invitations(c.Request().Context(), f)
	return writePage(c, page, err, s.viewInvitation)
}

// countsResponse is how many invitations there are, by where their mails stand.
type countsResponse struct {
	Total     int             `json:"total"`
	Standings []countResponse `json:"standings"`
}

type countResponse struct {
	Standing string `json:"standing"`
	Count    int    `json:"count"`
}

// countInvitations answers with the counts of a list.
func (s *Server) countInvitations(c echo.Context, in ledgerScope) error {
	counts, err := s.ledger.CountInvitations(c.Request().Context(), in.filter())
	if err != nil {
		return err
	}
	view := countsResponse{Total: counts.Total}
	for _, x := range counts.Standings {
		view.Standings = append(view.Standings, countResponse{string(x.Standing), x.Count})
	}
	return c.JSON(http.StatusOK, view)
}

// exportInvitations answers with the ledger as CSV.
func (s *Server) exportInvitations(c echo.Context, in ledgerFilter) error {
	return s.writeLedger(c, in.filter())
}

type resolveManyRequest struct {
	Body resolveManyBody `body:"application/json"`
}

type resolveManyBody struct {
	Resend  *bool    `json:"resend"`
	IDs     []string `json:"ids"`
	PulseID string   `json:"pulse_id"`
	All     bool     `json:"all"`
}

// resolvedResponse is what became of many uncertain mails.
type resolvedResponse struct {
	Decided int `json:"decided"`
	Left    int `json:"left"`
}

// resolveInvitations decides about many mails of which nobody knows whether they arrived.
func (s *Server) resolveInvitations(c echo.Context, in resolveManyRequest) error {
	if in.Body.Resend == nil {
		return survey.InvalidField("resend", "is required")
	}
	which := survey.UncertainMails{IDs: invitationIDs(in.Body.IDs), PulseID: survey.PulseID(in.Body.PulseID), All: in.Body.All}
	done, err := s.ledger.ResolveAllUncertain(c.Request().Context(), which, *in.Body.Resend, "")
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, resolvedResponse{done.Decided, done.Left})
}

func invitationIDs(list []string) []survey.InvitationID {
	if list == nil {
		return nil // nobody chose, which is not the same as choosing none
	}
	ids := make([]survey.InvitationID, len(list))
	for i, id := range list {
		ids[i] = survey.InvitationID(id)
	}
	return ids
}

type withholdRequest struct {
	Body withholdBody `body:"application/json"`
}

type withholdBody struct {
	PulseID string    `json:"pulse_id"`
	Before  time.Time `json:"before"`
	All     bool      `json:"all"`
}

// withheldResponse is how many mails were withheld.
type withheldResponse struct {
	Withheld int `json:"withheld"`
}

// withholdInvitations withholds mails that wait.
func (s *Server) withholdInvitations(c echo.Context, in withholdRequest) error {
	which := survey.Queued{PulseID: survey.PulseID(in.Body.PulseID), Before: in.Body.Before}
	if which == (survey.Queued{}) && !in.Body.All {
		return survey.InvalidField("all", "must be true where neither pulse_id nor before says which")
	}
	n, err := s.ledger.WithholdQueued(c.Request().Context(), which, "")
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, withheldResponse{n})
}
