package api

import (
	"net/url"

	"github.com/labstack/echo/v4"

	"earshot/survey"
)

// resolveMail decides what becomes of a mail of which nobody knows whether it was taken.
func (s *Server) resolveMail(resend bool, notice string) echo.HandlerFunc {
	return func(c echo.Context) error {
		if _, err := s.asks.ResolveUncertain(c.Request().Context(), survey.InvitationID(c.Param("id")), resend, survey.RepID(repOf(c).ID)); err != nil {
			return err
		}
		return seeOther(c, invitationURL(c.Param("id")), notice)
	}
}

// revokeInvitationPage takes an open ask back.
func (s *Server) revokeInvitationPage(c echo.Context) error {
	if _, err := s.asks.RevokeInvitation(c.Request().Context(), survey.InvitationID(c.Param("id"))); err != nil {
		return err
	}
	return seeOther(c, invitationURL(c.Param("id")), "revoked")
}

// decideUncertain decides about the uncertain mails that were chosen, or all of them, or of a pulse.
func (s *Server) decideUncertain(c echo.Context) error {
	form, err := s.form(c)
	if err != nil {
		return err
	}
	which := survey.UncertainMails{IDs: invitationIDs(form["id"]), PulseID: survey.PulseID(form.Get(pulseParam)), All: form.Get("all") != ""}
	if reach := viewerOf(c).Work; !reach.All() {
		which.Within = &reach
	}
	back := ledgerURL(stateParam, string(survey.StandsUncertain))
	if which.PulseID != "" {
		back = ledgerURL(stateParam, string(survey.StandsUncertain), pulseParam, string(which.PulseID))
	}
	if len(which.IDs) == 0 && !which.All {
		return seeOther(c, back, "none_chosen")
	}
	resend, err := readResend(form)
	if err != nil {
		return err
	}
	if _, err := s.ledger.ResolveAllUncertain(c.Request().Context(), which, resend, survey.RepID(repOf(c).ID)); err != nil {
		return err
	}
	return seeOther(c, back, "decided")
}

// readResend reads which of two buttons was pressed: what sends mails is not guessed.
func readResend(form url.Values) (bool, error) {
	switch form.Get("resend") {
	case "yes":
		return true, nil
	case "no":
		return false, nil
	}
	return false, survey.InvalidField("resend", "must be yes or no")
}

// withholdWaiting withholds all mails that wait, or all of a pulse.
func (s *Server) withholdWaiting(c echo.Context) error {
	form, err := s.form(c)
	if err != nil {
		return err
	}
	which := survey.Queued{PulseID: survey.PulseID(form.Get(pulseParam))}
	if _, err := s.ledger.WithholdQueued(c.Request().Context(), which, survey.RepID(repOf(c).ID)); err != nil {
		return err
	}
	back := ledgerURL(stateParam, string(survey.StandsWithheld))
	if which.PulseID != "" {
		back = ledgerURL(stateParam, string(survey.StandsWithheld), pulseParam, string(which.PulseID))
	}
	return seeOther(c, back, "withheld")
}
