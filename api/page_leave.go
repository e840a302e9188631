package api

import (
	"cmp"
	"net/http"

	"github.com/labstack/echo/v4"

	"earshot/frontend"
	"earshot/survey"
)

// declinePage takes "I am not the right person".
func (s *Server) declinePage(c echo.Context) error {
	token := c.Param("token")
	form, err := c.FormParams()
	if err != nil {
		return s.answerAgain(c, token, nil, formError(err))
	}
	reading, done := survey.ForPage(c.Request().Context())
	defer done()
	opened, err := s.answers.Open(reading, token)
	if err != nil {
		return s.linkTrouble(c, err)
	}
	successor := survey.Successor{Name: form.Get(frontend.FieldSuccessorName), Email: form.Get(frontend.FieldSuccessorEmail)}
	ctx, cancel := survey.ForAnswer(c.Request().Context())
	defer cancel()
	err = s.answers.DeclineByForm(ctx, token, successor, s.traces(form))
	defer hurry(c)()
	if trouble, known := declineTrouble(err); known {
		page := s.answerPage(c, opened, token)
		page.Values, page.Trouble = form, trouble
		return s.contactPage(c, statusOf(survey.KindOf(err)), page)
	}
	if err != nil {
		return s.linkTroubleIn(c, opened.Language, err)
	}
	return s.contactPage(c, http.StatusOK, &frontend.DeclinedPage{
		Language: opened.Language, RepName: s.repName(c, opened.RepID), Successor: cmp.Or(successor.Name, successor.Email),
	})
}

// declineTrouble says what is told beside the form when declining failed so that it can be sent once more.
func declineTrouble(err error) (frontend.Trouble, bool) {
	switch {
	case err == nil:
		return frontend.NoTrouble, false
	case survey.NeedsConfirmation(err):
		return frontend.TroubleConfirm, true
	case survey.KindOf(err) == survey.Invalid:
		return frontend.TroubleSuccessor, true
	}
	return frontend.NoTrouble, false
}

// showUnsubscribe asks whether somebody wants no more mail; it changes nothing, for mail scanners open it too.
func (s *Server) showUnsubscribe(c echo.Context) error {
	defer hurry(c)()
	return s.unsubscribeForm(c, http.StatusOK, frontend.NoTrouble)
}

// unsubscribeForm shows the button.
func (s *Server) unsubscribeForm(c echo.Context, status int, trouble frontend.Trouble) error {
	token := c.Param("token")
	opened, err := s.answers.Open(c.Request().Context(), token)
	if err != nil {
		return s.linkTrouble(c, err)
	}
	return s.contactPage(c, status, &frontend.UnsubscribePage{
		Language: opened.Language, Email: opened.Email, Action: survey.UnsubscribePath(token), Done: opened.Unsubscribed,
		Trouble: trouble, RenderedAt: s.renderedAt(),
	})
}

// The field and its value that make a POST the one-click of RFC 8058, section 3.1.
const (
	oneClickField = "List-Unsubscribe"
	oneClickValue = "One-Click"
)

// takeUnsubscribe ends all mail to the address: by the button on the page, and by the one-click POST of RFC 8058, which mail
// programs send without opening the page.
func (s *Server) takeUnsubscribe(c echo.Context) error {
	token := c.Param("token")
	ctx, cancel := survey.ForAnswer(c.Request().Context())
	defer cancel()
	form, err := c.FormParams()
	switch {
	case err != nil:
		err = formError(err)
	case form.Get(oneClickField) == oneClickValue:
		err = s.answers.Unsubscribe(ctx, token)
	default:
		err = s.answers.UnsubscribeByForm(ctx, token, s.traces(form))
	}
	defer hurry(c)()
	switch kind := survey.KindOf(err); {
	case err == nil:
	case survey.NeedsConfirmation(err), kind == survey.Invalid, kind == survey.TooLarge:
		return s.unsubscribeForm(c, statusOf(kind), frontend.TroubleConfirm)
	case kind == survey.NotFound:
		return s.linkTrouble(c, err)
	default:
		s.logFailure(c, err)
		return s.contactPage(c, http.StatusServiceUnavailable, &frontend.UnsubscribePage{
			Language: s.preferred(c), Action: survey.UnsubscribePath(token), Trouble: frontend.TroubleTryAgain, RenderedAt: s.renderedAt(),
		})
	}
	page := &frontend.UnsubscribePage{Language: s.preferred(c), Action: survey.UnsubscribePath(token), Done: true}
	if opened, err := s.answers.Open(c.Request().Context(), token); err == nil {
		page.Language, page.Email = opened.Language, opened.Email
	}
	return s.contactPage(c, http.StatusOK, page)
}
