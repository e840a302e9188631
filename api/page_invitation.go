package api

import (
	"fmt"
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"earshot/frontend"
	"earshot/survey"
)

// invitationPage tells everything about one invitation.
func (s *Server) invitationPage(c echo.Context) error {
	id, err := pathID[survey.InvitationID](c)
	if err != nil {
		return err
	}
	o, err := s.ledger.InvitationOverview(c.Request().Context(), id)
	if err != nil {
		return err
	}
	s.learnReps(c, decidersOf(o.Invitation)...)
	page := frontend.InvitationPage{
		Shell: s.shell(c, frontend.PathInvitations), InvitationRow: s.invitationRows(c, []*survey.Invitation{o.Invitation}, o.Names)[0],
		Version: o.SurveyVersion, Segment: o.Segment, Language: o.Language, SurveyLink: frontend.Link{Text: "A survey that was deleted"},
	}
	if name := o.Names.Surveys[o.SurveyID]; name != "" {
		page.SurveyLink = frontend.Link{Text: name, URL: surveyURL(o.SurveyID)}
	}
	if o.Names.Contacts[o.ContactID] != "" && worksOn(c, o.Names.Owned(o.CustomerID, o.RepID).Rep) {
		page.ContactURL = pathContactPages + "/" + string(o.ContactID)
	}
	if o.Names.Customers[o.CustomerID] == "" {
		page.Customer.URL = ""
	}
	if o.Successor != nil {
		page.Successor = o.Successor.String()
	}
	if !o.Answered {
		page.Response = ""
	}
	page.Sentence = s.standsIn(o)
	page.Mails = s.mailStories(c, o.Invitation)
	for _, m := range o.Received {
		page.Received = append(page.Received, receivedRow(m, nil))
	}
	return s.page(c, http.StatusOK, page)
}

// decidersOf are the reps that an invitation's page names.
func decidersOf(inv *survey.Invitation) []survey.RepID {
	ids := []survey.RepID{inv.AskedBy}
	for n := range len(inv.Reminders) + 1 {
		for _, e := range inv.MailHistory(n) {
			ids = append(ids, e.By)
		}
	}
	return ids
}

// standsIn says in a sentence where the invitation stands, and what comes next.
func (s *Server) standsIn(o *survey.InvitationOverview) string {
	when := "in a moment"
	if next := o.TriedNext(); next.After(s.here.Now()) {
		when = "on " + next.In(s.here.TimeZone()).Format("2 Jan 2006 at 15:04")
	}
	open := " No answer has come yet."
	if how, _ := outcome(o.Invitation, s); how != frontend.OutcomeOpen {
		open = ""
	}
	switch o.Standing() {
	case survey.StandsPlanned:
		return "It goes out " + when + "."
	case survey.StandsDeferred:
		return "The mail server did not take it yet; it is tried again " + when + "."
	case survey.StandsHeld:
		return "It waits until a mail server takes mails again, which is tried next " + when + "."
	case survey.StandsPaced:
		return "It waits for its turn, since limits bound how many mails go out: it goes out " + when + "."
	case survey.StandsBraked:
		return "It is held back until an admin lets mails go, for too many were refused, came back or were reported as spam."
	case survey.StandsSending:
		return "It is being handed to the mail server."
	case survey.StandsAccepted:
		return "The mail server took it." + open
	case survey.StandsReplied:
		return "It arrived: they answered it by mail."
	case survey.StandsComplained:
		return "It arrived, and was reported as spam. They are not mailed again."
	case survey.StandsBounced:
		return "The mail server took it, and it came back."
	case survey.StandsRefused:
		return "The mail server refused it for good."
	case survey.StandsUncertain:
		return "The connection broke while it was handed over, so nobody knows whether it arrived. Decide what to do: Earshot never sends a second mail by itself."
	case survey.StandsSuppressed:
		return "It was not sent, for the address must not be mailed."
	case survey.StandsStale:
		return "It was not sent, for it was too late or had become pointless."
	case survey.StandsWithheld:
		return "It was not sent."
	case survey.StandsKept:
		return "It was kept here and not sent, for no mail server is set."
	case survey.StandsLink:
		return "The link was handed out, and nothing is mailed." + open
	}
	return ""
}

// mailStories are the mails of an invitation with their histories, the latest first.
func (s *Server) mailStories(c echo.Context, inv *survey.Invitation) []frontend.MailStory {
	if inv.Mail.State == survey.MailNone {
		return nil
	}
	stories := []frontend.MailStory{s.mailStory(c, inv, &inv.Mail, 0)}
	for n := range inv.Reminders {
		stories = append(stories, s.mailStory(c, inv, &inv.Reminders[n], n+1))
	}
	slices.Reverse(stories)
	return stories
}

// mailTitles name the mails of an invitation.
var mailTitles = [...]string{"First mail", "First reminder", "Second reminder"}

// mailStory is one mail with its history.
func (s *Server) mailStory(c echo.Context, inv *survey.Invitation, m *survey.Mail, number int) frontend.MailStory {
	story := frontend.MailStory{
		Title: mailTitles[min(number, len(mailTitles)-1)], ID: fmt.Sprintf("mail-%d", number), Standing: m.Standing(), MessageID: m.MessageID,
		Attempts: m.Attempts, Relay: m.Relay, Forgotten: m.Forgotten,
	}
	if m.State == survey.MailQueued {
		story.LatestAt = m.LatestAt
	}
	if m.Kept() {
		story.Kept = frontend.PathKeptMails + "/" + survey.MailName(survey.InvitationID(inv.ID), number)
	}
	for n, e := range inv.MailHistory(number) {
		step := frontend.MailStep{At: e.At, Standing: e.Standing(), Reason: e.Reason, NextAt: e.NextAt, Relay: e.Relay, By: s.repName(c, e.By)}
		if !e.BeganAt.IsZero() {
			step.Took = e.At.Sub(e.BeganAt)
		}
		if n == survey.FirstMailEvents-1 {
			step.Gap = m.Forgotten
		}
		story.Events = append(story.Events, step)
	}
	return story
}
